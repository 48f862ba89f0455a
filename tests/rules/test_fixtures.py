"""Each rule finds exactly what its bad fixture holds, and nothing in its good one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from signpost.checks.registry import RULES
from signpost.checks.rule import Rule
from tests.rules.reading import FIXTURES, findings_of

IDS = [rule.code for rule in RULES]


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_a_good_fixture_has_no_finding_of_any_rule(rule: Rule, tmp_path: Path) -> None:
    found = findings_of(FIXTURES / rule.code / "good", tmp_path)
    assert [str(item) for item in found] == []


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_a_bad_fixture_has_exactly_the_findings_that_are_expected(
    rule: Rule, tmp_path: Path
) -> None:
    bad = FIXTURES / rule.code / "bad"
    found = findings_of(bad, tmp_path)
    expected = (bad / "expected.txt").read_text().splitlines()
    assert sorted(f"{item.code} {item.span}" for item in found) == sorted(expected)
    assert {item.code for item in found} == {rule.code}
    for item in found:
        assert item.cause.endswith((".", "?")), item
        assert item.remedy, item


def test_codes_and_names_are_unique_and_codes_in_order() -> None:
    codes = [rule.code for rule in RULES]
    assert len(set(codes)) == len({rule.name for rule in RULES}) == len(codes)
    families = list(dict.fromkeys(code[:3] for code in codes))
    assert codes == sorted(codes, key=lambda code: (families.index(code[:3]), code))


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_a_rule_explains_itself(rule: Rule) -> None:
    assert re.fullmatch(r"[A-Z]{3}\d{3}", rule.code)
    assert rule.why.endswith(".")
    assert rule.example
    assert rule.fix
    assert rule.example != rule.fix
    assert re.search(r"(read|noted|set) \d{4}-\d\d-\d\d", rule.source), "a source needs a date"
