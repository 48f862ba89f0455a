"""What each answer of a channel means for the row."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from signpost.domain import protocol
from signpost.domain.lifecycle import State
from signpost.domain.outcome import (
    Absent,
    Ambiguous,
    Confirmation,
    Found,
    Outcome,
    Pending,
    Processing,
    Published,
    Rejected,
    Several,
    Throttled,
    Unknown,
)
from signpost.domain.row import PublishedPart, Row
from tests.craft_row import NOON, a_row
from tests.fakes.connector import SPEC

KEYED = SPEC._replace(usable_key=True, key_ttl_s=3600)


def sending(**changes: Any) -> Row:
    row = protocol.intended(a_row(), key="k", owner="w1", now=NOON)
    return replace(row, **changes)


def ambiguous(**changes: Any) -> Row:
    row = protocol.after_outcome(sending(), Ambiguous("time-out"), owner="w1", now=NOON)
    return replace(row, **changes)


def at(seconds: float) -> Any:
    return NOON + timedelta(seconds=seconds)


CONCLUSIVE_S = protocol.SEND_DEADLINE_S + SPEC.settle_s


def test_an_intent_stores_key_deadline_and_attempt_and_leaves_the_index_alone() -> None:
    before = a_row()
    row = protocol.intended(before, key="k", owner="w1", now=NOON)
    assert (row.state, row.key, row.owner, row.fence) == (State.SENDING, "k", "w1", 2)
    assert row.attempts == 1
    assert row.deadline_at == at(protocol.SEND_DEADLINE_S)
    assert row.next_at == before.next_at
    resent = protocol.intended(
        replace(row, state=State.SCHEDULED), key="k", owner="w2", now=at(300)
    )
    assert resent.intent_at == NOON, "the first intent's time bounds the key's life"
    assert resent.deadline_at == at(300 + protocol.SEND_DEADLINE_S)


@pytest.mark.parametrize(
    ("outcome", "state", "wait_s", "attempts"),
    [
        (Published("7", "https://x/7"), State.PUBLISHED, 0, 1),
        (Pending("p7", 30.0), State.PENDING, 30, 1),
        (Throttled(90.0), State.SCHEDULED, 90, 0),
        (Throttled(10**9), State.SCHEDULED, 86_400, 0),
        (Throttled(-5), State.SCHEDULED, 1, 0),
        (Rejected("bad text"), State.FAILED, None, 1),
        (Rejected("busy", permanent=False), State.SCHEDULED, 30, 0),
        (Ambiguous("time-out"), State.AMBIGUOUS, 10, 1),
    ],
)
def test_outcomes(outcome: Outcome, state: State, wait_s: float | None, attempts: int) -> None:
    row = protocol.after_outcome(sending(), outcome, owner="w1", now=NOON)
    assert (row.state, row.attempts) == (state, attempts)
    assert row.fence == 3
    if wait_s is not None:
        assert row.next_at == at(wait_s)
    assert len(row.history) == 1
    assert row.key == "k", "the key stays with its part until that is public"


def test_invariant_14_what_breaks_its_worker_is_spent_after_three_attempts() -> None:
    row = replace(a_row(), attempts=protocol.MAX_ATTEMPTS)
    failed = protocol.after_preparing(row, ValueError("no"), owner="w", now=NOON)
    assert failed.state is State.FAILED
    assert "no" in failed.reason


def test_a_refusal_that_passes_spends_no_attempt_and_waits_longer_each_time() -> None:
    row, waits = sending(), []
    for _ in range(6):
        row = protocol.after_outcome(row, Rejected("busy", permanent=False), owner="w", now=NOON)
        waits.append((row.next_at - NOON).total_seconds())
        assert row.attempts == 0
        row = protocol.intended(row, key="k", owner="w", now=NOON)
    assert waits == [30, 60, 120, 240, 300, 300]
    late = protocol.expire_or_hold(
        replace(row, state=State.SCHEDULED, reason="busy"), owner="w", now=NOON
    )
    assert late.reason.endswith("what kept it: busy")


def test_invariant_12_a_part_that_is_public_leads_to_the_next() -> None:
    row = sending(parts_total=3, parts=(PublishedPart("1", ""),), prepared={"m": 1}, resends=1)
    row = protocol.after_outcome(row, Published("2", "u"), owner="w", now=NOON)
    assert (row.state, row.part) == (State.SCHEDULED, 2)
    assert (row.key, row.prepared, row.attempts, row.resends) == ("", None, 0, 0)
    assert (row.intent_at, row.deadline_at) == (None, None)


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (Found("7", "u", NOON - timedelta(seconds=3)), State.PUBLISHED),
        (Several(("7", "8")), State.HELD),
        (Unknown("503"), State.AMBIGUOUS),
        (Processing(30.0), State.PENDING),
        (Absent(), State.AMBIGUOUS),
    ],
)
def test_confirmations_before_the_settle_time(answer: Confirmation, state: State) -> None:
    row = protocol.after_confirmation(ambiguous(), answer, KEYED, owner="w", now=at(60))
    assert row.state is state
    if isinstance(answer, Found):
        assert row.published_at == row.next_at == NOON - timedelta(seconds=3)


def test_invariant_10_two_matches_wait_for_a_person() -> None:
    row = protocol.after_confirmation(ambiguous(), Several(("7", "8")), SPEC, owner="w", now=NOON)
    assert (row.state, row.maybe_live) == (State.HELD, True)
    assert "7" in row.reason
    assert "8" in row.reason


@pytest.mark.parametrize("on_ambiguous", ["hold", "retry"])
@pytest.mark.parametrize("spec", [SPEC, KEYED], ids=["no key", "key"])
def test_absence_is_conclusive_only_after_the_settle_time(spec: Any, on_ambiguous: str) -> None:
    row = ambiguous(on_ambiguous=on_ambiguous)
    early = protocol.after_confirmation(
        row, Absent(), spec, owner="w", now=at(CONCLUSIVE_S - 0.001)
    )
    assert early.state is State.AMBIGUOUS
    assert early.next_at == at(CONCLUSIVE_S)
    late = protocol.after_confirmation(row, Absent(), spec, owner="w", now=at(CONCLUSIVE_S))
    resends = spec.usable_key or on_ambiguous == "retry"
    assert late.state is (State.SCHEDULED if resends else State.HELD)
    assert late.maybe_live is not resends
    assert late.key == "k", "a resend goes out under the same key"


@pytest.mark.parametrize(
    ("action", "early", "again", "held", "silent"),
    [
        ("", "not there yet", "absent; sending", "the channel does not show it", "it is live"),
        ("correct", "not done yet", "not done; sending", "not show the edit", "it is done"),
        ("retract", "not done yet", "not done; sending", "it is public still", "it is done"),
    ],
)
def test_reasons_say_what_was_asked_for(
    action: str, early: str, again: str, held: str, silent: str
) -> None:
    """That a deletion is not seen means that the post is."""

    def absent(seconds: float, **changes: Any) -> str:
        row = ambiguous(action=action, **changes)
        return protocol.after_confirmation(row, Absent(), KEYED, owner="w", now=at(seconds)).reason

    assert early in absent(0.0)
    assert again in absent(CONCLUSIVE_S)
    assert held in absent(CONCLUSIVE_S, attempts=protocol.MAX_ATTEMPTS)
    row = ambiguous(action=action, asks=protocol.MAX_ASKS - 1)
    assert silent in protocol.after_no_answer(row, "?", owner="w", now=NOON).reason


def test_invariant_04_one_guarded_resend_without_a_key() -> None:
    row = ambiguous(on_ambiguous="retry", resends=1)
    held = protocol.after_confirmation(row, Absent(), SPEC, owner="w", now=at(CONCLUSIVE_S))
    assert (held.state, held.maybe_live) == (State.HELD, True)
    spent = ambiguous(on_ambiguous="retry", attempts=protocol.MAX_ATTEMPTS)
    held = protocol.after_confirmation(spent, Absent(), KEYED, owner="w", now=at(CONCLUSIVE_S))
    assert held.state is State.HELD


def test_a_key_that_is_about_to_expire_protects_no_resend() -> None:
    row = ambiguous(intent_at=at(-3600 + CONCLUSIVE_S + 39))
    held = protocol.after_confirmation(row, Absent(), KEYED, owner="w", now=at(CONCLUSIVE_S))
    assert held.state is State.HELD
    row = ambiguous(intent_at=at(-3600 + CONCLUSIVE_S + 41))
    again = protocol.after_confirmation(row, Absent(), KEYED, owner="w", now=at(CONCLUSIVE_S))
    assert again.state is State.SCHEDULED


@pytest.mark.parametrize("answer", [Absent(), Unknown("503")])
def test_what_was_accepted_is_never_sent_again(answer: Confirmation) -> None:
    """An answer without news leaves it PENDING, so that a later absence holds it."""
    row = protocol.after_outcome(sending(), Pending("p7"), owner="w", now=NOON)
    row = replace(row, on_ambiguous="retry")
    row = protocol.after_confirmation(row, answer, KEYED, owner="w", now=at(60))
    assert (row.state, row.pending_id) == (State.PENDING, "p7")
    row = protocol.after_confirmation(row, Absent(), KEYED, owner="w", now=at(CONCLUSIVE_S))
    assert (row.state, row.maybe_live) == (State.HELD, True)


def test_invariant_09_unknown_is_never_absence() -> None:
    row = ambiguous(on_ambiguous="retry")
    now = NOON
    for _ in range(protocol.MAX_ASKS - 1):
        now += timedelta(hours=1)
        row = protocol.after_confirmation(row, Unknown("503"), KEYED, owner="w", now=now)
        assert row.state is State.AMBIGUOUS
    row = protocol.after_confirmation(row, Unknown("503"), KEYED, owner="w", now=now)
    assert (row.state, row.maybe_live) == (State.HELD, True)
    assert "503" in row.reason


def test_processing_without_end_waits_for_a_person() -> None:
    row = replace(ambiguous(), asks=10 * protocol.MAX_ASKS - 1)
    held = protocol.after_confirmation(row, Processing(), SPEC, owner="w", now=NOON)
    assert (held.state, held.maybe_live) == (State.HELD, True)


def test_late_policy_begins_after_the_grace() -> None:
    row = a_row(grace_s=600)
    assert not protocol.is_late(row, at(600))
    assert protocol.is_late(row, at(600.001))
    expired = protocol.expire_or_hold(row, owner="w", now=at(700))
    assert (expired.state, expired.reason) == (
        State.EXPIRED, "too late: 700 s after its time, 600 s allowed",
    )  # fmt: skip
    thread = replace(row, parts_total=3, parts=(PublishedPart("1", ""),))
    held = protocol.expire_or_hold(thread, owner="w", now=at(700))
    assert held.state is State.HELD
    assert "part 1 of 3" in held.reason


def test_waits_grow_and_end() -> None:
    waits = [protocol.backoff_s(tries) for tries in range(8)]
    assert waits == [30, 30, 60, 120, 240, 480, 600, 600]


def test_never_sent_has_no_conclusive_time() -> None:
    with pytest.raises(ValueError, match="never sent"):
        protocol.conclusive_from(a_row(), SPEC)
