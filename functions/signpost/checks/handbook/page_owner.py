"""DOC961: a page of the handbook that no position answers for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from signpost.checks.rule import Rule
from signpost.checks.suggest import did_you_mean
from signpost.domain.diagnostics import Diagnostic
from signpost.domain.handbook import Handbook, Page


def judge(handbook: Handbook, today: date) -> Iterator[Diagnostic]:
    """Every page's `owner` against the positions of its brand, or of all brands."""
    del today
    for page in handbook.pages.values():
        known = positions_of(handbook, page)
        if not page.owner:
            if "owner" not in page.spans:  # a value of the wrong form was told already
                yield RULE.at(
                    page.span("owner"),
                    "The page has no owner.",
                    f"Add `owner:` with a position, such as `owner: {min(known, default='lead')}`.",
                )
        elif page.owner not in known:
            yield RULE.at(
                page.span("owner"),
                f"The owner `{page.owner}` is no position.",
                did_you_mean(page.owner, known) or "Describe the position in positions.yaml.",
            )


def positions_of(handbook: Handbook, page: Page) -> set[str]:
    """Ids of the positions that may own the page."""
    brands = [handbook.brands[page.brand]] if page.brand else handbook.brands.values()
    return {position.id for brand in brands for position in brand.positions}


RULE = Rule(
    code="DOC961",
    name="page-without-owner",
    title="A handbook page that no position answers for",
    why="Nobody would notice that the page is out of date, and nobody could be asked. It is a "
    "position and not a person, so that a page need not be signed again when people change.",
    example="---\ntitle: Voice and tone\nowner: finn\n---",
    fix="---\ntitle: Voice and tone\nowner: content-editor\n---",
    source="our own rule, set 2026-11-22",
)
