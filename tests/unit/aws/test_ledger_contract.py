"""One suite for everything that calls itself a Ledger: the fake and the DynamoDB adapter.

Invariant 7: an intent whose answer was lost is recognised by its owner and fence.
Invariant 26: an intent does not commit once the switch that it judged has moved.
Invariant 45: the rate of an account is never exceeded.
More than 400 lines: one contract, to which the fake and DynamoDB are held alike.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from signpost.domain.budget import Budget, Seen, replaces
from signpost.domain.lifecycle import Event, State
from signpost.domain.row import Attempt, PublishedPart, Row
from signpost.domain.stop import Stop
from signpost.ports import AccountState, Due, Ledger, Pointer, RateState, TickMark, Write
from tests.craft_row import NOON, a_row
from tests.fakes.clock import FakeClock
from tests.fakes.ledger import FakeLedger

SECOND = timedelta(seconds=1)
STOP = Stop(1)


@pytest.fixture(params=["fake", "dynamo"])
def ledger(request: pytest.FixtureRequest, clock: FakeClock) -> Ledger:
    if request.param == "fake":
        return FakeLedger(clock)
    chosen: Ledger = request.getfixturevalue("dynamo")
    return chosen


@pytest.fixture
def stored(ledger: Ledger) -> Row:
    row = a_row()
    assert ledger.create(row) is Write.DONE
    assert ledger.swap_stop(STOP, expected=None) is Write.DONE
    return row


def intent_of(row: Row, owner: str = "worker") -> Row:
    at = NOON + SECOND
    return row.moved(Event.INTENT, owner=owner, at=at, key="key", intent_at=at, deadline_at=at)


def full_row() -> Row:
    """Every field with a value of its own."""
    at = datetime(2026, 12, 1, 12, 0, 1, 234_567, tzinfo=UTC)
    return a_row(
        state=State.AMBIGUOUS,
        fence=7,
        attempts=2,
        owner="publish:é",
        key="k-1",
        intent_at=at,
        deadline_at=at,
        asks=3,
        resends=1,
        prepared={"media_ids": ["1", "2"], "wait": 1.5, "none": None, "text": "ü 🌲"},
        pending_id="p",
        parts=(PublishedPart("9007199254740993", "https://x.test/1"),),
        published_at=at,
        reason="no answer",
        maybe_live=True,
        history=(Attempt(at, 0, "unknown", "timed out"), Attempt(at, 0, "asked")),
    )


# --- rows ---------------------------------------------------------------------------------------


def test_a_new_ledger_is_empty_and_closed(ledger: Ledger) -> None:
    reading = ledger.read("acme/shop/none/fedi", "fedi")
    assert (reading.row, reading.stop, reading.rate) == (None, None, RateState())
    assert ledger.rows(["acme/shop/none/fedi"]) == {}
    assert ledger.pointer() == Pointer()
    assert ledger.stop() is None
    assert ledger.tick_mark() is None


def test_every_field_comes_back_to_the_millisecond(ledger: Ledger) -> None:
    row = full_row()
    ledger.create(row)
    read = ledger.rows([row.delivery])[row.delivery]
    cut = datetime(2026, 12, 1, 12, 0, 1, 234_000, tzinfo=UTC)
    assert read == replace(
        row,
        intent_at=cut,
        deadline_at=cut,
        published_at=cut,
        history=tuple(replace(attempt, at=cut) for attempt in row.history),
    )


def test_what_is_cleared_is_gone(ledger: Ledger) -> None:
    row = full_row()
    ledger.create(row)
    bare = a_row(fence=8)
    assert ledger.write(bare, expected=row) is Write.DONE
    assert ledger.rows([row.delivery])[row.delivery] == bare


def test_create_does_not_replace(ledger: Ledger, stored: Row) -> None:
    assert ledger.create(replace(stored, reason="other")) is Write.LOST
    assert ledger.rows([stored.delivery])[stored.delivery] == stored


def test_one_read_gives_row_stop_and_rate(ledger: Ledger, stored: Row) -> None:
    ledger.take_rate(stored.account, 5, 10, now=NOON)
    ledger.block_rate(stored.account, NOON)
    reading = ledger.read(stored.delivery, stored.account)
    assert reading.row == stored
    assert reading.stop == STOP
    assert reading.rate == RateState(window=5, used=1, blocked_until=NOON, taken=1)


def test_a_write_needs_the_fence(ledger: Ledger, stored: Row) -> None:
    first = replace(stored, fence=2, owner="a", reason="first")
    second = replace(stored, fence=2, owner="b", reason="second")
    assert ledger.write(first, expected=stored) is Write.DONE
    assert ledger.write(second, expected=stored) is Write.LOST
    assert ledger.rows([stored.delivery])[stored.delivery] == first


def test_our_own_earlier_write_counts_as_done(ledger: Ledger, stored: Row) -> None:
    mine = replace(stored, fence=2, owner="a")
    assert ledger.write(mine, expected=stored) is Write.DONE
    assert ledger.write(mine, expected=stored) is Write.DONE
    # An older write of the same owner is not the one that is there.
    later = replace(mine, fence=3)
    assert ledger.write(later, expected=mine) is Write.DONE
    assert ledger.write(mine, expected=stored) is Write.LOST


def test_a_write_to_a_row_that_is_not_there_is_lost(ledger: Ledger) -> None:
    row = a_row()
    assert ledger.write(replace(row, fence=2), expected=row) is Write.LOST
    assert ledger.rows([row.delivery]) == {}


def test_many_rows_are_read_at_once(ledger: Ledger) -> None:
    names = [f"acme/shop/p{number}/fedi" for number in range(230)]
    rows = {name: a_row(name) for name in (names[0], names[99], names[100], names[229])}
    for row in rows.values():
        ledger.create(row)
    assert ledger.rows([*names, names[0]]) == rows


# --- intent -------------------------------------------------------------------------------------


def test_an_intent_moves_the_row(ledger: Ledger, stored: Row) -> None:
    intent = intent_of(stored)
    assert ledger.intend(intent, expected=stored, stop=STOP) is Write.DONE
    assert ledger.rows([stored.delivery])[stored.delivery] == intent


def test_an_intent_repeated_by_its_owner_is_done(ledger: Ledger, stored: Row) -> None:
    intent = intent_of(stored)
    for _ in range(2):
        assert ledger.intend(intent, expected=stored, stop=STOP) is Write.DONE


def test_two_workers_cannot_both_intend(ledger: Ledger, stored: Row) -> None:
    assert ledger.intend(intent_of(stored, "a"), expected=stored, stop=STOP) is Write.DONE
    assert ledger.intend(intent_of(stored, "b"), expected=stored, stop=STOP) is Write.LOST


def test_no_intent_after_a_stop(ledger: Ledger, stored: Row) -> None:
    ledger.swap_stop(Stop(2, frozenset({"*"})), expected=1)
    assert ledger.intend(intent_of(stored), expected=stored, stop=STOP) is Write.LOST
    assert ledger.rows([stored.delivery])[stored.delivery] == stored


def test_no_intent_without_a_switch(ledger: Ledger) -> None:
    row = a_row()
    ledger.create(row)
    assert ledger.intend(intent_of(row), expected=row, stop=STOP) is Write.LOST


def test_an_intent_that_was_done_stays_done_when_a_stop_follows(
    ledger: Ledger, stored: Row
) -> None:
    intent = intent_of(stored)
    ledger.intend(intent, expected=stored, stop=STOP)
    ledger.swap_stop(Stop(2, frozenset({"*"})), expected=1)
    assert ledger.intend(intent, expected=stored, stop=STOP) is Write.DONE


def test_an_intent_leaves_the_index_alone(ledger: Ledger, stored: Row) -> None:
    intent = replace(intent_of(stored), next_at=NOON + 60 * SECOND)
    ledger.intend(intent, expected=stored, stop=STOP)
    assert ledger.rows([stored.delivery])[stored.delivery].next_at == NOON
    assert list(ledger.due(after=None, until=NOON)) == [Due(stored.delivery, NOON)]


# --- rate ---------------------------------------------------------------------------------------


def test_the_rate_of_a_window_is_not_exceeded(ledger: Ledger) -> None:
    assert [bool(ledger.take_rate("fedi", 7, 2, now=NOON)) for _ in range(4)] == [
        True,
        True,
        False,
        False,
    ]
    assert ledger.take_rate("other", 7, 2, now=NOON)
    assert [bool(ledger.take_rate("fedi", 8, 2, now=NOON)) for _ in range(3)] == [True, True, False]


def test_a_clock_that_is_behind_counts_in_the_newer_window(ledger: Ledger) -> None:
    assert ledger.take_rate("fedi", 8, 2, now=NOON)
    assert ledger.take_rate("fedi", 7, 2, now=NOON)
    assert not ledger.take_rate("fedi", 7, 2, now=NOON)
    assert ledger.read("acme/shop/none/fedi", "fedi").rate == RateState(window=8, used=2, taken=2)


def test_a_block_stands_beside_the_count(ledger: Ledger) -> None:
    ledger.block_rate("fedi", NOON)
    ledger.block_rate("fedi", NOON - SECOND)
    assert ledger.take_rate("fedi", 3, 1, now=NOON)
    assert not ledger.take_rate("fedi", 3, 1, now=NOON)
    rate = ledger.read("acme/shop/none/fedi", "fedi").rate
    assert rate == RateState(window=3, used=1, blocked_until=NOON, taken=1)
    ledger.block_rate("fedi", NOON + SECOND)
    assert ledger.read("acme/shop/none/fedi", "fedi").rate.blocked_until == NOON + SECOND


def test_a_limit_of_nothing_lets_nothing_pass(ledger: Ledger) -> None:
    assert not ledger.take_rate("fedi", 3, 0, now=NOON)


def test_the_rate_holds_under_concurrency(ledger: Ledger) -> None:
    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(lambda _: bool(ledger.take_rate("fedi", 4, 5, now=NOON)), range(12)))
    assert sum(taken) == 5


# --- what the channel itself says is left ---


HOUR = timedelta(hours=1)


def told(left: int, cap: int, *, at: datetime = NOON, resets_at: datetime | None) -> Seen:
    return Seen(Budget(300, left, resets_at), at, cap)


def kept(ledger: Ledger) -> Seen | None:
    return ledger.read("acme/shop/none/fedi", "fedi").rate.seen


def test_invariant_45_one_send_is_left_and_twelve_workers_want_it(ledger: Ledger) -> None:
    first = ledger.take_rate("fedi", 4, 100, now=NOON)
    ledger.note_budget("fedi", told(1, first.number + 1, resets_at=NOON + HOUR))
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: ledger.take_rate("fedi", 4, 100, now=NOON), range(12)))
    assert sorted(answer.number for answer in answers) == [0] * 11 + [2]
    waiting = [answer.rate for answer in answers if not answer]
    assert {rate.spent_until(NOON) for rate in waiting} == {NOON + HOUR}
    assert kept(ledger) == told(1, 2, resets_at=NOON + HOUR)


@pytest.mark.parametrize("window", [4, 5])
def test_a_spent_budget_waits_for_its_reset_whatever_our_own_window_says(
    ledger: Ledger, window: int
) -> None:
    ledger.take_rate("fedi", 4, 100, now=NOON)
    ledger.note_budget("fedi", told(0, 1, resets_at=NOON + HOUR))
    assert not ledger.take_rate("fedi", window, 100, now=NOON + HOUR - SECOND)
    again = ledger.take_rate("fedi", window, 100, now=NOON + HOUR)
    assert (again.number, again.rate.spent_until(NOON + HOUR)) == (2, None)


READINGS = [
    ("the first", None, told(9, 10, resets_at=NOON + HOUR), True),
    ("less", told(9, 10, resets_at=NOON + HOUR),
     told(5, 9, at=NOON + SECOND, resets_at=NOON + HOUR), True),
    ("as expected", told(9, 10, resets_at=NOON + HOUR),
     told(8, 10, at=NOON + SECOND, resets_at=NOON + HOUR), False),
    ("overtaken", told(5, 9, at=NOON + SECOND, resets_at=NOON + HOUR),
     told(9, 10, resets_at=NOON + HOUR), False),
    ("the next window", told(0, 3, resets_at=NOON + SECOND),
     told(299, 302, at=NOON + SECOND, resets_at=NOON + HOUR), True),
    ("a window that is over", told(9, 20, at=NOON + HOUR, resets_at=NOON + 2 * HOUR),
     told(0, 3, resets_at=NOON + HOUR), False),
    ("a shorter window that is tighter", told(9, 20, resets_at=NOON + 9 * HOUR),
     told(1, 12, at=NOON + SECOND, resets_at=NOON + HOUR), True),
    ("no reset", told(9, 20, resets_at=NOON + HOUR),
     told(0, 12, at=NOON + SECOND, resets_at=None), False),
    ("after one without a reset", told(9, 20, resets_at=None),
     told(0, 12, at=NOON + SECOND, resets_at=None), True),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "replaced"),
    [case[1:] for case in READINGS],
    ids=[case[0] for case in READINGS],
)
def test_a_reading_replaces_another_as_the_rule_says(
    ledger: Ledger, old: Seen | None, new: Seen, *, replaced: bool
) -> None:
    assert replaces(old, new) is replaced
    if old:
        ledger.note_budget("fedi", old)
        assert kept(ledger) == old
    for _ in range(2):  # a write that is repeated changes nothing more
        ledger.note_budget("fedi", new)
        assert kept(ledger) == (new if replaced else old)


def test_a_budget_without_a_reset_holds_nobody_back(ledger: Ledger) -> None:
    ledger.note_budget("fedi", told(0, 0, resets_at=None))
    assert ledger.take_rate("fedi", 4, 100, now=NOON)


def test_an_accounts_state_is_kept_beside_its_counts(ledger: Ledger) -> None:
    assert ledger.accounts(["fedi", "other"]) == {}
    check = {"at": "2026-12-01T12:00:00.000Z", "may_post": True, "faults": []}
    ledger.note_token("fedi", NOON + HOUR, check=check)
    ledger.take_rate("fedi", 4, 100, now=NOON)
    ledger.note_token("other", NOON)
    states = ledger.accounts(["other", "fedi", "nobody", "fedi"])
    assert sorted(states) == ["fedi", "other"]
    rate = RateState(window=4, used=1, taken=1, token_until=NOON + HOUR)
    assert states["fedi"] == AccountState(rate, check)
    assert states["other"] == AccountState(RateState(token_until=NOON))
    ledger.note_token("fedi", None)
    assert ledger.accounts(["fedi"])["fedi"] == AccountState(replace(rate, token_until=None), check)


# --- the index ----------------------------------------------------------------------------------


def test_due_is_open_rows_after_and_until(ledger: Ledger) -> None:
    for second in range(5):
        ledger.create(a_row(f"acme/shop/p{second}/fedi", next_at=NOON + second * SECOND))

    def names(after: datetime | None, until: datetime) -> list[str]:
        return [hint.delivery.split("/")[2] for hint in ledger.due(after=after, until=until)]

    assert names(None, NOON + 2 * SECOND) == ["p0", "p1", "p2"]
    assert names(NOON, NOON + 2 * SECOND) == ["p1", "p2"]
    assert names(NOON + 4 * SECOND, NOON + 9 * SECOND) == []
    assert names(NOON + 3 * SECOND, NOON) == []


@pytest.mark.parametrize(
    ("state", "where"),
    [
        (State.SCHEDULED, {"due", "open"}),
        (State.SENDING, {"due", "open"}),
        (State.PENDING, {"due", "open"}),
        (State.AMBIGUOUS, {"due", "open"}),
        (State.HELD, {"open"}),
        (State.PUBLISHED, {"published"}),
        (State.CANCELLED, set()),
        (State.EXPIRED, set()),
        (State.FAILED, set()),
    ],
)
def test_each_state_has_its_place_in_the_index(
    ledger: Ledger, stored: Row, state: State, where: set[str]
) -> None:
    ledger.write(replace(stored, state=state, fence=2), expected=stored)
    before, later = NOON - SECOND, NOON + SECOND
    found = {
        "due": [hint.delivery for hint in ledger.due(after=None, until=later)],
        "open": list(ledger.open_rows()),
        "published": [hint.delivery for hint in ledger.published(after=before, until=later)],
    }
    assert {name for name, ids in found.items() if ids} == where
    assert all(ids in ([], [stored.delivery]) for ids in found.values())


# --- the workspace ------------------------------------------------------------------------------


def test_the_pointer_is_swapped_by_one_only(ledger: Ledger) -> None:
    assert ledger.swap_pointer("a" * 64, expected="b" * 64, at=NOON) is Write.LOST
    assert ledger.swap_pointer("a" * 64, expected="", at=NOON) is Write.DONE
    assert ledger.swap_pointer("b" * 64, expected="", at=NOON) is Write.LOST
    assert ledger.swap_pointer("b" * 64, expected="a" * 64, at=NOON + SECOND) is Write.DONE
    assert ledger.pointer() == Pointer("b" * 64, NOON + SECOND)


def test_the_switch_is_swapped_by_one_only(ledger: Ledger) -> None:
    stopped = Stop(2, frozenset({"brand:shop", "account:fedi"}))
    assert ledger.swap_stop(STOP, expected=0) is Write.LOST
    assert ledger.swap_stop(STOP, expected=None) is Write.DONE
    assert ledger.swap_stop(STOP, expected=None) is Write.LOST
    assert ledger.swap_stop(stopped, expected=1) is Write.DONE
    assert ledger.swap_stop(Stop(2), expected=1) is Write.LOST
    assert ledger.stop() == stopped


def test_the_tick_mark_is_the_last_one(ledger: Ledger) -> None:
    mark = TickMark(NOON, NOON + 120 * SECOND, ("2:a", "1:b"), "c" * 64, 4)
    ledger.set_tick_mark(TickMark(NOON, NOON))
    ledger.set_tick_mark(mark)
    assert ledger.tick_mark() == mark


def test_the_audit_trail_takes_equal_moments(ledger: Ledger) -> None:
    for _ in range(2):
        ledger.audit(NOON, "ada", "stop", {"scope": "*", "version": 2})


@pytest.mark.parametrize(
    "write",
    [
        lambda ledger, name: ledger.create(a_row(name)),
        lambda ledger, name: bool(ledger.take_rate(name, 1, 5, now=NOON)),
    ],
    ids=["create", "take_rate"],
)
def test_threads_may_share_it(ledger: Ledger, write: Callable[[Ledger, str], object]) -> None:
    names = [f"acme/shop/p{i}/fedi" for i in range(12)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda name: write(ledger, name), names))
    assert all(answer in (Write.DONE, True) for answer in answers)
