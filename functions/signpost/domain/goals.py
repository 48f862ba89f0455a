"""What a brand wants to reach and when: its KPIs with their targets, and the months of its roadmap.

Parsed from `kpis.yaml` and `roadmap.yaml`. Posts serve an objective; a KPI measures one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Target:
    """A value that a KPI is to reach, and the day until which."""

    by: date
    value: float


@dataclass(frozen=True, slots=True)
class Kpi:
    """How an objective is measured.

    Args:
        period: the time over which it is counted: `week`, `month`, `quarter` or `year`.
        baseline: where it started from; None where nobody knows.
        targets: in order of their days.
    """

    id: str
    objective: str
    title: str
    unit: str = ""
    period: str = "month"
    baseline: float | None = None
    targets: tuple[Target, ...] = ()

    def target_on(self, day: date) -> Target | None:
        """The target that is next on that day; the last one where all are over; None without."""
        coming = (target for target in self.targets if target.by >= day)
        return next(coming, self.targets[-1] if self.targets else None)


@dataclass(frozen=True, slots=True)
class RoadmapMonth:
    """A month of the roadmap.

    Args:
        first: its first day.
        title: its motto; empty where it has none.
    """

    first: date
    title: str


@dataclass(frozen=True, slots=True)
class Goals:
    """The KPIs and the roadmap of one brand."""

    kpis: tuple[Kpi, ...] = ()
    months: tuple[RoadmapMonth, ...] = ()

    def serving(self, objective: str) -> tuple[Kpi, ...]:
        """The KPIs that measure an objective."""
        return tuple(kpi for kpi in self.kpis if kpi.objective == objective)

    def motto(self, day: date) -> str:
        """The motto of the month that the day is in; empty where the roadmap has none."""
        first = day.replace(day=1)
        return next((month.title for month in self.months if month.first == first), "")
