"""The in-memory ports behind a wire that fails as the plan says; every call can be interleaved.

More than 400 lines: one wire for every port, so that no call can be left out of the faults.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from random import Random
from typing import Any, TypeVar

from signpost.domain.approval import ApprovalGate, ApprovalProof
from signpost.domain.budget import Seen
from signpost.domain.gate import ReleaseGate
from signpost.domain.metrics import MetricSnapshot
from signpost.domain.row import Row
from signpost.domain.stop import Stop
from signpost.errors import (
    AnswerLost,
    LedgerUnavailable,
    LedgerUnknown,
    NotSent,
    SecretError,
    SignpostError,
)
from signpost.ports import (
    AccountState,
    Due,
    Ledger,
    MetricStore,
    ObjectStore,
    Pointer,
    Queue,
    Reading,
    Request,
    Response,
    Secrets,
    StoredObject,
    Taken,
    TickMark,
    Write,
)
from tests.simulation.faults import EVERYWHERE, INTENTS, MESSAGES, Fault, FaultPlan
from tests.simulation.kernel import Gone, Kernel

T = TypeVar("T")
Errors = tuple[Callable[[], Exception], Callable[[], Exception]]
"""Makes the error of a refusal, and that of a lost answer."""


class ServiceDown(SignpostError):
    """A service other than the ledger did not do what was asked (boto3's ClientError in life)."""


def _unavailable() -> Exception:
    return LedgerUnavailable("simulated: refused")


def _unknown() -> Exception:
    return LedgerUnknown("simulated: answer lost")


def _down() -> Exception:
    return ServiceDown("simulated: refused")


_LEDGER_READ: Errors = (_unavailable, _unavailable)
_LEDGER_WRITE: Errors = (_unavailable, _unknown)
_SERVICE: Errors = (_down, _down)
_SECRET: Errors = (
    lambda: SecretError("simulated: unreadable"),
    lambda: SecretError("simulated: unreadable"),
)
_WIRE: Errors = (lambda: NotSent("simulated: no route"), lambda: AnswerLost("simulated: reset"))


class _Conflict(Exception):
    """A transaction was in the way."""


class _Dropped(Exception):
    """The message is gone, and the sender does not know."""


class Wire:
    """Performs I/O: latency, then the fault that the plan decides.

    Args:
        kernel: time and trace.
        plan: decides the faults.
        gentle: decides those of processes that are marked gentle.
        latency_s: shortest and longest way there; (0, 0) lets a chooser decide every order.
    """

    def __init__(
        self,
        kernel: Kernel,
        plan: FaultPlan,
        gentle: FaultPlan,
        latency_s: tuple[float, float] = (0.002, 0.02),
    ) -> None:
        self.kernel = kernel
        self.plan, self.gentle = plan, gentle
        self._least, self._more = latency_s[0], latency_s[1] - latency_s[0]
        self.rng = Random(kernel.rng.random())
        self.late_most_s = 20.0

    def call(
        self,
        op: str,
        act: Callable[[], T],
        errors: Errors,
        kinds: tuple[Fault, ...] = EVERYWHERE,
        *,
        slow: float = 1.0,
        patience_s: float = 3.0,
        late_s: float | None = None,
    ) -> T:
        """Do one I/O.

        Args:
            slow: factor on the latency.
            patience_s: after how long the caller gives up waiting for an answer.
            late_s: how late it may be applied.
        """
        kernel, random = self.kernel, self.rng.random
        process = kernel.current
        assert process is not None
        fault = (self.gentle if process.gentle else self.plan).draw(op, kinds)
        kernel.pause((self._least + self._more * random()) * slow)
        if fault is None:
            kernel.note(f"{process.name} {op}")
            return act()
        kernel.note(f"{process.name} {op} ! {fault}")
        return self._fail(fault, act, errors, patience_s, late_s or self.late_most_s)

    def _fail(
        self,
        fault: Fault,
        act: Callable[[], T],
        errors: Errors,
        patience_s: float,
        late_s: float,
    ) -> T:
        kernel, random = self.kernel, self.rng.random
        refused, lost = errors[0](), errors[1]()
        if fault is Fault.CRASH_BEFORE:
            raise Gone
        if fault is Fault.REFUSED:
            raise refused
        if fault is Fault.CONFLICT:
            raise _Conflict
        if fault is Fault.DROPPED:
            raise _Dropped
        if fault is Fault.LATE:
            kernel.after(1.0 + (late_s - 1.0) * random(), lambda: _quietly(act))
            kernel.pause(patience_s * (0.2 + 0.8 * random()))
            raise lost
        result = act()
        if fault is Fault.DUPLICATED:
            kernel.after(30.0 * random(), lambda: _quietly(act))
        if fault is Fault.CRASH_AFTER:
            raise Gone
        if fault is Fault.LOST:
            kernel.pause(patience_s * random())
            raise lost
        if fault is Fault.DELAYED:
            kernel.pause((5.0, 60.0, 300.0)[int(random() * 3)] * random())
        return result


def _quietly(act: Callable[[], object]) -> None:
    """Apply something whose caller no longer listens."""
    try:
        act()
    except SignpostError:
        return


class SimLedger:
    """Implements ports.Ledger over another one.

    Args:
        watch: hears of every applied move of a row: (before, after, kind of write).
        peek: the row as it is, beyond all faults.
        opened: hears of every applied change of what is known of releases.
        index_gap: probability that the index does not show a row yet.
    """

    def __init__(
        self,
        inner: Ledger,
        wire: Wire,
        watch: Callable[[Row | None, Row, str], None],
        peek: Callable[[str], Row | None],
        index_gap: float = 0.0,
        opened: Callable[[ReleaseGate], None] = lambda _: None,
        judged: Callable[[ApprovalGate], None] = lambda _: None,
    ) -> None:
        self._inner, self._wire, self._gap = inner, wire, index_gap
        self._opened, self._judged = opened, judged
        self._watch, self._peek = watch, peek

    def read(self, delivery: str, account: str) -> Reading:
        return self._wire.call(
            f"read {delivery}", lambda: self._inner.read(delivery, account), _LEDGER_READ
        )

    def rows(self, deliveries: Iterable[str]) -> dict[str, Row]:
        wanted = list(deliveries)
        return self._wire.call(
            f"rows {len(wanted)}", lambda: self._inner.rows(wanted), _LEDGER_READ
        )

    def create(self, row: Row) -> Write:
        def act() -> Write:
            return self._watched(row, "create", lambda: self._inner.create(row))

        return self._wire.call(f"create {row.delivery} {row.state}", act, _LEDGER_WRITE)

    def write(self, row: Row, *, expected: Row) -> Write:
        def act() -> Write:
            return self._watched(row, "write", lambda: self._inner.write(row, expected=expected))

        op = f"write {row.delivery} {row.state} {row.fence}"
        return self._wire.call(op, act, _LEDGER_WRITE)

    def intend(
        self,
        row: Row,
        *,
        expected: Row,
        stop: Stop,
        gate: ReleaseGate | None = None,
        approval: ApprovalGate | None = None,
    ) -> Write:
        def act() -> Write:
            return self._watched(
                row,
                "intend",
                lambda: self._inner.intend(
                    row, expected=expected, stop=stop, gate=gate, approval=approval
                ),
            )

        op = f"intend {row.delivery} {row.fence} {row.key} v{stop.version}"
        try:
            return self._wire.call(op, act, _LEDGER_WRITE, INTENTS)
        except _Conflict:
            return Write.CONFLICT

    def _watched(self, row: Row, kind: str, write: Callable[[], Write]) -> Write:
        before = self._peek(row.delivery)
        answer = write()
        after = self._peek(row.delivery)
        if after is not None and after is not before:
            self._watch(before, after, kind)
        return answer

    def take_rate(self, account: str, window: int, limit: int, *, now: datetime) -> Taken:
        return self._wire.call(
            f"rate {account} {window}",
            lambda: self._inner.take_rate(account, window, limit, now=now),
            _LEDGER_WRITE,
        )

    def note_budget(self, account: str, seen: Seen) -> None:
        self._wire.call(
            f"budget {account} {seen.cap}",
            lambda: self._inner.note_budget(account, seen),
            _LEDGER_WRITE,
        )

    def note_token(
        self, account: str, until: datetime | None, *, check: Mapping[str, Any] | None = None
    ) -> None:
        self._wire.call(
            f"token end {account}",
            lambda: self._inner.note_token(account, until, check=check),
            _LEDGER_WRITE,
        )

    def accounts(self, accounts: Iterable[str]) -> dict[str, AccountState]:
        wanted = list(accounts)
        return self._wire.call(
            f"accounts {len(wanted)}", lambda: self._inner.accounts(wanted), _LEDGER_READ
        )

    def block_rate(self, account: str, until: datetime) -> None:
        self._wire.call(
            f"block {account}", lambda: self._inner.block_rate(account, until), _LEDGER_WRITE
        )

    def due(self, *, after: datetime | None, until: datetime) -> Iterator[Due]:
        return self._hints("due", lambda: self._inner.due(after=after, until=until))

    def published(self, *, after: datetime, until: datetime) -> Iterator[Due]:
        return self._hints("published", lambda: self._inner.published(after=after, until=until))

    def open_rows(self) -> Iterator[str]:
        return self._hints("open", self._inner.open_rows)

    def _hints(self, op: str, query: Callable[[], Iterator[T]]) -> Iterator[T]:
        found = self._wire.call(op, lambda: list(query()), _LEDGER_READ)
        if self._gap:
            found = [hint for hint in found if self._wire.rng.random() >= self._gap]
        return iter(found)

    def pointer(self) -> Pointer:
        return self._wire.call("pointer", self._inner.pointer, _LEDGER_READ)

    def swap_pointer(
        self, digest: str, *, expected: str, at: datetime, required: bool = False
    ) -> Write:
        return self._wire.call(
            f"accept {digest[:12]}",
            lambda: self._inner.swap_pointer(digest, expected=expected, at=at, required=required),
            _LEDGER_WRITE,
        )

    def gates(self, brands: Iterable[str]) -> dict[str, ReleaseGate]:
        wanted = sorted(brands)
        return self._wire.call(
            f"gates {len(wanted)}", lambda: self._inner.gates(wanted), _LEDGER_READ
        )

    def swap_gate(self, gate: ReleaseGate, *, expected: int | None) -> Write:
        def act() -> Write:
            answer = self._inner.swap_gate(gate, expected=expected)
            if answer is Write.DONE:
                self._opened(gate)
            return answer

        return self._wire.call(f"gate {gate.brand} v{gate.version}", act, _LEDGER_WRITE)

    def approvals(self, posts: Iterable[str]) -> dict[str, ApprovalGate]:
        wanted = sorted(posts)
        return self._wire.call(
            f"approvals {len(wanted)}", lambda: self._inner.approvals(wanted), _LEDGER_READ
        )

    def swap_approval(self, gate: ApprovalGate, *, expected: int | None) -> Write:
        def act() -> Write:
            answer = self._inner.swap_approval(gate, expected=expected)
            if answer is Write.DONE:
                self._judged(gate)
            return answer

        return self._wire.call(f"approval {gate.post} v{gate.version}", act, _LEDGER_WRITE)

    def keep_proof(self, proof: ApprovalProof) -> None:
        op = f"proof {proof.post} {proof.person} {proof.approve}"
        self._wire.call(op, lambda: self._inner.keep_proof(proof), _LEDGER_WRITE)

    def proofs(self, wanted: Iterable[tuple[str, str, str]]) -> list[ApprovalProof]:
        names = sorted(wanted)
        return self._wire.call(
            f"proofs {len(names)}", lambda: self._inner.proofs(names), _LEDGER_READ
        )

    def stop(self) -> Stop | None:
        return self._wire.call("stop?", self._inner.stop, _LEDGER_READ)

    def swap_stop(self, stop: Stop, *, expected: int | None) -> Write:
        return self._wire.call(
            f"stop v{stop.version} {sorted(stop.scopes)}",
            lambda: self._inner.swap_stop(stop, expected=expected),
            _LEDGER_WRITE,
        )

    def tick_mark(self) -> TickMark | None:
        return self._wire.call("mark?", self._inner.tick_mark, _LEDGER_READ)

    def set_tick_mark(self, mark: TickMark) -> None:
        self._wire.call("mark", lambda: self._inner.set_tick_mark(mark), _LEDGER_WRITE)

    def audit(self, at: datetime, actor: str, action: str, detail: Mapping[str, Any]) -> None:
        self._wire.call(
            f"audit {action}", lambda: self._inner.audit(at, actor, action, detail), _LEDGER_WRITE
        )


class SimObjects:
    """Implements ports.ObjectStore over another one."""

    def __init__(self, inner: ObjectStore, wire: Wire) -> None:
        self._inner, self._wire = inner, wire

    def get(self, key: str) -> StoredObject | None:
        return self._wire.call(f"get {key[:20]}", lambda: self._inner.get(key), _SERVICE)

    def get_range(self, key: str, offset: int, length: int) -> bytes:
        return self._wire.call(
            f"range {key[:20]} {offset}",
            lambda: self._inner.get_range(key, offset, length),
            _SERVICE,
        )

    def exists(self, key: str) -> bool:
        return self._wire.call(f"head {key[:20]}", lambda: self._inner.exists(key), _SERVICE)

    def create(self, key: str, data: bytes, content_type: str) -> bool:
        return self._wire.call(
            f"create {key[:20]}", lambda: self._inner.create(key, data, content_type), _SERVICE
        )

    def replace(self, key: str, data: bytes, content_type: str, etag: str | None) -> bool:
        return self._wire.call(
            f"replace {key[:20]}",
            lambda: self._inner.replace(key, data, content_type, etag),
            _SERVICE,
        )

    def media(self, sha256: str) -> bytes:
        return self._wire.call(f"media {sha256[:8]}", lambda: self._inner.media(sha256), _SERVICE)


class SimQueue:
    """Implements ports.Queue over another one; messages can be duplicated and lost."""

    def __init__(self, inner: Queue, wire: Wire) -> None:
        self._inner, self._wire = inner, wire

    def publish(self, delivery: str, *, delay_s: int) -> None:
        self._send(f"queue {delivery}", lambda: self._inner.publish(delivery, delay_s=delay_s))

    def measure(self, delivery: str, age_s: int, *, delay_s: int) -> None:
        self._send(
            f"queue measure {delivery} {age_s}",
            lambda: self._inner.measure(delivery, age_s, delay_s=delay_s),
        )

    def dead_letter(self, delivery: str, reason: str) -> None:
        self._wire.call(
            f"dead {delivery}", lambda: self._inner.dead_letter(delivery, reason), _SERVICE
        )

    def _send(self, op: str, act: Callable[[], None]) -> None:
        try:
            self._wire.call(op, act, _SERVICE, MESSAGES)
        except _Dropped:
            return


class SimSecrets:
    """Implements ports.Secrets over another one."""

    def __init__(self, inner: Secrets, wire: Wire) -> None:
        self._inner, self._wire = inner, wire

    def token(self, name: str) -> Mapping[str, str]:
        return self._wire.call(f"token {name}", lambda: self._inner.token(name), _SECRET)


class SimMetrics:
    """Implements ports.MetricStore over another one."""

    def __init__(self, inner: MetricStore, wire: Wire) -> None:
        self._inner, self._wire = inner, wire

    def add(self, snapshot: MetricSnapshot) -> bool:
        return self._wire.call(
            f"snapshot {snapshot.delivery} {snapshot.age_s}",
            lambda: self._inner.add(snapshot),
            _LEDGER_WRITE,
        )

    def snapshots(
        self, brand: str, published_at: datetime, delivery: str
    ) -> tuple[MetricSnapshot, ...]:
        return self._wire.call(
            f"snapshots {delivery}",
            lambda: self._inner.snapshots(brand, published_at, delivery),
            _LEDGER_READ,
        )


class SimTransport:
    """Implements ports.Transport: the way to the channels.

    Args:
        serve: what a channel does with a request at the moment it arrives.
        sending: hears of every request at the moment its sender lets go of it.
        late_most_s: the longest time that a request applies after its sender gave up.
    """

    def __init__(
        self,
        serve: Callable[[Request], Response],
        wire: Wire,
        sending: Callable[[Request], None],
        late_most_s: float = 60.0,
    ) -> None:
        self._serve, self._wire, self._late = serve, wire, late_most_s
        self._sending = sending

    def send(self, request: Request) -> Response:
        self._sending(request)
        return self._wire.call(
            f"{request.method} {request.url}",
            lambda: self._serve(request),
            _WIRE,
            slow=20.0,
            patience_s=request.timeout_s,
            late_s=self._late,
        )
