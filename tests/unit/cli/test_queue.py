"""`signpost queue`, and ideas that become posts."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signpost.cli.ideas import set_keys
from signpost.errors import SignpostError
from tests.unit.cli.conftest import Ran

Signpost = Callable[..., Ran]

STAGES = """\
name: Shop
types: [how-to, story]
stages:
  - {id: text, title: Text, position: editor, lead: 6d}
  - {id: client, title: Client approval, position: contact, lead: 2d}
"""
POSITIONS = """\
positions:
  - {id: editor, title: Editor}
  - {id: contact, title: Contact, client: true}
"""
PEOPLE = """\
people:
  - {id: finn, name: Finn}
  - {id: ada, name: Ada}
holders:
  - {position: editor, person: finn, deputy: ada}
  - {position: contact, person: ada, deputy: finn}
"""


@pytest.fixture
def staged(content: Path) -> Path:
    shop = content / "shop"
    (shop / "brand.yaml").write_text(STAGES)
    (shop / "positions.yaml").write_text(POSITIONS)
    (shop / "people.yaml").write_text(PEOPLE)
    return content


def draft(content: Path, name: str, stage: str, in_days: float, post_id: str) -> Path:
    due = datetime.now(UTC) + timedelta(days=in_days)
    path = content / "shop" / "posts" / f"{name}.md"
    path.write_text(
        f"---\nid: {post_id}\ntitle: {name}\npublish: {due:%Y-%m-%d %H:%M}+00:00\n"
        f"accounts: [fedi]\ntype: how-to\nstage: {stage}\nstatus: draft\n---\n{name} text.\n"
    )
    return path


def test_the_queue_is_worst_first_and_says_whose_turn_it_is(
    signpost: Signpost, staged: Path
) -> None:
    draft(staged, "fine", "text", 30, "aaaa00000001")
    draft(staged, "late", "text", 5, "aaaa00000002")
    draft(staged, "lost", "client", 0.5, "aaaa00000003")
    draft(staged, "soon", "client", 2.5, "aaaa00000004")
    ran = signpost("queue")
    assert ran.code == 1
    lines = ran.out.splitlines()
    assert [line.split()[0] for line in lines[1:5]] == ["late,", "late,", "soon,", "on"]
    assert "Contact (client): Ada" in ran.out
    assert "Editor: Finn" in ran.out
    assert "not committed" in ran.out
    assert "4 posts in work, 2 behind." in ran.out


def test_it_can_be_narrowed_and_is_a_document_for_machines(
    signpost: Signpost, staged: Path
) -> None:
    draft(staged, "mine", "text", 30, "aaaa00000001")
    draft(staged, "theirs", "client", 30, "aaaa00000002")
    told = json.loads(signpost("queue", "--person", "ada", "--format", "json").out)
    assert [task["title"] for task in told["tasks"]] == ["theirs"]
    assert told["tasks"][0]["standing"] == "on time"
    told = json.loads(signpost("queue", "--position", "editor", "--format", "json").out)
    assert [task["title"] for task in told["tasks"]] == ["mine"]
    wrong = signpost("queue", "--person", "fin")
    assert wrong.code == 2
    assert "Did you mean `finn`?" in wrong.err


def test_git_knows_since_when(signpost: Signpost, staged: Path) -> None:
    path = draft(staged, "mine", "text", 30, "aaaa00000001")

    def git(*words: str, at: str) -> None:
        subprocess.run(
            ["git", "-c", "user.name=T", "-c", "user.email=t@example.org", *words],
            cwd=staged.parent,
            check=True,
            capture_output=True,
            env={"PATH": "/usr/bin:/bin", "GIT_COMMITTER_DATE": at, "GIT_AUTHOR_DATE": at},
        )

    git("init", "-q", at="2026-01-01T00:00:00Z")
    git("add", ".", at="2026-01-01T00:00:00Z")
    git("commit", "-qm", "one", at="2026-01-01T00:00:00Z")
    path.write_text(path.read_text().replace("mine text", "better text"))
    git("commit", "-qam", "two", at="2026-02-01T00:00:00Z")
    (task,) = json.loads(signpost("queue", "--format", "json").out)["tasks"]
    assert task["since"] == "2026-01-01T00:00:00.000Z"
    path.write_text(path.read_text().replace("stage: text", "stage: client"))
    git("commit", "-qam", "three", at="2026-03-01T00:00:00Z")
    (task,) = json.loads(signpost("queue", "--format", "json").out)["tasks"]
    assert (task["stage"], task["since"]) == ("client", "2026-03-01T00:00:00.000Z")


def test_an_empty_queue_says_so(signpost: Signpost, content: Path) -> None:
    ran = signpost("queue")
    assert (ran.code, ran.out.splitlines()[0]) == (0, "Nothing waits for anybody.")
    assert "stages:" in ran.out


def test_an_idea_becomes_a_post_that_begins_in_the_first_stage(
    signpost: Signpost, staged: Path
) -> None:
    made = json.loads(
        signpost("new", "--idea", "--title", "Knots", "--type", "story", "--format", "json").out
    )
    idea = Path(made["path"])
    assert idea == staged / "shop/ideas/knots.md"
    assert "publish" not in idea.read_text()
    idea.write_text(idea.read_text() + "\nThe bowline holds.\n")
    assert signpost("check").code == 0
    assert "1 idea in the drawer" in signpost("queue").out
    ran = signpost("new", "--from-idea", "shop/ideas/knots.md", "--at", "2090-12-24 09:00")
    assert ran.code == 0, ran.err
    assert not idea.exists()
    text = (staged / "shop/posts/2090/12/knots.md").read_text()
    assert f"id: {made['id']}\n" in text
    assert "publish: 2090-12-24 09:00\n" in text
    assert "stage: text\n" in text
    assert "status: draft\n" in text
    assert "type: story\n" in text
    assert "The bowline holds." in text
    assert signpost("check").code == 0


def test_an_ideas_folder_and_its_pictures_move_along(signpost: Signpost, staged: Path) -> None:
    folder = staged / "shop/ideas/hut"
    folder.mkdir(parents=True)
    head = (
        "---\nid: aaaa0000000{}\ntitle: Hut {}\nmedia:\n  - {{file: {}, alt: A hut.}}\n---\nHut.\n"
    )
    (folder / "index.md").write_text(head.format(1, 1, "hut.gif"))
    (folder / "hut.gif").write_bytes(b"GIF89a" + bytes(10))
    (folder.parent / "single.md").write_text(head.format(2, 2, "one.gif"))
    (folder.parent / "shared.md").write_text(head.format(3, 3, "one.gif"))
    (folder.parent / "one.gif").write_bytes(b"GIF89a" + bytes(9))
    at = ("--at", "2090-12-24 09:00")
    assert signpost("new", "--from-idea", "shop/ideas/hut", *at).code == 0
    assert not folder.exists()
    post = staged / "shop/posts/2090/12/hut-1"
    assert sorted(item.name for item in post.iterdir()) == ["hut.gif", "index.md"]
    assert signpost("new", "--from-idea", "aaaa00000002", *at).code == 0
    post = staged / "shop/posts/2090/12/hut-2"
    assert sorted(item.name for item in post.iterdir()) == ["index.md", "one.gif"]
    assert (folder.parent / "one.gif").exists(), "another idea shows it, too"


@pytest.mark.parametrize(
    "words",
    [
        ("--idea", "--at", "now"),
        ("--idea", "--from-idea", "x"),
        ("--from-idea", "nothing"),
        ("--from-idea", "shop/posts/2090/12/wax-your-boots.md"),
    ],
)
def test_what_makes_no_sense_is_refused(
    signpost: Signpost, staged: Path, words: tuple[str, ...]
) -> None:
    assert signpost("new", *words).code == 2


KEYS = st.lists(
    st.sampled_from(["title: A", "tags:\n  - a\n  - b", "# a comment", "media:\n- {a: b}", ""]),
    max_size=6,
)


@given(KEYS, st.sampled_from(["\n", "\r\n"]), st.text("xyz \n-#", max_size=40))
def test_setting_keys_changes_nothing_else(head: list[str], newline: str, body: str) -> None:
    text = "\n".join(["---", *head, "---", body]).replace("\n", newline)
    done = set_keys(text, {"status": "draft", "title": "New"})
    assert done.endswith(newline.join(["---", body.replace("\n", newline)]))
    lines = done.split(newline)
    assert "status: draft" in lines
    assert lines.count("title: New") >= 1
    assert set_keys(done, {"status": "draft", "title": "New"}) == done
    for line in ("# a comment", "tags:", "  - a"):
        assert lines.count(line) >= text.split(newline)[: len(lines)].count(line)


@pytest.mark.parametrize("text", ["", "no fence", "---\nid: a\n"])
def test_a_file_without_front_matter_is_left_alone(text: str) -> None:
    with pytest.raises(SignpostError):
        set_keys(text, {"a": "b"})


def test_a_file_with_a_fault_is_named_where_it_is_missed(signpost: Signpost, staged: Path) -> None:
    draft(staged, "soon", "text", 30, "aaaaaaaaaaaa")
    assert "can be read" not in signpost("queue").err
    (staged / "shop" / "people.yaml").write_text("people: [")
    ran = signpost("queue")
    assert "nobody" in ran.out
    assert "Not all of shop/people.yaml can be read; `signpost check` says why." in ran.err
