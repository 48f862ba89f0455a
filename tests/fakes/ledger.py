"""The ledger in memory: the semantics of the DynamoDB adapter, one lock, instants to the millisecond.

Both are held to the same tests (tests/unit/aws/test_ledger_contract.py). The index of the real
table lags behind its rows; a test that wants lag wraps this fake.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from threading import RLock
from typing import Any

from signpost.domain.amendment import brand_of
from signpost.domain.approval import (
    ApprovalGate,
    ApprovalProof,
    gate_wire,
    parse_approval,
    post_of,
)
from signpost.domain.budget import Seen, replaces
from signpost.domain.gate import ReleaseGate
from signpost.domain.lifecycle import OPEN, State
from signpost.domain.row import Row
from signpost.domain.stop import Stop
from signpost.ports import (
    AccountState,
    Clock,
    Due,
    Pointer,
    RateState,
    Reading,
    Taken,
    TickMark,
    Write,
)

_MOMENTS = tuple(f.name for f in fields(Row) if "datetime" in str(f.type))


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line of the audit trail."""

    at: datetime
    actor: str
    action: str
    detail: Mapping[str, Any]


class FakeLedger:
    """Implements ports.Ledger.

    Args:
        clock: gives `server_now`; pass a clock of its own to model an offset of a worker's clock.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = RLock()
        self._rows: dict[str, Row] = {}
        self._index: dict[str, list[tuple[datetime, str]]] = {}
        self._rates: dict[str, RateState] = {}
        self._checks: dict[str, Mapping[str, Any]] = {}
        self._pointer = Pointer()
        self._stop: Stop | None = None
        self._gates: dict[str, ReleaseGate] = {}
        self._approvals: dict[str, ApprovalGate] = {}
        self._proofs: dict[tuple[str, str, str], ApprovalProof] = {}
        self._mark: TickMark | None = None
        self.trail: list[AuditEntry] = []

    # --- rows ---

    def read(self, delivery: str, account: str) -> Reading:
        with self._lock:
            return Reading(
                row=self._rows.get(delivery),
                stop=self._stop,
                rate=self._rates.get(account, RateState()),
                server_now=self._clock.now().replace(microsecond=0),
                gate=self._gates.get(brand_of(delivery)),
                approval=self._approvals.get(post_of(delivery)),
            )

    def rows(self, deliveries: Iterable[str]) -> dict[str, Row]:
        with self._lock:
            return {key: self._rows[key] for key in deliveries if key in self._rows}

    def create(self, row: Row) -> Write:
        with self._lock:
            if row.delivery in self._rows:
                return Write.LOST
            self._put(row)
            return Write.DONE

    def write(self, row: Row, *, expected: Row) -> Write:
        with self._lock:
            answer = self._judge(row, expected)
            if answer is None:
                self._put(row)
            return answer or Write.DONE

    def intend(
        self,
        row: Row,
        *,
        expected: Row,
        stop: Stop,
        gate: ReleaseGate | None = None,
        approval: ApprovalGate | None = None,
    ) -> Write:
        with self._lock:
            answer = self._judge(row, expected)
            if answer is not None:
                return answer
            if self._stop is None or self._stop.version != stop.version:
                return Write.LOST
            if gate is not None:
                present = self._gates.get(gate.brand)
                if present is None or present.version != gate.version:
                    return Write.LOST
            if approval is not None:
                known = self._approvals.get(approval.post)
                if known is None or known.version != approval.version:
                    return Write.LOST
            # The intent leaves the index keys alone, so the stored next_at stays.
            self._put(replace(row, next_at=self._rows[row.delivery].next_at))
            return Write.DONE

    def _judge(self, row: Row, expected: Row) -> Write | None:
        """None: go on and write."""
        present = self._rows.get(row.delivery)
        if present is not None and present.fence == expected.fence:
            return None
        ours = present is not None and (present.fence, present.owner) == (row.fence, row.owner)
        return Write.DONE if ours else Write.LOST

    def _put(self, row: Row) -> None:
        old = self._rows.get(row.delivery)
        if old is not None and (partition := partition_of(old.state, awaits=old.awaits)):
            entries = self._index[partition]
            del entries[bisect_left(entries, (old.next_at, old.delivery))]
        row = _to_milliseconds(row)
        self._rows[row.delivery] = row
        if partition := partition_of(row.state, awaits=row.awaits):
            insort(self._index.setdefault(partition, []), (row.next_at, row.delivery))

    # --- rate ---

    def take_rate(self, account: str, window: int, limit: int, *, now: datetime) -> Taken:
        with self._lock:
            rate = kept = self._rates.get(account, RateState())
            if not rate.taken or rate.window < window:
                rate = replace(rate, window=window, used=0)
            if rate.used >= limit or rate.spent_until(_floor(now)):
                return Taken(0, kept)
            rate = replace(rate, used=rate.used + 1, taken=rate.taken + 1)
            self._rates[account] = rate
            return Taken(rate.taken, rate)

    def note_budget(self, account: str, seen: Seen) -> None:
        with self._lock:
            resets_at = seen.budget.resets_at
            budget = replace(seen.budget, resets_at=_floor(resets_at) if resets_at else None)
            seen = replace(seen, budget=budget, at=_floor(seen.at))
            rate = self._rates.get(account, RateState())
            if replaces(rate.seen, seen):
                self._rates[account] = replace(rate, seen=seen)

    def note_token(
        self, account: str, until: datetime | None, *, check: Mapping[str, Any] | None = None
    ) -> None:
        with self._lock:
            rate = self._rates.get(account, RateState())
            self._rates[account] = replace(rate, token_until=_floor(until) if until else None)
            if check is not None:
                self._checks[account] = dict(check)

    def accounts(self, accounts: Iterable[str]) -> dict[str, AccountState]:
        with self._lock:
            return {
                name: AccountState(self._rates[name], self._checks.get(name))
                for name in accounts
                if name in self._rates
            }

    def block_rate(self, account: str, until: datetime) -> None:
        with self._lock:
            until = _floor(until)
            rate = self._rates.get(account, RateState())
            if rate.blocked_until is None or rate.blocked_until < until:
                self._rates[account] = replace(rate, blocked_until=until)

    # --- the index ---

    def due(self, *, after: datetime | None, until: datetime) -> Iterator[Due]:
        return self._between("open", after, until)

    def open_rows(self) -> Iterator[str]:
        with self._lock:
            names = ("open", "held")
            found = [key for name in names for _, key in self._index.get(name, [])]
        return iter(found)

    def published(self, *, after: datetime, until: datetime) -> Iterator[Due]:
        return self._between("published", after, until)

    def _between(self, partition: str, after: datetime | None, until: datetime) -> Iterator[Due]:
        with self._lock:
            entries = self._index.get(partition, [])
            first = 0
            if after is not None:
                first = bisect_right(entries, _floor(after), key=lambda entry: entry[0])
            last = bisect_right(entries, _floor(until), key=lambda entry: entry[0])
            found = [Due(key, moment) for moment, key in entries[first:last]]
        return iter(found)

    # --- the workspace ---

    def pointer(self) -> Pointer:
        return self._pointer

    def swap_pointer(
        self, digest: str, *, expected: str, at: datetime, required: bool = False
    ) -> Write:
        with self._lock:
            if self._pointer.digest != expected:
                return Write.LOST
            self._pointer = Pointer(digest, _floor(at), required)
            return Write.DONE

    def gates(self, brands: Iterable[str]) -> dict[str, ReleaseGate]:
        with self._lock:
            return {name: self._gates[name] for name in brands if name in self._gates}

    def swap_gate(self, gate: ReleaseGate, *, expected: int | None) -> Write:
        with self._lock:
            have = self._gates.get(gate.brand)
            if (have.version if have else None) != expected:
                return Write.LOST
            self._gates[gate.brand] = gate
            return Write.DONE

    def approvals(self, posts: Iterable[str]) -> dict[str, ApprovalGate]:
        with self._lock:
            return {name: self._approvals[name] for name in posts if name in self._approvals}

    def swap_approval(self, gate: ApprovalGate, *, expected: int | None) -> Write:
        with self._lock:
            have = self._approvals.get(gate.post)
            if (have.version if have else None) != expected:
                return Write.LOST
            # As it will be read: instants to the millisecond.
            self._approvals[gate.post] = parse_approval(gate.post, gate_wire(gate))
            return Write.DONE

    def keep_proof(self, proof: ApprovalProof) -> None:
        with self._lock:
            key = (proof.post, proof.digest, proof.person)
            self._proofs.setdefault(key, replace(proof, at=_floor(proof.at)))

    def proofs(self, wanted: Iterable[tuple[str, str, str]]) -> list[ApprovalProof]:
        with self._lock:
            found = [self._proofs[key] for key in set(wanted) if key in self._proofs]
            return sorted(found, key=lambda item: (item.post, item.at, item.person, item.tier))

    def stop(self) -> Stop | None:
        return self._stop

    def swap_stop(self, stop: Stop, *, expected: int | None) -> Write:
        with self._lock:
            if (self._stop.version if self._stop else None) != expected:
                return Write.LOST
            self._stop = stop
            return Write.DONE

    def tick_mark(self) -> TickMark | None:
        return self._mark

    def set_tick_mark(self, mark: TickMark) -> None:
        self._mark = replace(mark, ran_at=_floor(mark.ran_at), horizon=_floor(mark.horizon))

    def audit(self, at: datetime, actor: str, action: str, detail: Mapping[str, Any]) -> None:
        with self._lock:
            self.trail.append(AuditEntry(_floor(at), actor, action, dict(detail)))


def partition_of(state: State, *, awaits: bool = False) -> str:
    """The index partition of a state; empty where the row is in none."""
    if state in OPEN or awaits:
        return "open"
    return {State.HELD: "held", State.PUBLISHED: "published"}.get(state, "")


def _floor(moment: datetime) -> datetime:
    return moment - timedelta(microseconds=moment.microsecond % 1000)


def _to_milliseconds(row: Row) -> Row:
    changes: dict[str, Any] = {
        name: _floor(value)
        for name in _MOMENTS
        if (value := getattr(row, name)) is not None and value.microsecond % 1000
    }
    if any(attempt.at.microsecond % 1000 for attempt in row.history):
        changes["history"] = tuple(replace(a, at=_floor(a.at)) for a in row.history)
    return replace(row, **changes) if changes else row
