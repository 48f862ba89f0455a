"""Nodes of configuration files that were parsed before: loading the YAML parser is slow.

The file lies in git's own folder, beside the memory of findings. What a text means depends on
nothing but the text and the parser, so each is found by the digest of its bytes. A file that is
missing, damaged or of another version is begun anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import marshal
import os
from pathlib import Path
from typing import Any

from signpost.content.nodes import Items, Node, Pairs, Scalar, parse

_DIGEST = 16
_SCALAR, _ITEMS, _PAIRS = range(3)


class KeptNodes:
    """Parses texts, each of them once.

    Args:
        file: where the nodes are kept.
        version: what they depend on beside the text.
    """

    def __init__(self, file: Path, version: bytes) -> None:
        self._file = file
        self._version = hashlib.blake2b(version, digest_size=_DIGEST).digest()
        self.known = self._load()
        """Digest of a text → its nodes, as they are stored."""
        self._used: dict[bytes, Any] = {}

    def parse(self, text: str, path: str, *, start: int = 0) -> Node | None:
        """As `nodes.parse`; a text that is refused is parsed each time.

        Raises:
            ContentError: as there.
        """
        key = _digest(text.encode("utf-8", "surrogatepass"))
        row = self.known.get(key)
        if row is None:
            node = parse(text, path, start=start)
            self._used[key] = _row(node) if node is not None else ()
            return node
        self._used[key] = row
        return _node(row) if row else None

    def save(self) -> None:
        """Keep what was asked for, for the next run; a failure only makes that slower."""
        if self._used.keys() == self.known.keys():
            return
        import tempfile  # brings `random` and more, and most runs write no new file

        data = marshal.dumps(self._used)
        with contextlib.suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._file.parent)
            with os.fdopen(handle, "wb") as stream:
                stream.write(self._version + _digest(data) + data)
            Path(name).replace(self._file)

    def _load(self) -> dict[bytes, Any]:
        try:
            told = self._file.read_bytes()
        except OSError:
            return {}
        head, digest, data = told[:_DIGEST], told[_DIGEST : 2 * _DIGEST], told[2 * _DIGEST :]
        if head != self._version or digest != _digest(data):
            return {}
        rows: dict[bytes, Any] = marshal.loads(data)  # noqa: S302 - ours; see memory
        return rows


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=_DIGEST).digest()


def _row(node: Node) -> tuple[Any, ...]:
    if isinstance(node, Scalar):
        return (_SCALAR, node.value, node.style, node.line, node.column, node.index, node.end)
    kind = _PAIRS if isinstance(node, Pairs) else _ITEMS
    mark = node.start_mark
    return (kind, mark.line, mark.column, mark.index, [_row(item) for item in node.items])


def _node(row: tuple[Any, ...]) -> Node:
    kind, *members = row
    if kind == _SCALAR:
        return Scalar(*members)
    line, column, index, items = members
    mark = Scalar("", "", line, column, index, index)
    node = Pairs(mark) if kind == _PAIRS else Items(mark)
    node.items += [_node(item) for item in items]
    return node
