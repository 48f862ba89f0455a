"""`signpost down`: end the local stack."""

from __future__ import annotations

from pathlib import Path

import click

from signpost.cli.discovery import find_content
from signpost.cli.options import color_option, content_option
from signpost.cli.up import call_stack


@click.command(
    epilog="""\b
Example:
  signpost down

What was published, planned and measured is kept; `signpost up` goes on from there."""
)
@content_option
@color_option
def command(content_dir: Path | None) -> int:
    """Stop the local stack of this content; its state is saved first."""
    return call_stack("down", find_content(content_dir))
