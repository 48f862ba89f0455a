"""`signpost site serve`: the site on this machine, as production serves it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from signpost.cli.options import color_option
from signpost.cli.output.human import Terminal
from signpost.cli.website.build import build_options, build_site


@click.command(
    epilog="""\b
Examples:
  signpost site serve
  signpost site serve --port 8008 --on 2027-06-01

Serves on 127.0.0.1 only, with the headers that production sends; Ctrl+C ends it."""
)
@build_options
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, metavar="PORT",
    help="Left out: a free one.",
)  # fmt: skip
@click.option("--no-build", is_flag=True, help="Show what is there already.")
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
) -> int:
    """Build the site and show it on this machine, with production's headers."""
    from signpost.cli.website.build import OUT
    from signpost.cli.website.server import open_server

    terminal = Terminal()
    if no_build:
        from signpost.cli.signoff.evidence import find_folder

        place = (out or find_folder(site_dir).parent / OUT).resolve()
    else:
        place, _built = build_site(terminal, site_dir, content_dir, out, on, withhold=withhold)
    server = open_server(place, port)
    terminal.say(f"http://127.0.0.1:{server.server_port}/ (Ctrl+C ends it)")
    try:
        server.serve_forever()
    finally:
        server.server_close()
    return 0
