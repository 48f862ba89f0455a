"""Why a post was made: ids of its front matter, resolved to what the brand says of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from signpost.domain.goals import Goals, Kpi
from signpost.domain.workspace import Brand, Entry

ENTRIES = ("objective", "campaign", "theme", "persona")
"""Front matter that names an entry of `kpis.yaml` or `brand.yaml`."""


def why_document(
    about: Mapping[str, Any], brand: Brand | None, goals: Goals, day: date
) -> dict[str, Any]:
    """Each id with its title and meaning; `title` is None where the content does not tell it.

    Args:
        about: ids, as the front matter had them when the post was pushed.
        brand: as the content has it today; None where it cannot be read.
        goals: its KPIs and targets.
        day: of the post; the targets are those that were next then.
    """
    found: dict[str, Any] = {"type": about.get("type") or None}
    for key in ENTRIES:
        found[key] = _entry(str(about.get(key) or ""), key, brand)
    if found["objective"] is not None:
        found["objective"]["kpis"] = [_kpi(kpi, day) for kpi in goals.serving(about["objective"])]
    found["owner"] = _owner(str(about.get("owner") or ""), brand)
    return found


def entry_of(name: str, key: str, brand: Brand | None) -> Entry | None:
    """What the brand says of an objective, a campaign, a theme or a persona."""
    if brand is None:
        return None
    entries: Mapping[str, Iterable[Entry]] = {
        "objective": brand.objectives,
        "campaign": brand.campaigns,
        "theme": brand.themes,
        "persona": brand.personas,
    }
    return next((entry for entry in entries[key] if entry.id == name), None)


def _entry(name: str, key: str, brand: Brand | None) -> dict[str, Any] | None:
    if not name:
        return None
    entry = entry_of(name, key, brand)
    return {
        "id": name,
        "title": (entry.title or None) if entry else None,
        "about": (entry.about or None) if entry else None,
        "from": entry.start.isoformat() if entry and entry.start else None,
        "to": entry.end.isoformat() if entry and entry.end else None,
    }


def _kpi(kpi: Kpi, day: date) -> dict[str, Any]:
    target = kpi.target_on(day)
    return {
        "id": kpi.id,
        "title": kpi.title,
        "unit": kpi.unit,
        "period": kpi.period,
        "baseline": kpi.baseline,
        "target": {"value": target.value, "by": target.by.isoformat()} if target else None,
    }


def _owner(name: str, brand: Brand | None) -> dict[str, Any] | None:
    """A person, or a position with who holds it and who stands in."""
    if not name:
        return None
    positions = brand.positions if brand else ()
    persons = {person.id: person.name for person in brand.people.people} if brand else {}
    position = next((item.title for item in positions if item.id == name), None)
    holders = [item for item in (brand.people.holders if brand else ()) if item.position == name]
    return {
        "id": name,
        "position": position,
        "persons": [persons[name]]
        if name in persons
        else [persons.get(item.person, item.person) for item in holders],
        "deputies": [persons.get(item.deputy, item.deputy) for item in holders if item.deputy],
    }
