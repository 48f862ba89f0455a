"""Every state and every event of PUBLISHING.md section 2, one by one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from signpost.domain.lifecycle import BAD_ENDS, OPEN, Event, State, after, allowed
from signpost.errors import IllegalTransition
from tests.craft_row import a_row

S, E = State, Event

EXPECTED: dict[State, dict[Event, State]] = {
    S.SCHEDULED: {
        E.DELAY: S.SCHEDULED,
        E.INTENT: S.SENDING,
        E.REFUSED: S.FAILED,
        E.HOLD: S.HELD,
        E.AWAIT: S.HELD,
        E.EXPIRE: S.EXPIRED,
        E.CANCEL: S.CANCELLED,
        E.REVISE: S.SCHEDULED,
        E.AMEND: S.SCHEDULED,
    },
    S.SENDING: {
        E.PUBLISHED: S.PUBLISHED,
        E.PART: S.SCHEDULED,
        E.ACCEPTED: S.PENDING,
        E.UNKNOWN: S.AMBIGUOUS,
        E.THROTTLED: S.SCHEDULED,
        E.RETRY: S.SCHEDULED,
        E.REFUSED: S.FAILED,
    },
    S.PENDING: {
        E.PUBLISHED: S.PUBLISHED,
        E.PART: S.SCHEDULED,
        E.ACCEPTED: S.PENDING,
        E.UNKNOWN: S.AMBIGUOUS,
        E.REFUSED: S.FAILED,
        E.HOLD: S.HELD,
    },
    S.AMBIGUOUS: {
        E.PUBLISHED: S.PUBLISHED,
        E.PART: S.SCHEDULED,
        E.ACCEPTED: S.PENDING,
        E.UNKNOWN: S.AMBIGUOUS,
        E.RETRY: S.SCHEDULED,
        E.HOLD: S.HELD,
    },
    S.PUBLISHED: {E.AMEND: S.SCHEDULED},
    S.HELD: {
        E.HOLD: S.HELD,
        E.AWAIT: S.HELD,
        E.EXPIRE: S.EXPIRED,
        E.CANCEL: S.CANCELLED,
        E.RESUME: S.SCHEDULED,
        E.BIND: S.PUBLISHED,
        E.REVISE: S.SCHEDULED,
        E.AMEND: S.SCHEDULED,
    },
    S.EXPIRED: {E.REVISE: S.SCHEDULED, E.AMEND: S.SCHEDULED},
    S.CANCELLED: {E.REVISE: S.SCHEDULED, E.REAPPLY: S.SCHEDULED},
    S.FAILED: {E.REVISE: S.SCHEDULED, E.AMEND: S.SCHEDULED},
}


@pytest.mark.parametrize("event", list(Event))
@pytest.mark.parametrize("state", list(State))
def test_every_state_and_event(state: State, event: Event) -> None:
    target = EXPECTED[state].get(event)
    assert allowed(state, event) is (target is not None)
    if target is None:
        with pytest.raises(IllegalTransition):
            after(state, event)
    else:
        assert after(state, event) is target


def test_what_is_public_never_moves() -> None:
    """Only an amendment, a row of its own that is done, can be asked for anew."""
    assert [event for event in Event if allowed(State.PUBLISHED, event)] == [Event.AMEND]
    row = a_row(state=State.PUBLISHED)
    with pytest.raises(IllegalTransition):
        row.moved(Event.AMEND, owner="w", at=row.due)
    assert replace(row, action="correct").moved(Event.AMEND, owner="w", at=row.due).fence == 2


def test_only_an_intent_leads_to_sending() -> None:
    ways = {event for state in State for event, to in EXPECTED[state].items() if to is S.SENDING}
    assert ways == {Event.INTENT}
    assert [state for state in State if allowed(state, Event.INTENT)] == [S.SCHEDULED]


def test_every_state_is_open_bad_or_done() -> None:
    done = {State.PUBLISHED, State.CANCELLED}
    assert set(State) == OPEN | BAD_ENDS | done
    assert not OPEN & BAD_ENDS
