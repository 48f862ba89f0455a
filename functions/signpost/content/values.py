"""Reading values by the schema's own types, one small function a kind of value.

YAML's guesses are not used: every scalar is the text that the author wrote, and the key's kind
says what it must be. Each function returns `WRONG` after it has reported a finding.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any, Final

from signpost.checks.rules import key_unknown, value_type
from signpost.checks.shortened import shortened
from signpost.checks.suggest import did_you_mean, surely_meant
from signpost.content.nodes import Items, Mark, Node, Pairs, Scalar, is_plain
from signpost.content.places import SHIFT
from signpost.content.shape import KINDS, Key, Shape
from signpost.domain.diagnostics import Diagnostic, Fix, Span
from signpost.domain.timing import local_text, parse_duration, parse_local
from signpost.errors import LocalTimeError


class _Wrong:
    """The type of `WRONG`."""


WRONG: Final = _Wrong()
"""Stands for a value that was reported."""

_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}", re.ASCII)
_URL = re.compile(r"https?://[^\s/?#]+\S*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}", re.ASCII)
_COLOR = re.compile(r"#[0-9a-fA-F]{6}", re.ASCII)
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_COUNTRY = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?", re.ASCII)
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
_NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d{1,15})?", re.ASCII)
_MAX_URL = 2048
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""The days of a week as configuration writes them."""
_SUGGESTED = 20
"""So many unknown keys of a mapping get a suggestion; comparing words costs time."""


class Sink:
    """Collects the findings of one file.

    Args:
        path: of the file, relative to the content folder.
        first_line: the file's line on which its YAML begins.
        text: the YAML, where findings may propose edits.
        start: its place in the file, in code points.
    """

    __slots__ = ("findings", "first_line", "path", "start", "text")

    def __init__(self, path: str, first_line: int = 1, text: str = "", start: int = 0) -> None:
        self.path = path
        self.first_line = first_line
        self.text = text
        self.start = start
        self.findings: list[Diagnostic] = []

    def span(self, mark: Mark) -> Span:
        """The place of a mark."""
        return Span(self.path, self.first_line + mark.line, mark.column + 1)

    def fix(self, node: Scalar, new: str) -> Fix | None:
        """The edit that writes another word in place of this one; None where it cannot be made."""
        at = node.index + (not is_plain(node))
        end = at + len(node.value)
        if not new or self.text[at:end] != node.value:  # written with escapes, or over lines
            return None
        return Fix(self.path, self.start + at, self.start + end, new, f"Write `{new}`")

    def wrong(self, node: Node, cause: str, remedy: str, fix: Fix | None = None) -> _Wrong:
        """Report a value (YML502)."""
        span = self.span(node.start_mark)
        self.findings.append(value_type.RULE.at(span, cause, remedy, fix=fix))
        return WRONG

    def wrong_kind(self, node: Node, key: Key) -> _Wrong:
        """Report a value that is not what its key takes."""
        if type(node) is Scalar:
            empty = not node.value and is_plain(node)
            shown = "nothing" if empty else f"`{shortened(node.value)}`"
            if key.kind == "flag" and node.value in ("true", "false"):
                cause = f"`{key.name}` is the text {shown}, because of its quotation marks."
                return self.wrong(node, cause, f"Write `{key.name}: {node.value}` without them.")
        else:
            shown = "a list" if type(node) is Items else "a mapping"
        remedy = f"Write {KINDS[key.kind]}"
        if key.example:
            remedy += f", such as `{key.name}: {key.example}`"
        return self.wrong(node, f"`{key.name}` is {shown}.", remedy + ".")


Reader = Callable[[Any, Key, Sink], Any]


def read_mapping(
    node: Node | None, shape: Shape, sink: Sink, places: dict[str, int] | None = None
) -> dict[str, Any]:
    """The values of a mapping by key; wrong, missing and unknown ones are reported and left out.

    A required key whose value is wrong is there with None.

    Args:
        node: the mapping; None for an empty file.
        shape: its keys.
        sink: takes the findings.
        places: if given, takes where each value stands (see `content.places`).
    """
    values: dict[str, Any] = {}
    if type(node) is Pairs:
        by_name = shape.by_name
        unknown = 0
        items = iter(node.items)
        for name in items:
            value = next(items)
            word = name.value
            if places is not None:
                mark = value.start_mark
                places[word] = mark.line << SHIFT | mark.column
            key = by_name.get(word)
            if key is None:
                unknown += 1
                _unknown(name, node, shape, sink, unknown)
                continue
            read = _READERS[key.kind](value, key, sink)
            if read is not WRONG:
                values[word] = read
            elif key.required:
                values[word] = None
    elif node is not None:
        sink.wrong(node, f"{shape.name} is not a mapping.", "Write lines of `key: value`.")
        return values
    if shape.period and values.get("from") is not None and values.get("to") is not None:
        _check_period(node, values, sink)
    for key in shape.required:
        if key.name not in values:
            span = sink.span(node.start_mark) if node is not None else Span(sink.path)
            cause = f"`{key.name}` is missing in {shape.name}."
            remedy = f"Add `{key.name}: {key.example}`."
            sink.findings.append(value_type.RULE.at(span, cause, remedy))
    return values


