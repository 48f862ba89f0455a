from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signpost.previews.markup import Harmless, words


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("<p>a <strong>b</strong></p>", "<p>a <strong>b</strong></p>"),
        ("<!-- wp:paragraph --><p>a</p>", "<p>a</p>"),
        ("<p>a<br />b", "<p>a<br>b</p>"),
        ("<script>x</script>y<style>z</style>", "y"),
        ("<iframe src=x>in</iframe>out", "out"),
        ("<img src=x onerror=y>a", "a"),
        ("<p onclick=x style=y class=z>a</p>", "<p>a</p>"),
        ('<a href="javascript:x">a</a>', "<a>a</a>"),
        (
            '<a href="https://a.example/?x&amp;y">a</a>',
            '<a href="https://a.example/?x&amp;y" target="_blank" rel="noopener noreferrer">a</a>',
        ),
        ("&lt;b&gt; &amp; &#91;x]", "&lt;b&gt; &amp; [x]"),
        ("<h2>a</h2>", '<h5 class="h2">a</h5>'),
        ("<h5>a</h5>", '<h6 class="h5">a</h6>'),
        ('<ol start="3"><li>a</ol>', '<ol start="3"><li>a</li></ol>'),
        ('<td style="text-align:right">1</td>', '<td class="to-right">1</td>'),
        ("</p></div>a", "a"),
    ],
)
def test_only_harmless_elements_are_rebuilt(source: str, html: str) -> None:
    assert Harmless(source).html == html


def test_words_keep_their_blocks() -> None:
    source = (
        "<p>One\ntwo</p>\n\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n<pre><code>x\n  y\n</code></pre>"
    )
    text = "".join(run.text for run in Harmless(source).runs)
    assert text == "One two\n\n• a\n• b\n\nx\n  y"
    assert words(source) == "One two a b x y"


_PIECES = st.lists(
    st.sampled_from(
        ["<p>", "</p>", "<script>", "</script>", "<a href='javascript:1'>", "<img src=x ", ">", "'",
         '"', "<svg/onload=1>", "<!--", "-->", "</", "<", "&lt;", "x", "<b onclick=1>", "]]>"]
    ),
    max_size=12,
)  # fmt: skip


class _Seen(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.hrefs: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.hrefs += [value or "" for name, value in attrs if name == "href"]

    def handle_endtag(self, tag: str) -> None:
        self.tags.remove(tag)


@given(_PIECES)
def test_whatever_comes_in_nothing_that_acts_comes_out(pieces: list[str]) -> None:
    html = Harmless("".join(pieces)).html
    seen = _Seen(html)
    assert seen.tags == [], "every element is closed"
    assert seen.attributes <= {"href", "target", "rel", "start", "class"}
    assert all(href.startswith(("http", "mailto:")) for href in seen.hrefs)
    assert not re.search(r"<(?!/?(?:p|a|b|br)\b)", html)
