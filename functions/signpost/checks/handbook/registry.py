"""The rules of the handbook, and one call that applies them all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from signpost.checks.handbook import (
    checklist_unknown,
    holder_named,
    open_question,
    page_links,
    page_overdue,
    page_owner,
    page_undated,
    stale_part,
    task_mark,
)
from signpost.checks.rule import Rule
from signpost.domain.diagnostics import Diagnostic
from signpost.domain.handbook import Handbook

HANDBOOK_RULES: tuple[Rule, ...] = (
    page_owner.RULE,
    page_undated.RULE,
    page_overdue.RULE,
    page_links.LINK,
    page_links.ANCHOR,
    stale_part.RULE,
    task_mark.RULE,
    holder_named.RULE,
    open_question.RULE,
    checklist_unknown.RULE,
)
"""In the order of their codes."""

IN_CONTENT = frozenset({checklist_unknown.RULE.code})
"""Codes of findings whose paths begin at the content folder; all others begin at the docs folder."""

_JUDGES: tuple[Callable[[Handbook, date], Iterable[Diagnostic]], ...] = (
    page_owner.judge,
    page_undated.judge,
    page_overdue.judge,
    page_links.judge,
    stale_part.judge,
    task_mark.judge,
    holder_named.judge,
    open_question.judge,
    checklist_unknown.judge,
)


def judge_handbook(handbook: Handbook, today: date) -> list[Diagnostic]:
    """Every finding about every page, those of reading included, in file order.

    Args:
        today: review dates are held against it.
    """
    found = [*handbook.findings]
    for judge in _JUDGES:
        found.extend(judge(handbook, today))
    return sorted(found, key=lambda item: (item.span, item.code, item.cause))