def _check_period(node: Any, values: dict[str, Any], sink: Sink) -> None:
    """Reports a `to` that is not behind its `from`; days are included, hours may pass midnight."""
    start, end = values["from"], values["to"]
    fits = start != end if isinstance(start, time) else start < end
    if fits or (start == end and type(start) is date):
        return
    place = next(
        value
        for key, value in zip(node.items[::2], node.items[1::2], strict=True)
        if key.value == "to"
    )
    if start == end:
        sink.wrong(place, "`from` and `to` are the same.", "Write when it begins and when it ends.")
    else:
        cause = f"It ends before it begins: `to` is {_shown(end)}, `from` is {_shown(start)}."
        sink.wrong(place, cause, "Swap the two, or correct the year.")


def _shown(value: object) -> str:
    return local_text(value) if isinstance(value, datetime) else str(value)


def _unknown(name: Any, node: Pairs, shape: Shape, sink: Sink, count: int) -> None:
    known = shape.by_name if count <= _SUGGESTED else ()
    span = sink.span(name.start_mark)
    new = surely_meant(name.value, known)
    there = [item.value for item in node.items[::2] if item is not name]
    if new in there or new in (surely_meant(item, known) for item in there if item not in known):
        new = ""  # the key would stand there twice
    fix = sink.fix(name, new)
    sink.findings.append(key_unknown.finding(span, name.value, known, where=shape.name, fix=fix))


def _text(node: Any, key: Key, sink: Sink) -> Any:
    if type(node) is Scalar:
        value: str = node.value
        if value and not (is_plain(node) and value in ("~", "null")):
            return value
    return sink.wrong_kind(node, key)


def _matching(pattern: re.Pattern[str], longest: int = 200) -> Reader:
    def read(node: Any, key: Key, sink: Sink) -> Any:
        if type(node) is Scalar:
            value = node.value
            if len(value) <= longest and pattern.fullmatch(value):
                return value
        return sink.wrong_kind(node, key)

    return read


def _flag(node: Any, key: Key, sink: Sink) -> Any:
    if type(node) is Scalar and is_plain(node):
        if node.value == "true":
            return True
        if node.value == "false":
            return False
    return sink.wrong_kind(node, key)


def _integer(node: Any, key: Key, sink: Sink) -> Any:
    if type(node) is Scalar and node.value.isdecimal() and len(node.value) < 10:
        value = int(node.value)
        if key.least <= value <= key.most:
            return value
        cause = f"`{key.name}` is {value}."
        return sink.wrong(node, cause, f"Write a number from {key.least} to {key.most}.")
    return sink.wrong_kind(node, key)


def _number(node: Any, key: Key, sink: Sink) -> Any:
    if type(node) is Scalar and _NUMBER.fullmatch(node.value):
        return float(node.value)
    return sink.wrong_kind(node, key)


def _duration(node: Any, key: Key, sink: Sink) -> Any:
    if type(node) is not Scalar:
        return sink.wrong_kind(node, key)
    try:
        seconds = parse_duration(node.value)
    except LocalTimeError:
        return sink.wrong_kind(node, key)
    if not key.least <= seconds <= key.most:
        bound = f"at least {key.least} s" if seconds < key.least else f"at most {key.most} s"
        return sink.wrong(node, f"`{key.name}` is {seconds} s.", f"Write {bound}.")
    return seconds


def _publish(node: Any, key: Key, sink: Sink) -> Any:
    if type(node) is Scalar and node.value == "now":
        return "now"
    return _local(node, key, sink)


def _local(node: Any, key: Key, sink: Sink) -> Any:
    if type(node) is Scalar:
        try:
            moment = parse_local(node.value)
        except LocalTimeError:
            return sink.wrong_kind(node, key)
        if key.kind == "publish" or moment.tzinfo is None:
            return moment
    return sink.wrong_kind(node, key)


