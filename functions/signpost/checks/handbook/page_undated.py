"""DOC962: a page of the handbook without a review date."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from signpost.checks.rule import Rule
from signpost.domain.diagnostics import Diagnostic
from signpost.domain.handbook import Handbook

_HALF_A_YEAR = timedelta(days=182)


def judge(handbook: Handbook, today: date) -> Iterator[Diagnostic]:
    """Every page that does not say `review_by`."""
    for page in handbook.pages.values():
        if page.review_by is None and "review_by" not in page.spans:
            yield RULE.at(
                page.span("review_by"),
                "The page does not say when it is looked at again.",
                f"Add `review_by:` with a date, such as `review_by: {today + _HALF_A_YEAR}`.",
            )


RULE = Rule(
    code="DOC962",
    name="page-without-review-date",
    title="A handbook page without a review date",
    why="Platforms, rules and people change all the time. A page without a date is believed for "
    "years after it stopped being true.",
    example="---\ntitle: Formats\nowner: content-editor\n---",
    fix="---\ntitle: Formats\nowner: content-editor\nreview_by: 2027-05-31\n---",
    source="our own rule, set 2026-11-22",
)
