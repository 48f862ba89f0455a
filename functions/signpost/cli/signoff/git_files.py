"""The documents as git has them: what is frozen is what was committed, byte for byte."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

from signpost.domain.signing.globs import matches
from signpost.errors import SigningError

_ORDINARY = frozenset({"100644", "100755"})
_ODD = {
    "120000": ("a symbolic link", "symlink"),
    "160000": ("a repository of its own (a submodule)", "submodule"),
}


def committed_documents(tops: Mapping[str, Path], globs: Iterable[str]) -> dict[str, bytes]:
    """The files that the patterns name, as HEAD has them.

    Args:
        tops: first word of a pattern → the folder that it stands for.

    Returns:
        Path such as `docs/larkfell/strategy/index.md` → content.

    Raises:
        SigningError: no repository; a file is no ordinary one, or differs from HEAD, or was never
            committed; a pattern that no file answers to.
    """
    if shutil.which("git") is None:
        raise SigningError("git is not installed.", "Install it.", reason="no-git")
    patterns = tuple(globs)
    found: dict[str, bytes] = {}
    loose: list[str] = []
    for top, folder in tops.items():
        wanted = [glob for glob in patterns if glob.startswith(f"{top}/")]
        if not wanted:
            continue
        for path, mode, blob in _tree(folder):
            if not matches(f"{top}/{path}", wanted):
                continue
            if mode not in _ORDINARY:
                what, reason = _ODD.get(mode, ("no ordinary file", "special"))
                raise SigningError(
                    f"`{top}/{path}` is {what}.", "Put the file itself in its place.", reason=reason
                )
            found[f"{top}/{path}"] = _git(folder, "cat-file", "blob", blob)
        loose += [f"{top}/{path}" for path in _changed(folder) if matches(f"{top}/{path}", wanted)]
    if loose:
        raise SigningError(
            f"Not committed as it is: {', '.join(sorted(loose)[:10])}.",
            "Commit (or set aside) the changes first: a release is made of committed files.",
            reason="not-committed",
        )
    for glob in patterns:
        if not any(matches(path, [glob]) for path in found):
            raise SigningError(
                f"No committed file answers to `{glob}`, which the trust root wants signed.",
                "Write it, or take the pattern out: `signpost strategy root rotate --documents`.",
                reason="missing-file",
            )
    return found


def working_documents(tops: Mapping[str, Path], globs: Iterable[str]) -> dict[str, bytes]:
    """The files that the patterns name, as they lie there now; links are left out."""
    patterns = tuple(globs)
    return {
        f"{top}/{path.relative_to(folder).as_posix()}": path.read_bytes()
        for top, folder in tops.items()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and not path.is_symlink()
        and matches(f"{top}/{path.relative_to(folder).as_posix()}", patterns)
    }


def _tree(folder: Path) -> list[tuple[str, str, str]]:
    """Path, mode and blob of each file of HEAD below the folder, submodules included."""
    told = _git(folder, "ls-tree", "-r", "-z", "HEAD", "--", ".")
    rows = []
    for entry in told.split(b"\0"):
        head, _, path = entry.partition(b"\t")
        if path:
            mode, _kind, blob = head.decode().split(" ")
            rows.append((path.decode("utf-8", "surrogateescape"), mode, blob))
    return rows


def _changed(folder: Path) -> list[str]:
    """Files below the folder that differ from HEAD, or are not known to git."""
    differing = _git(folder, "diff", "--name-only", "--relative", "-z", "HEAD", "--", ".")
    unknown = _git(folder, "ls-files", "--others", "--exclude-standard", "-z", "--", ".")
    names = {*differing.split(b"\0"), *unknown.split(b"\0")} - {b""}
    return [name.decode("utf-8", "surrogateescape") for name in names]


def _git(folder: Path, *arguments: str) -> bytes:
    done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, check=False)
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise SigningError(
            f"git cannot say what is committed in {folder}: {said[0] if said else 'no reason given'}",
            "Work in a git repository with at least one commit.",
            reason="no-git",
        )
    return done.stdout
