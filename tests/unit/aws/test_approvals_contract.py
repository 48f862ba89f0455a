"""What is known of approvals, in the ledger and in its fake: the same answers of both."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from signpost.domain.approval import (
    ApprovalGate,
    ApprovalProof,
    Authors,
    Bound,
    Decision,
    Need,
)
from signpost.domain.lifecycle import Event
from signpost.domain.row import Row
from signpost.domain.stop import Stop
from signpost.ports import Ledger, Write
from tests.craft_row import NOON, a_row
from tests.unit.aws.test_ledger_contract import intent_of, ledger

__all__ = ["ledger"]

BOUND = {"acme/shop/post-1/fedi": Bound("a" * 64, "now", "b" * 64)}
GATE = ApprovalGate(
    "acme/shop/post-1",
    version=1,
    needs=(Need("offers", 2, ("boss",), ("juno",), 60),),
    authors=Authors(("finn",), 1),
    bound=BOUND,
    decisions=(
        Decision(
            "ottilie", "offers", True, "sha256:1", NOON, "Ottilie", "", ("md",), "passkey", BOUND
        ),
    ),
    lacking="offers: 1 more",
    root="sha256:9",
    missing={"offers": ("juno",)},
    commit="c1",
    approved_commit="c0",
)
PROOF = ApprovalProof(
    "acme/shop/post-1", "ottilie", "offers", True, "ottilie.sig", b'{"a":1}\n', b"-----", NOON
)


@pytest.fixture
def row(ledger: Ledger) -> Row:
    made = replace(a_row(), delivery="acme/shop/post-1/fedi")
    assert ledger.create(made) is Write.DONE
    assert ledger.swap_stop(Stop(1), expected=None) is Write.DONE
    return made


def test_facts_are_kept_as_they_are(ledger: Ledger, row: Row) -> None:
    assert ledger.approvals([GATE.post]) == {}
    assert ledger.swap_approval(GATE, expected=None) is Write.DONE
    assert ledger.swap_approval(GATE, expected=None) is Write.LOST
    assert ledger.approvals([GATE.post, "acme/shop/other"]) == {GATE.post: GATE}
    assert ledger.read(row.delivery, row.account).approval == GATE
    second = replace(GATE, version=2, lacking="")
    assert ledger.swap_approval(second, expected=1) is Write.DONE
    assert ledger.swap_approval(second, expected=1) is Write.LOST
    assert ledger.approvals([GATE.post])[GATE.post].lacking == ""


def test_an_intent_is_bound_to_what_was_judged(ledger: Ledger, row: Row) -> None:
    assert ledger.swap_approval(GATE, expected=None) is Write.DONE
    old = ledger.approvals([GATE.post])[GATE.post]
    assert ledger.swap_approval(replace(GATE, version=2), expected=1) is Write.DONE
    intent = intent_of(row)
    assert ledger.intend(intent, expected=row, stop=Stop(1), approval=old) is Write.LOST
    new = replace(old, version=2)
    assert ledger.intend(intent, expected=row, stop=Stop(1), approval=new) is Write.DONE


def test_the_first_signature_of_a_statement_stays(ledger: Ledger) -> None:
    ledger.keep_proof(PROOF)
    ledger.keep_proof(replace(PROOF, at=NOON + timedelta(hours=1)))
    key = (PROOF.post, PROOF.digest, "ottilie")
    assert ledger.proofs([key, (PROOF.post, PROOF.digest, "juno")]) == [PROOF]
    assert ledger.proofs([]) == []


def test_what_awaits_approval_is_found_by_its_next_look(ledger: Ledger, row: Row) -> None:
    look = NOON + timedelta(hours=2)
    waiting = row.moved(Event.AWAIT, owner="w", at=NOON, next_at=look, reason="r")
    assert ledger.write(waiting, expected=row) is Write.DONE
    assert [hint.next_at for hint in ledger.due(after=None, until=look)] == [look]
    assert ledger.rows([row.delivery])[row.delivery].awaits
    held = waiting.moved(Event.HOLD, owner="w", at=NOON, reason="r")
    assert ledger.write(held, expected=waiting) is Write.DONE
    assert list(ledger.due(after=None, until=look)) == []
