"""A push tells the stack of people, where the brand signs and the stack knows what to do."""

from __future__ import annotations

import json
from pathlib import Path

from signpost.usecases.onboarding import read_known
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
