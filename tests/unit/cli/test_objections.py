"""What people asked to be changed reaches the plan, and so the comment on a pull request."""

from __future__ import annotations

import io
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signpost.cli.asked import Asked
from signpost.cli.desk import Draft
from signpost.cli.output import markdown
from signpost.cli.output.approvals import Objection, objections, tell_objections
from signpost.cli.output.human import Terminal
from signpost.cli.statefile import read_state
from signpost.cli.wiring import Compiled
from signpost.content.picture_library import PictureLibrary
from signpost.domain.approval import Decision
from signpost.domain.delivery import About, Delivery
from signpost.domain.plan import Plan, make_plan
from tests.craft_row import NOON
from tests.fakes.connector import FakeConnector
from tests.unit.cli.test_markdown import HARMLESS, prose, texts, tokens
from tests.unit.usecases.approved import POST, Approved
from tests.unit.usecases.stage import NAME

ZONE = ZoneInfo("Europe/Vienna")
WORDS = ("the", "old", "text")


@pytest.fixture
def desk() -> Approved:
    return Approved(connector=FakeConnector([]))


def found(desk: Approved, *wanted: Delivery) -> list[Objection]:
    """What the plan of a change to these deliveries says, from the stack's own state file."""
    desk.state.refresh([])
    state = read_state(desk.objects, "acme")
    nowhere = Path("content")
    draft = Draft(
        Compiled(nowhere, "acme", (), {}, (), (), PictureLibrary(nowhere, {}, None), ()),
        state,
        make_plan(wanted, state.actual()),
        {NAME: About(title="Boots, 20 % off")},
        "",
        asked=Asked(known=state.approvals),
    )
    return objections(draft.asked.known, draft.touched, draft.about)


def test_who_mends_a_post_reads_what_was_asked_for(desk: Approved) -> None:
    one = desk.delivery(in_s=86_400)
    desk.bring(one)
    desk.decide("ottilie", no="the offer ends on the 14th")
    (told,) = found(desk, desk.delivery(in_s=86_400, texts=("A better text",)))
    assert told.document() == {
        "post": POST,
        "title": "Boots, 20 % off",
        "person": "ottilie",
        "name": "Ottilie Nebelhorn",
        "tier": "offers",
        "at": told.document()["at"],
        "comment": "the offer ends on the 14th",
    }
    assert found(desk) == [told], "one answer is to take the post out"
    assert found(desk, one) == [], "a change of other posts is not told"


def test_what_was_said_of_an_earlier_text_or_taken_back_is_over(desk: Approved) -> None:
    one, two, three = (desk.delivery(in_s=86_400, texts=(word,)) for word in WORDS)
    desk.bring(one)
    desk.decide("ottilie", no="no")
    desk.bring(two)
    assert found(desk, three) == []
    desk.decide("ottilie", no="no again")
    assert [item.said.comment for item in found(desk, three)] == ["no again"]
    desk.decide("ottilie")
    assert found(desk, three) == []


def test_a_post_that_needs_nobody_has_none(desk: Approved) -> None:
    desk.tiers = ()
    desk.bring(desk.delivery(in_s=86_400))
    assert found(desk) == []


def said(comment: str, name: str = "Ottilie", title: str = "Boots") -> Objection:
    return Objection(POST, title, Decision("ottilie", "offers", False, "s", NOON, name, comment))


@given(texts, texts, texts)
def test_what_people_typed_holds_nothing_that_acts(comment: str, name: str, title: str) -> None:
    text = markdown.plan_text(Plan(()), {}, ZONE, "", said=[said(comment, name, title)])
    assert {token.type for token in tokens(text)} <= HARMLESS
    assert [token.type for token in tokens(text)].count("paragraph_open") == 2
    assert not set("@#<[") & set(prose(text))


@given(st.integers(0, 12), st.sampled_from("a🦊"))
def test_the_comment_has_room_for_the_plan_itself(many: int, letter: str) -> None:
    text = markdown.plan_text(Plan(()), {}, ZONE, "", said=[said(letter * 2000)] * many)
    assert len(text.encode()) <= markdown.MAX_BYTES
    shown = text.count("**Changes asked for:**")
    assert shown == many or f"{many - shown} more asked for changes: `signpost status" in text


def test_it_is_read_in_a_comment_and_in_a_terminal() -> None:
    item = said("the offer ends on the 14th, @team")
    assert (
        "**Changes asked for:** `Boots`, by `Ottilie` (`offers`, 2026-12-01 13:00): "
        "`the offer ends on the 14th, @team`"
    ) in markdown.plan_text(Plan(()), {}, ZONE, "", said=[item])
    out = io.StringIO()
    tell_objections(Terminal(out, out), [item] * 11, ZONE)
    lines = " ".join(out.getvalue().split())
    assert "Boots: Ottilie asked for changes (offers, 2026-12-01 13:00): the offer ends" in lines
    assert lines.endswith("1 more asked for changes: `signpost status POST`.")
