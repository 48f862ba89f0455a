"""`signpost schema`: the JSON Schemas that editors complete and check files by."""

from __future__ import annotations

from pathlib import Path

import click

from signpost.cli.discovery import find_content
from signpost.cli.options import color_option, content_option, format_option
from signpost.cli.output import json as machine
from signpost.cli.output.human import Terminal, amount


@click.command(
    epilog="""\b
Examples:
  signpost schema
  signpost schema --write

They lie in .schemas in the content folder, and are committed, so that an editor has them after a
clone. Write them again after an upgrade, and when accounts, campaigns or people changed; `signpost
check` says when that is so."""
)
@content_option
@click.option("--write", is_flag=True, help="Write those that are missing or out of date.")
@format_option
@color_option
def command(*, content_dir: Path | None, write: bool, form: str) -> int:
    """Keep the JSON Schemas for editors: keys, kinds of value, and this workspace's own words.

    Without --write nothing is changed; the exit code is 1 if a schema is missing or out of date.
    """
    from signpost.cli.wiring import editor_schemas, open_content

    content = find_content(content_dir)
    _workspace, brands = open_content(content)
    files = editor_schemas(content, brands)
    stale = out_of_date(files)
    if write:
        for path in stale:
            path.parent.mkdir(exist_ok=True)
            path.write_text(files[path], encoding="utf-8")
    names = [path.name for path in stale]
    folder = next(iter(files)).parent
    if form == "json":
        machine.show({"folder": str(folder), "stale": names, "written": write})
    else:
        _say(Terminal(), folder, names, written=write)
    return 1 if stale and not write else 0


def out_of_date(files: dict[Path, str]) -> list[Path]:
    """The files that do not lie there as they should."""
    return [path for path, text in files.items() if _text(path) != text]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _say(terminal: Terminal, folder: Path, names: list[str], *, written: bool) -> None:
    if not names:
        terminal.say(f"The schemas in {folder} are up to date.")
    elif written:
        terminal.say(f"Wrote {amount(len(names), 'schema')} to {folder}: {', '.join(names)}.")
    else:
        terminal.say(f"Missing or out of date in {folder}: {', '.join(names)}.")
        terminal.say("Write them: signpost schema --write")
