"""`signpost check`: all faults of all files at once."""

from __future__ import annotations

from pathlib import Path

import click

from signpost.cli.discovery import find_content
from signpost.cli.options import color_option, comment_format_option, content_option
from signpost.cli.output import json as machine
from signpost.cli.output.human import Terminal, amount, show_findings

ROUNDS = 5
"""Edits that overlap are made one round after the other."""


@click.command(
    epilog="""\b
Examples:
  signpost check
  signpost check larkfell/posts/2026/12
  signpost check --fix
  signpost check --format json

Each finding has file:line:column, a code, the cause and the remedy; docs/rules has a page for
each code. Nothing is sent. The stack, if it can be reached, is asked which posts it knows."""
)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]…")
@content_option
@click.option("--fix", is_flag=True, help="Mend what is safe to mend, then check again.")
@click.option("--cold", is_flag=True, help="Read every post, changed since the last run or not.")
@comment_format_option
@color_option
def command(
    *, paths: tuple[Path, ...], content_dir: Path | None, fix: bool, cold: bool, form: str
) -> int:
    """Look for faults in the content.

    PATH, seen from here or from the content folder, limits what is shown to a file or folder; the
    whole content is read all the same, since some faults (a reused id, a duplicate text) are
    between files. Exit code 1 if there are errors; warnings alone do not count.
    """
    from signpost.cli.wiring import check_content, mend, shown

    terminal = Terminal()
    content = find_content(content_dir)
    paths = tuple(_found(path, content) for path in paths)
    with terminal.working("Checking the content"):
        result = check_content(content, paths, cold=cold)
        mended = 0
        for _ in range(ROUNDS if fix else 0):
            applied = mend(content, result.diagnostics)
            if not applied:
                break
            mended += applied
            result = check_content(content, paths, cold=cold)
    if form == "json":
        machine.show(
            {
                "posts": result.posts,
                "mended": mended,
                "findings": machine.findings(result.diagnostics),
            }
        )
    elif form == "markdown":
        from signpost.cli.output import markdown

        markdown.show(markdown.findings_text(shown(content, result.diagnostics), result.posts))
    else:
        if mended:
            terminal.say(f"Mended {amount(mended, 'fault')}.")
        if result.diagnostics:
            show_findings(terminal, shown(content, result.diagnostics))
        else:
            terminal.say(f"{amount(result.posts, 'post')} checked: nothing found.")
    return 1 if result.errors else 0


def _found(path: Path, content: Path) -> Path:
    for place in (path, content / path):
        if place.exists():
            return place
    raise click.UsageError(f"There is no `{path}`, neither here nor in {content}.")
