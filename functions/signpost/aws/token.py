"""A secret's members, in a form that cannot be shown by mistake."""

from __future__ import annotations

from collections.abc import Iterator, Mapping


class Token(Mapping[str, str]):
    """A secret's members. Its repr is `***`, so that no log, error or trace shows a value."""

    __slots__ = ("_members",)

    def __init__(self, members: Mapping[str, str]) -> None:
        self._members = dict(members)

    def __getitem__(self, key: str) -> str:
        try:
            return self._members[key]
        except KeyError:
            raise KeyError(key) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__
