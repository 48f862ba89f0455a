"""`signpost up`: the local stack in the background."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click

from signpost.cli.discovery import find_content
from signpost.cli.options import color_option, content_option


@click.command(
    epilog="""\b
Examples:
  signpost up
  signpost push && signpost status --watch
  signpost down

Nothing leaves this machine: the AWS emulator and the local network listen on 127.0.0.1."""
)
@content_option
@color_option
def command(content_dir: Path | None) -> int:
    """Start the local stack for this content, in the background.

    An AWS emulator runs the same template as AWS would, and a small network on this machine
    takes the posts; accounts of your content get tokens for it. State is kept in `.signpost/`
    until the next `up`.
    """
    return call_stack("up", find_content(content_dir))


def call_stack(action: str, content: Path) -> int:
    """Run the local stack's own program; its messages are for people already.

    The command line must not import the local stack (import-linter's layers): a machine that
    only pushes does not need an emulator to be installed.
    """
    done = subprocess.run(
        [sys.executable, "-m", "signpost.local.background", action, "--content", str(content)],
        env=os.environ,
        check=False,
    )
    return done.returncode
