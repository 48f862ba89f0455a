"""Posts and states for tests of the calendar."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from signpost.cli.diary import Diary, DiaryMaker
from signpost.cli.output.calendar import Reader, show_calendar
from signpost.cli.output.human import Terminal
from signpost.cli.statefile import StateFile, read_state
from signpost.content.goals import read_goals
from signpost.content.workspace_reader import read_workspace
from signpost.domain.canonical import canonical_json
from signpost.domain.timing import zone_info
from tests.fakes.objects import FakeObjects

NOW = datetime(2090, 12, 4, 12, 0, tzinfo=UTC)


def write_post(content: Path, post: str, publish: str, *, text: str = "Text.", **front: str) -> str:
    """Write a post file; its path in the content folder."""
    path = f"shop/posts/{post}.md"
    head = {"id": post, "publish": publish, "accounts": "[fedi]", **front}
    lines = [f"{key}: {value}" for key, value in head.items() if value]
    (content / path).write_text("\n".join(["---", *lines, "---", "", text, ""]), encoding="utf-8")
    return path


def known(**entries: Mapping[str, Any]) -> StateFile:
    """What a stack knows: post id, or post id, `__` and account → what is special of it."""
    deliveries = {}
    for name, changes in entries.items():
        post, _, account = name.partition("__")
        account = account or "fedi"
        deliveries[f"acme/shop/{post}/{account}"] = {
            "brand": "shop", "account": account, "state": "SCHEDULED", "revision": "r",
            "due": "2090-12-01T08:00:00.000Z", "next_at": "2090-12-01T08:00:00.000Z", "reason": "",
            "parts_total": 1, "parts": [], "published_at": None, "maybe_live": False,
            "attempts": [], "touched": False, "changed_at": "2090-11-01T00:00:00.000Z",
            "about": {}, "metrics": None, **changes,
        }  # fmt: skip
    document = {
        "schema": 1, "workspace": "acme", "at": "2090-12-04T11:00:00.000Z", "bundle": "b",
        "stop": {"version": 1, "scopes": []}, "deliveries": deliveries,
    }  # fmt: skip
    objects = FakeObjects()
    objects.replace("state/deliveries.json", canonical_json(document), "application/json", None)
    return read_state(objects, "acme")


def public(at: str = "2090-12-01T08:00:02.500Z", link: str = "https://x/1") -> dict[str, Any]:
    """What is special of a delivery that is public."""
    return {
        "state": "PUBLISHED",
        "published_at": at,
        "touched": True,
        "parts": [{"external_id": "1", "permalink": link}],
    }


def diary_of(content: Path, state: StateFile | None = None, *, account: str | None = None) -> Diary:
    """The diary of all brands of a content folder."""
    read = read_workspace(content)
    brands = list(read.brands.values())
    goals = {brand.id: read_goals(content, brand.id) for brand in brands}
    broken = {item.span.path for item in read.diagnostics}
    why_not = "" if state else "It is not known which stack."
    maker = DiaryMaker(brands, state, account, broken)
    return maker.make(read.posts, read.ideas, goals, why_not)


def drawn(
    diary: Diary,
    view: str,
    day: date = date(2090, 12, 1),
    *,
    zone: str = "Europe/Vienna",
    columns: int = 80,
    now: datetime = NOW,
) -> str:
    """What a person sees who has no colour."""
    out, err = io.StringIO(), io.StringIO()
    show_calendar(Terminal(out, err), diary, view, day, Reader(zone_info(zone), now, columns))
    return err.getvalue() + out.getvalue()
