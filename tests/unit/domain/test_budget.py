"""Budgets as numbers of sends: whatever overtakes what, no more is sent than the channel takes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signpost.domain.budget import LONGEST, Budget, Seen, replaces, seen
from signpost.domain.expiry import days_left, ends_at, is_warned
from tests.craft_row import NOON
from tests.fakes.clock import FakeClock
from tests.fakes.ledger import FakeLedger

HOUR = timedelta(hours=1)
QUOTA = 6
STEPS = ("take", "arrive", "note", "note again")


@given(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 7)), max_size=60))
def test_invariant_45_no_order_of_takes_sends_and_answers_exceeds_a_known_budget(
    steps: list[tuple[str, int]],
) -> None:
    """The first send is alone; after it anything may happen in any order, answers twice."""
    ledger = FakeLedger(FakeClock(NOON))
    arrived, over = 0, 0
    waiting: list[int] = []
    answers: list[Seen] = []
    noted: list[Seen] = []

    def arrive(number: int) -> None:
        nonlocal arrived, over
        arrived += 1
        over += arrived > QUOTA
        left = max(0, QUOTA - arrived)
        answers.append(seen(Budget(QUOTA, left, NOON + HOUR), number=number, cost=1, at=NOON))

    first = ledger.take_rate("fedi", 1, 1000, now=NOON)
    arrive(first.number)
    ledger.note_budget("fedi", answers.pop())
    for step, chosen in steps:
        if step == "take":
            if taken := ledger.take_rate("fedi", 1, 1000, now=NOON):
                waiting.append(taken.number)
        elif step == "arrive" and waiting:
            arrive(waiting.pop(chosen % len(waiting)))
        elif step == "note" and answers:
            noted.append(answers.pop(chosen % len(answers)))
            ledger.note_budget("fedi", noted[-1])
        elif step == "note again" and noted:
            ledger.note_budget("fedi", noted[chosen % len(noted)])
    for number in waiting:
        arrive(number)
    assert over == 0


MOMENTS = st.integers(0, 7200).map(lambda seconds: NOON + timedelta(seconds=seconds))
READINGS = st.builds(
    Seen,
    st.builds(Budget, st.just(300), st.integers(0, 300), st.none() | MOMENTS),
    MOMENTS,
    st.integers(0, 400),
)


@given(READINGS, READINGS)
def test_within_a_window_the_number_never_grows_and_a_repeat_changes_nothing(
    old: Seen, new: Seen
) -> None:
    resets_at = old.budget.resets_at
    if resets_at is not None and resets_at > new.at and replaces(old, new):
        assert new.cap < old.cap
    if new.budget.resets_at is not None and new.budget.resets_at > new.at:
        assert not replaces(new, new)
    assert replaces(None, new)


@pytest.mark.parametrize(
    ("left", "cost", "cap"), [(5, 1, 45), (0, 1, 40), (-1, 1, 40), (8, 3, 42), (2, 3, 40)]
)
def test_what_is_left_is_the_number_of_the_last_that_fits(left: int, cost: int, cap: int) -> None:
    assert seen(Budget(300, left, None), number=40, cost=cost, at=NOON).cap == cap


def test_a_reset_is_never_too_early_and_never_too_far() -> None:
    def reset(resets_at: datetime) -> datetime:
        made = seen(Budget(300, 1, resets_at), number=1, cost=1, at=NOON).budget.resets_at
        assert made is not None
        return made

    for micro in (0, 1, 999_999):
        given_at = (NOON + HOUR).replace(microsecond=micro)
        assert timedelta(seconds=1) <= reset(given_at) - given_at <= timedelta(seconds=2)
    for far in (NOON + timedelta(days=3650), datetime.max.replace(tzinfo=UTC)):
        assert reset(far) == NOON + LONGEST + timedelta(seconds=2)


# --- when tokens end ---


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("2026-12-24T00:00:00Z", datetime(2026, 12, 24, tzinfo=UTC)),
        (" 2026-12-24T00:00:00.5+01:00 ", datetime(2026, 12, 23, 23, tzinfo=UTC)),
        ("1798761600", datetime(2027, 1, 1, tzinfo=UTC)),
        ("2026-12-24", None),
        ("2026-12-24T00:00:00", None),
        ("1798761600000", None),
        ("1e9", None),
        ("1970-01-01T00:00:00Z", None),
        ("9999-12-31T23:59:59Z", None),
        ("0001-01-01T00:00:00+23:59", None),
        ("soon", None),
        ("", None),
    ],
)
def test_an_end_is_a_time_with_an_offset_in_this_century(text: str, until: datetime | None) -> None:
    assert ends_at({"access_token": "x", "expires_at": text}) == until
    assert ends_at({"access_token": "x"}) is None


@given(st.text(max_size=40))
def test_no_text_breaks_it(text: str) -> None:
    until = ends_at({"expires_at": text})
    assert until is None or until.tzinfo is UTC


def test_it_is_warned_of_from_seven_days_on() -> None:
    week = timedelta(days=7)
    assert is_warned(NOON + week, NOON)
    assert not is_warned(NOON + week + timedelta(seconds=1), NOON)
    assert not is_warned(None, NOON)
    assert [days_left(NOON + n * HOUR, NOON) for n in (49, 24, 23, 0, -1)] == [2, 1, 0, 0, -1]
