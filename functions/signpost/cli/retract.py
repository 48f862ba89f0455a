"""`signpost retract`: take away what is public."""

from __future__ import annotations

from pathlib import Path

import click

from signpost.cli.options import color_option, content_option, format_option


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
@content_option
@click.option(
    "--account", "accounts", metavar="ID", multiple=True, help="Only this account; may be repeated."
)
@click.option("--reason", metavar="TEXT", required=True, help="For the audit trail.")
@click.option("--dry-run", is_flag=True, help="Show what would be deleted; delete nothing.")
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
    yes: bool,
    form: str,
) -> int:
    """Delete what is public of a POST, on all its accounts or on some.

    POST is a post's id (or its beginning), its file, its title, or a delivery id.
    """
    from signpost.cli.amending import amend
    from signpost.domain.amendment import Amend

    if not reason.strip():
        raise click.UsageError("--reason is empty.")
    return amend(
        Amend.RETRACT,
        post=post,
        content_dir=content_dir,
        accounts=accounts,
        reason=reason,
        dry_run=dry_run,
        yes=yes,
        form=form,
    )
