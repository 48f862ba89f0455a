"""The daily state file: reminders of work, from the accepted bundle, once a day."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from signpost.domain.delivery import About, Delivery, make_bundle
from signpost.domain.work import Task
from signpost.usecases.state import DAILY_KEY, KEY
from signpost.usecases.verdict import Verdict
from tests.unit.usecases.stage import Stage


def task(deadline: datetime) -> dict[str, Any]:
    due = deadline + timedelta(days=5)
    return Task(
        "shop", "p", "Boots", "shop/posts/p.md", "text", "Text", "editor", "finn", None,
        deadline, due, 86_400,
    ).wire()  # fmt: skip


def push(stage: Stage, *deliveries: Delivery, work: list[dict[str, Any]]) -> Verdict:
    bundle = make_bundle(
        "acme",
        [(item, About()) for item in deliveries],
        previous=stage.ledger.pointer().digest,
        work=work,
    )
    stage.objects.create(f"bundles/{bundle.digest}.jsonl", bundle.data, "application/jsonl")
    return stage.scheduler.run(bundle.digest, owner="s")


def stored(stage: Stage, key: str) -> dict[str, Any]:
    found = stage.objects.get(key)
    assert found is not None
    document: dict[str, Any] = json.loads(found.data)
    return document


def test_a_push_writes_the_work_and_todays_reminders() -> None:
    stage = Stage()
    now = stage.clock.now()
    work = [task(now + timedelta(hours=3)), task(now + timedelta(days=9))]
    assert push(stage, stage.delivery(in_s=3600), work=work).accepted
    assert stored(stage, KEY)["work"] == work
    daily = stored(stage, DAILY_KEY)
    assert daily["day"] == now.date().isoformat()
    assert [item["standing"] for item in daily["reminders"]] == ["soon"]


def test_the_next_day_is_written_by_a_tick_that_has_nothing_else_to_do() -> None:
    stage = Stage()
    work = [task(stage.clock.now() + timedelta(hours=30))]
    push(stage, work=work)
    assert stored(stage, DAILY_KEY)["reminders"] == []
    stage.ticker.run()
    assert not stage.ticker.run().state_written
    stage.clock.advance(86_400.0)
    assert stage.ticker.run().state_written
    daily = stored(stage, DAILY_KEY)
    assert daily["day"] == stage.clock.now().date().isoformat()
    assert [item["standing"] for item in daily["reminders"]] == ["soon"]
    assert not stage.ticker.run().state_written


def test_work_alone_makes_a_new_bundle_that_moves_no_delivery() -> None:
    stage = Stage()
    delivery = stage.delivery(in_s=3600)
    push(stage, delivery, work=[])
    before = stage.row(delivery.id)
    verdict = push(stage, delivery, work=[task(stage.clock.now())])
    assert verdict.accepted
    assert verdict.changes == ()
    assert stage.row(delivery.id) == before
    assert len(stored(stage, KEY)["work"]) == 1


def test_work_that_cannot_be_read_is_refused_before_anything_is_accepted() -> None:
    stage = Stage()
    verdict = push(stage, stage.delivery(in_s=3600), work=[{"post": "x"}])
    assert (verdict.accepted, verdict.code) == (False, "bundle")
    assert stage.ledger.pointer().digest == ""
