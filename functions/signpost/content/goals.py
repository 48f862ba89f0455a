"""Reads what a brand wants to reach: `kpis.yaml` and `roadmap.yaml`, as values of `domain.goals`.

Apart from the other configuration, because no post and no rule needs it: only who asks why.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from signpost.content import schema
from signpost.content.files import read_text
from signpost.content.nodes import parse
from signpost.content.shape import Shape
from signpost.content.tree import Tree
from signpost.content.values import Sink, read_mapping
from signpost.domain.goals import Goals, Kpi, RoadmapMonth, Target
from signpost.errors import ContentError

PERIOD = "month"
"""Over which time a KPI is counted that does not say it."""
_NO_YEAR = "0000-12"
"""The calendar begins after it."""


def read_goals(content_dir: Path, brand_id: str) -> Goals:
    """What can be read of the brand's KPIs, targets and roadmap.

    What is wrong in the files is left out here and told by `check`, which reads them, too.
    """
    tree = Tree.at(content_dir)
    kpis = _values(tree, f"{brand_id}/kpis.yaml", schema.KPIS)
    roadmap = _values(tree, f"{brand_id}/roadmap.yaml", schema.ROADMAP)
    targets: dict[str, list[Target]] = {}
    for item in kpis.get("targets") or ():
        if item.get("kpi") and item.get("by") and item.get("value") is not None:
            targets.setdefault(item["kpi"], []).append(Target(item["by"], item["value"]))
    return Goals(
        kpis=tuple(
            Kpi(
                id=item["id"],
                objective=item["objective"],
                title=item.get("title") or item["id"],
                unit=item.get("unit") or "",
                period=item.get("period") or PERIOD,
                baseline=item.get("baseline"),
                targets=tuple(sorted(targets.get(item["id"], ()), key=lambda target: target.by)),
            )
            for item in kpis.get("kpis") or ()
            if item.get("id") and item.get("objective")
        ),
        months=tuple(
            RoadmapMonth(date.fromisoformat(f"{item['month']}-01"), item.get("title") or "")
            for item in roadmap.get("months") or ()
            if (item.get("month") or _NO_YEAR) > _NO_YEAR
        ),
    )


def _values(tree: Tree, path: str, shape: Shape) -> dict[str, Any]:
    file = Path(tree.root, path)
    if not file.is_file() or not tree.inside(path):
        return {}
    try:
        node = parse(read_text(file, path).removeprefix("\ufeff"), path)
    except ContentError:
        return {}
    return read_mapping(node, shape, Sink(path))
