"""Notices that whoever started this process is gone, `make` behind a shell included.

`kill -9` of `make` kills neither the shell of the recipe nor what that runs. So the line of
ancestors up to make is remembered, and broken as soon as one of them has another parent.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Lineage:
    """Processes and their parents, from this one upwards, as they were at the start."""

    links: tuple[tuple[int, int], ...]

    @property
    def broken(self) -> bool:
        """Whether one of the ancestors has ended."""
        return any(_parent(pid)[0] != parent for pid, parent in self.links)


def lineage(environment: dict[str, str] | None = None) -> Lineage:
    """This process and its parent; under make, everything up to the nearest make."""
    env = dict(os.environ) if environment is None else environment
    links = [(os.getpid(), os.getppid())]
    if env.get("MAKELEVEL", "0") == "0":
        return Lineage(tuple(links))
    upwards = list(links)
    for _ in range(8):  # a recipe's shells, never a whole session
        pid = upwards[-1][1]
        parent, name = _parent(pid)
        if name in {"make", "gmake"}:
            return Lineage(tuple(upwards))
        if parent <= 1:
            break
        upwards.append((pid, parent))
    return Lineage(tuple(links))


def _parent(pid: int) -> tuple[int, str]:
    """Parent's id and own name of a process; (0, "") where it is gone."""
    if pid == os.getpid() and not Path("/proc/self/stat").exists():
        return os.getppid(), ""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        name = stat[stat.index("(") + 1 : stat.rindex(")")]
        return int(stat[stat.rindex(")") + 2 :].split()[1]), name
    except (OSError, ValueError):
        pass
    if Path("/proc/self/stat").exists():
        return 0, ""
    shown = subprocess.run(
        ["ps", "-o", "ppid=,comm=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    fields = shown.stdout.split(None, 1)
    if len(fields) != 2:
        return 0, ""
    return int(fields[0]), Path(fields[1].strip()).name
