"""`signpost queue`: what waits for whom, since when, and what will miss its time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from signpost.cli.discovery import find_content
from signpost.cli.options import color_option, content_option, format_option
from signpost.cli.output import json as machine
from signpost.cli.output.human import Terminal
from signpost.cli.output.work import WRONG, show_tasks, task_document
from signpost.domain.canonical import utc_text
from signpost.domain.diagnostics import Diagnostic, Severity
from signpost.domain.post import Post
from signpost.domain.workspace import Brand


@click.command(
    epilog="""\b
Examples:
  signpost queue
  signpost queue --person finn
  signpost queue --mine
  signpost queue --position designer
  signpost queue --brand larkfell --format json

A post in a stage (`stage:` in its front matter) waits for the position that brand.yaml names for
that stage, and is to be done so long before its time as the stage's `lead` says. "will miss" means:
behind by more than the last stage's lead, which is the reserve.

Where signpost.yaml has `approvals:`, what awaits approval is shown below, with who is missing, as
the stack knows it. Exit code 1 if anything is late, or awaits approval although people were warned."""
)
@content_option
@click.option("--brand", metavar="ID", help="Only this brand.")
@click.option("--position", metavar="ID", help="Only what waits for this position.")
@click.option("--person", metavar="ID", help="Only what waits for this person, as deputy too.")
@click.option(
    "--mine", is_flag=True, help="As --person, for whoever git's user.email says you are."
)
@format_option
@color_option
def command(
    *,
    content_dir: Path | None,
    brand: str | None,
    position: str | None,
    person: str | None,
    mine: bool,
    form: str,
) -> int:
    """Show what waits for whom, since when, and what will miss its time.

    Worst first. Who is away is known from people.yaml: then it is the deputy's turn.
    """
    from signpost.cli.output.approvals import show_awaiting
    from signpost.cli.waiting import awaiting
    from signpost.cli.wiring import open_posts
    from signpost.cli.work import gather
    from signpost.domain.timing import zone_info

    terminal = Terminal()
    content = find_content(content_dir)
    now = datetime.now(UTC)
    with terminal.working("Reading the content"):
        workspace, read = open_posts(content)
        brands = dict(read.brands)
        _tell_unread(terminal, read.diagnostics)
        _known(brand, list(brands), "brand")
        if brand:
            brands = {brand: brands[brand]}
        _known(position, _positions(brands), "position")
        if mine:
            person = _me(content, brands)
        _known(person, _persons(brands), "person")
        tasks = [
            task
            for task in gather(content, read, now)
            if task.brand in brands
            and position in {None, task.position}
            and person in {None, task.person}
        ]
        waiting, untold = awaiting(content, workspace, brands, person)
    if position:
        waiting = []
    chosen = position or person
    loose = () if chosen else _loose(read.posts, brands)
    if form == "json":
        machine.show(
            {
                "at": utc_text(now),
                "tasks": [task_document(task, now) for task in tasks],
                "in_no_stage": [post.path for post in loose],
                "ideas": sum(post.brand in brands for post in read.ideas),
                "approvals": [item.document() for item in waiting],
            }
        )
    else:
        show_tasks(terminal, tasks, brands, now, zone_info(workspace.zone))
        show_awaiting(terminal, waiting, now, zone_info(workspace.zone))
        if untold:
            terminal.warn(f"What awaits approval is not known: {untold}")
        _tell_rest(terminal, loose, brands, sum(post.brand in brands for post in read.ideas))
    late = any(task.standing(now) in WRONG for task in tasks)
    return 1 if late or any(item.warned(now) for item in waiting) else 0


def _me(content: Path, brands: Mapping[str, Brand]) -> str:
    from signpost.cli.control import actor

    email = actor(content).casefold()
    for brand in brands.values():
        for person in brand.people.people:
            if person.email and person.email.casefold() == email:
                return person.id
    raise click.UsageError(f"Nobody in people.yaml has the e-mail address {email}: use --person.")


def _tell_unread(terminal: Terminal, findings: Sequence[Diagnostic]) -> None:
    """Say which files are missing from what is shown: `nobody` may be a file with a fault."""
    broken = sorted({item.span.path for item in findings if item.severity is Severity.ERROR})
    if broken:
        names = ", ".join([*broken[:3], *(["…"] if broken[3:] else [])])
        terminal.warn(f"Not all of {names} can be read; `signpost check` says why.")


def _tell_rest(
    terminal: Terminal, loose: Sequence[Post], brands: Mapping[str, Brand], ideas: int
) -> None:
    from signpost.cli.output.human import amount, plain

    if not any(item.stages for item in brands.values()):
        terminal.say("No brand has `stages:` in its brand.yaml yet; see docs/stages.md.")
    elif loose:
        terminal.say()
        terminal.say(f"In no stage: {amount(len(loose), 'draft')}.")
        for post in loose:
            terminal.say(f"  {plain(post.title or post.id)} ({plain(post.path)})")
    if ideas:
        terminal.say(f"{amount(ideas, 'idea')} in the drawer: `signpost new --from-idea FILE`.")


def _loose(posts: Sequence[Post], brands: Mapping[str, Brand]) -> tuple[Post, ...]:
    """Drafts of brands with stages that are in none."""
    return tuple(
        post
        for post in posts
        if post.status == "draft"
        and not post.stage
        and post.brand in brands
        and brands[post.brand].stages_of(post.type)
    )


def _positions(brands: Mapping[str, Brand]) -> list[str]:
    return sorted({item.id for brand in brands.values() for item in brand.positions})


def _persons(brands: Mapping[str, Brand]) -> list[str]:
    return sorted({item.id for brand in brands.values() for item in brand.people.people})


def _known(word: str | None, words: Sequence[str], what: str) -> None:
    if word is None or word in words:
        return
    from difflib import get_close_matches

    near = get_close_matches(word, words, n=1)
    hint = f"Did you mean `{near[0]}`?" if near else f"There are: {', '.join(words) or 'none'}."
    raise click.UsageError(f"There is no {what} `{word}`. {hint}")
