from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signpost.connectors.registry import Registry
from signpost.domain.delivery import Part
from signpost.previews.channels import show_of
from signpost.previews.view import Kind, Shown

SERVER = {"mastodon": "https://social.example", "wordpress": "https://blog.example"}


def shown(channel: str, text: str, options: dict[str, Any] | None = None, link: str = "") -> Shown:
    """What is shown of a text that the connector itself rendered."""
    connector = Registry().get(channel)
    (part,) = connector.render([Part(text)], link=link, language="en", options=options or {})
    return show_of(channel)(part, connector.spec, (), SERVER.get(channel, ""))


def runs(found: Shown) -> list[tuple[str, str]]:
    return [(str(run.kind), run.text) for run in found.text.runs]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Plain.", [("plain", "Plain.")]),
        ("a\n\n\n\nb\n", [("plain", "a\n\nb")]),
        ("https://www.a.example/x.", [("link", "a.example/x"), ("plain", ".")]),
        (
            "https://a.example/0123456789012345678901234567890",
            [("link", "a.example/01234567890123456789…")],
        ),
        ("@mara@b.example hi", [("mention", "@mara"), ("plain", " hi")]),
        ("mail a@b.example", [("plain", "mail a@b.example")]),
        ("#Winter #2026 #雪", [("hashtag", "#Winter"), ("plain", " #2026 "), ("hashtag", "#雪")]),
        ("https://a.example/#x", [("link", "a.example/#x")]),
    ],
)
def test_mastodon_shows_a_text(text: str, expected: list[tuple[str, str]]) -> None:
    assert runs(shown("mastodon", text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Plain.", [("plain", "Plain.")]),
        ("é @theo.example!", [("plain", "é "), ("mention", "@theo.example"), ("plain", "!")]),
        ("https://A.example/", [("link", "a.example")]),
        ("https://www.a.example/123456789012345", [("link", "www.a.example/123456789012...")]),
        ("https://a.example/12345678901234", [("link", "a.example/12345678901234")]),
        ("https://a.example/ä?q=1", [("link", "a.example/%C3%A4?q=1")]),
        ("#雪 #1", [("hashtag", "#雪"), ("plain", " #1")]),
    ],
)
def test_bluesky_shows_a_text(text: str, expected: list[tuple[str, str]]) -> None:
    assert runs(shown("bluesky", text)) == expected


def test_targets_are_whole() -> None:
    (link, _, mention, _, tag) = shown(
        "mastodon", "https://www.a.example/x @m@b.example #T"
    ).text.runs
    assert link.target == "https://www.a.example/x"
    assert mention.target == "https://b.example/@m"
    assert tag.target == "https://social.example/tags/T"
    (name,) = shown("bluesky", "@theo.example").text.runs
    assert name.target == "https://bsky.app/profile/theo.example"


def test_a_link_becomes_the_card_that_the_channel_makes() -> None:
    toot = shown("mastodon", "Text", link="https://www.a.example/p").card
    sky = shown("bluesky", "Text", link="https://www.a.example/p").card
    assert toot is not None
    assert (toot.url, toot.host, toot.title) == ("https://www.a.example/p", "a.example", "")
    assert sky is not None
    assert (sky.host, sky.title) == ("www.a.example", "a.example/p")
    assert shown("wordpress", "Text", link="https://www.a.example/p").card is None


def test_a_warning_closes_a_status_and_unfolds_it() -> None:
    text = "\n".join("x" * 5 for _ in range(40))
    assert shown("mastodon", text).text.folded
    closed = shown("mastodon", text, {"content_warning": "Long"})
    assert (closed.warning, closed.text.folded) == ("Long", ())


def test_a_label_is_told() -> None:
    assert shown("bluesky", "x", {"label": "nudity"}).notes == (
        "Readers may be warned before it: Non-sexual Nudity.",
    )


def test_a_blog_shows_title_text_and_excerpt() -> None:
    text = "# A & B\n\nSome **bold** words.\n\n- one\n- two\n\nSee https://a.example/x"
    found = shown("wordpress", text, {"tags": "x, y"})
    article = found.article
    assert article is not None
    assert (article.title, article.own_excerpt, article.terms) == ("A & B", False, ("x", "y"))
    assert article.excerpt == "Some bold words. one two See https://a.example/x"
    assert found.text.whole == "Some bold words.\n\n• one\n• two\n\nSee https://a.example/x"
    assert [run.target for run in found.text.runs if run.kind is Kind.LINK] == [
        "https://a.example/x"
    ]
    own = shown("wordpress", text, {"excerpt": "Mine & short."}).article
    assert own is not None
    assert (own.excerpt, own.own_excerpt) == ("Mine & short.", True)


def test_a_channel_without_a_likeness_is_shown_as_it_is_sent() -> None:
    spec = Registry().spec("bluesky")
    part = Part("Text", payload={"text": "Sent https://a.example/x"})
    found = show_of("smoke-signals")(part, spec, (), "")
    assert runs(found) == [("plain", "Sent "), ("link", "https://a.example/x")]
    assert "no likeness" in found.notes[0]


@given(st.text(alphabet=st.sampled_from("ab1 \n.@#/:é雪👩\u200dhttps"), max_size=80))
def test_nothing_of_a_text_is_lost(text: str) -> None:
    """Links apart, what is shown is what is sent, on every channel."""
    for channel, member in (("mastodon", "status"), ("bluesky", "text")):
        connector = Registry().get(channel)
        (part,) = connector.render([Part(text)], link="", language="", options={})
        found = show_of(channel)(part, connector.spec, (), "")
        if any(run.kind in {Kind.LINK, Kind.MENTION} for run in found.text.runs):
            continue
        sent, seen = part.payload[member], found.text.whole
        assert seen.split() == sent.split()
        if channel == "bluesky":
            assert seen == sent
