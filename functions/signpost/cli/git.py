"""What the CLI asks of git: the commit that is pushed, and its approval trailer."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from signpost.errors import StackError

APPROVE_TRAILER = "Signpost-Approve"
_BLAMES_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Commit:
    """The commit that content was taken from.

    Args:
        id: full hash; empty where the content is in no repository, or has no commit yet.
        approve: plan digests that the message's `Signpost-Approve` trailers name.
        dirty: the content folder differs from the commit.
    """

    id: str = ""
    approve: tuple[str, ...] = ()
    dirty: bool = False


def read_commit(content: Path) -> Commit:
    """HEAD of the repository that holds the content; an empty Commit where there is none."""
    if shutil.which("git") is None:
        return Commit()
    head = ask_git(content, "rev-parse", "--verify", "--quiet", "HEAD")
    if not head:
        return Commit()
    trailers = ask_git(
        content, "log", "-1", f"--format=%(trailers:key={APPROVE_TRAILER},valueonly,unfold)"
    )
    return Commit(
        id=head,
        approve=tuple(line.strip() for line in trailers.splitlines() if line.strip()),
        dirty=bool(ask_git(content, "status", "--porcelain", "--", ".")),
    )


def committed(content: Path) -> frozenset[str]:
    """Files of the content folder that are exactly as HEAD has them, relative to it."""
    if shutil.which("git") is None:
        return frozenset()
    changed = ask_git(content, "diff", "--name-only", "--relative", "-z", "HEAD", "--", ".")
    return in_head(content) - frozenset(changed.split("\0"))


def in_head(content: Path) -> frozenset[str]:
    """Files of the content folder that HEAD has, changed since or not, relative to it."""
    if shutil.which("git") is None:
        return frozenset()
    names = ask_git(content, "ls-tree", "-r", "-z", "--name-only", "HEAD", "--", ".")
    return frozenset(names.split("\0")) - {""}


def changed_at(content: Path) -> dict[str, int]:
    """When each file of the content folder last changed, by git's history.

    Returns:
        Path relative to the folder → time of the commit, in seconds since 1970. Files that differ
        from HEAD are not among them.
    """
    if shutil.which("git") is None:
        return {}
    told = ask_git(
        content, "log", "-z", "--name-only", "--no-renames", "--relative", "--format=%x01%ct",
        "HEAD", "--", ".",
    )  # fmt: skip
    times: dict[str, int] = {}
    for record in told.split("\x01")[1:]:
        moment, _, names = record.partition("\0")
        for name in names.strip("\n").split("\0"):
            times.setdefault(name.strip("\n"), int(moment))
    return {name: times[name] for name in committed(content) if name in times}


def lines_since(content: Path, places: Mapping[str, int]) -> dict[str, datetime]:
    """When lines got their present text: the commit time of each that is committed.

    Args:
        places: file, relative to the content folder → its line.
    """
    if shutil.which("git") is None or not places:
        return {}
    with ThreadPoolExecutor(_BLAMES_AT_ONCE) as pool:
        moments = pool.map(lambda item: _line_since(content, *item), places.items())
        return {
            path: moment for path, moment in zip(places, moments, strict=True) if moment is not None
        }


def _line_since(content: Path, path: str, line: int) -> datetime | None:
    told = ask_git(content, "blame", "--porcelain", f"-L{line},{line}", "--", path)
    if not told or told.startswith("0" * 40):  # not committed yet
        return None
    seconds = next(
        (item.split()[1] for item in told.splitlines() if item.startswith("committer-time ")), ""
    )
    return datetime.fromtimestamp(int(seconds), UTC) if seconds.isdecimal() else None


def in_repository(folder: Path) -> bool:
    """Whether a folder, or what it will lie in once it is made, is inside a work tree."""
    if shutil.which("git") is None:
        return False
    nearest = next(
        place for place in (folder.absolute(), *folder.absolute().parents) if place.is_dir()
    )
    return ask_git(nearest, "rev-parse", "--is-inside-work-tree") == "true"


def start_repository(folder: Path) -> None:
    """Make a repository of a folder, with the branch `main` and no commit.

    Raises:
        StackError: git is missing, or refuses.
    """
    if shutil.which("git") is None:
        raise StackError("git is not installed.", "Install it, then: git init.")
    done = subprocess.run(
        ["git", "-C", str(folder), "init", "--quiet", "--initial-branch=main"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise StackError(f"git init failed: {done.stderr.strip()}", "The files are written.")


def ask_git(folder: Path, *arguments: str) -> str:
    """What git says, without white space around it; empty where it fails."""
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments],
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
        errors="replace",
    )
    return done.stdout.strip() if done.returncode == 0 else ""
