"""DOC970: a person's checklist that is no page of the handbook."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import PurePosixPath

from signpost.checks.rule import Rule
from signpost.checks.suggest import did_you_mean
from signpost.domain.diagnostics import Diagnostic
from signpost.domain.handbook import Handbook

_FOLDER = "onboarding"


def judge(handbook: Handbook, today: date) -> Iterator[Diagnostic]:
    """Every `checklist` of every brand's people.yaml, against the pages of its onboarding.

    The findings lie in the content folder, as their spans do; all others of the handbook's lie below
    the docs folder.
    """
    del today
    pages = [PurePosixPath(path) for path in (*handbook.pages, *handbook.files)]
    for brand in handbook.brands.values():
        folder = PurePosixPath(brand.id, _FOLDER)
        # A page that cannot be read is among the files: its own finding is enough.
        known = {page.stem for page in pages if page.parent == folder and page.suffix == ".md"}
        for person in brand.people.people:
            if person.checklist and person.checklist not in known:
                yield RULE.at(
                    person.span,
                    f"There is no checklist `{person.checklist}` of `{person.id}`: no page "
                    f"`{folder / person.checklist}.md` in the handbook.",
                    did_you_mean(person.checklist, known)
                    if known
                    else "Write the page, or leave `checklist` out.",
                )


RULE = Rule(
    code="DOC970",
    name="checklist-unknown",
    title="A person's checklist that is no page of the handbook",
    why="The newcomer is led nowhere, and the day on which they are to have read the strategy is not "
    "that of their checklist, but thirty days after the first.",
    example="people.yaml:    {id: finn, name: Finn, starts: 2026-12-01, checklist: copywirter}",
    fix="people.yaml:    {id: finn, name: Finn, starts: 2026-12-01, checklist: copywriter}",
    source="our own rule, set 2026-11-22",
)
