"""One message at a publish worker: judged, prepared, intended, sent once, recorded.

More than 400 lines: one test a way in which a publish can go.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from signpost.domain.delivery import Media
from signpost.domain.lifecycle import State
from signpost.domain.outcome import (
    Ambiguous,
    Found,
    Outcome,
    Pending,
    Published,
    Rejected,
    Throttled,
)
from signpost.domain.protocol import MAX_ATTEMPTS, SEND_DEADLINE_S
from signpost.domain.stop import Stop
from signpost.errors import (
    LedgerUnavailable,
    LedgerUnknown,
    RefusedError,
    SecretError,
    ThrottledError,
)
from signpost.ports import Clock, Reading, Write
from signpost.usecases.publish import INTENT_TRIES
from tests.fakes.connector import FakeConnector
from tests.fakes.faulty_ledger import FaultyLedger
from tests.fakes.ledger import FakeLedger
from tests.fakes.transport import FakeTransport, answer
from tests.unit.usecases.stage import NAME, Stage

LIVE = Published("7", "https://test.example/7")
PICTURE = Media("a" * 64, "image/png", 3, "A boot")


def test_what_is_due_goes_out_once_and_is_recorded() -> None:
    stage = Stage(FakeConnector([LIVE]))
    stage.accept()
    result = stage.work()
    assert (result.did, result.alert) == ("published", False)
    row = stage.row()
    assert (row.state, row.parts[0].external_id) == (State.PUBLISHED, "7")
    assert row.published_at is not None
    assert [sending.text for sending in stage.connector.sendings] == ["Text of post-1"]


def test_a_normal_delivery_takes_four_requests() -> None:
    ledger = FaultyLedger()
    stage = Stage(FakeConnector([LIVE]), ledger=ledger)
    stage.accept()
    ledger.calls.clear()
    stage.work()
    assert ledger.calls == ["read", "take_rate", "intend", "write"]


def test_invariant_16_a_message_again_is_a_no_op() -> None:
    """Invariant 16: a job run again, or a dead letter sent back, posts nothing."""
    stage = Stage(FakeConnector([LIVE]))
    stage.accept()
    stage.work()
    before = stage.row()
    for again in (False, True):
        assert stage.work(again=again).did == "skipped"
    assert stage.row() == before
    assert stage.work("acme/shop/nobody/fedi").did == "unknown"


def test_invariant_07_a_lost_intent_answer_is_recognised_as_our_own() -> None:
    ledger = FaultyLedger()
    stage = Stage(FakeConnector([LIVE]), ledger=ledger)
    stage.accept()
    ledger.script["intend"] = ["lost"]
    assert stage.work().did == "published"


def test_an_intent_that_may_be_anothers_is_not_acted_on() -> None:
    class Late(FaultyLedger):
        """Loses the answer, and has not applied the intent when it is read again."""

        def intend(self, row: Any, **_judged: Any) -> Write:
            raise LedgerUnknown("as scripted")

    stage = Stage(FakeConnector([LIVE]), ledger=Late())
    stage.accept()
    assert stage.work().did == "unsure"
    assert stage.connector.sendings == []


def test_conflicts_are_tried_again_and_mean_not_sent() -> None:
    ledger = FaultyLedger()
    stage = Stage(FakeConnector([LIVE]), ledger=ledger)
    stage.accept()
    ledger.script["intend"] = ["conflict"] * INTENT_TRIES
    assert stage.work().did == "conflict"
    assert stage.connector.sendings == []
    ledger.script["intend"] = ["conflict"] * (INTENT_TRIES - 1)
    assert stage.work().did == "published"
    assert stage.clock.slept[:3] == sorted(stage.clock.slept[:3])


def test_invariant_02_a_crash_after_the_intent_is_settled_by_asking() -> None:
    """Invariant 1 too: it landed, so it is found and recorded with its id."""
    ledger = FaultyLedger()
    stage = Stage(
        FakeConnector([LIVE], answers=[Found("7", "https://test.example/7", None)]), ledger=ledger
    )
    stage.accept()
    ledger.script["write"] = ["refused"] * 5
    result = stage.work()
    assert (result.did, result.alert) == ("unrecorded", True)
    assert stage.row().state is State.SENDING
    assert stage.work().did == "in flight"
    assert stage.connector.asked == [], "nobody asks while it may be under way"
    stage.clock.advance(SEND_DEADLINE_S + 210)
    assert stage.work().did == "published"
    assert stage.row().parts[0].external_id == "7"
    assert len(stage.connector.sendings) == 1


def test_invariant_08_an_outcome_is_written_again_until_it_is_written() -> None:
    ledger = FaultyLedger()
    stage = Stage(FakeConnector([LIVE]), ledger=ledger)
    stage.accept()
    ledger.script["write"] = ["refused", "lost"]
    assert stage.work().did == "published"
    assert len(stage.connector.sendings) == 1


def test_invariant_06_a_worker_that_wakes_after_its_deadline_sends_nothing() -> None:
    """The bytes do not go, and if it was settled meanwhile its write fails on the fence."""
    ledger = FaultyLedger()
    connector = FakeConnector([Rejected("late", permanent=False)])
    connector.uses_transport = True
    stage = Stage(connector, ledger=ledger)
    stage.transport = FakeTransport([answer(200)])
    stage.use(ledger)
    stage.accept()
    ledger.script["intend"] = [lambda: stage.clock.advance(SEND_DEADLINE_S + 0.1)]
    stage.work()
    assert stage.transport.requests == []
    assert stage.row().state is State.AMBIGUOUS, "an exception in a send is never a refusal"


def test_a_write_after_another_settled_it_fails_on_the_fence() -> None:
    ledger = FaultyLedger()
    stage = Stage(FakeConnector([LIVE]), ledger=ledger)
    stage.accept()

    def settled() -> None:
        row = stage.row()
        moved = replace(row, state=State.HELD, fence=row.fence + 1, owner="x", reason="settled")
        FakeLedger.write(ledger, moved, expected=row)

    ledger.script["write"] = [settled]
    assert stage.work().did == "fenced"
    assert stage.row().reason == "settled"


@pytest.mark.parametrize("error", [ValueError("x"), TimeoutError(), RefusedError("said later")])
def test_invariant_03_every_exception_from_a_send_is_ambiguous(error: Exception) -> None:
    stage = Stage(FakeConnector([error]))
    stage.accept()
    assert stage.work().did == "ambiguous"
    assert stage.work().did == "early", "not asked again at once"


def test_invariant_11_one_account_fails_the_others_go_on() -> None:
    """Deliveries share nothing: A is out, B is tried again, C is settled; the post is partial."""
    outcomes: list[Outcome | Exception] = [LIVE, Rejected("busy", permanent=False), Ambiguous("?")]
    stage = Stage(FakeConnector(outcomes))
    names = []
    for number in range(3):
        one = stage.delivery()
        one = replace(one, account=replace(one.account, id=f"a{number}"))
        names.append(one)
    stage.push(*names)
    for one in names:
        stage.work(one.id)
    assert [stage.row(one.id).state for one in names] == [
        State.PUBLISHED, State.SCHEDULED, State.AMBIGUOUS,
    ]  # fmt: skip


def test_invariant_12_a_thread_resumes_after_its_last_public_part() -> None:
    first, second = Published("1", "u1"), Published("2", "u2")
    stage = Stage(FakeConnector([first, Rejected("busy", permanent=False), second]))
    stage.accept(stage.delivery(texts=("One", "Two")))
    stage.work()
    row = stage.row()
    assert (row.state, row.part) == (State.SCHEDULED, 1)
    stage.clock.advance(60)
    assert stage.work().did == "published"
    sent = [(sending.text, sending.reply_to) for sending in stage.connector.sendings]
    assert sent == [("One", ""), ("Two", "1"), ("Two", "1")]
    keys = [sending.key for sending in stage.connector.sendings]
    assert keys[0] != keys[1] == keys[2], "a key a part, kept for the resend"


def test_a_whole_thread_goes_out_in_one_run() -> None:
    stage = Stage(FakeConnector([Published(str(n), "") for n in range(3)]))
    stage.accept(stage.delivery(texts=("One", "Two", "Three")))
    assert stage.work().did == "published"
    assert [part.external_id for part in stage.row().parts] == ["0", "1", "2"]


def test_a_part_for_which_no_time_is_left_is_left_to_the_next_worker() -> None:
    stage = Stage(FakeConnector([LIVE]))
    stage.accept()
    assert stage.work(remaining_s=SEND_DEADLINE_S + 4.9).did == "no time"
    assert stage.connector.sendings == []
    assert stage.work(remaining_s=SEND_DEADLINE_S + 5.1).did == "published"


# --- time ---


class Offset:
    """A worker's clock that is off; its monotonic is true."""

    def __init__(self, inner: Clock, seconds: float) -> None:
        self._inner, self._off = inner, timedelta(seconds=seconds)

    def now(self) -> datetime:
        return self._inner.now() + self._off

    def monotonic(self) -> float:
        return self._inner.monotonic()

    def sleep(self, seconds: float) -> None:
        self._inner.sleep(seconds)


