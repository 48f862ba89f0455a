"""Files and folders beside the configuration that nothing reads, though somebody means them."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator

from signpost.checks.rules import file_unread, media_twice
from signpost.content.schema import CONFIG_FILES, WORKSPACE
from signpost.content.tree import Tree
from signpost.domain.diagnostics import Diagnostic

_OF_BRAND = frozenset(shape.name for shape in CONFIG_FILES) - {WORKSPACE.name}


def strays(root: str, brands: Iterable[str]) -> Iterator[Diagnostic]:
    """Those of the content folder, and of each brand's.

    Args:
        root: real path of the content folder.
    """
    for name in _names(root):
        if name.casefold().startswith("signpost."):
            found = file_unread.configuration(name, {WORKSPACE.name})
            if found is not None:
                yield found
    for brand in brands:
        for name in _names(f"{root}/{brand}"):
            path = f"{brand}/{name}"
            at = f"{root}/{path}"
            judge = file_unread.folder(path) if os.path.isdir(at) else _file(path)  # noqa: PTH112 - as in tree
            if judge is not None:
                yield judge


def unused_media(tree: Tree, named: Collection[str]) -> Iterator[Diagnostic]:
    """Media files among posts of one file each that no post names.

    Ideas gather material, so none of theirs is told of; nor are folders of media alone.

    Args:
        named: every file that a post or an idea names, relative to the content folder.
    """
    loose = [path for path in tree.loose if path not in named]
    if not loose:
        return
    real = {tree.real(path) for path in named}
    for path in loose:
        if tree.real(path) not in real:
            yield media_twice.loose(path)


def _file(path: str) -> Diagnostic | None:
    return file_unread.configuration(path, _OF_BRAND)


def _names(folder: str) -> list[str]:
    """Names in a folder, hidden ones left out; none where it cannot be read."""
    try:
        return sorted(name for name in os.listdir(folder) if not name.startswith("."))  # noqa: PTH208 - as in tree
    except OSError:
        return []
