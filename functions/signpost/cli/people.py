"""`signpost people`: invite people to the sign-off pages, and end their passkeys."""

from __future__ import annotations

import click

from signpost.cli.lazy import LazyGroup
from signpost.cli.options import color_option

VERBS = {
    "invite": "Make a link with which one person enrols a passkey; it serves once.",
    "pending": "Show who enrolled, and which passkeys no trust root names yet.",
    "revoke": "End a person's passkeys, sessions and invites at once: a lost phone.",
}
"""Every verb and what `signpost people --help` says of it."""

_EPILOG = """\b
Example, from an invite to a passkey that counts:
  signpost people invite juno --brand larkfell
  signpost people pending
  signpost strategy root rotate --enrolled juno
  signpost strategy sign root --as ottilie

docs/signoff.md tells it in full."""


class Verbs(LazyGroup):
    """Modules of `cli.enrolment`."""

    told = VERBS
    place = "signpost.cli.enrolment.{}"


@click.group(cls=Verbs, epilog=_EPILOG)
@color_option
def command() -> None:
    """Invite people to sign with a fingerprint or a face, in place of git and SSH keys."""
