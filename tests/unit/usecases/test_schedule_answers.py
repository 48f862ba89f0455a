"""Whatever lies in `bundles/`, `schedule` answers it; and the state file follows."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from signpost.connectors.registry import Registry
from signpost.domain.canonical import digest
from signpost.domain.delivery import About, Account, Delivery, Media, Part, make_bundle
from signpost.domain.lifecycle import Event, State
from signpost.errors import BundleError
from signpost.usecases.schedule import Scheduler
from signpost.usecases.state import KEY, StateWriter
from signpost.usecases.verdict import parse_verdict
from tests.fakes.clock import FakeClock
from tests.fakes.ledger import FakeLedger
from tests.fakes.metric_store import FakeMetricStore
from tests.fakes.objects import FakeObjects
from tests.fakes.queue import FakeQueue


class Desk:
    """A scheduler over fakes."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.ledger = FakeLedger(self.clock)
        self.objects = FakeObjects()
        self.queue = FakeQueue(self.clock)
        state = StateWriter("acme", self.ledger, self.objects, FakeMetricStore(), self.clock)
        self.scheduler = Scheduler(
            "acme", self.ledger, self.objects, Registry(), self.queue, state, self.clock, workers=1
        )

    def delivery(self, post: str, minutes: float, text: str = "", grace_s: int = 1800) -> Delivery:
        due = self.clock.now() + timedelta(minutes=minutes)
        words = text or f"Post {post}"
        part = Part(words, (), {"status": words, "visibility": "public"})
        account = Account("fedi", "mastodon", "@acme", "https://social.example", "fedi")
        local = due.replace(tzinfo=None).isoformat(sep=" ")
        return Delivery(
            "acme", "shop", post, account, due, "UTC", local, "+00:00", grace_s, "hold", "", "en",
            (part,),
        )  # fmt: skip

    def store(self, data: bytes, name: str = "") -> str:
        name = name or digest(data)
        self.objects.create(f"bundles/{name}.jsonl", data, "application/x-ndjson")
        return name

    def push(self, *wanted: Delivery, approved: str = "") -> str:
        previous = self.ledger.pointer().digest
        items = [(one, About()) for one in wanted]
        return self.store(make_bundle("acme", items, previous=previous, approved=approved).data)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "0" * 64),
        (b"not json\n", ""),
        (b'{"schema":1}\n', ""),
        (make_bundle("acme", [], previous="").data, "1" * 64),
        (make_bundle("other", [], previous="").data, ""),
        (make_bundle("acme", [], previous="").data + b"\n", ""),
    ],
    ids=["empty", "no json", "no members", "wrong name", "other workspace", "not canonical"],
)
def test_unusable_bytes_are_answered_not_left_to_time_out(data: bytes, name: str) -> None:
    desk = Desk()
    name = desk.store(data, name)
    verdict = desk.scheduler.run(name, owner="s")
    assert (verdict.accepted, verdict.code) == (False, "bundle")
    assert parse_verdict(desk.objects.content[f"verdicts/{name}.json"]) == verdict
    assert desk.ledger.pointer().digest == ""


def test_a_bundle_that_is_not_there_is_an_error() -> None:
    with pytest.raises(BundleError):
        Desk().scheduler.run("2" * 64, owner="s")


def test_an_accepted_bundle_without_deliveries_moves_the_state_file_on() -> None:
    desk = Desk()
    first = desk.push()
    assert desk.scheduler.run(first, owner="s").accepted
    assert json.loads(desk.objects.content[KEY])["bundle"] == first
    one = desk.delivery("a", 60)
    second = desk.push(one)
    assert desk.scheduler.run(second, owner="s").accepted
    assert json.loads(desk.objects.content[KEY])["deliveries"][one.id]["state"] == "SCHEDULED"


def test_one_that_is_too_late_is_told_at_once_and_never_queued() -> None:
    desk = Desk()
    late, soon = desk.delivery("late", -31), desk.delivery("soon", -29)
    verdict = desk.scheduler.run(desk.push(late, soon), owner="s")
    states = {change.delivery: change.state for change in verdict.changes}
    assert states == {late.id: State.EXPIRED, soon.id: State.SCHEDULED}
    assert "too late" in next(c.reason for c in verdict.changes if c.delivery == late.id)


def test_moving_something_due_within_15_minutes_needs_its_digest() -> None:
    desk = Desk()
    assert desk.scheduler.run(desk.push(desk.delivery("a", 10)), owner="s").accepted
    moved = desk.delivery("a", 90)
    refused = desk.scheduler.run(desk.push(moved), owner="s")
    assert (refused.accepted, refused.code) == (False, "force")
    approved = desk.scheduler.run(desk.push(moved, approved=refused.plan), owner="s")
    assert approved.accepted
    row = desk.ledger.rows([moved.id])[moved.id]
    assert (row.due, row.revision) == (moved.due, moved.revision)


def test_an_edit_of_the_text_alone_within_15_minutes_needs_none() -> None:
    desk = Desk()
    assert desk.scheduler.run(desk.push(desk.delivery("a", 10)), owner="s").accepted
    edited = desk.delivery("a", 10, text="Edited")
    assert desk.scheduler.run(desk.push(edited), owner="s").accepted


def test_all_faults_are_told_and_nothing_is_taken() -> None:
    desk = Desk()
    long, twin = desk.delivery("long", 60, text="x" * 501), desk.delivery("twin", 61, text="same")
    other = desk.delivery("other", 62, text="same")
    verdict = desk.scheduler.run(desk.push(long, twin, other), owner="s")
    assert (verdict.accepted, verdict.code) == (False, "faults")
    told = {fault.delivery for fault in verdict.faults}
    assert told == {long.id, twin.id, other.id}
    assert desk.ledger.rows([long.id, twin.id, other.id]) == {}


def test_what_was_accepted_before_is_not_judged_again() -> None:
    desk = Desk()
    plain = desk.delivery("kept", 60)
    photo = Media("5" * 64, "image/png", 900, "A hut")
    kept = replace(plain, parts=(replace(plain.parts[0], media=(photo,)),))
    missing = desk.scheduler.run(desk.push(kept), owner="s")
    assert "was not uploaded" in missing.faults[0].cause
    desk.objects.create(f"media/{photo.sha256}", b"png", "image/png")
    again = make_bundle("acme", [(kept, About())], previous="", commit="next")
    assert desk.scheduler.run(desk.store(again.data), owner="s").accepted
    del desk.objects.content[f"media/{photo.sha256}"]
    verdict = desk.scheduler.run(desk.push(kept, desk.delivery("new", 70)), owner="s")
    assert verdict.accepted
    assert [change.action for change in verdict.changes] == ["create"]


def test_an_edit_that_comes_too_late_is_told_as_drift() -> None:
    desk = Desk()
    one, other = desk.delivery("a", 60), desk.delivery("b", 61)
    assert desk.scheduler.run(desk.push(one, other), owner="s").accepted
    row = desk.ledger.rows([one.id])[one.id]
    sending = row.moved(Event.INTENT, owner="w", at=desk.clock.now())
    desk.ledger.write(sending, expected=row)
    edited = desk.delivery("a", 60, text="Edited")
    verdict = desk.scheduler.run(desk.push(edited), owner="s")
    told = {change.delivery: (change.action, change.state) for change in verdict.changes}
    assert told == {one.id: ("drift", "SENDING"), other.id: ("cancel", "CANCELLED")}
    assert desk.ledger.rows([one.id])[one.id].revision == one.revision
