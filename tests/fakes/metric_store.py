"""Metric snapshots in memory. The first one of an age stays."""

from __future__ import annotations

from datetime import datetime, timedelta

from signpost.domain.metrics import MetricSnapshot


class FakeMetricStore:
    """Implements ports.MetricStore."""

    def __init__(self) -> None:
        self._snapshots: dict[tuple[str, str, str], dict[int, MetricSnapshot]] = {}

    def add(self, snapshot: MetricSnapshot) -> bool:
        month = snapshot.published_at.strftime("%Y-%m")
        ages = self._snapshots.setdefault((snapshot.brand, month, snapshot.delivery), {})
        if snapshot.age_s in ages:
            return False
        ages[snapshot.age_s] = snapshot._replace(
            values=dict(snapshot.values),
            published_at=_floor(snapshot.published_at),
            measured_at=_floor(snapshot.measured_at),
        )
        return True

    def snapshots(
        self, brand: str, published_at: datetime, delivery: str
    ) -> tuple[MetricSnapshot, ...]:
        ages = self._snapshots.get((brand, published_at.strftime("%Y-%m"), delivery), {})
        return tuple(ages[age] for age in sorted(ages))

    # --- for tests ---

    @property
    def all(self) -> list[MetricSnapshot]:
        """Every snapshot, in order of brand, month, delivery and age."""
        return [ages[age] for _, ages in sorted(self._snapshots.items()) for age in sorted(ages)]


def _floor(moment: datetime) -> datetime:
    return moment - timedelta(microseconds=moment.microsecond % 1000)
