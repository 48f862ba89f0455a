"""Run the whole suite, in two halves at once: what mostly waits, and what mostly computes.

python ci/suite.py

Integration and server tests wait for processes and clocks; one core is idle for most of their time.
The other half fills it. Each half is a pytest of its own; what the waiting half says is
kept and printed when both are done.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
WAITING = ("integration", "servers")
INTERRUPTED = 130


def halves() -> tuple[list[str], list[str]]:
    """The groups that wait and those that compute; together all of pyproject.toml."""
    with (ROOT / "pyproject.toml").open("rb") as stream:
        groups = tomllib.load(stream)["tool"]["pytest"]["ini_options"]["groups"]
    return [name for name in groups if name in WAITING], [
        name for name in groups if name not in WAITING
    ]


def main() -> int:
    """Run both; 0 if both passed."""
    waiting, computing = halves()
    print(f"At once, told at the end: {', '.join(waiting)}.", flush=True)
    with tempfile.TemporaryFile() as told:
        behind = _start(waiting, told.fileno())
        running = [behind]

        def end(number: int, _frame: FrameType | None) -> None:
            for process in running:
                process.send_signal(signal.SIGINT)
            raise SystemExit(128 + number)

        signal.signal(signal.SIGTERM, end)
        try:
            running.append(_start(computing, None))
            codes = [process.wait() for process in reversed(running)]
        except KeyboardInterrupt:
            codes = [INTERRUPTED, *(process.wait() for process in running)]
        finally:
            for process in running:
                if process.poll() is None:
                    process.wait()
            told.seek(0)
            sys.stdout.flush()
            sys.stdout.buffer.write(told.read())
            sys.stdout.flush()
    return next((code for code in codes if code), 0)


def _start(groups: Sequence[str], out: int | None) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "pytest", *(f"tests/{name}" for name in groups)],
        cwd=ROOT,
        env={**os.environ, "SIGNPOST_GROUPS": ",".join(groups)},
        stdout=out,
        stderr=subprocess.STDOUT if out is not None else None,
    )


if __name__ == "__main__":
    raise SystemExit(main())
