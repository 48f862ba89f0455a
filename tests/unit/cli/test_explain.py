"""`signpost explain`: by code, name and prefix."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from signpost.checks.registry import RULES
from tests.unit.cli.conftest import Ran

Signpost = Callable[..., Ran]


@pytest.mark.parametrize("word", ["MED201", "med201", "alt-text", "Alt_Text"])
def test_a_rule_is_found_by_code_and_name(word: str, signpost: Signpost) -> None:
    ran = signpost("explain", word)
    assert ran.code == 0
    assert ran.out.startswith("MED201 alt-text\n")
    for head in ("Why", "Example", "Use instead", "Mending", "Letting it pass", "Source"):
        assert f"\n{head}\n  " in ran.out


@pytest.mark.parametrize("rule", RULES, ids=[rule.code for rule in RULES])
def test_every_rule_is_explained_in_full(
    rule: object, signpost: Signpost, request: pytest.FixtureRequest
) -> None:
    code = request.node.callspec.id
    ran = signpost("explain", code)
    (told,) = json.loads(signpost("explain", code, "--format", "json").out)["rules"]
    words = ran.out.split()
    for part in ("why", "example", "fix", "source"):
        assert set(told[part].split()) <= {*words, *(word.rstrip(".") for word in words)}
    passes = f"# signpost: allow {code} reason" in ran.out
    assert passes is told["silenceable"]
    assert ("`signpost check --fix` can." in ran.out) is told["fixable"]


def test_a_prefix_gives_a_table(signpost: Signpost) -> None:
    ran = signpost("explain", "fil")
    assert [line[:6] for line in ran.out.splitlines()[1:4]] == ["FIL601", "FIL602", "FIL603"]
    assert "TXT101" not in ran.out


def test_without_a_word_all_rules_are_listed(signpost: Signpost) -> None:
    ran = signpost("explain")
    assert ran.code == 0
    assert all(f"\n{rule.code}  " in ran.out for rule in RULES)


@pytest.mark.parametrize(("word", "meant"), [("MED2001", "MED201"), ("altext", "alt-text")])
def test_a_wrong_word_is_answered_with_the_likely_one(
    word: str, meant: str, signpost: Signpost
) -> None:
    ran = signpost("explain", word)
    assert ran.code == 2
    assert f"Did you mean `{meant}`?" in ran.err


def test_the_findings_name_the_command_once(signpost: Signpost, content: Path) -> None:
    post = content / "shop/posts/2090/12/wax.md"
    post.write_text(post.read_text().replace("accounts: [fedi]", "acounts: [fedi]\ntitel: x"))
    assert signpost("check").out.count("signpost explain") == 1
