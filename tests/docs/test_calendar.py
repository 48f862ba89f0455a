"""The examples of docs/calendar.md are what the commands say of the sample content."""

from __future__ import annotations

import re
import shlex
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from signpost.cli.main import run
from signpost.cli.output import deliveries
from signpost.cli.output.grid import MARKS
from tests.unit.cli import test_status_post

ROOT = Path(__file__).resolve().parents[2]
PAGE = "docs/calendar.md"
NOW = datetime(2026, 12, 2, 19, 0, tzinfo=UTC)
EXAMPLE = re.compile(r"^```console\n\$ (signpost [^\n]+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXAMPLES = dict(EXAMPLE.findall((ROOT / PAGE).read_text(encoding="utf-8")))


@pytest.fixture
def sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sample content where no stack is, on the day and the terminal of the page."""
    for name in ("SIGNPOST_BUCKET", "SIGNPOST_CONTENT", "SIGNPOST_WORKSPACE", "SIGNPOST_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    shutil.copytree(ROOT / "content", tmp_path / "content")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setattr(deliveries, "utc_now", lambda: NOW)


@pytest.mark.parametrize("command", [line for line in EXAMPLES if "calendar" in line])
def test_the_calendar_shows_what_the_page_shows(
    command: str, sample: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(shlex.split(command)[1:]) == 0
    assert capsys.readouterr().out == EXAMPLES[command]


def test_the_status_of_a_post_is_as_the_page_shows_it() -> None:
    assert EXAMPLES["signpost status st4p1akzdcrf"] == test_status_post.GOLDEN


def test_the_page_has_an_example_of_each_view_and_every_mark() -> None:
    assert len(EXAMPLES) == 4
    text = (ROOT / PAGE).read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(.)` \| (.+?) \|", text, re.MULTILINE)
    told = {word: mark for mark, words in rows for word in re.findall(r"`([^`]+)`", words)}
    assert told == {word: mark for word, mark in MARKS.items() if word != "CANCELLED"}
