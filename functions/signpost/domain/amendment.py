"""Amendments: what is done to a delivery that is public. Correct it, or retract it.

What is PUBLISHED never moves, so an amendment has a row of its own beside the delivery's, one for
all that ever happens to it: a delivery of its own under the same protocol, whose sends are the
edits or deletions of the public parts. Both are harmless when repeated, so that an unknown one may
be sent again once it is conclusively absent. See docs/adr/0047.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from signpost.domain.lifecycle import OPEN, Event, State
from signpost.domain.plan import Actual, Undone
from signpost.domain.row import BundleRef, PublishedPart, Row

GRACE_S = 24 * 3600
"""How long an amendment is tried, in seconds: a correction of last week's post helps nobody."""

_SUFFIX = "~amendment"
"""Ends the id of an amendment's row; `~` can occur in no id of the content."""

UNSETTLED = OPEN - {State.SCHEDULED}
"""States in which an amendment is on its way, so that no other may take its place."""


class Amend(StrEnum):
    """What an amendment does; the empty word on a row is the publication itself."""

    CORRECT = "correct"
    RETRACT = "retract"


def amendment_of(delivery: str) -> str:
    """Id of the row of the delivery's amendment."""
    return f"{delivery}{_SUFFIX}"


def delivery_of(row: str) -> str:
    """Id of the delivery that a row, its own or its amendment's, is about."""
    return row.removesuffix(_SUFFIX)


def is_amendment(row: str) -> bool:
    """Whether a row's id is that of an amendment."""
    return row.endswith(_SUFFIX)


def account_of(row: str) -> str:
    """Id of the account that a row's sends go to."""
    return delivery_of(row).rsplit("/", 1)[-1]


def brand_of(row: str) -> str:
    """Id of the brand that a row is of."""
    return [*row.split("/", 2), "", ""][1]


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks for.

    Args:
        bundle: where the line lies that the parts are corrected to; for a retraction the line
            that they came from.
        revision: the revision of that line.
        note: who asks, and why.
        made_from: of that revision; see Delivery.
    """

    action: Amend
    bundle: BundleRef
    revision: str
    note: str
    made_from: str = ""


def asked(main: Row, have: Row | None, wish: Wish, *, owner: str, now: datetime) -> Row:
    """The amendment's row once it is asked for: a new one, or the present one anew.

    Args:
        main: the delivery's own row; its parts are what is amended.
        have: the amendment's row; None before the first.

    Raises:
        IllegalTransition: an amendment is on its way.
    """
    aims: Sequence[PublishedPart] = main.parts
    if wish.action is Amend.RETRACT:
        aims = aims[::-1]  # from the end, so that no part of a thread answers what is gone
    revision, base = public_line(main, have)
    fresh = Row(
        delivery=amendment_of(main.delivery),
        brand=main.brand,
        account=main.account,
        state=State.SCHEDULED,
        revision=wish.revision,
        bundle=wish.bundle,
        due=now,
        next_at=now,
        grace_s=GRACE_S,
        on_ambiguous=main.on_ambiguous,
        parts_total=len(aims),
        changed_at=now,
        fence=1,
        owner=owner,
        target=main.target,
        action=wish.action,
        aims=tuple(aims),
        live=revision,
        base=base,
        note=wish.note,
        made_from=wish.made_from,
    )
    if have is None:
        return fresh
    moved = have.moved(Event.AMEND, owner=owner, at=now)
    return replace(fresh, fence=moved.fence, history=have.history)


def public_line(main: Row, amendment: Row | None) -> tuple[str, BundleRef]:
    """The revision that the audience sees, and where its line lies.

    It is the one published, or the last one corrected to. Of a half-done correction it is the one
    before: what is public then is neither.
    """
    if amendment is None or amendment.base is None:
        return main.revision, main.bundle
    if (amendment.action, amendment.state) == (Amend.CORRECT, State.PUBLISHED):
        return amendment.revision, amendment.bundle
    return amendment.live, amendment.base


def amended(
    actual: Actual,
    action: str,
    state: State,
    *,
    revision: str,
    live: str,
    reason: str,
    begun: bool,
    made_from: str = "",
) -> Actual:
    """What a plan sees of a delivery that has an amendment.

    Args:
        actual: what it would see without.
        action: the amendment's.
        state: the amendment's.
        revision: what a correction corrects to.
        live: the revision that was public when it was asked for.
        reason: why it stands where it does, where there is a reason.
        begun: some of its parts are amended, or may be.
        made_from: of the revision that it corrects to; see Delivery.
    """
    before = actual.made_from if live == actual.revision else ""
    if state is State.PUBLISHED:
        if action == Amend.RETRACT:
            return replace(actual, revision=live, made_from=before, retracted=True)
        return replace(actual, revision=revision, made_from=made_from)
    begun = begun or state in UNSETTLED
    undone = Undone(action, state, reason, begun)
    return replace(actual, revision=live, made_from=before, undone=undone)
