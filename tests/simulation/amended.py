"""What must hold of corrections and retractions at the end of a universe."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from signpost.domain.amendment import Amend, delivery_of
from signpost.domain.lifecycle import BAD_ENDS, State

if TYPE_CHECKING:
    from signpost.domain.row import BundleRef, Row
    from tests.simulation.checker import Findings
    from tests.simulation.universe import Universe

    Edition = Callable[[Universe, BundleRef], str]


def check_amendment(
    universe: Universe, row: Row, told: set[State], findings: Findings, edition: Edition
) -> None:
    """What the amendment's row says of the public parts is so, and it came to an end.

    Args:
        edition: the edition of the post that a bundle's line has.
    """
    name, state = row.delivery, row.state
    findings.states[f"{row.action} {state}"] += 1
    main = universe.rows()[delivery_of(name)]
    asked = [move.after for move in universe.moves if move.after.delivery == name]
    allowed = {edition(universe, one.bundle) for one in (main, *asked)}
    public = {
        item.id: item
        for server in universe.servers.values()
        for items in server.items.values()
        for item in items
    }
    shown = [public.get(aim.external_id) for aim in row.aims]
    for number, item in enumerate(shown):
        done = number < len(row.parts)
        if item is None:
            if row.action == Amend.CORRECT and Amend.RETRACT not in universe.asked[main.delivery]:
                findings.lost.append(f"{name} part {number} is gone though nobody retracted it")
        elif row.action == Amend.RETRACT and done:
            findings.broken.append(f"{name} part {number} is recorded as gone and is public")
        elif item.tag.rpartition("@")[2] not in (
            {edition(universe, row.bundle)} if done else allowed
        ):
            findings.broken.append(f"{name} part {number} shows the wrong edition: {item.tag}")
    if state is State.PUBLISHED:
        if len(row.parts) != row.parts_total:
            findings.lost.append(f"{name} is done with {len(row.parts)} parts")
    elif state in BAD_ENDS:
        if not row.reason or state not in told:
            findings.lost.append(f"{name} is {state}, and nobody knows why: {row.reason}")
    else:
        findings.lost.append(f"{name} is still {state} at the end: {row.reason}")


def check_amended(universe: Universe, findings: Findings) -> None:
    """Whatever was edited or deleted was asked for, and an intent for it was there before."""
    rows = universe.rows()
    owners = {
        part.external_id: row.delivery
        for row in rows.values()
        if not row.action
        for part in row.parts
    }
    intents = [(m.at, m.after) for m in universe.moves if m.kind == "intend" and m.after.action]
    for server in universe.servers.values():
        for change in server.amended:
            delivery = owners.get(change.id, "")
            if change.did == "orphaned":
                findings.broken.append(f"{change.id}: deleted before the part that answers it")
            action = Amend.CORRECT if change.kind == "edit" else Amend.RETRACT
            if action not in universe.asked.get(delivery, ()):
                findings.broken.append(f"{change.id}: {change.kind} that nobody asked for")
            elif not any(
                at <= change.at and (row.key, row.action) == (change.id, action)
                for at, row in intents
            ):
                findings.broken.append(f"{change.id}: {change.kind} without an intent")
