"""Writes all that a site generator needs for one version: pages, seals, settings."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from signpost.content.files import split
from signpost.content.handbook.keys import PAGE
from signpost.content.nodes import parse
from signpost.content.values import Sink, read_mapping
from signpost.content.website.words import fit
from signpost.domain.canonical import digest
from signpost.domain.strategy import AREAS
from signpost.domain.strategy import compare as compare_decisions
from signpost.domain.website.certificate import NAME as CERTIFICATE
from signpost.domain.website.certificate import certificate
from signpost.domain.website.compared import Difference, compare, difference_html
from signpost.domain.website.escaping import fenced, inline, markup
from signpost.domain.website.seal import seal_html
from signpost.domain.website.source import NEXT, Version
from signpost.errors import ContentError

CHANGES = "changes/index.md"
INDEX = "index.md"
DOCS = "docs"
_ENDING = ".md"
_EXTENSIONS = ("admonition", "attr_list", "tables", "toc", "pymdownx.tasklist")
"""Without them our own pages would not be what they should be."""


def assemble(
    version: Version, settings: Mapping[str, Any], assets: Mapping[str, bytes]
) -> dict[str, bytes]:
    """Path → content of a folder that MkDocs, or Zensical, builds.

    Args:
        settings: those of the site's mkdocs.yml.
        assets: name → our script and style sheet.
    """
    places = _places(version)
    pages: dict[str, str] = {}
    for old, new in places.items():
        if old.endswith(_ENDING):
            pages[new] = _page(version, places, old, new)
    for new, text, title in _made(version, pages):
        pages[new] = _head(title) + seal_html(version.seal, version.brand, _up(new)) + text
    files = {f"{DOCS}/{path}": text.encode() for path, text in pages.items()}
    files |= {f"{DOCS}/{places[path]}": data for path, data in version.media.items()}
    own = {_asset(name, data): data for name, data in assets.items()}
    files |= {f"{DOCS}/{path}": data for path, data in own.items()}
    made = _settings(version, settings, places, pages, own)
    # JSON is YAML: every reader understands it, and nothing in it can be mistaken.
    files["mkdocs.yml"] = (json.dumps(made, indent=1, ensure_ascii=False) + "\n").encode()
    return files


def _asset(name: str, data: bytes) -> str:
    """Where our own script or style sheet lies: a name of its bytes, so that a page gets its own."""
    stem, dot, ending = name.rpartition(".")
    return f"assets/signpost/{stem}.{digest(data)[:8]}{dot}{ending}"


def address(page: str) -> str:
    """The address of a page below its version, such as `strategy/goals/`."""
    folder, _, name = page.rpartition("/")
    stem = name.removesuffix(_ENDING)
    return "/".join(part for part in (folder, "" if stem == "index" else stem) if part) + (
        "/" if folder or stem != "index" else ""
    )


def _places(version: Version) -> dict[str, str]:
    """Path below the docs folder → path in the version, which has no brand's folder."""
    own = f"{version.brand}/"
    found = {path: path for path in (*version.pages, *version.media) if not path.startswith(own)}
    found.update(
        {
            path: path.removeprefix(own)
            for path in (*version.pages, *version.media)
            if path.startswith(own)
        }
    )
    taken = {new: old for old, new in found.items()}  # the brand's own page wins
    return {old: new for new, old in taken.items()}


def _page(version: Version, places: Mapping[str, str], old: str, new: str) -> str:
    text = version.pages[old]
    values, body = _parted(text, old)
    up = _up(new)

    def lead(target: str) -> str:
        return _led(target, old, new, places, version)

    source = f"files/docs/{old}"
    title = values.get("title") or new
    return (
        _head(title, values)
        + seal_html(version.seal, version.brand, up, source)
        + fit(body, lead).lstrip("\n")
    )


def _parted(text: str, path: str) -> tuple[dict[str, Any], str]:
    """The values of the front matter, as far as they can be read, and the body."""
    try:
        parted = split(text, path)
        node = parse(parted.head, path, first_line=2, start=parted.head_start)
        return read_mapping(node, PAGE, Sink(path, first_line=2)), _body(text)
    except ContentError:
        return {}, _body(text)


def _body(text: str) -> str:
    if not text.startswith("---\n"):
        return text
    end = text.find("\n---", 3)
    return text if end < 0 else text[end + 4 :].partition("\n")[2]


def _head(title: str, values: Mapping[str, Any] | None = None) -> str:
    """Front matter; the theme puts these words into the page as they are, in places unescaped."""
    values = values or {}
    kept: dict[str, Any] = {"title": _harmless(title)}
    if values.get("description"):
        kept["description"] = _harmless(values["description"])
    if values.get("hide"):
        kept["hide"] = [item for item in values["hide"] if item in {"toc", "navigation", "footer"}]
    if values.get("search"):
        kept["search"] = values["search"]
    elif title in _UNSEARCHED:
        kept["search"] = {"exclude": True}
    lines = "".join(f"{key}: {json.dumps(value)}\n" for key, value in kept.items())
    return f"---\n{lines}---\n\n"


