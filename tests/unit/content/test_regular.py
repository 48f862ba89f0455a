"""What is no regular file is refused at once, whatever it is called."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from signpost.content.files import read_text
from signpost.content.regular import NotRegularError, regular
from signpost.content.workspace_reader import read_workspace
from signpost.errors import ContentError
from tests.rules.reading import FIXTURES, findings, lay_out

needs_pipes = pytest.mark.skipif(
    not hasattr(os, "mkfifo"), reason="this system has no named pipes in its file system"
)


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return lay_out(FIXTURES / "TXT101" / "good", tmp_path)


@needs_pipes
@pytest.mark.parametrize("name", ["pipe.md", "flow/index.md", "flow/main.md"])
def test_a_named_pipe_as_text_is_a_finding_and_keeps_nobody_waiting(
    content: Path, name: str
) -> None:
    pipe = content / "shop/posts" / name
    pipe.parent.mkdir(exist_ok=True)
    if name == "flow/main.md":
        text = "---\nid: pipe00000001\npublish: 2026-12-01 09:00\naccounts: [main]\n---\nFlow.\n"
        (pipe.parent / "index.md").write_text(text)
    os.mkfifo(pipe)
    (found,) = findings(content)
    assert (found.code, found.span.path) == ("YML503", f"shop/posts/{name}")
    assert "named pipe" in found.cause


@needs_pipes
def test_a_named_pipe_as_configuration_is_a_finding(content: Path) -> None:
    (content / "shop/people.yaml").unlink(missing_ok=True)
    os.mkfifo(content / "shop/people.yaml")
    found = read_workspace(content).diagnostics
    assert [(item.code, item.span.path) for item in found] == [("YML503", "shop/people.yaml")]


@needs_pipes
def test_a_named_pipe_as_picture_is_no_picture(content: Path) -> None:
    os.mkfifo(content / "shop/posts/pipe.png")
    (content / "shop/posts/shown.md").write_text(
        "---\nid: pipe00000002\npublish: 2026-12-01 09:00\naccounts: [main]\n"
        "media:\n  - {file: pipe.png, alt: A pipe.}\n---\nShown.\n"
    )
    assert {(item.code, item.span.path) for item in findings(content)} == {
        ("MED202", "shop/posts/shown.md")
    }


def test_a_device_is_refused() -> None:
    with pytest.raises(NotRegularError):
        regular(os.devnull)
    with pytest.raises(ContentError) as raised:
        read_text(os.devnull, "shop/posts/a.md")
    (found,) = raised.value.diagnostics
    assert "no regular file" in found.cause


def test_a_link_to_nowhere_says_where(content: Path) -> None:
    (content / "shop/posts/d.md").symlink_to("gone.md")
    (found,) = findings(content)
    assert found.code == "FIL603"
    assert "there is no `gone.md`" in found.cause


def test_a_link_upwards_is_told_once_and_no_post_is_read_twice(content: Path) -> None:
    before = [post.path for post in read_workspace(content).posts]
    (content / "shop/posts/loop").symlink_to("../..")
    (content / "shop/posts/up").symlink_to(".")
    (content / "extra").mkdir()
    (content / "extra/back").symlink_to("../shop/posts")
    (content / "shop/posts/extra").symlink_to("../../extra")
    found = findings(content)
    assert {(item.code, item.span.path) for item in found} == {
        ("FIL603", f"shop/posts/{name}") for name in ("loop", "up", "extra/back")
    }
    assert [post.path for post in read_workspace(content).posts] == before


def test_two_links_to_one_folder_are_followed_once(content: Path) -> None:
    (content / "extra").mkdir()
    (content / "extra/a.md").write_text(
        "---\nid: linked000001\npublish: 2026-12-01 09:00\naccounts: [main]\n---\nLinked.\n"
    )
    for name in ("one", "two"):
        (content / "shop/posts" / name).symlink_to("../../extra")
    assert [item.span.path for item in findings(content)] == ["shop/posts/two"]
    paths = [post.path for post in read_workspace(content).posts]
    assert paths.count("shop/posts/one/a.md") == 1


def test_a_link_to_a_folder_of_pictures_is_none_of_ours(content: Path) -> None:
    (content / "shop/posts/pictures").mkdir()
    (content / "shop/posts/album").symlink_to("pictures")
    assert findings(content) == []
