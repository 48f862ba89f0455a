"""Starts server programs on loopback and ends them, by their process and never by a name."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

GUARD = Path(__file__).with_name("guard.py")


class ServerError(Exception):
    """A server did not start; the message ends with what it said."""


class Program:
    """A running command, its output in a file.

    Args:
        name: of its log in `folder`.
        user: who runs it; empty for ourselves.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        folder: Path,
        *,
        env: Mapping[str, str] | None = None,
        user: str = "",
    ) -> None:
        self.name = name
        self.log = folder / f"{name}.log"
        with self.log.open("wb") as output:
            self._guard = subprocess.Popen(
                [sys.executable, str(GUARD), user or "-", *command],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=folder,
                env={**os.environ, **(env or {})},
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        """Its output so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def wait_for(self, ready: Callable[[], object], timeout_s: float) -> None:
        """Wait until it is ready.

        Raises:
            ServerError: it ended, or was not in time.
        """
        deadline = time.monotonic() + timeout_s
        while not ready():
            if self._guard.poll() is not None:
                raise ServerError(f"{self.name} ended: {self.said[-2000:]}")
            if time.monotonic() > deadline:
                raise ServerError(f"{self.name} is not up after {timeout_s} s: {self.said[-2000:]}")
            time.sleep(0.05)

    def stop(self) -> None:
        """End it and all that it started."""
        assert self._guard.stdin is not None
        self._guard.stdin.close()
        try:
            self._guard.wait(30)
        except subprocess.TimeoutExpired:
            self._guard.terminate()
            self._guard.wait()


def free_ports(number: int) -> list[int]:
    """Ports that nothing listens on, all different."""
    probes = [socket.socket() for _ in range(number)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def answers(port: int) -> bool:
    """Whether something listens on a port."""
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex(("127.0.0.1", port)) == 0