def _harmless(words: str) -> str:
    # The theme takes tags out and puts escaped ones back in: angle brackets must not get there.
    return markup(words.replace("<", "‹").replace(">", "›"))


def _led(target: str, old: str, new: str, places: Mapping[str, str], version: Version) -> str:
    """Where a link of a page leads in the version."""
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or not parts.path or parts.path.startswith("/"):
        return target
    wanted = posixpath.normpath(posixpath.join(posixpath.dirname(old), unquote(parts.path)))
    rest = (f"?{parts.query}" if parts.query else "") + (
        f"#{parts.fragment}" if parts.fragment else ""
    )
    if wanted in places:
        return _way(posixpath.dirname(new), places[wanted]) + rest
    if not version.release or wanted.startswith(".."):
        return target
    # A page that is not signed: the working text has it.
    away = wanted.removeprefix(f"{version.brand}/")
    place = address(away) if away.endswith(_ENDING) else away
    return f"{_up(new)}../{NEXT}/{place}{rest}"


def _way(folder: str, page: str) -> str:
    """The way from a folder to a page, both below the version's; `relpath` would ask the system."""
    behind, ahead = folder.split("/") if folder else [], page.split("/")
    same = 0
    while same < min(len(behind), len(ahead) - 1) and behind[same] == ahead[same]:
        same += 1
    return "/".join([".."] * (len(behind) - same) + ahead[same:])


def _up(page: str) -> str:
    """The way from a page's address to the version's folder."""
    return "../" * address(page).count("/")


def _made(version: Version, pages: Mapping[str, str]) -> Iterable[tuple[str, str, str]]:
    """Path, Markdown and title of the pages that we add."""
    if INDEX not in pages:
        yield INDEX, _start(version), version.title
    yield CERTIFICATE, certificate(version), "Certificate"
    for name, text in version.data.items():
        title = f"Data: {name}"
        said = "These values are signed with the text; the machine works from them."
        yield f"data/{name}.md", f"# {inline(name)}\n\n{said}\n\n{fenced(text, 'yaml')}", title
    yield CHANGES, _changes(version), "What changed"
    for earlier in version.earlier:
        found = compare(_texts(earlier), _texts(version))
        yield f"changes/{earlier.name}.md", _since(earlier, version, found), "What changed since"


_UNSEARCHED = frozenset({"What changed", "What changed since"})


def _texts(version: Version) -> dict[str, str]:
    signed = ("strategy", "guidelines", "onboarding")
    own = f"{version.brand}/"
    pages = {
        path: text
        for path, text in version.pages.items()
        if path.startswith(own) and path.split("/")[1] in signed
    }
    return {**pages, **{f"{name}.yaml": text for name, text in version.data.items()}}


def _start(version: Version) -> str:
    parts = {"strategy": "What we have decided, and why", "guidelines": "How we sound and look",
             "onboarding": "A checklist for your role"}  # fmt: skip
    own = f"{version.brand}/"
    rows = [
        f"| [{name.capitalize()}]({name}/index.md) | {said} |"
        for name, said in parts.items()
        if f"{own}{name}/index.md" in version.pages
    ]
    return "\n".join(
        [
            f"# {inline(version.title)}, version {inline(version.name)}",
            "",
            "| Part | |",
            "|---|---|",
            *rows,
            *(
                f"| [Data: {inline(name)}](data/{name}.md) | Values that are signed with the text |"
                for name in version.data
            ),
            "| [What changed](changes/index.md) | Sentence by sentence, since any version before |",
            "| [Certificate](certificate.md) | Who signed, and how you check it |",
            "",
            (
                f"What changes every week is not signed and stands in the [working text](../{NEXT}/): "
                "the team, the playbooks, the list of rules."
            ),
            "",
        ]
    )


def _changes(version: Version) -> str:
    head = f"# What changed up to {'the working text' if not version.release else inline(version.name)}\n\n"
    if not version.earlier:
        return head + "There is no version before this one.\n"
    rows = "".join(
        f"- [Since version {inline(item.name)}]({item.name}.md)\n" for item in version.earlier
    )
    return f"{head}Sentence by sentence:\n\n{rows}"


