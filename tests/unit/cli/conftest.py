"""A small content folder, a bucket in memory, and a way to run commands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from signpost.cli.main import run

SIGNPOST = """\
workspace: acme
zone: Europe/Vienna
brands: [shop]
"""
ACCOUNTS = """\
accounts:
  - id: fedi
    channel: mastodon
    handle: "@shop"
    server: https://social.example
    secret: fedi
  - id: second
    channel: mastodon
    handle: "@shop_too"
    server: https://social.example
    secret: second
"""
POST = """\
---
id: 7k2m9q4x1v3b
title: Wax your boots
publish: 2090-12-01 09:00
accounts: [fedi]
---

Wax them while they are warm.
"""


@dataclass(frozen=True)
class Ran:
    """What a command line gave."""

    code: int
    out: str
    err: str


@pytest.fixture
def content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A content folder with one post; the present folder is above it."""
    for name in ("SIGNPOST_BUCKET", "SIGNPOST_CONTENT", "SIGNPOST_WORKSPACE", "SIGNPOST_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "content"
    posts = folder / "shop" / "posts" / "2090" / "12"
    posts.mkdir(parents=True)
    (folder / "signpost.yaml").write_text(SIGNPOST)
    (folder / "shop" / "brand.yaml").write_text("name: Shop\ntypes: [how-to, story]\n")
    (folder / "shop" / "accounts.yaml").write_text(ACCOUNTS)
    (posts / "wax.md").write_text(POST)
    return folder


@pytest.fixture
def signpost(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Runs a command line in this process."""

    def call(*words: str) -> Ran:
        arguments: Sequence[str] = words
        code = run(arguments)
        said = capsys.readouterr()
        return Ran(code, said.out, said.err)

    return call
