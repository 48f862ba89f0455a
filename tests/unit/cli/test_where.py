"""Which content, which stack, which commit."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from signpost.cli.connection import find_connection, read_local
from signpost.cli.discovery import find_content, find_local
from signpost.cli.git import read_commit
from signpost.errors import SettingsError

LOCAL = {
    "pid": 1,
    "workspace": "acme",
    "endpoint": "http://127.0.0.1:1",
    "region": "eu-central-1",
    "access_key": "a",
    "secret_key": "hidden-canary",
    "bucket": "b",
    "control": "c",
    "network": "http://127.0.0.1:2",
}


def test_content_is_found_upwards_and_beside(content: Path) -> None:
    deep = content / "shop" / "posts" / "2090"
    assert find_content(None, deep) == content
    assert find_content(None, content.parent) == content
    assert find_content(content) == find_content(content.parent) == content


def test_the_nearest_content_wins(content: Path) -> None:
    inner = content / "shop" / "content"
    inner.mkdir()
    (inner / "signpost.yaml").write_text("workspace: inner\n")
    assert find_content(None, inner) == inner
    assert find_content(None, content / "shop") == inner


def local_file(content: Path) -> Path:
    """A running local stack's file above the content."""
    path = content.parent / ".signpost" / "local.json"
    path.parent.mkdir()
    path.write_text(json.dumps(LOCAL))
    return path


def test_environment_wins_then_the_local_stack_then_the_file(content: Path) -> None:
    deploy = {"bucket": "of-yaml", "region": "r", "control": "f"}
    assert find_connection(content, deploy, {}).bucket == "of-yaml"
    path = local_file(content)
    assert find_local(content) == path
    assert find_connection(content, deploy, {}).bucket == "b"
    env = {"SIGNPOST_BUCKET": "of-env", "SIGNPOST_CONTROL": "fn"}
    found = find_connection(content, deploy, env)
    assert (found.bucket, found.control, found.endpoint, found.network) == (
        "of-env",
        "fn",
        None,
        "",
    )


def test_a_connection_never_shows_its_key(content: Path) -> None:
    assert "hidden-canary" not in repr(read_local(local_file(content)))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"bucket": "b"}'])
def test_a_damaged_local_file_is_told(content: Path, text: str) -> None:
    path = local_file(content)
    path.write_text(text)
    with pytest.raises(SettingsError, match="damaged"):
        read_local(path)


def git(folder: Path, *words: str) -> None:
    """Run git without anybody's configuration."""
    who = ("-c", "user.name=T", "-c", "user.email=t@localhost", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", str(folder), *who, *words], check=True, capture_output=True)


def test_the_commit_its_trailer_and_what_is_not_committed(content: Path) -> None:
    assert read_commit(content).id == ""
    git(content.parent, "init", "--quiet")
    assert read_commit(content).id == ""
    git(content.parent, "add", ".")
    message = (
        f"Cancel the sale\n\nIt was too early.\n\nSignpost-Approve: {'a' * 64}\nReviewed-by: M"
    )
    git(content.parent, "commit", "--quiet", "-m", message)
    commit = read_commit(content)
    assert len(commit.id) == 40
    assert commit.approve == ("a" * 64,)
    assert not commit.dirty
    (content.parent / "elsewhere.txt").write_text("x")
    assert not read_commit(content).dirty
    (content / "signpost.yaml").write_text("changed")
    assert read_commit(content).dirty


def test_a_digest_in_the_text_of_a_message_approves_nothing(content: Path) -> None:
    git(content.parent, "init", "--quiet")
    git(content.parent, "add", ".")
    text = f"Talk\n\nSignpost-Approve: {'a' * 64}\nis what one writes to approve.\n\nMore text."
    git(content.parent, "commit", "--quiet", "-m", text)
    assert read_commit(content).approve == ()
