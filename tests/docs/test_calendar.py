"""The examples of docs/calendar.md are what the commands say of the sample content."""

from __future__ import annotations

import re

from signpost.cli.output.grid import MARKS
from tests.docs.calendar_page import EXAMPLE, PAGE, page


def test_the_page_shows_what_the_commands_say() -> None:
    written = PAGE.read_text(encoding="utf-8")
    assert page(written) == written, "make it anew: python -m tests.docs.calendar_page"


def test_the_page_has_an_example_of_each_view_and_of_a_post() -> None:
    commands = [command for command, _ in EXAMPLE.findall(PAGE.read_text(encoding="utf-8"))]
    assert [re.findall(r"status|week|agenda|calendar$", command) for command in commands] == [
        ["calendar"],
        ["week"],
        ["agenda"],
        ["status"],
    ]


def test_the_page_has_every_mark() -> None:
    rows = re.findall(r"^\| `(.)` \| (.+?) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    told = {word: mark for mark, words in rows for word in re.findall(r"`([^`]+)`", words)}
    assert told == {word: mark for word, mark in MARKS.items() if word != "CANCELLED"}
