"""Start of the command line against that of a well-known one installed beside it."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.perf.figure import Figure, paired, process


def start(rounds: int = 11) -> Figure:
    """`signpost --help` against `toot --version`, a Mastodon client that uses click as we do."""
    programs = Path(sys.executable).parent
    ours, theirs = programs / "signpost", programs / "toot"
    result = paired(
        lambda: process([str(ours), "--help"]), lambda: process([str(theirs), "--version"]), rounds
    )
    return Figure(
        "start_of_help", result.pop("ratio"), "ratio", 0.5, "toot --version, paired", result
    )
