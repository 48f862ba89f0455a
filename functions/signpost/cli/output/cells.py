"""Texts cut and filled to columns of a terminal, and days and times as people read them."""

from __future__ import annotations

from calendar import day_name, month_name
from datetime import date, datetime, timedelta, tzinfo

from signpost.cli.output.human import plain, width

ELLIPSIS = "…"


def one_line(text: str) -> str:
    """The text on one line, with nothing in it that drives a terminal."""
    return plain(" ".join(text.split()))


def cut(text: str, columns: int) -> str:
    """As much of the text as fits into so many columns; `…` says that there is more."""
    if width(text) <= columns:
        return text
    room, kept = columns - width(ELLIPSIS), ""
    for char in text:
        if width(kept + char) > room:
            break
        kept += char
    return f"{kept.rstrip()}{ELLIPSIS}" if columns > 0 else ""


def broken(text: str, columns: int, lines: int) -> list[str]:
    """The text broken between words into at most so many lines; the last one is cut."""
    found: list[str] = []
    words = text.split()
    while words and len(found) < lines - 1:
        line = words.pop(0)
        while words and width(f"{line} {words[0]}") <= columns:
            line = f"{line} {words.pop(0)}"
        found.append(cut(line, columns))
    return [*found, cut(" ".join(words), columns)] if words else found


def fill(text: str, columns: int) -> str:
    """The text, cut or filled with blanks to just so many columns."""
    shown = cut(text, columns)
    return shown + " " * (columns - width(shown))


def clock(moment: datetime, zone: tzinfo) -> str:
    """The time of day there, to the minute."""
    return f"{moment.astimezone(zone):%H:%M}"


def clear_clock(moment: datetime, zone: tzinfo) -> str:
    """The same; with its offset where the clock shows this time twice that day."""
    there = moment.astimezone(zone)
    other = there.replace(fold=1 - there.fold)
    if other.utcoffset() != there.utcoffset():
        offset = f"{there:%z}"
        return f"{there:%H:%M} {offset[:3]}:{offset[3:]}"
    return f"{there:%H:%M}"


def day_text(day: date, *, weekday: bool = False) -> str:
    """A day as people write it: `1 December 2026`, `Tuesday 1 December 2026`."""
    text = f"{day.day} {month_name[day.month]} {day.year}"
    return f"{day_name[day.weekday()]} {text}" if weekday else text


def days_text(first: date, last: date) -> str:
    """A stretch of days: `1 to 31 December 2026`."""
    if first == last:
        return day_text(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {day_text(last)}"
    if first.year == last.year:
        return f"{first.day} {month_name[first.month]} to {day_text(last)}"
    return f"{day_text(first)} to {day_text(last)}"


def monday_of(day: date) -> date:
    """The first day of its week (ISO 8601)."""
    return day - timedelta(days=day.weekday())