@pytest.mark.parametrize("offset", [-5.0, 0.0, 5.0])
@pytest.mark.parametrize("early_s", [0.0, 0.4, 3.0, 8.9])
def test_invariant_21_never_early_whatever_the_workers_clock_says(
    offset: float, early_s: float
) -> None:
    stage = Stage(FakeConnector([LIVE]))
    row = stage.accept(stage.delivery(in_s=600.25))
    stage.clock.advance(600.25 - early_s)
    stage.world = replace(stage.world, clock=Offset(stage.clock, offset))
    stage.publisher = type(stage.publisher)(stage.world)
    assert stage.work().did == "published"
    assert stage.clock.now() >= row.due
    assert stage.clock.now() <= row.due + timedelta(seconds=1.01)


def test_a_message_that_comes_much_too_early_is_queued_again_or_dropped() -> None:
    stage = Stage()
    stage.accept(stage.delivery(in_s=100))
    assert stage.work().did == "early"
    assert [message.ready_at - stage.clock.now() for message in stage.queue.waiting] == [
        timedelta(seconds=100)
    ]
    stage = Stage()
    stage.accept(stage.delivery(in_s=1000))
    assert stage.work().did == "early"
    assert stage.queue.waiting == (), "the tick finds it"


def test_invariant_22_later_than_its_grace_it_expires_with_an_alert() -> None:
    stage = Stage(FakeConnector([LIVE]))
    stage.accept()
    stage.clock.advance(1801)
    result = stage.work()
    assert (result.did, result.alert) == ("expired", True)
    assert stage.connector.sendings == []
    stage = Stage(FakeConnector([LIVE]))
    stage.accept()
    stage.clock.advance(1799)
    assert stage.work().did == "published"


