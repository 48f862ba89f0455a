"""`signpost schema`, and what `check` says of schemas and of silences."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.unit.cli.conftest import Ran
from tests.unit.cli.test_check import commit

Signpost = Callable[..., Ran]
POST = "shop/posts/2090/12/wax.md"


def test_missing_schemas_are_named_and_nothing_is_written(
    signpost: Signpost, content: Path
) -> None:
    ran = signpost("schema")
    assert ran.code == 1
    assert "post.json" in ran.out
    assert "signpost schema --write" in ran.out
    assert not (content / ".schemas").exists()


def test_they_are_written_with_the_words_of_the_workspace(
    signpost: Signpost, content: Path
) -> None:
    ran = signpost("schema", "--write", "--format", "json")
    assert ran.code == 0
    written = json.loads(ran.out)
    assert written["written"] is True
    assert sorted(written["stale"]) == sorted(
        path.name for path in (content / ".schemas").iterdir()
    )
    words = json.loads((content / ".schemas/words.json").read_text())["definitions"]
    assert words["accounts"] == {"enum": ["fedi", "second"]}
    assert words["campaigns"] == {"not": {}}
    assert signpost("schema") == Ran(
        0, f"The schemas in {content / '.schemas'} are up to date.\n", ""
    )
    assert signpost("check").out == "1 post checked: nothing found.\n"


def test_check_says_when_they_are_old_and_only_then(signpost: Signpost, content: Path) -> None:
    hint = "What editors offer is out of date: `signpost schema --write` renews it.\n"
    signpost("schema", "--write")
    accounts = content / "shop/accounts.yaml"
    accounts.write_text(accounts.read_text().replace("id: second", "id: third"))
    ran = signpost("check")
    assert ran == Ran(0, f"1 post checked: nothing found.\n{hint}", "")
    assert signpost("schema").out.startswith("Missing or out of date in ")
    assert "words.json." in signpost("schema").out
    signpost("schema", "--write")
    assert hint not in signpost("check").out


def test_whether_they_are_old_is_not_remembered_for_other_files(
    signpost: Signpost, content: Path
) -> None:
    hint = "What editors offer is out of date: `signpost schema --write` renews it.\n"
    signpost("schema", "--write")
    commit(content)
    words = content / ".schemas/words.json"
    good = words.read_text()
    accounts = content / "shop/accounts.yaml"
    before = accounts.read_text()

    def told() -> list[bool]:
        return [hint in signpost("check", *cold).out for cold in ((), (), ("--cold",))]

    assert told() == [False] * 3
    words.write_text(good.replace("second", "third"))
    assert told() == [True] * 3
    words.write_text(good)
    assert told() == [False] * 3
    words.rename(words.with_name("others.json"))
    assert told() == [True] * 3
    words.with_name("others.json").rename(words)
    accounts.write_text(before.replace("id: second", "id: third"))
    assert told() == [True] * 3
    accounts.write_text(before)
    assert told() == [False] * 3


def silence(content: Path) -> None:
    """A second post with the same text, and a comment that lets it pass."""
    text = (content / POST).read_text().replace("7k2m9q4x1v3b", "8k2m9q4x1v3b")
    head = "---\n# signpost: allow TXT102 it is a jingle\n"
    (content / POST.replace("wax", "waxing")).write_text(text.replace("---\n", head, 1))


def test_what_is_silenced_is_counted_and_listed_on_request(
    signpost: Signpost, content: Path
) -> None:
    silence(content)
    short = signpost("check")
    assert short.code == 0
    assert "1 finding silenced; `signpost check --show-silenced` says" in short.out
    assert "jingle" not in short.out
    long = signpost("check", "--show-silenced").out
    assert "waxing.md:9:1: silenced TXT102" in long
    assert "    it is a jingle (line 2)\n" in long


def test_a_review_is_told_that_something_passes(signpost: Signpost, content: Path) -> None:
    silence(content)
    ran = signpost("check", "--format", "markdown")
    assert "2 posts checked: nothing found. 1 finding silenced." in ran.out


def test_json_has_what_is_silenced_and_paths_as_people_see_them(
    signpost: Signpost, content: Path
) -> None:
    silence(content)
    document = json.loads(signpost("check", "--format", "json").out)
    assert document["findings"] == []
    (item,) = document["silenced"]
    path = f"content/{POST.replace('wax', 'waxing')}"
    assert item["path"] == path
    assert item["silenced"] == {"path": path, "line": 2, "reason": "it is a jingle"}


def test_a_silence_holds_when_posts_are_remembered(signpost: Signpost, content: Path) -> None:
    silence(content)
    commit(content.parent)
    first = signpost("check")
    assert "1 finding silenced" in first.out
    assert [signpost("check"), signpost("check", "--cold")] == [first, first]


def test_fix_takes_out_what_silences_nothing(signpost: Signpost, content: Path) -> None:
    silence(content)
    (content / POST).unlink()
    ran = signpost("check", "--fix")
    assert ran.out == "Mended 1 fault.\n1 post checked: nothing found.\n"
    assert "signpost:" not in (content / POST.replace("wax", "waxing")).read_text()
