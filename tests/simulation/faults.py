"""Which I/O goes wrong, and how: by rate and seed, or one by one by number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from typing import Protocol


class Fault(StrEnum):
    """What can go wrong at an I/O."""

    REFUSED = "refused"  # nothing was done, and the caller knows it
    LOST = "answer lost"  # done; the caller hears nothing
    LATE = "applied late"  # the caller hears nothing; done some time later
    CRASH_BEFORE = "crash before"  # the process ends, nothing was done
    CRASH_AFTER = "crash after"  # done, and the process ends
    DELAYED = "delayed"  # done; the process stands still for seconds to minutes
    DUPLICATED = "duplicated"  # a message arrives twice
    DROPPED = "dropped"  # a message never arrives, though the sender was told it would
    CONFLICT = "conflict"  # a transaction was in the way


EVERYWHERE = (
    Fault.REFUSED,
    Fault.LOST,
    Fault.LATE,
    Fault.CRASH_BEFORE,
    Fault.CRASH_AFTER,
    Fault.DELAYED,
)
MESSAGES = (*EVERYWHERE, Fault.DUPLICATED, Fault.DROPPED)
INTENTS = (*EVERYWHERE, Fault.CONFLICT)


class FaultPlan(Protocol):
    """Decides the fate of each I/O."""

    def draw(self, op: str, kinds: tuple[Fault, ...]) -> Fault | None:
        """The fault of this I/O; None: it goes well."""
        ...


class Rates:
    """Each kind of fault at the same rate per I/O.

    Args:
        rng: its own, so that the plan does not depend on who else draws.
        rate: probability of each kind.
        focus: beginnings of I/Os to (fault, probability), before the rate is asked.
    """

    def __init__(
        self, rng: Random, rate: float, focus: tuple[tuple[str, Fault, float], ...] = ()
    ) -> None:
        self._random = rng.random
        self._rate = rate
        self._focus = focus
        self.drawn = 0
        self.hits: dict[str, int] = {}

    def draw(self, op: str, kinds: tuple[Fault, ...]) -> Fault | None:
        self.drawn += 1
        for prefix, fault, probability in self._focus:
            if op.startswith(prefix) and self._random() < probability:
                return fault
        rate = self._rate
        if not rate:
            return None
        chance = self._random()
        if chance >= rate * len(kinds):
            return None
        kind = kinds[int(chance / rate)]
        self.hits[kind] = self.hits.get(kind, 0) + 1
        return kind


@dataclass(slots=True)
class Script:
    """Faults at I/Os counted from 0.

    Args:
        at: number of the I/O to its fault.
        from_on: from this number every I/O meets this fault, up to `until`.
        until: first number at which all is well again.
        armed: whether I/Os are counted yet.
    """

    at: Mapping[int, Fault] = field(default_factory=dict)
    from_on: tuple[int, Fault] | None = None
    until: int = 1_000_000_000
    armed: bool = True
    drawn: int = 0
    ops: list[str] = field(default_factory=list)

    def draw(self, op: str, kinds: tuple[Fault, ...]) -> Fault | None:
        if not self.armed:
            return None
        number = self.drawn
        self.drawn += 1
        self.ops.append(op)
        fault = self.at.get(number)
        if fault is None and self.from_on and self.from_on[0] <= number < self.until:
            fault = self.from_on[1]
        return fault if fault in kinds else None
