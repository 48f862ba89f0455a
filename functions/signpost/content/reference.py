"""Writes the reference pages that are made from data: rules and keys.

`python -m signpost.content.reference docs` writes them; a test compares.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from signpost.checks.handbook.registry import HANDBOOK_RULES
from signpost.checks.registry import RULES
from signpost.checks.rule import Rule
from signpost.checks.rules.yaml_hostile import MAX_BYTES, MAX_DEPTH
from signpost.content.schema import CONFIG_FILES, FRONT_MATTER, OWN_TEXT
from signpost.content.shape import KINDS, Key, Shape

_MADE = "<!-- Made by `python -m signpost.content.reference docs`; edit the source, not this. -->\n"


def pages() -> dict[str, str]:
    """Every generated page: path below the docs folder → text."""
    made = {f"rules/{rule.code}.md": _rule(rule) for rule in (*RULES, *HANDBOOK_RULES)}
    made["rules/index.md"] = _rules()
    made["reference/front-matter.md"] = _keys()
    return made


def _rule(rule: Rule) -> str:
    return f"""{_MADE}
# {rule.code}: {rule.title}

`{rule.name}`

## Why

{rule.why}

## Example

```text
{rule.example}
```

## Use instead

```text
{rule.fix}
```

{_mending(rule)}

{_passing(rule)}

Source: {rule.source}.
"""


def _mending(rule: Rule) -> str:
    if rule.fixable:
        return "`signpost check --fix` mends it where that is safe."
    return "It is mended by hand."


def _passing(rule: Rule) -> str:
    if rule.silenceable:
        return (
            f"Where it may pass, a comment says why: `# signpost: allow {rule.code} reason in words` "
            "([silences](../writing-posts.md#let-a-finding-pass))."
        )
    return "It cannot be silenced."


def _rules() -> str:
    rows = "\n".join(
        f"| [{rule.code}]({rule.code}.md) | `{rule.name}` | {rule.title} "
        f"| {'yes' if rule.fixable else ''} | {'yes' if rule.silenceable else ''} |"
        for rule in RULES
    )
    pages = "\n".join(
        f"| [{rule.code}]({rule.code}.md) | `{rule.name}` | {rule.title} |"
        for rule in HANDBOOK_RULES
    )
    return f"""{_MADE}
# Rules

`signpost check` judges every content file by these rules and reports all faults at once, each
with file, line, column, code, cause and remedy. `signpost explain CODE` shows these pages in the
terminal. `signpost check --fix` makes the edits that are safe. A comment with a reason
[lets a finding pass](../writing-posts.md#let-a-finding-pass) where the last column says so.

| code | name | what it finds | `--fix` | can pass |
|---|---|---|---|---|
{rows}

## The handbook

`signpost docs check` judges the pages of the [handbook](../handbook.md) by these.

| code | name | what it finds |
|---|---|---|
{pages}
"""


def _keys() -> str:
    parts = [
        f"""{_MADE}
# Front matter and configuration files

A post is a Markdown file with YAML between two lines of `---`. Unknown keys and values of the
wrong kind are errors. YAML is read strictly: every value is the text that is written, so `on`,
`no` and `2026-12-01` need no quotation marks; aliases, anchors, tags, duplicate keys, more than
{MAX_BYTES:,} bytes and more than {MAX_DEPTH} levels are refused.

In a post folder the shared text and the front matter are in `index.md`. A file that is named
after a channel or an account, such as `mastodon.md`, holds the text for that one; it needs no
front matter.
""",
        "## Post\n\n" + _table(FRONT_MATTER),
        "## Own text of a channel or account\n\n"
        "May begin with front matter of its own, with these keys only.\n\n" + _table(OWN_TEXT),
    ]
    shown = {FRONT_MATTER.name, OWN_TEXT.name}
    for shape in _reachable((FRONT_MATTER, OWN_TEXT)):
        if shape.name not in shown:
            shown.add(shape.name)
            parts.append(f"### {shape.name}\n\n" + _table(shape))
    for file in CONFIG_FILES:
        parts.append(f"## {file.name}\n\n" + _table(file))
        for shape in _reachable((file,)):
            if shape.name not in shown and shape is not file:
                shown.add(shape.name)
                parts.append(f"### {shape.name}\n\n" + _table(shape))
    kinds = "\n".join(f"| {name} | {meaning} |" for name, meaning in KINDS.items())
    parts.append(f"## Kinds of value\n\n| kind | what is written |\n|---|---|\n{kinds}\n")
    return "\n".join(parts)


def _reachable(shapes: tuple[Shape, ...]) -> Iterator[Shape]:
    for shape in shapes:
        yield shape
        yield from _reachable(tuple(key.shape for key in shape.keys if key.shape))


def _table(shape: Shape) -> str:
    head = "| key | kind | meaning | default | example |\n|---|---|---|---|---|\n"
    return head + "\n".join(_row(key) for key in shape.keys) + "\n"


def _row(key: Key) -> str:
    kind = " or ".join(f"`{word}`" for word in key.choices) if key.choices else key.kind
    if key.shape is not None:
        kind = f"{key.kind} of [{key.shape.name}](#{_anchor(key.shape.name)})"
    default = "required" if key.required else key.default
    return f"| `{key.name}` | {kind} | {key.meaning} | {default} | `{key.name}: {key.example}` |"


def _anchor(title: str) -> str:
    kept = "".join(char for char in title.lower() if char.isalnum() or char in " -_")
    return kept.replace(" ", "-")


def write(docs: Path) -> list[Path]:
    """Write every page that differs; the paths that were written."""
    written = []
    for name, text in pages().items():
        path = docs / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            written.append(path)
    return written


if __name__ == "__main__":
    for changed in write(Path(sys.argv[1] if len(sys.argv) > 1 else "docs")):
        sys.stdout.write(f"{changed}\n")
