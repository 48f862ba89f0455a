"""Each rule finds exactly what its bad fixture holds, and nothing in its good one."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from signpost.checks.registry import RULES
from signpost.checks.rule import Rule
from signpost.cli.check import ROUNDS
from signpost.content.fixes import apply_fixes
from tests.rules.reading import FIXTURES, SPECS, STANDING_IN, findings, findings_of, lay_out

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


CORPUS = 150
"""So many files, each with at least one fault, that are told to line and column."""


def test_the_corpus_of_bad_files_is_large() -> None:
    bad = {
        (rule.code, line.partition(" ")[2].rsplit(":", 2)[0])
        for rule in RULES
        for line in (FIXTURES / rule.code / "bad" / "expected.txt").read_text().splitlines()
    }
    assert len(bad) >= CORPUS


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_a_bad_fixture_is_mended_by_its_fixes_and_a_second_time_nothing_is(
    rule: Rule, tmp_path: Path
) -> None:
    bad = FIXTURES / rule.code / "bad"
    content = lay_out(bad, tmp_path)
    specs = STANDING_IN.get(rule.code, SPECS)
    before = findings(content, random.Random(1).getrandbits, specs=specs)
    hopeless = sum(item.fix is None for item in before)
    found = before
    for _ in range(ROUNDS):
        if not apply_fixes(content, found):
            break
        found = findings(content, random.Random(2).getrandbits, specs=specs)
    assert not apply_fixes(content, found)
    assert len(found) == hopeless, [str(item) for item in found]
