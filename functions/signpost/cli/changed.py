"""Which content files a change touches, by git: in the working tree, or since a revision."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from signpost.errors import SignpostError

HEAD = "HEAD"


@dataclass(frozen=True, slots=True)
class Change:
    """Files of the content folder, relative to it.

    Args:
        base: commit that was compared with; empty where there is no commit yet.
        written: new or altered.
        deleted: no longer there.
    """

    base: str
    written: tuple[str, ...]
    deleted: tuple[str, ...]


def changed_files(content: Path, since: str = "") -> Change:
    """What differs between a revision and the files as they are now, new ones included.

    Args:
        since: a revision; the change begins where its history and ours part, as a pull request
            shows it. Empty: the last commit.

    Raises:
        SignpostError: git is not there, the content is in no repository, or it has no such
            revision.
    """
    if shutil.which("git") is None:
        raise SignpostError("git is not installed.", "Name the posts to preview.")
    if _git(content, "rev-parse", "--git-dir") is None:
        raise SignpostError("The content is in no git repository.", "Name the posts to preview.")
    base = _base(content, since)
    untracked = _names(content, "ls-files", "--others", "--exclude-standard", "-z", "--", ".")
    if not base:  # nothing was committed yet: all is new
        tracked = _names(content, "ls-files", "-z", "--", ".")
        return Change("", tuple(sorted({*untracked, *tracked})), ())
    told = _names(
        content, "diff", "--name-status", "--no-renames", "--relative", "-z", base, "--", "."
    )
    states = dict(zip(told[1::2], told[::2], strict=True))
    written = {name for name, state in states.items() if state != "D"}
    deleted = {name for name, state in states.items() if state == "D"}
    return Change(base, tuple(sorted({*written, *untracked})), tuple(sorted(deleted)))


def text_at(content: Path, base: str, path: str) -> bytes:
    """A file as a commit has it; empty where it has none.

    Args:
        path: relative to the content folder.
    """
    return _git(content, "show", f"{base}:./{path}") or b""


def _base(content: Path, since: str) -> str:
    commit = _commit(content, since or HEAD)
    if not commit and since:
        raise SignpostError(
            f"There is no revision `{since}` here.",
            "Name a branch, tag or commit; in a shallow clone, fetch more history.",
        )
    if not since:
        return commit
    # Without a common ancestor (a shallow clone) the revision itself has to do.
    return (_git(content, "merge-base", commit, HEAD) or commit.encode()).decode().strip()


def _commit(content: Path, revision: str) -> str:
    told = _git(
        content, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
    )
    return (told or b"").decode().strip()


def _names(content: Path, *arguments: str) -> list[str]:
    told = _git(content, *arguments) or b""
    return [name.decode("utf-8", "surrogateescape") for name in told.split(b"\0") if name]


def _git(folder: Path, *arguments: str) -> bytes | None:
    """What git says; None where it fails."""
    done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, check=False)
    return done.stdout if done.returncode == 0 else None
