"""A preview for machines: the same view as one JSON document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from signpost.cli.output import json as machine
from signpost.domain.canonical import utc_text
from signpost.previews.view import Copy, PostView, Preview, Run, Shown


def preview_document(preview: Preview) -> dict[str, Any]:
    """The members of the document."""
    return {
        "workspace": preview.workspace,
        "zone": preview.zone,
        "since": preview.since,
        "posts": [_post(view) for view in preview.posts],
        "deleted": [asdict(item) for item in preview.gone],
    }


def _post(view: PostView) -> dict[str, Any]:
    return {
        "id": view.id,
        "title": view.title,
        "path": view.path,
        "brand": view.brand,
        "state": view.state,
        "stage": view.stage,
        "due": utc_text(view.due) if view.due else None,
        "when": view.when,
        "zone": view.zone,
        "why": dict(view.why),
        "notes": list(view.notes),
        "findings": machine.findings(view.findings),
        "copies": [_copy(copy) for copy in view.copies],
    }


def _copy(copy: Copy) -> dict[str, Any]:
    return {
        "channel": copy.channel,
        "account": copy.account,
        "name": copy.name,
        "handle": copy.handle,
        "language": copy.language,
        "audience": copy.audience,
        "parts": [_part(part) for part in copy.parts],
    }


def _part(part: Shown) -> dict[str, Any]:
    return {
        "text": _runs(part.text.runs),
        "folded": _runs(part.text.folded),
        "warning": part.warning,
        "covered": part.covered,
        "media": [asdict(item) for item in part.media],
        "card": asdict(part.card) if part.card else None,
        "article": asdict(part.article) if part.article else None,
        "counters": [{**asdict(item), "over": item.over} for item in part.counters],
        "notes": list(part.notes),
    }


def _runs(runs: Sequence[Run]) -> list[dict[str, str]]:
    return [{"kind": str(run.kind), "text": run.text, "target": run.target} for run in runs]
