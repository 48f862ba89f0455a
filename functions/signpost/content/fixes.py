"""Carrying out the safe edits that rules propose."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from signpost.domain.diagnostics import Diagnostic, Fix


def apply_fixes(content_dir: Path, diagnostics: Iterable[Diagnostic]) -> list[Fix]:
    """Apply every fix, each file written once; overlapping edits are left for the next run.

    Line ends and byte order mark of the files stay as they are.

    Returns:
        The fixes that were applied, in file order.
    """
    by_path: dict[str, list[Fix]] = {}
    for item in diagnostics:
        if item.fix is not None:
            by_path.setdefault(item.fix.path, []).append(item.fix)
    applied: list[Fix] = []
    for path, fixes in sorted(by_path.items()):
        file = content_dir / path
        text = file.read_bytes().decode()
        chosen: list[Fix] = []
        for fix in sorted(fixes, key=lambda item: (item.start, item.end)):
            if not chosen or fix.start >= chosen[-1].end + (fix.start == chosen[-1].start):
                chosen.append(fix)
        for fix in reversed(chosen):
            text = text[: fix.start] + fix.text + text[fix.end :]
        file.write_bytes(text.encode())
        applied.extend(chosen)
    return applied
