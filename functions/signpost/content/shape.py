"""How the keys of a YAML mapping are described: as data, for the reader and the reference."""

from __future__ import annotations

from collections.abc import Sequence


class Key:
    """A key that a mapping may have.

    Args:
        kind: what its value is: a name in `KINDS`.
        meaning: one sentence for the reference.
        required: whether the mapping is wrong without it.
        choices: the words of a `choice`.
        shape: the mapping that a `mapping` or each member of a `mappings` is.
        least, most: bounds of an `integer`, of a `duration` in seconds.
        default: in words, for the reference.
        example: for the reference, and for the remedy of a wrong value.
    """

    __slots__ = (
        "choices", "default", "example", "kind", "least", "meaning", "most", "name", "required",
        "shape",
    )  # fmt: skip

    def __init__(
        self,
        name: str,
        kind: str,
        meaning: str,
        *,
        required: bool = False,
        choices: tuple[str, ...] = (),
        shape: Shape | None = None,
        least: int = 0,
        most: int = 1_000_000_000,
        default: str = "",
        example: str = "",
    ) -> None:
        self.name = name
        self.kind = kind
        self.meaning = meaning
        self.required = required
        self.choices = choices
        self.shape = shape
        self.least = least
        self.most = most
        self.default = default
        self.example = example


class Shape:
    """The keys that one kind of mapping may have.

    Args:
        name: what the mapping is, for messages.
        keys: in the order of the reference.
        period: its `from` has to come before its `to`.
    """

    __slots__ = ("by_name", "keys", "name", "period", "required")

    def __init__(self, name: str, keys: Sequence[Key], *, period: bool = False) -> None:
        self.name = name
        self.keys = tuple(keys)
        self.by_name = {key.name: key for key in keys}
        self.period = period
        self.required = tuple(key for key in keys if key.required)


KINDS: dict[str, str] = {
    "text": "text",
    "id": "lower-case letters, digits, `-` and `_`, at most 64",
    "flag": "`true` or `false`",
    "integer": "a whole number",
    "duration": "a whole number and s, m, h or d: `45m`",
    "durations": "a list of durations",
    "publish": "`now`, or a date and time, with or without offset",
    "local": "a date and time: `2026-12-24 12:00`",
    "date": "a date: `2026-12-24`",
    "month": "a month: `2026-12`",
    "time": "a time of day: `22:00`",
    "days": "a list of `mon`, `tue`, `wed`, `thu`, `fri`, `sat`, `sun`",
    "countries": "a list of country codes, with a region where holidays differ: `[DE-BY, AT]`",
    "zone": "a zone of the IANA database: `Europe/Berlin`",
    "url": "an address that begins with `https://` or `http://`",
    "language": "a language tag of BCP 47: `en`, `de-AT`",
    "color": 'a colour as `#` and six hexadecimal digits: `"#1f4d3a"`',
    "choice": "one of the words given",
    "number": "a number",
    "texts": "a list of texts",
    "ids": "a list of ids",
    "focus": "two numbers from -1 to 1: `[0.0, 0.3]`",
    "mapping": "a mapping",
    "mappings": "a list of mappings",
    "options": "for each channel a mapping of that channel's options",
}
"""Every kind of value, in the words of the reference and of messages."""
