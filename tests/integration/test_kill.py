"""`kill -9` at any moment: the next run goes on, and each post is public exactly once."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.demo_run import DemoRun, assert_each_once, wait_until

SEED = 20261122


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoRun]:
    """A demo of its own for the whole module."""
    made = DemoRun(tmp_path_factory.mktemp("kill"))
    yield made
    made.clean_up()


def test_killed_at_three_moments_it_still_posts_each_once(run: DemoRun) -> None:
    chance = random.Random(SEED)
    run.start(under_make=True)
    run.wait_for("deploying", 90)
    time.sleep(chance.uniform(0, 4))
    run.kill()  # make alone: its shell and the demo find out by themselves
    run.assert_gone()

    run.start()
    run.wait_for("pushing commit", 90)
    time.sleep(chance.uniform(0, 6))
    run.kill()
    run.assert_gone()

    run.start()
    # On a slow machine all of them went live while the stack came up: then nothing is told one by one.
    run.wait_for_one_of(("live: ", "Ctrl-C stops"), 180)
    # Soon after: four seconds later a thread goes out, and a kill in the middle of a send costs the
    # settle time (210 s); test_worker_kill.py is about that.
    time.sleep(chance.uniform(0, 1))
    run.kill()
    run.assert_gone()

    run.start("--once")
    code = run.finish(480)
    assert code == 0, run.output
    run.assert_gone()

    run.start()
    run.wait_for("Ctrl-C stops", 240)
    assert_each_once(run)
    live = [e for e in run.deliveries().values() if e["state"] == "PUBLISHED"]
    assert len(live) >= 4


def test_killed_emulator_begins_a_new_workspace_with_a_new_feed(run: DemoRun) -> None:
    if run.process.poll() is not None:
        pytest.fail("the test before left no running demo")
    assert run.posts()
    network = run.local["network"]
    emulator = next(pid for pid, line in run.processes() if "signpost.local.emulator" in line)
    (run.workspace / "content" / "notes.txt").write_text("what a person was writing")
    os.kill(emulator, signal.SIGKILL)
    assert run.finish(60) == 1
    assert "the local ledger is gone" in run.output
    assert "Traceback" not in run.output
    run.assert_gone()

    run.start()
    run.wait_for("a new workspace with a new feed begins", 60)
    run.wait_for("accepted", 120)
    assert run.local["network"] == network, "links of the feed's address should stay"
    assert not [post for post in run.posts() if post["created_at"] < "2000"]
    kept = list((run.stack / "lost").glob("*/workspace/content/notes.txt"))
    assert len(kept) == 1
    assert list((run.stack / "lost").glob("*/network"))

    assert run.ask_to_stop(signal.SIGTERM) in {0, 130}
    run.assert_gone()


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    blocked = DemoRun(tmp_path / "blocked")
    blocked.stack.joinpath("ports.json").unlink()
    blocked.stack.rmdir()
    blocked.stack.write_text("a file where the folder should be")
    blocked.start("--once")
    assert blocked.finish(60) == 1
    assert "cannot be written" in blocked.output
    assert "remedy" in blocked.output
    assert "Traceback" not in blocked.output


def test_busy_ports_are_replaced(run: DemoRun) -> None:
    ports = json.loads((run.stack / "ports.json").read_text())
    with socket.create_server(("127.0.0.1", ports["emulator"])):
        run.start()
        run.wait_for(f"port {ports['emulator']} is taken", 60)
        run.wait_for("Nothing to do", 90)
        assert run.ask_to_stop() in {0, 130}
    wait_until(lambda: not run.processes(), 30, lambda: str(run.processes()))
