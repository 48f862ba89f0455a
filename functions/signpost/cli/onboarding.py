"""`signpost onboarding`: who has read what."""

from __future__ import annotations

import click

from signpost.cli.lazy import LazyGroup
from signpost.cli.options import color_option

VERBS = {
    "status": "Show who has read which version, who is late, and who has no key yet.",
}
"""Every verb and what `signpost onboarding --help` says of it."""


class Verbs(LazyGroup):
    """Modules of `cli.signoff`."""

    told = VERBS
    place = "signpost.cli.signoff.onboarding_{}"


_EPILOG = """\b
Example:
  signpost onboarding status

docs/onboarding.md tells who is asked what, until when, and how to prove it."""


@click.group(cls=Verbs, epilog=_EPILOG)
@color_option
def command() -> None:
    """Follow newcomers, and everybody at a new version, until they have read it."""
