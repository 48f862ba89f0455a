"""The files of a release or of a root, as they were found; nothing about them is believed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from signpost.domain.signing.fault import Fault

_SIGNATURES = "signatures/"
WHOLE = "."
"""What the folder itself is called among what is odd."""
_ODD = {
    "symlink": "is a symbolic link",
    "submodule": "is a repository of its own (a submodule)",
    "special": "is no ordinary file",
    "name": "has a name that is not UTF-8",
    "too-large": "is larger than a signed file may be",
}


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder's files.

    Args:
        files: path relative to the folder → content.
        odd: path → what it is in place of a file: `symlink`, `submodule`, `special`, `name`,
            `too-large`; `.` is the folder itself.
    """

    files: Mapping[str, bytes]
    odd: Mapping[str, str] = field(default_factory=dict)

    @property
    def signatures(self) -> dict[str, bytes]:
        """Name of a signature's file → content."""
        return {
            path.removeprefix(_SIGNATURES): data
            for path, data in self.files.items()
            if path.startswith(_SIGNATURES)
        }

    @property
    def signed_files(self) -> dict[str, bytes]:
        """Everything but the signatures."""
        return {path: data for path, data in self.files.items() if not path.startswith(_SIGNATURES)}

    def oddities(self) -> list[Fault]:
        """What is there that is no file."""
        if WHOLE in self.odd:
            cause = f"Its folder {_ODD[self.odd[WHOLE]]}."
            return [Fault(self.odd[WHOLE], "", cause, "Put the folder itself in its place.")]
        return [
            Fault(what, path, f"`{path}` {_ODD[what]}.", "Put the file itself in its place.")
            for path, what in sorted(self.odd.items())
        ]
