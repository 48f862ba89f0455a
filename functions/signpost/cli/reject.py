"""`signpost reject`: ask for changes of posts that need approval, with an SSH key."""

from __future__ import annotations

from typing import Any

import click

from signpost.cli.options import deciding_options


@click.command(
    epilog="""\b
Examples:
  signpost reject "Boots, 20 % off" --reason "the offer ends on the 14th"
  signpost reject 7k2m9q4x1v3b --reason "not before the press release" --as ottilie

\b
One no holds the post, whoever approved it before, until it is changed, or until whoever said no
approves it. The reason is shown by `signpost queue` and `signpost status POST`."""
)
@click.argument("posts", nargs=-1, required=True, metavar="POST…")
@click.option("--reason", metavar="TEXT", required=True, help="What should change.")
@deciding_options
def command(posts: tuple[str, ...], reason: str, **asked: Any) -> int:
    """Ask for changes of one POST or several, and hold them meanwhile.

    POST is a post's id (or its beginning), its file, its title, or a delivery id.
    """
    from signpost.cli.deciding import decide

    words = " ".join(reason.split())
    if not words:
        raise click.UsageError("--reason is empty.")
    return decide(posts, reason=words, **asked)
