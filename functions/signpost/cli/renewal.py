"""`signpost init --update`: Signpost's own files of a workspace, as this version has them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from signpost.cli.discovery import find_content
from signpost.cli.git import committed
from signpost.cli.newfiles import NewFile
from signpost.cli.output import json as machine
from signpost.cli.output.human import Terminal, amount, plain
from signpost.cli.wiring import editor_schemas, open_content


def renew(folder: Path, files: Mapping[str, NewFile], form: str, *, dry_run: bool) -> int:
    """Write Signpost's own files anew where the repository has them, and they are committed.

    Args:
        folder: the workspace, or its content folder.
        files: what this version has, by path.

    Returns:
        The exit code: 1 where something would be lost.

    Raises:
        SettingsError: there is no workspace.
        ContentError: its configuration cannot be read.
    """
    # Where signpost.yaml lies in a folder `content`, the workspace is what holds that folder.
    content = find_content(folder.resolve())
    top = content.parent
    here = {path: file for path, file in files.items() if (top / path).is_file()}
    here.update(_schemas(content))
    old = {
        path: file
        for path, file in here.items()
        if not (top / path).is_file() or (top / path).read_bytes() != file.data
    }
    safe = committed(top)
    if hard := [path for path in old if (top / path).exists() and path not in safe]:
        cause = f"Changed, or not committed: {', '.join(hard)}. Nothing was written."
        remedy = "Commit them, so that git can show and bring back what is replaced."
        if form == "json":
            machine.show({"error": {"code": "UNSAVED", "cause": cause, "remedy": remedy}})
            return 1
        Terminal().error("UNSAVED", cause, remedy)
        return 1
    if not dry_run:
        for path, file in old.items():
            (top / path).write_bytes(file.data)
    if form == "json":
        machine.show({"folder": str(top), "updated": list(old), "dry_run": dry_run})
        return 0
    terminal = Terminal()
    for path in old:
        terminal.say(f"{'would update' if dry_run else 'updated'} {plain(path)}")
    if not old:
        terminal.say(
            f"{amount(len(here), 'file')} of Signpost's own, all as this version has them."
        )
    elif not dry_run:
        terminal.say("Look at them with: git diff")
    return 0


def _schemas(content: Path) -> dict[str, NewFile]:
    """The schemas for editors as they should be, by path; none where the workspace has none."""
    _workspace, brands = open_content(content)
    wanted = editor_schemas(content, brands)
    if not any(path.is_file() for path in wanted):
        return {}
    return {
        path.relative_to(content.parent).as_posix(): NewFile(text.encode())
        for path, text in wanted.items()
    }
