"""How a file of the content folder is named: from where one stands, and from the repository."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from signpost.domain.diagnostics import Diagnostic

Naming = Callable[[str], str]
"""Path relative to the content folder → path as it is shown."""


def from_here(content: Path) -> Naming:
    """Paths as the present folder sees them, so that a terminal or editor can open them."""
    here = Path.cwd()
    if here in (content, *content.parents):
        return _below(os.path.relpath(content, here))
    if content in here.parents:
        return lambda path: Path(os.path.relpath(content / path, here)).as_posix()
    return _below(str(content))


def from_repository(content: Path) -> Naming:
    """Paths as the repository's root sees them, whatever the present folder is.

    Where the content is in no repository: as `from_here` names them.
    """
    for folder in (content, *content.parents):
        if (folder / ".git").exists():
            return _below(os.path.relpath(content, folder))
    return from_here(content)


def named(diagnostics: Iterable[Diagnostic], naming: Naming) -> tuple[Diagnostic, ...]:
    """The findings with their paths as they are shown."""
    return tuple(
        item._replace(span=item.span._replace(path=naming(item.span.path))) for item in diagnostics
    )


def _below(folder: str) -> Naming:
    start = Path(folder)
    return lambda path: (start / path).as_posix()
