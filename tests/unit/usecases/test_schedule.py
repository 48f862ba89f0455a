"""A bundle is accepted once, carried out whole, and never undone by a run that was standing still."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from signpost.domain.delivery import Delivery
from signpost.domain.lifecycle import State
from signpost.domain.outcome import Ambiguous, Published
from signpost.errors import LedgerUnavailable, LedgerUnknown
from signpost.usecases.bundle_checks import check_bundle
from tests.fakes.connector import FakeConnector, FakeConnectors
from tests.fakes.faulty_ledger import FaultyLedger
from tests.unit.usecases.stage import NAME, Stage

LIVE = Published("7", "https://test.example/7")


def test_what_names_originals_in_place_of_pictures_is_never_accepted_nor_sent() -> None:
    stage = Stage()
    one = stage.delivery("p1", 600)
    unmade = replace(one, made_from=f"{one.revision}:{'r' * 16}")
    verdict = stage.push(unmade)
    assert not verdict.accepted
    assert [fault.cause for fault in verdict.faults] == ["its pictures were not made"]
    made = replace(one, made_from=f"{'0' * 64}:{'r' * 16}")
    assert stage.push(made).accepted
    assert stage.row(one.id).made_from == made.made_from


def test_a_push_creates_rows_and_a_verdict_names_them() -> None:
    stage = Stage()
    one, two = stage.delivery("p1", 600), stage.delivery("p2", 60)
    verdict = stage.push(one, two)
    assert (verdict.accepted, verdict.code) == (True, "accepted")
    assert [(c.action, c.delivery, c.state) for c in verdict.changes] == [
        ("create", one.id, "SCHEDULED"), ("create", two.id, "SCHEDULED"),
    ]  # fmt: skip
    assert stage.row(one.id).due == one.due
    assert [m.delivery for m in stage.queue.waiting] == [two.id], "what the tick would miss"
    assert stage.ledger.pointer().digest == verdict.bundle


def test_invariant_16_the_same_bundle_again_changes_nothing() -> None:
    """Invariant 16: a CI job that runs again posts nothing."""
    stage = Stage(FakeConnector([LIVE]))
    digest = stage.bundle(stage.delivery())
    first = stage.scheduler.run(digest, owner="a")
    stage.work()
    row = stage.row()
    assert stage.scheduler.run(digest, owner="b") == first
    verdict = stage.push(stage.delivery(in_s=-0.0))
    assert verdict.accepted
    assert stage.row() == row
    assert len(stage.connector.sendings) == 1


def test_invariant_15_reapplied_after_a_revert_it_is_the_same_delivery() -> None:
    """Invariant 15: revert and re-apply; what was never sent is back, what is public stays."""
    stage = Stage(FakeConnector([LIVE]))
    one = stage.delivery(in_s=3600)
    stage.push(one)
    stage.push()
    assert stage.row().state is State.CANCELLED
    assert [c.action for c in stage.push(one).changes] == ["create"]
    assert stage.row().state is State.SCHEDULED
    stage.clock.advance(3600)
    stage.work()
    stage.push()
    stage.push(one)
    assert stage.row().state is State.PUBLISHED
    assert len(stage.connector.sendings) == 1


def test_invariant_18_an_edit_makes_a_message_that_waits_a_no_op() -> None:
    stage = Stage(FakeConnector([LIVE]))
    stage.push(stage.delivery(in_s=1000))
    stage.push(stage.delivery(in_s=5000, texts=("New",)))
    stage.clock.advance(1000)
    assert stage.work().did == "early"
    stage.clock.advance(4000)
    assert stage.work().did == "published"
    assert [sending.text for sending in stage.connector.sendings] == ["New"]


def test_moved_within_15_minutes_needs_force_and_an_approval_by_digest() -> None:
    stage = Stage(FakeConnector([LIVE]))
    stage.push(stage.delivery(in_s=100))
    moved = stage.delivery(in_s=2000, texts=("New",))
    verdict = stage.push(moved)
    assert (verdict.accepted, verdict.code) == (False, "force")
    assert stage.row().due == stage.clock.now() + timedelta(seconds=100)
    verdict = stage.push(moved, approved=verdict.plan)
    assert verdict.accepted
    stage.clock.advance(100)
    assert stage.work().did == "early", "the message that waited is a no-op"
    stage.clock.advance(1900)
    assert stage.work().did == "published"
    assert [sending.text for sending in stage.connector.sendings] == ["New"]


def test_deleted_from_git_it_is_cancelled_and_its_message_a_no_op() -> None:
    stage = Stage(FakeConnector([LIVE]))
    stage.push(stage.delivery(in_s=1000))
    verdict = stage.push()
    assert [(c.action, c.state) for c in verdict.changes] == [("cancel", "CANCELLED")]
    stage.clock.advance(1000)
    assert stage.work().did == "skipped"
    assert stage.connector.sendings == []


@pytest.mark.parametrize("wanted", ["edited", "deleted"])
def test_what_may_be_public_is_drift(wanted: str) -> None:
    stage = Stage(FakeConnector([Ambiguous("?")]))
    stage.accept()
    stage.work()
    before = stage.row()
    again = [stage.delivery(texts=("New",))] if wanted == "edited" else []
    assert [change.action for change in stage.push(*again).changes] == ["drift"]
    assert stage.row() == before


def test_invariant_22_already_too_late_is_answered_in_the_verdict() -> None:
    """A time that has passed is no surprise later, and never a burst."""
    stage = Stage()
    (change,) = stage.push(stage.delivery(in_s=-1801)).changes
    assert change.state == "EXPIRED"
    assert "too late when it was accepted" in change.reason
    assert stage.queue.waiting == ()
    (change,) = stage.push(stage.delivery("p2", -1799), stage.delivery(in_s=-1801)).changes
    assert change.state == "SCHEDULED", "within its grace it still goes out"


def test_publish_now_is_fixed_once() -> None:
    stage = Stage(FakeConnector([LIVE]))
    now = stage.delivery(in_s=None)
    stage.push(now)
    due = stage.row().due
    assert due == stage.clock.now() + timedelta(seconds=1)
    stage.clock.advance(500)
    stage.push(now, stage.delivery("p2", 60))
    assert stage.row().due == due


# --- the chain ---


def test_a_bundle_that_was_planned_against_another_is_refused() -> None:
    stage = Stage()
    stage.push(stage.delivery(in_s=600))
    late = stage.bundle(stage.delivery("p9", 600), previous="")
    verdict = stage.scheduler.run(late, owner="x")
    assert (verdict.accepted, verdict.code) == (False, "chain")
    assert verdict.bundle not in stage.row().bundle.digest


@pytest.mark.parametrize("call", ["create", "write"])
@pytest.mark.parametrize("fate", ["refused", "lost"])
def test_cut_off_in_the_middle_it_goes_on_where_it_was(call: str, fate: str) -> None:
    ledger = FaultyLedger()
    stage = Stage(ledger=ledger)
    posts = [stage.delivery(f"p{n}", 3600) for n in range(5)]
    stage.push(*posts[:2])
    wanted = [replace(post, link="https://x.example") for post in posts]
    ledger.script[call] = ["", fate]
    digest = stage.bundle(*wanted)
    with pytest.raises((LedgerUnavailable, LedgerUnknown)):
        stage.scheduler.run(digest, owner="a")
    assert f"verdicts/{digest}.json" not in stage.objects.content
    verdict = stage.scheduler.run(digest, owner="b")
    assert verdict.accepted
    assert {stage.row(post.id).revision for post in wanted} == {p.revision for p in wanted}
    assert [change.delivery for change in verdict.changes] == [post.id for post in wanted], (
        "the verdict speaks of what the first run did, too"
    )


def test_a_bundle_that_was_cut_off_is_finished_before_the_next_is_accepted() -> None:
    ledger = FaultyLedger()
    stage = Stage(ledger=ledger)
    one, two = stage.delivery("p1", 3600), stage.delivery("p2", 3600)
    ledger.script["create"] = ["", "refused"]
    first = stage.bundle(one, two)
    with pytest.raises(LedgerUnavailable):
        stage.scheduler.run(first, owner="a")
    assert stage.push(one).accepted
    assert f"verdicts/{first}.json" in stage.objects.content
    assert stage.row(two.id).state is State.CANCELLED, "it was accepted, then deleted"


@pytest.mark.parametrize("call", ["create", "write"])
def test_a_run_that_stood_still_undoes_nothing_of_a_newer_bundle(call: str) -> None:
    """Invariant 18: its writes fail on the fence, and it does not judge anew over newer wishes."""
    ledger = FaultyLedger()
    stage = Stage(ledger=ledger)
    old = stage.delivery("p1", 3600)
    if call == "write":
        stage.push(old)
    first = stage.bundle(replace(old, link="https://old.example"))

    def meanwhile() -> None:
        assert stage.push().accepted  # everything is deleted from git

    ledger.script[call] = [meanwhile]
    with pytest.raises(LedgerUnavailable, match="newer"):
        stage.scheduler.run(first, owner="slow")
    assert stage.row(old.id).state is State.CANCELLED
    assert stage.scheduler.run(first, owner="again").accepted, "it was accepted in its time"


def test_what_the_index_does_not_show_yet_is_cancelled_all_the_same() -> None:
    """Invariant 17: a lagging index decides nothing."""

    class Lagging(FaultyLedger):
        """The index shows nothing."""

        def open_rows(self) -> object:  # type: ignore[override] # a fault of the index
            return iter(())

    stage = Stage(ledger=Lagging())
    stage.push(stage.delivery(in_s=3600))
    stage.push()
    assert stage.row().state is State.CANCELLED


def test_a_worker_that_was_faster_wins() -> None:
    ledger = FaultyLedger()
    stage = Stage(FakeConnector([LIVE]), ledger=ledger)
    stage.accept()
    digest = stage.bundle(stage.delivery(texts=("New",)))
    ledger.script["write"] = [stage.work]
    assert stage.scheduler.run(digest, owner="s").accepted
    assert stage.row(NAME).state is State.PUBLISHED
    assert [sending.text for sending in stage.connector.sendings] == ["Text of post-1"]


# --- what is checked again ---


def faults_of(stage: Stage, *wanted: Delivery) -> list[str]:
    verdict = stage.push(*wanted)
    return [fault.cause for fault in verdict.faults]


def test_faults_refuse_the_whole_bundle_and_name_everything_at_once() -> None:
    stage = Stage()
    long = stage.delivery("p1", 600, texts=("x" * 101,))
    odd = stage.delivery("p2", 600, on_ambiguous="perhaps", grace_s=-1)
    causes = faults_of(stage, long, odd, stage.delivery("p3", 600))
    assert len(causes) == 3
    assert any("101 of 100" in cause for cause in causes)
    assert stage.ledger.rows(["acme/shop/p3/fedi"]) == {}
    assert stage.ledger.pointer().digest == ""


def test_each_check(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage(FakeConnector(threads=False))
    assert "threads" in faults_of(stage, stage.delivery("a", 60, texts=("1", "2")))[0]
    other = stage.delivery("b", 60)
    other = replace(other, account=replace(other.account, channel="nowhere"))
    assert "nowhere" in faults_of(stage, other)[0]
    assert "no text" in faults_of(stage, stage.delivery("c", 60, parts=()))[0]
    local = stage.delivery("d", 60, local="2026-12-01 09:01", tzdata="+05:00")
    assert "another instant" in faults_of(stage, local)[0]
    twins = [stage.delivery("e", 60, texts=("Same",)), stage.delivery("f", 600, texts=("Same",))]
    assert len(faults_of(stage, *twins)) == 2
    apart = [twins[0], stage.delivery("f", 90_000, texts=("Same",))]
    assert faults_of(stage, *apart) == []


def test_what_is_kept_is_not_judged_again() -> None:
    stage = Stage()
    one = stage.delivery("p1", 3600, texts=("x" * 100,))
    stage.push(one)
    strict = FakeConnectors(FakeConnector(text=()))
    assert strict.get("test").spec.text == ()
    stage.connector.spec = stage.connector.spec._replace(
        text=(stage.connector.spec.text[0]._replace(max=50),)
    )
    assert stage.push(one, stage.delivery("p2", 3600)).accepted
    from signpost.domain.delivery import parse_bundle

    bundle = parse_bundle(stage.objects.content[f"bundles/{stage.ledger.pointer().digest}.jsonl"])
    every = frozenset(line.delivery.id for line in bundle.lines)
    assert check_bundle(bundle, every, FakeConnectors(stage.connector), stage.objects)
