"""DOC968: the name of a person in a page that is signed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from signpost.checks.rule import Rule
from signpost.domain.diagnostics import Diagnostic, Span
from signpost.domain.handbook import Handbook


def judge(handbook: Handbook, today: date) -> Iterator[Diagnostic]:
    """Every signed page, against the names in the brand's people.yaml."""
    del today
    for page in handbook.pages.values():
        if not page.signed:
            continue
        for person in handbook.brands[page.brand].people.people:
            if not person.name:
                continue
            for found in re.finditer(rf"(?<!\w){re.escape(person.name)}(?!\w)", page.text):
                at = found.start()
                line = page.text.count("\n", 0, at) + 1
                column = at - page.text.rfind("\n", 0, at)
                yield RULE.at(
                    Span(page.path, line, column),
                    f"`{person.name}` is named on a page that is signed.",
                    "Name the position; people.yaml says who holds it.",
                )


RULE = Rule(
    code="DOC968",
    name="holder-named",
    title="A person's name on a signed page",
    why="Holders change, and the page would have to be signed again each time. Names also stay in "
    "releases for ever, after the person has left and asked to be forgotten.",
    example="Juno Abendrot approves graphics.",
    fix="The shop manager approves graphics.",
    source="our own rule, set 2026-11-22",
)
