"""What a blog's page shows of an article: whatever an author wrote, it stays in its place."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from signpost.local.network.wordpress.html import kept, plain, rendered, shown

IMAGE = f"/media/{'a' * 64}"

_TAGS = st.sampled_from(
    ["p", "a", "img", "script", "style", "iframe", "div", "b", "h1", "ul", "svg", "form", "table"]
)
_ATTRIBUTES = st.sampled_from(
    [
        "",
        ' onclick="x()"',
        " onerror=x",
        ' style="position:fixed"',
        ' href="javascript:x()"',
        " href=' JaVaScript:x()'",
        ' href="https://example.org/?a=1&b=2"',
        ' src="https://elsewhere.example/x.png"',
        f' src="http://127.0.0.1:4600{IMAGE}"',
        ' id="main"',
        ' class="bar"',
        ' href="https://e.example/"onclick="x',
    ]
)
_PIECES = st.one_of(
    st.text(max_size=12),
    st.builds(lambda tag, attributes: f"<{tag}{attributes}>", _TAGS, _ATTRIBUTES),
    st.builds(lambda tag: f"</{tag}>", _TAGS),
    st.sampled_from(
        ["<!-- wp:p -->", "<!--", "-->", "<![CDATA[", "<?php", "&#60;script&#62;", "&lt", "<"]
    ),
)
_HTML = st.lists(_PIECES, max_size=14).map("".join)


class _Seen(HTMLParser):
    """What a browser would make of it: tags with their attributes, and whether they balance."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.comments = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in {"br", "hr", "img"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_comment(self, data: str) -> None:
        self.comments += 1


def _seen(html: str) -> _Seen:
    found = _Seen()
    found.feed(html)
    found.close()
    return found


@given(_HTML)
@example('<a href="https://e.example/"onclick="x">y</a>')
@example("</article></div><p>")
def test_only_harmless_tags_are_shown_and_all_are_closed(html: str) -> None:
    seen = _seen(shown(html))
    assert seen.open == []
    assert seen.comments == 0
    for tag, attributes in seen.tags:
        assert tag not in {"script", "style", "iframe", "svg", "form", "div", "h1"}
        assert set(attributes) <= {"href", "title", "src", "alt", "start"}
        assert str(attributes.get("href", "https://")).strip().startswith(("https://", "http"))
        assert attributes.get("src", IMAGE) == IMAGE


@given(_HTML)
def test_what_was_kept_is_kept_as_it_is(html: str) -> None:
    once = kept(html)
    assert kept(once) == once
    assert not {tag for tag, _ in _seen(once).tags} & {"script", "iframe", "form", "style", "svg"}


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_escaped_text_comes_back(text: str) -> None:
    from html import escape

    wanted = " ".join(text.split())
    assert " ".join(plain(f"<p>{escape(text)}</p>").split()) == wanted


@pytest.mark.parametrize(
    ("html", "wanted"),
    [
        ("<p>a <em>b</em> &amp; &#091;c]</p>", "<p>a <em>b</em> &amp; &#091;c]</p>"),
        ("<h1>a</h1>", "<h2>a</h2>"),
        ("<ol start=3><li>x</ol>", '<ol start="3"><li>x</li></ol>'),
        (f'<img src="http://localhost:1{IMAGE}" alt="b">', f'<img src="{IMAGE}" alt="b">'),
        ('<img src="https://elsewhere.example/a.png" alt="b">', ""),
        ("a&nosuch=1 & &copy;", "a&amp;nosuch=1 &amp; &copy;"),
    ],
)
def test_what_is_shown(html: str, wanted: str) -> None:
    assert shown(html) == wanted


def test_the_editors_comments_are_not_answered() -> None:
    html = "<!-- wp:paragraph -->\n<p>a</p>\n<!-- /wp:paragraph -->"
    assert kept(html) == html
    assert rendered(html) == "<p>a</p>\n"
    assert rendered(" ") == ""
