"""Accept a bundle: check it again, compare it with the ledger, carry out the plan, answer.

Safe to run twice, also at once: the pointer to the accepted bundle is swapped before anything
is written, every row is written conditionally, and the verdict is written once. Over 400 lines: it is
one sequence, whose order is what makes it safe.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from signpost.domain.amendment import amendment_of, delivery_of, is_amendment
from signpost.domain.approval import ApprovalGate, first_look, post_of, withheld
from signpost.domain.canonical import utc_text
from signpost.domain.delivery import (
    Bundle,
    BundleLine,
    head_tiers,
    parse_bundle,
    parse_line,
    parse_listed,
)
from signpost.domain.gate import ReleaseGate
from signpost.domain.lifecycle import Event, State
from signpost.domain.plan import Action, Actual, Change, Plan, make_plan, needs_force
from signpost.domain.protocol import is_late
from signpost.domain.row import BundleRef, Row
from signpost.domain.work import parse_task
from signpost.errors import BundleError, LedgerUnavailable
from signpost.ports import Clock, Connectors, Ledger, ObjectStore, Pointer, Queue, Write
from signpost.usecases.approval_facts import ApprovalKeeper, check_tiers
from signpost.usecases.approval_rows import follow, lead_of, queue_if_soon
from signpost.usecases.bundle_checks import BundleFault, check_bundle
from signpost.usecases.gatekeeper import Gatekeeper, GateRefusal, judge_nothing
from signpost.usecases.state import StateWriter, actual_of
from signpost.usecases.verdict import Verdict, VerdictChange, parse_verdict


class _Refused(Exception):
    """A bundle is not accepted: the verdict's code, and why."""

    def __init__(self, code: str, reason: str, faults: Iterable[BundleFault] = ()) -> None:
        super().__init__(reason)
        self.code, self.reason, self.faults = code, reason, faults


@dataclass(frozen=True, slots=True)
class Wish:
    """What the bundle wants of one delivery.

    Args:
        line: None where it is to go away.
        gate: what is known of the approvals of its post; None: it never needed any.
        root: digest of the brand's trust root; empty without one.
    """

    line: BundleLine | None
    gate: ApprovalGate | None = None
    root: str = ""

    @property
    def tiers(self) -> str:
        """The tiers of approval that fit it, as its row names them."""
        return " ".join(need.tier for need in self.gate.needs) if self.gate else ""


_OVERTAKEN = "another push was accepted meanwhile; plan again"


