"""A worker that is killed in the middle of a send: exactly one post in the end.

Runs last and on the shared demo: the settle time is part of the protocol (210 s), and the other
tests fill it.
"""

from __future__ import annotations

import signal

from tests.integration.demo_run import DemoRun, assert_each_once, wait_until

SETTLED_S = 420.0


def test_a_worker_killed_in_the_send_posts_once(killed_worker: str, demo: DemoRun) -> None:
    wait_until(
        lambda: demo.deliveries()[killed_worker]["state"] in {"PUBLISHED", "HELD", "FAILED"},
        SETTLED_S,
        lambda: str(demo.deliveries()[killed_worker]),
        every_s=3.0,
    )
    assert demo.deliveries()[killed_worker]["state"] == "PUBLISHED"
    assert_each_once(demo)


def test_ctrl_c_ends_everything(demo: DemoRun) -> None:
    said = len(demo.output)
    assert demo.ask_to_stop(signal.SIGINT) == 0
    assert "stopping" in demo.output[said:]
    demo.assert_gone(5)
    assert not (demo.stack / "local.json").exists()
    assert demo.workspace.is_dir()
