"""Runs a command that ends with its owner: by a pipe, so that kill -9 of the owner is enough.

    python -m signpost.local.leash NICENESS COMMAND [ARGUMENT…]

The owner holds the other end of standard input. When that closes, the command and whatever it
started are killed; when the command ends by itself, its exit code is handed on.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path


def environment(**more: str) -> dict[str, str]:
    """This process's environment, in which `python -m signpost…` finds this package."""
    package_root = str(Path(__file__).resolve().parents[2])
    paths = [package_root, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), **more}


class Leashed:
    """A command that was started on a leash.

    Args:
        command: program and arguments.
        log: takes what it says.
        nice: by how much it stands back for others, 0 to 19.
        env: its environment.
    """

    def __init__(
        self, command: Sequence[str], log: Path, env: Mapping[str, str], *, nice: int = 0
    ) -> None:
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "signpost.local.leash", str(nice), *command],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                env=env,
                start_new_session=True,  # Ctrl-C goes to the owner, which ends this in order
            )

    def poll(self) -> int | None:
        """Its exit code; None while it runs."""
        return self._process.poll()

    def stop(self) -> None:
        """End it, and whatever it started; returns when it is gone."""
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
        self._process.wait()


def main(arguments: Sequence[str]) -> int:
    """Run the command until it ends or the owner is gone; its exit code."""
    os.nice(int(arguments[0]))
    process = subprocess.Popen(arguments[1:], stdin=subprocess.DEVNULL, process_group=0)

    def watch() -> None:
        with contextlib.suppress(OSError):
            while os.read(0, 1024):
                pass
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)

    threading.Thread(target=watch, daemon=True).start()
    return process.wait()


if __name__ == "__main__":
    os._exit(main(sys.argv[1:]))  # the thread still waits in a read, which nothing has to finish
