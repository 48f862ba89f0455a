"""`signpost site`: the strategy site, built from releases and the working text."""

from __future__ import annotations

from importlib import import_module

import click

from signpost.cli.options import color_option

VERBS = {
    "build": "Build every version of the site into one folder, whole or not at all.",
    "serve": "Build the site and show it on this machine, with production's headers.",
}
"""Every verb and what `signpost site --help` says of it."""

_EPILOG = """\b
Examples:
  signpost site serve
  signpost site build --out public

docs/site.md tells it in full."""


class Verbs(click.Group):
    """A group whose commands are modules of `cli.website`, imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The verbs."""
        return list(VERBS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        cmd_name: str,
    ) -> click.Command | None:
        """Import the module of that name; None where there is no such verb."""
        if cmd_name not in VERBS:
            return None
        found: click.Command = import_module(f"signpost.cli.website.{cmd_name}").command
        return found

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        formatter: click.HelpFormatter,
    ) -> None:
        """Write the list of commands without importing any of them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS.items()))


@click.group(cls=Verbs, epilog=_EPILOG)
@color_option
def command() -> None:
    """Build the strategy site, and look at it."""
