"""Ours or not: what servers make of a text, and what must not pass for it."""

from __future__ import annotations

import time
from dataclasses import replace
from html import escape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signpost.connectors.mastodon.likeness import Likeness, likeness, plain
from signpost.domain.delivery import Part
from tests.connectors.scene import PICTURE
from tests.connectors.scenes.mastodon import html

MENTION = '<span class="h-card" translate="no"><a href="https://hills.example/@ann" class="u-url mention">@<span>ann</span></a></span>'
GTS_MENTION = '<span class="h-card"><a href="https://hills.example/@ann" class="u-url mention" rel="nofollow noreferrer noopener" target="_blank">@<span>ann</span></a></span>'
FULL_MENTION = '<span class="h-card"><a class="u-url mention" data-user="x" href="https://hills.example/@ann" rel="ugc">@<span>ann@hills.example</span></a></span>'
HASHTAG = '<a href="https://mastodon.example/tags/Winter" class="mention hashtag" rel="tag">#<span>Winter</span></a>'
PLEROMA_TAG = '<a class="hashtag" data-tag="winter" href="https://p.example/tag/winter" rel="tag ugc">#Winter</a>'
URL = "https://www.acme.example/boots/winter-2026?utm_source=mastodon&utm_medium=social"
HREF = escape(URL)
LINK = f'<a href="{HREF}" target="_blank" rel="nofollow noopener" translate="no"><span class="invisible">https://www.</span><span class="ellipsis">acme.example/boots/winter-2026</span><span class="invisible">?utm_source=mastodon&amp;utm_medium=social</span></a>'
PLAIN_LINK = f'<a href="{HREF}" rel="nofollow noreferrer noopener" target="_blank">{HREF}</a>'
NO_SCHEME = f'<a href="{HREF}" rel="noopener">{HREF.removeprefix("https://")}</a>'
CUT_LINK = f'<a href="{HREF}">acme.example/boots/win…</a>'


def status(content: str, **members: Any) -> dict[str, Any]:
    return {"id": "1", "content": content, "spoiler_text": "", **members}


def compare(sent: str, content: str, **members: Any) -> Likeness:
    return likeness(Part(sent, payload={"status": sent}), "", status(content, **members))


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("Boots", "<p>Boots</p>"),
        ("Boots", "Boots"),
        ("Boots", "<p>Boots</p>\n"),
        ("A\n\nB\nC", "<p>A</p><p>B<br>C</p>"),
        ("A\n\nB\nC", "<p>A</p><p>B<br />C</p>"),
        ("A\n\nB\nC", "A<br/><br/>B<br/>C"),
        ("A\n\nB\nC", "<p>A</p>\n<p>B<br>\nC</p>"),
        ("a  b \n", "<p>a b</p>"),
        ("1 < 2 & 3 > 2", "<p>1 &lt; 2 &amp; 3 &gt; 2</p>"),
        ("&amp; is how & is written", "<p>&amp;amp; is how &amp; is written</p>"),
        ("\"quoted\" 'so'", "<p>&quot;quoted&quot; &#39;so&#39;</p>"),
        ('"quoted" -- so...', "<p>“quoted” – so…</p>"),
        (f"See {URL} now", f"<p>See {LINK} now</p>"),
        (f"See {URL} now", f"<p>See {PLAIN_LINK} now</p>"),
        (f"See {URL} now", f"<p>See {NO_SCHEME} now</p>"),
        (f"See {URL} now", f"<p>See {CUT_LINK} now</p>"),
        (f"{URL}", f"<p>{LINK}</p>"),
        (
            "https://exämple.de/ö ü",
            '<p><a href="https://exämple.de/%C3%B6">https://exämple.de/ö</a> ü</p>',
        ),
        ("https://a.de/%C3%B6", '<p><a href="https://a.de/%C3%B6">a.de/ö</a></p>'),
        ("by @ann@hills.example!", f"<p>by {MENTION}!</p>"),
        ("by @ann@hills.example!", f"<p>by {GTS_MENTION}!</p>"),
        ("by @ann@hills.example!", f"<p>by {FULL_MENTION}!</p>"),
        ("by @ann@hills.example!", "<p>by @ann@hills.example!</p>"),
        ("cold #Winter", f"<p>cold {HASHTAG}</p>"),
        ("cold #Winter", f"<p>cold {PLEROMA_TAG}</p>"),
        ("*bold* _it_ `code` ~x~", "<p><b>bold</b> <i>it</i> <code>code</code> <del>x</del></p>"),
        ("> said\n- one\n- two", "<blockquote>said</blockquote><ul><li>one</li><li>two</li></ul>"),
        ("hi :boots: there", '<p>hi <img class="emoji" alt=":boots:" src="x"> there</p>'),
        ("hi :boots: there", "<p>hi :boots: there</p>"),
        ("e\u0301tage", "<p>étage</p>"),
        ("👍🏽 ok", "<p>👍🏽 ok</p>"),
        ("…", "<p>…</p>"),
        ("!!!", "<p>!!!</p>"),
        ("x", '<p>x<script>var y = "z"</script><style>p {}</style></p>'),
    ],
)
def test_what_servers_make_of_a_text_is_still_ours(text: str, content: str) -> None:
    assert compare(text, content) is Likeness.SAME


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("Boots", "<p>Hats</p>"),
        ("Boots", ""),
        ("", "<p>Boots</p>"),
        ("!!!", "<p>???</p>"),
        ("👍", "<p>👎</p>"),
        ("Boots", "<p>Boots and so much more that it cannot be the same</p>"),
        ("One", "<p>Two</p>"),
    ],
)
def test_what_is_not_ours(text: str, content: str) -> None:
    assert compare(text, content) is Likeness.OTHER


