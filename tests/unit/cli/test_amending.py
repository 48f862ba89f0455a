"""`correct` and `retract`: what is shown, what is asked, and what the exit code says."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from signpost.cli import amending, control, statefile, wiring
from signpost.cli.control import ControlRefused
from signpost.cli.statefile import Entry, StateFile
from signpost.domain.amendment import Amend
from signpost.domain.lifecycle import State

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
OFFER = {"parts": [{"permalink": "https://x.example/1", "before": "boost", "after": "boots",
                    "media": False}]}  # fmt: skip


def entry(account: str) -> Entry:
    return Entry(
        f"acme/shop/p/{account}", "shop", account, State.PUBLISHED, "r", NOON, NOON, "", 1,
        ({"permalink": "https://x.example/1"},), NOON, False, (), True, {"title": "Boots"}, None,
    )  # fmt: skip


def refusal(code: str) -> ControlRefused:
    error = ControlRefused("It cannot be done.", "Do something else.")
    error.code = code
    return error


class Stack:
    """Answers as the control function would."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **answers: Any) -> None:
        self.answers = answers
        self.asked: list[dict[str, Any]] = []
        state = StateFile(entries=tuple(entry(name) for name in answers))
        monkeypatch.setattr(wiring, "open_content", lambda _: (SimpleNamespace(id="acme"), ()))
        monkeypatch.setattr(wiring, "connect", lambda *_: (None, None))
        monkeypatch.setattr(statefile, "read_state", lambda *_: state)
        monkeypatch.setattr(control, "actor", lambda _: "ada")
        monkeypatch.setattr(control, "ask_control", self.ask)
        monkeypatch.setattr(amending, "find_content", lambda _: Path())

    def ask(self, _connection: object, request: dict[str, Any]) -> dict[str, Any]:
        self.asked.append(request)
        answer = self.answers[request["delivery"].rpartition("/")[2]]
        if isinstance(answer, Exception):
            raise answer
        if request.get("dry"):
            return OFFER
        return {"state": answer, "reason": "why", "done": 1, "parts": 1}

    def run(self, action: Amend, *accounts: str, form: str = "json", dry_run: bool = False) -> int:
        return amending.amend(
            action, post="p", content_dir=None, accounts=accounts, reason="r", dry_run=dry_run,
            yes=True, form=form,
        )  # fmt: skip


def test_what_is_done_everywhere_is_well(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stack = Stack(monkeypatch, fedi="PUBLISHED", blog="PUBLISHED")
    assert stack.run(Amend.CORRECT, form="human") == 0
    shown = capsys.readouterr().out
    assert "- boost" in shown
    assert "+ boots" in shown
    assert "fedi: corrected." in shown
    assert [request["action"] for request in stack.asked] == ["correct"] * 4


def test_a_dry_run_asks_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    stack = Stack(monkeypatch, fedi="PUBLISHED")
    assert stack.run(Amend.RETRACT, dry_run=True) == 0
    assert all(request.get("dry") for request in stack.asked)


@pytest.mark.parametrize("state", ["FAILED", "HELD"])
def test_what_did_not_work_is_no_success(monkeypatch: pytest.MonkeyPatch, state: str) -> None:
    assert Stack(monkeypatch, fedi=state).run(Amend.CORRECT) == 1


def test_a_channel_without_edits_spoils_it_only_where_it_was_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stack = Stack(monkeypatch, fedi="PUBLISHED", sky=refusal("CONTROL-EDIT"))
    assert stack.run(Amend.CORRECT) == 0
    assert json.loads(capsys.readouterr().out)["refused"][0]["code"] == "CONTROL-EDIT"
    assert stack.run(Amend.CORRECT, "fedi", "sky") == 1
    assert Stack(monkeypatch, sky=refusal("CONTROL-EDIT")).run(Amend.CORRECT) == 1


def test_what_is_gone_already_is_retracted(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = refusal("CONTROL-DONE")
    assert Stack(monkeypatch, fedi=gone).run(Amend.RETRACT) == 0
    assert Stack(monkeypatch, fedi=gone).run(Amend.CORRECT) == 1
    assert Stack(monkeypatch, fedi=gone, blog="PUBLISHED").run(Amend.CORRECT) == 0
    assert Stack(monkeypatch, fedi=gone, blog=refusal("CONTROL")).run(Amend.RETRACT) == 1
