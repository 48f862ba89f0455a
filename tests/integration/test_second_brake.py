"""The brake for a day on which DynamoDB is down: it asks Lambda and EventBridge alone.

The calls are those of docs/deploy.md. They reach no table, so nothing here depends on one.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from signpost.domain.delivery import About, make_bundle
from signpost.domain.lifecycle import State
from signpost.domain.workspace import AccountSettings, Brand
from signpost.local.deploy import local_clients
from signpost.local.layout import Layout
from signpost.local.stack import LocalStack
from tests.perf.canned import WORKSPACE, delivery

SOON_S = 8


def _until(found: Callable[[], bool], within_s: float) -> bool:
    deadline = time.monotonic() + within_s
    while not found() and time.monotonic() < deadline:
        time.sleep(0.3)
    return found()


def test_invariant_30_the_second_brake_keeps_waiting_messages_and_sends_none(
    tmp_path: Path,
) -> None:
    layout = Layout(tmp_path / "stack")
    layout.make()
    stack = LocalStack.open(layout, lambda _text: None)
    try:
        stack.deploy(WORKSPACE, (3600,), lambda _text: None)
        account = AccountSettings("main", "mastodon", "@bench", stack.address)
        stack.seed([Brand(id="brand", name="Bench", zone="UTC", accounts=(account,))])
        outputs = stack.outputs
        aws = local_clients(outputs["Endpoint"]).get
        publish = f"signpost-{WORKSPACE}-publish"
        source, tick = outputs["PublishSource"], outputs["TickRule"]

        aws("lambda").put_function_concurrency(FunctionName=publish, ReservedConcurrentExecutions=0)
        aws("lambda").update_event_source_mapping(UUID=source, Enabled=False)
        aws("events").disable_rule(Name=tick)

        due = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=SOON_S)
        one = replace(
            delivery(stack.address), due=due, local=due.replace(tzinfo=None).isoformat(sep=" ")
        )
        ledger, objects = stack.wiring.ledger, stack.wiring.objects
        bundle = make_bundle(WORKSPACE, [(one, About())], previous="")
        objects.create(f"bundles/{bundle.digest}.jsonl", bundle.data, "application/jsonl")
        assert _until(lambda: one.id in ledger.rows([one.id]), 20)
        assert not _until(lambda: ledger.rows([one.id])[one.id].attempts > 0, SOON_S + 6)
        assert ledger.rows([one.id])[one.id].state is State.SCHEDULED

        aws("events").enable_rule(Name=tick)
        aws("lambda").update_event_source_mapping(UUID=source, Enabled=True)
        aws("lambda").delete_function_concurrency(FunctionName=publish)
        assert _until(lambda: ledger.rows([one.id])[one.id].state is State.PUBLISHED, 75)
        assert len(ledger.rows([one.id])[one.id].history) == 1
    finally:
        stack.stop()
