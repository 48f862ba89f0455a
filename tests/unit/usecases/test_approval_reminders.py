"""The daily state file lists what awaits approval, with whom, and since when."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from signpost.domain.amendment import Amend, amendment_of
from signpost.domain.approval import AWAITING, Tier
from signpost.domain.canonical import canonical_json, utc_text
from signpost.domain.outcome import Published
from signpost.usecases.state import DAILY_KEY, KEY
from tests.fakes.connector import FakeAmender
from tests.unit.usecases.approved import Approved
from tests.unit.usecases.stage import NAME

HOUR = 3600.0
DAY = 24 * HOUR


@pytest.fixture
def desk() -> Approved:
    return Approved(connector=FakeAmender([Published("1", "https://test.example/1")]))


def document(desk: Approved, key: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(desk.objects.content[key])
    return found


def listed(desk: Approved, name: str = NAME) -> list[dict[str, Any]]:
    """What the file says, after whoever moved something brought it up to date."""
    desk.state.refresh([name])
    found: list[dict[str, Any]] = document(desk, DAILY_KEY)["approvals"]
    return found


def test_what_awaits_approval_is_listed_with_whom_and_since_when(desk: Approved) -> None:
    began = desk.clock.now()
    desk.bring(desk.delivery(in_s=2 * DAY), owner="workshop-lead", source="shop/posts/boots.md")
    assert listed(desk) == [
        {
            "brand": "shop",
            "post": "post-1",
            "title": "post-1",
            "source": "shop/posts/boots.md",
            "owner": "workshop-lead",
            "standing": "awaits approval",
            "due": utc_text(began + timedelta(days=2)),
            "since": utc_text(began),
            "lacking": "offers: 1 of Juno Abendrot, Kasimir Nadelöhr, Ottilie Nebelhorn",
            "missing": {"offers": ["juno", "kasimir", "ottilie"]},
            "changes_asked": [],
        }
    ]


def test_who_said_no_is_named_and_who_said_yes_takes_it_off_at_once(desk: Approved) -> None:
    desk.bring(desk.delivery(in_s=DAY))
    desk.decide("ottilie", no="the offer ends on the 14th")
    (item,) = listed(desk)
    (said,) = item["changes_asked"]
    assert (said["person"], said["comment"]) == ("ottilie", "the offer ends on the 14th")
    desk.decide("ottilie")
    assert listed(desk) == []


def test_since_when_stays_while_it_is_looked_at_and_begins_anew_with_another_text(
    desk: Approved,
) -> None:
    began = desk.clock.now()
    due = began + timedelta(seconds=DAY)
    desk.tiers = (Tier("offers", lead_s=7200),)
    desk.bring(desk.delivery(in_s=DAY))
    desk.clock.advance(DAY - HOUR)
    assert desk.work().did == "held"
    (item,) = listed(desk)
    assert (item["standing"], item["since"]) == ("late", utc_text(began))
    assert document(desk, KEY)["deliveries"][NAME]["changed_at"] > item["since"]
    desk.bring(desk.delivery(texts=("Another text",), due=due))
    assert listed(desk)[0]["since"] == utc_text(desk.clock.now())


def test_what_expired_is_off_the_list_although_nobody_decided(desk: Approved) -> None:
    desk.bring(desk.delivery(in_s=HOUR))
    assert listed(desk)
    desk.clock.advance(3 * HOUR)
    assert desk.work().did == "expired"
    assert listed(desk) == []


def test_a_correction_that_awaits_approval_has_no_time(desk: Approved) -> None:
    one = desk.delivery(in_s=HOUR)
    desk.bring(one)
    desk.decide("ottilie")
    desk.clock.advance(HOUR)
    assert desk.work().did == "published"
    desk.bring(replace(one, parts=desk.delivery(texts=("Corrected",)).parts))
    desk.amender.ask(Amend.CORRECT, NAME, actor="ada", reason="a price")
    assert desk.work(amendment_of(NAME)).did == "held"
    (item,) = listed(desk, amendment_of(NAME))
    assert (item["due"], item["standing"]) == (None, "awaits approval")


def test_a_writer_that_was_overtaken_writes_the_list_again(
    desk: Approved, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It read before the yes, and wrote its list after the one that knows of the yes."""
    desk.bring(desk.delivery(in_s=DAY))
    desk.clock.advance(DAY / 2)
    real, stale = desk.state._remind, [True]

    def overtaken(*given: Any) -> None:
        if stale:
            stale.clear()
            desk.decide("ottilie")
            desk.state.refresh([NAME])
            assert document(desk, DAILY_KEY)["approvals"] == []
        real(*given)

    monkeypatch.setattr(type(desk.state), "_remind", lambda _self, *given: overtaken(*given))
    desk.clock.advance(DAY / 2 - HOUR)
    desk.state.refresh([])
    assert document(desk, DAILY_KEY)["approvals"] == []


def test_facts_that_cannot_be_read_are_not_taken_for_none(desk: Approved) -> None:
    desk.bring(desk.delivery(in_s=5 * DAY))
    state = document(desk, KEY)
    state["approvals"]["acme/shop/post-2"] = {"form": "of another version"}
    desk.objects.content[KEY] = canonical_json(state)
    desk.clock.advance(DAY)
    assert desk.state.refresh([])
    assert document(desk, DAILY_KEY)["approvals"] is None
    assert desk.row().reason.startswith(AWAITING)
