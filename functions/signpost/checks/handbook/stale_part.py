"""DOC966: a generated part of a page that is not what the data says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from signpost.checks.rule import Rule
from signpost.checks.suggest import did_you_mean
from signpost.domain.diagnostics import Diagnostic
from signpost.domain.handbook import Handbook, Page, Part


def judge(handbook: Handbook, today: date) -> Iterator[Diagnostic]:
    """Every part between markers, against what it should be."""
    del today
    for page in handbook.pages.values():
        for part in page.parts:
            fault = form_fault(handbook, page, part)
            if fault is not None:
                yield fault
            elif part.body != handbook.wanted[page.path, part.name]:
                cause = f"The generated part `{part.name}` is not what the data says."
                yield RULE.at(part.span, cause, "Run `signpost docs write`, and read what changed.")


def form_fault(handbook: Handbook, page: Page, part: Part) -> Diagnostic | None:
    """Why the part cannot be made at all; None where it can."""
    if part.body is None:
        cause = f"The generated part `{part.name}` does not end."
        return RULE.at(part.span, cause, "Put `<!-- /generated -->` on a line of its own below it.")
    if (page.path, part.name) in handbook.wanted:
        return None
    if part.name in handbook.part_names:
        cause = f"The part `{part.name}` is made for a brand, and this page belongs to none."
        return RULE.at(part.span, cause, "Move it to a page in the brand's folder.")
    cause = f"There is no generated part `{part.name}`."
    return RULE.at(part.span, cause, did_you_mean(part.name, handbook.part_names))


RULE = Rule(
    code="DOC966",
    name="stale-part",
    title="A generated part of a page that is out of date",
    why="Tables of limits, duties and deadlines are made from the data, and committed, because "
    "leadership signs the page with them. A table that no longer says what the data says would be "
    "signed text that nobody obeys.",
    example="brand.yaml:  lead: 4d\npage:        | Graphics | 5 days before |",
    fix="signpost docs write",
    source="our own rule, set 2026-11-22",
)
