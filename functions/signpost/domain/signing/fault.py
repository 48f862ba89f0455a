"""One thing that is wrong with a release or a root, and where."""

from __future__ import annotations

from dataclasses import dataclass

from signpost.errors import SigningError


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong.

    Args:
        reason: as one word for machines.
        path: of the file, relative to the folder of the release or root; empty where it is the
            whole.
    """

    reason: str
    path: str
    cause: str
    remedy: str = ""

    @classmethod
    def of(cls, error: SigningError, path: str = "") -> Fault:
        """What an error says."""
        return cls(error.reason, path, error.cause, error.remedy)
