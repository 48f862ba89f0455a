"""The calendar as people see it: the frame of all views, the agenda, and what is below them."""

from __future__ import annotations

from calendar import month_name
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from signpost.cli.diary import Diary, Item, Standing
from signpost.cli.output.cells import clear_clock, day_text, days_text, monday_of, one_line
from signpost.cli.output.changes import local
from signpost.cli.output.grid import (
    COLORS,
    LEAST_COLUMNS,
    MARKS,
    Grid,
    as_date,
    campaign_name,
    campaigns_between,
    weeks_of,
)
from signpost.cli.output.human import Terminal, amount, width
from signpost.domain.lifecycle import BAD_ENDS
from signpost.domain.timing import zone_info

VIEWS = ("month", "week", "agenda")
AGENDA_DAYS = 30


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks, and when.

    Args:
        zone: whose clock and days are shown.
        now: the present instant.
        columns: of the terminal.
    """

    zone: tzinfo
    now: datetime
    columns: int

    @property
    def today(self) -> date:
        """The day that the reader has."""
        return as_date(self.now, self.zone)


def days_of(view: str, day: date) -> tuple[date, date]:
    """First and last day that a view shows for a day."""
    if view == "month":
        return weeks_of(day)
    if view == "week":
        monday = monday_of(day)
        return monday, monday + timedelta(days=6)
    return day, day + timedelta(days=AGENDA_DAYS - 1)


def show_calendar(terminal: Terminal, diary: Diary, view: str, day: date, reader: Reader) -> None:
    """Print a view.

    Args:
        view: one of `VIEWS`; where the terminal is too narrow for a grid, the agenda of its days.
        day: one that the view shows; the agenda begins with it.
    """
    first, last = days_of(view, day)
    if view != "agenda" and reader.columns < LEAST_COLUMNS:
        terminal.say(
            f"A {view} needs {LEAST_COLUMNS} columns, there are {reader.columns}: as an agenda.",
            stderr=True,
        )
        if view == "month":
            first = day.replace(day=1)
            last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        view = "agenda"
    _show_head(terminal, diary, view, day, (first, last), reader)
    items = diary.between(first, last, reader.zone)
    shown = [item for item in items if not item.cancelled]
    grid = Grid(terminal, diary, reader.zone, reader.today, reader.columns)
    if view == "month":
        grid.month(first, last)
    elif view == "week":
        grid.week(first)
    elif shown:
        _show_agenda(terminal, shown, reader)
    if view != "agenda":
        _show_legend(terminal, shown)
        _show_bad(terminal, shown, reader.zone)
    if shown or view != "agenda":
        terminal.say()
    _show_sum(terminal, diary, items, (first, last), reader.zone)


def _show_head(
    terminal: Terminal, diary: Diary, view: str, day: date, days: tuple[date, date], reader: Reader
) -> None:
    if view == "month":
        head = f"{month_name[day.month]} {day.year}"
        mottos = list(_mottos(diary, [day]))
    else:
        head = days_text(*days)
        mottos = [] if view == "week" else list(_mottos(diary, _months(*days)))
    names = ", ".join(one_line(brand.name) for brand in diary.brands)
    if len(mottos) == 1 and view == "month":
        head = f"{head}: {mottos.pop()}"
    terminal.say(terminal.paint(head, "bold"))
    terminal.say(f"{names}. Times in {reader.zone}.")
    for motto in mottos:
        terminal.say(motto)
    if view == "agenda":
        for campaign, brand in campaigns_between(diary, *days):
            until = days_text(campaign.start or days[0], campaign.end or days[1])
            terminal.say(f"Campaign: {campaign_name(diary, campaign, brand)}, {until}.")
    terminal.say()


def _mottos(diary: Diary, months: Sequence[date]) -> Iterable[str]:
    for month in months:
        for brand in diary.brands:
            motto = one_line(diary.goals[brand.id].motto(month)) if brand.id in diary.goals else ""
            if motto:
                when = f"{month_name[month.month]}: " if len(months) > 1 else ""
                whose = f"{one_line(brand.name)}: " if len(diary.brands) > 1 else ""
                yield f"{when}{whose}{motto}"


def _months(first: date, last: date) -> list[date]:
    months = [first.replace(day=1)]
    while (following := (months[-1] + timedelta(days=31)).replace(day=1)) <= last:
        months.append(following)
    return months


def _show_agenda(terminal: Terminal, items: Sequence[Item], reader: Reader) -> None:
    rows = [(item, _rows(item, reader.zone)) for item in items]
    every = [row for _, of_item in rows for row in of_item]
    wide = [max(width(row[n]) for row in every) for n in range(4)]
    day: date | None = None
    for item, of_item in rows:
        here = as_date(item.at, reader.zone)
        if here != day:
            if day is not None:
                terminal.say()
            day = here
            today = ", today" if day == reader.today else ""
            terminal.say(terminal.paint(f"{day_text(day, weekday=True)}{today}", "bold"))
        for when, elsewhere, word, accounts, title in of_item:
            cells = [f"{when:<{wide[0]}}"]
            if wide[1]:
                cells.append(f"{elsewhere:<{wide[1]}}")
            cells.append(terminal.paint(word, COLORS[word]) + " " * (wide[2] - width(word)))
            if reader.columns >= LEAST_COLUMNS:
                cells.extend([accounts + " " * (wide[3] - width(accounts)), title])
                terminal.say(f"  {'  '.join(cells)}".rstrip())
            else:
                terminal.say(f"  {'  '.join([*cells, accounts])}".rstrip())
                terminal.say(f"    {title}")
            for text in _below(item, word):
                terminal.say(f"    {one_line(text)}")
        for note in item.notes:
            terminal.say(f"    note: {one_line(note)}")


def _rows(item: Item, zone: tzinfo) -> list[tuple[str, str, str, str, str]]:
    """Time, the author's time where it is another, word, accounts, title; a row a word."""
    when, elsewhere = clear_clock(item.at, zone), ""
    home = zone_info(item.zone)
    if item.at.astimezone(home).replace(tzinfo=None) != item.at.astimezone(zone).replace(
        tzinfo=None
    ):
        there = as_date(item.at, home)
        day = f"{there} " if there != as_date(item.at, zone) else ""
        elsewhere = f"({day}{clear_clock(item.at, home)} {item.zone})"
    rows = []
    for word in item.words:
        names = ", ".join(one.account for one in item.standings if one.word == word)
        rows.append((when, elsewhere, word, names, one_line(item.title)))
    return rows


