"""A yes or no that was found out before, kept in git's own folder until what it is about changes."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path


class KeptAnswer:
    """The last answer to one question.

    Args:
        file: where it is kept; one that is missing or damaged is no answer.
        version: what the answer depends on beside what the question is about.
    """

    def __init__(self, file: Path, version: str) -> None:
        self._file = file
        self._version = version

    def to(self, about: Iterable[bytes], ask: Callable[[], bool]) -> bool:
        """The answer; asked for only where something is not as it was.

        Args:
            about: all bytes that the question is about.
        """
        digest = hashlib.sha256(self._version.encode())
        for data in about:
            digest.update(b"%d\n" % len(data))
            digest.update(data)
        key = digest.hexdigest()
        with contextlib.suppress(OSError, UnicodeDecodeError):
            told, _, answer = self._file.read_text(encoding="ascii").partition(" ")
            if told == key and answer in {"yes", "no"}:
                return answer == "yes"
        found = ask()
        with contextlib.suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._file.write_text(f"{key} {'yes' if found else 'no'}", encoding="ascii")
        return found