def _since(earlier: Version, version: Version, found: list[Difference]) -> str:
    name = "the working text" if not version.release else f"version {version.name}"
    lines = [f"# What changed from {inline(earlier.name)} to {inline(name)}", ""]
    if not found:
        return "\n".join([*lines, "Nothing: both say the same.", ""])
    lines += _meaning(earlier, version)
    many = sum(len(item.sentences) for item in found)
    told = (
        f"Sentences that differ: {many}, on {len(found)} of the pages. Which of them matter, no "
        "machine can tell."
    )
    lines += ["## Sentence by sentence", "", told, ""]
    own = f"{version.brand}/"
    for item in found:
        place = item.path.removeprefix(own)
        kind = {"new": " (a new page)", "gone": " (the page is gone)"}.get(item.kind, "")
        lines += [f"### {inline(item.title)}{kind}", ""]
        if item.path in version.pages:
            lines += [f"[Read it here](../{place})", ""]
        if item.sentences:
            items = "\n".join(map(difference_html, item.sentences))
            lines += [f'<ul class="sp-changes">\n{items}\n</ul>', ""]
    return "\n".join(lines)


def _meaning(earlier: Version, version: Version) -> list[str]:
    """What the differences mean: channels, targets, responsibilities, rules of the voice."""
    lines = ["## What it means", ""]
    if earlier.decisions is None or version.decisions is None:
        said = "What one of the two decides cannot be read by today's rules; its words can."
        return [*lines, said, ""]
    changes = compare_decisions(earlier.decisions, version.decisions)
    if not changes:
        said = "No channel, target, objective, responsibility or rule of the voice is another."
        return [*lines, said, ""]
    for area, title in AREAS.items():
        rows = [
            f"- **{item.kind.capitalize()}:** {inline(item.said)}"
            for item in changes
            if item.area == area
        ]
        if rows:
            lines += [f"### {title}", "", *rows, ""]
    said = "Which coming posts would no longer comply, `signpost strategy diff` says."
    return [*lines, said, ""]


def _settings(
    version: Version,
    settings: Mapping[str, Any],
    places: Mapping[str, str],
    pages: Mapping[str, str],
    assets: Iterable[str],
) -> dict[str, Any]:
    made = {
        key: value for key, value in settings.items()
        if key in {"theme", "markdown_extensions", "copyright", "site_description"}
    }  # fmt: skip
    theme = made.get("theme")
    theme = dict(theme) if isinstance(theme, Mapping) else {"name": "material"}
    theme.pop("custom_dir", None)  # templates of others could load anything
    theme["font"] = False
    names = list(assets)
    return {
        **made,
        "site_name": _harmless(version.title),
        "docs_dir": DOCS,
        "use_directory_urls": True,
        "theme": theme,
        "markdown_extensions": _extensions(made.get("markdown_extensions")),
        "plugins": ["search"],
        "extra": {"version": {"provider": "mike"}, "generator": False},
        "extra_css": [name for name in names if name.endswith(".css")],
        "extra_javascript": [name for name in names if name.endswith(".js")],
        "validation": {"nav": {"omitted_files": "info", "not_found": "warn"},
                       "links": {"not_found": "warn", "unrecognized_links": "info",
                                 "absolute_links": "info"}},
        "nav": _nav(version, settings.get("nav"), places, pages),
    }  # fmt: skip


def _extensions(wanted: object) -> list[Any]:
    """The site's extensions, and ours; none that would let a page load something."""
    named: dict[str, Any] = {}
    for item in wanted if isinstance(wanted, list) else []:
        name, options = next(iter(item.items())) if isinstance(item, dict) else (item, None)
        named[str(name)] = options
    for name in _EXTENSIONS:
        named.setdefault(name, None)
    named["tables"] = {"use_align_attribute": True}  # in place of a style, which the policy refuses
    named.pop("pymdownx.snippets", None)  # reads any file of the machine that builds
    return [{name: options} if options else name for name, options in named.items()]


def _nav(
    version: Version, wanted: object, places: Mapping[str, str], pages: Mapping[str, str]
) -> list[Any]:
    """The site's navigation, as far as the version has its pages, and ours."""
    kept = _pruned(wanted, places, pages) if isinstance(wanted, list) else []
    kept = [item for item in kept if item != INDEX]
    about: list[Any] = [{"Certificate": CERTIFICATE}, {"What changed": CHANGES}]
    about += [{name: f"data/{name}.md"} for name in version.data]
    return [{"Start": INDEX}, *kept, {"About this version": about}]


def _pruned(items: list[Any], places: Mapping[str, str], pages: Mapping[str, str]) -> list[Any]:
    found: list[Any] = []
    for item in items:
        if isinstance(item, dict):
            for title, inner in item.items():
                if isinstance(inner, list):
                    below = _pruned(inner, places, pages)
                    if below:
                        found.append({_harmless(str(title)): below})
                elif places.get(str(inner)) in pages:
                    found.append({_harmless(str(title)): places[str(inner)]})
        elif places.get(str(item)) in pages:
            found.append(places[str(item)])
    return found
