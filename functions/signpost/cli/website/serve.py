"""`signpost site serve`: the site on this machine, as production serves it."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path
from secrets import token_urlsafe

import click

from signpost.cli.options import color_option
from signpost.cli.output.human import Terminal
from signpost.cli.website.build import build_options, build_site

_KEY_ID = "here"


@click.command(
    epilog="""\b
Examples:
  signpost site serve
  signpost site serve --port 8008 --on 2027-06-01
  signpost site serve --closed --brand acme

Serves on 127.0.0.1 only, with the headers that production sends; Ctrl+C ends it. Closed, it asks for
a pass as production does, and prints an address that gives you one."""
)
@build_options
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, metavar="PORT",
    help="Left out: a free one.",
)  # fmt: skip
@click.option("--no-build", is_flag=True, help="Show what is there already.")
@click.option("--closed", is_flag=True, help="Let nobody in without a pass.")
@click.option(
    "--brand",
    "brands",
    multiple=True,
    metavar="BRAND",
    help="What your pass to the closed site is for; more than once for several. Left out: all.",
)
@color_option
def command(
    *,
    site_dir: Path | None,
    content_dir: Path | None,
    out: Path | None,
    on: datetime | None,
    withhold: bool,
    port: int,
    no_build: bool,
    closed: bool,
    brands: tuple[str, ...],
) -> int:
    """Build the site and show it on this machine, with production's headers."""
    from signpost.cli.website.build import OUT
    from signpost.cli.website.server import Entrance, open_server
    from signpost.domain.entrance.passes import Keyring

    if brands and not closed:
        raise click.UsageError("--brand goes with --closed: an open site asks nobody for a pass.")
    terminal = Terminal()
    if no_build:
        from signpost.cli.signoff.evidence import find_folder

        place = (out or find_folder(site_dir).parent / OUT).resolve()
    else:
        place, _built = build_site(terminal, site_dir, content_dir, out, on, withhold=withhold)
    key = token_urlsafe(32)
    entrance = Entrance(lambda: Keyring({_KEY_ID: key})) if closed else None
    server = open_server(place, port, entrance)
    address = f"http://127.0.0.1:{server.server_port}"
    try:
        way_in = _way_in(address, brands, key) if closed else ""
        terminal.say(f"{address}/ (Ctrl+C ends it)")
        if way_in:
            terminal.say(f"It is closed. For two minutes, this lets you in: {way_in}")
        server.serve_forever()
    finally:
        server.server_close()
    return 0


def _way_in(address: str, brands: tuple[str, ...], key: str) -> str:
    """Where somebody at this machine gets a pass, as the sign-off origin would give it."""
    from signpost.domain.entrance.door import entry
    from signpost.domain.entrance.passes import EVERY_BRAND, MAX_S, Pass, Use, issue

    now = int(time.time())
    given = Pass("you", brands or (EVERY_BRAND,), now, now + MAX_S, Use.TICKET)
    try:
        return entry(address, issue(given, _KEY_ID, key), "/")
    except ValueError as error:
        raise click.UsageError("--brand wants the id of a brand, such as `acme`.") from error
