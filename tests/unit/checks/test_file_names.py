"""File names of a folder: the quick look over all of them overlooks nothing."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from signpost.checks.rules import file_name

PIECES = ["a", "B", "ß", "İ", "K", "\n", " ", ".", "con", "CoN", "nul.md", "lpt1", "com", ":", "-", "md"]  # fmt: skip
NAMES = st.lists(st.sampled_from(PIECES), min_size=1, max_size=5).map("".join)
"""Names as a file system could have them, the odd ones often."""


@given(st.lists(NAMES, min_size=1, max_size=5, unique=True))
@example(["con"])
@example(["a."])
@example(["a.md", "A.md"])
@example(["İ.md", "i̇.md"])
def test_each_name_is_told_as_if_it_were_alone_in_doubt(names: list[str]) -> None:
    quick = [str(item) for item in file_name.findings("shop/posts", names)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(file_name, "_is_doubtful", lambda _: True)
        patch.setattr(file_name, "_ANY", re.compile(""))
        assert quick == [str(item) for item in file_name.findings("shop/posts", names)]
