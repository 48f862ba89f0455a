"""Reading a fixture as a workspace: the shared base with the fixture's files laid over it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from signpost.checks.registry import run_checks
from signpost.connectors.bluesky.spec import SPEC as BLUESKY
from signpost.connectors.mastodon.spec import SPEC as MASTODON
from signpost.connectors.wordpress.spec import SPEC as WORDPRESS
from signpost.content.workspace_reader import read_workspace
from signpost.domain.diagnostics import Diagnostic

FIXTURES = Path(__file__).parent / "fixtures"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SPECS = {spec.id: spec for spec in (BLUESKY, MASTODON, WORDPRESS)}


def lay_out(fixture: Path, target: Path) -> Path:
    """Copy base and fixture into `target`, and make the symbolic links of `links.txt`.

    Links are not committed as links: tools that walk the project would follow them.
    """
    content = target / "content"
    shutil.copytree(FIXTURES / "base", content)
    shutil.copytree(fixture / "content", content, dirs_exist_ok=True)
    links = fixture / "links.txt"
    if links.exists():
        shutil.copytree(FIXTURES / "outside", target / "outside")
        for line in links.read_text().splitlines():
            name, _, to = line.partition(" -> ")
            (content / name).symlink_to(to)
    return content


def findings(content: Path, random_bits: Callable[[int], int] | None = None) -> list[Diagnostic]:
    """Everything that reading and all rules find."""
    return run_checks(read_workspace(content), SPECS, NOW, random_bits=random_bits)
