"""Whatever files hold: the comment can only be read, the page has no element of theirs."""

from __future__ import annotations

from datetime import UTC, datetime
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from signpost.cli.previews.document import preview_document
from signpost.cli.previews.html import page
from signpost.cli.previews.markdown import preview_text
from signpost.domain.diagnostics import Diagnostic, Span
from signpost.previews.view import (
    Article,
    Card,
    Copy,
    Counter,
    Gone,
    Kind,
    Medium,
    PostView,
    Preview,
    Run,
    Shown,
    Text,
)
from tests.unit.cli.test_markdown import HARMLESS, prose, texts, tokens

LISTS = {"bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close"}


def preview_of(text: str, *, article: bool = False) -> Preview:
    """A preview that holds the text wherever a file can put one."""
    part = Shown(
        text=Text(
            (Run(Kind.PLAIN, text), Run(Kind.LINK, text, text), Run(Kind.MENTION, text, text)),
            (Run(Kind.HASHTAG, text, text),),
            "Read more",
        ),
        warning=text,
        covered=text,
        media=(Medium("video", "video/mp4", f"shop/{text}.mp4", 5, text, 100),),
        card=Card(text, text, text, text),
        article=Article(text, "<p>rebuilt</p>", text, False, text, (text,)) if article else None,
        counters=(Counter("characters", 5, 10),),
    )
    view = PostView(
        id=text,
        title=text,
        path=f"shop/posts/{text}.md",
        brand=text,
        state="draft",
        stage=text,
        due=datetime(2026, 12, 1, 8, tzinfo=UTC),
        when="",
        zone=text,
        why={"Type": text},
        copies=(
            Copy("mastodon", "Mastodon", text, text, text, text, text, "", (part, part)),
            Copy("other", "Other", text, text, text, text, text, "", (part,)),
        ),
        findings=(Diagnostic(Span(f"shop/{text}.md"), "TXT101", text, text),),
    )
    return Preview("w", "UTC", (view, view), (Gone(text, text, text),), text)


@given(texts)
def test_in_the_comment_text_of_files_is_code(text: str) -> None:
    made = preview_text(preview_of(text))
    assert {token.type for token in tokens(made)} <= HARMLESS | LISTS
    assert not any(sign in prose(made) for sign in "@#<![`")
    assert len(made.encode("utf-8", "replace")) <= 20_000


class _Elements(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: set[tuple[str, str]] = set()
        self.links: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {(tag, name) for name, _ in attrs} | {(tag, "")}
        self.links += [value or "" for name, value in attrs if name == "href"]


def no_bytes(sha256: str) -> bytes:
    raise AssertionError(sha256)


ELEMENTS = _Elements(page(preview_of("x"), no_bytes)).found | _Elements(
    page(preview_of("x", article=True), no_bytes)
).found | {("a", "class"), ("strong", "class"), ("br", ""), ("span", "class"), ("a", "title"), ("div", "lang"), ("span", "lang"), ("h4", "lang"), ("p", "lang")}  # fmt: skip


@given(texts, st.booleans())
def test_on_the_page_text_of_files_makes_no_element(text: str, article: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
    found = _Elements(page(preview_of(text, article=article), no_bytes))
    assert found.found <= ELEMENTS | {("a", name) for name in ("href", "target", "rel")}
    assert all(link.startswith(("#", "http://", "https://")) for link in found.links)
    assert not {name for _, name in found.found if name.startswith("on") or name == "style"}


@given(texts)
def test_the_document_has_the_same_words(text: str) -> None:
    post, _ = preview_document(preview_of(text))["posts"]
    assert post["copies"][0]["parts"][0]["text"][0] == {"kind": "plain", "text": text, "target": ""}
    assert post["findings"][0]["cause"] == text
