"""A discrete-event kernel: virtual time, processes that switch at every I/O, a trace that is hashed.

A process is a greenlet, so the real use cases run unchanged and are suspended in the middle of any
port call. One runs at a time and only the event queue decides which, hence a seed decides all.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from random import Random

from greenlet import getcurrent, greenlet

START = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
"""The true time at which virtual time is 0."""

KEPT_LINES = 4000

Chooser = Callable[[int], int]


class Gone(BaseException):
    """The process was killed or crashed. No `except Exception` of the code under test sees it."""


class Process:
    """One invocation of a function, or a person.

    Args:
        name: how the trace calls it.
        body: what it does.
        ended: called with True where the body returned, False where it raised or died.
        offset_s: how far its clock is off.
        limit_s: seconds after which it is killed; None: never.
        gentle: its I/O meets the gentler of two fault plans.
    """

    __slots__ = (
        "body", "coroutine", "end", "ended", "gentle", "kernel", "name", "offset", "since",
    )  # fmt: skip

    def __init__(
        self,
        kernel: Kernel,
        name: str,
        body: Callable[[], object],
        ended: Callable[[bool], None] | None,
        *,
        offset_s: float,
        limit_s: float | None,
        gentle: bool,
    ) -> None:
        self.kernel = kernel
        self.gentle = gentle
        self.name = name
        self.body = body
        self.ended = ended
        self.offset = timedelta(seconds=offset_s)
        self.since = kernel.now
        self.end = float("inf") if limit_s is None else kernel.now + limit_s
        self.coroutine = greenlet(self._main, kernel.hub)

    def _main(self) -> None:
        ok = False
        try:
            self.body()
            ok = True
        except Gone:
            self.kernel.note(f"{self.name} died")
        except Exception as error:  # noqa: BLE001 - the function failed; its caller decides
            self.kernel.note(f"{self.name} failed: {type(error).__name__}")
            self.kernel.failed(error)
        if self.ended is not None:
            self.ended(ok)


class Kernel:
    """Virtual time and the order of everything.

    Args:
        seed: decides latencies, clock offsets and whatever else asks `rng`.
        choose: picks among events of the same instant; None: first come, first served.
        strict: exceptions of our own making (AssertionError, TypeError …) end the run.
    """

    def __init__(self, seed: str, choose: Chooser | None = None) -> None:
        self.now = 0.0
        self.rng = Random(seed)
        self.hub = getcurrent()
        self.current: Process | None = None
        self._choose = choose
        self._heap: list[tuple[float, int, Callable[[], None]]] = []
        self._number = 0
        self._hash = hashlib.blake2b(digest_size=16)
        self.lines: deque[str] = deque(maxlen=KEPT_LINES)
        self.steps = 0

    # --- time ---

    def true_time(self) -> datetime:
        """The true instant."""
        return START + timedelta(seconds=self.now)

    def seconds(self, moment: datetime) -> float:
        """Virtual seconds of an instant."""
        return (moment - START).total_seconds()

    def at(self, when: float, act: Callable[[], None]) -> None:
        """Do something at a virtual time."""
        self._number += 1
        heappush(self._heap, (max(when, self.now), self._number, act))

    def after(self, delay: float, act: Callable[[], None]) -> None:
        """Do something after a delay."""
        self.at(self.now + delay, act)

    def run(
        self, until: float, *, idle: Callable[[], bool] | None = None, every: int = 256
    ) -> None:
        """Let events happen until a time, until none is left, or until `idle` says so.

        Args:
            every: how many events pass between two looks at `idle`.
        """
        heap = self._heap
        while heap and heap[0][0] <= until:
            when, _, act = heappop(heap)
            self.now = when
            if self._choose is not None and heap and heap[0][0] == when:
                act = self._chosen(when, act)
            act()
            self.steps += 1
            if idle is not None and self.steps % every == 0 and idle():
                return

    def _chosen(self, when: float, first: Callable[[], None]) -> Callable[[], None]:
        rivals = [first]
        while self._heap and self._heap[0][0] == when:
            rivals.append(heappop(self._heap)[2])
        assert self._choose is not None
        chosen = rivals.pop(self._choose(len(rivals)))
        for act in rivals:
            self.at(when, act)
        return chosen

    # --- processes ---

    def spawn(
        self,
        name: str,
        body: Callable[[], object],
        *,
        ended: Callable[[bool], None] | None = None,
        offset_s: float = 0.0,
        limit_s: float | None = None,
        gentle: bool = False,
    ) -> Process:
        """Start a process now."""
        process = Process(
            self, name, body, ended, offset_s=offset_s, limit_s=limit_s, gentle=gentle
        )
        self.at(self.now, lambda: self._resume(process))
        return process

    def _resume(self, process: Process) -> None:
        self.current = process
        process.coroutine.switch()
        self.current = None

    def pause(self, seconds: float) -> None:
        """Suspend the process that runs; it dies here if its time is up meanwhile.

        Raises:
            Gone: its time was up.
        """
        process = self.current
        assert process is not None, "only a process can wait"
        wake = self.now + seconds
        if wake >= process.end:
            self.at(process.end, lambda: self._resume(process))
            self.hub.switch()
            raise Gone
        self.at(wake, lambda: self._resume(process))
        self.hub.switch()

    def failed(self, error: Exception) -> None:
        """An invocation ended in an exception; faults in the simulator itself must not hide."""
        if isinstance(error, AssertionError | TypeError | AttributeError | NameError):
            raise error

    # --- trace ---

    def note(self, text: str) -> None:
        """Add a line to the trace."""
        line = f"{self.now:.6f} {text}"
        self._hash.update(line.encode())
        self.lines.append(line)

    @property
    def trace_hash(self) -> str:
        """Digest of every line so far."""
        return self._hash.hexdigest()


class SimClock:
    """Implements ports.Clock for whichever process runs: its own offset, a monotonic that is true.

    Args:
        kernel: whose time it is.
    """

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel

    def now(self) -> datetime:
        process = self._kernel.current
        true = self._kernel.true_time()
        return true if process is None else true + process.offset

    def monotonic(self) -> float:
        process = self._kernel.current
        return self._kernel.now - (0.0 if process is None else process.since) + 1000.0

    def sleep(self, seconds: float) -> None:
        self._kernel.pause(max(0.0, seconds))


class TrueClock:
    """Implements ports.Clock for services: the true time."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel

    def now(self) -> datetime:
        return self._kernel.true_time()

    def monotonic(self) -> float:
        return self._kernel.now

    def sleep(self, seconds: float) -> None:
        self._kernel.pause(seconds)
