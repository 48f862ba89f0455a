"""Signed Markdown as somebody reads it on a phone: blocks, escaped; nothing in it is obeyed.

Not a renderer of all Markdown: what is signed is the text, and the text itself is one tap away.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from signpost.domain.website.compared import Difference, difference_html, shown, title_of
from signpost.handlers.pages.template import Html, html, joined

_HEAD = re.compile(r"\A---\n.*?\n---[ \t]*\n", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_HEADING = re.compile(r"(#{1,6})\s+(.*)")
_ITEM = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+(.*)")
_RULE = re.compile(r"[\s|:-]+")
_FENCE = re.compile(r"\s*(```|~~~)")


def readable(path: str, text: str) -> Html:
    """A signed file, with the text itself below."""
    if not path.endswith(".md"):
        return html('<pre class="text">{text}</pre>', text=text)
    return html(
        '<div class="text">{blocks}</div><details><summary>Exactly as signed</summary>'
        "<pre>{text}</pre></details>",
        blocks=joined(_blocks(_COMMENT.sub("", _HEAD.sub("", text)))),
        text=text,
    )


def named(path: str, text: str) -> Html:
    """A signed file's title, and its path beside it; the path alone where it has none."""
    name = title_of(path, text)
    if name == path:
        return html("{path}", path=path)
    return html('{name} <span class="quiet">{path}</span>', name=name, path=path)


def full_text(texts: Mapping[str, str], untold: Html, *, unfold: str = "") -> Html:
    """All signed files, each to be unfolded; pages first, data after them, each by path.

    Args:
        texts: path → text.
        untold: says what is not among them; empty where all of it is.
        unfold: a part of the paths of those that are open already; empty: none is.
    """
    ordered = sorted(texts.items(), key=lambda item: (not item[0].endswith(".md"), item[0]))
    pages = joined(
        html(
            "<details{open}><summary>{name}</summary>{text}</details>",
            open=Html(" open" if unfold and unfold in path else ""),
            name=named(path, found),
            text=readable(path, found),
        )
        for path, found in ordered
    )
    return html("<h2>The full text</h2>{untold}{pages}", untold=untold, pages=pages)


def differences(found: tuple[Difference, ...] | None) -> Html:
    """What changed, sentence by sentence.

    Args:
        found: None where there are no words to compare with.
    """
    if found is None:
        return html(
            '<p class="loud">The words of that version are not here, so that what changed cannot be '
            "shown. All of the new version stands below.</p>"
        )
    if not found:
        return html("<p>The words are the same.</p>")
    words = {"new": "New page", "gone": "Page gone", "changed": "Changed"}
    return joined(
        html(
            '<section class="card"><h3>{kind}: {title}</h3>{path}{body}</section>',
            kind=words[item.kind],
            title=item.title,
            path=html('<p class="quiet">{path}</p>', path=item.path)
            if item.title != item.path
            else Html(""),
            body=_changes(item),
        )
        for item in found
    )


def _changes(item: Difference) -> Html:
    # `difference_html` escapes what it takes; see domain.website.
    lines = joined(Html(difference_html(sentence)) for sentence in item.sentences)
    listed = html('<ul class="changes">{lines}</ul>', lines=lines)
    if item.kind == "changed":
        return listed
    return html("<details><summary>All of it</summary>{listed}</details>", listed=listed)


def _blocks(text: str) -> list[Html]:
    gathered = _Gathered()
    code: list[str] | None = None
    for line in text.splitlines():
        if _FENCE.match(line):
            gathered.end()
            if code is not None:
                gathered.found.append(_code(code))
            code = [] if code is None else None
        elif code is not None:
            code.append(line)
        else:
            gathered.take(line)
    gathered.end()
    if code:
        gathered.found.append(_code(code))
    return gathered.found


class _Gathered:
    """Lines of one block, until another kind begins."""

    def __init__(self) -> None:
        self.found: list[Html] = []
        self._kind = ""
        self._lines: list[str] = []

    def take(self, line: str) -> None:
        """Put the line to its block."""
        heading, item = _HEADING.match(line), _ITEM.fullmatch(line)
        if not line.strip():
            self.end()
        elif heading:
            self._add("h4" if len(heading[1]) < 3 else "h5", heading[2])
            self.end()
        elif item:
            self._add("list", item[1])
        elif line.lstrip().startswith("|"):
            self._add("table", line)
        elif self._kind == "list" and line.startswith(" "):
            self._lines[-1] += f" {line.strip()}"
        else:
            self._add("p", line.lstrip("> ").strip())

    def end(self) -> None:
        """Write the block that was gathered."""
        if self._kind == "list":
            entries = joined(html("<li>{text}</li>", text=shown(item)) for item in self._lines)
            self.found.append(html("<ul>{entries}</ul>", entries=entries))
        elif self._kind == "table":
            self.found.append(_table(self._lines))
        elif self._kind:
            template = f"<{self._kind}>{{text}}</{self._kind}>"
            self.found.append(html(template, text=shown(" ".join(self._lines))))
        self._kind, self._lines = "", []

    def _add(self, kind: str, line: str) -> None:
        if kind != self._kind:
            self.end()
        self._kind = kind
        self._lines.append(line)


def _code(lines: list[str]) -> Html:
    return html("<pre>{code}</pre>", code="\n".join(lines))


def _table(lines: list[str]) -> Html:
    rows = [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in lines
        if not _RULE.fullmatch(line)
    ]
    head, *rest = rows or [[""]]
    heads = joined(html("<th>{cell}</th>", cell=shown(cell)) for cell in head)
    body = joined(
        html(
            "<tr>{cells}</tr>",
            cells=joined(html("<td>{cell}</td>", cell=shown(cell)) for cell in row),
        )
        for row in rest
    )
    return html(
        '<div class="scroll" tabindex="0" role="region" aria-label="Table">'
        "<table><thead><tr>{heads}</tr></thead>"
        "<tbody>{body}</tbody></table></div>",
        heads=heads,
        body=body,
    )