def test_invariant_24_a_changed_zone_waits_for_a_person() -> None:
    stage = Stage(FakeConnector([LIVE]))
    local = stage.clock.now().strftime("%Y-%m-%d %H:%M:%S")
    good = stage.delivery(zone="UTC", local=local, tzdata="+00:00")
    row = stage.accept(good)
    changed = replace(good, tzdata="+01:00")
    digest = stage.bundle(changed)
    line = stage.objects.content[f"bundles/{digest}.jsonl"].splitlines(keepends=True)
    ref = replace(row.bundle, digest=digest, offset=len(line[0]), length=len(line[1]))
    stage.ledger.write(
        replace(row, bundle=ref, revision=changed.revision, fence=row.fence + 1), expected=row
    )
    result = stage.work()
    assert (result.did, result.alert) == ("held", True)
    assert "zone UTC" in result.reason


# --- stop ---


@pytest.mark.parametrize("scope", ["*", "brand:shop", "account:fedi"])
def test_a_stopped_scope_is_held_with_an_alert(scope: str) -> None:
    stage = Stage(FakeConnector([LIVE]))
    stage.accept()
    stage.control.stop(scope, actor="ada", reason="test")
    result = stage.work()
    assert (result.did, result.alert) == ("held", True)
    assert scope in stage.row().reason


def test_another_scope_is_not_held() -> None:
    stage = Stage(FakeConnector([LIVE]))
    stage.accept()
    stage.control.stop("brand:other", actor="ada", reason="test")
    assert stage.work().did == "published"


def test_invariant_26_an_intent_fails_once_the_switch_moved() -> None:
    ledger = FaultyLedger()
    stage = Stage(FakeConnector([LIVE]), ledger=ledger)
    stage.accept()
    ledger.script["intend"] = [lambda: stage.control.stop("*", actor="ada", reason="test")]
    assert stage.work().did == "lost"
    assert stage.connector.sendings == []
    assert stage.work().did == "held"


def test_invariant_27_without_a_switch_nothing_is_sent() -> None:
    class NoSwitch(FaultyLedger):
        """The switch is missing."""

        def read(self, delivery: str, account: str) -> Reading:
            return replace(super().read(delivery, account), stop=None)

    stage = Stage(FakeConnector([LIVE]), ledger=NoSwitch())
    stage.accept()
    result = stage.work()
    assert (result.did, result.alert) == ("closed", True)
    assert stage.row().state is State.SCHEDULED
    ledger = FaultyLedger()
    stage = Stage(FakeConnector([LIVE]), ledger=ledger)
    stage.accept()
    ledger.script["read"] = ["refused"]
    with pytest.raises(LedgerUnavailable):
        stage.work()
    assert stage.connector.sendings == []


# --- preparing, and what is wrong with it ---


