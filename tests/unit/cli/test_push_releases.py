"""A push brings what proves the releases; plan, push and status say what will be held, and why."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from signpost.cli import sending
from signpost.cli.output.changes import plan_document, show_plan
from signpost.cli.output.deliveries import show_deliveries, state_document
from signpost.cli.output.human import Terminal
from signpost.cli.output.markdown import plan_text
from signpost.domain.lifecycle import State
from signpost.domain.signing.document import sha256
from signpost.errors import SettingsError
from signpost.signatures import check
from signpost.usecases.gatekeeper import Gatekeeper, ReleaseJudge
from tests.signing import office
from tests.signing.office import Office
from tests.unit.cli.test_sending import Stack, push

TODAY = datetime.now(UTC).date()


@pytest.fixture
def signed(monkeypatch: pytest.MonkeyPatch) -> Office:
    """A brand `shop` with a release in force for a week."""
    monkeypatch.setattr(office, "BRAND", "shop")
    made = Office()
    made.root(office.usual_root(brand="shop"))
    made.release(effective=TODAY - timedelta(days=1), review_by=TODAY + timedelta(days=6))
    return made


@pytest.fixture
def stack(content: Path, signed: Office, monkeypatch: pytest.MonkeyPatch) -> Stack:
    """A stack that knows the brand's trust root, and content that needs a release."""
    monkeypatch.setattr(sending, "POLL_S", 0.01)
    settings = content / "signpost.yaml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(f"{text}\npublishing: {{require_release: true}}\n", encoding="utf-8")
    write(content, signed)
    made = Stack(content)
    judge = ReleaseJudge((sha256(signed.roots[1]),), check)
    keeper = Gatekeeper(made.ledger, made.objects, judge.judge)
    made.scheduler = replace(made.scheduler, gatekeeper=keeper)
    return made


def write(content: Path, signed: Office) -> None:
    """Lay the office's tree beside the content."""
    for path, data in signed.tree.items():
        assert isinstance(data, bytes)
        place = content.parent / "strategy-site" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)


def test_a_push_brings_the_proof_and_the_stack_verifies_it(stack: Stack) -> None:
    assert push(stack).verdict.accepted
    gate = stack.ledger.gates(["shop"])["shop"]
    assert gate.required
    assert [item.version for item in gate.releases] == ["2026.1"]
    assert f"releases/shop/{gate.evidence}.json" in stack.objects.content
    assert not stack.desk().draft().acting


def test_a_plan_marks_what_would_be_held(stack: Stack) -> None:
    draft = stack.desk().draft()
    ((delivery, why),) = draft.shut.items()
    assert "past its review date" in why
    out = io.StringIO()
    show_plan(Terminal(out, out), draft.plan, draft.about, UTC, draft.force, draft.shut)
    assert "1 delivery would be held, no release of shop in force" in " ".join(
        out.getvalue().split()
    )
    document = plan_document(draft.plan, draft.about, draft.force, draft.shut)
    assert document["without_release"] == [{"delivery": delivery, "reason": why}]
    assert "**Held:**" in plan_text(draft.plan, draft.about, UTC, draft.force, draft.shut)
    push(stack)
    assert stack.desk().draft().shut == draft.shut


def test_a_new_release_alone_is_pushed(stack: Stack, signed: Office) -> None:
    push(stack)
    signed.release(
        "2026.2",
        previous="2026.1",
        effective=TODAY,
        review_by=datetime(2091, 1, 1, tzinfo=UTC).date(),
    )
    write(stack.content, signed)
    draft = stack.desk().draft()
    assert (draft.news, draft.shut) == ("Releases of the strategy have changed", {})
    assert push(stack).verdict.accepted
    assert len(stack.ledger.gates(["shop"])["shop"].releases) == 1


def test_an_older_checkout_is_refused(stack: Stack, signed: Office) -> None:
    signed.release("2026.2", previous="2026.1", effective=TODAY)
    write(stack.content, signed)
    push(stack)
    newest = stack.content.parent / "strategy-site" / "releases" / "shop" / "2026.2"
    newest.rename(newest.with_name(".gone"))
    verdict = push(stack).verdict
    assert (verdict.accepted, verdict.code) == (False, "rollback")


def test_status_warns_before_the_review_date(stack: Stack) -> None:
    push(stack)
    state = stack.desk().state()
    out = io.StringIO()
    now = datetime.now(UTC)
    show_deliveries(Terminal(out, out), state, UTC, everything=False, now=now)
    assert "7 days left" in " ".join(out.getvalue().split())
    (reminder,) = state_document(state, state.entries, now=now)["releases"]
    assert (reminder["days"], reminder["notify"]) == (7, True)
    (reminder,) = state_document(state, state.entries, now=now + timedelta(days=8))["releases"]
    assert (reminder["standing"], reminder["required"]) == ("shut", True)


def test_a_stack_that_knows_no_releases_is_not_trusted_with_them(stack: Stack) -> None:
    push(stack)
    state = stack.desk().state()
    del state.raw["releases"]  # type: ignore[attr-defined] # a dict, seen as a mapping
    from signpost.cli.evidence import judge_stack

    with pytest.raises(SettingsError):
        judge_stack(state, required=True)
    assert judge_stack(state, required=False) is False


def test_without_trust_root_and_setting_nothing_changes(content: Path) -> None:
    stack = Stack(content)
    draft = stack.desk().draft()
    assert (draft.proofs, draft.shut, draft.required) == ({}, {}, False)
    sent = push(stack)
    bundle = stack.objects.content[f"bundles/{sent.verdict.bundle}.jsonl"]
    assert b"releases" not in bundle.partition(b"\n")[0]
    assert b"require_release" not in bundle.partition(b"\n")[0]
    assert {change.state for change in sent.verdict.changes} == {State.SCHEDULED}
