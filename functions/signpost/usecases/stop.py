"""Stop, resume, and let go of what is held."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from signpost.domain.canonical import utc_text
from signpost.domain.lifecycle import Event, State
from signpost.domain.row import PublishedPart, Row
from signpost.domain.stop import Stop
from signpost.errors import LedgerError, LedgerUnavailable, SignpostError
from signpost.ports import Clock, Ledger, Queue, Write
from signpost.usecases.resuming import Resuming

_SCOPE = re.compile(r"\*|(?:brand|account):[^:\s]+")

INSIST_S = 8.0
"""How long a stop is tried; the function `control` has 15 s."""


class ControlError(SignpostError):
    """A stop, resume or release that cannot be done as asked."""

    code = "CONTROL"


class NotEditable(ControlError):
    """What is public on the channel cannot be edited."""

    code = "CONTROL-EDIT"


class AmendedAlready(ControlError):
    """What is asked for is so: it says this, or is gone."""

    code = "CONTROL-DONE"


@dataclass(frozen=True, slots=True)
class Control:
    """What a person may do to publishing; every act is on the audit trail.

    Args:
        resuming: judges who has to sign for lifting a stop; left out: nobody.
        signed: whether a stop stays where nobody has to sign for lifting it.
    """

    ledger: Ledger
    queue: Queue
    clock: Clock
    resuming: Resuming | None = None
    signed: bool = False

    def answer(self, action: str, text: Mapping[str, str]) -> dict[str, Any]:
        """What a request gets to hear, as JSON members.

        Args:
            action: `stop`, `resume`, `release`, or `switch` to hear what is stopped.
            text: `actor`, and what the action needs.

        Raises:
            ControlError, NotSigned, LedgerUnavailable, LedgerUnknown: see the methods.
        """
        actor, reason = text.get("actor", ""), text.get("reason", "")
        if action == "switch":
            have = self.ledger.stop()
            scopes = sorted(have.scopes) if have else ["*"]
            return {"version": have.version if have else 0, "scopes": scopes}
        if action == "release":
            said = {name: text.get(name, "") for name in ("checked", "external_id", "permalink")}
            row = self.release(text["delivery"], actor=actor, reason=reason, **said)
            return {"delivery": row.delivery, "state": row.state}
        if not _SCOPE.fullmatch(text["scope"]):
            raise ControlError(f"'{text['scope']}' is no scope.", "docs/security.md lists them.")
        signed = text.get("signed", "")
        stop = self.switch(action, text["scope"], actor=actor, reason=reason, signed=signed)
        return {"version": stop.version, "scopes": sorted(stop.scopes)}

    def switch(self, action: str, scope: str, *, actor: str, reason: str, signed: str) -> Stop:
        """`stop` or `resume`, by its name."""
        if action == "stop":
            return self.stop(scope, actor=actor, reason=reason)
        return self.resume(scope, actor=actor, reason=reason, signed=signed)

    def stop(self, scope: str, *, actor: str, reason: str) -> Stop:
        """Halt a scope. After this returns, no new intent of the scope can commit.

        Raises:
            LedgerUnavailable: it is not sure that it took effect; ask again.
        """
        stop = self._insist(lambda scopes: scopes | {scope})
        self._audit(actor, "stop", scope=scope, reason=reason, version=stop.version)
        return stop

    def resume(self, scope: str, *, actor: str, reason: str, signed: str = "") -> Stop:
        """Lift a scope; `*` lifts everything. What was held meanwhile stays held.

        Also makes the switch where it is missing: a new or restored workspace starts stopped.

        Args:
            scope: what is lifted.
            actor: who asks, as the audit trail names them.
            reason: why, for the audit trail.
            signed: signatures, where a trust root asks for them; see usecases.resuming.

        Raises:
            ControlError: no reason was given, or nobody signs for it where somebody must.
            NotSigned: signatures are missing.
            LedgerUnavailable: the switch moved meanwhile, or could not be read, or the signatures
                could not be kept; look again.
            LedgerUnknown: it is not sure that it took effect; ask again.
            StackError: the file of earlier signatures cannot be read.
        """
        if not reason.strip():
            raise ControlError("Resuming needs a reason.", "Add `--reason`.")
        have = self.ledger.stop()
        signers = self.resuming.judge(scope, have, signed) if self.resuming else []
        if self.signed and not signers:
            raise ControlError(
                f"Nobody signs for lifting {scope}: no brand that it concerns has a trust root.",
                "Use `signpost resume` at a desk.",
            )
        # Once only: a stop that came meanwhile must be seen by who resumes, not be lifted unseen.
        left = frozenset() if scope == "*" or have is None else have.scopes - {scope}
        lifted = Stop(have.version + 1 if have else 1, left)
        expected = have.version if have else None
        if self.ledger.swap_stop(lifted, expected=expected) is not Write.DONE:
            raise LedgerUnavailable("The switch moved meanwhile.", "Look at it, then ask again.")
        self._audit(
            actor, "resume", scope=scope, reason=reason, version=lifted.version, signers=signers
        )
        return lifted

    def release(
        self,
        delivery: str,
        *,
        actor: str,
        reason: str,
        checked: str = "",
        external_id: str = "",
        permalink: str = "",
    ) -> Row:
        """Let go of one held delivery.

        Args:
            delivery: delivery id.
            actor: who asks, as the audit trail names them.
            reason: why, for the audit trail.
            checked: for a delivery that may be public: `absent` (looked, it is not there) or
                `live` (it is; give its id), since only a person can know.
            external_id: with `live`: its id on the channel.
            permalink: with `live`: its public address.

        Raises:
            ControlError: it is not held, or what was checked is missing.
            LedgerUnavailable: it moved meanwhile; look again.
        """
        row = self.ledger.rows([delivery]).get(delivery)
        if row is None:
            raise ControlError(f"There is no delivery {delivery}.", "See `signpost status`.")
        if row.state is not State.HELD:
            raise ControlError(f"{delivery} is {row.state}, not HELD.", "See `signpost status`.")
        if row.awaits:
            raise ControlError(
                f"{delivery} awaits approval; a reason does not replace it.",
                "`signpost approve POST`.",
            )
        if not reason.strip():
            raise ControlError("Releasing needs a reason.", "Add `--reason`.")
        if row.maybe_live and checked not in ("absent", "live"):
            raise ControlError(
                f"{delivery} may already be public: {row.reason}.",
                "Look at the account, then add `--checked absent` or `--checked live`.",
            )
        if checked == "live":
            moved = self._bind(row, actor, external_id, permalink)
        else:
            moved = self._resume(row, actor)
        if self.ledger.write(moved, expected=row) is not Write.DONE:
            raise LedgerUnavailable(f"{delivery} moved meanwhile.", "Look at it again.")
        self._audit(
            actor, "release", delivery=delivery, reason=reason, checked=checked, state=moved.state
        )
        if moved.state is State.SCHEDULED:
            wait = (moved.next_at - self.clock.now()).total_seconds()
            if wait < 120:
                self.queue.publish(delivery, delay_s=max(0, int(wait)))
        return moved

    def _resume(self, row: Row, actor: str) -> Row:
        """Back to the queue; what was missed goes out now, since a person decided so."""
        now = self.clock.now()
        due = max(row.due, now)
        fresh = _fresh(row)
        return fresh.moved(Event.RESUME, owner=_owner(actor, now), at=now, due=due, next_at=due)

    def _bind(self, row: Row, actor: str, external_id: str, permalink: str) -> Row:
        if not external_id:
            raise ControlError("Its id on the channel is missing.", "Give `--checked live=ID`.")
        now = self.clock.now()
        parts = (*row.parts, PublishedPart(external_id, permalink))
        bound = replace(_fresh(row), parts=parts)
        owner = _owner(actor, now)
        if len(parts) < row.parts_total:
            due = max(row.due, now)
            return bound.moved(Event.RESUME, owner=owner, at=now, due=due, next_at=due)
        return bound.moved(Event.BIND, owner=owner, at=now, published_at=now, next_at=now)

    def _insist(self, change: Callable[[frozenset[str]], frozenset[str]]) -> Stop:
        """Swap for as long as the caller can wait: to stop twice is to stop.

        Every intent checks the switch in a transaction, and while one is under way a write to the
        switch is refused. So the more is being sent, the more often a stop has to ask.
        """
        give_up = self.clock.monotonic() + INSIST_S
        pause = 0.05
        while True:
            try:
                return self._swap(change)
            except LedgerError:
                if self.clock.monotonic() + pause > give_up:
                    raise
            self.clock.sleep(pause)
            pause = min(0.5, 2 * pause)

    def _swap(self, change: Callable[[frozenset[str]], frozenset[str]]) -> Stop:
        for _ in range(10):
            have = self.ledger.stop()
            version = have.version + 1 if have else 1
            stop = Stop(version, change(have.scopes if have else frozenset()))
            expected = have.version if have else None
            if self.ledger.swap_stop(stop, expected=expected) is Write.DONE:
                return stop
        raise LedgerUnavailable("The switch moved meanwhile.", "Look at it, then ask again.")

    def _audit(self, actor: str, action: str, **detail: object) -> None:
        self.ledger.audit(self.clock.now(), actor, action, detail)


def _owner(actor: str, now: datetime) -> str:
    """Differs from act to act: one person's two answers at once must not pass for one write."""
    return f"control:{actor}:{utc_text(now)}"


def _fresh(row: Row) -> Row:
    """The row without a trace of earlier tries; the next send gets a key of its own."""
    return replace(
        row,
        attempts=0,
        asks=0,
        resends=0,
        maybe_live=False,
        reason="",
        key="",
        intent_at=None,
        deadline_at=None,
        prepared=None,
        pending_id="",
    )
