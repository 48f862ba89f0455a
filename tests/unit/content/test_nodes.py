"""Invariant 47: aliases, tags, duplicate keys, size and depth are refused before construction."""

# ruff: noqa: PT017 - generated values may be refused, and then for the right reason only.

from __future__ import annotations

import time
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from signpost.content.nodes import Items, Node, Pairs, Scalar, parse, simple_lines
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
        ("a: 'x", "never closed"),
        ("a: \x1b[0m", "control character"),
        ("{[a]: b}", "as a key"),
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


def marked(node: Node | None) -> Any:
    """A node with every value, style and place in it."""
    if node is None:
        return None
    place = (node.start_mark.line, node.start_mark.column, node.start_mark.index)
    if isinstance(node, Scalar):
        return (*place, node.end, node.style or "", node.value)
    return (type(node), *place, [marked(item) for item in node.items])


PIECES = st.one_of(
    st.sampled_from(
        (
            *(
                "a",
                "key",
                "null",
                "~",
                "x1",
                ": ",
                ":",
                " ",
                "  ",
                "\n",
                "[",
                "]",
                ", ",
                ",",
                "#",
                "-",
            ),
            *("- ", "---", "...", "?", "'", '"', "|", ">", "&", "*", "!", "%", "@", "`", "{", "}"),
            *(
                "\t",
                "é",
                "\u2028",
                "\x85",
                "\xa0",
                "…",
                "👍",
                "\ufeff",
                "2026-12-01 09:00",
                "a/b.c",
            ),
        )
    ),
    st.text(max_size=3),
)
LINES = st.lists(
    st.tuples(
        st.sampled_from(["id", "tags", "publish", "a_b", "on", "1", "é"]),
        st.sampled_from([": ", ": ", ": ", ":", ":  ", ": [", ": [a, "]),
        st.lists(PIECES, max_size=4).map("".join),
        st.sampled_from(["", "", "]", " ", "#", " #"]),
    ).map("".join),
    max_size=4,
).map(lambda lines: "".join(f"{line}\n" for line in lines))


@given(st.one_of(LINES, st.lists(PIECES, max_size=12).map("".join)))
def test_simple_lines_are_what_the_parser_makes_of_them(text: str) -> None:
    found = simple_lines(text)
    if found is not None:
        # A comment at the end changes no place, and is nothing for the short way.
        assert simple_lines(f"{text}#\n") is None
        assert marked(found) == marked(parse(f"{text}#\n", "file.md"))


def test_front_matter_as_most_posts_have_it_is_simple() -> None:
    text = "id: 7k2m9q4x1v3b\npublish: 2026-12-01 09:00+01:00\naccounts: [shop, work-shop]\n"
    assert marked(simple_lines(text)) == marked(parse(f"{text}#\n", "file.md"))
    assert simple_lines(text) is not None
