"""Short ways that rules take with most texts: they find what the long way finds."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signpost.checks.readability import ease_value, surely_as_easy
from signpost.checks.registry import RULES
from signpost.checks.rule import Context
from signpost.checks.rules import link_form, link_untagged
from signpost.checks.texts import Address, Text, texts_of
from signpost.connectors.bluesky.spec import SPEC as BLUESKY
from signpost.connectors.mastodon.spec import SPEC as MASTODON
from signpost.domain import textlen
from signpost.domain.post import Body, Post
from signpost.domain.workspace import AccountSettings, Brand, Entry, Utm

SPECS = {spec.id: spec for spec in (BLUESKY, MASTODON)}
UTM = Utm(("shop.example",))
BRAND = Brand(
    "shop",
    "Shop",
    "UTC",
    language="en",
    utm=UTM,
    voice={"hashtags": 2, "reading_ease": 60, "capitals": (), "avoid": ("odd", "word end")},
    campaigns=(Entry("two-three", "Two Three"),),
    accounts=(
        AccountSettings("main", "mastodon", "@main", server="https://social.example"),
        AccountSettings("sky", "bluesky", "shop.example"),
    ),
)
PATH = "shop/posts/a.md"


WRITTEN = st.sampled_from(
    ["Wren", "loud", "don’t", "sun's", "2026:", "4.", "…", "“Six.”)", "a.b", "co-op;", "ÄRGER", "Straße",
     "Σίσυφος", " ", "  ", "\n", "\n\n", "\t", "\r\n", "\x85", "\u2028", "!?", "x!", "'", "the", "mountain"]
)  # fmt: skip


@given(
    st.lists(st.tuples(WRITTEN, st.sampled_from([" ", " ", " ", "", "\n"])), max_size=90),
    st.sampled_from(["en", "de-AT", "fr"]),
    st.integers(-20, 110),
)
def test_what_is_surely_easy_is_easy(
    pieces: list[tuple[str, str]], language: str, least: int
) -> None:
    text = 5 * "".join(word for piece in pieces for word in piece)  # enough words to count
    exact = ease_value(text, language)
    if surely_as_easy(text, language, least):
        assert exact is None or exact >= least


def test_plain_prose_needs_no_closer_look() -> None:
    text = "The cat sat on the mat. " * 10
    assert surely_as_easy(text, "en", 60)
    assert not surely_as_easy(text, "en", 120)


TAGGED = st.sampled_from(
    ["#Hiking", "#a", "#1", "#Ünder", "#Two#Three", "# x", "##y", "＃z", "#end.", "#odd.ly", "#q's",
     "https://a.example/#Part", "(#In)", "word", ".", "\n", "\t", "#", "#x_y", "#A,", "#B?!", "é#c"]
)  # fmt: skip


def text_of(words: str, *, thread: bool = False, campaign: str = "") -> Text:
    post = Post(
        id="a",
        brand="shop",
        path=PATH,
        publish="now",
        zone="UTC",
        accounts=("main", "sky"),
        bodies={"": Body(words, PATH, 6, start=100)},
        thread=thread,
        campaign=campaign,
    )
    (text,) = texts_of({"shop": BRAND}, (post,), SPECS)
    return text


@given(
    st.lists(st.tuples(TAGGED, st.sampled_from([" ", " ", "", "\n", "\n---\n"])), max_size=8),
    st.booleans(),
)
def test_rules_find_the_same_where_hashtags_are_clear(
    pieces: list[tuple[str, str]],
    thread: bool,  # noqa: FBT001 - generated
) -> None:
    words = "".join(word for piece in pieces for word in piece)
    short, long = text_of(words, thread=thread), text_of(words, thread=thread)
    long._clear_hashtags = None
    if short.clear_hashtags is not None:
        assert short.clear_hashtags == [tag.text for tag in long.hashtags]
        assert len(short.clear_hashtags) == len(long.signs)
    assert short.prose == long.prose
    for rule in RULES:
        if rule.check is not None:
            found, wanted = (
                list(rule.check(Context({"shop": BRAND}, (item.post,), SPECS, texts=(item,))))
                for item in (short, long)
            )
            assert found == wanted


ADDRESSES = st.builds(
    "https://{}{}{}{}{}".format,
    st.sampled_from(["shop.example", "www.shop.example", "other.example", "localhost", "x"]),
    st.sampled_from(["", "/", "/a&utm_source=x", "/a?b"]),
    st.sampled_from(["", "?", "?a=1&", "?a?", "?&"]),
    st.lists(
        st.sampled_from(
            ["utm_source=x", "utm_medium=y", "utm_campaign=z", "utm_source=", "a=utm_medium=",
             "utm_medium", "x_utm_source=1"]
        ),
        max_size=4,
    ).map("&".join),
    st.sampled_from(["", "#", "#top", "#/r?utm_source=no&utm_medium=no", "”", "."]),
)  # fmt: skip


@given(st.lists(ADDRESSES, max_size=2).map(" ".join), st.sampled_from(["", "two-three", "none"]))
def test_an_address_passed_over_has_its_tags(words: str, campaign: str) -> None:
    text = text_of(words, campaign=campaign)
    if link_untagged._tagged(text, {}):
        for url in text.urls:
            address = Address(url.text, text.post, BRAND, text.body, url.start, text.channels)
            assert not link_untagged.missing_tags(url.text, link_untagged.wanted(address, UTM))


@given(
    st.lists(
        st.one_of(ADDRESSES, st.sampled_from(["www.", "http:/x", "www.x.example", "htps://x"])),
        max_size=3,
    ).map(" ".join)
)
def test_nothing_is_wrong_with_addresses_that_look_well(words: str) -> None:
    text = text_of(words)
    if link_form._well(text):
        assert not list(link_form._in_text(text))


URLS = st.sampled_from(
    ["http://", "https://", "HTTPS://", "a", "b.at", ".", "..", "-", "x-y.example", "/", "/p", "?", "=", "q=1",
     "&", "%", "%20", " ", "\n", "\t", ",", ")", "(", "#", "_", ":80", "é", "@", "<", "”"]
)  # fmt: skip


@given(st.lists(URLS, max_size=14).map("".join))
def test_plain_urls_are_the_urls(text: str) -> None:
    short = list(textlen.url_spans(text))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(textlen, "_PLAIN_URL", re.compile(r"(?!)"))
        assert short == list(textlen.url_spans(text))
