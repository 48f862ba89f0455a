"""`signpost calendar`: what is planned and what became of it, day by day."""

from __future__ import annotations

import sys
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from signpost.cli.discovery import find_content
from signpost.cli.options import color_option, content_option, format_option
from signpost.cli.output import json as machine
from signpost.cli.output.human import Terminal, amount, plain, terminal_width

YEARS = range(1970, 3000)
"""Years of days that can be asked for."""

if TYPE_CHECKING:
    from signpost.cli.diary import Diary
    from signpost.cli.output.calendar import Reader


def _day(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> date | None:
    """The date that was written; a month means its first day."""
    if value is None:
        return None
    try:
        day = date.fromisoformat(f"{value}-01" if len(value) == len("2026-12") else value)
    except ValueError as error:
        raise click.BadParameter(f"`{value}` is not a date. Write it as 2026-12-01.") from error
    if day.year not in YEARS:
        raise click.BadParameter(f"`{value}`: write a year from {YEARS[0]} to {YEARS[-1]}.")
    return day


@click.command(
    epilog="""\b
Examples:
  signpost calendar
  signpost calendar --from 2026-12
  signpost calendar --view week --from 2026-12-07 --account larkfell-workshop
  signpost calendar --view agenda --zone America/New_York
  signpost calendar --ics plan.ics

A post is one entry, however many accounts it goes to. Before a push it is `draft` or `ready`; where
a stack can be asked, each account has its state (see `signpost status`). Ideas have no time: they
are counted."""
)
@click.option(
    "--view",
    type=click.Choice(["month", "week", "agenda"]),
    default="month",
    show_default=True,
    help="A month or a week as a grid, or 30 days as a list.",
)
@click.option(
    "--from",
    "day",
    callback=_day,
    metavar="DATE",
    help="Show the month or week of this day, the agenda from it on. Left out: today.",
)
@click.option("--brand", metavar="ID", help="Only this brand.")
@click.option("--account", metavar="ID", help="Only what goes to this account.")
@click.option("--zone", metavar="ZONE", help="Whose clock to show. Left out: the brand's.")
@click.option(
    "--ics",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    metavar="FILE",
    help="Write all posts (with --from: those from it on) as an iCalendar file; - for standard "
    "output.",
)
@content_option
@format_option
@color_option
def command(
    *,
    view: str,
    day: date | None,
    brand: str | None,
    account: str | None,
    zone: str | None,
    ics: Path | None,
    content_dir: Path | None,
    form: str,
) -> int:
    """Show the posts of a month, a week or the coming 30 days.

    It reads the content, and asks the stack what became of it where one is known. Without a stack
    it works all the same.
    """
    from signpost.cli.output.calendar import Reader, days_of, show_calendar
    from signpost.cli.output.deliveries import utc_now
    from signpost.domain.timing import zone_info
    from signpost.errors import LocalTimeError

    if form == "json" and ics == Path("-"):
        raise click.UsageError("--ics - and --format json both want standard output.")
    terminal = Terminal()
    with terminal.working("Reading the content"):
        content = find_content(content_dir)
        diary, home = _open_diary(terminal, content, brand, account)
    try:
        shown_in = zone_info(zone or home)
    except LocalTimeError as error:
        raise click.UsageError(f"--zone: {error}") from error
    reader = Reader(shown_in, utc_now(), terminal_width())
    if ics is not None:
        return _write(terminal, diary, content, ics, day, reader, form)
    chosen = day or reader.today
    if form == "json":
        from signpost.cli.output.calendar_document import calendar_document

        machine.show(calendar_document(diary, view, days_of(view, chosen), reader.zone))
    else:
        show_calendar(terminal, diary, view, chosen, reader)
    return 0


def _open_diary(
    terminal: Terminal, content: Path, brand: str | None, account: str | None
) -> tuple[Diary, str]:
    """The diary, and the zone in which it is shown unless another is asked for."""
    from dataclasses import replace

    from signpost.cli.diary import DiaryMaker
    from signpost.cli.scope import check_scope
    from signpost.cli.wiring import ask_state, open_goals, open_posts
    from signpost.domain.diagnostics import Severity
    from signpost.errors import SignpostError

    workspace, read = open_posts(content)
    known = list(read.brands.values())
    try:
        check_scope(workspace, known, brand, account)
    except SignpostError as error:
        # Only looked at, unlike `stop` and `resume`: a mistyped option is usage, as in `queue`.
        raise click.UsageError(f"{error.cause} {error.remedy}") from error
    for name in workspace.brands:
        if name not in read.brands and brand in {None, name}:
            terminal.warn(f"The brand `{name}` cannot be read; `signpost check` says why.")
    brands = [
        item
        for item in known
        if brand in {None, item.id} and (account is None or item.account(account))
    ]
    state, why_not = ask_state(content, workspace)
    broken = {item.span.path for item in read.diagnostics if item.severity is Severity.ERROR}
    maker = DiaryMaker(brands, state, account, broken)
    goals = {item.id: open_goals(content, item.id) for item in brands}
    diary = maker.make(read.posts, read.ideas, goals, why_not)
    placed = {post.path for post in (*read.posts, *read.ideas)}
    lost = sum(
        path not in placed and any(path.startswith(f"{item.id}/posts/") for item in brands)
        for path in broken
    )
    timeless = replace(diary.timeless, faulty=diary.timeless.faulty + lost)
    home = brands[0].zone if len(brands) == 1 else workspace.zone
    return replace(diary, timeless=timeless), home


def _write(
    terminal: Terminal,
    diary: Diary,
    content: Path,
    file: Path,
    day: date | None,
    reader: Reader,
    form: str,
) -> int:
    """Write the iCalendar file, whole or not at all."""
    from signpost.cli.git import changed_at
    from signpost.cli.output.ics import Stamps, ics_file, write_whole

    since = datetime.combine(day, time(), reader.zone) if day else None
    items = [item for item in diary.items if since is None or item.at >= since]
    data = ics_file(diary, items, Stamps(content, changed_at(content)))
    if file == Path("-"):
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return 0
    write_whole(file, data)
    if form == "json":
        machine.show({"file": str(file), "events": len(items)})
    else:
        terminal.say(f"Wrote {amount(len(items), 'event')} to {plain(str(file))}.")
        if diary.why_not:
            terminal.say(f"What happened is not in it, only what the content says. {diary.why_not}")
    return 0
