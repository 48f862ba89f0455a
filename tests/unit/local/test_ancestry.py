"""Noticing that whoever started us is gone."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from signpost.local.ancestry import lineage

WATCHER = """
import sys, time
from signpost.local.ancestry import lineage
line = lineage()
print(len(line.links), flush=True)
while not line.broken:
    time.sleep(0.05)
open(sys.argv[1], "w").write("noticed")
"""


def test_a_living_parent_is_not_gone() -> None:
    line = lineage({})
    assert line.links == ((os.getpid(), os.getppid()),)
    assert not line.broken


@pytest.mark.parametrize("shell", ["exec ", ""], ids=["exec", "shell between"])
def test_killed_make_is_noticed_through_a_shell(tmp_path: Path, project: Path, shell: str) -> None:
    (tmp_path / "watcher.py").write_text(WATCHER)
    told = tmp_path / "told"
    # What comes after keeps the shell from replacing itself by the command.
    tail = "" if shell else "; echo never"
    (tmp_path / "Makefile").write_text(
        f"run:\n\t@{shell}{sys.executable} {tmp_path / 'watcher.py'} {told}{tail}\n"
    )
    make = subprocess.Popen(
        ["make", "--no-print-directory", "-f", str(tmp_path / "Makefile"), "run"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(project / "functions")},
    )
    assert make.stdout is not None
    assert make.stdout.readline().strip() == ("1" if shell else "2")
    time.sleep(0.2)
    assert not told.exists()
    make.kill()
    make.wait()
    deadline = time.monotonic() + 10
    while not told.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    make.stdout.close()
    assert told.exists(), "still watching"