@dataclass(frozen=True, slots=True)
class Scheduler:
    """Accepts bundles of one workspace.

    Args:
        workers: how many rows are written at a time.
        gatekeeper: verifies the releases that a push brings; left out: no trust root is known.
        approvals: keeps what it says of approvals; left out: no trust root is known.
    """

    workspace: str
    ledger: Ledger
    objects: ObjectStore
    connectors: Connectors
    queue: Queue
    state: StateWriter
    clock: Clock
    workers: int = 16
    gatekeeper: Gatekeeper | None = None
    approvals: ApprovalKeeper | None = None

    def run(self, bundle_digest: str, *, owner: str) -> Verdict:
        """Judge a bundle and carry out its plan.

        Raises:
            BundleError: there is no such bundle.
            LedgerUnavailable, LedgerUnknown: cut off; running it again goes on where it was.
        """
        key = f"verdicts/{bundle_digest}.json"
        if stored := self.objects.get(key):
            return parse_verdict(stored.data)
        stored_bundle = self.objects.get(f"bundles/{bundle_digest}.jsonl")
        if stored_bundle is None:
            raise BundleError(f"There is no bundle {bundle_digest}.", "Push again.")
        try:
            bundle = self._read(bundle_digest, stored_bundle.data)
        except BundleError as error:
            # Whoever pushed it is waiting for an answer, and no second try would read it better.
            unusable = Verdict(
                bundle_digest, False, "bundle", str(error), "", utc_text(self.clock.now())
            )
            return self._answer(key, unusable)
        self._finish(bundle.previous, owner)
        before = self._before(bundle)
        rows = self._rows(bundle, before)
        gates = self.ledger.gates(bundle.brands)
        # Read after the rows: what a newer bundle did to a row must not be taken for its past.
        pointer = self.ledger.pointer()
        resumed = pointer.digest == bundle_digest
        actual = {
            name: actual_of(row, rows.get(amendment_of(name)))
            for name, row in rows.items()
            if not is_amendment(name)
        }
        plan = make_plan((line.delivery for line in bundle.lines), actual)
        now = self.clock.now()
        try:
            judged = self._accept(bundle, plan, actual, gates, pointer, now)
        except _Refused as no:
            return self._answer(
                key,
                Verdict(
                    bundle_digest, False, no.code, no.reason, plan.digest, utc_text(now),
                    faults=tuple(no.faults),
                ),
            )  # fmt: skip

        def still() -> bool:
            return self.ledger.pointer().digest == bundle_digest

        # Before the rows: none of them may be found without what closes its way.
        self._keeper.keep(judged, gates, still=still)
        releases = {**gates, **judged}
        asked = self._approvals.keep(
            bundle, plan, actual, releases, formerly=_formerly(before, rows), still=still
        )
        roots = {name: gate.root for name, gate in releases.items()}
        lines = {line.delivery.id: line for line in bundle.lines}

        def act(change: Change) -> Row:
            gate = asked.get(post_of(change.delivery))
            line = lines.get(change.delivery)
            wish = Wish(line, gate, roots.get(gate.brand, "") if gate else "")
            return self._apply(change, wish, rows, bundle_digest, owner)

        written = self._map(act, plan.acting)
        self._queue_soon(written)
        present = {**rows, **{row.delivery: row for row in written}}
        followed = self._follow(asked, roots, present, owner)
        done = list(zip(plan.acting, written, strict=True))
        if resumed:
            done.extend(_done_before(plan, rows, bundle_digest))
        drifting = [change for change in plan.changes if change.action is Action.DRIFT]
        told = [*done, *((change, rows[change.delivery]) for change in drifting)]
        changes = tuple(_told(change, row) for change, row in sorted(told, key=_by_delivery))
        verdict = Verdict(
            bundle_digest, True, "accepted", "", plan.digest, utc_text(now), changes=changes
        )
        moved = [*(row.delivery for row in written), *followed]
        self.state.refresh(moved, brands=bundle.brands)
        return self._answer(key, verdict)

    @property
    def _keeper(self) -> Gatekeeper:
        return self.gatekeeper or Gatekeeper(self.ledger, self.objects, judge_nothing)

    @property
    def _approvals(self) -> ApprovalKeeper:
        return self.approvals or ApprovalKeeper(self.ledger)

    def _follow(
        self,
        asked: Mapping[str, ApprovalGate],
        roots: Mapping[str, str],
        rows: Mapping[str, Row],
        owner: str,
    ) -> list[str]:
        """Hold what is kept and is not approved any more, and let go what needs it no more.

        The rows are read again, after the facts: an intent that was judged before there were any
        is bound to none, and finds its row moved; and what a worker held meanwhile is let go.
        """
        mine: dict[str, list[Row]] = {}
        names = sorted(name for name in rows if post_of(name) in asked)
        for name, row in (self.ledger.rows(names) if names else {}).items():
            mine.setdefault(post_of(name), []).append(row)
        found: list[str] = []
        for post, gate in asked.items():
            now = self.clock.now()
            root = roots.get(gate.brand, "")
            found += follow(
                self.ledger, self.queue, gate, root, mine.get(post, ()), owner=owner, now=now
            )
        return found

    def _accept(
        self,
        bundle: Bundle,
        plan: Plan,
        actual: Mapping[str, Actual],
        gates: Mapping[str, ReleaseGate],
        pointer: Pointer,
        now: datetime,
    ) -> dict[str, ReleaseGate]:
        """Judge what would change, and make the bundle the accepted one unless it is already.

        Returns:
            The facts about releases after it.

        Raises:
            _Refused: it cannot be accepted.
        """
        resumed = pointer.digest == bundle.digest
        if not resumed and pointer.digest != bundle.previous:
            raise _Refused("chain", _OVERTAKEN)
        try:
            judged = self._keeper.judged(bundle, gates, pointer, now.date())
        except GateRefusal as refusal:
            raise _Refused(refusal.verdict, str(refusal)) from refusal
        if resumed:
            return judged
        acting = frozenset(change.delivery for change in plan.acting)
        if faults := check_bundle(bundle, acting, self.connectors, self.objects):
            raise _Refused("faults", f"{len(faults)} fault(s)", faults)
        force = needs_force(plan, actual, now)
        if force and bundle.approved != plan.digest:
            raise _Refused("force", f"{force}; approve it by its digest")
        required = self._keeper.required(bundle)
        swapped = self.ledger.swap_pointer(
            bundle.digest, expected=bundle.previous, at=now, required=required
        )
        if swapped is not Write.DONE and self.ledger.pointer().digest != bundle.digest:
            raise _Refused("chain", _OVERTAKEN)
        return judged

    def _read(self, bundle_digest: str, data: bytes) -> Bundle:
        bundle = parse_bundle(data)
        if bundle.digest != bundle_digest:
            raise BundleError("The bundle's bytes do not match its name.", "Push again.")
        if bundle.workspace != self.workspace:
            raise BundleError(f"The bundle is of workspace {bundle.workspace}.")
        try:
            for item in bundle.work:
                parse_task(item)
            check_tiers(bundle)
        except (KeyError, TypeError, ValueError) as error:
            raise BundleError(f"Its work cannot be read: {error!r}.", "Push again.") from error
        _check_people(bundle)
        _check_accounts(bundle)
        return bundle

    def _finish(self, bundle_digest: str, owner: str) -> None:
        """Carry out what is left of the bundle before, if the run that accepted it was cut off.

        So every row of that plan has moved before the next bundle is accepted, and a run that was
        only standing still finds each of its writes lost, instead of undoing the newer bundle.
        """
        if not bundle_digest or self.objects.exists(f"verdicts/{bundle_digest}.json"):
            return
        accepted = self.ledger.pointer().digest == bundle_digest
        if accepted and self.objects.exists(f"bundles/{bundle_digest}.jsonl"):
            self.run(bundle_digest, owner=owner)

    def _before(self, bundle: Bundle) -> bytes:
        """The bundle that this one was planned against; empty where there is none."""
        stored = self.objects.get(f"bundles/{bundle.previous}.jsonl") if bundle.previous else None
        return stored.data if stored else b""

    def _rows(self, bundle: Bundle, before: bytes) -> dict[str, Row]:
        """Rows that the bundle names, that the one before named, and all that are open.

        The bundle before is what decides which deliveries are gone from git: the index, which
        lags, only adds what might be left from earlier ones.
        """
        names = {line.delivery.id for line in bundle.lines}
        if before:
            _, *lines = before.splitlines(keepends=True)
            names.update(parse_line(line)[0].id for line in lines)
        names.update(delivery_of(name) for name in self.ledger.open_rows())
        rows = self.ledger.rows(sorted(names))
        public = [amendment_of(name) for name, row in rows.items() if row.parts]
        return {**rows, **self.ledger.rows(public)} if public else rows

    def _map(self, act: Callable[[Change], Row], changes: tuple[Change, ...]) -> list[Row]:
        if self.workers == 1 or len(changes) < 2:
            return [act(change) for change in changes]
        with ThreadPoolExecutor(self.workers) as pool:
            return list(pool.map(act, changes))

    def _apply(
        self,
        change: Change,
        wish: Wish,
        rows: Mapping[str, Row],
        bundle: str,
        owner: str,
    ) -> Row:
        """Carry out one change; where a worker moved the row meanwhile, judge it anew."""
        have = rows.get(change.delivery)
        for _ in range(5):
            now = self.clock.now()
            row = _next_row(wish, have, bundle, owner, now)
            if row is None:
                if have is None:
                    raise LedgerUnavailable(f"{change.delivery} vanished from the ledger.")
                return have
            if have is None:
                written = self.ledger.create(row)
            else:
                written = self.ledger.write(row, expected=have)
            if written is Write.DONE:
                return row
            have = self.ledger.rows([change.delivery]).get(change.delivery)
            if self.ledger.pointer().digest != bundle:
                raise LedgerUnavailable("A newer bundle was accepted.", "Its verdict is written.")
        raise LedgerUnavailable(f"{change.delivery} kept moving.", "It is tried again.")

    def _queue_soon(self, rows: Iterable[Row]) -> None:
        """Queue what is due before the next tick would look."""
        now = self.clock.now()
        for row in rows:
            queue_if_soon(self.queue, row, now)

    def _answer(self, key: str, verdict: Verdict) -> Verdict:
        if self.objects.create(key, verdict.data(), "application/json"):
            return verdict
        stored = self.objects.get(key)
        return parse_verdict(stored.data) if stored else verdict


