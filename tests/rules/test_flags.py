"""A rule says of itself whether it can be mended and silenced; its bad fixture shows whether it can."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from signpost.checks.registry import RULES, judge_all
from signpost.checks.rule import Rule
from signpost.content.workspace_reader import read_workspace
from tests.rules.reading import FIXTURES, NOW, SPECS, lay_out

READERS_OWN = {"YML503", "FIL601", "FIL602"}
"""Raised where nothing of the file could be read, so neither could a silence."""


@pytest.mark.parametrize("rule", RULES, ids=[rule.code for rule in RULES])
def test_fixable_says_whether_findings_carry_edits(rule: Rule, tmp_path: Path) -> None:
    content = lay_out(FIXTURES / rule.code / "bad", tmp_path)
    bits = Random(7).getrandbits
    found, _ = judge_all(read_workspace(content), SPECS, NOW, random_bits=bits)
    mine = [item for item in found if item.code == rule.code]
    if mine:  # some rules show only with a channel of their own; see their tests
        assert any(item.fix for item in mine) is rule.fixable, "set `fixable` on the rule"


@pytest.mark.parametrize("code", sorted(READERS_OWN))
def test_what_keeps_a_file_from_being_read_cannot_be_silenced(code: str) -> None:
    (rule,) = (rule for rule in RULES if rule.code == code)
    assert not rule.silenceable
