"""Nodes that were kept are those that the parser makes, and only of the same text."""

from __future__ import annotations

from pathlib import Path

import pytest

from signpost.content.kept_nodes import KeptNodes
from signpost.content.nodes import Items, Node, Pairs, Scalar, parse
from signpost.errors import ContentError
from tests.rules.reading import FIXTURES

ROOT = Path(__file__).resolve().parents[3]
TEXTS = sorted({*FIXTURES.rglob("*.yaml"), *(ROOT / "content").rglob("*.yaml")})


def shape(node: Node | None) -> object:
    """A node as values that can be compared."""
    if node is None:
        return None
    if isinstance(node, Scalar):
        return (node.value, node.style, node.line, node.column, node.index, node.end)
    mark = node.start_mark
    return (type(node), mark.line, mark.column, mark.index, [shape(item) for item in node.items])


def told(text: str, nodes: KeptNodes | None) -> object:
    try:
        found = nodes.parse(text, "a.yaml") if nodes else parse(text, "a.yaml")
    except ContentError as error:
        return [str(item) for item in error.diagnostics]
    return shape(found)


@pytest.mark.parametrize("file", TEXTS, ids=lambda file: "/".join(file.parts[-4:]))
def test_a_kept_text_has_the_nodes_that_it_had(tmp_path: Path, file: Path) -> None:
    text = file.read_bytes().decode(errors="replace")
    fresh = told(text, None)
    for _ in range(3):
        nodes = KeptNodes(tmp_path / "nodes", b"1")
        assert told(text, nodes) == fresh
        nodes.save()


def test_what_was_kept_is_not_parsed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["a: [1, {b: 2}]\n", "# nothing\n", "- a\n- 'b'\n"]
    nodes = KeptNodes(tmp_path / "nodes", b"1")
    before = [shape(nodes.parse(text, "a.yaml")) for text in texts]
    nodes.save()
    asked: list[str] = []

    def parsed(text: str, *_: object, **__: object) -> None:
        asked.append(text)

    monkeypatch.setattr("signpost.content.kept_nodes.parse", parsed)
    again = KeptNodes(tmp_path / "nodes", b"1")
    assert [shape(again.parse(text, "b.yaml")) for text in texts] == before
    assert asked == []
    assert again.parse("a: 2\n", "a.yaml") is None
    assert KeptNodes(tmp_path / "nodes", b"2").parse(texts[0], "a.yaml") is None
    assert asked == ["a: 2\n", texts[0]], "another text, and another version"
    assert before[1] is None


def test_damage_begins_it_anew(tmp_path: Path) -> None:
    file = tmp_path / "nodes"
    nodes = KeptNodes(file, b"1")
    nodes.parse("a: {b: c}\n", "a.yaml")
    nodes.save()
    good = file.read_bytes()
    for bad in (b"", b"x", good[:-1], good[:20], good[:40] + b"\0" + good[41:]):
        file.write_bytes(bad)
        found = KeptNodes(file, b"1").parse("a: {b: c}\n", "a.yaml")
        assert isinstance(found, Pairs)
        assert isinstance(found.items[1], Pairs | Items)


def test_what_is_not_asked_for_any_more_is_dropped(tmp_path: Path) -> None:
    file = tmp_path / "nodes"
    for text in ("a: {b: c}\n", "a: {b: d}\n"):
        nodes = KeptNodes(file, b"1")
        nodes.parse(text, "a.yaml")
        nodes.save()
    assert b"d" in file.read_bytes()
    assert len(KeptNodes(file, b"1").known) == 1
