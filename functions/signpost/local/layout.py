"""What lies where under `.signpost/`, the folder of the local stack."""

from __future__ import annotations

import fcntl
import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from signpost.errors import StackError

FOLDER = ".signpost"


@dataclass(frozen=True, slots=True)
class Layout:
    """The local stack's files.

    Args:
        root: the `.signpost` folder.
    """

    root: Path

    @property
    def emulator(self) -> Path:
        """State, log and lock of the AWS emulator."""
        return self.root / "emulator"

    @property
    def network(self) -> Path:
        """The local network's posts and clicks."""
        return self.root / "network"

    @property
    def workspace(self) -> Path:
        """The demo's scratch repository."""
        return self.root / "workspace"

    @property
    def keys(self) -> Path:
        """The demo's keys: a folder for each brand, a pair for each person."""
        return self.root / "keys"

    @property
    def signoff(self) -> Path:
        """Which trust roots the demo made, and for whom."""
        return self.root / "signoff.json"

    @property
    def site(self) -> Path:
        """The strategy site, as it was built last."""
        return self.root / "site"

    @property
    def package(self) -> Path:
        """What the functions run, where Signpost is installed and no checkout holds it."""
        return self.root / "package"

    @property
    def lock(self) -> Path:
        """Locked by the process that owns the running stack; holds its id."""
        return self.root / "lock"

    @property
    def ports(self) -> Path:
        """The ports of last time, so that links stay."""
        return self.root / "ports.json"

    @property
    def local(self) -> Path:
        """How to reach the running stack: what the CLI reads; gone when the stack is down."""
        return self.root / "local.json"

    @property
    def logs(self) -> Path:
        """Output of the network and of a stack in the background."""
        return self.root / "logs"

    def make(self) -> None:
        """Create the folders.

        Raises:
            StackError: this user may not write there.
        """
        try:
            for folder in (self.root, self.logs):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            probe = self.root / f"probe.{os.getpid()}"
            probe.write_bytes(b"")
            probe.unlink()
        except OSError as error:
            raise StackError(
                f"{self.root} cannot be written ({error.strerror}).",
                "Give yourself the right to write there (`chmod u+w`, or `chown` if another user "
                "made it), free some space if the disk is full, or work in a copy of the folder.",
            ) from error

    def set_aside(self) -> Path | None:
        """Move feed and scratch repository of a lost ledger out of the way.

        The ledger alone knows what went out. Without it, the same content against the same feed
        would be posted again: so both begin anew, and what was there is kept to look at.

        Returns:
            The folder that holds them now; None where there was nothing.
        """
        leftovers = [item for item in (self.network, self.workspace) if item.exists()]
        if not leftovers:
            return None
        stamp = time.strftime("%Y%m%dT%H%M%S")
        aside = self.root / "lost" / stamp
        number = 1
        while aside.exists():
            number += 1
            aside = aside.with_name(f"{stamp}-{number}")
        aside.mkdir(mode=0o700, parents=True)
        # The feed goes last: a kill in between leaves it in place, and this is done again.
        for item in reversed(leftovers):
            item.rename(aside / item.name)
        return aside


class Claim:
    """The right to run the stack of a layout: held until `release` or the end of this process.

    Args:
        layout: its folder must exist.

    Raises:
        StackError: another process runs it.
    """

    def __init__(self, layout: Layout) -> None:
        self._descriptor = os.open(layout.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._descriptor)
            raise StackError(
                f"The local stack of {layout.root.parent} is running already "
                f"(process {holder(layout) or 'unknown'}).",
                "Use it as it is, or stop it: Ctrl-C where `make run` runs, or `signpost down`.",
            ) from None
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        """Let the next one run it."""
        os.close(self._descriptor)


def holder(layout: Layout) -> int:
    """Id of the process that runs the stack; 0 where none does.

    A stale file misleads nobody: the lock decides, and the system drops it with its process.
    """
    try:
        descriptor = os.open(layout.lock, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return 0
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        text = os.pread(descriptor, 32, 0).decode(errors="replace").strip()
        return int(text) if text.isdigit() else 0
    else:
        return 0
    finally:
        os.close(descriptor)


def read_json(path: Path) -> dict[str, Any]:
    """The file's object; `{}` where it is missing or damaged."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def write_private(path: Path, value: object) -> None:
    """Write JSON for this user's eyes only, whole or not at all."""
    new = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(value, file, indent=1)
        file.write("\n")
    new.replace(path)
