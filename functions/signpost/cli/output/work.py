"""Tasks as they are shown: a table for people, members for machines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Any

from signpost.cli.output.changes import local
from signpost.cli.output.human import Terminal, amount
from signpost.domain.work import Standing, Task
from signpost.domain.workspace import Brand

WRONG = frozenset({Standing.MISSED, Standing.WILL_MISS, Standing.LATE})
"""What somebody should have done by now."""


def show_tasks(
    terminal: Terminal,
    tasks: Sequence[Task],
    brands: Mapping[str, Brand],
    now: datetime,
    zone: tzinfo,
) -> None:
    """Print the table, worst first."""
    if not tasks:
        terminal.say("Nothing waits for anybody.")
        return
    order = list(Standing)
    ranked = sorted(
        tasks,
        key=lambda task: (
            order.index(task.standing(now)),
            task.deadline is None,
            task.deadline,
            task.source,
        ),
    )
    head = ("standing", "post", "stage", "waits for", "since", f"done by ({zone})", "goes out")
    terminal.table(head, [_row(task, brands, now, zone) for task in ranked])
    wrong = sum(task.standing(now) in WRONG for task in tasks)
    terminal.say()
    terminal.say(f"{amount(len(tasks), 'post')} in work, {wrong or 'none'} behind.")


def _row(task: Task, brands: Mapping[str, Brand], now: datetime, zone: tzinfo) -> tuple[str, ...]:
    return (
        standing_text(task, now),
        task.title or task.post or task.source,
        task.stage_title,
        waits_for(task, brands),
        f"{span_text(now - task.since)} ago" if task.since else "not committed",
        local(task.deadline, zone),
        local(task.due, zone),
    )


def standing_text(task: Task, now: datetime) -> str:
    """The standing, and by how much it is behind."""
    standing = task.standing(now)
    if standing in {Standing.LATE, Standing.WILL_MISS} and task.deadline:
        return f"{standing}, {span_text(now - task.deadline)} behind"
    if standing is Standing.SOON and task.deadline:
        return f"{standing}, in {span_text(task.deadline - now)}"
    return str(standing)


def waits_for(task: Task, brands: Mapping[str, Brand]) -> str:
    """The position by its title and the person by name; a client's side is said."""
    brand = brands.get(task.brand)
    position = next((p for p in brand.positions if p.id == task.position), None) if brand else None
    person = next((p for p in brand.people.people if p.id == task.person), None) if brand else None
    title = position.title if position else task.position
    if position is not None and position.client:
        title += " (client)"
    name = person.name if person else task.person
    return f"{title}: {name}" if name else f"{title}: nobody"


def task_document(task: Task, now: datetime) -> dict[str, Any]:
    """A task for machines."""
    return {"standing": str(task.standing(now)), **task.wire()}


def span_text(span: timedelta) -> str:
    """A length of time in its largest unit: `3 d`, `5 h`, `20 min`."""
    seconds = int(span.total_seconds())
    for size, unit in ((86_400, "d"), (3600, "h")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{max(seconds, 0) // 60} min"
