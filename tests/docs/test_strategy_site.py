"""The handbook of the sample brand builds, says what the data say, and is complete."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml

from signpost.checks.handbook.registry import judge_handbook
from signpost.checks.registry import RULES
from signpost.connectors.registry import Registry
from signpost.content.handbook.site import read_handbook, renewed
from signpost.content.workspace_reader import read_workspace
from signpost.domain.handbook import Handbook, Page
from tests.docs.test_documents import code_of, known

SIGNED_ON = date(2026, 11, 22)
"""Review dates are held against this day: a test must not turn red because time passes."""
PARTS = ("strategy", "guidelines", "team", "onboarding", "playbooks", "reference")
ROLES = (
    "community-manager",
    "copywriter",
    "designer",
    "approver",
    "department-representative",
    "client-contact",
)
UNSPOKEN = ("FIL", "YML")
"""Families of rules about files, of which a handbook for people need not speak."""


@pytest.fixture(scope="module")
def handbook(project: Path) -> Handbook:
    """The sample's handbook, as it lies there."""
    content = project / "content"
    brands = read_workspace(content).brands
    specs = {channel: Registry().spec(channel) for channel in Registry().ids()}
    return read_handbook(project / "strategy-site" / "docs", content, brands, specs)


@pytest.fixture(scope="module")
def built(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built strictly."""
    site = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-d", str(site)],
        cwd=project / "strategy-site",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return site


class Ids(HTMLParser):
    """Collects the ids of headings, and of items of checklists."""

    def __init__(self) -> None:
        super().__init__()
        self.headings: list[str] = []
        self.tasks: dict[str, str | None] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if re.fullmatch("h[1-6]", tag) and (anchor := found.get("id")):
            self.headings.append(anchor)
        if tag == "li" and "task-list-item" in (found.get("class") or ""):
            self.tasks[found.get("id") or ""] = found.get("data-due")


def test_headings_and_tasks_are_read_as_the_site_builds_them(
    built: Path, handbook: Handbook
) -> None:
    for page in handbook.pages.values():
        place = page.path.removesuffix(".md").removesuffix("index")
        ids = Ids()
        ids.feed((built / place / "index.html").read_text(encoding="utf-8"))
        assert [head.id for head in page.headings] == ids.headings, page.path
        assert {task.id: str(task.due) for task in page.tasks} == ids.tasks, page.path


def test_docs_check_finds_nothing(handbook: Handbook) -> None:
    found = [str(item) for item in judge_handbook(handbook, SIGNED_ON)]
    assert found == [], "`signpost docs write` renews generated parts"
    assert renewed(handbook) == {}


def test_every_part_of_the_handbook_is_there(handbook: Handbook) -> None:
    assert {page.folder for page in handbook.pages.values() if page.brand} == set(PARTS)
    for page in handbook.pages.values():
        assert len([head for head in page.headings if head.level == 1]) == 1
        assert page.headings[0].text == page.title
        assert page.description.endswith(".")


def test_what_is_signed_has_a_date_within_a_year(handbook: Handbook) -> None:
    for page in handbook.pages.values():
        assert page.review_by is not None
        assert SIGNED_ON < page.review_by <= date(2027, 11, 30), page.path


@pytest.mark.parametrize("role", ROLES)
def test_every_role_has_a_checklist_that_is_proved(handbook: Handbook, role: str) -> None:
    page = handbook.pages[f"larkfell/onboarding/{role}.md"]
    assert len(page.tasks) > 9
    text = page.text.lower()
    for proved in ("first clean check", "first preview", "review.**"):
        assert proved in text, proved
    days = [task.due for task in page.tasks if task.due is not None]
    assert days == sorted(days)
    for head in page.headings:  # "Days 2 to 5: read": what is below is due then
        named = [int(number) for number in re.findall(r"\d+", head.text)]
        below = [t.due for t in page.tasks if _above(page, t.span.line) == head.id]
        assert all(due is not None and named[0] <= due <= named[-1] for due in below), head.text


@pytest.mark.parametrize("role", ROLES)
def test_every_role_meets_reads_gets_access_and_knows_whom_to_ask(
    handbook: Handbook, role: str
) -> None:
    page = handbook.pages[f"larkfell/onboarding/{role}.md"]
    assert any(task.id.endswith("-access") for task in page.tasks)
    for word in (
        "meet ",
        "client",
        "](../strategy/index.md",
        "](../guidelines/voice.md",
        "](index.md#whom-to-ask)",
        "](index.md#known-bottlenecks)",
    ):
        assert word in " ".join(page.text.lower().split()), word


def _above(page: Page, line: int) -> str:
    return [head.id for head in page.headings if head.span.line < line][-1]


def test_every_rule_that_judges_a_post_is_spoken_of(handbook: Handbook) -> None:
    listed = handbook.pages["larkfell/reference/rules.md"].anchors
    missing = [rule.code for rule in RULES if rule.code.lower() not in listed]
    # A copied file is mended by a machine; no paragraph could say more about ids.
    apart = {"REF402"}
    assert [code for code in missing if code[:3] not in UNSPOKEN and code not in apart] == []


def test_the_strategy_names_the_targets_of_kpis(project: Path) -> None:
    page = project / "strategy-site/docs/larkfell/strategy/objectives.md"
    rows = [line for line in page.read_text(encoding="utf-8").splitlines() if line[:1] == "|"]
    kpis = yaml.safe_load((project / "content/larkfell/kpis.yaml").read_text(encoding="utf-8"))
    titles = {kpi["id"]: kpi["title"] for kpi in kpis["kpis"]}
    baselines = {kpi["id"]: kpi["baseline"] for kpi in kpis["kpis"]}
    for target in kpis["targets"]:
        (row,) = [row for row in rows if titles[target["kpi"]] in row]
        cells = [cell.strip() for cell in row.split("|")]
        assert str(target["value"]) in cells
        assert str(baselines[target["kpi"]]) in cells


def test_the_team_page_names_every_position_and_duty(project: Path) -> None:
    page = (project / "strategy-site/docs/larkfell/team/index.md").read_text(encoding="utf-8")
    path = project / "content/larkfell/positions.yaml"
    for position in yaml.safe_load(path.read_text(encoding="utf-8"))["positions"]:
        assert f"### {position['title']} {{#{position['id']}}}" in page
        for duty in position["responsibilities"]:
            assert f"- {duty}\n" in page


def test_every_command_that_is_shown_exists(project: Path, handbook: Handbook) -> None:
    shown = 0
    for path in handbook.pages:
        for line in code_of(f"strategy-site/docs/{path}"):
            if line.startswith("signpost "):
                shown += 1
                assert known(line), f"{path}: {line}"
    assert shown > 30


def test_no_page_names_a_person(project: Path, handbook: Handbook) -> None:
    people = handbook.brands["larkfell"].people.people
    for page in handbook.pages.values():
        assert [person.name for person in people if person.name in page.text] == [], page.path


def test_the_sums_of_the_budget_are_right(project: Path) -> None:
    text = (project / "strategy-site/docs/larkfell/strategy/budget.md").read_text(encoding="utf-8")
    for head in ("| Position | Hours a week", "| For | A year"):
        lines = text.partition(head)[2].split("\n\n")[0].splitlines()[2:]
        cells = [re.sub(r"[^\d]", "", line.split("|")[2]) for line in lines]
        assert sum(map(int, cells[:-1])) == int(cells[-1])
    start = (project / "strategy-site/docs/larkfell/strategy/index.md").read_text(encoding="utf-8")
    assert "Nineteen hours a week and 6,840 € a year" in start
    assert "**19**" in text
    assert "**6,840 €**" in text
