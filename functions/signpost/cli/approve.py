"""`signpost approve`: say yes to posts that need approval, with an SSH key."""

from __future__ import annotations

from typing import Any

import click

from signpost.cli.options import deciding_options


@click.command(
    epilog="""\b
Examples:
  signpost approve "Boots, 20 % off"
  signpost approve 7k2m9q4x1v3b 3fq8t0c2n5ab --as ottilie
  signpost approve 7k2m9q4x1v3b --dry-run

\b
What would go out is shown first, on every account, with its time: your signature binds exactly that.
If a word, a picture, an account or the time changes, it has to be approved again; where only the
time moved, that is all that is shown. Once enough people have approved, the post is let go and goes
out at its time. It counts at once; `signpost collect` brings the signatures into the repository."""
)
@click.argument("posts", nargs=-1, required=True, metavar="POST…")
@deciding_options
def command(posts: tuple[str, ...], **asked: Any) -> int:
    """Approve one POST or several, as they stand in the stack.

    POST is a post's id (or its beginning), its file, its title, or a delivery id.
    """
    from signpost.cli.deciding import decide

    return decide(posts, reason=None, **asked)
