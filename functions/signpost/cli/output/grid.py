"""The month and the week as grids: a column a weekday, with campaigns as bars below each week."""

from __future__ import annotations

from calendar import day_abbr, month_abbr
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo

from signpost.cli.diary import DRAFT, NOT_PUSHED, READY, Diary, Item
from signpost.cli.output.cells import broken, clock, cut, fill, monday_of, one_line
from signpost.cli.output.human import STATE_COLORS, Terminal, width
from signpost.domain.lifecycle import State
from signpost.domain.workspace import Brand, Entry

LEAST_COLUMNS = 80
"""A narrower grid could show a time, but no word of what happens then."""
MOST_POSTS = 3
"""Posts of a day that a month shows; the rest is counted."""
_MOST_CELL = 32
_TITLE_LINES = 2
"""Lines that a title may take; on a busy day of a month it has one."""
_WORKDAY = (8, 18)
"""Hours that a week always shows."""

MARKS: Mapping[str, str] = {
    DRAFT: "~",
    READY: "+",
    NOT_PUSHED: "+",
    State.SCHEDULED: "@",
    State.SENDING: ">",
    State.PENDING: ">",
    State.AMBIGUOUS: "?",
    State.PUBLISHED: "*",
    State.HELD: "!",
    State.EXPIRED: "!",
    State.FAILED: "!",
    State.CANCELLED: "x",
}
"""What stands for a word in a narrow cell; a legend below the grid spells it out."""
COLORS: Mapping[str, str] = {**STATE_COLORS, DRAFT: "yellow", READY: "blue", NOT_PUSHED: "blue"}
"""The colour of each word; a mark or the word always stands beside it."""


