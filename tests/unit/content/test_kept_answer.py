"""An answer is kept until anything that it is about is another."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from signpost.content.kept_answer import KeptAnswer


@pytest.mark.parametrize("answer", [True, False])
def test_it_is_asked_only_where_something_changed(tmp_path: Path, *, answer: bool) -> None:
    asked = []

    def ask() -> bool:
        asked.append(answer)
        return answer

    def told(about: Sequence[bytes], version: str = "1") -> int:
        assert KeptAnswer(tmp_path / "inner" / "answer", version).to(about, ask) is answer
        return len(asked)

    assert [told([b"a", b"b"]), told([b"a", b"b"])] == [1, 1]
    assert [told([b"ab"]), told([b"", b"ab"]), told([b"ab", b""]), told([b"ab", b""])] == [
        2,
        3,
        4,
        4,
    ]
    assert [told([b"ab", b""], "2"), told([b"ab", b""], "2")] == [5, 5]
    for damage in (b"", b"\xff", b"yes", (tmp_path / "inner/answer").read_bytes() + b"!"):
        before = len(asked)
        (tmp_path / "inner/answer").write_bytes(damage)
        assert told([b"ab", b""], "2") == before + 1


def test_where_nothing_can_be_written_it_is_asked_each_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    kept = KeptAnswer(tmp_path / "file" / "answer", "1")
    assert [kept.to([b"a"], lambda: True), kept.to([b"a"], lambda: False)] == [True, False]
