"""Posts that need approval: held until it is given, gone out at their time, or expired with a warning.

More than 400 lines: one test a way in which a yes can count, or not.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from signpost.domain.approval import AWAITING, ApprovalGate, Authors, Need, Tier, withheld
from signpost.domain.delivery import Account, Media
from signpost.domain.lifecycle import Event, State
from signpost.domain.outcome import Published
from signpost.domain.signing.root import Threshold
from signpost.errors import LedgerUnavailable
from signpost.ports import Reading
from signpost.usecases.approval_rows import awaiting
from signpost.usecases.approving import NotApproved
from signpost.usecases.stop import ControlError
from tests.fakes.connector import FakeConnector
from tests.fakes.releases import proof
from tests.signing import office
from tests.signing.office import PASSKEY, STRANGER
from tests.unit.usecases.approved import POST, Approved, shop_root
from tests.unit.usecases.stage import NAME

PICTURE = Media("a" * 64, "image/png", 10, "A boot")
HOUR = 3600.0
DAY = 24 * HOUR


@pytest.fixture
def desk() -> Approved:
    return Approved(connector=FakeConnector([Published("1", "https://test.example/1")]))


# --- held until approved ---


def test_a_post_that_no_tier_fits_needs_nothing(desk: Approved) -> None:
    desk.tiers = (Tier("offers", types=("contest",)),)
    desk.bring(desk.delivery(in_s=HOUR))
    assert desk.row().state is State.SCHEDULED
    assert desk.ledger.approvals([POST]) == {}


def test_merged_held_approved_public(desk: Approved) -> None:
    verdict = desk.bring(desk.delivery(in_s=DAY))
    assert (verdict.changes[0].state, desk.row().awaits) == ("HELD", True)
    assert verdict.changes[0].reason == (
        f"{AWAITING}: offers: 1 of Juno Abendrot, Kasimir Nadelöhr, Ottilie Nebelhorn"
    )
    answer = desk.decide("ottilie")
    assert (answer["met"], answer["states"]) == (True, {NAME: "SCHEDULED"})
    assert desk.row().next_at == desk.row().due
    desk.clock.advance(DAY)
    assert desk.work().did == "published"


def test_a_passkey_approves_alike(desk: Approved) -> None:
    desk.roots["sha256:1"] = shop_root(people=office.people(juno=PASSKEY))
    desk.bring(desk.delivery(in_s=DAY))
    assert desk.decide("juno", key=PASSKEY)["met"]
    assert desk.gate.current[0].method == "passkey"


def test_approval_after_its_time_within_the_grace_sends_it_at_once(desk: Approved) -> None:
    desk.bring(desk.delivery(in_s=HOUR))
    desk.clock.advance(HOUR + 600)
    desk.decide("ottilie")
    assert desk.row().state is State.SCHEDULED
    assert desk.work().did == "published"


def test_nobody_approves_where_no_trust_root_is_known(desk: Approved) -> None:
    desk.roots.clear()
    desk.bring(desk.delivery(in_s=DAY))
    assert "no trust root is known" in desk.row().reason
    with pytest.raises(NotApproved, match="knows no trust root"):
        desk.decide("ottilie")


# --- warned before, expired after ---


def test_people_are_warned_before_its_time_and_told_when_it_expires(desk: Approved) -> None:
    desk.tiers = (Tier("offers", lead_s=7200),)
    desk.bring(desk.delivery(in_s=DAY))
    due = desk.row().due
    assert desk.row().next_at == due - timedelta(seconds=7200)
    assert desk.work().did == "early"
    desk.clock.advance(DAY - 7200)
    warned = desk.work()
    assert (warned.did, warned.alert, desk.clock.now() < due) == ("held", True, True)
    assert desk.row().next_at == due
    assert (desk.work().did, desk.work().alert) == ("early", False)
    assert desk.work(again=True).alert, "its worker may have died before the alert"
    desk.clock.advance(7200 + 1800 + 2)
    ended = desk.work()
    assert (ended.did, ended.alert) == ("expired", True)
    assert AWAITING in desk.row().reason


def test_the_tick_finds_what_awaits_approval(desk: Approved) -> None:
    desk.bring(desk.delivery(in_s=5 * HOUR))
    desk.ticker.run()
    assert desk.queue.take(desk.clock.now()) is None
    desk.clock.advance(HOUR)
    desk.ticker.run()
    message = desk.queue.take(desk.queue.next_ready_at)
    assert message is not None
    assert message.delivery == NAME


def test_a_worker_lets_go_what_who_approved_could_not(desk: Approved) -> None:
    desk.bring(desk.delivery(in_s=HOUR))
    held = desk.row()
    desk.decide("ottilie")
    freed = desk.row()
    desk.ledger.write(replace(held, fence=freed.fence + 1, next_at=held.due), expected=freed)
    desk.clock.advance(HOUR)
    assert desk.work().row is not None
    assert desk.row().state is State.SCHEDULED
    assert desk.work().did == "published"


def test_what_was_held_at_its_time_by_mistake_is_let_go_within_a_minute(desk: Approved) -> None:
    """A worker that read an older trust root wrote after the push had counted under the newer."""
    desk.bring(desk.delivery(in_s=HOUR))
    desk.decide("ottilie")
    desk.clock.advance(HOUR)
    gate, row = desk.gate, desk.row()
    wrong = awaiting(row, f"{AWAITING}: another root", gate, owner="w", now=desk.clock.now())
    desk.ledger.write(wrong, expected=row)
    desk.clock.advance(60)
    desk.work()
    assert desk.work().did == "published"


def test_what_is_due_and_not_approved_is_told_once_and_looked_at_again(desk: Approved) -> None:
    desk.bring(desk.delivery(in_s=HOUR))
    desk.clock.advance(HOUR)
    assert desk.work().alert
    for wait in (90, 120, 240):
        desk.clock.advance(wait)
        desk.ticker.run()
        assert desk.queue.take(desk.clock.now()) is not None
        result = desk.work()
        assert (result.did, result.alert, desk.row().awaits) == ("early", False, True)
    desk.clock.advance(1800)
    assert (desk.work().did, desk.row().state) == ("expired", State.EXPIRED)


def test_a_row_that_moves_while_a_push_counts_is_read_again(
    desk: Approved, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It falls due after the new root is known and before its approval is counted under it."""
    one = desk.delivery(in_s=HOUR)
    desk.bring(one)
    desk.decide("ottilie")
    desk.roots["sha256:2"] = shop_root(version=2, previous="sha256:" + "0" * 64)
    desk.proof = proof(2)
    digest, real = desk.packed(one), desk.ledger.swap_approval

    def work_before(*asked: Any, **how: Any) -> Any:
        desk.clock.advance(HOUR)
        assert desk.work().did == "held"
        return real(*asked, **how)

    monkeypatch.setattr(desk.ledger, "swap_approval", work_before)
    assert desk.scheduler.run(digest, owner="s").accepted
    assert (desk.row().state, desk.row().awaits) == (State.SCHEDULED, False)


