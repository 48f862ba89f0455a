"""What the sign-off pages remember, in memory."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from datetime import datetime
from threading import Lock
from typing import Any

from signpost.ports import Clock


class FakeSignoff:
    """Implements ports.SignoffStore."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = Lock()
        self.items: dict[tuple[str, str], tuple[dict[str, Any], datetime | None]] = {}
        """Everything, by kind and name; a test may alter it."""
        self.counts: dict[str, int] = {}
        self.trail: list[dict[str, Any]] = []

    def add(
        self, kind: str, name: str, value: Mapping[str, Any], *, until: datetime | None = None
    ) -> bool:
        with self._lock:
            if self._live(kind, name) is not None:
                return False
            self.items[kind, name] = (copy.deepcopy(dict(value)), until)
            return True

    def get(self, kind: str, name: str) -> Mapping[str, Any] | None:
        return copy.deepcopy(self._live(kind, name))

    def take(self, kind: str, name: str) -> Mapping[str, Any] | None:
        with self._lock:
            found = self._live(kind, name)
            self.items.pop((kind, name), None)
            return found

    def change(self, kind: str, name: str, value: Mapping[str, Any]) -> bool:
        with self._lock:
            found = self._live(kind, name)
            if found is None:
                return False
            self.items[kind, name] = ({**found, **value}, self.items[kind, name][1])
            return True

    def remove(self, kind: str, name: str) -> None:
        self.items.pop((kind, name), None)

    def all(self, kind: str) -> dict[str, Mapping[str, Any]]:
        found: dict[str, Mapping[str, Any]] = {}
        for one, name in sorted(self.items):
            value = self._live(one, name) if one == kind else None
            if value is not None:
                found[name] = copy.deepcopy(value)
        return found

    def count(self, name: str, limit: int, window_s: int) -> bool:
        key = f"{name}/{int(self._clock.now().timestamp()) // window_s}"
        with self._lock:
            if self.counts.get(key, 0) >= limit:
                return False
            self.counts[key] = self.counts.get(key, 0) + 1
            return True

    def audit(self, at: datetime, actor: str, action: str, detail: Mapping[str, Any]) -> None:
        self.trail.append({"at": at, "actor": actor, "action": action, "detail": dict(detail)})

    def _live(self, kind: str, name: str) -> dict[str, Any] | None:
        value, until = self.items.get((kind, name), (None, None))
        return None if until is not None and until <= self._clock.now() else value


class FakeControlDesk:
    """Implements ports.ControlDesk by calling a handler's function.

    Args:
        act: such as `handlers.control`'s, or what a test says.
    """

    def __init__(self, act: Callable[[Mapping[str, Any]], dict[str, Any]]) -> None:
        self._act = act
        self.asked: list[dict[str, Any]] = []

    def ask(self, request: Mapping[str, Any]) -> dict[str, Any]:
        self.asked.append(dict(request))
        return self._act(request)
