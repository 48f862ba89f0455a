"""TIM305: a post in quiet hours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time

from signpost.checks.local_times import DAY_S, coming, shown, told
from signpost.checks.rule import Overview, Rule
from signpost.domain.diagnostics import Diagnostic
from signpost.domain.workspace import QuietHours

_DAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


def across(overview: Overview) -> Iterator[Diagnostic]:
    """Posts to come, by the clock on the brand's wall: daylight saving changes nothing in it."""
    clocks = {
        brand.id: [(_seconds(item.start), _seconds(item.end), item) for item in brand.quiet]
        for brand in overview.brands.values()
    }
    for post, brand, reading in coming(overview, lambda item: item.quiet):
        clock = reading % DAY_S  # most posts are told apart by it, without a date
        quiet = None
        for start, end, hours in clocks[brand.id]:
            inside = start <= clock < end if start < end else clock >= start or clock < end
            if inside and covers(hours, shown(reading)):
                quiet = hours
                break
        if quiet is not None:
            yield RULE.at(
                post.publish_span,
                f"{told(post, brand, reading)} lies in the brand's quiet hours, {_words(quiet)}.",
                f"Write a time from {quiet.end:%H:%M} on, or before {quiet.start:%H:%M}.",
            )


def _seconds(clock: time) -> int:
    return clock.hour * 3600 + clock.minute * 60 + clock.second


def covers(quiet: QuietHours, moment: datetime) -> bool:
    """Whether a local time lies in the hours; their days are those on which they begin."""
    clock, day = moment.time(), moment.weekday()
    if quiet.start < quiet.end:
        return quiet.start <= clock < quiet.end and (not quiet.days or day in quiet.days)
    if clock >= quiet.start:
        return not quiet.days or day in quiet.days
    return clock < quiet.end and (not quiet.days or (day - 1) % 7 in quiet.days)


def _words(quiet: QuietHours) -> str:
    hours = f"{quiet.start:%H:%M} to {quiet.end:%H:%M}"
    if not quiet.days:
        return hours
    when = "on" if quiet.start < quiet.end else "beginning on"
    return f"{hours}, {when} {' and '.join(_DAYS[day] for day in sorted(quiet.days))}"


RULE = Rule(
    code="TIM305",
    name="quiet-hours",
    title="A post in quiet hours",
    why="At three in the morning nobody reads, and nobody answers if the post goes wrong. Such a "
    "time is mostly a slip: 03:00 for 15:00, or the clock of another country. Hours may run over "
    "midnight; the days named are those on which they begin.",
    example='publish: 2026-12-01 23:30    # brand.yaml: quiet: [{from: "22:00", to: "07:00"}]',
    fix="publish: 2026-12-02 07:00",
    source="our own rule, set 2026-11-22",
    across=across,
    silenceable=True,
)
