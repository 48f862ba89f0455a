"""Which invariants of the protocol are named in which tests."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

EVERY = frozenset([*range(1, 34), *range(43, 48), *range(49, 57)])
"""The numbers of PUBLISHING.md section 3."""

NOT_YET = {
    49: "reports: cells that begin like a formula",
    50: "media: everything that may come with a file",
    51: "engagement: webhooks",
    52: "engagement: text of the public",
}
"""What later issues cover, with the issue's subject and what it is about."""

_NAMED = re.compile(r"test_invariant_(\d+)_")
_WRITTEN = re.compile(r"[Ii]nvariants? (\d+(?:(?:, | and )\d+)*)")


def covered(root: Path) -> dict[int, list[str]]:
    """Invariant to the tests that name it, in their own name, docstring or module's docstring.

    Args:
        root: the folder `tests/`.
    """
    found: dict[int, list[str]] = defaultdict(list)
    for path in sorted(root.rglob("test_*.py")):
        for number, test in _of_file(path, root.parent):
            if test not in found[number]:
                found[number].append(test)
    return dict(sorted(found.items()))


def _of_file(path: Path, base: Path) -> Iterator[tuple[int, str]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    name = path.relative_to(base).as_posix()
    tests = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]
    if not tests:
        return
    for number in _numbers(ast.get_docstring(tree)):
        yield number, name
    for node in tests:
        test = f"{name}::{node.name}"
        if match := _NAMED.match(node.name):
            yield int(match[1]), test
        for number in _numbers(ast.get_docstring(node)):
            yield number, test


def _numbers(text: str | None) -> list[int]:
    return [
        int(number)
        for found in _WRITTEN.findall(text or "")
        for number in re.findall(r"\d+", found)
    ]
