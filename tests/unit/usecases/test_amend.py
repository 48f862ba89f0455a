"""Corrections and retractions: what can be asked for, what becomes of it, what a plan says of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from signpost.domain.amendment import Amend, amendment_of
from signpost.domain.delivery import Media
from signpost.domain.lifecycle import State
from signpost.domain.outcome import Absent, Ambiguous, Found, Published, Rejected, Throttled
from signpost.domain.plan import Action, Change, make_plan
from signpost.domain.row import Row
from signpost.errors import ThrottledError
from signpost.usecases.amend import Offer
from signpost.usecases.state import actual_of
from signpost.usecases.stop import ControlError
from tests.fakes.connector import FakeAmender, FakeConnector
from tests.unit.usecases.stage import NAME, Stage

AFTER = amendment_of(NAME)
TYPO, GOOD = "Wax your boost", "Wax your boots"


def live(connector: FakeConnector, *texts: str) -> Stage:
    """A post, or thread, that is public."""
    ids = [Published(f"{number}", f"https://test.example/{number}") for number in range(len(texts))]
    connector.outcomes[:0] = ids
    stage = Stage(connector)
    stage.push(stage.delivery(texts=texts, in_s=None))
    stage.clock.advance(2.0)
    stage.work()
    assert stage.row().state is State.PUBLISHED
    return stage


def edited(stage: Stage, *texts: str) -> None:
    stage.push(stage.delivery(texts=texts, in_s=None))


def ask(stage: Stage, action: Amend, reason: str = "typo") -> Row:
    return stage.amender.ask(action, NAME, actor="ada", reason=reason)


def offer(stage: Stage, action: Amend) -> Offer:
    return stage.amender.offer(action, NAME, actor="ada", reason="typo")


def planned(stage: Stage, *texts: str) -> Change | None:
    rows = stage.ledger.rows([NAME, AFTER])
    have = {NAME: actual_of(rows[NAME], rows.get(AFTER))}
    wanted = [stage.delivery(texts=texts, in_s=None)] if texts else []
    changes = make_plan(wanted, have).changes
    return changes[0] if changes else None


def test_a_correction_from_the_offer_to_the_end() -> None:
    connector = FakeAmender([Published("0", "")])
    stage = live(connector, TYPO)
    edited(stage, GOOD)
    drift = planned(stage, GOOD)
    assert drift is not None
    assert (drift.action, drift.answer) == (Action.DRIFT, "correct")
    (part,) = offer(stage, Amend.CORRECT).parts
    assert (part.before, part.after, part.permalink) == (TYPO, GOOD, "https://test.example/0")
    row = ask(stage, Amend.CORRECT)
    assert (row.state, row.note, row.live) == (State.SCHEDULED, "ada: typo", stage.row().revision)
    asked = planned(stage, GOOD)
    assert asked is not None
    assert asked.reason == "edited; its correction is SCHEDULED"
    assert stage.work(AFTER).did == "published"
    assert connector.edited == [("0", GOOD)]
    done = planned(stage, GOOD)
    assert done is not None
    assert done.action is Action.KEEP
    assert stage.row().state is State.PUBLISHED
    with pytest.raises(ControlError, match="is what is public"):
        ask(stage, Amend.CORRECT)
    assert stage.ledger.trail[-1].action == "correct"


def test_a_retraction_takes_the_thread_from_its_end_and_never_comes_back() -> None:
    connector = FakeAmender([Published("2", ""), Published("1", ""), Published("0", "")])
    stage = live(connector, "one", "two", "three")
    told = offer(stage, Amend.RETRACT).parts
    assert [(part.before, part.after) for part in told] == [
        ("three", None), ("two", None), ("one", None),
    ]  # fmt: skip
    ask(stage, Amend.RETRACT, "wrong price")
    stage.work(AFTER)
    assert connector.deleted == ["2", "1", "0"]
    still = planned(stage, "one", "two", "three")
    assert still is not None
    assert (still.action, still.answer) == (Action.DRIFT, "")
    assert "under a new id only" in still.reason
    assert planned(stage) is None
    edited(stage, "one", "two", "four")
    assert stage.row().state is State.PUBLISHED
    with pytest.raises(ControlError, match="was retracted") as error:
        ask(stage, Amend.CORRECT)
    assert error.value.code == "CONTROL-DONE"


def test_a_half_done_retraction_is_seen_and_can_be_asked_for_again() -> None:
    connector = FakeAmender([Published("1", ""), Rejected("the token was revoked")])
    stage = live(connector, "one", "two")
    ask(stage, Amend.RETRACT)
    result = stage.work(AFTER)
    assert result.alert
    assert result.row is not None
    assert (
        result.row.reason == "retract of the thread broken after part 1 of 2: the token was revoked"
    )
    change = planned(stage, "one", "two")
    assert change is not None
    assert change.reason.startswith("still in git; its half-done retraction is FAILED")
    assert change.answer == "retract"
    connector.outcomes += [Published("1", ""), Published("0", "")]
    ask(stage, Amend.RETRACT)
    stage.work(AFTER)
    assert stage.row(AFTER).state is State.PUBLISHED
    assert connector.deleted == ["1", "0", "1", "0"]


def test_invariant_20_a_read_back_decides_what_is_not_known() -> None:
    """The answer to an edit is lost: it is read back, and sent again once it is surely absent."""
    connector = FakeAmender(
        [Ambiguous("?"), Published("0", "")], answers=[Absent(), Absent(), Absent(), Absent()]
    )
    stage = live(connector, TYPO)
    edited(stage, GOOD)
    ask(stage, Amend.CORRECT)
    stage.work(AFTER)
    assert stage.row(AFTER).state is State.AMBIGUOUS
    with pytest.raises(ControlError, match="is not known yet"):
        ask(stage, Amend.RETRACT)
    while stage.row(AFTER).state is State.AMBIGUOUS:
        stage.clock.advance(60.0)
        stage.work(AFTER)
    stage.work(AFTER)
    assert stage.row(AFTER).state is State.PUBLISHED
    assert len(connector.edited) == 2


def test_an_unknown_deletion_that_is_read_back_as_done_is_not_repeated() -> None:
    connector = FakeAmender([Ambiguous("?")], answers=[Found("0", "")])
    stage = live(connector, TYPO)
    ask(stage, Amend.RETRACT)
    stage.work(AFTER)
    stage.clock.advance(30.0)
    stage.work(AFTER)
    assert stage.row(AFTER).state is State.PUBLISHED
    assert connector.deleted == ["0"]


def test_what_cannot_be_corrected_says_why_and_what_else() -> None:
    stage = live(FakeAmender(), TYPO)
    with pytest.raises(ControlError, match="is what is public"):
        ask(stage, Amend.CORRECT)
    edited(stage, GOOD, "and a second part")
    with pytest.raises(ControlError, match="adds and takes away none"):
        ask(stage, Amend.CORRECT)
    stage.push(replace(stage.delivery(texts=(TYPO,), in_s=None), grace_s=7))
    with pytest.raises(ControlError, match="changes nothing that the audience sees"):
        ask(stage, Amend.CORRECT)
    stage.push()
    with pytest.raises(ControlError, match="not in the content any more"):
        ask(stage, Amend.CORRECT)
    with pytest.raises(ControlError, match="There is no delivery"):
        stage.amender.offer(Amend.CORRECT, AFTER, actor="ada", reason="")


def test_a_channel_without_edits_and_deletions_says_so() -> None:
    stage = live(FakeConnector(), TYPO)
    edited(stage, GOOD)
    with pytest.raises(ControlError, match="cannot be edited") as error:
        ask(stage, Amend.CORRECT)
    assert "retract" in error.value.remedy
    assert error.value.code == "CONTROL-EDIT"
    with pytest.raises(ControlError, match="cannot delete") as error:
        ask(stage, Amend.RETRACT)
    assert "https://test.example/0" in error.value.remedy


def test_what_is_not_public_is_not_amended() -> None:
    stage = Stage(FakeAmender())
    stage.accept(stage.delivery(in_s=3600.0))
    with pytest.raises(ControlError, match="Nothing of"):
        ask(stage, Amend.RETRACT)
    stage = Stage(FakeAmender([Ambiguous("?")]))
    stage.accept()
    stage.work()
    with pytest.raises(ControlError, match="it is not known yet what"):
        ask(stage, Amend.RETRACT)


def test_a_push_leaves_an_amendment_alone() -> None:
    stage = live(FakeAmender([Published("0", "")]), TYPO)
    edited(stage, GOOD)
    ask(stage, Amend.CORRECT)
    stage.push(stage.delivery(texts=(GOOD,), in_s=None), stage.delivery("post-2", 3600.0))
    assert stage.row(AFTER).state is State.SCHEDULED
    stage.work(AFTER)
    assert stage.row(AFTER).state is State.PUBLISHED


def test_a_second_correction_starts_from_what_the_first_left() -> None:
    connector = FakeAmender([Published("0", ""), Rejected("no"), Published("0", "")])
    stage = live(connector, TYPO)
    edited(stage, GOOD)
    ask(stage, Amend.CORRECT)
    stage.work(AFTER)
    edited(stage, "Wax both boots")
    assert offer(stage, Amend.CORRECT).parts[0].before == GOOD
    ask(stage, Amend.CORRECT)
    stage.work(AFTER)
    assert stage.row(AFTER).state is State.FAILED
    change = planned(stage, "Wax both boots")
    assert change is not None
    assert (change.reason, change.answer) == ("edited; its correction is FAILED (no)", "correct")
    back = planned(stage, GOOD)
    assert back is not None
    assert back.action is Action.KEEP, "the edit was taken back, and the correction never began"
    assert offer(stage, Amend.CORRECT).parts[0].before == GOOD
    ask(stage, Amend.CORRECT)
    stage.work(AFTER)
    assert connector.edited[-1] == ("0", "Wax both boots")


def test_what_was_retracted_is_not_measured() -> None:
    stage = live(FakeAmender([Published("0", "")], metrics={"likes": 3}), TYPO)
    assert stage.measurer.run(NAME, 60).did == "measured"
    ask(stage, Amend.RETRACT)
    stage.work(AFTER)
    result = stage.measurer.run(NAME, 900)
    assert (result.did, result.reason) == ("skipped", "retracted")


def test_the_tick_does_not_measure_amendments_and_shows_them() -> None:
    stage = live(FakeAmender([Published("0", "")]), TYPO)
    ask(stage, Amend.RETRACT)
    stage.work(AFTER)
    stage.clock.advance(61.0)
    stage.ticker.run()
    asked = []
    while message := stage.queue.take(stage.clock.now() + timedelta(minutes=5)):
        if message.age_s is not None:
            asked.append(message.delivery)
    assert AFTER not in asked
    stored = stage.objects.get("state/deliveries.json")
    assert stored is not None
    assert b'"amendments":{"acme/shop/post-1/fedi~amendment"' in stored.data
    assert b'"state":"PUBLISHED"' in stored.data.partition(b'"amendments"')[2][:2000]


def test_a_stop_holds_a_correction_and_not_a_retraction() -> None:
    stage = live(FakeAmender([Published("0", "")]), TYPO)
    edited(stage, GOOD)
    ask(stage, Amend.CORRECT)
    stage.control.stop("*", actor="ada", reason="storm")
    assert stage.work(AFTER).did == "held"
    ask(stage, Amend.RETRACT)
    assert stage.work(AFTER).did == "published"
    assert stage.row(AFTER).action == Amend.RETRACT


def test_a_missing_switch_stops_even_a_retraction() -> None:
    stage = live(FakeAmender(), TYPO)
    ask(stage, Amend.RETRACT)
    stage.ledger._stop = None
    assert stage.work(AFTER).did == "closed"
    assert stage.row(AFTER).state is State.SCHEDULED


@pytest.mark.parametrize("action", list(Amend))
def test_invariant_45_an_amendment_that_has_to_wait_keeps_no_post_from_going_out(
    action: Amend,
) -> None:
    """Channels count edits and deletions by themselves; a send keeps its own time."""
    connector = FakeAmender([Throttled(900.0, "slow down"), Published("1", ""), Published("0", "")])
    stage = live(connector, TYPO)
    edited(stage, GOOD)
    ask(stage, action)
    assert stage.work(AFTER).did == "scheduled"
    waits = stage.row(AFTER)
    assert (waits.attempts, waits.reason) == (0, "slow down")
    assert waits.next_at - stage.clock.now() > timedelta(seconds=890)
    other = stage.accept(stage.delivery("post-2", None))
    assert stage.work(other.delivery).did == "published"
    assert stage.work(AFTER).did == "early"
    stage.clock.advance(901.0)
    assert stage.work(AFTER).did == "published"


def test_invariant_45_uploads_for_an_edit_that_have_to_wait_keep_no_post_from_going_out() -> None:
    connector = FakeAmender(
        [Published("1", ""), Published("0", "")],
        prepared=[{}, ThrottledError("no more files for now", retry_after_s=900.0)],
    )
    stage = live(connector, TYPO)
    edited(stage, GOOD)
    ask(stage, Amend.CORRECT)
    assert stage.work(AFTER).did == "scheduled"
    other = stage.accept(stage.delivery("post-2", None))
    assert stage.work(other.delivery).did == "published"
    stage.clock.advance(901.0)
    assert stage.work(AFTER).did == "published"


def test_a_correction_again_sends_the_pictures_that_were_made() -> None:
    """A push of another post names the originals of what is public: those are never sent."""
    connector = FakeAmender([Published("0", ""), Published("0", "")])
    stage = Stage(connector)
    original, made = (Media(name * 64, "image/png", 3, "A boot") for name in "ab")
    stage.objects.create(f"media/{made.sha256}", b"png", made.mime)
    wish = stage.delivery(media=(original,))
    note = f"{wish.revision}:{'r' * 16}"
    assert stage.push(stage.delivery(media=(made,), made_from=note)).accepted
    stage.work()
    assert stage.push(replace(wish, made_from=note), stage.delivery("other", 5000.0)).accepted
    with pytest.raises(ControlError, match="is what is public"):
        ask(stage, Amend.CORRECT)
    stage.amender.ask(Amend.CORRECT, NAME, actor="ada", reason="", again=True)
    assert stage.work(AFTER).did == "published"
    assert (stage.row(AFTER).revision, stage.row(AFTER).made_from) == (stage.row().revision, note)
