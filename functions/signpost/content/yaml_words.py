"""What a YAML parser could not read, in words for people who write posts.

The parser tells what it had expected of its grammar; what was meant is mostly one of a few things.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple, Protocol

_TIGHT = re.compile(r"\s*[\w-]+:[^\s/]")
"""A key whose colon has no space behind it; `https://` is none."""
_QUOTE_IT = "Put the value in quotation marks."


class _Mark(Protocol):
    line: int
    column: int
    index: int


class Reading(NamedTuple):
    """What is wrong, and where.

    Args:
        line, column: counted from 0.
    """

    line: int
    column: int
    cause: str
    remedy: str


def in_words(text: str, problem: str, stop: _Mark | None, began: _Mark | None) -> Reading:
    """What is wrong with a text that is not YAML; the parser's own words come last.

    Args:
        problem: what the parser says.
        stop: where it stopped.
        began: where what it was reading began.
    """
    at = stop or began
    if at is None:
        cause, remedy = "This is not YAML", "Write lines of `key: value`."
        return Reading(0, 0, f"{cause} (the parser says: {problem}).", remedy)
    place, cause, remedy = _said(text, problem, at, began or at)
    return Reading(place.line, place.column, f"{cause} (the parser says: {problem}).", remedy)


def _said(text: str, problem: str, at: _Mark, began: _Mark) -> tuple[_Mark, str, str]:
    """By what the parser says, else by what stands there."""
    if "',' or '" in problem:
        return _open(text, at, began)
    if "mapping values" in problem:
        return _colon(text, at, _line_at(text, at.index)[0])
    for signs, judge in _BY_WORDS:
        if any(words in problem for words in signs):
            return judge(text, at, began)
    return _by_place(text, problem, at, began)


_Judge = Callable[[str, _Mark, _Mark], tuple[_Mark, str, str]]


def _directive(_text: str, at: _Mark, _began: _Mark) -> tuple[_Mark, str, str]:
    cause = "Signpost refuses YAML directives, lines that begin with `%`"
    return at, cause, "Delete the line."


def _tag(_text: str, at: _Mark, _began: _Mark) -> tuple[_Mark, str, str]:
    cause = "Signpost refuses YAML tags, values that begin with `!`"
    return at, cause, "Delete it, or put the value in quotation marks."


def _quote(text: str, _at: _Mark, began: _Mark) -> tuple[_Mark, str, str]:
    quote = text[began.index : began.index + 1]
    cause = f"The quotation mark `{quote}` that opens here is never closed"
    return began, cause, "Write the same sign behind the value."


def _no_key(text: str, _at: _Mark, began: _Mark) -> tuple[_Mark, str, str]:
    tight = _TIGHT.match("".join(_line_at(text, began.index)))
    cause = "There is no space behind the colon" if tight else "The line is no `key: value`"
    return began, cause, "Write the key, a colon, a space and the value: `title: New soles`."


def _escape(_text: str, at: _Mark, _began: _Mark) -> tuple[_Mark, str, str]:
    cause = "Between double quotation marks a backslash begins a special character"
    return at, cause, "Write `\\\\` for a backslash, or take single quotation marks."


def _block(_text: str, at: _Mark, _began: _Mark) -> tuple[_Mark, str, str]:
    cause = "Behind `|` or `>` at the beginning of a value its text begins on the next line"
    return at, cause, f"{_QUOTE_IT} Or begin the text on the next line, indented."


def _name(text: str, _at: _Mark, began: _Mark) -> tuple[_Mark, str, str]:
    return _first_sign(text, began, began)


def _first_sign(text: str, at: _Mark, _began: _Mark) -> tuple[_Mark, str, str]:
    sign = text[at.index : at.index + 1]
    shown = f"`{sign}`" if sign != "`" else "a backtick"
    return at, f"A value without quotation marks cannot begin with {shown}", _QUOTE_IT


_BY_WORDS: tuple[tuple[tuple[str, ...], _Judge], ...] = (
    (("incompatible", "directive"), _directive),
    (("tag",), _tag),
    (("unexpected end of stream", "unexpected document"), _quote),
    (("expected ':'",), _no_key),
    (("unknown escape",), _escape),
    (("comment or", "chomping"), _block),
    (("alphabetic or",), _name),
    (("any token", "node content"), _first_sign),
)
"""Words of the parsers, in C and in Python, and who says what they mean."""


def _by_place(text: str, problem: str, at: _Mark, began: _Mark) -> tuple[_Mark, str, str]:
    """Where the parser only says that something else was expected."""
    before, here = _line_at(text, at.index)
    if here[:1] in {"]", "}"}:
        cause = f"There is one `{here[0]}` too many"
        return at, cause, "Delete it, or put the value in quotation marks."
    if before.rstrip().endswith(("'", '"')):
        cause = "The value goes on behind its closing quotation mark"
        remedy = "Put the whole value in quotation marks; in `'…'` an apostrophe is written twice."
        return at, cause, remedy
    if before.strip(" -") and "<document start>" not in problem:
        remedy = "Correct the line, or put its value in quotation marks."
        return at, "This cannot be read as YAML", remedy
    listed = text.startswith("- ", began.index)
    if began.column == at.column and listed != here.startswith("- "):
        cause = "Members of a list and lines of `key: value` stand on one level here"
        return at, cause, "Indent the list below its key, with two spaces."
    cause = "The line is indented otherwise than the lines that it belongs to"
    return at, cause, "Begin keys of one level under each other; indent with two spaces."


def _open(text: str, at: _Mark, began: _Mark) -> tuple[_Mark, str, str]:
    """A list or mapping in brackets that cannot be read to its end."""
    opening = text[began.index : began.index + 1]
    closing = "]" if opening == "[" else "}"
    rest = _line_at(text, began.index)[1]
    if closing in rest and at.line == began.line:
        cause = f"Behind the `{opening}` on this line the members are not told apart by commas"
        return (
            at,
            cause,
            "Put a comma between two members, and quotation marks around one with a `: `.",
        )
    cause = f"The `{opening}` that opens here is never closed"
    return began, cause, f"Write `{closing}` behind the last member."


def _colon(text: str, at: _Mark, before: str) -> tuple[_Mark, str, str]:
    """A colon where a value was being read already."""
    if ": " in before:
        cause = "The value has a colon with a space in it, so it reads like a second key"
        return at, cause, _QUOTE_IT
    above = text[: at.index - len(before)].rstrip().rpartition("\n")[2]
    if _TIGHT.match(above):
        cause = "The line above has no space behind its colon"
        return at, cause, "Write a space there: `key: value`."
    cause = "The line is indented, though the key above has its value already"
    return at, cause, "Begin the line where the key above begins."


def _line_at(text: str, index: int) -> tuple[str, str]:
    """The line of a place: what stands before the place, and what from there on."""
    start = text.rfind("\n", 0, index) + 1
    end = text.find("\n", index)
    return text[start:index], text[index : end if end >= 0 else len(text)]
