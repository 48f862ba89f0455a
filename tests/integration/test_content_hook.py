"""`git push` alone: ci/content.sh in the hooks of a bare repository, before a running stack."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.integration.demo_run import ROOT, DemoRun, environment, wait_until

SCRIPT = ROOT / "ci" / "content.sh"
SOURCE = "larkfell/posts/2027/02/from-a-push.md"
POST = """\
---
id: 4c7hmq2r9w3k
publish: now
accounts: [larkfell-workshop]
title: From a push
type: story
objective: repair
theme: care-and-repair
persona: repairer
owner: workshop-lead
language: en
---

Pushed with git and with nothing else: this needle has mended 412 tents.
"""


@dataclass(frozen=True)
class Desk:
    """An editor's clone of a bare repository that lies in the folder of the local stack."""

    demo: DemoRun
    bare: Path
    clone: Path
    environment: dict[str, str]

    def run(self, *words: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            words,
            cwd=folder or self.clone,
            capture_output=True,
            text=True,
            check=False,
            env=self.environment,
            timeout=240,
        )

    def commit(self, text: str) -> str:
        """Write the post and commit it; the commit's id."""
        path = self.clone / "content" / SOURCE
        path.write_text(text, encoding="utf-8")
        for words in (["add", "--all"], ["commit", "--quiet", "--message", "Write from a push"]):
            assert self.run("git", *words).returncode == 0
        return self.run("git", "rev-parse", "HEAD").stdout.strip()

    def push(self) -> subprocess.CompletedProcess[str]:
        return self.run("git", "push", "origin", "main")

    def tip(self) -> str:
        return self.run("git", "rev-parse", "main", folder=self.bare).stdout.strip()

    def public(self) -> int:
        """How often the post is on the local network."""
        return sum("412 tents" in post["text"] for post in self.demo.posts())


@pytest.fixture(scope="module")
def desk(demo: DemoRun) -> Iterator[Desk]:
    """Set up as docs/merge-to-live.md says; at the end the demo takes over what was pushed."""
    tool = demo.folder / "a tool" / "signpost"
    tool.parent.mkdir()
    tool.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m signpost.cli.main "$@"\n')
    tool.chmod(0o755)
    bare = demo.folder / "social media.git"
    found = Desk(
        demo,
        bare,
        demo.folder / "my desk",
        {
            **environment(),
            "SIGNPOST_COMMAND": str(tool),
            "GIT_AUTHOR_NAME": "Ed",
            "GIT_AUTHOR_EMAIL": "ed@localhost",
            "GIT_COMMITTER_NAME": "Ed",
            "GIT_COMMITTER_EMAIL": "ed@localhost",
        },
    )
    folder = demo.folder
    for words in (["--bare", str(demo.workspace), str(bare)], [str(bare), str(found.clone)]):
        done = found.run("git", "clone", "--quiet", *words, folder=folder)
        assert done.returncode == 0, done.stderr
    for name in ("pre-receive", "post-receive"):
        hook = bare / "hooks" / name
        hook.write_text(f'#!/bin/sh\nexec sh "{SCRIPT}" {name}\n')
        hook.chmod(0o755)
    yield found
    # The demo's own repository gets the same commits, or its next push would find drift.
    said = len(demo.output)
    subprocess.run(
        ["git", "-C", str(demo.workspace), "pull", "--quiet", "--ff-only", str(bare), "main"],
        check=True,
    )
    demo.wait_for(f"pushing commit {found.tip()[:10]}", 60, after=said)
    demo.wait_for("Nothing to do", 60, after=said)


def test_a_push_makes_a_post_live(desk: Desk) -> None:
    assert desk.public() == 0
    commit = desk.commit(POST)
    done = desk.push()
    assert done.returncode == 0, done.stderr
    assert desk.tip() == commit
    assert "remote: accepted: 1 created." in done.stderr, done.stderr
    wait_until(lambda: desk.public() == 1, 60, lambda: done.stderr)
    state = desk.run("sh", str(SCRIPT), "state", folder=desk.bare)
    assert state.stdout.startswith(f"The stack has main as it is ({commit}, ")
    assert sorted(path.name for path in (desk.bare / "signpost").iterdir()) == ["state"]


def test_a_bad_file_is_refused_and_nothing_reaches_the_stack(desk: Desk) -> None:
    tip, known = desk.tip(), desk.demo.deliveries()
    desk.commit(
        POST.replace("4c7hmq2r9w3k", "8d2kq5v7x1zt")
        .replace("publish: now", "publish: tomorow")
        .replace("412 tents", "413 tents")
    )
    done = desk.push()
    assert done.returncode != 0
    place = rf"^remote: content/{re.escape(SOURCE)}:3:10: YML502 "
    assert re.search(place, done.stderr, re.MULTILINE), done.stderr
    assert "nothing was changed" in done.stderr
    assert desk.tip() == tip
    assert desk.demo.deliveries().keys() == known.keys()
    assert desk.run("git", "reset", "--quiet", "--hard", tip).returncode == 0


def test_a_review_tells_what_a_merge_would_do(desk: Desk) -> None:
    base = desk.tip()
    new = POST.replace("4c7hmq2r9w3k", "8d2kq5v7x1zt").replace("412 tents", "413 tents")
    path = desk.clone / "content/larkfell/posts/2027/02/for-review.md"
    path.write_text(
        new.replace("publish: now", "publish: 2027-02-22 09:00")
        .replace("From a push", '"Ask @everyone | in #12"')
        .replace("Pushed with", "```\n<img src=x> Pushed with"),
        encoding="utf-8",
    )
    for words in (["add", "--all"], ["commit", "--quiet", "--message", "Write for review"]):
        assert desk.run("git", *words).returncode == 0
    folder = desk.demo.folder / "a review"
    done = desk.run("sh", str(SCRIPT), "review", str(folder), "--since", base)
    text = (folder / "comment.md").read_text(encoding="utf-8")
    assert text.startswith("<!-- signpost: review -->\n\n## Check\n"), done.stderr
    assert "1 to create, 0 to update, 0 to cancel" in text
    assert (
        "| create | 2027-02-22 09:00 | `larkfell-workshop` | `Ask @everyone ¦ in #12` "
        "| `larkfell/posts/2027/02/for-review.md` |" in text
    )
    assert "\n## Preview\n" in text
    assert len(text.encode()) < 65_000
    assert done.returncode == 0, done.stderr
    page = (folder / "preview.html").read_text(encoding="utf-8")
    assert "413 tents" in page
    assert "412 tents" not in page, "a post that was not changed is shown"
    assert sorted(item.name for item in folder.iterdir()) == ["comment.md", "preview.html"]
    assert desk.run("git", "reset", "--quiet", "--hard", base).returncode == 0
