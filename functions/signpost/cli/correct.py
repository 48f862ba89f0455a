"""`signpost correct`: carry out an edit of what is public."""

from __future__ import annotations

from pathlib import Path

import click

from signpost.cli.options import color_option, content_option, format_option


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
@content_option
@click.option(
    "--account", "accounts", metavar="ID", multiple=True, help="Only this account; may be repeated."
)
@click.option("--reason", metavar="TEXT", default="", help="For the audit trail.")
@click.option("--dry-run", is_flag=True, help="Show what would change; change nothing.")
@click.option(
    "--again", is_flag=True, help="Where somebody edited it on the channel: set it right."
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@format_option
@color_option
def command(
    *,
    post: str,
    content_dir: Path | None,
    accounts: tuple[str, ...],
    reason: str,
    dry_run: bool,
    again: bool,
    yes: bool,
    form: str,
) -> int:
    """Edit what is public of a POST, so that it says what was pushed last.

    POST is a post's id (or its beginning), its file, its title, or a delivery id.
    """
    from signpost.cli.amending import amend
    from signpost.domain.amendment import Amend

    return amend(
        Amend.CORRECT,
        post=post,
        content_dir=content_dir,
        accounts=accounts,
        reason=reason,
        dry_run=dry_run,
        yes=yes,
        again=again,
        form=form,
    )
