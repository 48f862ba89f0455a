"""Generated parts say what the data say, and nothing in the data acts."""

from __future__ import annotations

from datetime import date
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signpost.connectors.bluesky.spec import SPEC as BLUESKY
from signpost.connectors.mastodon.spec import SPEC as MASTODON
from signpost.connectors.wordpress.spec import SPEC as WORDPRESS
from signpost.content.handbook import brand_parts, tables, team_parts
from signpost.content.handbook.limits import limits
from signpost.content.handbook.site import read_handbook, renewed, write_handbook
from signpost.content.workspace_reader import read_workspace
from signpost.domain.goals import Goals, Kpi, Target
from signpost.domain.handbook import Handbook
from signpost.domain.workspace import AccountSettings, Brand, Entry, Position, Stage
from signpost.errors import ContentError

reference = import_module("markdown")  # it has no types
SPECS = {spec.id: spec for spec in (BLUESKY, MASTODON, WORDPRESS)}
LEAD = Position("lead", "Lead", "marketing", ("Keeps it",), core=True, represents=True)
EDITOR = Position("editor", "Editor", "marketing", deputy="lead", merges=("lead",))
CLIENT = Position("client", "Client's contact", client=True)
BRAND = Brand(
    "shop",
    "Shop",
    "Europe/Berlin",
    types=("how-to", "contest"),
    objectives=(Entry("talk", "Be talked with"), Entry("sell", "Sell")),
    accounts=(
        AccountSettings("a", "mastodon", "@a"),
        AccountSettings("b", "mastodon", "@b"),
        AccountSettings("c", "wordpress", "c"),
        AccountSettings("d", "unknown", "d"),
    ),
    positions=(LEAD, EDITOR, CLIENT),
    stages=(
        Stage("text", "Text", "editor", 4 * 86_400),
        Stage("terms", "Terms", "lead", 36 * 3600, ("contest",)),
    ),
)
DAY = date(2027, 3, 31)
GOALS = Goals(
    kpis=(Kpi("r", "talk", "Replies", "replies", baseline=12, targets=(Target(DAY, 1500),)),),
    months=(),
)


def cells(table: str, row: str) -> list[str]:
    (line,) = [line for line in table.splitlines() if line.startswith(f"| {row} ")]
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_objectives_stand_beside_their_targets() -> None:
    made = brand_parts.objectives(BRAND, GOALS)
    assert cells(made, "Be talked with") == [
        "Be talked with",
        "Replies (replies, each month)",
        "12",
        "1,500",
    ]
    assert cells(made, "Sell") == ["Sell", "–", "–", "–"]
    assert "By 31 March 2027" in made


def test_limits_have_a_column_a_channel_and_their_sources() -> None:
    made = limits(BRAND, SPECS)
    assert cells(made, "Text") == ["Text", "500 characters", "4,194,304 bytes"]
    assert cells(made, "A link counts as")[1] == "23, however long"
    for source, checked in (
        *((limit.source, limit.checked) for limit in MASTODON.text),
        *((limit.source, limit.checked) for limit in MASTODON.media),
    ):
        assert source in made
        assert f"read {checked}" in made
    assert "Bluesky" not in made
    sky = BRAND._replace(accounts=(AccountSettings("s", "bluesky", "s"),))
    assert cells(limits(sky, SPECS), "Text") == ["Text", "300 characters"]


def test_the_workflow_counts_back_from_the_post() -> None:
    made = team_parts.workflow(BRAND)
    assert cells(made, "1")[1:4] == ["Text (`text`)", "Editor", "4 days before"]
    assert cells(made, "1")[5] == "Lead"
    assert cells(made, "2")[3:5] == ["36 hours before", "`contest`"]


def test_who_approves_is_the_last_stage_of_each_type_and_the_client() -> None:
    made = team_parts.approvals(BRAND)
    assert cells(made, "`how-to`")[1] == "Editor"
    assert cells(made, "`contest`")[1] == "Lead"
    assert "Client's contact" in made


