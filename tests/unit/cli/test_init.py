"""`signpost init`: what it writes passes `check`, and nothing that exists is ever touched."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Ran

Signpost = Callable[..., Ran]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to stand in, on a machine in Vienna."""
    for name in ("SIGNPOST_BUCKET", "SIGNPOST_CONTENT", "SIGNPOST_WORKSPACE", "SIGNPOST_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TZ", "Europe/Vienna")
    monkeypatch.setenv("LC_ALL", "de_AT.UTF-8")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, git's own left out."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".git" not in path.relative_to(folder).parts
    }


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), "-c", "user.name=T", "-c", "user.email=t@localhost", *words],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


# --- what it makes --------------------------------------------------------------------------------


def test_a_new_workspace_passes_check(here: Path, signpost: Signpost) -> None:
    ran = signpost("init", "acme", "--name", "Acme Ltd")
    assert ran.code == 0, ran.err
    assert "git init" in ran.out
    assert "ci/requirements.txt" in ran.out
    assert not (here / "acme/.git").exists()
    os.chdir(here / "acme")
    ran = signpost("check", "--format", "json")
    assert ran.code == 0, ran.out
    assert json.loads(ran.out)["findings"] == []


def test_what_is_left_out_comes_from_folder_and_machine(here: Path, signpost: Signpost) -> None:
    assert signpost("init", "Brüder Löwe").code == 0
    brand = (here / "Brüder Löwe/content/bruder-lowe/brand.yaml").read_text(encoding="utf-8")
    assert 'name: "Brüder Löwe"\nzone: Europe/Vienna\nlanguage: de\n' in brand


def test_the_script_can_be_run(here: Path, signpost: Signpost) -> None:
    signpost("init", "acme")
    assert os.access(here / "acme/ci/content.sh", os.X_OK)
    assert not os.access(here / "acme/ci/gitlab.yaml", os.X_OK)


def test_the_projects_files_are_as_they_are(here: Path, project: Path, signpost: Signpost) -> None:
    signpost("init", "acme")
    for name in ("ci/content.sh", ".github/workflows/content.yaml", ".vscode/settings.json"):
        assert (here / "acme" / name).read_bytes() == (project / name).read_bytes()


def test_two_workspaces_have_posts_of_their_own(here: Path, signpost: Signpost) -> None:
    ids = []
    for name in ("one", "two"):
        signpost("init", name)
        (post,) = (here / name).glob("content/*/posts/*/*/*.md")
        ids.append(post.read_text(encoding="utf-8").splitlines()[1])
    assert ids[0] != ids[1]
    assert all(line.startswith("id: ") for line in ids)


