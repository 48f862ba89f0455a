"""The audit trail and its write-once copies, in memory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from signpost.errors import LedgerUnavailable
from signpost.ports import TrailEntry


class FakeTrail:
    """Implements ports.Trail."""

    def __init__(self) -> None:
        self.written: list[TrailEntry] = []
        self.copies: dict[str, TrailEntry] = {}
        self.at: datetime | None = None
        self.puts = 0
        self.fails_after = -1
        """So many copies more, and then none; -1: all."""

    def mark(self) -> datetime | None:
        return self.at

    def set_mark(self, at: datetime) -> None:
        self.at = at

    def entries(self, day: date, since: datetime) -> Iterator[TrailEntry]:
        of_day = (item for item in self.written if item.at.date() == day and item.at >= since)
        yield from sorted(of_day, key=lambda item: item.name)

    def keep(self, entry: TrailEntry) -> None:
        if self.fails_after == 0:
            raise LedgerUnavailable("S3 is down.")
        self.fails_after -= self.fails_after > 0
        self.puts += 1
        self.copies.setdefault(entry.name, entry)
