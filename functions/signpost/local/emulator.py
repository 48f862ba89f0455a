"""The AWS emulator (ministack) as a child process on loopback.

Life and death:

* The child watches a pipe whose other end this process holds. When this process ends in any way,
  kill -9 included, the pipe closes and the child ends itself with SIGTERM: that saves its state.
* A lock file in the data folder is held by the child for as long as it lives, so a second start
  waits until the first has saved.
* A mark in the data folder is removed after a clean end only. Where it is still there at the next
  start, the emulator itself was killed: what is on disk is older than what happened, and a worker
  that trusted it could post twice. So it is thrown away, and `lost_state` says so.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from signpost.errors import StackError

REGION = "eu-central-1"
ACCESS_KEY = "test"
SECRET_KEY = "test"  # noqa: S105 - the emulator's fixed root key; it listens on loopback only
_HOST = "127.0.0.1"
_READY_S = 40.0
_STOP_S = 20.0


class Emulator:
    """A running emulator.

    Args:
        process: the child.
        port: where it listens on 127.0.0.1.
        data_dir: where its state, log and lock lie.
        lost_state: the one before was killed, and what it knew is gone.
    """

    def __init__(
        self, process: subprocess.Popen[bytes], port: int, data_dir: Path, *, lost_state: bool
    ) -> None:
        self._process = process
        self.port = port
        self.data_dir = data_dir
        self.lost_state = lost_state

    @property
    def endpoint(self) -> str:
        """Its address, without a trailing slash."""
        return f"http://{_HOST}:{self.port}"

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._process.pid

    @property
    def log(self) -> Path:
        """What the emulator printed."""
        return self.data_dir / "emulator.log"

    @property
    def alive(self) -> bool:
        """Whether the child still runs."""
        return self._process.poll() is None

    @classmethod
    def start(cls, data_dir: Path, port: int = 0) -> Emulator:
        """Start an emulator and wait until it answers.

        Args:
            data_dir: made where missing; one emulator at a time uses it.
            port: 0 takes a free one.

        Raises:
            StackError: the port is busy, the folder cannot be written, ministack is missing, or
                the emulator did not answer in time.
        """
        port = _claim(port)
        try:
            data_dir.mkdir(parents=True, exist_ok=True)
            log = (data_dir / "emulator.log").open("ab")
        except OSError as error:
            raise StackError(
                f"The local stack cannot write to {data_dir} ({error.strerror}).",
                "Give yourself write permission there, or choose another folder.",
            ) from error
        with log:
            process = subprocess.Popen(
                [sys.executable, "-m", "signpost.local.emulator", str(data_dir), str(port)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=_environment(data_dir, port),
                # Ctrl-C goes to this process, which then ends the child in its own order.
                start_new_session=True,
            )
        try:
            lost_state = _first_words(process, data_dir)
            emulator = cls(process, port, data_dir, lost_state=lost_state)
            emulator._wait_until_ready()
        except BaseException:
            _end(process)
            raise
        return emulator

    def stop(self) -> None:
        """End the emulator with SIGTERM, so that it saves its state; returns when it is gone."""
        _end(self._process)

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + _READY_S
        while time.monotonic() < deadline:
            if not self.alive:
                break
            with (
                contextlib.suppress(urllib.error.URLError, OSError),
                urllib.request.urlopen(  # noqa: S310 - our own loopback address
                    f"{self.endpoint}/_ministack/health", timeout=2
                ) as answer,
            ):
                if answer.status == 200:
                    return
            time.sleep(0.05)
        raise StackError(
            "The AWS emulator did not start.", f"Its own words are at the end of {self.log}."
        )


def _claim(port: int) -> int:
    """The port, checked to be free; 0 becomes a free one.

    Raises:
        StackError: something listens there.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except OSError as error:
            raise StackError(
                f"Port {port} on {_HOST} cannot be used ({error.strerror}).",
                "Stop what uses it, or choose another port.",
            ) from error
        return int(probe.getsockname()[1])


