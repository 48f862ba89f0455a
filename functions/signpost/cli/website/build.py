"""`signpost site build`: every version of the site, into one folder."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import click

from signpost.cli.options import color_option, content_option, format_option
from signpost.cli.output import json as machine
from signpost.cli.output.human import Terminal, plain
from signpost.cli.website.make import Built

OUT = "site"
Decorated = TypeVar("Decorated", bound=Callable[..., object])


def build_options(function: Decorated) -> Decorated:
    """What building takes: where from, where to, as of when."""
    for option in (
        click.option(
            "--withhold",
            is_flag=True,
            help="Show a warning in place of a release that was altered, and build the others.",
        ),
        click.option(
            "--on",
            type=click.DateTime(["%Y-%m-%d"]),
            metavar="DATE",
            help="Judge releases as of this day (UTC). Left out: today.",
        ),
        click.option(
            "--out",
            type=click.Path(path_type=Path),
            metavar="DIR",
            help="Where the site goes. Left out: `site` beside strategy-site.",
        ),
        content_option,
        click.option(
            "--site",
            "site_dir",
            type=click.Path(path_type=Path),
            metavar="DIR",
            help="The folder strategy-site. Left out: it is searched from here upwards.",
        ),
    ):
        function = option(function)
    return function


@click.command(
    epilog="""\b
Examples:
  signpost site build
  signpost site build --out public --format json
  signpost site build --withhold

Releases are built from their own copies, `next` from the working tree; what did not change is not
built again. The folder is replaced at once, when all is complete. A release whose files are not
those that were signed stops the build (exit code 1): the site that is there stays."""
)
@build_options
@format_option
@color_option
def command(
    *,
    site_dir: Path | None,
    content_dir: Path | None,
    out: Path | None,
    on: datetime | None,
    withhold: bool,
    form: str,
) -> int:
    """Build the site: all releases, and the working text as `next`."""
    terminal = Terminal()
    place, built = build_site(
        terminal, site_dir, content_dir, out, on, withhold=withhold, quiet=form == "json"
    )
    if form == "json":
        machine.show({"folder": str(place), "built": list(built.built), "kept": list(built.kept),
                      "warnings": list(built.warnings)})  # fmt: skip
        return 0
    terminal.say(
        f"{place}: {len(built.built)} built, {len(built.kept)} as before. Look at it: "
        "signpost site serve"
    )
    return 0


def build_site(
    terminal: Terminal,
    site_dir: Path | None,
    content_dir: Path | None,
    out: Path | None,
    on: datetime | None,
    *,
    withhold: bool,
    quiet: bool = False,
) -> tuple[Path, Built]:
    """Build it; its folder and what was done.

    Raises:
        SignpostError: it cannot be built; nothing was changed.
    """
    from signpost.cli.discovery import find_content
    from signpost.cli.signoff.evidence import find_folder, today
    from signpost.cli.website.gather import gather
    from signpost.cli.website.make import make

    folder = find_folder(site_dir)
    content = find_content(content_dir, folder)
    place = (out or folder.parent / OUT).resolve()
    material = gather(folder, content, on.date() if on else today())
    for path in material.left:
        terminal.warn(f"{plain(path)} is not taken along: the site holds no files of this kind")

    def told(name: str) -> None:
        if not quiet:
            terminal.say(f"building {plain(name)}")

    built = make(material, place, datetime.now(UTC), withhold=withhold, told=told)
    for line in built.warnings:
        terminal.warn(plain(line))
    return place, built
