"""`signpost strategy`: freeze, sign and verify versions of the strategy site."""

from __future__ import annotations

import click

from signpost.cli.lazy import LazyGroup
from signpost.cli.options import color_option

VERBS = {
    "root": "The trust root: who may sign, in which role, and how many it takes.",
    "release": "Freeze the committed documents as a version that can be signed.",
    "sign": "Show in full what you would sign, then sign it with your SSH key.",
    "verify": "Check what is signed, by whom, until when, and that nothing was altered.",
    "print": "Print a version on letterhead as PDF, with its signatures and how to check them.",
    "status": "Show what is in force, what waits for whom, and what to do next.",
    "history": "Show every release, the newest first.",
    "diff": "Show what changed between two versions, in the business's terms and in words.",
}
"""Every verb and what `signpost strategy --help` says of it."""

_EPILOG = """\b
Example, from nothing to a signed strategy:
  signpost strategy root init --signer ottilie:managing-director:ottilie.pub
  signpost strategy sign root --as ottilie
  signpost strategy release 2026.1 --effective 2026-12-01 --review-by 2027-05-31
  signpost strategy sign 2026.1 --as ottilie
  signpost strategy verify 2026.1

docs/signing.md tells it in full, and how an auditor does without Signpost."""


class Verbs(LazyGroup):
    """Modules of `cli.signoff`, in the order in which a release meets them."""

    told = VERBS
    place = "signpost.cli.signoff.{}"


@click.group(cls=Verbs, epilog=_EPILOG)
@color_option
def command() -> None:
    """Freeze, sign and verify versions of the strategy, the guidelines and the targets."""
