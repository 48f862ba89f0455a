"""Posts that await approval, for whoever reminds people of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from signpost.domain.amendment import amendment_of
from signpost.domain.approval import ApprovalGate, parse_approval
from signpost.domain.canonical import parse_utc, utc_text


def approval_reminders(
    approvals: Mapping[str, Mapping[str, Any]],
    entries: Mapping[str, Mapping[str, Any]],
    now: datetime,
) -> list[dict[str, Any]]:
    """Every post that awaits approval, the first to go out first; docs/approvals.md lists the members.

    Args:
        approvals: post → what is known of its approvals, as in the state file.
        entries: deliveries and amendments, as there.
        now: UTC.

    Raises:
        KeyError, TypeError, ValueError: an entry is of another form.
    """
    gates = [parse_approval(post, value) for post, value in approvals.items()]
    found = [_reminder(gate, entries, now) for gate in gates if gate.lacking]
    waiting = [item for item in found if item is not None]
    return sorted(waiting, key=lambda item: (item["due"] or "~", item["brand"], item["post"]))


def _reminder(
    gate: ApprovalGate, entries: Mapping[str, Mapping[str, Any]], now: datetime
) -> dict[str, Any] | None:
    held = [
        (name, entry)
        for delivery in gate.bound
        for name in (delivery, amendment_of(delivery))
        if (entry := entries.get(name, {})).get("awaits")
    ]
    if not held:
        return None
    # What is public and awaits its correction has no time that could be missed.
    due = min((entry["due"] for name, entry in held if name in gate.bound), default=None)
    late = due is not None and now >= parse_utc(due) - timedelta(seconds=gate.lead_s)
    abouts = (entries.get(name, {}).get("about") for name in gate.bound)
    about: Mapping[str, Any] = next(filter(None, abouts), {})
    return {
        "brand": gate.brand,
        "post": gate.name,
        **{name: about.get(name, "") for name in ("title", "source", "owner")},
        "standing": "late" if late else "awaits approval",
        "due": due,
        "since": min(entry.get("awaits_since", entry["changed_at"]) for _name, entry in held),
        "lacking": gate.lacking,
        "missing": {need.tier: list(gate.missing.get(need.tier, ())) for need in gate.needs},
        "changes_asked": [
            {
                "person": said.person,
                "name": said.name,
                "tier": said.tier,
                "at": utc_text(said.at),
                "comment": said.comment,
            }
            for said in gate.current
            if not said.approve
        ],
    }
