"""What `people.yaml` says of people that cannot be meant: managers, other brands, clients."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from signpost.checks.rules import value_type
from signpost.checks.suggest import did_you_mean
from signpost.domain.diagnostics import Diagnostic
from signpost.domain.workspace import Brand, Person


def people_findings(brand: Brand, among: frozenset[str]) -> Iterator[Diagnostic]:
    """Findings about each person of a brand.

    Args:
        brand: as it was read.
        among: the workspace's brands; empty: they are not known.
    """
    managers = {person.id: person.manager for person in brand.people.people}
    for person in brand.people.people:
        for cause, remedy in (*_manager(person, managers), *_seen(brand, person, among)):
            yield value_type.RULE.at(person.span, cause, remedy)


def _manager(person: Person, managers: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    name = person.manager
    if not name:
        return
    if name not in managers:
        yield f"There is no person `{name}`.", did_you_mean(name, managers)
        return
    seen: list[str] = []
    while name and name not in seen:
        if name == person.id:
            way = " → ".join([person.id, *seen, person.id])
            yield f"`manager` leads back to `{person.id}` ({way}).", "Leave it out at the top."
            return
        seen.append(name)
        name = managers.get(name, "")


def _seen(brand: Brand, person: Person, among: frozenset[str]) -> Iterator[tuple[str, str]]:
    """What the person may see of other brands."""
    for name in person.brands:
        if among and name not in among:
            yield f"There is no brand `{name}`.", did_you_mean(name, among)
    if not brand.is_client(person):
        return
    own = [item.id for item in brand.held_by(person.id) if not item.client]
    if own:
        yield (
            f"`{person.id}` is on the client's side, and the position `{own[0]}` is not.",
            "Give the position to somebody of ours, or take `client: true` off the person.",
        )
    if set(person.brands) - {brand.id}:
        yield (
            f"`{person.id}` is on the client's side, and sees `{brand.id}` alone.",
            "Take `brands` off the person.",
        )
