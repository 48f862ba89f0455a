"""`signpost new`: a file that passes `check`, and never one too many."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Ran

Signpost = Callable[..., Ran]


def test_a_new_post_is_a_draft_that_check_accepts(signpost: Signpost, content: Path) -> None:
    ran = signpost(
        "new", "--title", 'Über "Boots": 1', "--type", "story", "--at", "2090-12-24 09:00"
    )
    assert ran.code == 0
    path = content / "shop/posts/2090/12/uber-boots-1.md"
    assert str(path.relative_to(Path.cwd())) in ran.out
    text = path.read_text()
    assert 'title: "Über \\"Boots\\": 1"' in text
    assert "accounts: [fedi, second]" in text
    assert "status: draft" in text
    assert signpost("check").code == 0


def test_it_is_ready_when_the_draft_line_goes(signpost: Signpost, content: Path) -> None:
    made = json.loads(
        signpost("new", "--accounts", "second", "--at", "now", "--format", "json").out
    )
    path = Path(made["path"])
    assert path.is_relative_to(content)
    assert f"id: {made['id']}\n" in path.read_text()
    path.write_text(path.read_text().replace("status: draft\n", ""))
    assert signpost("check").code == 0


def test_nothing_is_overwritten(signpost: Signpost, content: Path) -> None:
    words = ("new", "--title", "Same", "--at", "2090-12-24 09:00")
    assert signpost(*words).code == signpost(*words).code == 0
    found = sorted(path.name for path in content.rglob("same*.md"))
    assert found == ["same-2.md", "same.md"]
    ids = {path.read_text().splitlines()[1] for path in content.rglob("same*.md")}
    assert len(ids) == 2


def test_a_post_folder_of_that_name_counts(signpost: Signpost, content: Path) -> None:
    (content / "shop/posts/2090/12/same").mkdir()
    signpost("new", "--title", "Same", "--at", "2090-12-24 09:00")
    assert (content / "shop/posts/2090/12/same-2.md").is_file()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--brand", "shpo"], "There is no brand `shpo`. Did you mean `shop`?"),
        (["--type", "storry"], "Did you mean `story`?"),
        (["--accounts", "fedi,sekond"], "Did you mean `second`?"),
        (["--accounts", ","], "names none"),
        (["--at", "tomorrow"], "is not a date and time"),
        (["--at", "2020-12-01 09:00"], "is in the past"),
        (["--at", "2090-03-26 02:30"], "does not exist in Europe/Vienna"),
    ],
)
def test_mistakes_are_usage_errors(
    signpost: Signpost, content: Path, words: list[str], said: str
) -> None:
    before = sorted(content.rglob("*.md"))
    ran = signpost("new", *words)
    assert ran.code == 2
    assert said in ran.err
    assert sorted(content.rglob("*.md")) == before


def test_without_a_terminal_nothing_is_asked(signpost: Signpost, content: Path) -> None:
    assert content.is_dir()
    ran = signpost("new")
    assert ran.code == 0
    assert "untitled-post" in ran.out


def test_without_a_brand_it_says_so(signpost: Signpost, content: Path) -> None:
    (content / "signpost.yaml").write_text("workspace: acme\nzone: UTC\nbrands: []\n")
    ran = signpost("new", "--title", "Wax")
    assert ran.code == 2
    assert "lists no brand" in ran.err


def test_a_brand_with_a_fault_is_not_said_to_be_missing(signpost: Signpost, content: Path) -> None:
    (content / "shop" / "brand.yaml").write_text("name: [Shop")
    for words in (["--title", "Boots"], ["--brand", "shop"]):
        ran = signpost("new", *words)
        assert ran.code == 2
        assert "The brand `shop` cannot be read. `signpost check` says why." in ran.err
