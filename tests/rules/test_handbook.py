"""Each rule of the handbook against a good and a bad set of pages."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from signpost.checks.handbook.registry import HANDBOOK_RULES, judge_handbook
from signpost.checks.rule import Rule
from signpost.connectors.registry import Registry
from signpost.content.handbook.site import PART_NAMES, read_handbook
from signpost.content.workspace_reader import read_workspace
from signpost.domain.diagnostics import Diagnostic, Severity
from signpost.domain.handbook import Handbook

FIXTURES = Path(__file__).parent / "handbook"
TODAY = date(2026, 11, 22)
IDS = [rule.code for rule in HANDBOOK_RULES]
EXPECTED = "expected.txt"


def handbook_of(docs: Path) -> Handbook:
    """The pages of a folder, with its own content, else with that which all fixtures share."""
    own = docs.parent / "content"
    content = own if own.is_dir() else FIXTURES / "content"
    specs = {channel: Registry().spec(channel) for channel in Registry().ids()}
    return read_handbook(docs, content, read_workspace(content).brands, specs)


def findings_of(docs: Path) -> list[Diagnostic]:
    return judge_handbook(handbook_of(docs), TODAY)


@pytest.mark.parametrize("rule", HANDBOOK_RULES, ids=IDS)
def test_a_good_page_passes(rule: Rule) -> None:
    assert [str(item) for item in findings_of(FIXTURES / rule.code / "good")] == []


@pytest.mark.parametrize("rule", HANDBOOK_RULES, ids=IDS)
def test_a_bad_page_has_exactly_the_findings_that_are_expected(rule: Rule) -> None:
    bad = FIXTURES / rule.code / "bad"
    found = findings_of(bad)
    expected = (bad / EXPECTED).read_text().splitlines()
    assert [f"{item.code} {item.span}" for item in found] == expected
    for item in found:
        assert item.cause.endswith((".", ".)"))
        assert item.remedy


def test_codes_stand_in_order_and_once() -> None:
    assert sorted(set(IDS)) == IDS
    assert {path.name for path in FIXTURES.iterdir()} == {*IDS, "content"}


def test_what_is_near_is_a_warning_and_what_is_over_an_error() -> None:
    found = {item.span.path: item.severity for item in findings_of(FIXTURES / "DOC963" / "bad")}
    assert found == {
        "shop/strategy/page.md": Severity.ERROR,
        "shop/strategy/soon.md": Severity.WARNING,
        "shop/strategy/today.md": Severity.WARNING,
    }


def test_a_mistyped_target_is_guessed() -> None:
    link, *_ = findings_of(FIXTURES / "DOC964" / "bad")
    assert link.remedy == "Did you mean `shop/strategy/other.md`?"
    anchor, *_ = findings_of(FIXTURES / "DOC965" / "bad")
    assert anchor.remedy == "Did you mean `ten-things`?"
    parts = [item.remedy for item in findings_of(FIXTURES / "DOC966" / "bad")]
    assert "Did you mean `core-team`?" in parts


@pytest.mark.parametrize(
    ("head", "code"),
    [
        ("", "FIL602"),
        ("---\ntitle: Page\n", "FIL602"),
        ("---\ntitle: Page\ndescription: A page.\nauthor: juno\n---\n", "YML501"),
        ("---\ntitle: Page\ndescription: A page.\nreview_by: soon\n---\n", "YML502"),
        ("---\ntitle: Page\ndescription: A page.\nowner: [lead]\n---\n", "YML502"),
        ("---\ntitle: Page\n---\n", "YML502"),
        ("---\ntitle: &a Page\ndescription: A page.\n---\n", "YML503"),
    ],
)
def test_a_head_that_cannot_be_read_is_told(tmp_path: Path, head: str, code: str) -> None:
    (tmp_path / "index.md").write_text(f"{head}\n# Page\n")
    found = findings_of(tmp_path)
    assert code in {item.code for item in found}
    if "owner" in head:  # it is there, and wrong: once is enough
        assert "DOC961" not in {item.code for item in found}
    if "review_by" in head:
        assert "DOC962" not in {item.code for item in found}


def test_a_page_of_another_encoding_is_told_and_can_be_linked(tmp_path: Path) -> None:
    (tmp_path / "bad.md").write_bytes(b"\xff")
    (tmp_path / "index.md").write_text(
        "---\ntitle: A\ndescription: B.\nowner: lead\nreview_by: 2027-05-31\n---\n[a](bad.md)\n"
    )
    assert [item.code for item in findings_of(tmp_path)] == ["FIL601"]


def test_every_part_is_described(project: Path) -> None:
    text = (project / "docs" / "handbook.md").read_text(encoding="utf-8")
    assert [name for name in PART_NAMES if f"`{name}`" not in text] == []