class Grid:
    """Draws weeks.

    Args:
        columns: of the terminal, at least `LEAST_COLUMNS`.
        today: as the reader's zone has it.
    """

    def __init__(
        self, terminal: Terminal, diary: Diary, zone: tzinfo, today: date, columns: int
    ) -> None:
        self._terminal = terminal
        self._diary = diary
        self._zone = zone
        self._today = today
        self._columns = columns
        self._by_day: dict[date, list[Item]] = {}
        for item in diary.items:
            if not item.cancelled:
                self._by_day.setdefault(as_date(item.at, zone), []).append(item)

    def month(self, first: date, last: date) -> None:
        """Print the weeks from `first`, a Monday, to `last`, a Sunday."""
        cell = self._cell(margin=4)
        self._head("wk", margin=4, cell=cell)
        monday = first
        while monday <= last:
            days = [monday + timedelta(days=n) for n in range(7)]
            labels = [self._label(day, month=day in {first, last} or day.day == 1) for day in days]
            self._row(f"{monday.isocalendar().week:>2}", 4, cell, labels)
            stacks = [list(self._short(day, cell)) for day in days]
            for line in range(max(map(len, stacks))):
                self._row("", 4, cell, [s[line] if line < len(s) else ("", "") for s in stacks])
            self._bars(monday, 4, cell)
            if monday + timedelta(days=7) <= last:
                self._terminal.say()
            monday += timedelta(days=7)

    def week(self, monday: date) -> None:
        """Print the seven days from a Monday, hour by hour."""
        cell = self._cell(margin=6)
        days = [monday + timedelta(days=n) for n in range(7)]
        week = monday.isocalendar().week
        self._head(f"wk {week}", margin=6, cell=cell)
        self._row("", 6, cell, [self._label(day, month=True) for day in days])
        self._bars(monday, 6, cell)
        hours = [item.at.astimezone(self._zone).hour for day in days for item in self._of(day)]
        for hour in range(min([_WORKDAY[0], *hours]), max([_WORKDAY[1], *hours]) + 1):
            stacks = [list(self._lines(self._of(day, hour), cell, _TITLE_LINES)) for day in days]
            for line in range(max(1, *map(len, stacks))):
                cells = [s[line] if line < len(s) else ("", "") for s in stacks]
                self._row("" if line else f"{hour:02d}:00", 6, cell, cells)

    def _cell(self, margin: int) -> int:
        """Columns of a cell: seven of them with a blank between fill the line."""
        return min(_MOST_CELL, (self._columns - margin - 6) // 7)

    def _head(self, corner: str, margin: int, cell: int) -> None:
        text = " ".join(fill(name, cell) for name in day_abbr)
        self._terminal.say(self._terminal.paint(f"{corner:<{margin}}{text}".rstrip(), "bold"))

    def _row(self, left: str, margin: int, cell: int, cells: Sequence[tuple[str, str]]) -> None:
        line = f"{left:<{margin}}"
        last = max((n for n, (text, _) in enumerate(cells) if text), default=-1)
        for number, (text, color) in enumerate(cells[: last + 1]):
            shown = cut(text, cell)
            blanks = "" if number == last else " " * (cell - width(shown) + 1)
            line += (self._terminal.paint(shown, color) if color and shown else shown) + blanks
        self._terminal.say(line.rstrip())

    def _label(self, day: date, *, month: bool) -> tuple[str, str]:
        text = f"{day.day} {month_abbr[day.month]}" if month else f"{day.day}"
        if day == self._today:
            return f"{day.day} today", "bold"
        return text, "dim"

    def _of(self, day: date, hour: int | None = None) -> list[Item]:
        return [
            item
            for item in self._by_day.get(day, ())
            if hour is None or item.at.astimezone(self._zone).hour == hour
        ]

    def _short(self, day: date, cell: int) -> Iterator[tuple[str, str]]:
        items = self._of(day)
        shown = items if len(items) <= MOST_POSTS else items[: MOST_POSTS - 1]
        yield from self._lines(shown, cell, lines=1 if len(items) > 1 else _TITLE_LINES)
        if len(shown) < len(items):
            yield f"+{len(items) - len(shown)} more", "bold"

    def _lines(self, items: Sequence[Item], cell: int, lines: int) -> Iterator[tuple[str, str]]:
        for item in items:
            color = COLORS[item.word]
            who = account_marker(item)
            yield cut(f"{MARKS[item.word]}{clock(item.at, self._zone)} {who}".rstrip(), cell), color
            for line in broken(one_line(item.title), cell, lines):
                yield line, ""

    def _bars(self, monday: date, margin: int, cell: int) -> None:
        for campaign, brand in campaigns_between(self._diary, monday, monday + timedelta(days=6)):
            bar = _bar(campaign, campaign_name(self._diary, campaign, brand), monday, cell)
            self._terminal.say(self._terminal.paint(" " * margin + bar, "dim"))


def account_marker(item: Item) -> str:
    """Where a post goes, as short as it can be told: without the brand's name."""
    names = [standing.account for standing in item.standings]
    if not names:
        return ""
    first = names[0].removeprefix(f"{item.brand}-").removeprefix(f"{item.brand}_")
    return f"{first} +{len(names) - 1}" if len(names) > 1 else first


def campaigns_between(diary: Diary, first: date, last: date) -> list[tuple[Entry, Brand]]:
    """Campaigns that run on these days, by their beginning, each with its brand."""
    found = [
        (campaign, brand)
        for brand in diary.brands
        for campaign in brand.campaigns
        if (campaign.start or campaign.end)
        and (campaign.start or date.min) <= last
        and (campaign.end or date.max) >= first
    ]
    return sorted(found, key=lambda pair: (pair[0].start or date.min, pair[0].id, pair[1].id))


def campaign_name(diary: Diary, campaign: Entry, brand: Brand) -> str:
    """Its title; with its brand's name where several brands are shown."""
    title = campaign.title or campaign.id
    return one_line(f"{brand.name}: {title}" if len(diary.brands) > 1 else title)


def _bar(campaign: Entry, name: str, monday: date, cell: int) -> str:
    """The campaign's days of a week as a line below them; its ends say where it begins and ends."""
    start, end = campaign.start or date.min, campaign.end or date.max
    from_day = max(0, (start - monday).days)
    to_day = min(6, (end - monday).days)
    columns = (to_day - from_day + 1) * (cell + 1) - 1
    left = "├" if start >= monday else "─"
    right = "┤" if end < monday + timedelta(days=7) else "─"
    text = cut(f"{left} {name} ", columns - 1)
    middle = "─" * (columns - width(text) - 1)
    return " " * (from_day * (cell + 1)) + text + middle + right


def weeks_of(day: date) -> tuple[date, date]:
    """First Monday and last Sunday of the weeks that a month has days in."""
    first = day.replace(day=1)
    after = (first + timedelta(days=31)).replace(day=1)
    return monday_of(first), monday_of(after - timedelta(days=1)) + timedelta(days=6)


def as_date(moment: datetime, zone: tzinfo) -> date:
    """The day that the zone has at that instant."""
    return moment.astimezone(zone).date()
