"""`signpost docs`: what is wrong in the handbook, and its parts that are made from data."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from signpost.cli.discovery import find_content
from signpost.cli.options import color_option, content_option
from signpost.cli.output import json as machine
from signpost.cli.output.human import Terminal, amount, plain, show_findings
from signpost.cli.places import Naming, from_here, from_repository, named
from signpost.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signpost.domain.diagnostics import Diagnostic

SITE = Path("strategy-site") / "docs"


@click.command(
    epilog="""\b
Examples:
  signpost docs check
  signpost docs check --on 2027-03-01
  signpost docs check --format github
  signpost docs write

The pages lie in strategy-site/docs, beside the content folder. What stands between
`<!-- generated: NAME -->` and `<!-- /generated -->` is made from the content files and from what
channels accept; `write` renews it and touches nothing else. `signpost explain DOC963` says why a
finding is one."""
)
@click.argument("act", type=click.Choice(["check", "write"]), metavar="check|write")
@content_option
@click.option(
    "--docs",
    "docs_dir",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Folder of the pages. Left out: strategy-site/docs beside the content folder.",
)
@click.option(
    "--on",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Judge review dates as of this day. Left out: today.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["human", "json", "github"]),
    default="human",
    show_default=True,
    help="For people, one JSON document, or GitHub's annotations.",
)
@color_option
def command(
    *, act: str, content_dir: Path | None, docs_dir: Path | None, day: datetime | None, form: str
) -> int:
    """Check the pages of the handbook, or write the parts that are made from data.

    `check` finds pages past their review date or without an owner, broken links and anchors,
    generated parts that are out of date, checklist items that a tick could not be kept for, names of
    people on signed pages, and checklists in people.yaml that are no page. Exit code 1 if there are errors; warnings alone do not count.
    """
    content = find_content(content_dir)
    docs = _docs(content, docs_dir)
    if act == "write":
        if day is not None:
            raise click.UsageError("--on is for `check`.")
        return _write(docs, content, form)
    return _check(docs, content, day.date() if day else datetime.now().astimezone().date(), form)


def _docs(content: Path, explicit: Path | None) -> Path:
    """The folder of the pages.

    Raises:
        SettingsError: there is none.
    """
    docs = explicit.resolve() if explicit else content.parent / SITE
    if not docs.is_dir():
        raise SettingsError(
            f"There is no handbook in {docs}.",
            "Name the folder of its pages with --docs; `signpost init` makes one for a new brand.",
        )
    return docs


def _check(docs: Path, content: Path, today: date, form: str) -> int:
    """Judge every page; gives back the exit code."""
    from signpost.checks.handbook.registry import HANDBOOK_RULES, judge_handbook
    from signpost.checks.registry import RULES
    from signpost.cli.wiring import open_handbook
    from signpost.domain.diagnostics import Severity

    handbook = open_handbook(docs, content)
    found = judge_handbook(handbook, today)
    pages = len(handbook.pages)
    here = _named(found, from_here(docs), from_here(content))
    if form == "json":
        machine.show({"pages": pages, "findings": machine.findings(here)})
    elif form == "github":
        from signpost.cli.output import github

        names = {rule.code: rule.name for rule in (*RULES, *HANDBOOK_RULES)}
        shown = _named(found, from_repository(docs), from_repository(content))
        github.show(shown, names, pages, thing="page", title="signpost docs check")
    elif found:
        show_findings(Terminal(), here)
    else:
        Terminal().say(f"{amount(pages, 'page')} checked: nothing found.")
    return 1 if any(item.severity is Severity.ERROR for item in found) else 0


def _write(docs: Path, content: Path, form: str) -> int:
    """Renew the generated parts; gives back the exit code."""
    from signpost.cli.wiring import write_handbook
    from signpost.errors import ContentError

    try:
        written = write_handbook(docs, content)
    except ContentError as error:
        inside = [item for item in error.diagnostics if (docs / item.span.path).is_file()]
        if len(inside) != len(error.diagnostics):  # about content files, named already
            raise
        raise ContentError(_here(docs, error.diagnostics)) from error
    naming = from_here(docs)
    if form == "json":
        machine.show({"written": [naming(path) for path in written]})
        return 0
    terminal = Terminal()
    for path in written:
        terminal.say(f"wrote {plain(naming(path))}")
    if not written:
        terminal.say("Every generated part is up to date.")
    return 0


def _named(
    found: Sequence[Diagnostic], of_docs: Naming, of_content: Naming
) -> tuple[Diagnostic, ...]:
    """The findings with their paths as they are shown; a few lie in the content folder."""
    from signpost.checks.handbook.registry import IN_CONTENT

    return tuple(
        shown
        for item in found
        for shown in named([item], of_content if item.code in IN_CONTENT else of_docs)
    )


def _here(docs: Path, found: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The findings with their paths as the present folder sees them."""
    return named(found, from_here(docs))
