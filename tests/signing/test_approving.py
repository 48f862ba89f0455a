"""Approvals from the command line, with keys of ssh-keygen: from the push to the archive."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from signpost.cli import collect, deciding, sending, wiring
from signpost.cli import control as control_module
from signpost.cli.connection import Connection
from signpost.cli.control import ControlRefused
from signpost.cli.main import run as signpost
from signpost.cli.signoff import keygen
from signpost.domain.lifecycle import State
from signpost.domain.signing.document import sha256
from signpost.domain.signing.statement import Approval
from signpost.errors import SignpostError
from signpost.signatures import check
from signpost.usecases.approval_facts import ApprovalKeeper
from signpost.usecases.approving import Approving
from signpost.usecases.awaiting import Awaiting
from signpost.usecases.gatekeeper import Gatekeeper, ReleaseJudge
from signpost.usecases.trusted import TrustedRoots
from tests.signing.workspace import Company, Strategy, git, run
from tests.unit.cli.test_sending import Stack, push

POST = "7k2m9q4x1v3b"
NAME = f"acme/acme/{POST}/shop"
TIERS = "approvals:\n  - {id: offers, types: [story]}\n"


class Desk:
    """A company whose posts need approval, and its stack in memory.

    Args:
        company: with a signed trust root.
    """

    def __init__(self, company: Company) -> None:
        self.company = company
        company.edit("content/signpost.yaml", "zone: UTC\n", f"zone: UTC\n{TIERS}")
        company.commit("Ask for approval")
        self.stack = stack = Stack(company.folder / "content")
        anchor = sha256((company.site / "signoff/acme/roots/1/root.json").read_bytes())
        roots = TrustedRoots(stack.objects, check)
        stack.scheduler = replace(
            stack.scheduler,
            gatekeeper=Gatekeeper(
                stack.ledger, stack.objects, ReleaseJudge((anchor,), check).judge
            ),
            approvals=ApprovalKeeper(stack.ledger, roots, check),
        )
        scheduler = stack.scheduler
        self.approving = Approving(
            "acme", stack.ledger, scheduler.queue, scheduler.clock, roots, check, scheduler.state
        )
        self.awaiting = Awaiting("acme", stack.ledger, stack.objects, roots)

    def ask(self, _connection: Connection, request: dict[str, Any]) -> dict[str, Any]:
        """What the function `control` does with a request, through JSON both ways."""
        event = json.loads(json.dumps(request))
        text = {
            name: json.dumps(value) if isinstance(value, dict | list) else str(value)
            for name, value in event.items()
            if value is not None
        }
        try:
            if text["action"] == "awaiting":
                answer = self.awaiting.answer(text)
            else:
                answer = self.approving.answer(text["action"], text)
        except SignpostError as error:
            refused = ControlRefused(error.cause, error.remedy)
            refused.code = error.code
            raise refused from error
        found: dict[str, Any] = json.loads(json.dumps(answer))
        return found

    @property
    def state(self) -> State:
        return self.stack.ledger.rows([NAME])[NAME].state


@pytest.fixture
def approvers(company: Company, strategy: Strategy) -> Company:
    """Ada and Ben sign a strategy together, and either may approve offers."""
    signers = [
        word
        for name, role in (("ada", "director"), ("ben", "lead"))
        for word in ("--signer", f"{name}:{role}:{company.keys / name}.pub")
    ]
    assert strategy("root", "init", *signers, "--threshold", "approval.offers=1")[0] == 0
    for name in ("ada", "ben"):
        assert strategy("sign", "root", "--as", name, "--yes")[0] == 0
    company.commit("Trust root")
    return company


@pytest.fixture
def desk(approvers: Company, monkeypatch: pytest.MonkeyPatch) -> Desk:
    made = Desk(approvers)
    monkeypatch.setattr(sending, "POLL_S", 0.01)
    monkeypatch.setattr(deciding, "ask_control", made.ask)
    monkeypatch.setattr(control_module, "ask_control", made.ask)
    monkeypatch.setattr(wiring, "connect", lambda *_: (Connection("b"), made.stack.objects))
    monkeypatch.setattr(
        "signpost.cli.desk.connect", lambda *_: (Connection("b"), made.stack.objects)
    )
    monkeypatch.setenv("SIGNPOST_BUCKET", "b")
    assert collect.AT_ONCE
    return made


def test_from_push_to_archive(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert push(desk.stack).verdict.accepted
    assert desk.state is State.HELD
    capsys.readouterr()

    assert signpost(["queue"]) == 0
    assert "Knots" in capsys.readouterr().out

    assert signpost(["reject", "Knots", "--as", "ben", "--reason", "which\nropes?", "--yes"]) == 0
    capsys.readouterr()
    assert signpost(["status", POST]) == 0
    told = capsys.readouterr().out
    assert "asked for changes" in told
    assert "which ropes?" in told

    assert signpost(["approve", POST, "--as", "ada", "--dry-run"]) == 0
    told = capsys.readouterr().out
    assert "We mend ropes." in told
    assert "Nothing was signed." in told
    assert desk.state is State.HELD

    assert signpost(["approve", POST, "--as", "ada", "--yes"]) == 0
    assert "changes are asked for by Ben" in capsys.readouterr().out
    assert signpost(["approve", POST, "--as", "ben", "--yes", "--format", "json"]) == 0
    (answer,) = json.loads(capsys.readouterr().out)["answers"]
    assert (answer["met"], answer["states"]) == (True, {NAME: "SCHEDULED"})

    assert signpost(["collect"]) == 0
    capsys.readouterr()
    assert signpost(["collect"]) == 0
    assert "Nothing new" in capsys.readouterr().out
    folder = desk.company.site / "signoff" / "acme"
    signatures = sorted((folder / "approvals" / POST).glob("*.signatures/*.sig"))
    assert sorted(file.name for file in signatures) == ["ada.sig", "ben.sig", "ben.sig"]
    for file in signatures:
        statement = file.parent.with_name(file.parent.name.removesuffix(".signatures"))
        run(
            "ssh-keygen", "-Y", "verify", "-f", str(folder / "allowed_signers"), "-I", file.stem,
            "-n", "approval@acme.example", "-s", str(file), text=statement.read_bytes(),
        )  # fmt: skip
        assert signpost(["strategy", "verify", "--statement", str(statement)]) == 0
    capsys.readouterr()


def test_what_counts_under_no_root_is_not_archived_and_stops_nothing_else(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A key that is nobody's signs in Ada's name; a post with `_` in its id is archived all the same."""
    assert push(desk.stack).verdict.accepted
    assert signpost(["approve", POST, "--as", "ben", "--yes"]) == 0
    namespace = "approval@acme.example"

    def said(post: str, person: str, key: str) -> dict[str, Any]:
        data = Approval("acme", "offers", post, {f"acme/acme/{post}/shop": "a" * 64}).write()
        text = keygen.sign(data, namespace, desk.company.keys / key).decode()
        return {
            "brand": "acme", "post": post, "person": person, "file": f"{person}.sig",
            "statement": data.decode(), "signature": text, "digest": sha256(data),
        }  # fmt: skip

    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(desk.company.keys / "stranger"))
    proofs = [said("other", "ada", "stranger"), said("summer_sale", "ada", "ada")]
    answer = {"proofs": proofs}
    monkeypatch.setattr(control_module, "ask_control", lambda *_: answer)
    capsys.readouterr()
    assert signpost(["collect"]) == 1
    assert "other counts under no trust root" in capsys.readouterr().err
    folder = desk.company.site / "signoff" / "acme" / "approvals"
    assert [file.parts[-3] for file in folder.glob("*/*/*.sig")] == ["summer_sale"]


