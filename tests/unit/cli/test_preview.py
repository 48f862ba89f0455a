from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from signpost.checks.public_holidays import PackagedHolidays
from signpost.cli.main import run

HEAD = "---\nid: {id}\ntitle: {title}\npublish: 2026-12-01 09:00\naccounts: [toot]\n"


def git(folder: Path, *arguments: str) -> None:
    names = {
        f"GIT_{who}_{what}": "t@t" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
    }
    environment = {**os.environ, **names, "GIT_CONFIG_GLOBAL": os.devnull}
    subprocess.run(["git", "-C", str(folder), *arguments], check=True, env=environment,
                   capture_output=True)  # fmt: skip


@pytest.fixture
def content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with two posts, committed; the present folder."""
    content = tmp_path / "content"
    (content / "shop/posts").mkdir(parents=True)
    (content / "signpost.yaml").write_text("workspace: w\nzone: Europe/Berlin\nbrands: [shop]\n")
    (content / "shop/brand.yaml").write_text("name: Shop\nzone: Europe/Berlin\nlanguage: en\n")
    (content / "shop/accounts.yaml").write_text(
        'accounts:\n  - {id: toot, channel: mastodon, handle: "@shop", secret: t,\n'
        '     server: "https://social.example"}\n'
    )
    for number, title in ((1, "One"), (2, "Two")):
        text = HEAD.format(id=f"post{number}111", title=title) + f"---\n\nText of {title}.\n"
        (content / f"shop/posts/{title.lower()}.md").write_text(text)
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "one")
    monkeypatch.chdir(tmp_path)
    return content


def document(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    capsys.readouterr()
    assert run(["preview", *arguments, "--format", "json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def titles(found: dict[str, Any]) -> list[str]:
    return [post["title"] for post in found["posts"]]


@pytest.mark.parametrize(
    "words", ["content/shop/posts/one.md", "shop/posts/one.md", "post1111", "post1", "ONE"]
)
def test_a_post_is_named_in_every_way(
    content: Path, capsys: pytest.CaptureFixture[str], words: str
) -> None:
    found = document(capsys, words, "--zone", "America/New_York")
    (post,) = found["posts"]
    assert (post["title"], post["due"], post["zone"]) == (
        "One", "2026-12-01T08:00:00.000Z", "Europe/Berlin",
    )  # fmt: skip
    (copy,) = post["copies"]
    (part,) = copy["parts"]
    assert part["text"] == [{"kind": "plain", "text": "Text of One.", "target": ""}]
    assert part["counters"] == [{"what": "characters", "used": 12, "limit": 500, "over": False}]
    assert (found["zone"], found["html"]) == ("America/New_York", None)


def test_without_a_name_it_shows_what_changed(
    content: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["preview"]) == 0
    assert "No post changed since the last commit." in capsys.readouterr().out
    path = content / "shop/posts/two.md"
    path.write_text(path.read_text() + "\nMore.\n")
    new = HEAD.format(id="draft333", title="New") + "status: draft\n---\n\nSoon.\n"
    (content / "shop/posts/new.md").write_text(new)
    assert sorted(titles(document(capsys))) == ["New", "Two"]


def test_since_a_revision_names_what_is_deleted_and_not_what_moved(
    content: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    posts = content / "shop/posts"
    git(content, "checkout", "-q", "-b", "change")
    (posts / "one.md").unlink()
    (posts / "two.md").rename(posts / "zwei.md")
    git(content, "add", "-A")
    git(content, "commit", "-q", "-m", "change")
    found = document(capsys, "--since", "main")
    assert titles(found) == ["Two"]
    assert found["deleted"] == [
        {"path": "content/shop/posts/one.md", "id": "post1111", "title": "One"}
    ]
    assert run(["preview", "--since", "main", "--format", "markdown"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("## Preview\n")
    assert "### 1 post deleted\n\n- `One` `content/shop/posts/one.md`" in told


def test_since_begins_where_the_histories_part(
    content: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    git(content, "checkout", "-q", "-b", "change")
    git(content, "checkout", "-q", "main")
    (content / "shop/posts/one.md").unlink()
    git(content, "commit", "-q", "-a", "-m", "meanwhile, on main")
    git(content, "checkout", "-q", "change")
    found = document(capsys, "--since", "main")
    assert (found["posts"], found["deleted"]) == ([], [])


def test_a_draft_without_time_and_account_is_shown_for_all_accounts(
    content: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (content / "shop/ideas").mkdir()
    (content / "shop/ideas/some-day.md").write_text(
        "---\nid: idea4444\ntitle: I\n---\n\nPerhaps.\n"
    )
    (post,) = document(capsys, "idea4444")["posts"]
    assert (post["state"], post["due"], post["when"]) == ("idea", None, "no time yet")
    assert [copy["account"] for copy in post["copies"]] == ["toot"]
    assert post["notes"] == [
        "It names no account yet, so it is shown for every account of the brand."
    ]
    assert [item["code"] for item in post["findings"]] == []


def test_faults_are_shown_beside_what_can_be_shown(
    content: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = HEAD.format(id="wrong555", title="Wrong").replace("09:00", "25:00")
    (content / "shop/posts/wrong.md").write_text(
        f"{text}media:\n  - {{file: gone.png, alt: G}}\n---\n\n{'x' * 501}\n"
    )
    (content / "shop/posts/broken.md").write_text("no front matter\n")
    broken, wrong = sorted(document(capsys)["posts"], key=lambda post: str(post["path"]))
    assert broken["state"] == "unreadable"
    assert [item["code"] for item in broken["findings"]] == ["FIL602"]
    assert {"TXT101", "MED202"} <= {item["code"] for item in wrong["findings"]}
    assert wrong["copies"][0]["parts"][0]["counters"][0]["over"] is True
    assert run(["preview", "wrong555"]) == 0
    told = capsys.readouterr().out
    assert "501 of 500 – too many" in told


def test_an_account_that_is_not_there_is_told_once(
    content: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = content / "shop/posts/one.md"
    path.write_text(path.read_text().replace("[toot]", "[toot, tooot]"))
    (post,) = document(capsys)["posts"]
    found = [(item["code"], item["column"]) for item in post["findings"]]
    assert found == [("REF401", 18)]


def test_with_a_page_the_terminal_gets_a_line_for_each_post(
    content: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    assert run(["preview", "content/shop/posts", "--html", str(page)]) == 0
    one, two, last = capsys.readouterr().out.splitlines()
    assert one.startswith("One  content/shop/posts/one.md  ")
    assert two.startswith("Two  content/shop/posts/two.md  ")
    assert "Tue 1 Dec 2026, 09:00 Europe/Berlin" in two
    assert last == f"The page: {page}"


def test_what_is_not_there_is_said(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["preview", "nothing"]) == 1
    assert "There is no post `nothing`." in capsys.readouterr().err
    assert run(["preview", "--since", "nowhere"]) == 1
    assert "There is no revision `nowhere` here." in capsys.readouterr().err
    assert run(["preview", "--since", "main", "one"]) == 2
    assert run(["preview", "--zone", "Mars"]) == 2


def test_without_git_posts_have_to_be_named(
    content: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / ".git").rename(tmp_path / "no-git")
    assert run(["preview"]) == 1
    assert "The content is in no git repository." in capsys.readouterr().err
    assert titles(document(capsys, "post1")) == ["One"]


def test_before_the_first_commit_all_is_new(
    content: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    git(tmp_path, "update-ref", "-d", "HEAD")
    assert titles(document(capsys)) == ["One", "Two"]


def test_the_page_is_written_even_where_nothing_changed(
    content: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    page = tmp_path / "out" / "page.html"
    assert run(["preview", "--since", "main", "--html", str(page)]) == 0
    assert "<h1>No posts since main</h1>" in page.read_text()
    assert f"The page: {page}" in capsys.readouterr().out


def test_a_page_that_cannot_be_written_is_an_error(
    content: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    assert run(["preview", "post1", "--html", str(tmp_path / "file" / "page.html")]) == 1
    assert "cannot be written" in capsys.readouterr().err


def test_the_terminal_shows_the_words_and_no_control_characters(
    content: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = content / "shop/posts/one.md"
    path.write_text(path.read_text() + "\n\x1b[31mRed \u202eturned\nhttps://www.shop.example/a/b\n")
    assert run(["preview", "post1111", "--zone", "Europe/Berlin"]) == 0
    told = capsys.readouterr().out
    assert "│ Text of One." in told
    assert "shop.example/a/b" in told
    assert "\x1b" not in told
    assert "\u202e" not in told
    assert told.count("Europe/Berlin") == 1, "one zone is told once"


def test_the_page_is_opened_in_the_browser_that_is_named(content: Path, tmp_path: Path) -> None:
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\ncat "${{1#file://}}" >{tmp_path}/seen\n')
    browser.chmod(0o755)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    words = [sys.executable, "-m", "signpost.cli.main", "preview", "post1111", "--open"]
    for named, seen in ((f"{browser} %s", True), ("", False)):
        (tmp_path / "seen").unlink(missing_ok=True)
        hidden = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "BROWSER": named}
        done = subprocess.run(
            words, env={**environment, **hidden}, cwd=tmp_path, capture_output=True, check=True
        )
        assert (tmp_path / "seen").exists() is seen
        assert (b"No browser could be started" in done.stderr) is not seen


def test_names_that_are_no_unicode_stop_nothing(
    content: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    name = os.fsdecode(b"wei\xdf.png")
    (content / "shop/posts" / name).write_bytes(b"x")
    page = tmp_path / "page.html"
    assert run(["preview", "--html", str(page)]) == 0
    assert "No post changed" in capsys.readouterr().out


def test_holidays_are_looked_up_once(
    content: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (content / "shop/brand.yaml").write_text("name: Shop\nlanguage: en\ncountries: [DE]\n")
    one = content / "shop/posts/one.md"
    one.write_text(one.read_text().replace("2026-12-01", "2090-12-25"))

    def codes() -> list[str]:
        (post,) = document(capsys, "post1111")["posts"]
        return [item["code"] for item in post["findings"]]

    assert codes() == ["TIM306"]
    monkeypatch.delattr(PackagedHolidays, "of")
    assert codes() == ["TIM306"]
