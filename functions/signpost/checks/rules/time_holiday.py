"""TIM306: a post on a public holiday."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from signpost.checks.local_times import DAY_S, coming_by_day, shown
from signpost.checks.public_holidays import Holidays
from signpost.checks.rule import Overview, Rule
from signpost.domain.diagnostics import Diagnostic, Severity
from signpost.domain.workspace import Brand


def across(overview: Overview) -> Iterator[Diagnostic]:
    """Posts to come, against the holidays of each country that the brand names."""
    for brand, number, posts in coming_by_day(overview, lambda item: item.countries):
        day = shown(number * DAY_S).date()
        names = _names(brand, day, overview.holidays)
        if not names:
            continue
        for post, _ in posts:
            where = "" if post.publish.startswith(str(day)) else f" (in {brand.zone})"
            yield RULE.at(
                post.publish_span,
                f"{day}{where} is a public holiday: {names}.",
                "Move the post, unless it is about the day.",
                severity=Severity.WARNING,
            )


def _names(brand: Brand, day: date, holidays: Holidays) -> str:
    """The day's holidays in the brand's countries; empty on most days."""
    found: dict[str, list[str]] = {}
    for code in brand.countries:
        name = holidays.of(code, day.year).get(day)
        if name:
            found.setdefault(name, []).append(code)
    return "; ".join(f"{name} ({', '.join(codes)})" for name, codes in found.items())


RULE = Rule(
    code="TIM306",
    name="public-holiday",
    title="A post on a public holiday",
    why="On a holiday shops are closed, customer care is away, and a cheerful offer can be out of "
    "place. The countries are those of `countries:` in brand.yaml. It is a warning, because some "
    "posts are about the day.",
    example="publish: 2026-12-25 09:00    # brand.yaml: countries: [DE-BY]",
    fix="publish: 2026-12-28 09:00",
    source="https://holidays.readthedocs.io/en/latest/, read 2026-11-22",
    across=across,
    silenceable=True,
)
