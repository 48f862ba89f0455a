"""`signpost docs`: what is wrong in the handbook is told as `check` tells it; parts are renewed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from signpost.cli.main import run
from tests.unit.cli.conftest import Ran

Signpost = Callable[..., Ran]
FIXTURES = Path(__file__).parents[2] / "rules" / "handbook"
DAY = ("--on", "2026-11-22")


@pytest.fixture
def lay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Lays a fixture out as a workspace and stands in it; gives its docs folder."""
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.delenv("SIGNPOST_CONTENT", raising=False)

    def lay_out(name: str) -> Path:
        shutil.copytree(FIXTURES / "content", tmp_path / "content")
        docs = tmp_path / "strategy-site" / "docs"
        shutil.copytree(FIXTURES / name, docs, ignore=shutil.ignore_patterns("expected.txt"))
        monkeypatch.chdir(tmp_path)
        return docs

    return lay_out


def test_a_handbook_without_faults_passes(lay: Callable[[str], Path], signpost: Signpost) -> None:
    lay("DOC965/good")
    ran = signpost("docs", "check", *DAY)
    assert (ran.code, ran.out) == (0, "2 pages checked: nothing found.\n")


def test_every_finding_has_its_place_cause_and_remedy(
    lay: Callable[[str], Path], signpost: Signpost
) -> None:
    lay("DOC966/bad")
    ran = signpost("docs", "check", *DAY)
    assert ran.code == 1
    page = "strategy-site/docs/shop/strategy/page.md"
    assert f"{page}:10:1: DOC966 The generated part `core-team` is not what the data" in ran.out
    assert "    Run `signpost docs write`, and read what changed.\n" in ran.out
    assert "    Did you mean `core-team`?\n" in ran.out
    assert "4 errors in 2 files.\n`signpost explain DOC966` says why.\n" in ran.out


def test_warnings_alone_are_no_failure(lay: Callable[[str], Path], signpost: Signpost) -> None:
    lay("DOC969/bad")
    ran = signpost("docs", "check", *DAY)
    assert ran.code == 0
    assert "warning DOC969" in ran.out


def test_what_is_due_by_a_day_can_be_asked(lay: Callable[[str], Path], signpost: Signpost) -> None:
    lay("DOC963/good")
    assert signpost("docs", "check", *DAY).code == 0
    ran = signpost("docs", "check", "--on", "2027-01-01")
    assert ran.code == 1
    assert "by 2026-12-23, 9 days ago" in ran.out


def test_machines_get_one_document(lay: Callable[[str], Path], signpost: Signpost) -> None:
    lay("DOC961/bad")
    ran = signpost("docs", "check", *DAY, "--format", "json")
    assert ran.code == 1
    found = json.loads(ran.out)
    assert found["pages"] == 3
    assert {item["code"] for item in found["findings"]} == {"DOC961"}
    assert found["findings"][0]["path"] == "strategy-site/docs/index.md"
    assert found["findings"][0]["line"] == 4


def test_github_gets_annotations(
    lay: Callable[[str], Path], capfd: pytest.CaptureFixture[str]
) -> None:
    lay("DOC962/bad")
    Path(".git").mkdir()
    assert run(["docs", "check", *DAY, "--format", "github"]) == 1
    out = capfd.readouterr().out
    assert (
        "::error file=strategy-site/docs/shop/strategy/page.md,line=1,col=1,"
        "title=DOC962 page-without-review-date::" in out
    )
    assert "::notice title=signpost docs check::1 error and no warnings in 1 file." in out


def test_a_checklist_that_is_no_page_is_told_where_it_is_named(
    lay: Callable[[str], Path], signpost: Signpost, monkeypatch: pytest.MonkeyPatch
) -> None:
    docs = lay("DOC970/good")
    people = docs.parents[1] / "content/shop/people.yaml"
    people.write_text("people:\n  - {id: finn, name: Finn, checklist: copywirter}\n")
    ran = signpost("docs", "check", *DAY)
    assert ran.code == 1
    assert (
        "content/shop/people.yaml:2:5: DOC970 There is no checklist `copywirter` of `finn`: no page "
        "`shop/onboarding/copywirter.md` in the handbook.\n    Did you mean `copywriter`?\n"
    ) in ran.out
    Path(".git").mkdir()
    monkeypatch.chdir(docs)
    ran = signpost("docs", "check", *DAY, "--format", "github")
    assert "::error file=content/shop/people.yaml,line=2,col=5,title=DOC970 checklist-" in ran.out
    people.write_text(people.read_text().replace("irt", "rit"))
    assert signpost("docs", "check", *DAY).code == 0


def test_write_renews_and_says_what(lay: Callable[[str], Path], signpost: Signpost) -> None:
    docs = lay("DOC966/good")
    positions = docs.parents[1] / "content/shop/positions.yaml"
    positions.write_text(positions.read_text().replace("title: Lead", "title: Head"))
    assert signpost("docs", "check", *DAY).code == 1
    ran = signpost("docs", "write")
    assert (ran.code, ran.out) == (0, "wrote strategy-site/docs/shop/strategy/page.md\n")
    assert "- Head\n" in (docs / "shop/strategy/page.md").read_text()
    assert signpost("docs", "check", *DAY).code == 0
    assert signpost("docs", "write").out == "Every generated part is up to date.\n"
    again = signpost("docs", "write", "--format", "json")
    assert json.loads(again.out)["written"] == []


def test_write_refuses_what_it_cannot_make(lay: Callable[[str], Path], signpost: Signpost) -> None:
    docs = lay("DOC966/bad")
    before = (docs / "shop/strategy/page.md").read_text()
    ran = signpost("docs", "write")
    assert ran.code == 1
    assert "strategy-site/docs/shop/strategy/page.md:16:1: DOC966" in ran.err
    assert (docs / "shop/strategy/page.md").read_text() == before


def test_no_handbook_is_told(lay: Callable[[str], Path], signpost: Signpost) -> None:
    docs = lay("DOC961/good")
    shutil.rmtree(docs)
    ran = signpost("docs", "check")
    assert ran.code == 1
    assert "There is no handbook in" in ran.err
    assert "--docs" in ran.err


def test_another_folder_can_be_named(
    lay: Callable[[str], Path], signpost: Signpost, tmp_path: Path
) -> None:
    docs = lay("DOC961/good")
    docs.rename(tmp_path / "pages")
    ran = signpost("docs", "check", *DAY, "--docs", "pages")
    assert ran.code == 0
    assert "1 page checked" in ran.out


@pytest.mark.parametrize(
    "line",
    [("docs",), ("docs", "mend"), ("docs", "write", *DAY), ("docs", "check", "--on", "soon")],
)
def test_a_wrong_command_line_is_usage(
    lay: Callable[[str], Path], signpost: Signpost, line: tuple[str, ...]
) -> None:
    lay("DOC961/good")
    assert signpost(*line).code == 2


def test_explain_knows_the_rules_of_the_handbook(signpost: Signpost) -> None:
    ran = signpost("explain", "DOC966")
    assert ran.code == 0
    assert "stale-part" in ran.out
