"""The work queues in memory: delayed, taken in order of their time, then of sending."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count

from signpost.ports import Clock

MAX_DELAY_S = 900


@dataclass(frozen=True, slots=True, order=True)
class Message:
    """A message that waits for a worker; `age_s` is None for a publish message."""

    ready_at: datetime
    number: int
    delivery: str
    age_s: int | None = None


class FakeQueue:
    """Implements ports.Queue. A test takes messages out with `take` and runs the worker itself.

    Args:
        clock: delays count from its `now`.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._numbers = count()
        self._heap: list[Message] = []
        self.dead: list[tuple[str, str]] = []
        """(delivery, reason) in order of arrival."""

    def publish(self, delivery: str, *, delay_s: int) -> None:
        self._add(delivery, None, delay_s)

    def measure(self, delivery: str, age_s: int, *, delay_s: int) -> None:
        self._add(delivery, age_s, delay_s)

    def dead_letter(self, delivery: str, reason: str) -> None:
        self.dead.append((delivery, reason))

    def _add(self, delivery: str, age_s: int | None, delay_s: int) -> None:
        delay = timedelta(seconds=min(max(delay_s, 0), MAX_DELAY_S))
        heappush(
            self._heap, Message(self._clock.now() + delay, next(self._numbers), delivery, age_s)
        )

    # --- for tests ---

    def take(self, until: datetime | None = None) -> Message | None:
        """Remove and return the next message that is ready at `until` (default: now)."""
        limit = until or self._clock.now()
        if self._heap and self._heap[0].ready_at <= limit:
            return heappop(self._heap)
        return None

    def put_back(self, message: Message, *, delay_s: float = 0.0) -> None:
        """Deliver a message again, as a queue does after its visibility time-out."""
        ready_at = self._clock.now() + timedelta(seconds=delay_s)
        number = next(self._numbers)
        heappush(self._heap, Message(ready_at, number, message.delivery, message.age_s))

    @property
    def next_ready_at(self) -> datetime | None:
        """When the next message becomes ready; None where the queue is empty."""
        return self._heap[0].ready_at if self._heap else None

    @property
    def waiting(self) -> tuple[Message, ...]:
        """Every message that waits, in the order in which it will be taken."""
        return tuple(sorted(self._heap))
