"""Runs one command for as long as standard input stays open: `python guard.py USER COMMAND…`.

A database or web server does not notice that the tests which started it are gone. This does: the
pipe closes, however the parent ended, and the command's whole process group is ended with it.

USER is who runs the command, `-` for ourselves: a user that a database wants need not be able to
read this file, nor the Python that runs it.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys

GRACE_S = 10.0


def main(user: str | None, command: list[str]) -> int:
    """Start it, wait for the end of either, and leave nothing behind."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    child = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        user=user,
        group=user,
        extra_groups=[] if user else None,
    )
    try:
        while child.poll() is None:
            readable, _, _ = select.select([sys.stdin.buffer], [], [], 0.2)
            if readable and not os.read(sys.stdin.fileno(), 1):
                break
    finally:
        _end(child)
    return child.returncode


def _end(child: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(GRACE_S)


if __name__ == "__main__":
    sys.exit(main(None if sys.argv[1] == "-" else sys.argv[1], sys.argv[2:]))
