"""Saving is the last thing the emulator does: no function outlives it, or acts after it."""

from __future__ import annotations

import os
import time
from pathlib import Path

from signpost.local.layout import Layout
from signpost.local.stack import LocalStack


def _of(folder: Path) -> list[int]:
    """Processes whose command line names the folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if os.fsencode(folder) in command:
                found.append(int(entry.name))
    return found


def test_no_function_outlives_the_saving_of_the_tables(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "stack")
    layout.make()
    stack = LocalStack.open(layout, lambda _text: None)
    try:
        stack.deploy("acme", (60,), lambda _text: None)
        workers = [pid for pid in _of(layout.root) if pid]
        assert len(workers) >= 3, "emulator, network and the control function's worker"
    finally:
        stack.stop()
    deadline = time.monotonic() + 5
    while _of(layout.root) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert _of(layout.root) == []
    log = (layout.emulator / "emulator.log").read_text(encoding="utf-8", errors="replace")
    _, _, after = log.rpartition("Persistence: saved")
    assert "dispatched" not in after
    assert not (layout.emulator / "running").exists()
