"""Finds silences: comments in YAML that let findings pass (`checks.silence` says what they mean).

A file is searched only where its YAML holds their mark, which few do.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from signpost.checks.silence import Silence, is_silence
from signpost.content.nodes import Items, Node, Pairs, Scalar
from signpost.domain.diagnostics import Span

_MARK = "ignpost"
"""In any comment that could be one, whatever its first letter."""
_LINE_END = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
"""What YAML's reader takes for the end of a line."""


def silences_of(
    yaml: str, node: Node | None, covers: Sequence[str], *, start: int = 0, first_line: int = 1
) -> list[Silence]:
    """The silences of a file, in order.

    Args:
        yaml: the YAML text, and `node` what was read of it.
        covers: the file's path, and those of files that a silence of the whole file covers too.
        start: place of the text in the file, in code points.
        first_line: the file's line on which the text begins.
    """
    if _MARK not in yaml:
        return []
    path = covers[0]
    lines = list(_lines(yaml))
    comments = _comments(yaml, lines, sorted(_texts(node, yaml)))
    content = [
        number
        for number, (begin, end) in enumerate(lines)
        if yaml[begin : comments.get(number, end)].strip() not in {"", "---"}
    ]
    found = []
    for number, at in comments.items():
        begin, end = lines[number]
        comment = yaml[at:end]
        if not is_silence(comment):
            continue
        before = yaml[begin:at]
        alone = not before.strip()
        after_end = lines[number + 1][0] if number + 1 < len(lines) else len(yaml)
        cut = (begin, after_end) if alone else (at - len(before) + len(before.rstrip()), end)
        if not alone:
            line = first_line + number
        elif not content or number < content[0]:
            line = 0
        else:
            following = next((item for item in content if item > number), len(lines))
            line = first_line + following
        found.append(
            Silence(
                span=Span(path, first_line + number, at - begin + 1),
                text=comment.rstrip(),
                line=line,
                covers=tuple(covers) if line == 0 else (path,),
                start=start + at,
                cut=(start + cut[0], start + cut[1]),
            )
        )
    return found


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Where each line begins and ends, its end of line left out."""
    begin = 0
    for match in _LINE_END.finditer(text):
        yield begin, match.start()
        begin = match.end()
    if begin < len(text):
        yield begin, len(text)


def _texts(node: Node | None, yaml: str) -> Iterator[tuple[int, int]]:
    """Where keys and values stand: a `#` inside one of them is no comment."""
    if type(node) is Pairs or type(node) is Items:
        for item in node.items:
            yield from _texts(item, yaml)
    elif type(node) is Scalar:
        begin, end = node.start_mark.index, node.end
        if node.style in ("|", ">"):  # behind the sign a comment may stand
            line_end = _LINE_END.search(yaml, begin)
            begin = line_end.end() if line_end else len(yaml)
        yield begin, end


def _comments(
    yaml: str, lines: Sequence[tuple[int, int]], texts: Sequence[tuple[int, int]]
) -> dict[int, int]:
    """Number of a line, from 0 → place of the `#` that begins its comment."""
    begins = [begin for begin, _ in texts]
    found: dict[int, int] = {}
    for number, (begin, end) in enumerate(lines):
        at = yaml.find("#", begin, end)
        while at != -1:
            near = bisect_right(begins, at) - 1
            if near < 0 or texts[near][1] <= at:
                found[number] = at
                break
            at = yaml.find("#", at + 1, end)
    return found
