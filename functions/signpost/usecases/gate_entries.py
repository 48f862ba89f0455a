"""Releases as the state file shows them, and the warnings before one ends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from signpost.domain.canonical import parse_utc, utc_text
from signpost.domain.gate import WARNED_DAYS, Released, ReleaseGate


def gate_entry(gate: ReleaseGate) -> dict[str, Any]:
    """What is known of a brand's releases, as JSON members."""
    return {
        "required": gate.required,
        "version": gate.version,
        "anchor": gate.anchor,
        "root": gate.root,
        "root_version": gate.root_version,
        "head": gate.head,
        "evidence": gate.evidence,
        "lacking": gate.lacking,
        "releases": [
            {
                "version": item.version,
                "digest": item.digest,
                "start": utc_text(item.start),
                "end": utc_text(item.end),
                "signers": list(item.signers),
            }
            for item in gate.releases
        ],
    }


def parse_gate(brand: str, value: Mapping[str, Any]) -> ReleaseGate:
    """Read the members back.

    Raises:
        KeyError, TypeError, ValueError: they are not those of a gate.
    """
    texts = {name: str(value[name]) for name in ("anchor", "root", "head", "evidence", "lacking")}
    return ReleaseGate(
        brand,
        version=int(value["version"]),
        required=bool(value["required"]),
        root_version=int(value["root_version"]),
        releases=tuple(
            Released(
                item["version"],
                item["digest"],
                parse_utc(item["start"]),
                parse_utc(item["end"]),
                tuple(map(str, item.get("signers", ()))),
            )
            for item in value["releases"]
        ),
        **texts,
    )


def release_reminders(gates: Iterable[ReleaseGate], now: datetime) -> list[dict[str, Any]]:
    """Brands without a release in force, and those whose release ends within 30 days.

    Args:
        gates: of brands that have signed something, or must.
        now: UTC.

    Returns:
        Members with `brand`, `standing` (`shut` or `ends soon`), `days` (left; None where none is
        in force), `notify` (today is one of the days of warning: 30, 14, 7 and 1 before),
        `required`, and `reason`; the most urgent first.
    """
    found: list[dict[str, Any]] = []
    for gate in gates:
        if not gate.required and not gate.root:
            continue
        why, days, present = gate.shut(now), gate.warning_days(now), gate.present(now)
        if why:
            found.append(_reminder(gate, "shut", None, why, notify=gate.required))
        elif days is not None and present is not None:
            reason = f"{present.version} is in force until {present.review_by}"
            found.append(_reminder(gate, "ends soon", days, reason, notify=days in WARNED_DAYS))
    return sorted(found, key=lambda item: (item["days"] or 0, item["brand"]))


def _reminder(
    gate: ReleaseGate, standing: str, days: int | None, reason: str, *, notify: bool
) -> dict[str, Any]:
    return {
        "brand": gate.brand,
        "standing": standing,
        "days": days,
        "notify": notify,
        "required": gate.required,
        "reason": reason,
    }
