"""What is not YAML is told in words, by the parser in C and by the one in Python alike."""

from __future__ import annotations

import pytest
import yaml

from signpost.content import nodes, yaml_parser
from signpost.errors import ContentError

MISTAKES = [
    ("id: [a\ntitle: b\n", (1, 5), "The `[` that opens here is never closed"),
    ("id: {a: b\n", (1, 5), "The `{` that opens here is never closed"),
    ("id: [a b: c: d]\n", (1, 12), "not told apart by commas"),
    ("id: 'x\n", (1, 5), "The quotation mark `'` that opens here is never closed"),
    ("title: Soles: new ones\n", (1, 13), "a colon with a space in it"),
    ("id: a\n  title: b\n", (2, 8), "the key above has its value already"),
    ("key:value\nid: a\n", (2, 3), "The line above has no space behind its colon"),
    ("id: a\nkey:value\n", (2, 1), "There is no space behind the colon"),
    ("id: a\ntitle\nlate: 1h\n", (2, 1), "The line is no `key: value`"),
    ("a:\n  b: c\n d: e\n", (3, 2), "indented otherwise"),
    (" id: a\ntitle: b\n", (2, 1), "indented otherwise"),
    ("a: b\n- c\n", (2, 1), "stand on one level"),
    ("- a\nb: c\n", (2, 1), "stand on one level"),
    ('title: "Soles" new\nid: a\n', (1, 16), "goes on behind its closing quotation mark"),
    ("title: 'it's fine'\n", (1, 11), "goes on behind its closing quotation mark"),
    ("title: @shop\n", (1, 8), "cannot begin with `@`"),
    ("title: *bold*\n", (1, 8), "cannot begin with `*`"),
    ("title: `x`\n", (1, 8), "cannot begin with a backtick"),
    ("a: [b, c]]\n", (1, 10), "one `]` too many"),
    ("a: > b\n", (1, 6), "begins on the next line"),
    ("%YAML 9.9\n---\na: b\n", (1, 1), "YAML directives"),
    ("a: !e!x y\n", (1, 4), "YAML tags"),
]


@pytest.mark.parametrize("parser", [yaml.CSafeLoader, yaml.SafeLoader])
@pytest.mark.parametrize(("text", "place", "says"), MISTAKES)
def test_a_mistake_is_told_in_words_at_its_place(
    monkeypatch: pytest.MonkeyPatch,
    parser: type[yaml.SafeLoader],
    text: str,
    place: tuple[int, int],
    says: str,
) -> None:
    monkeypatch.setattr(yaml_parser, "Parser", parser)
    with pytest.raises(ContentError) as caught:
        nodes.parse(text, "file.md")
    (found,) = caught.value.diagnostics
    assert says in found.cause
    assert found.cause.endswith(").")
    assert found.remedy.endswith(".")
    # The parser in C sometimes points a sign earlier.
    assert (found.span.line, abs(found.span.column - place[1]) <= 1) == (place[0], True)