def _environment(data_dir: Path, port: int) -> dict[str, str]:
    # The functions inherit this, so it holds nothing of the caller's: no PYTHONPATH that would
    # hide a hole in the package, and no credentials.
    package_root = Path(__file__).resolve().parents[2]
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {
        **kept,
        "PYTHONPATH": str(package_root),  # dropped again by `main`, before a function starts
        "PYTHONDONTWRITEBYTECODE": "1",
        "TMPDIR": str(data_dir / "tmp"),
        "BIND_HOST": _HOST,
        "GATEWAY_PORT": str(port),
        "AUTH": "true",
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "MINISTACK_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "PERSIST_STATE": "1",
        "STATE_DIR": str(data_dir / "state"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(data_dir / "objects"),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LOG_LEVEL": "INFO",
    }


def _first_words(process: subprocess.Popen[bytes], data_dir: Path) -> bool:
    """Wait until the child holds the lock; whether the state before was lost.

    Raises:
        StackError: the child ended instead.
    """
    word = process.stdout.readline().decode().strip() if process.stdout else ""
    if word in {"fresh", "lost"}:
        return word == "lost"
    if word == "busy":
        raise StackError(
            f"Another emulator is using {data_dir}.", "Stop the other `signpost up` first."
        )
    raise StackError(
        "The AWS emulator did not start.",
        f"Its own words are at the end of {data_dir / 'emulator.log'}.",
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()


# --- in the child -------------------------------------------------------------------------------


def main(data_dir: Path) -> None:
    """Run the emulator in this process until SIGTERM, or until the parent is gone."""
    # A SIGTERM before the emulator listens ends it cleanly too: nothing has happened by then.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    os.environ.pop("PYTHONPATH", None)
    with contextlib.suppress(SystemExit):
        _serve(data_dir)
    _finish(data_dir)


def _finish(data_dir: Path) -> None:
    """Leave a clean end behind, and nothing that runs: functions are of this process's group."""
    (data_dir / "running").unlink(missing_ok=True)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.killpg(0, signal.SIGTERM)
    os._exit(0)


def _serve(data_dir: Path) -> None:
    _lock(data_dir / "lock")
    mark = data_dir / "running"
    lost = mark.exists()
    if lost:
        for name in ("state", "objects"):
            shutil.rmtree(data_dir / name, ignore_errors=True)
    _sweep(data_dir)
    for name in ("tmp", "state", "objects"):
        (data_dir / name).mkdir(exist_ok=True)
    mark.touch()
    os.write(1, b"lost\n" if lost else b"fresh\n")
    os.dup2(2, 1)
    _watch_parent()
    sys.argv = ["ministack"]
    from ministack import app as ministack

    ministack.app = _ending_when_saved(ministack.app, data_dir)
    ministack.main()


def _sweep(data_dir: Path) -> None:
    """Throw away what the functions of last time unpacked: 2,000 files each, so not in the way."""
    trash = data_dir / "trash"
    with contextlib.suppress(OSError):
        (data_dir / "tmp").rename(trash / str(time.time_ns()) if trash.is_dir() else trash)
    sweeper = threading.Thread(target=shutil.rmtree, args=(trash, True), daemon=True)
    sweeper.start()


def _ending_when_saved(app: Any, data_dir: Path) -> Any:
    """The ASGI application, with the process ending as soon as its state is on the disk.

    By then it takes no requests any more. Left to itself it would wait for the threads of functions
    that still run, for minutes, and be killed for it; their deliveries are settled at the next start.
    """

    async def wrapped(scope: Any, receive: Any, send: Any) -> None:
        async def watched(message: Any) -> None:
            await send(message)
            if message["type"] == "lifespan.shutdown.complete":
                _finish(data_dir)

        await app(scope, receive, watched if scope["type"] == "lifespan" else send)

    return wrapped


def _lock(path: Path) -> None:
    """Hold the lock file until this process ends; waits for an emulator that is about to end."""
    lock = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    deadline = time.monotonic() + _STOP_S
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() > deadline:
                os.write(1, b"busy\n")
                os._exit(1)
            time.sleep(0.1)
        else:
            return


def _watch_parent() -> None:
    pipe = os.dup(0)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)

    def watch() -> None:
        while os.read(pipe, 64):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
