"""Invariant 47: aliases, tags, duplicate keys, size and depth are refused before construction."""

# ruff: noqa: PT017 - generated values may be refused, and then for the right reason only.

from __future__ import annotations

import time
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from signpost.content.nodes import Items, Node, Pairs, Scalar, parse
from signpost.errors import ContentError


def plain(node: Node | None) -> Any:
    if isinstance(node, Pairs):
        return {
            key.value: plain(value)
            for key, value in zip(node.items[::2], node.items[1::2], strict=True)
        }
    if isinstance(node, Items):
        return [plain(item) for item in node.items]
    return node.value if isinstance(node, Scalar) else None


def refusal(text: str) -> str:
    with pytest.raises(ContentError) as caught:
        parse(text, "file.md", 2)
    (finding,) = caught.value.diagnostics
    assert finding.code == "YML503"
    return finding.cause


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: &x 1", "anchor"),
        ("a: *x", "alias"),
        ("a: &x [*x]", "anchor"),
        ("a: !!binary aGk=", "tag"),
        ("!!map {a: b}", "tag"),
        ("a: 1\n'a': 2", "second time"),
        ("[" * 11 + "]" * 11, "levels"),
        ("a: " + "é" * 40_000, "65,536 bytes"),
        ("a: b\n---\nc: d", "second YAML document"),
        ("a: 'x", "Not YAML"),
        ("a: \x1b[0m", "control character"),
        ("{[a]: b}", "key that is no text"),
    ],
)
def test_refused(text: str, says: str) -> None:
    assert says in refusal(text)


def test_ten_levels_and_the_whole_size_are_taken() -> None:
    assert plain(parse("[" * 10 + "]" * 10, "f")) is not None
    assert parse("a: " + "x" * (65_536 - 3), "f") is not None


def test_a_bomb_costs_no_time() -> None:
    bombs = ["[" * 65_000, "{" * 65_000, "a: " * 20_000, "? " * 30_000, "- " * 30_000]
    start = time.process_time()
    for bomb in bombs:
        refusal(bomb)
    assert time.process_time() - start < 2.0


def test_scalars_stay_text() -> None:
    assert plain(parse("a: on\nb: 2026-12-01\nc: 1e5\nd: ~\ne:\nf: 0o17", "f")) == {
        "a": "on",
        "b": "2026-12-01",
        "c": "1e5",
        "d": "~",
        "e": "",
        "f": "0o17",
    }


values = st.recursive(
    st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("abcé", min_size=1, max_size=5), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.text("xyz-", min_size=1, max_size=6), values, max_size=5))
def test_what_is_dumped_is_read_back(value: dict[str, Any]) -> None:
    text = yaml.dump(value, allow_unicode=True, default_style='"', Dumper=_NoAlias)
    try:
        assert plain(parse(text, "f")) == value
    except ContentError as error:
        assert "levels" in error.diagnostics[0].cause


class _NoAlias(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused_with_a_place_in_it(text: str) -> None:
    try:
        parse(text, "f")
    except ContentError as error:
        (finding,) = error.diagnostics
        assert 1 <= finding.span.line <= text.count("\n") + text.count("\r") + 3
        assert finding.span.column >= 1
