from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signpost.domain.thread import split_parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("one", [("one", 0)]),
        ("one\n---\ntwo", [("one", 0), ("two", 2)]),
        ("one\n\nmore\n\n---  \n\n\ntwo", [("one\n\nmore", 0), ("two", 7)]),
        ("one\n---", [("one", 0), ("", 2)]),
        ("---\none", [("", 0), ("one", 1)]),
        ("one\n----\ntwo", [("one\n----\ntwo", 0)]),
    ],
)
def test_a_thread_is_split_at_lines_of_three_hyphens(
    text: str, parts: list[tuple[str, int]]
) -> None:
    assert [tuple(part) for part in split_parts(text, thread=True)] == parts


def test_without_thread_the_line_stays() -> None:
    assert split_parts("one  \n---\ntwo \n", thread=False)[0].text == "one\n---\ntwo"


@given(st.lists(st.text("ab \n-", max_size=12), min_size=1, max_size=6))
def test_every_part_stands_where_it_says(texts: list[str]) -> None:
    whole = "\n---\n".join(texts)
    lines = whole.split("\n")
    for part in split_parts(whole, thread=True):
        if part.text:
            assert lines[part.line].strip() == part.text.split("\n", maxsplit=1)[0].strip()