def _check_accounts(bundle: Bundle) -> None:
    """What the head says of an account is what its deliveries say: both name where a token goes.

    Raises:
        BundleError: it is not, an account is listed twice, or an entry cannot be read.
    """
    accounts = [parse_listed(item)[1] for item in bundle.accounts]
    known = {account.id: account for account in accounts}
    if len(known) < len(accounts):
        raise BundleError("An account is listed twice in its head.", "Push again.")
    for line in bundle.lines:
        account = line.delivery.account
        if known.get(account.id, account) != account:
            raise BundleError(
                f"Its head and {line.delivery.id} disagree about the account.", "Push again."
            )


def _check_people(bundle: Bundle) -> None:
    """Each person in the head can be read.

    Raises:
        BundleError: one cannot.
    """
    if not bundle.people:
        return
    from signpost.domain.people import parse_member  # most workspaces sign nothing

    try:
        for item in bundle.people:
            parse_member(item)
    except (KeyError, TypeError, ValueError) as error:
        raise BundleError(f"Its people cannot be read: {error!r}.", "Push again.") from error


def _done_before(plan: Plan, rows: Mapping[str, Row], bundle: str) -> Iterator[tuple[Change, Row]]:
    """What a run that was cut off had carried out; a verdict speaks of all of it."""
    for change in plan.changes:
        row = rows.get(change.delivery)
        if change.action is Action.KEEP and row is not None and row.bundle.digest == bundle:
            yield replace(change, action=Action.CREATE), row