def with_picture(*prepared: Any, outcomes: Any = (LIVE,)) -> Stage:
    stage = Stage(FakeConnector(outcomes, prepared=prepared))
    data = b"png"
    media = replace(PICTURE, sha256=stage.objects.add_media(data))
    stage.accept(stage.delivery(media=(media,)))
    return stage


def test_what_was_prepared_is_stored_before_the_intent_and_used_again() -> None:
    stage = with_picture({"id": "m1"}, outcomes=[Rejected("busy", permanent=False), LIVE])
    stage.work()
    assert stage.row().prepared == {"id": "m1"}
    stage.clock.advance(60)
    stage.work()
    assert [sending.prepared for sending in stage.connector.sendings] == [{"id": "m1"}] * 2


def test_invariant_14_a_poison_item_fails_within_three_attempts_and_is_a_dead_letter() -> None:
    stage = with_picture(*[ZeroDivisionError()] * 9)
    for _ in range(MAX_ATTEMPTS):
        stage.work()
        stage.clock.advance(600)
    assert stage.row().state is State.FAILED
    assert [name for name, _ in stage.queue.dead] == [NAME]


def test_invariant_14_a_file_that_kills_its_worker_is_counted_before_the_work() -> None:
    class Killed(BaseException):
        """The process is gone."""

    stage = with_picture(*[Killed()] * 9)
    for _ in range(MAX_ATTEMPTS):
        with pytest.raises(Killed):
            stage.work()
        stage.clock.advance(600)
    result = stage.work()
    assert (result.did, result.alert) == ("failed", True)
    assert [name for name, _ in stage.queue.dead] == [NAME]


def test_preparing_that_is_refused_for_good_fails_at_once() -> None:
    stage = with_picture(RefusedError("the file is broken"))
    assert stage.work().did == "failed"
    assert "the file is broken" in stage.row().reason
    assert stage.connector.sendings == []


def test_preparing_that_is_throttled_waits_and_spends_no_attempt() -> None:
    stage = with_picture(ThrottledError("slow down", 300.0), {"id": "m1"})
    assert stage.work().did == "scheduled"
    row = stage.row()
    assert row.attempts == 0
    assert row.next_at == stage.clock.now() + timedelta(seconds=300)
    stage.clock.advance(300)
    assert stage.work().did == "published"


def test_a_bundle_that_is_not_what_was_accepted_holds_the_delivery() -> None:
    """Bytes that do not match the accepted revision are not sent."""
    stage = Stage(FakeConnector([LIVE]))
    row = stage.accept()
    key = f"bundles/{row.bundle.digest}.jsonl"
    stage.objects.content[key] = stage.objects.content[key].replace(b"Text of", b"Tezt of")
    assert stage.work().did == "held"
    assert "accepted revision" in stage.row().reason


def test_a_missing_token_is_tried_again_then_fails() -> None:
    stage = Stage(FakeConnector([LIVE]))
    stage.accept()
    stage.secrets.tokens.clear()
    for _ in range(MAX_ATTEMPTS):
        stage.work()
        stage.clock.advance(600)
    assert stage.row().state is State.FAILED
    with pytest.raises(SecretError):
        stage.secrets.token("fedi")


def test_a_store_of_secrets_that_is_down_for_minutes_fails_nothing() -> None:
    """Only the late policy ends the wait: what is FAILED could not be let go again."""
    stage = Stage(FakeConnector([LIVE]))
    stage.accept()
    stage.secrets.down = True
    for _ in range(3 * MAX_ATTEMPTS):
        stage.work()
        assert stage.row().state is State.SCHEDULED
        stage.clock.advance(60)
    stage.secrets.down = False
    stage.clock.advance(300)
    assert stage.work().did == "published"
    stage.accept(stage.delivery("p2"))
    stage.secrets.down = True
    stage.clock.advance(1801)
    assert stage.work("acme/shop/p2/fedi").did == "expired"


def test_a_channel_that_is_down_for_minutes_fails_nothing() -> None:
    down = [Rejected("connection refused", permanent=False)] * 4
    stage = Stage(FakeConnector([*down, LIVE]))
    stage.accept()
    assert stage.settle_all() is State.PUBLISHED
    assert [attempt.outcome for attempt in stage.row().history] == ["refused for now"] * 4 + [
        "published"
    ]


