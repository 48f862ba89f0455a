"""Every minute: find what is due, queue it to its second, keep the state file true."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from signpost.domain.amendment import is_amendment
from signpost.ports import Clock, Ledger, Queue, TickMark
from signpost.usecases.job import LOOK_AHEAD_S
from signpost.usecases.state import StateWriter

OVERDUE = timedelta(seconds=15)
"""What is still open this long after its time was missed, lost or cut off: queue it again."""

INDEX_LAG = timedelta(seconds=30)
"""How late the index may show a row; an age that is asked for twice is stored once."""

ALARM_AFTER = timedelta(minutes=5)
WATCH_TICKS = 3
WATCH_MOST = 1000


@dataclass(frozen=True, slots=True)
class TickResult:
    """Counts for logs and alarms.

    Args:
        overdue: deliveries that should have been handled more than five minutes ago.
    """

    queued: int
    measuring: int
    overdue: int
    state_written: bool


@dataclass(frozen=True, slots=True)
class Ticker:
    """Finds work. It decides nothing: workers read the row itself."""

    ledger: Ledger
    queue: Queue
    state: StateWriter
    clock: Clock
    ages_s: Sequence[int]

    def run(self) -> TickResult:
        """One tick. What one tick misses, the next finds.

        Raises:
            LedgerUnavailable: the ledger could not be read; the next tick starts where this did.
        """
        now = self.clock.now()
        mark = self.ledger.tick_mark()
        horizon = now + timedelta(seconds=LOOK_AHEAD_S)
        known = min(mark.horizon, horizon) if mark else None
        touched: set[str] = set()
        late = 0
        for hint in self.ledger.due(after=None, until=min(now - OVERDUE, known or horizon)):
            self.queue.publish(hint.delivery, delay_s=0)
            touched.add(hint.delivery)
            late += hint.next_at < now - ALARM_AFTER
        for hint in self.ledger.due(after=known or now - OVERDUE, until=horizon):
            if hint.delivery not in touched:
                wait = ceil((hint.next_at - now).total_seconds())
                self.queue.publish(hint.delivery, delay_s=max(0, wait))
                touched.add(hint.delivery)
        measured = self._measure(mark, now)
        watched = _watched(mark, touched | measured)
        self.ledger.set_tick_mark(TickMark(now, horizon, watched))
        ids = {entry.partition(":")[2] for entry in watched} | touched
        written = self.state.refresh(ids, measured=ids)
        return TickResult(len(touched), len(measured), late, written)

    def _measure(self, mark: TickMark | None, now: datetime) -> set[str]:
        """Ask for every snapshot whose age was reached since the last tick."""
        before = (mark.ran_at if mark else now - timedelta(minutes=1)) - INDEX_LAG
        found: set[str] = set()
        for age_s in self.ages_s:
            age = timedelta(seconds=age_s)
            for hint in self.ledger.published(after=before - age, until=now - age):
                if is_amendment(hint.delivery):
                    continue  # what it amends is measured
                self.queue.measure(hint.delivery, age_s, delay_s=0)
                found.add(hint.delivery)
        return found


def _watched(mark: TickMark | None, touched: set[str]) -> tuple[str, ...]:
    """Ids whose state may still move, each with the ticks for which it is watched."""
    left = dict.fromkeys(touched, WATCH_TICKS)
    for entry in mark.watched if mark else ():
        ticks, _, name = entry.partition(":")
        if int(ticks) > 1:
            left.setdefault(name, int(ticks) - 1)
    ordered = sorted(left.items(), key=lambda item: (-item[1], item[0]))[:WATCH_MOST]
    return tuple(f"{ticks}:{name}" for name, ticks in ordered)
