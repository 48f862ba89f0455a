"""`signpost site`: the strategy site, built from releases and the working text."""

from __future__ import annotations

import click

from signpost.cli.lazy import LazyGroup
from signpost.cli.options import color_option

VERBS = {
    "build": "Build every version of the site into one folder, whole or not at all.",
    "serve": "Build the site and show it on this machine, with production's headers.",
    "publish": "Publish the built site: what changed, and nothing else.",
}
"""Every verb and what `signpost site --help` says of it."""

_EPILOG = """\b
Examples:
  signpost site serve
  signpost site build --out public
  signpost site publish --dry-run

docs/site.md tells it in full, docs/hosting.md how it is published."""


class Verbs(LazyGroup):
    """Modules of `cli.website`."""

    told = VERBS
    place = "signpost.cli.website.{}"


@click.group(cls=Verbs, epilog=_EPILOG)
@color_option
def command() -> None:
    """Build the strategy site, look at it, and publish it."""
