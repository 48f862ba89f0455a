"""TEA953: somebody is away, and nobody stands in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from signpost.checks.rule import Overview, Rule
from signpost.domain.diagnostics import Diagnostic, Severity
from signpost.domain.timing import zone_info
from signpost.domain.workspace import Holder, People, Period


def across(overview: Overview) -> Iterator[Diagnostic]:
    """Absences of holders that are not over, each against those who could stand in."""
    for brand in overview.brands.values():
        people = brand.people
        if not people.absences or f"{brand.id}/people.yaml" in overview.faulty:
            continue
        today = overview.now.astimezone(zone_info(brand.zone)).date()
        held: dict[str, list[Holder]] = {}
        for holder in people.holders:
            held.setdefault(holder.person, []).append(holder)
        for absence in people.absences:
            if absence.end >= today:
                for holder in held.get(absence.person, ()):
                    yield from _gap(people, holder, absence, today)


def _gap(people: People, holder: Holder, absence: Period, today: date) -> Iterator[Diagnostic]:
    who = stand_ins(people, holder)
    names = {person.id: person.name for person in people.people}
    away = names.get(absence.person, absence.person)
    if not who:
        yield RULE.at(
            absence.span,
            f"{away} is away from {absence.start} to {absence.end}, and `{holder.position}` has no "
            "deputy.",
            f"Add `deputy:` to the holder of `{holder.position}`.",
            severity=Severity.WARNING,
        )
        return
    day = _uncovered(people, who, max(absence.start, today), absence.end)
    if day is not None:
        others = " and ".join(names.get(person, person) for person in sorted(who))
        yield RULE.at(
            absence.span,
            f"{away} is away from {absence.start} to {absence.end}, and on {day} {others} too: "
            f"nobody stands in as `{holder.position}`.",
            "Name another deputy for these days, or move an absence.",
            severity=Severity.WARNING,
        )


def stand_ins(people: People, holder: Holder) -> set[str]:
    """Who can do the work of a holder: deputies of the position, and others who hold it."""
    same = [item for item in people.holders if item.position == holder.position]
    found = {item.person for item in same} | {item.deputy for item in same}
    return found - {holder.person, ""}


def _uncovered(people: People, who: set[str], first: date, last: date) -> date | None:
    """The first of the days on which all of them are away; None if there is none."""
    periods = [
        item
        for item in people.absences
        if item.person in who and item.end >= first and item.start <= last
    ]
    # Who is away changes only where an absence begins: no other day can be the first.
    for day in sorted({first, *(max(first, item.start) for item in periods)}):
        if who <= {item.person for item in periods if item.start <= day <= item.end}:
            return day
    return None


RULE = Rule(
    code="TEA953",
    name="absence-without-deputy",
    title="An absence in which nobody stands in",
    why="Holidays are known months before; that nobody answers comments in them is noticed on the "
    "second day. Both are looked at: a position without a deputy, and a deputy who is away as well. "
    "Absences that are over are not.",
    example="holders:\n  - {position: designer, person: finn}\nabsences:\n"
    "  - {person: finn, from: 2026-12-19, to: 2027-01-03}",
    fix="holders:\n  - {position: designer, person: finn, deputy: juno}\nabsences:\n"
    "  - {person: finn, from: 2026-12-19, to: 2027-01-03}",
    source="our own rule, set 2026-11-22",
    across=across,
    silenceable=True,
)
