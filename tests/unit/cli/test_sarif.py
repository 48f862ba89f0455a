"""What `check --format sarif` prints is SARIF, and says what the other formats say."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft4Validator

from signpost.checks.registry import RULES
from signpost.cli.output.sarif import region_in
from signpost.domain.diagnostics import Fix
from tests.rules.reading import FIXTURES, lay_out
from tests.unit.cli.conftest import Ran

Signpost = Callable[..., Ran]
POST = "shop/posts/2090/12/wax.md"
SCHEMA = json.loads((Path(__file__).parent / "sarif/sarif-2.1.0-rtm.5.json").read_text())
VALIDATOR = Draft4Validator(SCHEMA, format_checker=Draft4Validator.FORMAT_CHECKER)


def log_of(ran: Ran) -> dict[str, Any]:
    """The one run of the log, after the schema has seen it."""
    document = json.loads(ran.out)
    assert [error.message for error in VALIDATOR.iter_errors(document)] == []
    (run,) = document["runs"]
    assert isinstance(run, dict)
    return run


def test_no_finding_is_a_log_without_results(signpost: Signpost, content: Path) -> None:
    ran = signpost("check", "--format", "sarif")
    assert ran.code == 0
    run = log_of(ran)
    assert run["results"] == []
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [rule.code for rule in RULES]


def test_without_content_the_log_says_that_nothing_was_checked(
    signpost: Signpost, content: Path
) -> None:
    (content / "signpost.yaml").unlink()
    ran = signpost("check", "--content", str(content), "--format", "sarif")
    assert ran.code == 1
    run = log_of(ran)
    assert run["results"] == []
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    (said,) = invocation["toolExecutionNotifications"]
    assert said["level"] == "error"
    assert "There is no signpost.yaml" in said["message"]["text"]
    assert "There is no signpost.yaml" in ran.err


@pytest.mark.parametrize("words", [["no-such.md"], ["--no-such-option"]])
def test_a_command_line_that_was_not_understood_is_told_in_every_form(
    words: list[str], signpost: Signpost, content: Path
) -> None:
    def ran(form: str) -> str:
        found = signpost("check", *words, "--format", form)
        assert found.code == 2
        assert words[0].strip("-") in found.err
        return found.out

    (invocation,) = log_of(signpost("check", *words, "--format", "sarif"))["invocations"]
    assert invocation["executionSuccessful"] is False
    (said,) = invocation["toolExecutionNotifications"]
    assert words[0] in said["message"]["text"]
    assert ran("sarif")
    told = json.loads(ran("json"))["error"]
    assert told["code"] == "USAGE"
    assert words[0] in told["cause"]
    assert told["remedy"] == "`signpost check --help` tells its usage."
    assert ran("github").startswith("::error")
    assert words[0] in ran("markdown")
    assert ran("human") == ""


def test_every_finding_has_its_rule_place_and_level(signpost: Signpost, content: Path) -> None:
    post = content / POST
    post.write_text(post.read_text().replace("accounts: [fedi]", "accounts: [fedy]\ntitel: x"))
    ran = signpost("check", "--format", "sarif")
    assert ran.code == 1
    run = log_of(ran)
    assert [item["ruleId"] for item in run["results"]] == ["REF401", "YML501"]
    for item in run["results"]:
        assert run["tool"]["driver"]["rules"][item["ruleIndex"]]["id"] == item["ruleId"]
        assert item["level"] == "error"
    place = run["results"][1]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": f"content/{POST}", "uriBaseId": "SRCROOT"}
    assert place["region"] == {"startLine": 6, "startColumn": 1}
    assert run["columnKind"] == "unicodeCodePoints"


def test_paths_are_the_repositorys_and_encoded(
    signpost: Signpost, content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (content.parent / ".git").mkdir()
    odd = content / "shop/posts/100 % früh: #1.md"
    odd.write_text("---\nstatus: draft\n---\nText.\n")
    monkeypatch.chdir(content / "shop")
    run = log_of(signpost("check", "--format", "sarif"))
    result = next(item for item in run["results"] if item["ruleId"] == "REF402")
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "content/shop/posts/100%20%25%20fr%C3%BCh%3A%20%231.md"
    change = result["fixes"][0]["artifactChanges"][0]
    assert change["artifactLocation"]["uri"] == uri
    region = change["replacements"][0]["deletedRegion"]
    assert region == {"startLine": 2, "startColumn": 1, "endLine": 2, "endColumn": 1}
    assert change["replacements"][0]["insertedContent"]["text"].startswith("id: ")


def test_what_is_silenced_is_there_and_suppressed(signpost: Signpost, content: Path) -> None:
    silent = content / POST.replace("wax", "waxing")
    text = (content / POST).read_text().replace("7k2m9q4x1v3b", "8k2m9q4x1v3b")
    silent.write_text(text.replace("---\n", "---\n# signpost: allow TXT102 it is a jingle\n", 1))
    ran = signpost("check", "--format", "sarif")
    assert ran.code == 0, signpost("check").out
    (result,) = log_of(ran)["results"]
    assert result["suppressions"] == [{"kind": "inSource", "justification": "it is a jingle"}]


@pytest.mark.parametrize("code", ["FIL602", "REF402", "TXT101", "YML505"])
def test_the_findings_of_a_bad_fixture_are_sarif(
    code: str, signpost: Signpost, tmp_path: Path
) -> None:
    folder = lay_out(FIXTURES / code / "bad", tmp_path)
    run = log_of(signpost("check", "--content", str(folder), "--format", "sarif"))
    assert {item["ruleId"] for item in run["results"]} == {code}


@given(st.text(alphabet="ab\n\r\ufeff🙂", max_size=30), st.data())
def test_a_region_names_what_a_fix_replaces(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    line, column, last, after = region_in(text, Fix("x", start, end, "", ""))
    bare = text.removeprefix("\ufeff")
    lines = bare.split("\n")

    def offset(row: int, col: int) -> int:
        return sum(len(item) + 1 for item in lines[: row - 1]) + col - 1

    gone = text[start:end].replace("\ufeff", "", int(start == 0 and text.startswith("\ufeff")))
    assert bare[offset(line, column) : offset(last, after)] == gone
