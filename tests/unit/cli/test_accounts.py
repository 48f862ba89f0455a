"""`signpost accounts check`: the stack asks, the command tells."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from signpost.cli import wiring
from tests.unit.cli.conftest import Ran

Signpost = Callable[..., Ran]
SERVER = "https://social.example"
WELL: dict[str, Any] = {
    "ok": True,
    "server": SERVER,
    "written": "@shop",
    "handle": "@shop",
    "may_post": True,
    "limits": {"characters": 500},
    "budget": {"limit": 300, "left": 297, "resets_at": "2026-12-01T09:05:00.000Z"},
    "token_until": None,
    "faults": [],
    "notes": [],
}
ILL = {
    **WELL,
    "written": "@shop_too",
    "handle": "",
    "may_post": False,
    "budget": None,
    "faults": [{"cause": "HTTP 401.", "remedy": "Make a new token."}],
}
UNKNOWN = {"ok": False, "code": "SIGNPOST", "cause": "It is not known.", "remedy": "Push a post."}


class Function:
    """The stack's function: answers by account, and remembers what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {"fedi": WELL, "second": ILL}
        self.asked: list[dict[str, Any]] = []

    def get(self, service: str) -> Any:
        if service != "lambda":  # no other is spoken to
            return None
        return SimpleNamespace(invoke=self.invoke)

    def invoke(self, *, FunctionName: str, Payload: bytes) -> Any:  # noqa: N803 - boto3's names
        assert FunctionName == "control"
        self.asked.append(json.loads(Payload))
        answer = self.answers[self.asked[-1]["account"]]
        return {"Payload": io.BytesIO(json.dumps(answer).encode())}


@pytest.fixture
def function(content: Path, monkeypatch: pytest.MonkeyPatch) -> Function:
    assert content.is_dir()
    monkeypatch.setenv("SIGNPOST_BUCKET", "a-bucket")
    monkeypatch.setenv("SIGNPOST_CONTROL", "control")
    made = Function()
    monkeypatch.setattr(wiring, "clients_of", lambda _: made)
    monkeypatch.setattr("signpost.cli.control.clients_of", lambda _: made)
    return made


def test_every_account_is_told_with_what_to_mend(signpost: Signpost, function: Function) -> None:
    ran = signpost("accounts", "check")
    assert ran.code == 1
    head, first, second, last = ran.out.splitlines()
    assert head.split("  ")[0] == "account"
    assert "297 of 300 until 09:05 UTC" in first
    assert [word.strip() for word in first.split("  ") if word][:4] == [
        "fedi",
        "mastodon",
        "@shop",
        "yes",
    ]
    assert [word.strip() for word in second.split("  ") if word][2:] == ["–", "no", "–", "–"]
    assert last == "2 accounts, 1 to mend. Nothing was posted."
    assert "error second: HTTP 401.\n  remedy: Make a new token." in ran.err
    assert {request["action"] for request in function.asked} == {"accounts"}
    assert all(set(request) == {"action", "account", "actor"} for request in function.asked), (
        "no server and no secret is named by who asks"
    )


def test_all_well_is_zero_and_json_has_everything(signpost: Signpost, function: Function) -> None:
    ran = signpost("accounts", "check", "fedi", "--format", "json")
    assert ran.code == 0
    (found,) = json.loads(ran.out)["accounts"]
    told = {name: item for name, item in WELL.items() if name not in ("ok", "written")}
    assert found == {"account": "fedi", "channel": "mastodon", **told}
    assert len(function.asked) == 1
    assert "1 account, nothing to mend." in signpost("accounts", "check", "fedi").out


def test_one_that_the_stack_does_not_know_does_not_hide_the_others(
    signpost: Signpost, function: Function
) -> None:
    function.answers["fedi"] = UNKNOWN
    ran = signpost("accounts", "check", "--brand", "shop")
    assert ran.code == 1
    assert len(function.asked) == 2
    assert "error fedi: It is not known.\n  remedy: Push a post." in ran.err
    assert "not known" in ran.out
    assert "2 accounts, 2 to mend." in ran.out


def test_what_was_not_pushed_yet_is_said(signpost: Signpost, function: Function) -> None:
    function.answers["fedi"] = {**WELL, "server": "https://old.example"}
    ran = signpost("accounts", "check", "fedi")
    assert ran.code == 0
    assert "warning: fedi: accounts.yaml says something else than what was pushed." in ran.err


def test_names_that_are_not_there_are_refused(signpost: Signpost, function: Function) -> None:
    assert "Did you mean `fedi`?" in signpost("accounts", "check", "fed").err
    assert "There is no brand `shp`" in signpost("accounts", "check", "--brand", "shp").err
    assert signpost("accounts", "delete").code == 2
    assert function.asked == []


def test_no_accounts_is_no_fault(signpost: Signpost, function: Function, content: Path) -> None:
    (content / "shop" / "accounts.yaml").write_text("accounts: []\n")
    ran = signpost("accounts", "check")
    assert (ran.code, ran.out) == (0, "")
    assert "There are no accounts to check." in ran.err
    assert function.asked == []
