"""Where silences stand in YAML: what is a comment, and what it counts for."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signpost.checks.silence import Silence
from signpost.content.fixes import apply_fixes
from signpost.content.nodes import parse
from signpost.content.silences import silences_of
from tests.rules.reading import FIXTURES, findings, lay_out

MARK = "# signpost: allow TXT102 so"


def read(yaml: str, covers: tuple[str, ...] = ("a.md",)) -> list[Silence]:
    return silences_of(yaml, parse(yaml, covers[0]), covers, start=4, first_line=2)


@pytest.mark.parametrize(
    ("yaml", "lines"),
    [
        (f"id: a  {MARK}\n", [2]),
        (f"id: a\n{MARK}\ntitle: b\n", [4]),
        (f"id: a\n{MARK}\n\n# another\ntitle: b\n", [6]),
        (f"id: a\n{MARK}\n", [4]),
        (f"{MARK}\nid: a\n", [0]),
        (f"# head\n\n{MARK}\nid: a\n", [0]),
        (f"---\n{MARK}\nid: a\n", [0]),
        (MARK, [0]),
        (f"id: a\r\n{MARK}\r\ntitle: b\r\n", [4]),
        (f"id: '{MARK}'\n", []),
        (f'id: "x {MARK}"\n', []),
        (f"id: 'x\n  {MARK}\n  y'\n", []),
        (f"id: |\n  {MARK}\n  y\n", []),
        (f"id: >-  {MARK}\n  y\n", [2]),
        ("id: a#signpost:allow TXT102 so\n", []),
        (f"id: [a, b{MARK}]\n", []),
        (f"id: [a, b]  {MARK}\n", [2]),
        (f"id:\n  - a  {MARK}\n  - b\n", [3]),
        (f"id: a  # said: {MARK}\n", []),
        (f"# {MARK}\nid: a\n", []),
        ("# signpost: our workspace\nid: a\n", []),
    ],
)
def test_the_line_that_a_silence_counts_for(yaml: str, lines: list[int]) -> None:
    assert [item.line for item in read(yaml)] == lines


def test_only_the_whole_file_reaches_the_own_texts() -> None:
    head, line = read(f"{MARK}\nid: a  {MARK}\n", ("b/index.md", "b/main.md"))
    assert head.covers == ("b/index.md", "b/main.md")
    assert line.covers == ("b/index.md",)


@given(st.lists(st.sampled_from(["id: a", "b: 'c'", "# x", "", "é: [ü]", MARK, "c: 🙂  " + MARK])))
def test_its_place_is_where_its_sign_stands(pieces: list[str]) -> None:
    keys = [f"k{number}{piece}" if ":" in piece and piece[0] != "#" else piece
            for number, piece in enumerate(pieces)]  # fmt: skip
    yaml = "".join(f"{piece}\n" for piece in keys)
    for item in read(yaml):
        assert yaml[item.start - 4 :].startswith(item.text)
        line = yaml.splitlines()[item.span.line - 2]
        assert line[item.span.column - 1 :] == item.text
        begin, end = item.cut
        without = yaml[: begin - 4] + yaml[end - 4 :]
        assert len(read(without)) == len(read(yaml)) - 1


def test_fix_deletes_what_silences_nothing_and_nothing_else(tmp_path: Path) -> None:
    content = lay_out(FIXTURES / "YML505" / "bad", tmp_path)
    post = content / "shop/posts/a.md"
    assert len(apply_fixes(content, findings(content))) == 4
    assert findings(content) == []
    assert post.read_text() == (
        "---\nid: fixture50503\npublish: 2026-12-01 09:00\naccounts: [main]\n---\nText number 507.\n"
    )
    assert (content / "shop/brand.yaml").read_text() == "name: Shop\ntypes: [story, how-to]\n"
