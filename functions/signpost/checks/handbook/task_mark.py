"""DOC967: an item of an onboarding checklist without an id or a due day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from signpost.checks.rule import Rule
from signpost.domain.diagnostics import Diagnostic
from signpost.domain.handbook import Handbook

_REMEDY = 'On a line of its own below the item: `{: #copy-read-voice data-due="2" }`.'


def judge(handbook: Handbook, today: date) -> Iterator[Diagnostic]:
    """Every item `- [ ]` of the onboarding pages of a brand."""
    del today
    seen: dict[tuple[str, str], str] = {}
    for page in handbook.pages.values():
        if page.folder != "onboarding":
            continue
        for task in page.tasks:
            if not task.id:
                yield RULE.at(task.span, "This item has no id, so a tick cannot be kept.", _REMEDY)
            elif (page.brand, task.id) in seen:
                where = seen[page.brand, task.id]
                cause = f"The id `{task.id}` stands a second time; the first is in {where}."
                yield RULE.at(task.span, cause, "Give one of the two another id.")
            else:
                seen[page.brand, task.id] = page.path
            if task.due is None:
                cause = "This item does not say on which day it is due."
                yield RULE.at(task.span, cause, f"Days after the start, from 0. {_REMEDY}")


RULE = Rule(
    code="DOC967",
    name="task-without-mark",
    title="A checklist item without an id or a due day",
    why="Whoever joins ticks items off over weeks. The tick belongs to the id, so it survives when "
    "the words are mended; and an item without a day is done last, or never.",
    example="- [ ] Read the guidelines.",
    fix='- [ ] Read the guidelines.\n  {: #copy-read-guidelines data-due="2" }',
    source="https://python-markdown.github.io/extensions/attr_list/, noted 2026-11-22",
)