@pytest.mark.parametrize("edit", [False, True], ids=["withdrawn", "edited"])
def test_a_send_is_not_repeated_once_git_wants_something_else(edit: bool) -> None:  # noqa: FBT001 - a column of the table
    """A push cannot touch a row that is being sent; a second try must not follow the old wish."""
    stage = Stage()

    class Pushed(FakeConnector):
        """Somebody pushes while the request is under way, and it is refused for now."""

        def publish(self, *arguments: Any) -> Outcome:
            wanted = [stage.delivery("other", 900)]
            if edit:
                wanted.append(stage.delivery(texts=("Corrected",)))
            assert stage.push(*wanted).accepted
            super().publish(*arguments)
            return Throttled(60)

    stage = Stage(Pushed([LIVE]))
    stage.accept()
    assert stage.work().did == "scheduled"
    stage.clock.advance(60)
    result = stage.work()
    assert (result.did, result.alert) == ("held", True)
    assert "withdrawn" in stage.row().reason
    assert len(stage.connector.sendings) == 1


def test_a_send_is_repeated_where_a_later_push_still_wants_it() -> None:
    stage = Stage(FakeConnector([Throttled(60), LIVE]))
    one = stage.delivery()
    stage.accept(one)
    assert stage.work().did == "scheduled"
    assert stage.push(one, stage.delivery("other", 900)).accepted
    stage.clock.advance(60)
    assert stage.work().did == "published"


# --- limits ---


def test_invariant_45_a_rate_limit_is_not_exceeded_by_many_workers() -> None:
    """And the wait for the next window ends in the late policy, not in a late post."""
    rate = FakeConnector().spec.rate._replace(limit=3, window_s=60)
    stage = Stage(FakeConnector([Published(str(n), "") for n in range(9)], rate=rate))
    posts = [stage.delivery(f"p{n}") for n in range(9)]
    stage.push(*posts)
    for post in posts:
        stage.work(post.id)
    assert len(stage.connector.sendings) == 3
    waiting = [stage.row(post.id) for post in posts[3:]]
    assert {row.state for row in waiting} == {State.SCHEDULED}
    assert all(row.next_at > stage.clock.now() for row in waiting)
    stage.clock.advance(60)
    for post in posts:
        stage.work(post.id)
    assert len(stage.connector.sendings) == 6
    stage.clock.advance(1801)
    for post in posts:
        stage.work(post.id)
    assert len(stage.connector.sendings) == 6
    assert {stage.row(post.id).state for post in posts[6:]} == {State.EXPIRED}


def test_retry_after_is_obeyed_by_every_delivery_of_the_account() -> None:
    stage = Stage(FakeConnector([Throttled(120.0), LIVE, LIVE]))
    one, two = stage.delivery("p1"), stage.delivery("p2")
    stage.push(one, two)
    stage.work(one.id)
    stage.work(two.id)
    assert len(stage.connector.sendings) == 1
    stage.clock.advance(121)
    assert [stage.work(one.id).did, stage.work(two.id).did] == ["published", "published"]


def test_a_block_that_cannot_be_remembered_changes_nothing() -> None:
    ledger = FaultyLedger()
    stage = Stage(FakeConnector([Throttled(120.0)]), ledger=ledger)
    stage.accept()
    ledger.script["block_rate"] = ["refused"]
    assert stage.work().did == "scheduled"


# --- alerts ---


def test_invariant_55_a_bad_end_whose_worker_died_is_told_when_its_message_comes_again() -> None:
    """Once by the worker that wrote it; again only where the message was received before."""
    ledger = FaultyLedger()
    stage = Stage(ledger=ledger)
    stage.accept()
    stage.clock.advance(1801)
    ledger.script["write"] = ["lost"]
    with pytest.raises(LedgerUnknown):
        stage.work()
    assert stage.row().state is State.EXPIRED
    assert not stage.work().alert, "another message of the same delivery"
    result = stage.work(again=True)
    assert (result.did, result.alert) == ("skipped", True)
    assert "too late" in result.reason


def test_pending_is_confirmed_later() -> None:
    stage = Stage(FakeConnector([Pending("p7", 30.0)], answers=[Found("7", "u", None)]))
    stage.accept()
    assert stage.work().did == "pending"
    stage.clock.advance(31)
    assert stage.work().did == "published"
    assert stage.connector.asked[0].pending_id == "p7"


def test_a_result_and_a_channel_show_no_token() -> None:
    """Invariant 46: no token in what is logged of a run."""
    stage = Stage(FakeConnector([ValueError("token canary")]))
    stage.accept()
    result = stage.work()
    assert "canary" not in f"{result!r} {stage.row()!r}"


def test_stop_scopes_name_what_they_stop() -> None:
    stop = Stop(3, frozenset({"brand:shop"}))
    assert stop.covers("shop", "fedi") == "brand:shop"
    assert stop.covers("other", "fedi") is None
