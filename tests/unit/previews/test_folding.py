from __future__ import annotations

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from signpost.cli.previews.terminal import columns_of, wrap
from signpost.domain.channel import Fold, FoldUnit
from signpost.previews.folding import COLUMNS, fold
from signpost.previews.view import Kind, Run


def rule(unit: FoldUnit, after: int) -> Fold:
    return Fold(unit, after, "https://example.org", "2026-11-22")


@pytest.mark.parametrize(
    ("unit", "after", "text", "folded"),
    [
        (FoldUnit.LINE, 2, "a\nb", ""),
        (FoldUnit.LINE, 2, "a\nb\nc\nd", "c\nd"),
        (FoldUnit.LINE, 2, "a\n\nb", "b"),
        (FoldUnit.LINE, 1, "x" * COLUMNS, ""),
        (FoldUnit.LINE, 1, "x" * (COLUMNS + 1), "x"),
        (FoldUnit.LINE, 1, "雪" * (COLUMNS // 2 + 1), "雪"),
        (FoldUnit.LINE, 1, "x" * (COLUMNS - 2) + " yyy", "yyy"),
        (FoldUnit.WORD, 2, "one two", ""),
        (FoldUnit.WORD, 2, "one two three", " three"),
        (FoldUnit.CHARACTER, 9, "one two three", " three"),
        (FoldUnit.CHARACTER, 13, "one two three", ""),
        (FoldUnit.CHARACTER, 3, "abcdef", "def"),
        (FoldUnit.CHARACTER, 3, "ab👩‍👩‍👧cd", "👩‍👩‍👧cd"),
        (FoldUnit.CHARACTER, 1, "e\u0301tude", "tude"),
        (FoldUnit.CHARACTER, 2, "a\n👩‍👩‍👧x", "👩‍👩‍👧x"),
    ],
)
def test_a_text_is_folded_where_the_channel_folds_it(
    unit: FoldUnit, after: int, text: str, folded: str
) -> None:
    found = fold([Run(Kind.PLAIN, text)], rule(unit, after), "More")
    assert "".join(run.text for run in found.folded) == folded
    assert found.whole == text
    assert found.more == ("More" if folded else "")


def test_a_link_is_not_cut_in_two() -> None:
    runs = [Run(Kind.PLAIN, "go "), Run(Kind.LINK, "a.example/path", "https://a.example/path")]
    found = fold(runs, rule(FoldUnit.CHARACTER, 8), "More")
    assert [run.text for run in found.folded] == [" ", "a.example/path"]


def test_what_is_only_space_is_not_worth_a_click() -> None:
    assert fold([Run(Kind.PLAIN, "a\nb\n  ")], rule(FoldUnit.LINE, 2), "More").folded == ()


@given(
    st.lists(
        st.sampled_from(["a", " ", "\n", "e\u0301", "👩‍👩‍👧", "🇩🇪", "\r", "雪"]), max_size=150
    ).map("".join),
    st.sampled_from(FoldUnit),
    st.integers(1, 20),
)
def test_no_character_that_people_see_is_cut_in_two(text: str, unit: FoldUnit, after: int) -> None:
    found = fold([Run(Kind.PLAIN, text)], rule(unit, after), "More")
    pieces = ["".join(run.text for run in part) for part in (found.runs, found.folded)]
    clusters = [regex.findall(r"\X", piece) for piece in (*pieces, text)]
    assert clusters[0] + clusters[1] == clusters[2]


@given(
    st.lists(st.tuples(st.sampled_from(Kind), st.text(min_size=1, max_size=40)), max_size=6),
    st.sampled_from(FoldUnit),
    st.integers(1, 20),
)
def test_folding_loses_nothing(runs: list[tuple[Kind, str]], unit: FoldUnit, after: int) -> None:
    given_runs = [Run(kind, text) for kind, text in runs]
    found = fold(given_runs, rule(unit, after), "More")
    assert found.whole == "".join(text for _, text in runs)


@given(st.text(max_size=200), st.integers(4, 60))
def test_lines_of_the_terminal_fit_and_lose_only_breaks(text: str, columns: int) -> None:
    spans = list(wrap(text, columns))
    assert all(columns_of(text[start:end]) <= columns for start, end in spans)
    kept = "".join(text[start:end] for start, end in spans)
    assert kept.replace(" ", "") == text.replace("\n", "").replace(" ", "")
