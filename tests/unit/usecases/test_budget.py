"""What a channel says is left is kept after the outcome, and obeyed; nothing depends on keeping it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from signpost.domain.budget import Budget
from signpost.domain.lifecycle import State
from signpost.domain.outcome import Ambiguous, Outcome, Pending, Published, Rejected, Throttled
from signpost.errors import AnswerLost
from signpost.ports import RateState
from tests.fakes.connector import FakeConnector
from tests.fakes.faulty_ledger import FaultyLedger
from tests.fakes.transport import FakeTransport, answer
from tests.unit.usecases.stage import Stage

LIVE = Published("7", "https://test.example/7")
HOUR = timedelta(hours=1)


class Telling(FakeConnector):
    """Sends through the transport; its answers say what is left, and of how many."""

    def __init__(self, outcomes: list[Outcome | Exception], **spec: Any) -> None:
        super().__init__(outcomes, **spec)
        self.uses_transport = True

    def budget(self, headers: Mapping[str, str], now: datetime) -> Budget | None:
        if "left" not in headers:
            return None
        return Budget(int(headers["limit"]), int(headers["left"]), now + HOUR)


def stage_of(
    outcomes: list[Outcome | Exception], *lefts: int | None, ledger: FaultyLedger | None = None
) -> Stage:
    """A stage whose channel answers with these remainders; None: it does not say."""
    stage = Stage(Telling(outcomes), ledger=ledger)
    stage.transport = FakeTransport([answer(200, {}, headers=_said(left)) for left in lefts])
    stage.use(stage.ledger)
    return stage


def _said(left: int | None) -> dict[str, str]:
    return {} if left is None else {"limit": "300", "left": str(left)}


def rate_of(stage: Stage) -> RateState:
    return stage.ledger.read("acme/shop/none/fedi", "fedi").rate


def test_what_is_left_is_kept_in_one_write_after_the_outcome() -> None:
    ledger = FaultyLedger()
    stage = stage_of([LIVE], 297, ledger=ledger)
    stage.accept()
    ledger.calls.clear()
    assert stage.work().did == "published"
    assert ledger.calls == ["read", "take_rate", "intend", "write", "note_budget"]
    seen = rate_of(stage).seen
    assert seen is not None
    assert (seen.budget.limit, seen.budget.left, seen.cap) == (300, 297, 298)


def test_a_remainder_that_was_expected_is_not_written_again() -> None:
    ledger = FaultyLedger()
    stage = stage_of([LIVE, LIVE, LIVE], 297, 296, 200, ledger=ledger)
    posts = [stage.delivery(f"p{n}") for n in range(3)]
    stage.push(*posts)
    written = []
    for post in posts:
        ledger.calls.clear()
        assert stage.work(post.id).did == "published"
        written.append("note_budget" in ledger.calls)
    assert written == [True, False, True]


def test_when_nothing_is_left_others_wait_for_the_reset() -> None:
    stage = stage_of([LIVE, LIVE, LIVE], 1, 0, 299)
    posts = [stage.delivery(f"p{n}") for n in range(4)]
    stage.push(*posts)
    assert [stage.work(post.id).did for post in posts] == ["published"] * 2 + ["scheduled"] * 2
    assert len(stage.connector.sendings) == 2
    row = stage.row(posts[2].id)
    assert "takes no more" in row.reason
    assert row.next_at > stage.clock.now() + HOUR - timedelta(seconds=2)
    # The late policy still applies: half an hour is allowed, and the reset comes in an hour.
    stage.clock.advance((row.next_at - stage.clock.now()).total_seconds())
    assert [stage.work(post.id).did for post in posts[2:]] == ["expired", "expired"]
    late = stage.delivery("late")
    stage.push(*posts, late)
    assert stage.work(late.id).did == "published"


def test_the_parts_of_a_thread_wait_too() -> None:
    stage = stage_of([LIVE], 0)
    stage.accept(stage.delivery(texts=("one", "two")))
    assert stage.work().did == "scheduled"
    row = stage.row()
    assert (row.state, row.part) == (State.SCHEDULED, 1)
    assert len(stage.connector.sendings) == 1


@pytest.mark.parametrize("fate", ["refused", "lost"])
def test_a_budget_that_cannot_be_kept_changes_nothing(fate: str) -> None:
    ledger = FaultyLedger()
    stage = stage_of([LIVE], 5, ledger=ledger)
    stage.accept()
    ledger.script["note_budget"] = [fate]
    result = stage.work()
    assert (result.did, result.alert) == ("published", False)


@pytest.mark.parametrize(
    ("outcome", "is_kept"),
    [
        (LIVE, True),
        (Pending("1", 10.0), True),
        (Throttled(60.0), True),
        (Ambiguous("HTTP 500"), True),
        (Rejected("refused"), False),
        (AnswerLost("cut off"), True),
    ],
)
def test_a_refusal_tells_of_another_budget(outcome: Outcome | Exception, *, is_kept: bool) -> None:
    stage = stage_of([outcome], 5)
    stage.accept()
    stage.work()
    assert (rate_of(stage).seen is not None) is is_kept


def test_headers_that_cannot_be_read_change_nothing() -> None:
    stage = Stage(Telling([LIVE]))
    stage.transport = FakeTransport([answer(200, {}, headers={"limit": "x", "left": "y"})])
    stage.use(stage.ledger)
    stage.accept()
    assert stage.work().did == "published"
    assert rate_of(stage).seen is None


def test_points_are_counted_in_sends() -> None:
    stage = stage_of([LIVE], 8)
    spec = stage.connector.spec
    stage.connector.spec = spec._replace(rate=spec.rate._replace(cost=3))
    stage.accept()
    stage.work()
    seen = rate_of(stage).seen
    assert seen is not None
    assert (seen.budget.limit, seen.budget.left, seen.cap) == (100, 2, 3)


# --- the token's end ---


def test_a_token_that_says_when_it_ends_is_remembered_once() -> None:
    ledger = FaultyLedger()
    stage = stage_of([LIVE, LIVE], None, None, ledger=ledger)
    stage.secrets.tokens["fedi"] = {"access_token": "x", "expires_at": "2026-12-24T00:00:00+01:00"}
    posts = [stage.delivery(f"p{n}") for n in range(2)]
    stage.push(*posts)
    for post in posts:
        assert stage.work(post.id).did == "published"
    assert ledger.calls.count("note_token") == 1
    until = rate_of(stage).token_until
    assert until is not None
    assert until.isoformat() == "2026-12-23T23:00:00+00:00"


@pytest.mark.parametrize("fate", ["refused", "lost"])
def test_an_end_that_cannot_be_kept_changes_nothing(fate: str) -> None:
    ledger = FaultyLedger()
    stage = stage_of([LIVE], None, ledger=ledger)
    stage.secrets.tokens["fedi"] = {"access_token": "x", "expires_at": "1798000000"}
    stage.accept()
    ledger.script["note_token"] = [fate]
    assert stage.work().did == "published"
