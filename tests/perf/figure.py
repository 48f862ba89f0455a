"""A figure of the bench: a value, what it is compared with in the same run, and its budget."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure.

    Args:
        value: what is held against the budget.
        budget: the largest allowed value; None where the figure is only told.
        compared_with: the other side of a ratio, or how a count was made.
    """

    name: str
    value: float
    unit: str
    budget: float | None
    compared_with: str
    detail: Mapping[str, object]

    @property
    def over(self) -> bool:
        """Whether the budget is exceeded."""
        return self.budget is not None and self.value > self.budget

    def line(self) -> str:
        """One JSON line."""
        return json.dumps(
            {
                "figure": self.name,
                "value": round(self.value, 4),
                "unit": self.unit,
                "compared_with": self.compared_with,
                "budget": self.budget,
                "ok": not self.over,
                **self.detail,
            }
        )


def paired(ours: Callable[[], float], theirs: Callable[[], float], rounds: int) -> dict[str, float]:
    """Measure two things alternately, so that a busy machine troubles both alike.

    Returns:
        `ratio` (the median of each round's ratio), and both medians in milliseconds.
    """
    ours(), theirs()  # the first of each fills the file cache
    pairs = [(ours(), theirs()) for _ in range(rounds)]
    return {
        "ratio": statistics.median(a / b for a, b in pairs),
        "ours_ms": round(1000 * statistics.median(a for a, _ in pairs), 1),
        "theirs_ms": round(1000 * statistics.median(b for _, b in pairs), 1),
        "rounds": rounds,
    }


def process(arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> float:
    """Wall-clock seconds of a process that must succeed."""
    begin = time.perf_counter()
    subprocess.run(arguments, env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin


def python(code: str, environment: Mapping[str, str] | None = None) -> float:
    """Wall-clock seconds of a Python process that runs the code."""
    return process([sys.executable, "-c", code], environment)
