"""Every entry of the audit trail is copied, whenever it lands and whatever fails."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from signpost.domain.canonical import utc_text
from signpost.errors import LedgerUnavailable
from signpost.ports import TrailEntry
from signpost.usecases.trail import FIRST, LANDING, export
from tests.fakes.trail import FakeTrail

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def entry(at: datetime, number: int = 0) -> TrailEntry:
    return TrailEntry(f"{utc_text(at)}-{number:08d}", at, "ada", "stop", {"scope": "*"})


def test_what_was_done_is_copied_once_and_stays() -> None:
    trail = FakeTrail()
    trail.written = [entry(NOON), entry(NOON, 1)]
    assert export(trail, NOON + MINUTE) == 2
    first = dict(trail.copies)
    trail.written = [TrailEntry(one.name, one.at, "eve", "stop", {}) for one in trail.written]
    assert export(trail, NOON + 2 * MINUTE) == 2, "brought again, in case that one landed late"
    assert trail.copies == first
    assert export(trail, NOON + 30 * MINUTE) == 2
    assert export(trail, NOON + 31 * MINUTE) == 0


def test_what_lands_late_is_not_left_out() -> None:
    trail = FakeTrail()
    export(trail, NOON)
    late = entry(NOON - LANDING + timedelta(seconds=1))
    trail.written.append(late)
    export(trail, NOON + MINUTE)
    assert set(trail.copies) == {late.name}


def test_the_first_time_looks_back_a_day_and_over_midnight() -> None:
    trail = FakeTrail()
    now = NOON.replace(hour=0, minute=2)
    trail.written = [entry(now - FIRST - MINUTE), entry(now - 3 * MINUTE), entry(now - MINUTE)]
    assert export(trail, now) == 2
    assert trail.at == now


def test_where_nothing_is_done_nothing_is_written() -> None:
    trail = FakeTrail()
    export(trail, NOON)
    for minute in range(1, 60):
        export(trail, NOON + minute * MINUTE)
        assert trail.at == NOON
    export(trail, NOON + 60 * MINUTE)
    assert trail.at == NOON + 60 * MINUTE


def test_after_days_without_a_tick_nothing_is_missing() -> None:
    trail = FakeTrail()
    export(trail, NOON)
    trail.written = [entry(NOON + timedelta(days=day)) for day in range(4)]
    export(trail, NOON + timedelta(days=4))
    assert len(trail.copies) == 4


@pytest.mark.parametrize("after", [0, 1, 149])
def test_what_could_not_be_copied_is_copied_the_next_time(after: int) -> None:
    trail = FakeTrail()
    trail.written = [entry(NOON + timedelta(seconds=number)) for number in range(150)]
    trail.fails_after = after
    with pytest.raises(LedgerUnavailable):
        export(trail, NOON + 30 * MINUTE)
    assert len(trail.copies) == after
    trail.fails_after = -1
    export(trail, NOON + 60 * MINUTE)
    assert len(trail.copies) == 150
