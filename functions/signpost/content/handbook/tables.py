"""Small pieces of Markdown that generated parts are made of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_ACTIVE = re.compile(r"[\\`*_{}\[\]<>#|!~&]")
_ENTITIES = {"<": "&lt;", "~": "&#126;", "&": "&amp;"}
"""Python-Markdown has no backslash form of these."""
_SPACE = re.compile(r"\s+")
DAY_S = 86_400
_HOUR_S = 3600


def words(text: str) -> str:
    """A text of a data file as Markdown shows it, on one line, with nothing in it that acts."""
    plain = _SPACE.sub(" ", text).strip()
    return _ACTIVE.sub(lambda found: _ENTITIES.get(found[0], f"\\{found[0]}"), plain)


def code(text: str) -> str:
    """A text as code."""
    plain = _SPACE.sub(" ", text).replace("`", "'").replace("|", "/").strip()
    return f"`{plain}`" if plain else ""


def table(head: Sequence[str], rows: Iterable[Sequence[str]], right: Iterable[int] = ()) -> str:
    """A table.

    Args:
        head, rows: cells that are Markdown already; an empty one becomes a dash.
        right: columns that are aligned to the right.
    """
    kept = set(right)
    rule = ["--:" if number in kept else "---" for number in range(len(head))]
    lines = ["| " + " | ".join(head) + " |", "|" + "|".join(rule) + "|"]
    lines += ["| " + " | ".join(cell or "–" for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def bullets(items: Iterable[str]) -> str:
    """A list."""
    return "\n".join(f"- {item}" for item in items)


def number(value: float) -> str:
    """A number without `.0`, thousands apart."""
    return f"{int(value):,}" if float(value).is_integer() else f"{value:,}"


def duration(seconds: int) -> str:
    """`14 days`, `1 hour`, `90 minutes`: in the largest unit that divides it."""
    for unit, name in ((DAY_S, "day"), (_HOUR_S, "hour"), (60, "minute"), (1, "second")):
        if seconds % unit == 0 and (seconds or unit == 1):
            count = seconds // unit
            return f"{count} {name}" if count == 1 else f"{count} {name}s"
    raise AssertionError(seconds)


def size(count: int) -> str:
    """`2 MB`, `4.2 MB`, `900 kB`: bytes as people say them."""
    for unit, name in ((1_000_000, "MB"), (1000, "kB")):
        if count >= unit:
            return f"{count / unit:.1f}".removesuffix(".0") + f" {name}"
    return f"{count} bytes"