def _date(node: Any, key: Key, sink: Sink) -> Any:
    if type(node) is Scalar and _DATE.fullmatch(node.value):
        try:
            return date.fromisoformat(node.value)
        except ValueError:  # no such day
            pass
    return sink.wrong_kind(node, key)


def _time(node: Any, key: Key, sink: Sink) -> Any:
    if type(node) is Scalar and _TIME.fullmatch(node.value):
        return time.fromisoformat(node.value)
    return sink.wrong_kind(node, key)


def _day(node: Any, key: Key, sink: Sink) -> Any:
    if type(node) is Scalar and node.value in DAYS:
        return DAYS.index(node.value)
    return sink.wrong_kind(node, key)


def _choice(node: Any, key: Key, sink: Sink) -> Any:
    if type(node) is Scalar:
        if node.value in key.choices:
            return node.value
        cause = f"`{key.name}` is `{shortened(node.value)}`."
        fix = sink.fix(node, surely_meant(node.value, key.choices))
        return sink.wrong(node, cause, did_you_mean(node.value, key.choices), fix)
    return sink.wrong_kind(node, key)


def _each(reader: Reader) -> Reader:
    """Reads a list whose members are read by `reader`; wrong members are left out."""

    def read(node: Any, key: Key, sink: Sink) -> Any:
        if type(node) is not Items:
            return sink.wrong_kind(node, key)
        values = [reader(item, key, sink) for item in node.items]
        return tuple(value for value in values if value is not WRONG)

    return read


def _focus(node: Any, key: Key, sink: Sink) -> Any:
    if type(node) is Items and len(node.items) == 2:
        words = [item.value for item in node.items if type(item) is Scalar]
        numbers = [float(word) for word in words if _NUMBER.fullmatch(word)]
        if len(numbers) == 2:
            if all(-1 <= number <= 1 for number in numbers):
                return numbers[0], numbers[1]
            cause = (
                f"`{key.name}` is `[{', '.join(words)}]`, and each number lies between -1 and 1."
            )
            remedy = "Write 0 for the middle, -1 for the left or lower edge, 1 for the other one."
            return sink.wrong(node, cause, remedy)
    return sink.wrong_kind(node, key)


def _mapping(node: Any, key: Key, sink: Sink) -> Any:
    if key.shape is None or type(node) is not Pairs:
        return sink.wrong_kind(node, key)
    return read_mapping(node, key.shape, sink)


def _mappings(node: Any, key: Key, sink: Sink) -> Any:
    """A list of mappings; each gets its place under the key `""`."""
    if type(node) is not Items:
        return sink.wrong_kind(node, key)
    found = []
    for item in node.items:
        values = _mapping(item, key, sink)
        if values is not WRONG:
            values[""] = sink.span(item.start_mark)
            found.append(values)
    return tuple(found)


def _options(node: Any, key: Key, sink: Sink) -> Any:
    """Channel → option → text, or a truth value where `true` or `false` is written plainly."""
    if type(node) is not Pairs:
        return sink.wrong_kind(node, key)
    found: dict[str, dict[str, Any]] = {}
    items = iter(node.items)
    for channel in items:
        options = next(items)
        if type(options) is not Pairs:
            sink.wrong(options, f"`{key.name}` of a channel is not a mapping.", "Indent them.")
            continue
        mine: dict[str, Any] = {}
        pairs = iter(options.items)
        for name in pairs:
            value = next(pairs)
            if type(value) is Scalar:
                plain = {"true": True, "false": False} if is_plain(value) else {}
                mine[name.value] = plain.get(value.value, value.value)
            else:
                sink.wrong(value, "An option is neither text nor a truth value.", "Write one.")
        found[channel.value] = mine
    return found


_READERS: dict[str, Reader] = {
    "text": _text,
    "id": _matching(_ID, 64),
    "flag": _flag,
    "integer": _integer,
    "number": _number,
    "duration": _duration,
    "durations": _each(_duration),
    "publish": _publish,
    "local": _local,
    "date": _date,
    "month": _matching(_MONTH),
    "time": _time,
    "days": _each(_day),
    "countries": _each(_matching(_COUNTRY)),
    "zone": _text,
    "url": _matching(_URL, _MAX_URL),
    "language": _matching(_LANGUAGE),
    "color": _matching(_COLOR),
    "choice": _choice,
    "texts": _each(_text),
    "ids": _each(_matching(_ID, 64)),
    "focus": _focus,
    "mapping": _mapping,
    "mappings": _mappings,
    "options": _options,
}


def read_value(node: Node, key: Key, sink: Sink) -> Any:
    """The value of one key; `WRONG` where it was reported."""
    return _READERS[key.kind](node, key, sink)
