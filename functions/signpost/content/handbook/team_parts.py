"""Generated parts about the team: duties, stand-ins, departments, workflow. Positions, never names."""

from __future__ import annotations

from signpost.content.handbook.brand_parts import NONE
from signpost.content.handbook.tables import bullets, code, duration, table, words
from signpost.domain.workspace import Brand, Position, Stage


def responsibilities(brand: Brand) -> str:
    """Every position and what it answers for."""
    titles = {item.id: item.title for item in brand.positions}
    made = []
    for item in brand.positions:
        lines = [f"### {words(item.title)} {{#{item.id}}}", _about(brand, item)]
        lines.append(bullets(words(duty) for duty in item.responsibilities) or "Nothing yet.")
        steps = [stage for stage in brand.stages if stage.position == item.id]
        if steps:
            told = ", ".join(f"{words(s.title)} ({duration(s.lead_s)} before)" for s in steps)
            lines.append(f"Steps of a post: {told}.")
        if item.deputy in titles:
            lines.append(f"Stands in: [{words(titles[item.deputy])}](#{item.deputy}).")
        made.append("\n\n".join(lines))
    return "\n\n".join(made) or NONE


def _about(brand: Brand, item: Position) -> str:
    told = [f"In files: {code(item.id)}"]
    if item.client:
        told.append("on the client's side")
    elif item.department:
        told.append(f"department: {words(_departments(brand).get(item.department, ''))}")
    if item.core:
        told.append("core team")
    return " · ".join(told)


def _departments(brand: Brand) -> dict[str, str]:
    """Ids of departments and their names; those that only a position knows included."""
    named = {item.id: item.title or item.id for item in brand.people.departments}
    for item in brand.positions:
        if item.department:
            named.setdefault(item.department, item.department)
    return named


def stand_ins(brand: Brand) -> str:
    """Who stands in, and which positions one person may hold."""
    titles = {item.id: words(item.title) for item in brand.positions}
    rows = [
        [
            words(item.title),
            titles.get(item.deputy, ""),
            ", ".join(titles[name] for name in item.merges if name in titles),
        ]
        for item in brand.positions
    ]
    head = ["Position", "Stands in", "One person may hold it together with"]
    return table(head, rows) if rows else NONE


def departments(brand: Brand) -> str:
    """Who speaks for each department."""
    rows = []
    for name, title in _departments(brand).items():
        there = [item for item in brand.positions if item.department == name]
        speaking = [item for item in there if item.represents]
        others = [item for item in there if not item.represents]
        rows.append(
            [words(title), *(", ".join(words(i.title) for i in g) for g in (speaking, others))]
        )
    return table(["Department", "Speaks for it", "Also there"], rows) if rows else NONE


def core_team(brand: Brand) -> str:
    """Who keeps the tools, the calendar and the oversight."""
    return bullets(words(item.title) for item in brand.positions if item.core) or NONE


def workflow(brand: Brand) -> str:
    """The stages of a post, who does each, and until when."""
    titles = {item.id: item for item in brand.positions}
    rows = []
    for count, stage in enumerate(brand.stages, 1):
        position = titles.get(stage.position)
        deputy = titles.get(position.deputy) if position else None
        rows.append(
            [
                str(count),
                f"{words(stage.title)} ({code(stage.id)})",
                words(position.title) if position else code(stage.position),
                f"{duration(stage.lead_s)} before",
                ", ".join(map(code, stage.types)) or "all",
                words(deputy.title) if deputy else "",
            ]
        )
    head = ["", "Step", "Who does it", "Done by", "Types of post", "Stands in"]
    return table(head, rows) if rows else NONE


def approvals(brand: Brand) -> str:
    """Who says yes: the last stage of every type, and whoever is on the client's side."""
    titles = {item.id: words(item.title) for item in brand.positions}
    rows = []
    last: dict[Stage, list[str]] = {}
    for kind in brand.types or ("",):
        stages = brand.stages_of(kind)
        if stages:
            last.setdefault(stages[-1], []).append(kind)
    for stage, kinds in last.items():
        every = len(kinds) == len(brand.types or ("",))
        what = "Every post" if every else ", ".join(map(code, kinds))
        rows.append([what, titles.get(stage.position, ""), f"{duration(stage.lead_s)} before"])
    rows += [
        ["What is shown of the client", words(item.title), "before the step above"]
        for item in brand.positions
        if item.client
    ]
    return table(["What", "Who says yes", "Until"], rows) if rows else NONE
