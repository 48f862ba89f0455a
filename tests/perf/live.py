"""From the due second to public, on the local stack: 1, 100 and 500 deliveries at once."""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from signpost.domain.delivery import About, Delivery, make_bundle
from signpost.domain.lifecycle import State
from signpost.domain.workspace import AccountSettings, Brand
from signpost.local.layout import Layout
from signpost.local.stack import LocalStack
from signpost.usecases.verdict import parse_verdict
from tests.perf.canned import WORKSPACE, delivery
from tests.perf.figure import Figure

SIZES = (1, 100, 500)
ACCOUNTS = 8
"""Enough that no account comes near the channel's own limit of 300 sends in five minutes."""

WORST_S = {1: 3.0, 100: 30.0, 500: 150.0}
"""Budget for the worst delivery of each size. A goal for two slow cores, not a promise of AWS."""


def live(sizes: tuple[int, ...] = SIZES) -> Iterator[Figure]:
    """Lag of each delivery between its due time and the time the network shows."""
    with tempfile.TemporaryDirectory(prefix="signpost-bench-") as folder:
        layout = Layout(Path(folder))
        layout.make()
        stack = LocalStack.open(layout, _tell)
        try:
            stack.deploy(WORKSPACE, (3600,), _tell)
            accounts = tuple(
                AccountSettings(f"bench{n}", "mastodon", f"@bench{n}", stack.address)
                for n in range(ACCOUNTS)
            )
            stack.seed([Brand(id="brand", name="Bench", zone="UTC", accounts=accounts)])
            for size in sizes:
                yield _figure(size, _lags(stack, size))
        finally:
            stack.stop()


def _lags(stack: LocalStack, size: int) -> list[float]:
    wiring = stack.wiring
    due = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=20 + size // 20)
    wanted = [_delivery(stack.address, size, number, due) for number in range(size)]
    previous = wiring.ledger.pointer().digest
    bundle = make_bundle(WORKSPACE, [(one, About()) for one in wanted], previous=previous)
    wiring.objects.create(f"bundles/{bundle.digest}.jsonl", bundle.data, "application/x-ndjson")
    _await_verdict(stack, bundle.digest)
    ids = [one.id for one in wanted]
    deadline = time.monotonic() + 60 + (due - datetime.now(UTC)).total_seconds() + size
    while True:
        rows = wiring.ledger.rows(ids).values()
        left = [row for row in rows if row.state is not State.PUBLISHED]
        if not left:
            break
        if time.monotonic() > deadline:
            raise RuntimeError(f"{len(left)} of {size} are not public; the first: {left[0]}")
        time.sleep(1)
    with urllib.request.urlopen(f"{stack.address}/_local/posts", timeout=30) as answer:  # noqa: S310 - loopback
        posts = json.loads(answer.read())["posts"]
    mine = [post for post in posts if f"of {size} at" in post["text"]]
    if len(mine) != size:
        raise RuntimeError(f"{len(mine)} public posts for {size} deliveries")
    return [(datetime.fromisoformat(p["created_at"]) - due).total_seconds() for p in mine]


def _delivery(server: str, size: int, number: int, due: datetime) -> Delivery:
    text = f"Number {number} of {size} at {due:%H:%M:%S}"
    account = f"bench{number % ACCOUNTS}"
    one = delivery(server, post=f"post-{size}-{number:04d}", account=account)
    part = replace(one.parts[0], text=text, payload={**one.parts[0].payload, "status": text})
    return replace(one, due=due, local=due.replace(tzinfo=None).isoformat(sep=" "), parts=(part,))


def _await_verdict(stack: LocalStack, bundle: str) -> None:
    for _ in range(300):
        if stored := stack.wiring.objects.get(f"verdicts/{bundle}.json"):
            verdict = parse_verdict(stored.data)
            if not verdict.accepted:
                raise RuntimeError(f"refused: {verdict}")
            return
        time.sleep(0.2)
    raise RuntimeError("no verdict within a minute")


def _figure(size: int, lags: list[float]) -> Figure:
    return Figure(
        f"due_to_public_{size}", max(lags), "s", WORST_S[size], "the due second of all of them",
        {
            "deliveries": size,
            "median_s": round(statistics.median(lags), 3),
            "earliest_s": round(min(lags), 3),
        },
    )  # fmt: skip


def _tell(text: str) -> None:
    print(f"  {text}", file=sys.stderr, flush=True)
