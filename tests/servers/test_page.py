"""docs/proof.md says what these tests see, no more and nothing else."""

from __future__ import annotations

from tests.servers.proof import PAGE, Line, Proof, cells, page

SEEN = Proof(
    {"A": "1.0"}, [Line("S", "b", "x", "1"), Line("S", "a", "y", "2"), Line("T", "a", "x", "3")]
)


def test_what_is_written_can_be_read() -> None:
    read = cells(page(SEEN, "2026-11-22"))
    assert {key: value for key, value in read.items() if value != "–"} == {
        (line.section, line.row, line.column): line.cell for line in SEEN.lines
    }


def test_page_tells_what_was_seen(proof: Proof) -> None:
    """A run of a part of the tests compares that part."""
    text = PAGE.read_text(encoding="utf-8")
    told = cells(text)
    seen = {(line.section, line.row, line.column): line.cell for line in proof.lines}
    wrong = {key: value for key, value in seen.items() if told.get(key) != value}
    assert wrong == {}, "docs/proof.md is old: make test-servers"
    for name in proof.servers:
        assert f"- **{name}**: " in text
