"""Where keys stand in a file, kept small: a number a key until somebody asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from signpost.domain.diagnostics import Span

SHIFT = 20
"""A place is `line << SHIFT | column`, both from 0; no content file has lines that long."""
_COLUMN = (1 << SHIFT) - 1


class Places(Mapping[str, Span]):
    """Key → span. Ten thousand posts have 200,000 keys, and hardly one is ever asked for.

    Args:
        path: of the file.
        first_line: the file's line on which its YAML begins.
        found: key → packed place.
    """

    __slots__ = ("_first_line", "_found", "_path")

    def __init__(self, path: str, first_line: int, found: dict[str, int]) -> None:
        self._path = path
        self._first_line = first_line
        self._found = found

    def __getitem__(self, key: str) -> Span:
        place = self._found[key]
        return Span(self._path, self._first_line + (place >> SHIFT), (place & _COLUMN) + 1)

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)
