"""A new company's handbook: complete, its own, and with nothing of the sample left."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from html import unescape
from pathlib import Path

import pytest

from signpost.cli.adoption import adopted, place_of
from tests.unit.cli.conftest import Ran

Signpost = Callable[..., Ran]
TODAY = date(2026, 11, 22)
OF_THE_SAMPLE = re.compile(
    r"larkfell|outfitter|workshop|\bhut\b|jacket|boots|lark head|gipfelkontor", re.IGNORECASE
)


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, signpost: Signpost) -> Path:
    """A new workspace, with a name that Markdown and YAML could stumble over."""
    for name in ("SIGNPOST_BUCKET", "SIGNPOST_CONTENT", "SIGNPOST_WORKSPACE", "SIGNPOST_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.chdir(tmp_path)
    ran = signpost(
        "init",
        "w",
        "--name",
        'Löwe & "Söhne": *AG* #1',
        "--zone",
        "Europe/Vienna",
        "--language",
        "de",
    )
    assert ran.code == 0, ran.err
    os.chdir("w")
    return tmp_path / "w"


def pages(company: Path) -> dict[str, str]:
    docs = company / "strategy-site" / "docs"
    return {
        path.relative_to(docs).as_posix(): path.read_text(encoding="utf-8")
        for path in docs.rglob("*.md")
    }


def test_it_has_every_page_of_the_sample(company: Path, project: Path) -> None:
    docs = project / "strategy-site" / "docs"
    sample = {path.relative_to(docs).as_posix() for path in docs.rglob("*.md")}
    assert {place_of(path, "lowe-sohne-ag-1") for path in sample} == set(pages(company))


def test_nothing_of_the_sample_is_left(company: Path) -> None:
    # Rules give examples of their own; a checklist sends whoever joins to a counter or a workshop.
    left = {
        f"{path}: {line}"
        for path, text in pages(company).items()
        if not path.endswith("reference/rules.md")
        for line in text.splitlines()
        if OF_THE_SAMPLE.search(line) and "counter, workshop, telephone" not in line
    }
    assert left == set()
    assert "Larkfell" not in (company / "strategy-site/mkdocs.yml").read_text(encoding="utf-8")


def test_docs_check_finds_only_the_open_questions(company: Path, signpost: Signpost) -> None:
    assert company.is_dir()
    ran = signpost("docs", "check")
    assert ran.code == 0, ran.out
    assert set(re.findall(r"\b[A-Z]{3}\d{3}\b", ran.out)) == {"DOC969"}
    assert signpost("docs", "write").out == "Every generated part is up to date.\n"


def test_its_tables_are_made_of_its_own_files(company: Path) -> None:
    team = pages(company)["lowe-sohne-ag-1/team/index.md"]
    assert "| Every post | Manager | 1 day before |" in team
    assert "### Subject expert {#expert}" in team


def test_its_site_builds(company: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-d", str(tmp_path / "s")],
        cwd=company / "strategy-site",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    start = (tmp_path / "s" / "index.html").read_text(encoding="utf-8")
    told = unescape(re.sub(r"<[^>]*>", "", start))
    assert 'what Löwe & "Söhne": *AG* #1 says' in told


def test_an_answer_becomes_a_question_and_a_table_becomes_empty() -> None:
    text = (
        "---\ntitle: A\nowner: shop-manager\nreview_by: 2026-12-01\n---\n\n# A\n\n"
        "<!-- sample: For whom? -->\n\n| Larkfell |\n\nreview_by: x\n\n<!-- /sample -->\n\n"
        "<!-- generated: themes -->\n\n- Old\n\n<!-- /generated -->\n\nAt Larkfell the shop manager.\n"
    )
    assert adopted(text, "acme", "Acme larkfell", TODAY) == (
        "---\ntitle: A\nowner: manager\nreview_by: 2027-05-23\n---\n\n# A\n\n"
        '!!! question "To be written"\n\n    For whom?\n\n'
        "<!-- generated: themes -->\n<!-- /generated -->\n\nAt Acme larkfell the manager.\n"
    )


def test_every_answer_of_the_sample_asks_a_question_and_ends(project: Path) -> None:
    for path in (project / "strategy-site" / "docs").rglob("*.md"):
        text = path.read_text(encoding="utf-8")
        opened = re.findall(r"^<!-- sample: (.*) -->$", text, re.MULTILINE)
        assert len(opened) == text.count("<!-- /sample -->") == text.count("<!-- sample"), path
        assert all(question[-1] in ".?" for question in opened), path
        for block in re.findall(r"<!-- sample.*?<!-- /sample -->", text, re.DOTALL):
            assert not re.search(r"^#", block, re.MULTILINE), "a heading that others link to"