def test_an_intent_that_knew_of_no_approvals_does_not_pass_a_push_that_asks_for_one(
    desk: Approved, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its row was read as held by the push, was let go, judged, and then the facts were written."""
    tiers, desk.tiers = desk.tiers, ()
    one = desk.delivery(in_s=HOUR)
    desk.bring(one)
    held = desk.row().moved(Event.HOLD, owner="o", at=desk.clock.now(), reason="stopped")
    desk.ledger.write(held, expected=desk.row())
    desk.tiers = tiers
    digest, real = desk.packed(one), desk.ledger.swap_approval
    read: list[Reading] = []

    def judge_before(*asked: Any, **how: Any) -> Any:
        desk.control.release(NAME, actor="ada", reason="on")
        read.append(desk.ledger.read(NAME, "fedi"))
        return real(*asked, **how)

    monkeypatch.setattr(desk.ledger, "swap_approval", judge_before)
    assert desk.scheduler.run(digest, owner="s").accepted
    row, stop = read[0].row, read[0].stop
    assert (row is not None, stop is not None, read[0].approval) == (True, True, None)
    assert row is not None
    assert stop is not None
    intent = replace(row, fence=row.fence + 1, state=State.SENDING)
    assert desk.ledger.intend(intent, expected=row, stop=stop, gate=read[0].gate) == "lost"
    assert desk.row().awaits


def test_too_late_to_approve(desk: Approved) -> None:
    desk.bring(desk.delivery(in_s=HOUR))
    desk.clock.advance(HOUR + 1801)
    assert desk.decide("ottilie")["states"] == {NAME: "EXPIRED"}
    assert desk.work().did == "expired"


# --- invariants 31 to 33 ---


def test_a_new_revision_needs_a_new_approval(desk: Approved) -> None:
    desk.bring(desk.delivery(in_s=DAY))
    desk.decide("ottilie")
    desk.bring(desk.delivery(in_s=DAY, texts=("Another text",)))
    assert (desk.row().state, desk.row().awaits) == (State.HELD, True)
    assert desk.gate.moved_since("ottilie") == "content"


@pytest.mark.parametrize(
    "flipped",
    [
        {"texts": ("Text of post-2",)},
        {"in_s": DAY + 1},
        {"media": (replace(PICTURE, alt="A boot."),)},
        {"media": (replace(PICTURE, sha256="b" * 64),)},
        {"account": Account("fedi", "test", "@acne", "https://test.example", "fedi")},
        {"account": Account("fedi", "other", "@acme", "https://test.example", "fedi")},
        {"link": "https://acme.example"},
        {"grace_s": 1801},
    ],
)
def test_invariant_31_one_flipped_byte(desk: Approved, flipped: dict[str, Any]) -> None:
    """What was approved is not what is there: the row is held, whatever the byte is in."""
    desk.objects.create(f"media/{PICTURE.sha256}", b"boot", PICTURE.mime)
    desk.bring(desk.delivery(in_s=DAY, media=(PICTURE,)))
    desk.decide("ottilie")
    assert desk.gate.lacking == ""
    other = desk.delivery(**{"in_s": DAY, "media": (PICTURE,), **flipped})
    row = replace(desk.row(), revision=other.revision)
    assert withheld(row, desk.gate, desk.gate.root) != ""
    assert withheld(desk.row(), desk.gate, desk.gate.root) == ""


def test_only_the_time_moved(desk: Approved) -> None:
    desk.bring(desk.delivery(in_s=DAY))
    desk.decide("ottilie")
    desk.bring(desk.delivery(in_s=2 * DAY))
    assert desk.row().awaits
    assert desk.gate.moved_since("ottilie") == "time"
    item = desk.awaiting.of("ottilie")[0]
    assert (item["moved"], item["deliveries"][0]["moved"]) == ("time", "time")
    assert item["deliveries"][0]["was"]["due"] < item["deliveries"][0]["due"]
    assert desk.decide("ottilie")["met"]


def test_back_to_what_was_approved_needs_nobody(desk: Approved) -> None:
    first = desk.delivery(in_s=DAY)
    desk.bring(first)
    desk.decide("ottilie")
    desk.bring(replace(first, link="https://acme.example"))
    assert desk.row().awaits
    desk.bring(first)
    assert desk.row().state is State.SCHEDULED


def test_another_account_more_revokes_the_approval_of_all(desk: Approved) -> None:
    desk.bring(desk.delivery(in_s=DAY))
    desk.decide("ottilie")
    desk.bring(desk.delivery(in_s=DAY), desk.to("sky", in_s=DAY))
    assert desk.row().awaits
    assert desk.row("acme/shop/post-1/sky").awaits
    assert desk.decide("juno")["states"].keys() == {NAME, "acme/shop/post-1/sky"}
    assert desk.row().state is State.SCHEDULED


@pytest.mark.parametrize(
    "bent",
    [
        {"post": "post-2"},
        {"brand": "other"},
        {"tier": "both"},
        {"deliveries": {NAME: "0" * 64}},
        {"deliveries": {"acme/shop/post-1/sky": "0" * 64}},
    ],
)
def test_invariant_32_an_approval_of_something_else(desk: Approved, bent: Any) -> None:
    desk.bring(desk.delivery(in_s=DAY))
    signature = desk.sign("ottilie", **bent)
    with pytest.raises(NotApproved, match="another text"):
        desk.decide("ottilie", signature=signature)
    assert desk.row().awaits


def test_a_signature_in_another_namespace_or_by_another_key(desk: Approved) -> None:
    desk.bring(desk.delivery(in_s=DAY))
    with pytest.raises(NotApproved, match="signed as"):
        desk.decide("ottilie", namespace=f"resume@{office.DOMAIN}")
    with pytest.raises(NotApproved, match="nobody's key"):
        desk.decide("ottilie", key=STRANGER)
    with pytest.raises(NotApproved, match="was changed since"):
        desk.decide("ottilie", revisions={NAME: "0" * 64})
    with pytest.raises(NotApproved, match="no approval of tier"):
        desk.decide("ottilie", tier="both")


def test_invariant_33_an_author_does_not_approve_alone(desk: Approved) -> None:
    desk.authors = Authors(("ottilie",))
    desk.bring(desk.delivery(in_s=DAY))
    answer = desk.decide("ottilie")
    assert not answer["met"]
    assert "somebody who is no author of it: Juno Abendrot, Kasimir Nadelöhr" in answer["lacking"]
    assert desk.decide("juno")["met"]


def test_invariant_33_an_approval_that_was_taken_back_hides_no_author(desk: Approved) -> None:
    """Git is asked who wrote since the last approval: one that holds no more is none."""
    desk.authors = Authors(("kasimir",))
    desk.bring(desk.delivery(in_s=DAY), commit="c1")
    assert desk.decide("ottilie")["met"]
    assert desk.gate.approved_commit == "c1"
    desk.decide("ottilie", no="the price is wrong")
    assert desk.gate.approved_commit == ""
    assert desk.decide("ottilie")["met"]
    assert desk.gate.approved_commit == "c1"
    # Another text asks for another approval; that of the first still tells who wrote before it.
    desk.bring(desk.delivery(in_s=2 * DAY), commit="c2")
    desk.decide("juno", no="too late")
    assert desk.gate.approved_commit == "c1"


def test_an_author_whom_nobody_knows_adds_one(desk: Approved) -> None:
    desk.authors = Authors(("finn",), strangers=1)
    desk.bring(desk.delivery(in_s=DAY))
    assert not desk.decide("ottilie")["met"]
    assert desk.decide("juno")["met"]


def test_more_strangers_than_people(desk: Approved) -> None:
    desk.authors = Authors((), strangers=3)
    desk.bring(desk.delivery(in_s=DAY))
    assert "belong to nobody in people.yaml" in desk.row().reason


def test_where_authors_are_not_said_anybody_may_be_one(desk: Approved) -> None:
    desk.authors = Authors((), strangers=0)
    desk.bring(desk.delivery(in_s=DAY))
    assert desk.decide("ottilie")["met"]


# --- thresholds ---


def test_all_tiers_that_fit_have_to_be_met(desk: Approved) -> None:
    desk.tiers = (Tier("offers"), Tier("both", needs=1, types=("offer",)))
    desk.bring(desk.delivery(in_s=DAY))
    assert not desk.decide("ottilie")["met"]
    assert not desk.decide("ottilie", tier="both")["met"]
    assert desk.decide("juno", tier="both")["met"], "the trust root asks for two"


def test_the_content_may_ask_for_more_and_for_positions(desk: Approved) -> None:
    desk.tiers = (Tier("offers", needs=1, signers=("head-of-sales",)),)
    desk.bring(desk.delivery(in_s=DAY))
    assert not desk.decide("ottilie")["met"]
    assert "1 of Kasimir Nadelöhr" in desk.gate.lacking
    assert desk.decide("kasimir")["met"]


def test_holders_of_a_position_count(desk: Approved) -> None:
    desk.tiers = (Tier("offers", signers=("editor",), people={"shop": ("juno",)}),)
    desk.bring(desk.delivery(in_s=DAY))
    assert desk.gate.needs == (Need("offers", 1, ("editor",), ("juno",)),)
    assert not desk.decide("ottilie")["met"]
    assert desk.decide("juno")["met"]


def test_a_tier_that_the_trust_root_does_not_have(desk: Approved) -> None:
    desk.tiers = (Tier("promotions"),)
    desk.bring(desk.delivery(in_s=DAY))
    assert "no threshold `approval.promotions`" in desk.row().reason
    with pytest.raises(NotApproved):
        desk.decide("ottilie", tier="promotions")


def test_a_new_trust_root_drops_who_approved(desk: Approved) -> None:
    desk.bring(desk.delivery(in_s=DAY))
    desk.decide("ottilie")
    people = {name: who for name, who in office.people().items() if name != "ottilie"}
    desk.roots["sha256:2"] = shop_root(
        version=2, previous="sha256:" + "0" * 64, people=people,
        approval={"offers": Threshold(1, office.ANY)},
    )  # fmt: skip
    desk.proof = proof(2)
    desk.bring(desk.delivery(in_s=DAY))
    assert desk.row().awaits
    assert desk.decide("juno")["met"]


def test_a_new_trust_root_keeps_who_approved(desk: Approved) -> None:
    desk.bring(desk.delivery(in_s=DAY))
    desk.decide("ottilie")
    desk.roots["sha256:2"] = shop_root(version=2, previous="sha256:" + "0" * 64)
    desk.proof = proof(2)
    desk.bring(desk.delivery(in_s=DAY))
    assert desk.row().state is State.SCHEDULED
    assert desk.gate.root == "sha256:2"


def test_a_root_that_cannot_be_read_for_a_moment_erases_nothing(desk: Approved) -> None:
    one = desk.delivery(in_s=DAY)
    desk.bring(one)
    desk.decide("ottilie")
    said = desk.gate.decisions
    root = desk.roots.pop("sha256:1")
    desk.tiers = (Tier("offers", lead_s=7200),)
    desk.bring(one)
    assert "no trust root is known" in desk.row().reason
    assert (desk.gate.decisions, desk.gate.root, desk.row().awaits) == (said, "", True)
    desk.roots["sha256:1"] = root
    desk.bring(replace(one, link="https://acme.example"))
    desk.bring(one)
    assert desk.row().state is State.SCHEDULED


def test_facts_that_are_older_than_a_root_which_drops_somebody(desk: Approved) -> None:
    desk.tiers = (Tier("offers", signers=("head-of-sales",)),)
    desk.bring(desk.delivery(in_s=DAY))
    desk.decide("ottilie")
    people = {name: who for name, who in office.people().items() if name != "ottilie"}
    desk.roots["sha256:1"] = shop_root(people=people, approval={"offers": Threshold(1, office.ANY)})
    (item,) = desk.awaiting.of("juno")
    assert item["needs"][0]["lacking"] == "1 of Kasimir Nadelöhr"


# --- rejected ---


def test_changes_are_asked_for(desk: Approved) -> None:
    desk.bring(desk.delivery(in_s=DAY))
    answer = desk.decide("ottilie", no="the price is wrong")
    assert answer["lacking"] == (
        "offers: changes are asked for by Ottilie Nebelhorn (the price is wrong)"
    )
    assert not desk.decide("juno")["met"], "one no is enough"
    no = desk.gate.current[0].statement
    assert desk.decide("ottilie", after=no)["met"]


def test_what_was_approved_is_held_again(desk: Approved) -> None:
    desk.bring(desk.delivery(in_s=DAY))
    desk.decide("ottilie")
    desk.decide("juno", no="not this week")
    assert (desk.row().state, desk.row().awaits) == (State.HELD, True)
    desk.bring(desk.delivery(in_s=2 * DAY))
    assert desk.decide("ottilie")["met"], "another revision: the no was about the one before"


def test_an_older_yes_does_not_take_back_a_no(desk: Approved) -> None:
    desk.bring(desk.delivery(in_s=DAY))
    yes = desk.sign("ottilie")
    desk.decide("ottilie", signature=yes)
    first = desk.gate.current[0].statement
    no = desk.sign("ottilie", no="wrong", after=first)
    desk.decide("ottilie", no="wrong", signature=no)
    with pytest.raises(NotApproved):
        desk.decide("ottilie", signature=yes)
    second = desk.gate.current[0].statement
    desk.decide("ottilie", after=second)
    assert desk.gate.lacking == ""
    with pytest.raises(NotApproved):
        desk.decide("ottilie", no="wrong", signature=no)
    assert desk.row().state is State.SCHEDULED


def test_a_no_stays_a_no_whatever_is_brought_again(desk: Approved) -> None:
    desk.bring(desk.delivery(in_s=DAY))
    first = desk.sign("ottilie", no="wrong")
    desk.decide("ottilie", no="wrong", signature=first)
    yes = desk.sign("ottilie")
    desk.decide("ottilie", signature=yes)
    desk.decide("ottilie", no="really")
    for no, signature in (("wrong", first), ("", yes)):
        with pytest.raises(NotApproved, match="another text"):
            desk.decide("ottilie", no=no, signature=signature)
    assert desk.row().awaits
    assert "really" in desk.gate.lacking


def test_a_no_is_not_forgotten_by_an_edit_that_is_taken_back(desk: Approved) -> None:
    first = desk.delivery(in_s=DAY)
    desk.bring(first)
    yes = desk.sign("ottilie")
    desk.decide("ottilie", signature=yes)
    desk.decide("ottilie", no="wrong")
    desk.bring(replace(first, link="https://acme.example"))
    assert desk.decide("ottilie")["met"]
    desk.bring(first)
    assert "wrong" in desk.gate.lacking
    with pytest.raises(NotApproved, match="another text"):
        desk.decide("ottilie", signature=yes)
    assert not desk.decide("juno")["met"]
    assert desk.decide("ottilie")["met"], "a new yes, after the one about the edit"


def test_what_a_dropped_key_said_is_not_said_again_when_it_is_back(desk: Approved) -> None:
    one = desk.delivery(in_s=DAY)
    desk.bring(one)
    yes = desk.sign("ottilie")
    desk.decide("ottilie", signature=yes)
    desk.decide("ottilie", no="wrong")
    people = {name: who for name, who in office.people().items() if name != "ottilie"}
    after = {"version": 2, "previous": f"sha256:{'0' * 64}"}
    desk.roots["sha256:2"] = shop_root(
        **after, people=people, approval={"offers": Threshold(1, office.ANY)}
    )
    desk.proof = proof(2)
    desk.bring(one)
    desk.roots["sha256:3"] = shop_root(**after)
    desk.proof = proof(3)
    desk.bring(one)
    with pytest.raises(NotApproved, match="another text"):
        desk.decide("ottilie", signature=yes)


def test_a_no_needs_a_reason(desk: Approved) -> None:
    desk.bring(desk.delivery(in_s=DAY))
    text = {"brand": "shop", "post": "post-1", "tier": "offers", "actor": "ottilie"}
    with pytest.raises(NotApproved, match="what should change"):
        desk.approving.answer("reject", text)


# --- asked twice, raced, taken off ---


def test_asking_twice_does_no_harm(desk: Approved) -> None:
    desk.bring(desk.delivery(in_s=DAY))
    same = desk.sign("ottilie")
    desk.decide("ottilie", signature=same)
    before = (desk.gate, desk.row())
    assert desk.decide("ottilie", signature=same)["met"]
    assert (desk.gate, desk.row()) == before
    assert [entry.action for entry in desk.ledger.trail].count("approve") == 1


def test_a_no_that_races_the_intent_stops_it(desk: Approved) -> None:
    desk.bring(desk.delivery(in_s=HOUR))
    desk.decide("ottilie")
    desk.clock.advance(HOUR)
    reading = desk.ledger.read(NAME, "fedi")
    desk.decide("juno", no="stop")
    assert reading.row is not None
    assert reading.stop is not None
    intent = replace(reading.row, fence=reading.row.fence + 1, state=State.SENDING)
    row = desk.row()
    written = desk.ledger.intend(
        replace(intent, fence=row.fence + 1), expected=row, stop=reading.stop,
        gate=reading.gate, approval=reading.approval,
    )  # fmt: skip
    assert written == "lost"


@pytest.mark.parametrize("first", [True, False])
def test_a_late_run_of_an_older_bundle_leaves_the_facts_of_the_newer(
    desk: Approved, monkeypatch: pytest.MonkeyPatch, *, first: bool
) -> None:
    """It stands still before it reads the facts, or between that and its write of them."""
    desk.bring(desk.delivery(in_s=DAY))
    older = desk.packed(desk.delivery(in_s=DAY, texts=("Older",)))
    name = "approvals" if first else "swap_approval"
    real = getattr(desk.ledger, name)
    newer: list[ApprovalGate] = []

    def stand_still(*asked: Any, **how: Any) -> Any:
        if not newer:
            monkeypatch.setattr(desk.ledger, name, real)
            newer.append(desk.gate)  # nothing yet
            assert desk.scheduler.run(older, owner="another run").accepted
            desk.bring(desk.delivery(in_s=DAY, texts=("Newer",)))
            desk.decide("ottilie")
            newer[0] = desk.gate
        return real(*asked, **how)

    monkeypatch.setattr(desk.ledger, name, stand_still)
    with pytest.raises(LedgerUnavailable, match="newer bundle"):
        desk.scheduler.run(older, owner="late")
    assert desk.gate == newer[0]
    assert desk.row().state is State.SCHEDULED


def test_a_tier_that_is_taken_off_lets_go_and_one_that_comes_holds(desk: Approved) -> None:
    one = desk.delivery(in_s=DAY)
    desk.bring(one)
    desk.tiers = ()
    desk.bring(one)
    assert desk.row().state is State.SCHEDULED
    desk.tiers = (Tier("offers"),)
    desk.bring(one)
    assert desk.row().awaits


def test_a_reason_does_not_replace_an_approval(desk: Approved) -> None:
    desk.bring(desk.delivery(in_s=DAY))
    with pytest.raises(ControlError, match="awaits approval"):
        desk.control.release(NAME, actor="ada", reason="urgent")


def test_publishing_asks_even_where_schedule_let_it_through(desk: Approved) -> None:
    desk.bring(desk.delivery(in_s=HOUR))
    held = desk.row()
    free = replace(
        held, state=State.SCHEDULED, awaits=False, next_at=held.due, fence=held.fence + 1
    )
    desk.ledger.write(free, expected=held)
    desk.clock.advance(HOUR)
    result = desk.work()
    assert (result.did, result.alert, desk.row().awaits) == ("held", True, True)
    assert desk.connector.sendings == []


def test_facts_that_are_missing_hold(desk: Approved) -> None:
    desk.bring(desk.delivery(in_s=HOUR))
    desk.decide("ottilie")
    desk.ledger._approvals.clear()
    desk.clock.advance(HOUR)
    assert desk.work().did == "held"
    assert "is missing" in desk.row().reason


# --- what is told ---


def test_what_awaits_whom(desk: Approved) -> None:
    desk.tiers = (Tier("offers", signers=("head-of-sales",)),)
    desk.bring(desk.delivery(in_s=DAY))
    (item,) = desk.awaiting.of("juno")
    assert (item["post"], item["title"], item["moved"]) == ("post-1", "post-1", "new")
    told = item["deliveries"][0]
    assert told["parts"][0]["text"] == "Text of post-1"
    from signpost.domain.canonical import digest

    assert digest(told["wire"].encode()) == told["revision"] == desk.gate.revisions[NAME]
    (sign,) = item["sign"]
    assert sign["statement"].encode() == desk_statement(desk)
    assert desk.awaiting.of("nobody") == []
    desk.decide("juno")
    assert desk.awaiting.of("juno") == [], "they have said what they can say"
    assert [entry["person"] for entry in desk.awaiting.of("kasimir")[0]["decisions"]] == ["juno"]
    desk.decide("kasimir")
    assert desk.awaiting.of("") == []
    assert desk.awaiting.of("", ["post-1"])[0]["lacking"] == ""


def desk_statement(desk: Approved) -> bytes:
    from signpost.domain.signing.approvals import to_approve

    return to_approve(desk.gate, "offers", "juno").write()


def test_the_state_file_tells_of_approvals(desk: Approved) -> None:
    import json

    desk.bring(desk.delivery(in_s=DAY))
    desk.decide("ottilie", no="too loud")
    stored = desk.objects.get("state/deliveries.json")
    assert stored is not None
    state = json.loads(stored.data)
    (entry,) = state["approvals"].values()
    assert entry["decisions"][0]["comment"] == "too loud"
    assert state["deliveries"][NAME]["awaits"] is True
    desk.tiers = ()
    desk.bring(desk.delivery(in_s=DAY))
    stored = desk.objects.get("state/deliveries.json")
    assert stored is not None
    assert json.loads(stored.data)["approvals"] == {}


def test_proofs_for_the_archive(desk: Approved) -> None:
    desk.bring(desk.delivery(in_s=DAY))
    desk.decide("ottilie")
    (found,) = desk.approving.answer("proofs", {"posts": '["shop/post-1"]'})["proofs"]
    assert (found["person"], found["tier"], found["post"]) == ("ottilie", "offers", "post-1")
    assert found["signature"].startswith("-----BEGIN SSH SIGNATURE-----")
