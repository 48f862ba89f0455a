"""`signpost check`: all faults at once, fixes, both formats."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Ran

Signpost = Callable[..., Ran]
POST = "shop/posts/2090/12/wax.md"


def commit(folder: Path) -> None:
    """A repository whose HEAD has everything that lies in the folder."""
    for words in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "-m", "Go"]):
        who = ("-c", "user.name=T", "-c", "user.email=t@localhost", "-c", "commit.gpgsign=false")
        subprocess.run(["git", "-C", str(folder), *who, *words], check=True)


def test_a_clean_folder_says_so(signpost: Signpost, content: Path) -> None:
    assert content.is_dir()
    assert signpost("check") == Ran(0, "1 post checked: nothing found.\n", "")


def test_all_faults_are_shown_with_place_code_and_remedy(signpost: Signpost, content: Path) -> None:
    post = content / POST
    text = post.read_text().replace("accounts: [fedi]", "accounts: [fedy]\ntitel: x")
    post.write_text(text.replace("2090-12-01 09:00", "tomorow"))
    ran = signpost("check")
    assert ran.code == 1
    assert f"content/{POST}:6:" in ran.out
    assert f"content/{POST}:4:" in ran.out
    assert "Did you mean `title`?" in ran.out
    assert "3 errors in 1 file." in ran.out


def test_json_has_every_finding(signpost: Signpost, content: Path) -> None:
    post = content / POST
    post.write_text(post.read_text().replace("id: 7k2m9q4x1v3b\n", ""))
    ran = signpost("check", "--format", "json")
    assert ran.code == 1
    document = json.loads(ran.out)
    assert document["schema"] == 1
    (finding,) = document["findings"]
    assert finding["path"] == f"content/{POST}"
    assert finding["fixable"] is True
    assert finding["severity"] == "error"


def test_fix_mints_a_missing_id(signpost: Signpost, content: Path) -> None:
    post = content / POST
    post.write_text(post.read_text().replace("id: 7k2m9q4x1v3b\n", ""))
    ran = signpost("check", "--fix")
    assert ran.code == 0
    assert "Mended 1 fault." in ran.out
    assert "\nid: " in post.read_text()


def test_a_path_limits_what_is_shown(signpost: Signpost, content: Path) -> None:
    post = content / POST
    post.write_text(post.read_text().replace("accounts: [fedi]", "accounts: [fedy]"))
    good = post.with_name("good.md")
    good.write_text(
        post.read_text().replace("fedy", "second").replace("7k2m9q4x1v3b", "7k2m9q4x1v3c")
    )
    assert signpost("check", str(good)).code == 0
    assert signpost("check", str(post.parent)).code == 1


def test_a_path_is_seen_from_here_or_from_the_content_folder(
    signpost: Signpost, content: Path
) -> None:
    post = content / POST
    post.write_text(post.read_text().replace("accounts: [fedi]", "accounts: [fedy]"))
    for path in (POST, f"content/{POST}", "shop", str(post)):
        assert signpost("check", path).code == 1
    assert signpost("check", "shop/brand.yaml").code == 0
    mistyped = signpost("check", "shop/psots")
    assert mistyped.code == 2
    assert "There is no `shop/psots`" in mistyped.err
    assert signpost("check", str(content.parent)).code == 1


def test_files_are_named_as_they_are_seen_from_inside_the_content(
    signpost: Signpost, content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = content / POST
    post.write_text(post.read_text().replace("accounts: [fedi]", "accounts: [fedy]"))
    monkeypatch.chdir(post.parent)
    assert signpost("check").out.startswith(f"{post.name}:5:")
    monkeypatch.chdir(content / "shop" / "posts")
    assert signpost("check").out.startswith(f"2090/12/{post.name}:5:")
    (content / "shop" / "ideas").mkdir()
    monkeypatch.chdir(content / "shop" / "ideas")
    assert signpost("check").out.startswith(f"../posts/2090/12/{post.name}:5:")


def test_a_time_in_the_past_is_an_error_until_it_was_committed(
    signpost: Signpost, content: Path
) -> None:
    """Nobody can be asked here whether the post has gone out."""
    post = content / POST
    post.write_text(post.read_text().replace("2090-12-01", "2020-12-01"))
    ran = signpost("check")
    assert ran.code == 1
    assert "TIM303" in ran.out
    commit(content)
    ran = signpost("check")
    assert ran.code == 0
    assert "no errors and 1 warning in 1 file." in ran.out
    assert "it has gone out" in ran.out
    post.write_text(post.read_text() + "\nMore.\n")
    assert signpost("check").code == 1


def test_a_path_that_is_not_there_is_a_usage_error(signpost: Signpost, content: Path) -> None:
    ran = signpost("check", str(content / "nothing.md"))
    assert ran.code == 2
    assert "There is no" in ran.err


def test_content_can_be_named(signpost: Signpost, content: Path, tmp_path: Path) -> None:
    assert signpost("check", "--content", str(content)).code == 0
    assert signpost("check", "--content", str(tmp_path)).code == 0
    ran = signpost("check", "--content", str(content / "shop"))
    assert ran.code == 1
    assert "There is no signpost.yaml in" in ran.err


def test_a_new_id_goes_to_the_copy_and_never_to_what_git_has(
    signpost: Signpost, content: Path
) -> None:
    """A new id for the original would publish it a second time."""
    commit(content)
    original = content / POST
    copy = original.with_name("a-copy.md")  # sorts before the original
    copy.write_text(original.read_text())
    ran = signpost("check", str(copy))
    assert ran.code == 1
    assert "REF402" in ran.out
    assert "TXT102" in ran.out
    assert signpost("check", str(original)).code == 0
    before = original.read_text()
    assert "Mended 1 fault." in signpost("check", "--fix").out
    assert original.read_text() == before
    assert "7k2m9q4x1v3b" not in copy.read_text()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("signpost.yaml", "workspce: acme\nzone: Europe/Vienna\nbrands: [shop]\n"),
        ("signpost.yaml", "workspace: acme\nzone: Europe/Viena\nbrands: [shop]\n"),
        ("signpost.yaml", "brands: [\n"),
        ("shop/brand.yaml", "name: [\n"),
        ("shop/accounts.yaml", "accounts: [\n"),
    ],
)
def test_a_broken_configuration_hides_no_fault_of_a_post(
    signpost: Signpost, content: Path, name: str, text: str
) -> None:
    post = content / POST
    post.write_text(post.read_text().replace("title:", "titel:"))
    (content / name).write_text(text)
    ran = signpost("check")
    assert ran.code == 1
    assert f"content/{name}:" in ran.out
    assert f"content/{POST}:3:1: YML501" in ran.out
    assert "REF401" not in ran.out, "what follows from a broken accounts.yaml is not said again"
