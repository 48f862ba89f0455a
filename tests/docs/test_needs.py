"""Every need of the field has an answer that can be followed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from signpost.content.handbook.pages import read_page

PAGE = "docs/needs.md"
_LINK = re.compile(r"\]\(([^)]+)\)")


def rows(project: Path) -> dict[str, str]:
    """Number of a need → what answers it."""
    text = (project / PAGE).read_text(encoding="utf-8")
    return dict(re.findall(r"^\| (N\d+) \| [^|]{10,} \| (.+) \|$", text, re.MULTILINE))


def test_all_thirty_are_there(project: Path) -> None:
    assert list(rows(project)) == [f"N{number}" for number in range(1, 31)]


@pytest.mark.parametrize("need", [f"N{number}" for number in range(1, 31)])
def test_every_answer_can_be_followed(project: Path, need: str) -> None:
    links = _LINK.findall(rows(project)[need])
    assert links
    handbook = 0
    for link in links:
        path, _, anchor = link.partition("#")
        target = (project / "docs" / path).resolve()
        assert target.is_file(), link
        if "strategy-site" in path:
            handbook += 1
            text = target.read_text(encoding="utf-8")
            page = read_page(target.name, text, "", [])
            assert not anchor or anchor in page.anchors, link
    assert handbook or need in {"N29", "N30"}
