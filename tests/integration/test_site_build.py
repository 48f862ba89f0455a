"""`signpost site build`: releases from their own copies, whole or not at all."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from signpost.cli.site import command
from signpost.cli.website import make
from signpost.errors import SettingsError, SigningError, StackError
from tests.website.house import BEFORE, OLD, ON, PRESENT, PROPOSED, SENTENCE, build_house

BRAND = "larkfell"
EMPTY = frozenset({"br", "hr", "img", "input", "link", "meta", "wbr"})
"""Elements without an end."""
NAMES = ("Ottilie", "Nebelhorn", "Juno", "Abendrot", "ottilie", "juno", "Kasimir")


def build(place: Path, *more: str, on: str = ON.isoformat()) -> Result:
    """Run the command on a workspace; raises what it raises."""
    words = ["build", "--site", str(place / "strategy-site"), "--content", str(place / "content"),
             "--on", on, *more]  # fmt: skip
    done = CliRunner().invoke(command, words, standalone_mode=False)
    if done.exception is not None:
        raise done.exception
    return done


def told(place: Path, *more: str, on: str = ON.isoformat()) -> dict[str, list[str]]:
    """What the command says in JSON."""
    found: dict[str, list[str]] = json.loads(build(place, "--format", "json", *more, on=on).stdout)
    return found


def page(place: Path, path: str) -> str:
    """A page of the built site."""
    return (place / "site" / path).read_text(encoding="utf-8")


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file."""
    return {str(f.relative_to(folder)): f.read_bytes() for f in folder.rglob("*") if f.is_file()}


