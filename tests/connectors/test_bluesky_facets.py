"""Facets: which bytes of a text are a link, a mention or a hashtag."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from signpost.connectors.bluesky.facets import LINK, MENTION, TAG, facets_of, handles, resolved
from signpost.domain.textlen import url_spans

PIECES = st.sampled_from(
    [
        "https://acme.example/boots?a=1#x",
        "http://a.example",
        "(https://a.example/(b))",
        "@ann.example",
        "@ann.example.",
        "@ann@hills.example",
        "#Winter",
        "#冬",
        "＃Winter!",
        "#1",
        "#️⃣",
        "👩‍👩‍👧‍👦",
        "é",
        "e\u0301",
        "\u200b",
        " ",
        "\n",
        "(",
        ")",
        "–",
        "\0",
    ]
)
TEXTS = st.one_of(st.text(), st.lists(st.one_of(PIECES, st.text(max_size=3))).map("".join))


def shown(text: str) -> list[tuple[str, str]]:
    """Kind and words of each facet, the words cut out of the text by its bytes."""
    data = text.encode()
    cut = []
    for facet in facets_of(text):
        (feature,) = facet["features"]
        index = facet["index"]
        kind = feature["$type"].rpartition("#")[2]
        cut.append((kind, data[index["byteStart"] : index["byteEnd"]].decode()))
    return cut


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("plain", []),
        ("See https://acme.example/a.", [("link", "https://acme.example/a")]),
        ("Grüße 👋 https://acme.example", [("link", "https://acme.example")]),
        ("(https://acme.example/a)", [("link", "https://acme.example/a")]),
        ("http://localhost/x", []),
        ("acme.example", []),
        ("Hi @ann.example!", [("mention", "@ann.example")]),
        ("Hi @ann.example.", [("mention", "@ann.example")]),
        ("(@ann.bsky.social)", [("mention", "@ann.bsky.social")]),
        ("@Ann.Example", [("mention", "@Ann.Example")]),
        ("@ann", []),
        ("@ann@hills.example", []),
        ("@ann.hills@mastodon.example", []),
        ("info@acme.example", []),
        ("@-ann.example", []),
        ("@ann.example-", [("mention", "@ann.example")]),
        ("@ann.1", []),
        ("@ann..example", []),
        ("@" + "a" * 64 + ".example", []),
        ("#Winter", [("tag", "#Winter")]),
        ("a #Winter, b", [("tag", "#Winter")]),
        ("＃冬 です", [("tag", "＃冬")]),
        ("#Winter2026", [("tag", "#Winter2026")]),
        ("#2026", []),
        ("#!", []),
        ("# x", []),
        ("a#b", []),
        ("#️⃣", []),
        ("#❤️!", [("tag", "#❤️")]),
        ("#a\u200bb", [("tag", "#a")]),
        ("#" + "é" * 64, [("tag", "#" + "é" * 64)]),
        ("#" + "é" * 65, []),
        ("#" + ("e" + "\u0301" * 5) * 58, [("tag", "#" + ("e" + "\u0301" * 5) * 58)]),
        ("#" + ("e" + "\u0301" * 5) * 59, []),  # 59 signs, and yet more than 640 bytes
        ("#👩\u200d👩", [("tag", "#👩")]),
        ("https://a.example/#top @b.example #c", [
            ("link", "https://a.example/#top"), ("mention", "@b.example"), ("tag", "#c"),
        ]),
        ("https://medium.example/@b.example", [("link", "https://medium.example/@b.example")]),
        ("#c(https://a.example)", [("tag", "#c"), ("link", "https://a.example")]),
        ("#c(@b.example", [("tag", "#c"), ("mention", "@b.example")]),
    ],
)  # fmt: skip
def test_what_becomes_a_facet(text: str, expected: list[tuple[str, str]]) -> None:
    assert shown(text) == expected


@given(TEXTS)
@example("👋🏽 @ann.example #Größe https://acme.example/ü")
def test_facets_cut_the_text_at_whole_characters_and_hold_what_they_name(text: str) -> None:
    data = text.encode()
    end = 0
    for facet in facets_of(text):
        start, stop = facet["index"]["byteStart"], facet["index"]["byteEnd"]
        assert end <= start < stop <= len(data)
        end = stop
        # Would raise in the middle of a character.
        assert data[:start].decode() + data[start:stop].decode() + data[stop:].decode() == text
        words = data[start:stop].decode()
        (feature,) = facet["features"]
        if feature["$type"] == LINK:
            assert words == feature["uri"]
        elif feature["$type"] == MENTION:
            assert words.lower() == f"@{feature['handle']}"
        else:
            assert feature["$type"] == TAG
            assert words in {f"#{feature['tag']}", f"＃{feature['tag']}"}
            assert len(feature["tag"].encode()) <= 640


@given(TEXTS)
def test_every_address_is_a_link(text: str) -> None:
    links = [words for kind, words in shown(text) if kind == "link"]
    assert links == [text[start:end] for start, end in url_spans(text)]


def test_a_mention_of_nobody_stays_text() -> None:
    facets = facets_of("@ann.example #x @Bob.example @ann.example")
    assert handles(facets) == ["ann.example", "bob.example"]
    done = resolved(facets, {"bob.example": "did:plc:bob"})
    assert [facet["features"][0] for facet in done] == [
        {"$type": TAG, "tag": "x"},
        {"$type": MENTION, "did": "did:plc:bob"},
    ]
    assert handles([]) == []
    nothing: list[Any] = []
    assert resolved([], {"bob.example": "did:plc:bob"}) == nothing


def test_a_text_full_of_signs_is_read_in_passing() -> None:
    """Nothing is tried again and again: 60,000 signs are no more work a sign than 600."""
    for sign in ("@", "#", "@a.", "#a ", "(", "https://a.example "):
        assert len(facets_of(sign * 20_000)) <= 20_000
