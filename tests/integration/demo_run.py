"""Runs the demo as a person would, in a folder of its own, and looks at what it does."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
_BUSY = 3


class DemoRun:
    """A demo in a folder; it can be started, killed and started again.

    Args:
        folder: where `.signpost` will lie.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stack = folder / ".signpost"
        self.stack.mkdir(parents=True)
        # No fixed ports: other tests, and a real demo, may be running.
        ports = {part: free_port() for part in ("emulator", "network", "site")}
        (self.stack / "ports.json").write_text(json.dumps(ports))
        self._process: subprocess.Popen[bytes] | None = None
        self._log = folder / "demo.log"
        self._begin = 0

    # --- its process ------------------------------------------------------------------------------

    def start(self, *options: str, under_make: bool = False) -> None:
        """Start it in a session of its own."""
        command = [sys.executable, "-m", "signpost.local.demo", "--root", str(self.folder)]
        command += options
        if under_make:
            makefile = self.folder / "Makefile"
            makefile.write_text(f"run:\n\t@echo made; {' '.join(command)}; echo never\n")
            command = ["make", "--no-print-directory", "-f", str(makefile), "run"]
        self._begin = self._log.stat().st_size if self._log.exists() else 0
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                command,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=environment(),
                start_new_session=True,
            )

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """What was started last."""
        assert self._process is not None
        return self._process

    def kill(self) -> None:
        """`kill -9`, of this one process only."""
        self.process.kill()
        self.process.wait()

    def ask_to_stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """Ctrl-C, and its exit code."""
        self.process.send_signal(number)
        return self.process.wait(60 * _BUSY)

    def finish(self, timeout_s: float) -> int:
        """Wait for its end; its exit code."""
        try:
            return self.process.wait(timeout_s * _BUSY)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"still running after {timeout_s} s:\n{self.output}") from None

    # --- what it says -----------------------------------------------------------------------------

    @property
    def output(self) -> str:
        """What it said since it was last started."""
        if not self._log.exists():
            return ""
        return self._log.read_bytes()[self._begin :].decode(errors="replace")

    def wait_for(self, text: str, timeout_s: float, *, after: int = 0) -> None:
        """Wait until it says something."""
        self.wait_for_one_of((text,), timeout_s, after=after)

    def wait_for_one_of(self, texts: tuple[str, ...], timeout_s: float, *, after: int = 0) -> None:
        """Wait until it says one of several things."""

        def said() -> bool:
            return any(text in self.output[after:] for text in texts)

        wait_until(
            lambda: said() or self.process.poll() is not None,
            timeout_s,
            lambda: f"none of {texts} was said:\n{self.output}",
        )
        assert said(), self.output

    # --- what it left -----------------------------------------------------------------------------

    @property
    def local(self) -> dict[str, Any]:
        """What `.signpost/local.json` says."""
        value: dict[str, Any] = json.loads((self.stack / "local.json").read_text())
        return value

    @property
    def workspace(self) -> Path:
        """The scratch repository."""
        return self.stack / "workspace"

    def posts(self) -> list[dict[str, Any]]:
        """What is public on the local network, visitors left out."""
        found: list[dict[str, Any]] = self.ask("GET", "/_local/posts")["posts"]
        return [post for post in found if not post["visitor"]]

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """A request to the local network."""
        request = urllib.request.Request(  # noqa: S310 - http on loopback, by construction
            self.local["network"] + path,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - the same
            value: dict[str, Any] = json.load(answer)
            return value

    def site(self, path: str) -> str:
        """A file of the strategy site, as it is served."""
        port = json.loads((self.stack / "ports.json").read_text())["site"]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as answer:
            return str(answer.read().decode())

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `signpost` in the scratch repository."""
        return self._module("signpost.cli.main", *arguments)

    def renew(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Let the demo's people sign the next release, by the command that `make run` names."""
        return self._module("signpost.local.renew", *arguments, "--root", str(self.folder))

    def lift(self, account: str) -> subprocess.CompletedProcess[str]:
        """Let two of the sample's people sign for lifting the stop of an account, and lift it."""
        folder = self.folder / "lift"
        prepared = self.command("resume", "--account", account, "--prepare", str(folder))
        assert prepared.returncode == 0, prepared.stderr
        for person in ("ottilie", "juno"):
            done = self.command(
                *("strategy", "sign", "--statement", str(folder / "larkfell.json"), "--yes"),
                *("--brand", "larkfell", "--as", person),
                *("--key", str(self.stack / "keys" / "larkfell" / person)),
            )
            assert done.returncode == 0, done.stderr
        words = ("--signed", str(folder), "--reason", "tested")
        return self.command("resume", "--account", account, *words)

    def _module(self, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", name, *arguments],
            cwd=self.workspace,
            capture_output=True,
            text=True,
            check=False,
            env=environment(),
            timeout=120 * _BUSY,
        )

    def deliveries(self) -> dict[str, Any]:
        """What `signpost status --format json` says of each delivery."""
        done = self.command("status", "--all", "--format", "json")
        assert done.returncode == 0, done.stderr
        value: dict[str, Any] = json.loads(done.stdout)["deliveries"]
        return value

    def edit(self, source: str, change: Callable[[str], str]) -> None:
        """Change a content file of the scratch repository and commit it."""
        path = self.workspace / "content" / source
        path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
        self.commit(f"Edit {path.name}")

    def commit(self, message: str) -> None:
        """Commit everything that was changed."""
        for words in (["add", "--all"], ["commit", "--quiet", "--message", message]):
            subprocess.run(["git", "-C", str(self.workspace), *words], check=True)

    def processes(self) -> list[tuple[int, str]]:
        """Whatever runs for this folder: id and command line."""
        found = []
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit() or int(entry.name) == os.getpid():
                continue
            with contextlib.suppress(OSError):
                words = (entry / "cmdline").read_bytes().split(b"\0")
                line = b" ".join(words).decode(errors="replace")
                if str(self.folder) in line:
                    found.append((int(entry.name), line))
        return found

    def listening(self) -> set[str]:
        """Addresses that its processes listen on, as the kernel writes them."""
        inodes = set()
        for pid, _line in self.processes():
            with contextlib.suppress(OSError):
                for entry in Path(f"/proc/{pid}/fd").iterdir():
                    with contextlib.suppress(OSError):
                        inodes.add(str(entry.readlink()))
        found = set()
        for table in ("tcp", "tcp6"):
            for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
                fields = line.split()
                if fields[3] == "0A" and f"socket:[{fields[9]}]" in inodes:
                    found.add(fields[1].partition(":")[0])
        return found

    def assert_gone(self, timeout_s: float = 40.0) -> None:
        """Nothing of it runs, and nothing listens on its ports."""
        wait_until(
            lambda: not self.processes(), timeout_s, lambda: f"left behind: {self.processes()}"
        )
        ports = json.loads((self.stack / "ports.json").read_text())
        for port in ports.values():
            with socket.socket() as probe:
                assert probe.connect_ex(("127.0.0.1", port)) != 0, f"{port} is still bound"

    def clean_up(self) -> None:
        """End whatever a failed test left, by its id."""
        for pid, _line in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()


def assert_each_once(demo: DemoRun) -> None:
    """Every part that the stack calls public is so once, and nothing else is.

    A send that is still to be settled may have left a post that is not booked yet.
    """
    wait_until(lambda: _in_step(demo), 90, lambda: f"{demo.deliveries()} {demo.posts()}")
    seen = [(post["account"], post["text"]) for post in demo.posts()]
    assert len(seen) == len(set(seen)), f"posted twice: {seen}"


def _in_step(demo: DemoRun) -> bool:
    """Whether state file (written once a minute) and feed agree."""
    entries = demo.deliveries().values()
    # Each channel has ids of its own; what all have is the page of a post.
    booked = {
        part["permalink"]
        for entry in entries
        for part in entry["parts"]
        if part["external_id"] not in _retracted(entry)
    }
    unsettled = sum(entry["state"] in {"SENDING", "AMBIGUOUS", "PENDING"} for entry in entries)
    public = {post["url"] for post in demo.posts()}
    return booked <= public and len(public - booked) <= unsettled


def _retracted(entry: dict[str, Any]) -> set[str]:
    amendment = entry.get("amendment") or {}
    if amendment.get("action") != "retract":
        return set()
    return {part["external_id"] for part in amendment["parts"]}


def wait_until(
    happened: Callable[[], object], timeout_s: float, why: Callable[[], str], every_s: float = 0.1
) -> None:
    """Wait, or fail with the reason.

    Args:
        timeout_s: on a machine that does nothing else; a busy one gets thrice as long.
    """
    timeout_s *= _BUSY
    deadline = time.monotonic() + timeout_s
    while not happened():
        if time.monotonic() > deadline:
            raise AssertionError(f"not in {timeout_s} s: {why()}")
        time.sleep(every_s)


def environment() -> dict[str, str]:
    """The environment of a plain shell: no colour, nothing of make or of other stacks."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SIGNPOST_", "AWS_", "MAKE", "MFLAGS", "GIT_", "PYTHON"))
    }
    return {**kept, "PYTHONPATH": str(ROOT / "functions"), "NO_COLOR": "1", "COLUMNS": "200"}


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
