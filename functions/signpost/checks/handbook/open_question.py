"""DOC969: a question of the handbook that is still to be answered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from signpost.checks.rule import Rule
from signpost.domain.diagnostics import Diagnostic, Severity, Span
from signpost.domain.handbook import Handbook

MARK = '!!! question "To be written"'
"""What `signpost init` writes where the sample brand has an answer of its own."""
_MARK = re.compile(rf"^{re.escape(MARK)}$", re.MULTILINE)


def judge(handbook: Handbook, today: date) -> Iterator[Diagnostic]:
    """Every place in which a new company has to write its own answer."""
    del today
    for page in handbook.pages.values():
        for found in _MARK.finditer(page.text):
            line = page.text.count("\n", 0, found.start()) + 1
            yield RULE.at(
                Span(page.path, line),
                "This is still to be written.",
                "Answer the question, and delete the box.",
                severity=Severity.WARNING,
            )


RULE = Rule(
    code="DOC969",
    name="open-question",
    title="A question that the handbook does not answer yet",
    why="A new handbook begins as questions where only the company knows the answer. It is a "
    "warning, because one answers them one by one; a page that is signed should have none.",
    example=f"{MARK}\n\n    For whom is this?",
    fix="For people who walk at weekends, in all weathers.",
    source="our own rule, set 2026-11-22",
)