@pytest.mark.parametrize(
    ("text", "content"),
    [
        (
            "Only 3 days left of the great winter sale!",
            "<p>Only 2 days left of the great winter sale!</p>",
        ),
        (
            "A long enough text, cut by a server at its end",
            "<p>A long enough text, cut by a server at…</p>",
        ),
        (
            f"Read all of it at {URL}",
            "<p>Read all of it at acme.example/boots/winter-2026?utm_source=mastodon&utm_med…</p>",
        ),
    ],
)
def test_what_a_person_must_look_at(text: str, content: str) -> None:
    assert compare(text, content) is Likeness.NEAR


def test_the_source_counts_where_a_server_gives_it() -> None:
    pleroma = {"content": {"text/plain": "Boots, as written"}}
    assert compare("Boots, as written", "<p>?</p>", pleroma=pleroma) is Likeness.SAME
    assert compare("Boots, as written", "<p>?</p>", text="Boots, as written") is Likeness.SAME
    assert compare("Boots, as written", "<p>?</p>", pleroma=None, text=None) is Likeness.OTHER


def warned(text: str, warning: str) -> Part:
    return Part(text, payload={"status": text, "spoiler_text": warning})


def test_the_content_warning_has_to_agree() -> None:
    part = warned("Boots in mud", "Mud")
    assert likeness(part, "", status("<p>Boots in mud</p>", spoiler_text="Mud")) is Likeness.SAME
    assert likeness(part, "", status("<p>Boots in mud</p>", spoiler_text="mud ")) is Likeness.SAME
    assert likeness(part, "", status("<p>Mud</p><p>Boots in mud</p>")) is Likeness.SAME
    assert likeness(part, "", status("<p>Boots in mud</p>")) is Likeness.NEAR
    assert likeness(part, "", status("<p>Boots in mud</p>", spoiler_text="Snow")) is Likeness.NEAR
    assert compare("Boots in mud", "<p>Boots in mud</p>", spoiler_text="Mud") is Likeness.NEAR


def with_pictures(*alts: str) -> Part:
    return Part("Boots", tuple(replace(PICTURE, alt=alt) for alt in alts), {"status": "Boots"})


def shown(*descriptions: str | None) -> dict[str, Any]:
    media = [{"id": "1", "description": text} for text in descriptions]
    return status("<p>Boots</p>", media_attachments=media)


def test_media_have_to_agree_in_number() -> None:
    assert likeness(with_pictures("a"), "", shown("a")) is Likeness.SAME
    assert likeness(with_pictures("a"), "", shown()) is Likeness.OTHER
    assert likeness(with_pictures(), "", shown("a")) is Likeness.OTHER
    assert likeness(with_pictures("a"), "", status("<p>Boots</p>")) is Likeness.OTHER


def test_descriptions_have_to_agree_where_a_server_tells_them() -> None:
    assert likeness(with_pictures("a", "b"), "", shown("b", "a")) is Likeness.SAME
    assert likeness(with_pictures("a", "b"), "", shown(None, None)) is Likeness.SAME
    assert likeness(with_pictures("a", "b"), "", shown("a", "c")) is Likeness.NEAR
    assert likeness(with_pictures("a"), "", shown("c")) is Likeness.NEAR


def test_the_status_replied_to_has_to_agree() -> None:
    part = Part("Boots", payload={"status": "Boots"})
    for theirs, ours, expected in [
        (None, "", Likeness.SAME),
        ("5", "5", Likeness.SAME),
        (5, "5", Likeness.SAME),
        ("5", "", Likeness.OTHER),
        (None, "5", Likeness.OTHER),
        ("6", "5", Likeness.OTHER),
    ]:
        found = likeness(part, ours, status("<p>Boots</p>", in_reply_to_id=theirs))
        assert found is expected, (theirs, ours)


@given(st.text())
def test_any_text_is_found_in_its_own_html(text: str) -> None:
    text = text.replace("\x00", "")
    assert compare(text, html(text)) is Likeness.SAME


@given(st.text(), st.dictionaries(st.sampled_from(["content", "text", "pleroma"]), st.text()))
def test_nothing_a_server_says_breaks_it(text: str, members: dict[str, Any]) -> None:
    assert likeness(Part(text), "", {"id": "1", **members}) in Likeness


def test_hostile_html_takes_no_time() -> None:
    start = time.process_time()
    for piece in ("<p", "<!--", "<a href=x>", "&#", "<script>", "https://a.b/", "\n \t"):
        for size in (10_000, 1_000_000):
            assert compare("Boots", piece * (size // len(piece))) is Likeness.OTHER
    assert time.process_time() - start < 10


def test_plain() -> None:
    assert plain(f"<p>A {LINK}</p><p>B</p>") == f"A {URL}\nB"
    assert plain(f"<p>{CUT_LINK}</p>", addresses=True) == URL
