"""The scratch repository: made of the sample at any time of the year, and clean for `check`."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from signpost.checks.registry import run_checks
from signpost.connectors.registry import Registry
from signpost.content.workspace_reader import read_workspace
from signpost.errors import StackError
from signpost.local.scratch import (
    APART_S,
    SOON_S,
    Scratch,
    choose,
    commit,
    git,
    resolve_or_late,
)

MOMENTS = (
    datetime(2026, 11, 22, 12, 0, tzinfo=UTC),
    datetime(2026, 12, 20, 6, 30, tzinfo=UTC),
    datetime(2027, 3, 28, 0, 59, 40, tzinfo=UTC),  # the clock jumps while the posts are due
    datetime(2027, 10, 31, 0, 30, tzinfo=UTC),  # the hour that comes twice
    datetime(2031, 7, 1, tzinfo=UTC),
)


@pytest.mark.parametrize("now", MOMENTS, ids=str)
def test_first_posts_are_due_soon_and_all_others_lie_ahead(
    tmp_path: Path, project: Path, now: datetime
) -> None:
    scratch = Scratch(tmp_path / "workspace", tmp_path / "pushed")
    assert not scratch.exists
    scratch.copy(project / "content", handbook=True)
    assert not scratch.exists
    scratch.begin(now)
    assert scratch.exists
    assert scratch.untouched
    read = read_workspace(scratch.content)
    registry = Registry()
    specs = {channel: registry.get(channel).spec for channel in registry.ids()}
    assert run_checks(read, specs, now) == []
    assert read.workspace is not None
    assert read.workspace.id == "demo"
    assert read.workspace.ages_s[0] == 10
    ready = [post for post in read.posts if post.status == "ready"]
    times = sorted(resolve_or_late(post) for post in ready)
    soon = [moment for moment in times if moment <= now + timedelta(seconds=60)]
    assert 4 <= len(soon) <= 6
    first = {post.brand for post in ready if resolve_or_late(post) in soon}
    assert first == {"larkfell", "nebelstein"}
    assert read.workspace.require_release
    assert soon[0] >= now + timedelta(seconds=SOON_S - 1)
    assert all(moment > now + timedelta(minutes=30) for moment in times[len(soon) :])


def test_the_chosen_show_something_different_each(project: Path) -> None:
    chosen = choose(read_workspace(project / "content"))
    assert any(post.thread for post in chosen)
    assert any(post.media and not post.thread for post in chosen)
    assert any(len(post.bodies) > 1 for post in chosen)
    assert {account for post in chosen for account in post.accounts} == {
        "larkfell-shop", "larkfell-workshop", "larkfell-sky", "larkfell-journal",
    }  # fmt: skip
    assert APART_S * len(chosen) + SOON_S < 60


def test_only_what_is_committed_is_laid_out(tmp_path: Path, project: Path) -> None:
    scratch = Scratch(tmp_path / "workspace", tmp_path / "pushed")
    scratch.copy(project / "content", handbook=False)
    scratch.begin(MOMENTS[0])
    first = scratch.head()
    (scratch.content / "signpost.yaml").write_text("half-written")
    assert not scratch.untouched
    laid_out = scratch.checkout()
    assert (laid_out / "signpost.yaml").read_text() != "half-written"
    git(scratch.folder, "commit", "--quiet", "--all", "--message", "Now")
    assert scratch.head() != first
    assert (scratch.checkout() / "signpost.yaml").read_text() == "half-written"


def test_a_cut_off_making_is_made_again(tmp_path: Path, project: Path) -> None:
    scratch = Scratch(tmp_path / "workspace", tmp_path / "pushed")
    (tmp_path / "workspace").mkdir()
    (tmp_path / "workspace.new" / "content").mkdir(parents=True)
    assert not scratch.exists
    scratch.copy(project / "content", handbook=False)
    scratch.begin(MOMENTS[0])
    assert scratch.exists
    assert not scratch.draft.exists()


def test_one_that_was_never_accepted_is_due_anew(tmp_path: Path, project: Path) -> None:
    scratch = Scratch(tmp_path / "workspace", tmp_path / "pushed")
    scratch.copy(project / "content", handbook=True)
    (scratch.draft / "signature").write_text("of somebody")
    commit(scratch.draft, "Sign")
    signed = git(scratch.draft, "rev-parse", "HEAD")
    later = MOMENTS[0] + timedelta(days=3)
    for now in (MOMENTS[0], later):
        scratch.begin(now)
        assert scratch.untouched
        assert git(scratch.folder, "rev-parse", "HEAD~1") == signed
    times = [resolve_or_late(post) for post in read_workspace(scratch.content).posts]
    assert min(times) >= later
    assert sum(moment <= later + timedelta(seconds=60) for moment in times) >= 4


def test_git_that_fails_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(StackError, match="git log failed"):
        git(tmp_path, "log")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StackError, match="git is not installed"):
        git(tmp_path, "log")


def test_no_channel_is_left_out(tmp_path: Path, project: Path) -> None:
    """Also where the only post of a channel is a late one, and like others."""
    content = tmp_path / "content"
    shutil.copytree(project / "content", content)
    brand = content / "larkfell"
    layers = brand / "posts" / "2026" / "12" / "layers"
    (layers / "wordpress.md").unlink()
    index = layers / "index.md"
    index.write_text(index.read_text().replace(", larkfell-journal]", "]"))
    late = brand / "posts" / "2027" / "02" / "five-patches.md"
    text = late.read_text()
    late.write_text(re.sub(r"(?m)^accounts: \[", "accounts: [larkfell-journal, ", text))
    chosen = choose(read_workspace(content))
    assert "larkfell/posts/2027/02/five-patches.md" in [post.path for post in chosen]
