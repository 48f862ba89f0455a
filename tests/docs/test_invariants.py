"""Each invariant of the protocol is named in a test, or listed with what will cover it."""

from __future__ import annotations

import re
from pathlib import Path

from tests.invariants import EVERY, NOT_YET, covered


def test_every_invariant_is_covered_or_listed_as_not_yet(project: Path) -> None:
    have = set(covered(project / "tests"))
    assert have <= EVERY, "a test names an invariant that does not exist"
    assert have & set(NOT_YET) == set(), "covered, yet listed as not covered: take it off the list"
    assert have | set(NOT_YET) == EVERY, "neither covered nor listed"


def test_the_numbers_are_those_of_the_protocol(shared: Path) -> None:
    text = (shared / "PUBLISHING.md").read_text(encoding="utf-8")
    section = text.partition("## 3. ")[2].partition("## 4. ")[0]
    numbers = re.findall(r"(?:— |\. |\n|: )(\d\d?) (?=[A-Za-z])", section)
    assert {int(number) for number in numbers} >= EVERY - {1, 2, 3}


def test_the_table_of_the_docs_names_tests_that_exist(project: Path) -> None:
    have = covered(project / "tests")
    rows = re.findall(
        r"^\| (\d+) \| .* \| (.*) \|$",
        (project / "docs" / "protocol.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    assert {int(number) for number, _ in rows} == EVERY
    for number, cell in rows:
        named = re.findall(r"`(tests/[^`]+)`", cell)
        if int(number) in NOT_YET:
            assert named == [], f"{number} is not covered yet"
            assert "not yet" in cell
            continue
        assert named, f"{number} names no test"
        unknown = [test for test in named if test not in have[int(number)]]
        assert unknown == [], f"{number} names tests that do not name it"
