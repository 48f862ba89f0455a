"""Reads mkdocs.yml, so that each version can be built with settings made from it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from signpost.content.files import read_text
from signpost.content.nodes import Items, Node, Pairs, Scalar, is_plain, parse
from signpost.errors import ContentError, SettingsError

_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}


def read_settings(file: Path) -> dict[str, Any]:
    """The settings as plain values.

    Raises:
        SettingsError: there is no such file, or it cannot be read as plain YAML.
    """
    if not file.is_file():
        raise SettingsError(
            f"There is no {file}.", "It names the site and its pages; `signpost init` writes one."
        )
    try:
        node = parse(read_text(file, file.name), file.name)
    except ContentError as error:
        raise SettingsError(
            f"{file} cannot be used: {error.diagnostics[0].cause}",
            "Write it without tags (`!!python/name`, `!ENV`) and anchors: the site has to build "
            "with other tools, too.",
        ) from error
    found = _plain(node)
    if not isinstance(found, dict):
        raise SettingsError(f"{file} is not a mapping.", "Write lines of `key: value`.")
    return found


def _plain(node: Node | None) -> Any:
    if node is None:
        return None
    if isinstance(node, Pairs):
        items = iter(node.items)
        return {key.value: _plain(next(items)) for key in items}
    if isinstance(node, Items):
        return [_plain(item) for item in node.items]
    return _scalar(node)


def _scalar(node: Scalar) -> Any:
    if node.style or not is_plain(node):
        return node.value
    if node.value.lower() in _WORDS:
        return _WORDS[node.value.lower()]
    for reader in (int, float):
        try:
            return reader(node.value)
        except ValueError:
            continue
    return node.value
