"""Makes the Markdown of a page fit for the site: links lead where pages are now, nothing runs.

Raw HTML is shown as text, comments go, and of marks in braces only harmless ones stay. What is code
stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from signpost.content.handbook import markdown
from signpost.domain.website.active import allowed_address

_UNFENCED = (
    r"<!--(?P<comment>)[\s\S]*?(?:-->|\Z)"
    r"|`(?<!``)(?<!\\`)(?P<more>`*)(?!`)(?:(?!\n\n)[\s\S])*?(?<!`)`(?P=more)(?!`)"
)
"""A comment, or code. Each begins with its letter, so that texts are gone through in little time."""
_FENCED = (
    r"^(?P<indent>[ \t]*)(?P<fence>`{3,}|~{3,})[^\n]*\n(?:.*\n)*?[ \t]*(?P=fence)[`~]*[ \t]*$|"
)
_APART = re.compile(_FENCED + _UNFENCED, re.MULTILINE)
_APART_UNFENCED = re.compile(_UNFENCED)
_TAG = re.compile(r"<(?=[A-Za-z/!?])(?!https?://[^\s<>\"']+>|[\w.+-]+@[\w.-]+>)")
_OPENED = re.compile(r"\](?:\(|:)\s*<?")
"""Behind it a target stands, also one of a form that `markdown.links` does not know."""
_LONGEST_ADDRESS = 500
_BRACES = re.compile(r"\{([^{}\n]*)\}")
_HARMLESS = re.compile(
    r":?\s*(?:(?:#[\w-]+|\.(?!mermaid\b|md-|sp-)[\w-]+"
    r"|data-due=\"?\d{1,4}\"?|(?:width|height)=\"?\d{1,5}\"?|loading=\"?lazy\"?)(?:\s+|$))+"
)

Leading = Callable[[str], str]
"""Target of a link as written → as it has to be on the site."""


def fit(text: str, lead: Leading) -> str:
    """The body of a page as the site builds it.

    Args:
        text: without front matter.
    """
    pattern = _APART if "```" in text or "~~~" in text else _APART_UNFENCED
    apart = list(pattern.finditer(text))
    edits = [*_comments(apart)]
    taken = [(start, end) for start, end, _ in edits]
    plain = _blanked(text, apart)
    for start, target in markdown.targets(plain):
        made = lead(target) if allowed_address(target) else "#"
        if made != target:
            edits.append((start, start + len(target), made))
            taken.append((start, start + len(target)))
    known = {start for start, _end in taken}
    edits += [
        (found.end(), found.end(), "#")  # such an address leads nowhere
        for found in _OPENED.finditer(plain)
        if found.end() not in known and not allowed_address(_ahead(plain, found.end()))
    ]
    edits += [
        (found.start(), found.end(), "&lt;")
        for found in _TAG.finditer(plain)
        if not any(start <= found.start() < end for start, end in taken)
    ]
    edits += _braces(plain)
    return _applied(text, edits)


def _comments(apart: Iterable[re.Match[str]]) -> Iterator[tuple[int, int, str]]:
    """Comments, which go; their line breaks stay, so that blocks do not run together."""
    for found in apart:
        if found["comment"] is not None:
            yield found.start(), found.end(), "\n" * found[0].count("\n")


def _blanked(text: str, apart: Iterable[re.Match[str]]) -> str:
    """The text with blanks in place of code and comments, found in one go, as they stand."""
    made, done = [], 0
    for found in apart:
        made += [text[done : found.start()], markdown.blank(found[0])]
        done = found.end()
    return "".join([*made, text[done:]])


def _braces(plain: str) -> Iterator[tuple[int, int, str]]:
    """Marks in braces that could do harm become text; so does every other one of that line."""
    start = 0
    for line in plain.split("\n"):
        if "{" in line:
            marks = _BRACES.findall(line)
            rest = _BRACES.sub("", line)
            if "{" in rest or "}" in rest or not all(map(_harmless, marks)):
                yield from ((start + n, start + n + 1, "&#123;")
                            for n, char in enumerate(line) if char == "{")  # fmt: skip
        start += len(line) + 1


def _harmless(mark: str) -> bool:
    return _HARMLESS.fullmatch(mark.strip() + " ") is not None


def _ahead(plain: str, start: int) -> str:
    """What may be a target there."""
    return plain[start : start + _LONGEST_ADDRESS].partition(")")[0]


def _applied(text: str, edits: list[tuple[int, int, str]]) -> str:
    made, done = [], 0
    for start, end, words in sorted(edits):
        if start < done:  # within what was replaced already
            continue
        made += [text[done:start], words]
        done = end
    return "".join([*made, text[done:]])
