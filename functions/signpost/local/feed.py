"""The local network as a child process: start, wait until it answers, accounts, stop."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

from signpost.errors import StackError
from signpost.local.ports import LOOPBACK

READY_S = 20.0
STOP_S = 8.0


class Feed:
    """A running local network.

    It holds the other end of the child's standard input: when this process ends in any way,
    kill -9 included, the child sees it and ends.

    Args:
        process: the child.
        port: where it listens on loopback.
        log: what it printed.
    """

    def __init__(self, process: subprocess.Popen[bytes], port: int, log: Path) -> None:
        self._process = process
        self.port = port
        self.log = log

    @classmethod
    def start(cls, data: Path, port: int, log: Path) -> Feed:
        """Start the network over the data folder and wait until it answers.

        Raises:
            StackError: it did not start.
        """
        package_root = Path(__file__).resolve().parents[2]
        paths = [str(package_root), *filter(None, [os.environ.get("PYTHONPATH")])]
        with log.open("ab") as output:
            process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "signpost.local.network", "--until-stdin-closes"),
                    *("--port", str(port), "--data", str(data)),
                ],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
                start_new_session=True,  # Ctrl-C goes to the owner, which ends this in order
            )
        feed = cls(process, port, log)
        deadline = time.monotonic() + READY_S
        try:
            while time.monotonic() < deadline and feed.alive:
                with contextlib.suppress(OSError):
                    urllib.request.urlopen(f"{feed.address}/_local/health", timeout=2).close()  # noqa: S310 - http on loopback, by construction
                    return feed
                time.sleep(0.05)
        except BaseException:
            feed.stop()
            raise
        feed.stop()
        raise StackError(
            "The local network did not start.", f"Its own words are at the end of {log}."
        )

    @property
    def address(self) -> str:
        """Its base address, without a trailing slash."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def alive(self) -> bool:
        """Whether the child still runs."""
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._process.pid

    def secret(
        self, channel: str, username: str, display_name: str, site: str = ""
    ) -> dict[str, str]:
        """A new secret for an account of the network, which is made if need be.

        Args:
            site: the blog's name, for WordPress.

        Returns:
            The members that the channel's connector wants.

        Raises:
            StackError: the network refuses the name, or does not answer.
        """
        body = {
            "channel": channel,
            "username": username,
            "display_name": display_name,
            "site": site,
        }
        made = self._post("/_local/accounts", body)["secret"]
        return {str(name): str(value) for name, value in made.items()}

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        request = urllib.request.Request(  # noqa: S310 - http on loopback, by construction
            f"{self.address}{path}",
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
            method="POST",
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - the same
                value: dict[str, Any] = json.load(answer)
                return value
        except (OSError, ValueError) as error:
            raise StackError(
                f"The local network gave no usable answer to {path} ({body}): {error}.",
                f"Its own words are at the end of {self.log}.",
            ) from error

    def stop(self) -> None:
        """End it; returns when it is gone."""
        if self.alive:
            self._process.terminate()
            try:
                self._process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()