def _told(change: Change, row: Row) -> VerdictChange:
    """What became of a change. One that came too late, since the row had gone out, is drift."""
    action, reason = change.action, row.reason
    late = action is Action.UPDATE and row.revision != change.revision
    if late or (action is Action.CANCEL and row.state is not State.CANCELLED):
        action = Action.DRIFT
        reason = f"it went out before the change arrived ({row.state})"
    elif action is Action.DRIFT:
        reason = change.reason
    return VerdictChange(action, row.delivery, row.state, utc_text(row.due), reason)


def _by_delivery(done: tuple[Change, Row]) -> str:
    return done[0].delivery


def _formerly(before: bytes, rows: Mapping[str, Row]) -> set[str]:
    """Posts that may have needed approval before this bundle."""
    found = {post_of(name) for name, row in rows.items() if row.tiers or row.awaits}
    if before and head_tiers(before):
        found |= {post_of(name) for name in rows}
    return found


def _next_row(wish: Wish, have: Row | None, bundle: str, owner: str, now: datetime) -> Row | None:
    """The row after the change; None where there is nothing (left) to do."""
    if wish.line is None:
        if have is None or have.state not in (State.SCHEDULED, State.HELD):
            return None
        if actual_of(have).touched:
            return None
        return have.moved(Event.CANCEL, owner=owner, at=now, reason="gone from git")
    new = _new_row(wish.line, wish.tiers, bundle, owner, now)
    if have is None:
        return _judged(new, wish, now)
    touched = actual_of(have).touched
    if touched or (have.revision == new.revision and have.state is not State.CANCELLED):
        return None
    event = Event.REAPPLY if have.revision == new.revision else Event.REVISE
    revised = replace(
        have.moved(event, owner=owner, at=now),
        **{name: getattr(new, name) for name in _FROM_BUNDLE},
        attempts=0,
        asks=0,
        key="",
        intent_at=None,
        deadline_at=None,
        prepared=None,
        reason="",
    )
    return _judged(revised, wish, now)


_FROM_BUNDLE = (
    "revision", "bundle", "due", "next_at", "grace_s", "on_ambiguous", "parts_total", "target",
    "made_from", "tiers",
)  # fmt: skip


def _new_row(line: BundleLine, tiers: str, bundle: str, owner: str, now: datetime) -> Row:
    delivery = line.delivery
    # `publish: now` is fixed here, once; whole seconds keep it readable.
    due = delivery.due or now.replace(microsecond=0) + timedelta(seconds=1)
    return Row(
        delivery=delivery.id,
        brand=delivery.brand,
        account=delivery.account.id,
        state=State.SCHEDULED,
        revision=delivery.revision,
        bundle=BundleRef(bundle, line.offset, line.length),
        due=due,
        next_at=due,
        grace_s=delivery.grace_s,
        on_ambiguous=delivery.on_ambiguous,
        parts_total=len(delivery.parts),
        changed_at=now,
        fence=1,
        owner=owner,
        target=delivery.account,
        made_from=delivery.made_from,
        tiers=tiers,
    )


def _judged(row: Row, wish: Wish, now: datetime) -> Row:
    """A delivery that is too late, or that nobody approved, gets that answer at once."""
    if not is_late(row, now):
        why = withheld(row, wish.gate, wish.root)
        if not why:
            return row
        look = first_look(row, lead_of(wish.gate), now)
        return replace(row, state=State.HELD, awaits=True, reason=why, next_at=look)
    late_s = int((now - row.due).total_seconds())
    reason = f"too late when it was accepted: {late_s} s after its time, {row.grace_s} s allowed"
    return replace(row, state=State.EXPIRED, reason=reason)
