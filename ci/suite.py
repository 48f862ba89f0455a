"""Run the whole suite in lanes at once, so that no core waits while another test could run.

python ci/suite.py

Integration tests wait for processes and clocks, and go first wherever they can run. Real servers and
browsers come next, and what only computes takes what is left of the processor. Each lane is a pytest
of its own; what it says is kept and printed at the end, but for the last lane's.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
WAITING = ("integration",)
OUTSIDE = ("servers", "browser")
NICE = (0, 5, 10)
"""How far each lane stands back, in steps of `nice`."""
INTERRUPTED = 130


def lanes() -> list[list[str]]:
    """The groups that wait, those of real servers and browsers, those that compute: all there are."""
    with (ROOT / "pyproject.toml").open("rb") as stream:
        groups = tomllib.load(stream)["tool"]["pytest"]["ini_options"]["groups"]
    ahead = [[name for name in groups if name in lane] for lane in (WAITING, OUTSIDE)]
    return [*ahead, [name for name in groups if name not in WAITING + OUTSIDE]]


def main() -> int:
    """Run all; 0 if all passed."""
    *kept, shown = lanes()
    for lane in kept:
        print(f"At once, told at the end: {', '.join(lane)}.", flush=True)
    with contextlib.ExitStack() as stack:
        told = [stack.enter_context(tempfile.TemporaryFile()) for _ in kept]
        running = [
            _start(lane, nice, out) for lane, nice, out in zip(kept, NICE, told, strict=False)
        ]

        def end(number: int, _frame: FrameType | None) -> None:
            # Who asked to end kills soon (.ci/run gives 30 seconds): what was said comes first.
            signal.signal(number, signal.SIG_IGN)
            _tell(told)
            told.clear()
            for process in running:
                process.send_signal(signal.SIGINT)
            raise SystemExit(128 + number)

        signal.signal(signal.SIGTERM, end)
        try:
            running.append(_start(shown, NICE[-1], None))
            codes = [process.wait() for process in reversed(running)]
        except KeyboardInterrupt:
            codes = [INTERRUPTED, *(process.wait() for process in running)]
        finally:
            for process in running:
                if process.poll() is None:
                    process.wait()
            _tell(told)
    return next((code for code in codes if code), 0)


def _tell(kept: Sequence[IO[bytes]]) -> None:
    """Print what the other lanes said."""
    for out in kept:
        sys.stdout.flush()
        # Not by `seek`: the lane may still be writing at the place that the two share.
        said = os.pread(out.fileno(), os.fstat(out.fileno()).st_size, 0)
        sys.stdout.buffer.write(said)
    sys.stdout.flush()


def _start(groups: Sequence[str], nice: int, out: IO[bytes] | None) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        ["nice", "-n", str(nice), sys.executable, "-m", "pytest"]
        + [f"tests/{name}" for name in groups],
        cwd=ROOT,
        env={**os.environ, "SIGNPOST_GROUPS": ",".join(groups)},
        stdout=out,
        stderr=subprocess.STDOUT if out is not None else None,
    )


if __name__ == "__main__":
    raise SystemExit(main())
