"""A post that the stack does not know: every command says so alike, with the same exit code."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from signpost.cli import desk, wiring
from signpost.domain.canonical import canonical_json
from tests.fakes.objects import FakeObjects
from tests.unit.cli.conftest import Ran
from tests.unit.cli.test_status_post import DELIVERY

Signpost = Callable[..., Ran]
COMMANDS = {
    "status": ["status"],
    "correct": ["correct"],
    "retract": ["retract", "--reason", "r"],
    "resume": ["resume", "--reason", "r"],
    "approve": ["approve"],
    "reject": ["reject", "--reason", "r"],
}


@pytest.fixture(autouse=True)
def stack(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stack that knows one post, on one account."""
    assert content.is_dir()
    document = {
        "schema": 1,
        "workspace": "acme",
        "at": "2090-12-01T09:00:00.000Z",
        "bundle": "b",
        "stop": None,
        "deliveries": {
            "acme/shop/7k2m9q4x1v3b/fedi": {**DELIVERY, "brand": "shop", "account": "fedi"}
        },
    }
    objects = FakeObjects()
    objects.replace("state/deliveries.json", canonical_json(document), "application/json", None)
    for place in (wiring, desk):
        monkeypatch.setattr(place, "connect", lambda *_: (None, objects))


@pytest.mark.parametrize("words", COMMANDS.values(), ids=COMMANDS)
def test_it_is_a_failure_and_no_mistake_of_the_command_line(
    signpost: Signpost, words: list[str]
) -> None:
    ran = signpost(*words, "nothing", "--format", "json")
    assert ran.code == 1
    assert "error NO-POST: The stack knows no post `nothing`." in ran.err
    assert "`signpost status` lists what it knows" in ran.err
    assert json.loads(ran.out)["error"]["code"] == "NO-POST"


@pytest.mark.parametrize("name", ["correct", "retract", "resume"])
def test_an_account_that_it_does_not_go_to_is_one_too(signpost: Signpost, name: str) -> None:
    ran = signpost(*COMMANDS[name], "7k2m9q4x1v3b", "--account", "second")
    assert ran.code == 1
    assert "`7k2m9q4x1v3b` does not go to second, but to fedi." in ran.err
    assert "--account" in ran.err
