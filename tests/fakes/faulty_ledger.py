"""The in-memory ledger, which fails as it is told, call by call."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from signpost.domain.approval import ApprovalGate
from signpost.domain.budget import Seen
from signpost.domain.gate import ReleaseGate
from signpost.domain.row import Row
from signpost.domain.stop import Stop
from signpost.errors import LedgerUnavailable, LedgerUnknown
from signpost.ports import Reading, Taken, Write
from tests.fakes.clock import FakeClock
from tests.fakes.ledger import FakeLedger

T = TypeVar("T")


class FaultyLedger(FakeLedger):
    """Implements ports.Ledger.

    `script` maps a method's name to what its next calls meet: `refused` (nothing done), `lost`
    (done, no answer), `conflict` (an intent only), or a function that is called first.
    """

    def __init__(self) -> None:
        super().__init__(FakeClock())
        self.script: dict[str, list[str | Callable[[], object]]] = defaultdict(list)
        self.calls: list[str] = []

    def _call(self, name: str, act: Callable[[], T]) -> T:
        self.calls.append(name)
        fate = self.script[name].pop(0) if self.script[name] else ""
        if fate == "refused":
            raise LedgerUnavailable("as scripted")
        if callable(fate):
            fate()
        done = act()
        if fate == "lost":
            raise LedgerUnknown("as scripted")
        return done

    def read(self, delivery: str, account: str) -> Reading:
        return self._call("read", lambda: super(FaultyLedger, self).read(delivery, account))

    def write(self, row: Row, *, expected: Row) -> Write:
        return self._call("write", lambda: super(FaultyLedger, self).write(row, expected=expected))

    def create(self, row: Row) -> Write:
        return self._call("create", lambda: super(FaultyLedger, self).create(row))

    def intend(
        self,
        row: Row,
        *,
        expected: Row,
        stop: Stop,
        gate: ReleaseGate | None = None,
        approval: ApprovalGate | None = None,
    ) -> Write:
        if self.script["intend"][:1] == ["conflict"]:
            self.script["intend"].pop(0)
            return Write.CONFLICT
        return self._call(
            "intend",
            lambda: super(FaultyLedger, self).intend(
                row, expected=expected, stop=stop, gate=gate, approval=approval
            ),
        )

    def take_rate(self, account: str, window: int, limit: int, *, now: datetime) -> Taken:
        return self._call(
            "take_rate",
            lambda: super(FaultyLedger, self).take_rate(account, window, limit, now=now),
        )

    def note_budget(self, account: str, seen: Seen) -> None:
        self._call("note_budget", lambda: super(FaultyLedger, self).note_budget(account, seen))

    def note_token(
        self, account: str, until: datetime | None, *, check: Mapping[str, Any] | None = None
    ) -> None:
        self._call(
            "note_token",
            lambda: super(FaultyLedger, self).note_token(account, until, check=check),
        )

    def block_rate(self, account: str, until: datetime) -> None:
        self._call("block_rate", lambda: super(FaultyLedger, self).block_rate(account, until))

    def swap_stop(self, stop: Stop, *, expected: int | None) -> Write:
        return self._call(
            "swap_stop", lambda: super(FaultyLedger, self).swap_stop(stop, expected=expected)
        )
