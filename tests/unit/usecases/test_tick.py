"""What is due is found each minute; what one tick misses, the next finds."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from signpost.domain.lifecycle import State
from signpost.domain.outcome import Ambiguous, Published
from signpost.errors import LedgerUnavailable
from signpost.ports import TickMark
from tests.fakes.connector import FakeConnector
from tests.fakes.queue import Message
from tests.unit.usecases.stage import NAME, Stage

LIVE = Published("7", "https://test.example/7")


def waiting(stage: Stage) -> list[Message]:
    found = []
    while message := stage.queue.take(stage.queue.next_ready_at):
        found.append(message)
    return found


def test_it_is_queued_once_to_its_second() -> None:
    stage = Stage()
    row = stage.accept(stage.delivery(in_s=300.0))
    queued = []
    for _ in range(6):
        stage.ticker.run()
        queued += waiting(stage)
        stage.clock.advance(60)
        if stage.clock.now() > row.due:
            break
    assert [(message.delivery, message.ready_at) for message in queued] == [(NAME, row.due)]


def test_invariant_19_a_lost_message_is_found_by_the_next_tick() -> None:
    stage = Stage(FakeConnector([LIVE]))
    row = stage.accept(stage.delivery(in_s=90.0))
    stage.ticker.run()
    waiting(stage)  # lost
    stage.clock.advance(60)
    stage.ticker.run()
    assert waiting(stage) == []
    stage.clock.advance(60)
    stage.ticker.run()
    (again,) = waiting(stage)
    assert again.delivery == NAME
    assert stage.clock.now() - row.due < timedelta(seconds=75)
    assert stage.work().did == "published"


@pytest.mark.parametrize("minutes", [2, 5, 30])
def test_invariant_19_ticks_that_never_ran_are_made_up_for(minutes: int) -> None:
    stage = Stage()
    stage.ticker.run()
    names = [stage.delivery(f"p{n}", 30.0 * n).id for n in range(2 * minutes)]
    stage.push(*(stage.delivery(f"p{n}", 30.0 * n) for n in range(2 * minutes)))
    waiting(stage)
    stage.clock.advance(60.0 * minutes)
    stage.ticker.run()
    stage.clock.advance(60.0)
    stage.ticker.run()
    assert {message.delivery for message in waiting(stage)} >= set(names)


def test_a_tick_that_dies_before_its_mark_leaves_everything_to_the_next() -> None:
    class Dying(type(Stage().queue)):  # type: ignore[misc] # whichever queue the stage has
        """Fails at the second message."""

        count = 0

        def publish(self, delivery: str, *, delay_s: int) -> None:
            self.count += 1
            if self.count == 2:
                raise LedgerUnavailable("as scripted")
            super().publish(delivery, delay_s=delay_s)

    stage = Stage()
    stage.push(stage.delivery("p1", 130.0), stage.delivery("p2", 140.0))
    stage.queue = Dying(stage.clock)
    stage.use(stage.ledger)
    stage.clock.advance(30)
    with pytest.raises(LedgerUnavailable):
        stage.ticker.run()
    assert stage.ledger.tick_mark() is None
    stage.ticker.run()
    assert {message.delivery for message in waiting(stage)} == {
        "acme/shop/p1/fedi", "acme/shop/p2/fedi",
    }  # fmt: skip


def test_moved_to_before_the_horizon_it_is_still_on_time() -> None:
    """`schedule` queues what the tick has already looked past."""
    stage = Stage()
    stage.accept(stage.delivery(in_s=4000.0))
    stage.ticker.run()
    verdict = stage.push(stage.delivery(in_s=60.0))
    assert verdict.accepted
    assert [message.ready_at for message in waiting(stage)] == [stage.row().due]


@pytest.mark.parametrize("state", [State.SENDING, State.PENDING, State.AMBIGUOUS])
def test_what_is_unsettled_is_queued_at_every_tick(state: State) -> None:
    stage = Stage(FakeConnector([Ambiguous("?")]))
    stage.accept(state=state)
    stage.clock.advance(20)
    for _ in range(3):
        stage.ticker.run()
        assert [message.delivery for message in waiting(stage)] == [NAME]
        stage.clock.advance(60)


@pytest.mark.parametrize(
    "state", [State.HELD, State.FAILED, State.EXPIRED, State.CANCELLED, State.PUBLISHED]
)
def test_what_is_closed_is_not_queued(state: State) -> None:
    stage = Stage()
    stage.accept(state=state)
    stage.clock.advance(3600)
    stage.ticker.run()
    assert [message for message in waiting(stage) if message.age_s is None] == []


def test_overdue_for_five_minutes_is_counted_for_the_alarm() -> None:
    stage = Stage()
    stage.accept()
    stage.clock.advance(299)
    assert stage.ticker.run().overdue == 0
    stage.clock.advance(2)
    assert stage.ticker.run().overdue == 1


def test_every_age_is_asked_for_and_a_repeat_stores_nothing_new() -> None:
    """Invariant 53: pulls repeated or reordered, the same snapshots."""
    stage = Stage(FakeConnector([LIVE], metrics={"likes": 3}))
    stage.accept()
    stage.work()
    asked: list[int | None] = []
    for _ in range(17):
        stage.ticker.run()
        for message in waiting(stage):
            if message.age_s is not None:
                asked.append(message.age_s)
                stage.measurer.run(message.delivery, message.age_s)
        stage.clock.advance(60)
    assert set(asked) == {60, 900}
    assert [snapshot.age_s for snapshot in stage.metrics.all] == [60, 900]


def test_a_clock_that_jumps_back_between_ticks_loses_no_age() -> None:
    stage = Stage(FakeConnector([LIVE]))
    stage.accept()
    stage.work()
    published = stage.row().published_at
    assert published is not None
    stage.clock.advance(64)
    mark = TickMark(stage.clock.now(), stage.clock.now() + timedelta(seconds=120))
    stage.ledger.set_tick_mark(replace(mark, ran_at=published + timedelta(seconds=59 + 5)))
    stage.clock.advance(-3)
    stage.ticker.run()
    assert [message.age_s for message in waiting(stage)] == [60]


def test_the_state_file_follows_what_moved() -> None:
    stage = Stage(FakeConnector([LIVE]))
    stage.accept(stage.delivery(in_s=60.0))
    before = stage.objects.content["state/deliveries.json"]
    stage.ticker.run()
    stage.clock.advance(60)
    stage.work()
    stage.ticker.run()
    after = stage.objects.content["state/deliveries.json"]
    assert b'"PUBLISHED"' in after
    assert b'"PUBLISHED"' not in before


def test_the_state_file_catches_up_with_what_nobody_watched() -> None:
    """More went out in a minute than a mark can watch, or the ticks that watched it failed."""
    stage = Stage(FakeConnector([LIVE]))
    stage.accept(stage.delivery(in_s=60.0))
    stage.clock.advance(60)
    stage.work()
    mark = stage.ledger.tick_mark()
    assert mark is None, "no tick has looked at it"
    horizon = stage.clock.now() + timedelta(seconds=120)
    stage.ledger.set_tick_mark(TickMark(stage.clock.now(), horizon))
    stage.clock.advance(3)
    stage.ticker.run()
    assert b'"PUBLISHED"' in stage.objects.content["state/deliveries.json"]


def test_more_due_in_a_minute_than_are_watched_are_all_in_the_state_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("signpost.usecases.tick.WATCH_MOST", 2)
    stage = Stage(FakeConnector([LIVE] * 5))
    wanted = [stage.delivery(f"p{n}", 60.0) for n in range(5)]
    stage.push(*wanted)
    stage.ticker.run()
    stage.clock.advance(60)
    for one in wanted:
        stage.clock.advance(0.5)
        assert stage.work(one.id).did == "published"
    stage.ticker.run()
    state = json.loads(stage.objects.content["state/deliveries.json"])
    assert {entry["state"] for entry in state["deliveries"].values()} == {"PUBLISHED"}


@pytest.mark.parametrize("damage", [b"{", b"[]", b'{"schema": 1}', b'"text"'])
def test_a_damaged_state_file_is_written_anew(damage: bytes) -> None:
    stage = Stage(FakeConnector([LIVE]))
    stage.accept()
    stage.work()
    stage.objects.content["state/deliveries.json"] = damage
    stage.ticker.run()
    assert b'"PUBLISHED"' in stage.objects.content["state/deliveries.json"]
