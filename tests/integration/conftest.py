"""One demo for all tests that look at a running stack: a start costs a minute and a half."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator

import pytest

from tests.integration.demo_run import ROOT, DemoRun, wait_until
from tests.integration.trees import fingerprint


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoRun]:
    """A demo that has printed its table and is serving."""
    before = fingerprint(ROOT / "content")
    run = DemoRun(tmp_path_factory.mktemp("demo"))
    try:
        run.start()
        run.wait_for("Ctrl-C stops", 400)
        yield run
    finally:
        run.clean_up()
    assert fingerprint(ROOT / "content") == before, "the checkout was touched"


@pytest.fixture(scope="session")
def killed_worker(demo: DemoRun) -> str:
    """The delivery whose worker was killed while the network was still reading its post."""
    slow = {"effect": "slow", "endpoint": "create_status", "seconds": 6}
    rule = demo.ask("POST", "/_local/faults", slow)["id"]
    demo.edit(
        "larkfell/posts/2027/01/hot-spot.md",
        lambda text: re.sub(r"(?m)^publish:.*$", "publish: now", text),
    )

    def hit() -> bool:
        rules = demo.ask("GET", "/_local/faults")["rules"]
        return any(item["id"] == rule and item["hits"] for item in rules)

    wait_until(hit, 60, lambda: demo.output)
    workers = [pid for pid, line in demo.processes() if "-publish-" in line]
    assert workers
    for pid in workers:
        os.kill(pid, signal.SIGKILL)
    demo.ask("DELETE", f"/_local/faults/{rule}")
    about = {name: entry["about"] for name, entry in demo.deliveries().items()}
    return next(name for name in about if about[name].get("title") == "A hot spot? Stop now")
