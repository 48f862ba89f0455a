"""TIM302: a time zone that nobody knows."""

from __future__ import annotations

from collections.abc import Iterator

from signpost.checks.rule import Context, Rule
from signpost.domain.diagnostics import Diagnostic, Span
from signpost.domain.timing import zone_info
from signpost.errors import LocalTimeError


def check(context: Context) -> Iterator[Diagnostic]:
    """The zones that posts name themselves; `finding` serves the configuration files."""
    good: set[str] = set()
    for post in context.posts:
        if post.zone in good or "timezone" not in post.spans:
            continue
        found = finding(post.spans["timezone"], post.zone)
        if found is None:
            good.add(post.zone)
        else:
            yield found


def finding(span: Span, zone: str) -> Diagnostic | None:
    """What is wrong with the zone, if anything is."""
    try:
        zone_info(zone)
    except LocalTimeError as error:
        return RULE.at(span, error.cause, error.remedy)
    return None


RULE = Rule(
    code="TIM302",
    name="unknown-zone",
    title="An unknown time zone",
    why="A zone that cannot be looked up would have to be guessed. Abbreviations such as `CET` or "
    "`EST` say nothing about summer time: use the name of a city.",
    example="timezone: Europe/Berlln",
    fix="timezone: Europe/Berlin",
    source="https://www.iana.org/time-zones, noted 2026-11-22",
    check=check,
)
