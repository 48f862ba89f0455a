"""What each file of the content is, by git's name for its bytes: unchanged files are not read.

Git's index knows the bytes of every file whose stat it remembers; whatever git calls changed, does
not know, or may see with other line ends than we do is read and named here, in the same way. So
the name of a file never depends on how it was found.
"""

# ruff: noqa: PTH118 - thousands of files: a Path each costs as much as reading one.

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from signpost.content.regular import regular

ABSENT = "absent"
_REGULAR = re.compile(r"(?<![^\0])H 100[0-7]{3} ([0-9a-f]{40}) 0\t([^\0]+)\0")
"""What `git ls-files -s -v` says of a regular file at which git looks; another letter than `H`
means that git was told to take the file as unchanged."""
_QUESTIONS = (
    ("rev-parse", "--absolute-git-dir", "--show-toplevel", "--git-path", "info/attributes"),
    ("ls-files", "-s", "-v", "-z", "--", "."),
    ("diff-files", "--name-only", "-z", "--relative", "--", "."),
    ("config", "--get-regexp", "^core\\.(autocrlf|attributesfile|eol)$"),
)


_PLACES = 3
"""So many lines the first answer has; more where a folder's name has a line end in it."""


class Identities:
    """Names of the files of one content folder; each call is answered from one look at git.

    Args:
        root: real path of the content folder.
        look: a look at git that was begun before; left out: it is begun now.
    """

    def __init__(self, root: str, look: GitLook | None = None) -> None:
        self._root = root
        self.known = (look or GitLook(root)).known()
        """Path → name of every file that lies as git has it; what is not in it may have one, too."""
        self._found: dict[str, str | None] = {}

    def of(self, path: str) -> str | None:
        """The name of a file's bytes; `ABSENT` where there is none, None where it is not to be kept.

        A symbolic link, or a file behind one, has no name: where it leads is part of what rules
        judge.

        Args:
            path: relative to the content folder.
        """
        known = self.known.get(path)
        if known is not None:
            return known
        if path not in self._found:
            self._found[path] = _name(self._root, path)
        return self._found[path]


def _name(root: str, path: str) -> str | None:
    file = f"{root}/{path}"
    if not os.path.lexists(file):
        return ABSENT
    if os.path.realpath(file) != os.path.normpath(file):
        return None
    try:
        with open(file, "rb", opener=regular) as stream:
            data = stream.read()
    except OSError:
        return None
    return blob_name(data)


def blob_name(data: bytes) -> str:
    """Git's name for these bytes.

    Source: https://git-scm.com/book/en/v2/Git-Internals-Git-Objects, read 2026-11-22.
    """
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


class GitLook:
    """Four questions to git, asked at once when this is made and answered in the background.

    Args:
        root: real path of the content folder.
    """

    def __init__(self, root: str) -> None:
        self._root = root
        self._asked = [_start(root, *words) for words in _QUESTIONS] if shutil.which("git") else []
        self._places: list[str] | None = None

    def folder(self) -> str | None:
        """Git's own folder of this work tree, as soon as git said it; None outside git."""
        places = self._told_places()
        return places[0] if len(places) == _PLACES else None

    def known(self) -> dict[str, str]:
        """Path → name of every file that lies as git has it; empty where git cannot tell."""
        places = self._told_places()
        asked, self._asked = self._asked, []
        answers = [_end(process) for process in asked]
        if len(places) != _PLACES or len(answers) != len(_QUESTIONS) - 1:
            return {}
        return _known(self._root, places, *answers)

    def _told_places(self) -> list[str]:
        """The lines of the first answer; none outside git."""
        if self._places is None:
            told = _end(self._asked.pop(0)) if self._asked else None
            self._places = told.rstrip("\n").split("\n") if told else []
        return self._places

    def close(self) -> None:
        """End what nobody wanted to know after all."""
        asked, self._asked = self._asked, []
        for process in asked:
            process.kill()
            process.communicate()


def _known(
    root: str, places: Sequence[str], names: str | None, gone: str | None, settings: str | None
) -> dict[str, str]:
    if names is None or gone is None or not _plain(root, settings, places):
        return {}
    if ".gitattributes" in names:
        return {}
    known = {path: name for name, path in _REGULAR.findall(names)}
    for path in gone.split("\0"):
        known.pop(path, None)
    return known


def _plain(root: str, settings: str | None, places: Sequence[str]) -> bool:
    """Whether git shows bytes as they lie: no line ends are turned, no filter is in between."""
    for line in (settings or "").splitlines():
        key, _, value = line.partition(" ")
        if not (key == "core.autocrlf" and value == "false"):
            return False
    _, top, info = places
    files = [os.path.join(root, info), "/etc/gitattributes"]
    home = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")  # noqa: PTH111 - as above
    files.append(f"{home}/git/attributes")
    folder = Path(root)
    for parent in (folder, *folder.parents):
        files.append(f"{parent}/.gitattributes")
        if str(parent) == os.path.realpath(top):
            break
    return not any(os.path.exists(file) for file in files)  # noqa: PTH110 - see above


def _start(root: str, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        ["git", "-C", root, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        errors="surrogateescape",
    )


def _end(process: subprocess.Popen[str]) -> str | None:
    out, _ = process.communicate()
    return out if process.returncode == 0 else None
