"""`signpost retract`: take away what is public."""

from __future__ import annotations

from typing import Any

import click

from signpost.cli.options import amendment_options


@click.command(
    epilog="""\b
Examples:
  signpost retract "Five patches" --reason "wrong price"
  signpost retract 7k2m9q4x1v3b --account larkfell-shop --reason "not ours to tell" --yes
  signpost retract 7k2m9q4x1v3b --reason "wrong price" --dry-run

Every part of a thread is deleted, the last one first. It works while everything is stopped, and
what was retracted never comes back by itself: to post it again, give its file a new id. Take the
file out of the content as well, or `signpost plan` goes on to mention it."""
)
@click.argument("post")
@amendment_options
@click.option("--reason", metavar="TEXT", required=True, help="For the audit trail.")
def command(**asked: Any) -> int:
    """Delete what is public of a POST, on all its accounts or on some.

    POST is a post's id (or its beginning), its file, its title, or a delivery id.
    """
    from signpost.cli.amending import amend
    from signpost.domain.amendment import Amend

    if not asked["reason"].strip():
        raise click.UsageError("--reason is empty.")
    return amend(Amend.RETRACT, **asked)