@pytest.fixture(scope="module")
def first(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a built site; nobody writes to it."""
    place = tmp_path_factory.mktemp("house")
    build_house(project, place)
    build(place)
    return place


@pytest.fixture
def house(first: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, to be bent."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    place = tmp_path / "house"
    shutil.copytree(first, place)
    return place


def test_a_release_says_what_was_signed_and_next_what_is_written(house: Path) -> None:
    assert BEFORE in page(house, f"{BRAND}/{OLD}/strategy/index.html")
    assert SENTENCE in page(house, f"{BRAND}/{PRESENT}/strategy/index.html")
    assert not (house / "site" / BRAND / PRESENT / "playbooks").exists()
    assert (house / "site" / BRAND / "next" / "playbooks" / "index.html").is_file()


def test_the_first_page_leads_to_the_newest_in_force(house: Path) -> None:
    assert f'content="0; url={BRAND}/{PRESENT}/"' in page(house, "index.html")
    assert f'content="0; url={PRESENT}/"' in page(house, f"{BRAND}/index.html")
    assert f'href="{BRAND}/{PRESENT}/"' in page(house, "index.html"), "without a refresh"


def test_with_nothing_in_force_it_leads_to_the_working_text(house: Path) -> None:
    shutil.rmtree(house / "strategy-site" / "releases")
    build(house)
    assert f"url={BRAND}/next/" in page(house, "index.html")


def test_the_selector_knows_all_versions_the_newest_first(house: Path) -> None:
    rows = json.loads(page(house, f"{BRAND}/versions.json"))
    assert [row["version"] for row in rows] == [PROPOSED, PRESENT, OLD, "next"]
    assert rows[0]["title"] == f"{PROPOSED} (not signed)"


def test_the_status_holds_states_and_roles_but_nobodys_name(house: Path) -> None:
    text = page(house, "status.json")
    shelf = json.loads(text)["brands"][BRAND]
    assert (shelf["present"], shelf["in_force"], shelf["gate"]) == (PRESENT, True, False)
    assert {row["version"]: row["state"] for row in shelf["versions"]} == {
        OLD: "superseded", PRESENT: "in force", PROPOSED: "unsigned"
    }  # fmt: skip
    assert shelf["versions"][1]["roles"] == ["Head of marketing", "Managing director"]
    assert shelf["versions"][1]["review_by"] == "2027-05-31"
    everything = text + page(house, f"{BRAND}/{PRESENT}/certificate/index.html")
    assert [name for name in NAMES if name in everything] == []


def test_a_signed_page_names_its_source_and_digest(house: Path) -> None:
    manifest = house / "strategy-site/releases" / BRAND / PRESENT / "manifest.txt"
    line = next(row for row in manifest.read_text().splitlines() if "strategy/goals" in row
                or "strategy/objectives" in row)  # fmt: skip
    text = page(house, f"{BRAND}/{PRESENT}/strategy/objectives/index.html")
    assert f"sha256:{line.split()[0]}" in text
    assert "Signed</strong> by Head of marketing and Managing director" in text


def test_an_unsigned_release_says_so_without_a_script(house: Path) -> None:
    text = page(house, f"{BRAND}/{PROPOSED}/strategy/index.html")
    assert "Not signed yet." in text
    assert 'class="sp-seal sp-loud"' in text


def test_what_changed_is_told_between_any_two(house: Path) -> None:
    text = page(house, f"{BRAND}/{PRESENT}/changes/{OLD}/index.html")
    assert "<del>without</del><ins>ad</ins>" in text
    meaning = (
        unescape(text).partition(">What it means</h2>")[2].partition(">Sentence by sentence")[0]
    )
    said = "Moved:</strong> Replies to our posts, 100 replies: by 2027-09-30 → by 2027-11-30"
    assert said in meaning
    for newer, olds in ((PROPOSED, (OLD, PRESENT)), ("next", (OLD, PRESENT, PROPOSED))):
        for old in olds:
            assert (house / "site" / BRAND / newer / "changes" / old / "index.html").is_file()


def test_what_did_not_change_is_not_built_again(house: Path) -> None:
    before = snapshot(house / "site" / BRAND)
    assert told(house)["built"] == []
    # What holds today is written at each build.
    assert snapshot(house / "site" / BRAND) | {"status.json": before["status.json"]} == before
    team = house / "strategy-site/docs" / BRAND / "team" / "skills.md"
    team.write_text(team.read_text(encoding="utf-8") + "\nOne more sentence.\n", encoding="utf-8")
    assert told(house)["built"] == [f"{BRAND}/next"]
    assert "One more sentence." in page(house, f"{BRAND}/next/team/skills/index.html")


def test_a_page_altered_in_the_built_site_is_built_anew(house: Path) -> None:
    before = snapshot(house / "site" / BRAND / PRESENT)
    place = house / "site" / BRAND / PRESENT / "strategy" / "index.html"
    place.write_text(place.read_text(encoding="utf-8").replace("Nobody", "Everybody"))
    assert told(house)["built"] == [f"{BRAND}/{PRESENT}"]
    assert SENTENCE in page(house, f"{BRAND}/{PRESENT}/strategy/index.html")
    assert snapshot(house / "site" / BRAND / PRESENT) == before, (
        "the same bytes, wherever it is built"
    )


@pytest.mark.parametrize("path", ["manifest.txt", "release.json",
                                  f"files/docs/{BRAND}/strategy/index.md"])  # fmt: skip
def test_a_release_that_was_altered_stops_the_build(house: Path, path: str) -> None:
    before = snapshot(house / "site")
    file = house / "strategy-site/releases" / BRAND / PRESENT / path
    file.write_bytes(file.read_bytes().replace(b"2", b"3").replace(b"Nobody", b"Anybody"))
    with pytest.raises(SigningError, match=PRESENT):
        build(house)
    assert snapshot(house / "site") == before
    assert [item.name for item in house.iterdir() if item.name.startswith(".site")] == []


def test_an_altered_release_can_be_withheld_with_a_warning(house: Path) -> None:
    file = (
        house / "strategy-site/releases" / BRAND / PRESENT / f"files/docs/{BRAND}/strategy/index.md"
    )
    file.write_bytes(file.read_bytes().replace(b"Nobody", b"Anybody"))
    build(house, "--withhold")
    text = page(house, f"{BRAND}/{PRESENT}/index.html")
    assert "is not shown" in text
    assert "Anybody" not in text
    shelf = json.loads(page(house, "status.json"))["brands"][BRAND]
    assert [row["altered"] for row in shelf["versions"]] == [False, True, False]


def test_a_build_that_fails_leaves_the_old_site(
    house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = snapshot(house / "site")
    team = house / "strategy-site/docs" / BRAND / "team" / "skills.md"
    team.write_text(team.read_text(encoding="utf-8") + "\nMore.\n", encoding="utf-8")

    def broken(new: Path, out: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(make, "_swap", broken)
    with pytest.raises(OSError, match="No space"):
        build(house)
    assert snapshot(house / "site") == before
    assert [item.name for item in house.iterdir() if item.name.startswith(".site")] == []


def test_a_build_that_died_between_the_two_renames_is_put_right(house: Path) -> None:
    (house / "site").rename(house / ".site.old")
    assert told(house)["built"] == []
    assert not (house / ".site.old").exists()


def test_a_folder_with_something_else_is_left_alone(house: Path) -> None:
    other = house / "precious"
    other.mkdir()
    (other / "letter.txt").write_text("keep me")
    with pytest.raises(SettingsError, match="no site"):
        build(house, "--out", str(other))
    assert (other / "letter.txt").read_text() == "keep me"


def test_what_would_run_stops_the_build(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If ever a gap lets markup through, what MkDocs made of it is looked at."""
    monkeypatch.setattr("signpost.content.website.assemble.fit", lambda text, _lead: text)
    team = house / "strategy-site/docs" / BRAND / "team" / "skills.md"
    team.write_text(team.read_text(encoding="utf-8") + "\n<img src=x onerror=alert(1)>\n")
    with pytest.raises(StackError, match="onerror"):
        build(house)


def test_an_auditor_confirms_it_with_stock_tools_as_the_certificate_says(
    house: Path, tmp_path: Path
) -> None:
    if not shutil.which("ssh-keygen"):
        pytest.skip("no ssh-keygen: apt-get install openssh-client")
    from html import unescape
    from re import DOTALL, search, sub

    text = page(house, f"{BRAND}/{PRESENT}/certificate/index.html")
    block = search(r'<div class="language-sh highlight">.*?<code>(.*?)</code></pre>|'
                   r'<code class="language-sh">(.*?)</code>', text, DOTALL)  # fmt: skip
    assert block is not None
    commands = unescape(sub(r"<[^>]+>", "", block[1] or block[2]))
    done = subprocess.run(
        ["bash", "-eu", "-c", commands], cwd=house, capture_output=True, text=True, check=False,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    rows = done.stdout.splitlines()
    assert len([row for row in rows if row.startswith("Good")]) == 2
    shown = [row.split()[0] for row in rows if row.endswith((" manifest.txt", "root.json"))]
    assert len(shown) == 2, rows
    readable = unescape(text)
    assert [digest for digest in shown if f"sha256:{digest}" not in readable] == []


class Article(HTMLParser):
    """Collects what a page of a release says, without its seal."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._open: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in EMPTY:
            self._open.append((tag, dict(attrs).get("class") or ""))

    def handle_endtag(self, tag: str) -> None:
        while tag not in EMPTY and self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        kinds = " ".join(kind for _tag, kind in self._open)
        if "sp-seal" not in kinds and "article" in [tag for tag, _kind in self._open]:
            self.said.append(data)


def test_the_sites_text_is_the_signed_text_word_for_word(house: Path) -> None:
    """Nothing is left out, added or moved, on any page of a release."""
    word = re.compile(r"\w+")
    folder = house / "strategy-site/releases" / BRAND / PRESENT / "files/docs" / BRAND
    sources = sorted(folder.rglob("*.md"))
    assert len(sources) > 20
    for source in sources:
        place = source.relative_to(folder).with_suffix("")
        place = place.parent if place.name == "index" else place
        text = re.sub(r"\A---\n.*?\n---\n|<!--.*?-->", "", source.read_text(), flags=re.DOTALL)
        text = re.sub(r"\]\([^()\s]+\)", "]", text)
        marks = r"\{[^{}]*\}|^```\w*|^!!! \w+|^- \[[ x]\]|^\d+\. "
        signed = word.findall(re.sub(marks, "", text, flags=re.MULTILINE))
        article = Article()
        article.feed(page(house, f"{BRAND}/{PRESENT}/{place}/index.html"))
        assert word.findall(" ".join(article.said)) == signed, place


def test_an_auditor_compares_the_site_with_what_was_signed_as_the_docs_say(
    house: Path, project: Path, tmp_path: Path
) -> None:
    found = re.findall(
        r"^```bash\n(.*?)^```", (project / "docs/signing.md").read_text(), re.MULTILINE | re.DOTALL
    )
    (block,) = found
    here = {
        "https://strategy.acme.example/acme/2026.1": f"{house}/site/{BRAND}/{PRESENT}",
        "acme/2026.1/files/docs/acme": f"{BRAND}/{PRESENT}/files/docs/{BRAND}",
        "curl --fail --silent": "cat",
    }
    for old, new in here.items():
        assert block.count(old) == 1
        block = block.replace(old, new)

    def run() -> list[str]:
        done = subprocess.run(
            ["bash", "-u", "-c", block], cwd=house, capture_output=True, text=True, check=False,
            env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        )  # fmt: skip
        assert done.stderr == ""
        return done.stdout.splitlines()

    rows = run()
    assert len(rows) > 20
    assert all(row.startswith("same: ") for row in rows), rows
    place = house / "site" / BRAND / PRESENT / "strategy" / "index.html"
    place.write_text(place.read_text().replace("Nobody posts ad hoc", "Anybody posts ad hoc"))
    rows = run()
    assert {"< Nobody", "> Anybody"} <= set(rows)
    assert "same: strategy/index.md" not in rows
