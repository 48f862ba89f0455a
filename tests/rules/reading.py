"""Reading a fixture as a workspace: the shared base with the fixture's files laid over it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from signpost.checks.registry import run_checks
from signpost.connectors.bluesky.spec import SPEC as BLUESKY
from signpost.connectors.mastodon.spec import SPEC as MASTODON
from signpost.connectors.webhook.spec import SPEC as WEBHOOK
from signpost.connectors.wordpress.spec import SPEC as WORDPRESS
from signpost.content.workspace_reader import read_workspace
from signpost.domain.channel import ChannelSpec
from signpost.domain.diagnostics import Diagnostic

FIXTURES = Path(__file__).parent / "fixtures"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SPECS = {spec.id: spec for spec in (BLUESKY, MASTODON, WEBHOOK, WORDPRESS)}


_FRAMED = MASTODON._replace(
    media=tuple(
        limit._replace(aspect=(0.8, 1.91)) if limit.kind == "image" else limit
        for limit in MASTODON.media
    ),
)
STANDING_IN: Mapping[str, Mapping[str, ChannelSpec]] = {"MED206": {**SPECS, _FRAMED.id: _FRAMED}}
"""Specs for rules that no present channel gives work to: none of them minds a picture's shape."""


def lay_out(fixture: Path, target: Path) -> Path:
    """Copy base and fixture into `target`, make the links of `links.txt`, the names of `names.txt`.

    Links are not committed as links: tools that walk the project would follow them. Nor are names
    that some systems cannot write: nobody could check the project out there.
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
    names = fixture / "names.txt"
    if names.exists():
        for line in names.read_text().splitlines():
            name, _, other = line.partition(" -> ")
            (content / name).rename(content / other)
    return content


def findings(
    content: Path,
    random_bits: Callable[[int], int] | None = None,
    *,
    specs: Mapping[str, ChannelSpec] = SPECS,
) -> list[Diagnostic]:
    """Everything that reading and all rules find."""
    return run_checks(read_workspace(content), specs, NOW, random_bits=random_bits)


def findings_of(fixture: Path, target: Path) -> list[Diagnostic]:
    """What is found in a fixture of a rule; `fixture` is its `good` or `bad` folder."""
    return findings(lay_out(fixture, target), specs=STANDING_IN.get(fixture.parent.name, SPECS))