def test_the_team_is_told_by_position() -> None:
    assert "### Lead {#lead}" in team_parts.responsibilities(BRAND)
    assert "Stands in: [Lead](#lead)." in team_parts.responsibilities(BRAND)
    assert cells(team_parts.stand_ins(BRAND), "Editor") == ["Editor", "Lead", "Lead"]
    assert team_parts.core_team(BRAND) == "- Lead"
    assert cells(team_parts.departments(BRAND), "marketing") == ["marketing", "Lead", "Editor"]


@pytest.mark.parametrize(
    "made",
    [
        brand_parts.objectives(Brand("x", "X", "UTC"), Goals((), ())),
        brand_parts.voice(Brand("x", "X", "UTC")),
        brand_parts.personas(Brand("x", "X", "UTC")),
        brand_parts.themes(Brand("x", "X", "UTC")),
        brand_parts.campaigns(Brand("x", "X", "UTC")),
        brand_parts.accounts(Brand("x", "X", "UTC")),
        brand_parts.disclosures(Brand("x", "X", "UTC")),
        team_parts.responsibilities(Brand("x", "X", "UTC")),
        team_parts.workflow(Brand("x", "X", "UTC")),
        limits(Brand("x", "X", "UTC"), SPECS),
    ],
)
def test_nothing_yet_is_said(made: str) -> None:
    assert made == brand_parts.NONE


@given(st.text(max_size=60))
def test_no_word_of_the_data_acts(word: str) -> None:
    brand = BRAND._replace(personas=(Entry("p", f"x{word}x", word),))
    made = brand_parts.personas(brand)
    assert "<!--" not in made
    assert made.count("\n") == 2
    html = reference.markdown(made, extensions=["tables"])
    assert html.count("<td>") == 3
    for tag in ("<a ", "<script", "<img", "<em>x", "<h1"):
        assert tag not in html


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (86_400, "1 day"),
        (129_600, "36 hours"),
        (5400, "90 minutes"),
        (90, "90 seconds"),
        (0, "0 seconds"),
    ],
)
def test_durations_are_told_in_the_largest_whole_unit(seconds: int, told: str) -> None:
    assert tables.duration(seconds) == told


@pytest.mark.parametrize(
    ("count", "told"),
    [(2_000_000, "2 MB"), (2_097_152, "2.1 MB"), (900_000, "900 kB"), (12, "12 bytes")],
)
def test_sizes_are_told_as_people_say_them(count: int, told: str) -> None:
    assert tables.size(count) == told


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """A page with two parts to be filled in."""
    (tmp_path / "docs/larkfell").mkdir(parents=True)
    (tmp_path / "docs/larkfell/team.md").write_text(
        "---\ntitle: T\ndescription: D.\nowner: designer\nreview_by: 2027-01-01\n---\n\nBefore.\n\n"
        "<!-- generated: core-team -->\n<!-- /generated -->\n\nBetween.\n\n"
        "<!-- generated: workflow -->\nold\n<!-- /generated -->\n\nAfter.\n"
    )
    return tmp_path / "docs"


def read(docs: Path, project: Path) -> Handbook:
    content = project / "content"
    return read_handbook(docs, content, read_workspace(content).brands, SPECS)


def test_writing_touches_only_what_stands_between_the_marks(docs: Path, project: Path) -> None:
    assert write_handbook(docs, lambda: read(docs, project)) == ["larkfell/team.md"]
    text = (docs / "larkfell/team.md").read_text()
    assert "- Social media lead\n" in text
    assert "| 1 | Brief" in text
    assert "old" not in text
    for kept in ("Before.\n\n<!--", "-->\n\nBetween.\n\n<!--", "-->\n\nAfter.\n"):
        assert kept in text
    assert write_handbook(docs, lambda: read(docs, project)) == []


def test_nothing_is_written_where_a_part_cannot_be_made(docs: Path, project: Path) -> None:
    page = docs / "larkfell/team.md"
    page.write_text(page.read_text() + "\n<!-- generated: nothing -->\n")
    before = page.read_text()
    with pytest.raises(ContentError) as caught:
        renewed(read(docs, project))
    assert [item.code for item in caught.value.diagnostics] == ["DOC966"]
    with pytest.raises(ContentError):
        write_handbook(docs, lambda: read(docs, project))
    assert page.read_text() == before
