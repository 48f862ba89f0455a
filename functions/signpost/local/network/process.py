"""The local network as a child process, for `make run`, the local stack and tests.

The child holds the reading end of a pipe; when this process ends in any way, kill -9 included,
the pipe closes and the child ends by itself. What it acknowledged is on disk by then.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from signpost.errors import StackError

_READY_S = 20.0
_STOP_S = 10.0
_CALL_S = 10.0


@dataclass(frozen=True, slots=True)
class LocalAccount:
    """An account of the local network with a token for it."""

    id: str
    username: str
    url: str
    token: str

    def __repr__(self) -> str:
        return f"LocalAccount({self.username}, token=***)"


class NetworkProcess:
    """A running local network; make one with `start`."""

    def __init__(self, child: subprocess.Popen[bytes], url: str, data: Path) -> None:
        self._child = child
        self.url = url
        self.data = data

    @classmethod
    def start(cls, data: Path, *, port: int = 0, options: tuple[str, ...] = ()) -> NetworkProcess:
        """Start it and wait until it answers.

        Args:
            data: folder for posts, media and `network.log`; kept between starts.
            port: 0 takes a free one.
            options: further command-line options, such as `--rate-limits off`.

        Raises:
            StackError: it did not start; the cause is what it said.
        """
        data.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "signpost.local.network", "--until-stdin-closes"]
        command += ["--port", str(port), "--data", str(data), *options]
        package_root = str(Path(__file__).parents[3])
        inherited = os.environ.get("PYTHONPATH", "")
        paths = os.pathsep.join(path for path in (package_root, inherited) if path)
        log_path = data / "network.log"
        with log_path.open("wb") as log:
            child = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env={**os.environ, "PYTHONPATH": paths},
                # Ctrl-C at the terminal is for the parent, which then stops us in its order.
                start_new_session=True,
            )
        line = _first_line(child, _READY_S)
        _, found, url = line.partition("ready on ")
        if not found:
            _end(child)
            said = log_path.read_text(encoding="utf-8", errors="replace").strip()
            raise StackError(
                f"The local network did not start. {said.splitlines()[0] if said else ''}".strip(),
                f"Read {log_path}, or give another port or folder.",
            )
        return cls(child, url.strip(), data)

    @property
    def alive(self) -> bool:
        """Whether the child still runs."""
        return self._child.poll() is None

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._child.pid

    def stop(self) -> None:
        """End it and wait; a second call does nothing."""
        _end(self._child)

    def kill(self) -> None:
        """End it with SIGKILL, as a crash would."""
        self._child.kill()
        self._child.wait()
        _close(self._child)

    def account(self, username: str, display_name: str = "", note: str = "") -> LocalAccount:
        """Make the account unless it exists, and get a new token for it.

        Raises:
            StackError: the name is refused, or the network does not answer.
        """
        wish = {"username": username, "display_name": display_name or username, "note": note}
        made = self.control("POST", "/_local/accounts", wish)
        return LocalAccount(made["id"], made["username"], made["url"], made["access_token"])

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """Call the control API, such as `control("POST", "/_local/faults", {…})`.

        Raises:
            StackError: it refused, or does not answer.
        """
        request = urllib.request.Request(  # noqa: S310 - our own child on loopback
            self.url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={} if body is None else {"Content-Type": "application/json"},
        )
        try:
            with _OPENER.open(request, timeout=_CALL_S) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                said = json.loads(error.read()).get("error", "")
            raise StackError(f"The local network refused: {said}") from error
        except OSError as error:
            raise StackError(f"The local network does not answer: {error}") from error


# No proxy of the environment may stand between this process and loopback.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def _first_line(child: subprocess.Popen[bytes], timeout_s: float) -> str:
    """The child's first line of output; empty if it ended or took too long."""
    if child.stdout is None:
        return ""
    handle, read, deadline = child.stdout.fileno(), b"", time.monotonic() + timeout_s
    while b"\n" not in read:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([handle], [], [], left)[0]:
            return ""
        piece = os.read(handle, 1024)
        if not piece:
            return ""
        read += piece
    return read.partition(b"\n")[0].decode("utf-8", "replace")


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
    _close(child)


def _close(child: subprocess.Popen[bytes]) -> None:
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            pipe.close()
