"""What a push would change, and when it needs force."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from signpost.domain.delivery import Account, Delivery, Part
from signpost.domain.lifecycle import State
from signpost.domain.plan import Action, Actual, make_plan, needs_force
from tests.craft_row import NOON


def delivery(post: str = "p", minutes: float = 60, text: str = "Hello") -> Delivery:
    account = Account("fedi", "test", "@a", "https://x.example", "fedi")
    due = NOON + timedelta(minutes=minutes)
    return Delivery(
        "acme", "shop", post, account, due, "UTC", "", "", 1800, "hold", "", "en", (Part(text),)
    )


def actual(one: Delivery, state: State = State.SCHEDULED, *, touched: bool = False) -> Actual:
    return Actual(state, one.revision, one.due or NOON, touched)


def test_new_is_created() -> None:
    one = delivery()
    (change,) = make_plan([one], {}).changes
    assert (change.action, change.delivery, change.due) == (Action.CREATE, one.id, one.due)


@pytest.mark.parametrize("state", list(State))
def test_equal_is_kept_but_for_what_was_cancelled_and_never_sent(state: State) -> None:
    one = delivery()
    (change,) = make_plan([one], {one.id: actual(one, state)}).changes
    assert change.action is (Action.CREATE if state is State.CANCELLED else Action.KEEP)
    (change,) = make_plan([one], {one.id: actual(one, state, touched=True)}).changes
    assert change.action is Action.KEEP


@pytest.mark.parametrize("state", list(State))
def test_invariant_18_an_edit_updates_what_is_untouched_and_is_drift_elsewhere(
    state: State,
) -> None:
    one = delivery()
    have = {one.id: actual(one, state)}
    edited = delivery(text="Hello again")
    (change,) = make_plan([edited], have).changes
    assert (change.action, change.revision) == (Action.UPDATE, edited.revision)
    have = {one.id: actual(one, state, touched=True)}
    (change,) = make_plan([edited], have).changes
    assert change.action is Action.DRIFT
    assert change not in make_plan([edited], have).acting


@pytest.mark.parametrize("state", list(State))
def test_gone_from_git_cancels_what_waits(state: State) -> None:
    one = delivery()
    changes = make_plan([], {one.id: actual(one, state)}).changes
    waits = state in (State.SCHEDULED, State.HELD)
    assert [change.action for change in changes] == ([Action.CANCEL] if waits else [])
    changes = make_plan([], {one.id: actual(one, state, touched=True)}).changes
    assert [change.action for change in changes] == [Action.DRIFT]


def test_the_digest_covers_what_acts_and_nothing_else() -> None:
    one, two = delivery("a"), delivery("b")
    plain = make_plan([one], {})
    with_keep = make_plan([one, two], {two.id: actual(two)})
    assert plain.digest == with_keep.digest
    assert plain.digest != make_plan([replace(one, link="https://x.example")], {}).digest
    assert [change.delivery for change in with_keep.changes] == sorted([one.id, two.id])


def many(count: int) -> dict[str, Delivery]:
    made = [delivery(f"p{number}") for number in range(count)]
    return {one.id: one for one in made}


@pytest.mark.parametrize(
    ("queued", "cancelled", "forced"), [(20, 6, False), (20, 7, True), (19, 19, False)]
)
def test_a_mass_change_needs_force(queued: int, cancelled: int, forced: bool) -> None:  # noqa: FBT001 - a column of the table
    have = many(queued)
    wanted = list(have.values())[cancelled:]
    rows = {name: actual(one) for name, one in have.items()}
    plan = make_plan(wanted, rows)
    assert plan.count(Action.CANCEL) == cancelled
    assert bool(needs_force(plan, rows, NOON)) is forced


def test_moving_counts_and_editing_a_text_does_not() -> None:
    have = many(20)
    rows = {name: actual(one) for name, one in have.items()}
    moved = [replace(one, due=NOON + timedelta(days=3)) for one in have.values()]
    assert needs_force(make_plan(moved, rows), rows, NOON)
    edited = [replace(one, link="https://x.example") for one in have.values()]
    assert not needs_force(make_plan(edited, rows), rows, NOON)


def test_touching_what_is_due_within_15_minutes_needs_force() -> None:
    soon, later = delivery("a", minutes=15), delivery("b", minutes=15.1)
    rows = {one.id: actual(one) for one in (soon, later)}
    assert "15 minutes" in needs_force(make_plan([later], rows), rows, NOON)
    assert not needs_force(make_plan([soon], rows), rows, NOON)


def test_creating_never_needs_force() -> None:
    assert not needs_force(make_plan(many(100).values(), {}), {}, NOON)


# --- pictures that were made to fit -----------------------------------------------------------------

BEFORE, RECIPES, OTHERS = delivery(text="with originals"), "r" * 16, "s" * 16


def made(bytes_of: str, recipes: str = RECIPES, *, of: Delivery = BEFORE) -> Delivery:
    """What a version of the picture library makes of the same originals."""
    return replace(delivery(text=bytes_of), made_from=f"{of.revision}:{recipes}")


def had(one: Delivery, state: State, *, touched: bool) -> Actual:
    return replace(actual(one, state, touched=touched), made_from=one.made_from)


@pytest.mark.parametrize(
    ("have", "state", "touched", "wanted", "action"),
    [
        # Another version of the library writes other bytes: nobody edited anything.
        (made("old"), State.PUBLISHED, True, made("new"), Action.KEEP),
        (made("old"), State.SCHEDULED, False, made("new"), Action.KEEP),
        # Other recipes, by another limit of the channel: what waits is made anew.
        (made("old"), State.PUBLISHED, True, made("new", OTHERS), Action.KEEP),
        (made("old"), State.SCHEDULED, False, made("new", OTHERS), Action.UPDATE),
        # Sent before pictures were made to fit.
        (BEFORE, State.PUBLISHED, True, made("new"), Action.KEEP),
        (BEFORE, State.SCHEDULED, False, made("new"), Action.UPDATE),
        # An edit is an edit.
        (made("old"), State.PUBLISHED, True, made("new", of=delivery(text="b")), Action.DRIFT),
        (made("old"), State.SCHEDULED, False, made("new", of=delivery(text="b")), Action.UPDATE),
        # The picture fits now, or is one that needs nothing.
        (made("old"), State.PUBLISHED, True, BEFORE, Action.KEEP),
        (made("old"), State.SCHEDULED, False, BEFORE, Action.UPDATE),
        (made("old"), State.CANCELLED, False, made("new"), Action.CREATE),
    ],
)
def test_how_pictures_are_made_is_no_edit_of_what_is_public(
    have: Delivery,
    state: State,
    touched: bool,  # noqa: FBT001 - a column of the table
    wanted: Delivery,
    action: Action,
) -> None:
    (change,) = make_plan([wanted], {have.id: had(have, state, touched=touched)}).changes
    assert change.action is action


def test_a_line_with_originals_in_place_of_pictures_is_known() -> None:
    assert replace(BEFORE, made_from=f"{BEFORE.revision}:{RECIPES}").unmade
    assert not BEFORE.unmade
    assert not made("new").unmade
    assert made("new").origin == BEFORE.origin == BEFORE.revision
