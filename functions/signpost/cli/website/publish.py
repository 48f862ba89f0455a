"""`signpost site publish`: bring the built site to where people read it."""

from __future__ import annotations

import getpass
import json
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from signpost.cli.options import color_option, content_option, format_option
from signpost.cli.output import json as machine
from signpost.cli.output.human import Terminal, plain

if TYPE_CHECKING:
    from signpost.domain.website.publication import Plan

MODES = {
    "closed": "The site is closed: nobody reads it without a pass of the sign-off origin.",
    "public": "The site is public: everybody reads it.",
}
_SHOWN = 10


@click.command(
    epilog="""\b
Examples:
  signpost site publish --dry-run
  signpost site publish
  signpost site publish --format json

What is new is written first, pages after what they load, the lists of versions last; nothing is
taken away before. One that dies half-way leaves every page working: publish again. Where somebody
else is publishing, or the site is not as it was built, nothing is done (exit code 1)."""
)
@click.option(
    "--site", "site_dir", type=click.Path(path_type=Path), metavar="DIR",
    help="The folder strategy-site. Left out: it is searched from here upwards.",
)  # fmt: skip
@content_option
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The built site. Left out: `site` beside strategy-site.",
)
@click.option("--dry-run", is_flag=True, help="Show what would change, and stop there.")
@click.option(
    "--as-public",
    is_flag=True,
    help="Judge the site as a public one, though it is closed; before it is opened.",
)
@click.option(
    "--take-over",
    is_flag=True,
    help="Go on although somebody else seems to be publishing: theirs died.",
)
@format_option
@color_option
def command(
    *,
    site_dir: Path | None,
    content_dir: Path | None,
    out: Path | None,
    dry_run: bool,
    as_public: bool,
    take_over: bool,
    form: str,
) -> int:
    """Publish the built site: what changed, and nothing else.

    Whether the site is closed or public is asked of its bucket, as it was deployed. The data of a
    public one must not name people or money; that is looked through first.
    """
    from signpost.bootstrap import SystemClock
    from signpost.cli.discovery import find_content
    from signpost.cli.signoff.evidence import find_folder
    from signpost.cli.website.build import OUT
    from signpost.cli.website.finished import read_finished, refuse_disclosures
    from signpost.cli.website.hosting import find_hosting
    from signpost.cli.wiring import open_content, open_site
    from signpost.domain.website.publication import addresses, make_plan
    from signpost.usecases.publish_site import SitePublisher

    terminal = Terminal()
    folder = find_folder(site_dir)
    content = find_content(content_dir, folder)
    workspace, brands = open_content(content)
    hosting = find_hosting(content, workspace.deploy)
    built = read_finished((out or folder.parent / OUT).resolve())
    store, distribution = open_site(hosting)
    mode = store.mode()
    if mode == "public" or as_public:
        people = (person for brand in brands for person in brand.people.people)
        words = {word for person in people for word in (person.name, person.email) if word}
        refuse_disclosures(built, words | _signers(folder))
    publisher = SitePublisher(store, distribution, SystemClock(), _who())
    if dry_run:
        record, _tag = publisher.look()
        plan = make_plan(record, built.files)
        _show(terminal, form, mode, plan, record.number, addresses(plan.stale, built.files))
        return 0
    with _progress(terminal, form) as told:
        done = publisher.publish(built.files, built.read, take_over=take_over, told=told)
    _show(terminal, form, mode, done.plan, done.number, done.told, done=True)
    return 0


def _show(
    terminal: Terminal,
    form: str,
    mode: str,
    plan: Plan,
    number: int,
    told: tuple[str, ...],
    *,
    done: bool = False,
) -> None:
    if form == "json":
        machine.show(
            {
                "mode": mode,
                "number": number,
                "done": done,
                "written": [{"step": step, "paths": list(paths)} for step, paths in plan.steps],
                "removed": list(plan.removed),
                "asked_again": list(told),
            }
        )
        return
    if plan.empty:
        terminal.say("Nothing to publish: all of it lies there already.")
    for step, paths in plan.steps:
        terminal.say(f"{step}: {_listed(paths)}")
    if plan.removed:
        terminal.say(f"removed: {_listed(plan.removed)}")
    if not plan.empty:
        many = f"{len(plan.written)} to write, {len(plan.removed)} to remove"
        if done:
            many = f"Publication {number}: {len(plan.written)} written, {len(plan.removed)} removed"
        again = f", {len(told)} addresses asked for again at the edge" if told else ""
        terminal.say(f"{many}{again}.")
    terminal.say(MODES[mode])


def _listed(paths: tuple[str, ...]) -> str:
    more = len(paths) - _SHOWN
    words = ", ".join(map(plain, paths[:_SHOWN]))
    return f"{words}{f' and {more} more' if more > 0 else ''}"


@contextmanager
def _progress(terminal: Terminal, form: str) -> Iterator[Callable[[str, int, int], None]]:
    """Tell of each step, and on a terminal of each file."""
    last = [""]
    shown = terminal.err.isatty() and form != "json"

    def told(step: str, done: int, of: int) -> None:
        if shown:
            terminal.err.write(f"\r{step}: {done} of {of}\x1b[K")
            terminal.err.flush()
        elif form != "json" and step != last[0]:
            terminal.say(f"writing {step} ({of - done} of {of} to go)", stderr=True)
        last[0] = step

    try:
        yield told
    finally:
        if shown and last[0]:
            terminal.err.write("\r\x1b[K")
            terminal.err.flush()


def _who() -> str:
    """Who publishes, for whoever has to wait; the process, so that no two are the same."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a container without a name for its user
        user = "somebody"
    return f"{user} on {socket.gethostname()} (process {os.getpid()})"


def _signers(folder: Path) -> set[str]:
    """Names of all who may sign, in whatever version of a trust root."""
    found: set[str] = set()
    for file in sorted((folder / "signoff").glob("*/roots/*/root.json")):
        try:
            people = json.loads(file.read_bytes())["people"].values()
            found |= {str(person["name"]) for person in people}
        except (ValueError, KeyError, TypeError, AttributeError):
            continue  # what cannot be read lets nobody sign; the build says so
    return found
