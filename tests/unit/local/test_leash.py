"""A command on a leash ends with its owner, and hands on how it ended."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from signpost.local.leash import Leashed, environment

SLEEPER = "import os, time; print(os.getpid(), os.nice(0), flush=True); time.sleep(600)"


def said(log: Path) -> list[str]:
    """The words of its first line, once it is there."""
    for _ in range(1200):
        words = log.read_text().split()
        if len(words) == 2:
            return words
        time.sleep(0.05)
    raise AssertionError(log.read_text())


def test_it_ends_with_its_owner(tmp_path: Path) -> None:
    log = tmp_path / "log"
    leashed = Leashed([sys.executable, "-c", SLEEPER], log, environment(), nice=3)
    process, nice = said(log)
    assert int(nice) == os.nice(0) + 3
    assert leashed.poll() is None
    leashed.stop()  # closes the pipe, as the system does when the owner is killed
    assert not Path(f"/proc/{process}/cmdline").exists()
    leashed.stop()


def test_its_exit_code_is_handed_on(tmp_path: Path) -> None:
    log = tmp_path / "log"
    leashed = Leashed(
        [sys.executable, "-c", "print(1, 2); raise SystemExit(7)"], log, environment()
    )
    said(log)
    for _ in range(1200):
        if leashed.poll() is not None:
            break
        time.sleep(0.05)
    assert leashed.poll() == 7
    leashed.stop()
