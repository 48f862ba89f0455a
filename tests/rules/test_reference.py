"""The pages made from rules and schema are those that are committed."""

from __future__ import annotations

from pathlib import Path

import pytest

from signpost.checks.handbook.registry import HANDBOOK_RULES
from signpost.checks.registry import RULES
from signpost.content.reference import pages, write
from signpost.content.schema import CONFIG_FILES, FRONT_MATTER

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("name", sorted(pages()))
def test_a_committed_page_is_what_the_data_says(name: str) -> None:
    committed = (DOCS / name).read_text(encoding="utf-8")
    assert committed == pages()[name], "run `python -m signpost.content.reference docs`"


def test_no_page_is_left_of_a_rule_that_is_gone() -> None:
    codes = {rule.code for rule in (*RULES, *HANDBOOK_RULES)} | {"index"}
    assert {path.stem for path in (DOCS / "rules").glob("*.md")} == codes


def test_every_key_of_every_file_is_in_the_reference() -> None:
    text = pages()["reference/front-matter.md"]
    for shape in (FRONT_MATTER, *CONFIG_FILES):
        for key in shape.keys:
            assert f"| `{key.name}` |" in text


def test_writing_twice_writes_once(tmp_path: Path) -> None:
    assert len(write(tmp_path)) == len(pages())
    assert write(tmp_path) == []
