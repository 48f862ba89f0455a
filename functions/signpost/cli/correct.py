"""`signpost correct`: carry out an edit of what is public."""

from __future__ import annotations

from typing import Any

import click

from signpost.cli.options import amendment_options


@click.command(
    epilog="""\b
Examples:
  signpost correct larkfell/posts/2026/12/wax-your-boots.md
  signpost correct 7k2m9q4x1v3b --account larkfell-shop --yes
  signpost correct 7k2m9q4x1v3b --dry-run

Edit the post's file and push it first: `signpost plan` then calls it drift, since a push never
touches what is public. `correct` shows what would change and asks. A thread is corrected part by
part; no part can be added or taken away. Where a channel cannot edit, it says what can be done
instead."""
)
@click.argument("post")
@amendment_options
@click.option("--reason", metavar="TEXT", default="", help="For the audit trail.")
@click.option(
    "--again", is_flag=True, help="Where somebody edited it on the channel: set it right."
)
def command(**asked: Any) -> int:
    """Edit what is public of a POST, so that it says what was pushed last.

    POST is a post's id (or its beginning), its file, its title, or a delivery id.
    """
    from signpost.cli.amending import amend
    from signpost.domain.amendment import Amend

    return amend(Amend.CORRECT, **asked)
