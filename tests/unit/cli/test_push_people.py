"""A push tells the stack of people, where the brand signs and the stack knows what to do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from signpost.cli import status
from signpost.cli.output.human import Terminal
from signpost.usecases.onboarding import read_known, reading_key
from signpost.usecases.state import KEY
from tests.signing.office import Office
from tests.unit.cli.test_push_releases import signed, stack
from tests.unit.cli.test_sending import Stack, push

__all__ = ["signed", "stack"]


def people(content: Path, text: str) -> None:
    (content / "shop/people.yaml").write_text(text, encoding="utf-8")


def test_people_are_told_and_told_again_when_they_change(
    stack: Stack, content: Path, signed: Office
) -> None:
    assert signed.roots
    people(
        content,
        "people:\n  - {id: juno, name: Juno, email: juno@shop.example, starts: 2026-12-01}\n",
    )
    page = content.parent / "strategy-site/docs/shop/onboarding/writer.md"
    page.parent.mkdir(parents=True)
    page.write_text('# W\n\n- [ ] Read.\n  {: #w-acknowledge data-due="9" }\n', encoding="utf-8")
    assert push(stack).verdict.accepted
    (juno,) = read_known(stack.objects).members
    assert (juno.id, juno.brand, juno.due_days) == ("juno", "shop", 30)
    assert b"juno@shop.example" not in b"".join(stack.objects.content.values())
    assert not stack.desk().draft().news
    people(content, "people:\n  - {id: juno, name: Juno, checklist: writer}\n")
    assert stack.desk().draft().news == "The people have changed"
    assert push(stack).verdict.accepted
    (juno,) = read_known(stack.objects).members
    assert (juno.starts, juno.due_days) == (None, 9)


def test_a_stack_of_an_older_version_is_told_of_nobody(stack: Stack, content: Path) -> None:
    people(content, "people:\n  - {id: juno, name: Juno}\n")
    assert push(stack).verdict.accepted
    state = json.loads(stack.objects.content[KEY])
    del state["people"]
    stack.objects.content[KEY] = json.dumps(state).encode()
    assert stack.desk().draft().people == ()


def test_status_says_who_is_late(
    stack: Stack, content: Path, signed: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    assert signed.roots
    people(
        content,
        "people:\n  - {id: finn, name: Finn}\n  - {id: ottilie, name: Ottilie}\nreading: 1d\n",
    )
    assert push(stack).verdict.accepted
    document, line = shown(stack, capsys)
    assert [item["person"] for item in document["reading"]] == ["finn"]
    assert "late" not in line
    state = json.loads(stack.objects.content[KEY])
    for item in state["releases"]["shop"]["releases"]:
        item["start"] = "2026-01-01T00:00:00.000Z"
    stack.objects.content[KEY] = json.dumps(state).encode()
    document, line = shown(stack, capsys)
    assert document["reading"][0]["standing"] == "late"
    assert "1 person is late with reading the strategy: `signpost onboarding status`." in line
    stack.objects.content[reading_key("shop")] = b"{"
    document, line = shown(stack, capsys)
    assert document["reading"] is None


def shown(stack: Stack, capsys: pytest.CaptureFixture[str]) -> tuple[dict[str, Any], str]:
    """What `status` says: for machines, and for people in one line."""
    desk = stack.desk()
    terminal = Terminal()
    view = status._of_everything(terminal, desk, desk.state(), everything=False)
    view.show()
    said = capsys.readouterr()
    assert view.document is not None
    return view.document, " ".join((said.out + said.err).split())
