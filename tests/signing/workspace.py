"""A repository of a small company on disk, with real keys made by ssh-keygen."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Strategy = Callable[..., tuple[int, str]]
"""Runs `signpost strategy …`: exit code and standard output."""
DATES = ("--effective", "2026-01-01", "--review-by", "2090-01-01")
FILES = {
    "content/signpost.yaml": "workspace: acme\nzone: UTC\nbrands: [acme]\n",
    "content/acme/brand.yaml": "name: Acme\nwebsite: https://acme.example\ntypes: [story]\n"
    "voice:\n  summary: Plain.\n  avoid: [epic]\n  emoji: 3\n",
    "content/acme/accounts.yaml": "accounts:\n  - id: shop\n    channel: mastodon\n"
    '    handle: "@shop"\n    server: https://social.example\n    secret: shop\n',
    "content/acme/kpis.yaml": "objectives:\n  - id: visits\n    title: Bring people in\n"
    "kpis:\n  - id: clicks\n    objective: visits\n    title: Visits\n    metric: link_clicks\n"
    "    unit: visits\n    period: month\n    baseline: 10\n"
    "targets:\n  - {kpi: clicks, by: 2027-03-31, value: 20}\n",
    "content/acme/positions.yaml": "positions:\n  - id: lead\n    title: Social lead\n"
    "    department: marketing\n    responsibilities: [Keeps the calendar]\n",
    "content/acme/people.yaml": "people:\n  - id: ada\n    name: Ada Amsel\n"
    "    email: ada@acme.example\n  - id: ben\n    name: Ben Buche\n    email: ben@acme.example\n",
    "content/acme/posts/2090/01/knots.md": "---\nid: 7k2m9q4x1v3b\ntitle: Knots\n"
    "publish: 2090-01-09 09:00\naccounts: [shop]\ntype: story\n---\n\nWe mend ropes.\n",
    "strategy-site/docs/acme/strategy/index.md": "# Strategy\n\nWe mend.\n\n"
    "| Channel | Decision |\n|---|---|\n| Mastodon | **Main.** They talk there |\n"
    "| Blog | Secondary |\n",
    "strategy-site/docs/acme/guidelines/index.md": "# Guidelines\n\nPlain words.\n",
    "strategy-site/docs/acme/onboarding/index.md": "# Onboarding\n\n- Read this.\n",
}


@dataclass(frozen=True)
class Company:
    """A repository and its people's keys.

    Args:
        folder: of the repository.
        keys: where the key pairs lie.
    """

    folder: Path
    keys: Path

    @property
    def site(self) -> Path:
        """strategy-site."""
        return self.folder / "strategy-site"

    def release(self, version: str = "2026.1") -> Path:
        """The folder of a release."""
        return self.site / "releases" / "acme" / version

    def key(self, name: str, kind: str = "ed25519", *options: str) -> Path:
        """The private key of a name, made where it is missing."""
        place = self.keys / name
        if not place.exists():
            self.keys.mkdir(parents=True, exist_ok=True)
            run("ssh-keygen", "-q", "-t", kind, "-N", "", "-C", name, "-f", str(place), *options)
        return place

    def write(self, path: str, text: str) -> None:
        """Write a file of the repository."""
        place = self.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")

    def edit(self, path: str, old: str, new: str) -> None:
        """Change a file of the repository."""
        text = (self.folder / path).read_text(encoding="utf-8")
        assert old in text
        self.write(path, text.replace(old, new))

    def commit(self, words: str = "A change") -> None:
        """Commit everything."""
        git(self.folder, "add", "--all")
        git(self.folder, "commit", "--quiet", "--allow-empty", "-m", words)


def found(folder: Path, keys: Path) -> Company:
    """A repository with a first commit; nobody has signed anything."""
    company = Company(folder, keys)
    for path, text in FILES.items():
        company.write(path, text)
    git(folder, "init", "--quiet", "--initial-branch=main")
    company.commit("The beginning")
    return company


def git(folder: Path, *words: str) -> str:
    """Run git as a test person."""
    who = ("-c", "user.name=Test", "-c", "user.email=test@acme.example", "-c", "commit.gpgsign=false",
           "-c", "protocol.file.allow=always")  # fmt: skip
    return run("git", "-C", str(folder), *who, *words)


def run(*words: str, inside: Path | None = None, text: bytes = b"") -> str:
    """Run a program; its output."""
    done = subprocess.run(words, cwd=inside, input=text, capture_output=True, check=False)
    assert done.returncode == 0, (words, done.stdout, done.stderr)
    return done.stdout.decode()


def environment(names: Iterable[str] = ("PATH", "HOME", "XDG_CONFIG_HOME")) -> dict[str, str]:
    """What a program started by a test may know."""
    return {name: os.environ[name] for name in names if name in os.environ} | {"NO_COLOR": "1"}


def told(strategy: Strategy, *words: str) -> tuple[int, dict[str, Any]]:
    """Exit code and JSON."""
    code, out = strategy(*words, "--format", "json")
    return code, json.loads(out)
