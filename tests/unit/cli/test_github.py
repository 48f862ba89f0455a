"""What `check --format github` prints is read by GitHub's runner as it was meant."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signpost.cli.output import github
from signpost.domain.diagnostics import Diagnostic, Severity, Span
from tests.unit.cli.conftest import Ran

Signpost = Callable[..., Ran]
POST = "shop/posts/2090/12/wax.md"


def runner(line: str) -> tuple[str, dict[str, str], str]:
    """Kind, properties and message, read as the runner does.

    Source: https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs (noted
    2026-11-22): the command ends at the next `::`, properties are split at commas and the first
    `=`, and both are unescaped.
    """
    match = re.fullmatch(r"::(\w+)(?: (.*?))?::(.*)", line)
    assert match is not None, line
    properties = {}
    for part in match[2].split(","):
        name, _, value = part.partition("=")
        properties[name] = unescaped(value.replace("%3A", ":").replace("%2C", ","))
    return match[1], properties, unescaped(match[3])


def unescaped(text: str) -> str:
    return text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


def test_a_finding_is_an_annotation_with_file_line_and_title(
    signpost: Signpost, content: Path
) -> None:
    post = content / POST
    post.write_text(post.read_text().replace("accounts: [fedi]", "accounts: [fedi]\ntitel: x"))
    ran = signpost("check", "--format", "github")
    assert ran.code == 1
    first, last = ran.out.splitlines()
    assert runner(first) == (
        "error",
        {
            "file": f"content/{POST}",
            "line": "6",
            "col": "1",
            "title": "YML501 unknown-key",
        },
        "There is no key `titel` in front matter.\nDid you mean `title`?",
    )
    assert runner(last)[0] == "notice"
    assert runner(last)[2] == "1 error and no warnings in 1 file."


def test_nothing_found_is_said(signpost: Signpost, content: Path) -> None:
    ran = signpost("check", "--format", "github")
    assert ran == Ran(0, "::notice title=signpost check::1 post checked: nothing found.\n", "")


def test_paths_are_those_of_the_repository(
    signpost: Signpost, content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (content.parent / ".git").mkdir()
    (content / POST).write_text("No fence.\n")
    monkeypatch.chdir(content)
    ran = signpost("check", "--format", "github")
    assert runner(ran.out.splitlines()[0])[1]["file"] == f"content/{POST}"


def test_more_than_github_shows_is_said_once(capfd: pytest.CaptureFixture[str]) -> None:
    warnings = [
        Diagnostic(Span("a.md", line), "TXT102", "Again.", "No.", Severity.WARNING)
        for line in range(1, 13)
    ]
    github.show(warnings, {"TXT102": "duplicate-text"}, 3, silenced=2)
    *lines, last = capfd.readouterr().out.splitlines()
    assert [runner(line)[0] for line in lines] == ["warning"] * 12
    assert runner(last)[2] == (
        "no errors and 12 warnings in 1 file. 2 findings silenced. "
        "GitHub shows 10 of each kind; the log of this step has all."
    )


def test_why_there_is_no_result_is_an_annotation_too(
    signpost: Signpost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SIGNPOST_CONTENT", raising=False)
    ran = signpost("check", "--format", "github")
    assert ran.code == 1
    kind, properties, message = runner(ran.out.splitlines()[0])
    assert (kind, properties["title"]) == ("error", "signpost SETTINGS")
    assert "signpost.yaml" in message


TEXTS = st.text(st.characters(codec="utf-8")) | st.text(alphabet="%:,=\r\n 0AD#[]a")


@given(TEXTS, TEXTS, TEXTS)
def test_nothing_of_a_file_ends_a_command_or_begins_another(
    path: str, cause: str, remedy: str
) -> None:
    item = Diagnostic(Span(path), "TXT102", cause, remedy)
    line = github.finding(item, "duplicate-text")
    assert not set("\r\n") & set(line)
    assert line.startswith("::error ")
    kind, properties, message = runner(line)
    assert (kind, properties["line"]) == ("error", "1")
    assert properties["title"] == "TXT102 duplicate-text"

    def visible(text: str) -> str:
        return re.sub(r"[^ -~\n\r]", "", text)

    assert visible(properties["file"]) == visible(path)
    assert visible(message) == visible(f"{cause}\n{remedy}".rstrip())
