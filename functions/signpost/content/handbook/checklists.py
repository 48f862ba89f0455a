"""On which day of each onboarding checklist its reader is to have acknowledged the strategy."""

from __future__ import annotations

from pathlib import Path

from signpost.content.files import read_text
from signpost.content.handbook.pages import read_page
from signpost.errors import ContentError

FOLDER = "onboarding"
_ITEM = "acknowledge"
"""How the id of the item ends: `copy-acknowledge`."""


def checklist_days(docs: Path, brand: str) -> dict[str, int]:
    """Name of each page of the onboarding → day, counted from the first.

    It is the day of the item whose id ends with `acknowledge`, else that of the last item; pages
    without items are no checklists, and those that cannot be read are left out: `signpost docs
    check` says why.

    Args:
        docs: the folder of the handbook's pages.
        brand: id.
    """
    found = {}
    for file in sorted((docs / brand / FOLDER).glob("*.md")):
        path = file.relative_to(docs).as_posix()
        try:
            page = read_page(path, read_text(file, path), brand, [])
        except ContentError:
            continue
        days = {task.id: task.due for task in page.tasks if task.due is not None}
        if days:
            asked = [day for name, day in days.items() if name.endswith(_ITEM)]
            found[file.stem] = max(asked or days.values())
    return found