@pytest.mark.parametrize(
    ("name", "brand", "workspace"),
    [
        ("Straße & Söhne", "strasse-sohne", "strasse-sohne"),
        ("Ærø Łódź", "aero-lodz", "aero-lodz"),
        ("東京", "brand", "brand"),
        ("O'Brien's", "obriens", "obriens"),
        ("con", "con-brand", "con-brand"),
        ("LPT1", "lpt1-brand", "lpt1-brand"),
        ("3 Lakes", "3-lakes", "w-3-lakes"),
        ("x" * 80, "x" * 32, "x" * 32),
        ("../../etc", "etc", "etc"),
        ('a: "b" # {c} ${d} \\', "a-b-c-d", "a-b-c-d"),
        ("**[x](nowhere.md)** <script>", "x-nowhere-md-script", "x-nowhere-md-script"),
        ("👩\u200d🚀 Rakete", "rakete", "rakete"),
    ],
)
def test_any_name_makes_a_workspace_without_findings(
    here: Path, signpost: Signpost, name: str, brand: str, workspace: str
) -> None:
    ran = signpost("init", "w", "--name", name)
    assert ran.code == 0, ran.err
    assert (here / "w/content" / brand / "brand.yaml").is_file()
    assert f"workspace: {workspace}\n" in (here / "w/content/signpost.yaml").read_text()
    os.chdir(here / "w")
    ran = signpost("check", "--format", "json")
    assert (ran.code, json.loads(ran.out)["findings"]) == (0, [])
    from signpost.content.workspace_reader import read_workspace

    assert read_workspace(here / "w/content").brands[brand].name == name
    assert sorted(path.name for path in here.iterdir()) == ["w"]


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--name", " ", "1 to 80"),
        ("--name", "x" * 81, "1 to 80"),
        ("--name", "a\nb", "cannot be seen"),
        ("--name", "a\x1b[31mb", "cannot be seen"),
        ("--name", "a\u202eb", "cannot be seen"),
        ("--name", "a\u2028b", "line break"),
        ("--brand", "../up", "no id"),
        ("--brand", "Upper", "no id"),
        ("--brand", "aux", "Windows"),
        ("--brand", "com1", "Windows"),
        ("--zone", "Mars/Olympus", "time-zone database"),
        ("--language", "German", "no language"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(
    here: Path, signpost: Signpost, option: str, value: str, said: str
) -> None:
    ran = signpost("init", "acme", option, value)
    assert ran.code == 2
    assert said in ran.err
    assert option in ran.err
    assert list(here.iterdir()) == []


@pytest.mark.parametrize(
    "words", [("--sample", "--name", "x"), ("--update", "--git"), ("--update", "--zone", "UTC")]
)
def test_options_that_exclude_each_other(
    here: Path, signpost: Signpost, words: tuple[str, ...]
) -> None:
    assert signpost("init", *words).code == 2
    assert list(here.iterdir()) == []


def test_a_dry_run_names_what_would_be_and_writes_nothing(here: Path, signpost: Signpost) -> None:
    dry = signpost("init", "acme", "--dry-run")
    assert list(here.iterdir()) == []
    signpost("init", "acme")
    named = {line.removeprefix("would make acme/") for line in dry.out.splitlines()}
    assert named == set(tree(here / "acme"))


def test_for_machines(here: Path, signpost: Signpost) -> None:
    ran = signpost("init", "acme", "--format", "json")
    said = json.loads(ran.out)
    assert (said["schema"], said["folder"], said["kept"], said["dry_run"]) == (1, "acme", [], False)
    assert set(said["made"]) == set(tree(here / "acme"))


def test_git_init_only_where_it_is_asked_for_and_no_repository_is(
    here: Path, signpost: Signpost
) -> None:
    assert signpost("init", "one", "--git").code == 0
    assert git(here / "one", "symbolic-ref", "--short", "HEAD") == "main\n"
    assert signpost("init", "one/inner", "--git").code == 0
    assert not (here / "one/inner/.git").exists()


# --- what is there already ------------------------------------------------------------------------


def test_a_second_init_changes_nothing_and_lists_all(here: Path, signpost: Signpost) -> None:
    signpost("init", "acme")
    before = tree(here / "acme")
    ran = signpost("init", "acme")
    assert ran.code == 1
    assert tree(here / "acme") == before
    named = {line.removeprefix("in the way: ") for line in ran.err.splitlines()[:-2]}
    yours = {path for path in before if path.startswith((".vscode/", ".git", ".editor", "README"))}
    assert named == set(before) - yours | {".github/workflows/content.yaml"}
    said = json.loads(signpost("init", "acme", "--format", "json").out)["error"]
    assert (said["code"], set(said["files"])) == ("EXISTS", named)


def test_a_companys_website_keeps_its_files(here: Path, signpost: Signpost) -> None:
    for name in ("README.md", ".gitignore", "index.html", "requirements.txt", "site/page.html"):
        (here / name).parent.mkdir(exist_ok=True)
        (here / name).write_text(f"the company's {name}\n")
    git(here, "init", "--quiet")
    before = tree(here)
    ran = signpost("init", "--name", "Acme")
    assert ran.code == 0, ran.err
    after = tree(here)
    assert {path: after[path] for path in before} == before
    assert "kept yours: README.md" in ran.out
    assert "add to it: .signpost/ .venv/ /strategy-site/site/" in ran.out
    assert "git init" not in ran.out
    # A build of the handbook clears its folder; the website's is another one.
    assert "\nsite_dir: site\n" in (here / "strategy-site/mkdocs.yml").read_text()


@pytest.mark.parametrize("kind", ["file", "folder", "link", "dangling link", "linked folder"])
def test_whatever_is_in_the_way_stops_it(here: Path, signpost: Signpost, kind: str) -> None:
    (here / "w").mkdir()
    (here / "elsewhere").mkdir()
    if kind == "file":
        (here / "w/content").write_text("mine")
    elif kind == "folder":
        (here / "w/ci/content.sh").mkdir(parents=True)
    elif kind == "linked folder":
        (here / "w/content").symlink_to(here / "elsewhere")
    else:
        target = here / ("gone" if kind == "dangling link" else "elsewhere/file")
        if kind == "link":
            target.write_text("mine")
        (here / "w/ci").mkdir()
        (here / "w/ci/content.sh").symlink_to(target)
    before = tree(here)
    ran = signpost("init", "w")
    assert ran.code == 1
    assert "in the way: c" in ran.err
    assert tree(here) == before
    assert not (here / "gone").exists()


def test_a_write_that_fails_leaves_nothing(here: Path) -> None:
    from signpost.cli.newfiles import NewFile, write_all

    (here / "kept").mkdir()
    files = {"kept/a": NewFile(b"a"), "new/deep/b": NewFile(b"b"), "x" * 300: NewFile(b"c")}
    with pytest.raises(OSError, match="too long"):
        write_all(here, files)
    assert [path.name for path in here.rglob("*")] == ["kept"]


def test_a_folder_that_cannot_be_is_told(here: Path, signpost: Signpost) -> None:
    ran = signpost("init", "x" * 300, "--name", "Acme")
    assert ran.code == 1
    assert "name another folder" in ran.err
    assert list(here.iterdir()) == []


# --- the sample -----------------------------------------------------------------------------------


def test_the_sample_is_the_projects(here: Path, project: Path, signpost: Signpost) -> None:
    assert signpost("init", "s", "--sample").code == 0
    for name in ("content", "strategy-site"):
        assert tree(here / "s" / name) == tree(project / name)


# --- an upgrade -----------------------------------------------------------------------------------


@pytest.fixture
def old(here: Path, signpost: Signpost) -> Path:
    """A committed workspace whose files of Signpost are of another version."""
    signpost("init", "acme", "--git")
    (here / "acme/ci/content.sh").write_text("#!/bin/sh\n# an older one\n")
    (here / "acme/content/.schemas/words.json").write_text("{}\n")
    (here / "acme/ci/gitlab.yaml").unlink()
    (here / "acme/README.md").write_text("our own\n")
    git(here / "acme", "add", ".")
    git(here / "acme", "commit", "--quiet", "-m", "Begin")
    return here / "acme"


def test_an_upgrade_brings_signposts_own_files_and_no_other(
    old: Path, project: Path, signpost: Signpost
) -> None:
    dry = signpost("init", str(old), "--update", "--dry-run", "--format", "json")
    wanted = {"ci/content.sh", "content/.schemas/words.json"}
    assert set(json.loads(dry.out)["updated"]) == wanted
    assert git(old, "status", "--porcelain") == ""
    ran = signpost("init", str(old), "--update")
    assert ran.code == 0, ran.err
    changed = {line[3:] for line in git(old, "status", "--porcelain").splitlines()}
    assert changed == wanted
    assert (old / "ci/content.sh").read_bytes() == (project / "ci/content.sh").read_bytes()
    assert not (old / "ci/gitlab.yaml").exists()  # taken out by the company
    assert "all as this version has them" in signpost("init", str(old), "--update").out


def test_an_upgrade_loses_nothing_that_git_does_not_have(old: Path, signpost: Signpost) -> None:
    (old / "ci/content.sh").write_text("#!/bin/sh\n# being edited\n")
    before = tree(old)
    ran = signpost("init", str(old), "--update")
    assert ran.code == 1
    assert "ci/content.sh" in ran.err
    assert tree(old) == before
    said = json.loads(signpost("init", str(old), "--update", "--format", "json").out)
    assert said["error"]["code"] == "UNSAVED"


def test_an_upgrade_needs_a_workspace(here: Path, signpost: Signpost) -> None:
    ran = signpost("init", "--update")
    assert ran.code == 1
    assert "signpost.yaml" in ran.err
