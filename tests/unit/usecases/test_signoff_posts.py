"""The sign-off pages and `control` over the same post: what one shows and signs, the other counts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest

from signpost.domain.approval import Tier
from signpost.domain.lifecycle import State
from signpost.domain.signing.root import Person
from signpost.errors import SignpostError
from signpost.handlers.pages.posts import cards, post_page
from signpost.usecases.signoff.approving import Approving
from signpost.usecases.signoff.records import Passkey
from tests.fakes.phone import ORIGIN, Phone
from tests.fakes.signoff import FakeControlDesk
from tests.handlers.house import House
from tests.signing import office
from tests.unit.usecases.approved import OFFERS, Approved, shop_root

PHONE = Phone("juno's phone")


@dataclass
class Juno:
    """Who is signed in, as far as posts ask."""

    desk: Approved
    brands = ("shop",)
    actor = "shop/juno"
    passkey = Passkey(PHONE.id.hex(), House().key(PHONE).line, "shop", "juno", "Juno", "")

    def member(self, brand: str) -> bool:
        return brand == "shop"

    def person(self, _brand: str) -> Person:
        return self.desk.roots["sha256:1"].people["juno"]


@pytest.fixture
def desk() -> Approved:
    made = Approved()
    people = office.people()
    keys = (*people["juno"].keys, House().key(PHONE))
    people["juno"] = replace(people["juno"], keys=keys)
    made.roots["sha256:1"] = shop_root(people=people)
    made.bring(made.delivery())
    return made


def control_of(desk: Approved) -> FakeControlDesk:
    """`control` as its handler reads a request."""

    def act(request: Mapping[str, Any]) -> dict[str, Any]:
        text = {
            name: json.dumps(value) if isinstance(value, dict | list) else str(value)
            for name, value in request.items()
        }
        try:
            if text["action"] == "awaiting":
                return {"ok": True, **desk.awaiting.answer(text)}
            return {"ok": True, **desk.approving.answer(text["action"], text)}
        except SignpostError as error:
            return {"ok": False, "code": error.code, "cause": error.cause, "remedy": error.remedy}

    return FakeControlDesk(act)


def decide(desk: Approved, reason: str | None = None) -> dict[str, Any]:
    """Look at the post, and answer it by the page."""
    approving, juno = Approving(ORIGIN, control_of(desk)), Juno(desk)
    (item,) = approving.awaiting(juno)  # type: ignore[arg-type]  # all that is asked of a visitor
    assert "post-1" in cards([item])
    assert "Approve with your passkey" in post_page(item, "Juno")
    seen = ",".join(str(one["digest"]) for one in item["sign"])
    answers = [PHONE.sign(one) for one in approving.begin(item, seen, reason)]
    return approving.finish(juno, item, answers, reason)  # type: ignore[arg-type]  # as above


def test_a_yes_of_the_page_counts_at_once(desk: Approved) -> None:
    said = decide(desk)
    assert (said["ok"], said["met"], said["signed"]) == (True, True, ["juno"])
    assert set(said["states"].values()) == {State.SCHEDULED}
    (proof,) = desk.ledger.proofs([("shop", "post-1", "")]) or desk.approving.proofs(
        ["shop/post-1"]
    )
    assert proof.person == "juno"


def test_a_no_of_the_page_holds_it_and_a_yes_after_it_lets_it_go(desk: Approved) -> None:
    said = decide(desk, "Name the\n price")
    assert (said["ok"], said["met"]) == (True, False)
    assert desk.gate.decisions[-1].comment == "Name the price"
    assert decide(desk)["met"] is True


def test_a_no_of_the_page_names_what_was_said_of_an_earlier_text(desk: Approved) -> None:
    assert decide(desk)["met"]
    yes = desk.gate.decisions[-1].statement
    desk.bring(desk.delivery(texts=("Another text",)))
    assert decide(desk, "Name the price")["ok"]
    assert {proof.after for proof in desk.approving.proofs(["shop/post-1"])} == {"", yes}


def test_both_tiers_are_signed_in_one_go(desk: Approved) -> None:
    desk.tiers = (OFFERS, Tier("both"))
    desk.bring(desk.delivery())
    said = decide(desk)
    assert (said["ok"], said["met"]) == (True, False)
    assert {item.tier for item in desk.gate.decisions if item.approve} == {"both", "offers"}


def test_what_changed_since_it_was_seen_is_not_signed(desk: Approved) -> None:
    approving = Approving(ORIGIN, control_of(desk))
    (item,) = approving.awaiting(Juno(desk))  # type: ignore[arg-type]  # as above
    with pytest.raises(SignpostError, match="changed since you looked"):
        approving.begin(item, "another", None)
