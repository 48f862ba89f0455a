"""Social metrics: values that a channel reported at an age. Absent is not zero."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

DEFAULT_AGES_S = (60, 900, 3600, 86_400, 259_200, 604_800, 2_419_200)
"""1 and 15 minutes, 1 hour, 1, 3, 7 and 28 days."""

NAMES = ("impressions", "reach", "likes", "replies", "reposts", "quotes", "bookmarks", "clicks")
"""Metric names that connectors may report, in the order they are shown."""


class MetricSnapshot(NamedTuple):
    """The metrics of one delivery at one age.

    Args:
        age_s: the age that was asked for, in seconds since publication.
        measured_at: when the channel was really asked (UTC).
        values: only what the channel reported.
        differs: whether what is public is not what was sent; None where that was not looked at, or
            could not be told.
    """

    delivery: str
    brand: str
    published_at: datetime
    age_s: int
    measured_at: datetime
    values: Mapping[str, int]
    differs: bool | None = None


def last_compared(snapshots: Iterable[MetricSnapshot]) -> MetricSnapshot | None:
    """The newest snapshot at which what is public was compared with what was sent.

    Args:
        snapshots: of one delivery, by age, the youngest first.
    """
    compared = [snapshot for snapshot in snapshots if snapshot.differs is not None]
    return compared[-1] if compared else None


def add_parts(parts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Sum a thread's parts; a metric that any part did not report is left out."""
    maps = list(parts)
    if not maps:
        return {}
    shared = set(maps[0]).intersection(*maps[1:])
    return {name: sum(values[name] for values in maps) for name in sorted(shared)}
