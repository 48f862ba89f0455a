"""`signpost check`: all faults of all files at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from signpost.cli.discovery import find_content
from signpost.cli.options import check_format_option, color_option, content_option
from signpost.cli.output import json as machine
from signpost.cli.output.human import Terminal, amount, plain, show_findings
from signpost.cli.places import from_here, from_repository, named

if TYPE_CHECKING:
    from signpost.cli.wiring import Checked
    from signpost.domain.diagnostics import Fix

ROUNDS = 5
"""Edits that overlap are made one round after the other."""


@click.command(
    epilog="""\b
Examples:
  signpost check
  signpost check larkfell/posts/2026/12
  signpost check --fix
  signpost check --format json
  signpost check --format sarif > signpost.sarif

Each finding has file:line:column, a code, the cause and the remedy; `signpost explain CODE` says
why. Files are named as they are seen from here, for GitHub and SARIF from the repository's root.
Nothing is sent. The stack, if it can be reached, is asked which posts it knows."""
)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]…")
@content_option
@click.option("--fix", is_flag=True, help="Mend what is safe to mend, then check again.")
@click.option("--cold", is_flag=True, help="Read every post, changed since the last run or not.")
@click.option(
    "--show-silenced", is_flag=True, help="List what comments let pass, and their reasons."
)
@check_format_option
@color_option
def command(
    *,
    paths: tuple[Path, ...],
    content_dir: Path | None,
    fix: bool,
    cold: bool,
    show_silenced: bool,
    form: str,
) -> int:
    """Look for faults in the content.

    PATH, seen from here or from the content folder, limits what is shown to a file or folder; the
    whole content is read all the same, since some faults (a reused id, a duplicate text) are
    between files. Exit code 1 if there are errors; warnings alone do not count.
    """
    terminal = Terminal()
    return _check(terminal, paths, content_dir, form, fix=fix, cold=cold, every=show_silenced)


def _check(
    terminal: Terminal,
    paths: tuple[Path, ...],
    content_dir: Path | None,
    form: str,
    *,
    fix: bool,
    cold: bool,
    every: bool,
) -> int:
    """Check, mend where that is asked for, and print; gives back the exit code."""
    from signpost.cli.wiring import check_content, mend

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
    if form == "human":
        if mended:
            terminal.say(f"Mended {amount(mended, 'fault')}.")
        _show(terminal, content, result, all_silenced=every)
    else:
        _print(form, content, result, mended)
    return 1 if result.errors else 0


def _show(terminal: Terminal, content: Path, result: Checked, *, all_silenced: bool) -> None:
    """Print the result for people."""
    naming = from_here(content)
    if result.diagnostics:
        show_findings(terminal, named(result.diagnostics, naming))
    else:
        terminal.say(f"{amount(result.posts, 'post')} checked: nothing found.")
    if result.old_schemas:
        terminal.say("What editors offer is out of date: `signpost schema --write` renews it.")
    if not result.silenced:
        return
    count = f"{amount(len(result.silenced), 'finding')} silenced"
    if not all_silenced:
        terminal.say(f"{count}; `signpost check --show-silenced` says which, and why.")
        return
    terminal.say(f"{count}:")
    for item in result.silenced:
        (finding,) = named([item.finding], naming)
        terminal.say(f"{plain(str(finding.span))}: silenced {finding.code} {plain(finding.cause)}")
        terminal.say(f"    {plain(item.by.reason)} (line {item.by.span.line})")


def _print(form: str, content: Path, result: Checked, mended: int) -> None:
    """Print the result for machines."""
    if form == "json":
        naming = from_here(content)
        machine.show(
            {
                "posts": result.posts,
                "mended": mended,
                "findings": machine.findings(named(result.diagnostics, naming)),
                "silenced": [machine.silenced(item, naming) for item in result.silenced],
            }
        )
    elif form == "markdown":
        from signpost.cli.output import markdown

        findings = named(result.diagnostics, from_here(content))
        markdown.show(markdown.findings_text(findings, result.posts, len(result.silenced)))
    elif form == "github":
        from signpost.checks.registry import RULES
        from signpost.cli.output import github

        findings = named(result.diagnostics, from_repository(content))
        names = {rule.code: rule.name for rule in RULES}
        github.show(findings, names, result.posts, len(result.silenced))
    else:
        from signpost.checks.registry import RULES
        from signpost.cli.output import sarif

        log = sarif.document(
            result.diagnostics,
            result.silenced,
            RULES,
            version=sarif.installed_version(),
            rooted=from_repository(content),
            region=_regions(content),
        )
        sarif.show(log)


def _regions(content: Path) -> Callable[[Fix], tuple[int, int, int, int] | None]:
    """Tells lines and columns of what a fix replaces, by the file as it lies there."""
    from functools import cache

    from signpost.cli.output.sarif import region_in

    @cache
    def text(path: str) -> str | None:
        try:
            return (content / path).read_bytes().decode()
        except (OSError, UnicodeDecodeError):
            return None

    def region(fix: Fix) -> tuple[int, int, int, int] | None:
        found = text(fix.path)
        return None if found is None else region_in(found, fix)

    return region


def _found(path: Path, content: Path) -> Path:
    for place in (path, content / path):
        if place.exists():
            return place
    raise click.UsageError(f"There is no `{path}`, neither here nor in {content}.")
