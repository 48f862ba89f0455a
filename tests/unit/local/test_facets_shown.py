"""A post of Bluesky as HTML: links where the facets' bytes say, the text otherwise untouched."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from signpost.connectors.bluesky.facets import facets_of
from signpost.local.network.bluesky.book import Record
from signpost.local.network.bluesky.cards import text_html

_FACETS = st.lists(
    st.builds(
        lambda start, end, feature: {
            "index": {"byteStart": start, "byteEnd": end},
            "features": [feature] if feature else [],
        },
        st.integers(0, 60),
        st.integers(0, 60),
        st.sampled_from(
            [
                {"$type": "app.bsky.richtext.facet#link", "uri": "https://example.org/"},
                {"$type": "app.bsky.richtext.facet#link", "uri": "javascript:x()"},
                {"$type": "app.bsky.richtext.facet#tag", "tag": 'a"><script>'},
                {"$type": "app.bsky.richtext.facet#mention", "did": 'did:plc:"<'},
                {"$type": "of another kind"},
                None,
            ]
        ),
    ),
    max_size=4,
)


def _html(text: str, facets: Any) -> str:
    value = {"text": text, "facets": facets}
    return text_html(Record(1, "app.bsky.feed.post", "k", "c", value, 1), "http://x")


@given(st.text(st.sampled_from("aü👩‍👩‍👧‍👦<&\"' \n#")), _FACETS)
def test_facets_never_change_the_text(text: str, facets: Any) -> None:
    html = _html(text, facets)
    bare = re.sub(r"</?(?:a|p)\b[^<>]*>", "", html).replace("<br>", "\n")
    # Empty lines around a text are left out, unless a facet has them.
    assert unescape(bare).strip("\n") == text.strip("\n")
    assert "javascript:" not in html
    assert "<script" not in html
    assert html.count("<a ") == html.count("</a>")


def test_the_words_that_facets_name_are_links() -> None:
    text = "👩‍👩‍👧‍👦 Grüße: https://example.org/ü?a=1&b=2 #Wandern, ü"
    html = _html(text, facets_of(text))
    shown = re.findall(r'<a href="([^"]*)"[^>]*>([^<]*)</a>', html)
    assert shown == [
        ("https://example.org/ü?a=1&amp;b=2", "https://example.org/ü?a=1&amp;b=2"),
        ("http://x/tags/Wandern", "#Wandern"),
    ]