def test_who_committed_it_does_not_approve_alone(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    who = ("-c", "user.name=Ada", "-c", "user.email=ADA@acme.example")
    desk.company.edit("content/acme/posts/2090/01/knots.md", "mend ropes", "mend all ropes")
    folder = desk.company.folder
    git(folder, *who, "commit", "--quiet", "-a", "-m", "Say all\n\nCo-authored-by: X <x@y.example>")
    draft = desk.stack.desk().draft()
    authors = draft.asked.authors[f"acme/{POST}"]
    assert authors.people == ("ada",)
    assert authors.strangers == 2, "the first commit's author, and who helped"
    desk.company.write(".mailmap", "Ben <ben@acme.example> <test@acme.example>\n"
                       "Ada <ada@acme.example> <x@y.example>\n")  # fmt: skip
    draft = desk.stack.desk().draft()
    assert draft.asked.authors[f"acme/{POST}"].people == ("ada", "ben")
    capsys.readouterr()


def test_what_cannot_be_approved_says_why(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert push(desk.stack).verdict.accepted
    assert signpost(["approve", "nothing", "--yes"]) == 1
    assert "knows no post" in capsys.readouterr().err
    lines = {name: data for name, data in desk.stack.objects.content.items() if "bundles/" in name}
    for name, data in lines.items():
        desk.stack.objects.content[name] = data.replace(b"We mend ropes.", b"We sell ropes.")
    assert signpost(["approve", POST, "--as", "ada", "--yes"]) == 1
    assert "cannot be shown" in capsys.readouterr().err
    assert desk.state is State.HELD