def _below(item: Item, word: str) -> Iterable[str]:
    """Permalinks of what is public, reasons of what is not."""
    of_word = [one for one in item.standings if one.word == word]
    for one in of_word:
        yield from one.permalinks[:1]
        if one.reason and not one.permalinks:
            yield f"{one.account}: {one.reason}" if len(of_word) > 1 else one.reason


def _show_legend(terminal: Terminal, items: Sequence[Item]) -> None:
    words = dict.fromkeys(item.word for item in items)
    if words:
        marks = [f"{MARKS[word]} {terminal.paint(word, COLORS[word])}" for word in words]
        terminal.say()
        terminal.say("   ".join(marks))


def _show_bad(terminal: Terminal, items: Sequence[Item], zone: tzinfo) -> None:
    """What needs a person, in full: in a cell there is no room for the reason."""
    bad: list[tuple[Item, Standing]] = [
        (item, one) for item in items for one in item.standings if one.word in BAD_ENDS
    ]
    for item, one in bad:
        word = terminal.paint(one.word, COLORS[one.word])
        reason = f": {one_line(one.reason)}" if one.reason else ""
        when = local(item.at.replace(second=0, microsecond=0), zone)
        terminal.say(f"! {when} {word} {one.account} {one_line(item.title)}{reason}")
    for item in items:
        for note in item.notes:
            terminal.say(f"note: {one_line(item.title)}: {one_line(note)}")


def _show_sum(
    terminal: Terminal,
    diary: Diary,
    items: Sequence[Item],
    days: tuple[date, date],
    zone: tzinfo,
) -> None:
    shown = [item for item in items if not item.cancelled]
    if shown:
        counts: dict[str, int] = {}
        for item in shown:
            counts[item.word] = counts.get(item.word, 0) + 1
        told = ", ".join(f"{number} {word}" for word, number in counts.items())
        terminal.say(f"{amount(len(shown), 'post')}: {told}.")
    else:
        terminal.say(f"Nothing is planned for {days_text(*days)}.")
        following = diary.following(days[1], zone)
        if following:
            terminal.say(
                f"The next post is on {day_text(following)}: "
                f"`signpost calendar --from {following}`."
            )
        elif diary.items:
            terminal.say(f"The last post is of {day_text(as_date(diary.items[-1].at, zone))}.")
        else:
            terminal.say("There are no posts with a time yet. `signpost new` writes one.")
    if len(items) > len(shown):
        terminal.say(f"{amount(len(items) - len(shown), 'cancelled post')} not shown.")
    for text in _timeless(diary):
        terminal.say(text)
    if diary.why_not:
        terminal.say(f"What happened is not shown, only what the content says. {diary.why_not}")
    elif diary.stack is None:
        terminal.say("Nothing has been pushed to the stack yet.")
    else:
        terminal.say(f"States are of {local(diary.stack.replace(microsecond=0), zone)}.")


def _timeless(diary: Diary) -> Iterable[str]:
    counts = diary.timeless
    for number, thing, what in (
        (counts.ideas, "idea", "without a time"),
        (counts.drafts, "draft", "without a time as yet"),
        (counts.now, "post", "for the next push (`publish: now`)"),
        (counts.faulty, "post", "that cannot be placed; `signpost check` says why"),
    ):
        if number:
            yield f"Not shown: {amount(number, thing)} {what}."
