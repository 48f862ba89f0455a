"""DOC963: a page of the handbook past its review date, or nearly."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from signpost.checks.rule import Rule
from signpost.domain.diagnostics import Diagnostic, Severity
from signpost.domain.handbook import Handbook

WARNED_DAYS = 30
"""So many days ahead there is a warning: time to read the page and to have it signed again."""


def judge(handbook: Handbook, today: date) -> Iterator[Diagnostic]:
    """Every page whose `review_by` is over, and those of the next weeks."""
    for page in handbook.pages.values():
        if page.review_by is None:
            continue
        left = (page.review_by - today).days
        remedy = f"`{page.owner or 'Its owner'}` reads it, mends it, and sets the next date."
        if left < 0:
            yield RULE.at(
                page.span("review_by"),
                f"The page was to be looked at by {page.review_by}, {_days(-left)} ago.",
                remedy,
            )
        elif left <= WARNED_DAYS:
            when = "today" if left == 0 else f"in {_days(left)}"
            yield RULE.at(
                page.span("review_by"),
                f"The page is to be looked at by {page.review_by}, {when}.",
                remedy,
                severity=Severity.WARNING,
            )


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"


RULE = Rule(
    code="DOC963",
    name="page-past-review",
    title="A handbook page past its review date",
    why="Whoever joins reads the page and believes it. Thirty days ahead it is a warning, past the "
    "date an error. Setting a later date without reading the page helps nobody.",
    example="review_by: 2025-05-31",
    fix="review_by: 2027-05-31",
    source="our own rule, set 2026-11-22",
)
