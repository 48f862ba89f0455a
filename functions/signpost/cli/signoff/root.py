"""`signpost strategy root`: make, change and show the trust root."""

from __future__ import annotations

import click

from signpost.cli.lazy import LazyGroup
from signpost.cli.options import color_option

VERBS = {
    "init": "Make the first trust root; everybody it names signs it.",
    "rotate": "Propose the next version: other people, keys, thresholds or documents.",
    "show": "Show who may sign, the digest to pin, and what waits for signatures.",
}


class RootVerbs(LazyGroup):
    """In the order of a root's life."""

    told = VERBS
    place = "signpost.cli.signoff.root_{}"


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
