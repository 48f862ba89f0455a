"""Where a channel folds a text: what is seen at once, and what after a click."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace

from signpost.domain.channel import Fold, FoldUnit
from signpost.domain.textlen import cluster_bound
from signpost.previews.view import Kind, Run, Text

COLUMNS = 62
"""Characters on a line of a feed, taken as a guess: it differs with the window and the letters.

Our own estimate of 2026-11-22 for a feed some 600 pixels wide; the preview says that it is one.
"""

_WORD = re.compile(r"\S+")
_PIECE = re.compile(r"\s+|\S+")


def fold(runs: Sequence[Run], rule: Fold | None, more: str) -> Text:
    """The text, split where the channel folds it.

    Args:
        rule: None: the channel shows all of it.
        more: the words on the click.
    """
    text = "".join(run.text for run in runs)
    at = _place(text, rule) if rule is not None else None
    if at is None:
        return Text(tuple(runs))
    first, rest = _split(runs, cluster_bound(text, at))
    return Text(first, rest, more) if any(run.text.strip() for run in rest) else Text(tuple(runs))


def _place(text: str, rule: Fold) -> int | None:
    """The offset at which the hidden rest begins; None where all is seen."""
    if rule.unit is FoldUnit.LINE:
        starts = list(_line_starts(text))
        return starts[rule.after] if len(starts) > rule.after else None
    if rule.unit is FoldUnit.WORD:
        words = list(_WORD.finditer(text))
        return words[rule.after - 1].end() if len(words) > rule.after else None
    if len(text) <= rule.after:
        return None
    gap = text.rfind(" ", 0, rule.after + 1)
    return gap if gap > 0 else rule.after


def _line_starts(text: str) -> Iterator[int]:
    """Where each line begins when the text is set in a feed."""
    start = 0
    for line in text.split("\n"):
        yield start
        used = 0
        for match in _PIECE.finditer(line):
            piece = match[0]
            width = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in piece)
            if used and used + width > COLUMNS and not piece.isspace():
                yield start + match.start()
                used = 0
            while width > COLUMNS:  # scripts without spaces, and long words, break anywhere
                width -= COLUMNS
                cut = match.end() - width // (
                    2 if unicodedata.east_asian_width(piece[0]) in "WF" else 1
                )
                yield start + cut
                used = 0
            used += width
        start += len(line) + 1


def _split(runs: Sequence[Run], at: int) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
    """The runs before and after an offset; a link is not cut in two, it goes below the fold."""
    first: list[Run] = []
    rest: list[Run] = []
    for run in runs:
        room = at - sum(len(item.text) for item in first)
        if rest or room <= 0:
            rest.append(run)
        elif len(run.text) <= room:
            first.append(run)
        elif run.kind is Kind.PLAIN:
            first.append(replace(run, text=run.text[:room]))
            rest.append(replace(run, text=run.text[room:]))
        else:
            rest.append(run)
    return tuple(first), tuple(rest)
