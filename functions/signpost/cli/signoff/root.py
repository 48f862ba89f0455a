"""`signpost strategy root`: make, change and show the trust root."""

from __future__ import annotations

from importlib import import_module

import click

from signpost.cli.options import color_option

VERBS = {
    "init": "Make the first trust root; everybody it names signs it.",
    "rotate": "Propose the next version: other people, keys, thresholds or documents.",
    "show": "Show who may sign, the digest to pin, and what waits for signatures.",
}


class RootVerbs(click.Group):
    """The three verbs, imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """In the order of a root's life."""
        return list(VERBS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        cmd_name: str,
    ) -> click.Command | None:
        """Import the verb's module; None where there is no such verb."""
        if cmd_name not in VERBS:
            return None
        found: click.Command = import_module(f"signpost.cli.signoff.root_{cmd_name}").command
        return found

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        formatter: click.HelpFormatter,
    ) -> None:
        """Write the list without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS.items()))


@click.group(
    cls=RootVerbs,
    epilog="""\b
Example:
  signpost strategy root init --signer ottilie:managing-director:ottilie.pub
  signpost strategy root show
  signpost strategy root rotate --drop finn

A version of the root follows the one before it by exactly 1, and needs the signatures of both.""",
)
@color_option
def command() -> None:
    """Say who may sign, in which role, and how many it takes."""
