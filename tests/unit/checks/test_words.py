"""Rules about words where inputs are wide: tags of links, hashtags, mentions, syllables."""

from __future__ import annotations

import re
import time
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signpost.checks.readability import ease_of, syllables
from signpost.checks.registry import RULES
from signpost.checks.rule import Context
from signpost.checks.rules import link_form, link_plain, link_untagged, text_hidden
from signpost.checks.texts import MOST, Text, addresses_of, texts_of
from signpost.connectors.bluesky.spec import SPEC as BLUESKY
from signpost.connectors.mastodon.spec import SPEC as MASTODON
from signpost.domain.diagnostics import Diagnostic, Span
from signpost.domain.post import Body, LinkPlace, Post
from signpost.domain.textlen import emoji_starts
from signpost.domain.workspace import AccountSettings, Brand, Utm

SPECS = {spec.id: spec for spec in (BLUESKY, MASTODON)}
BRAND = Brand(
    "shop",
    "Shop",
    "UTC",
    language="en",
    utm=Utm(("shop.example",)),
    accounts=(
        AccountSettings("main", "mastodon", "@main", server="https://social.example"),
        AccountSettings("sky", "bluesky", "shop.example"),
    ),
)
PATH = "shop/posts/a.md"

names = st.sampled_from(["a", "size", "utm_source", "utm_medium", "utm_campaign", "q%20r", ""])
values = st.text("ab1 %=+/é&#?", max_size=6)
addresses = st.builds(
    "https://{}{}{}{}".format,
    st.sampled_from(["shop.example", "www.shop.example", "SHOP.example", "shop.example:8443"]),
    st.sampled_from(["", "/", "/soles", "/a/b(c)", "/%20", "/a;b"]),
    st.sampled_from(
        ["", "?", "?a=1", "?a=1&a=2", "?a=1&", "?utm_source=x", "?&&", "?utm_medium=&b", "?q=%26"]
    ),
    st.sampled_from(["", "#", "#top", "#/route?utm_source=no", "#?a=1&b"]),
)


def post(text: str, *accounts: str, link: str = "", campaign: str = "") -> Post:
    return Post(
        id="a",
        brand="shop",
        path=PATH,
        publish="now",
        zone="UTC",
        accounts=accounts or ("main",),
        bodies={"": Body(text, PATH, 6, start=100)},
        link=link,
        link_at=LinkPlace(Span(PATH, 5, 7), 20) if link else None,
        campaign=campaign,
    )


def texts(item: Post) -> tuple[Text, ...]:
    return tuple(texts_of({"shop": BRAND}, (item,), SPECS))


def untagged(item: Post) -> list[Diagnostic]:
    context = Context(brands={"shop": BRAND}, posts=(item,), specs=SPECS, texts=texts(item))
    return list(link_untagged.check(context))


@pytest.mark.parametrize("length", [59, 60, 61, 200])
def test_an_address_that_is_shortened_in_a_message_shows_it(length: int) -> None:
    url = "http://shop.example/".ljust(length, "a")
    item = post(f"See {url} now.")
    context = Context(brands={"shop": BRAND}, posts=(item,), specs=SPECS, texts=texts(item))
    (found,) = link_plain.check(context)
    shown = found.cause.partition("`")[2].partition("`")[0]
    assert shown == (url if length <= 60 else f"{url[:59]}…")


@pytest.mark.parametrize(
    ("written", "cause", "spaces"),
    [("https://x.y/1", "`y` is no top-level domain", False),
     ("https://shop. example/1", "no host", True)],
)  # fmt: skip
def test_spaces_are_spoken_of_only_where_one_is(written: str, cause: str, spaces: bool) -> None:  # noqa: FBT001 - a table
    item = post(f"See {written} now.")
    context = Context(brands={"shop": BRAND}, posts=(item,), specs=SPECS, texts=texts(item))
    (found,) = link_form.check(context)
    assert cause in found.cause
    assert ("without spaces" in found.remedy) is spaces


def test_a_tag_without_a_value_is_told_apart_from_one_that_is_not_there() -> None:
    (found,) = untagged(post("See https://shop.example/?utm_source=&a=1 now."))
    assert found.cause == (
        "This link to the brand's own site lacks `utm_medium` and has `utm_source` without a value."
    )


def tagged(url: str, tags: dict[str, str]) -> str:
    at, added = link_untagged.tags_to_add(url, link_untagged.missing_tags(url, tags))
    return url[:at] + added + url[at:]


@given(addresses, st.dictionaries(names.filter(bool), values, max_size=4))
def test_tags_leave_all_that_an_address_has(url: str, tags: dict[str, str]) -> None:
    done, before = urlsplit(tagged(url, tags)), urlsplit(url)
    assert (done.scheme, done.netloc, done.path) == (before.scheme, before.netloc, before.path)
    assert done.fragment == before.fragment
    had = parse_qsl(before.query, keep_blank_values=True)
    has = parse_qsl(done.query, keep_blank_values=True)
    assert has[: len(had)] == had
    there = {item.partition("=")[0] for item in before.query.split("&")}
    # A name that is not written as it will be read back is somebody else's business.
    added = {name: value for name, value in tags.items() if value and name not in there}
    assert [value for _, value in has[len(had) :]] == list(added.values())


@given(addresses, st.dictionaries(names.filter(bool), values, max_size=4))
def test_tagging_twice_is_tagging_once(url: str, tags: dict[str, str]) -> None:
    once = tagged(url, tags)
    assert tagged(once, tags) == once


@given(
    addresses,
    st.sampled_from(["", "See ", "(", "“", "\n", "é "]),
    st.sampled_from(["", ".", ")", ", and", "!", "\nmore", " 🔥"]),
)
def test_a_mended_text_has_nothing_left_to_mend(url: str, before: str, after: str) -> None:
    item = post(f"{before}{url}{after}", campaign="mend it")
    text = item.bodies[""].text
    for found in untagged(item):
        if found.fix is not None:
            at = found.fix.start - 100
            text = text[:at] + found.fix.text + text[at:]
    assert text.startswith(before)
    assert text.endswith(after)
    assert all(found.fix is None for found in untagged(post(text, campaign="mend it")))


@pytest.mark.parametrize(
    ("accounts", "source"),
    [(("main",), "mastodon"), (("sky",), "bluesky"), (("main", "sky"), "social")],
)
def test_the_source_is_the_channel_if_there_is_one(accounts: tuple[str, ...], source: str) -> None:
    (found,) = untagged(post("Text.", *accounts, link="https://shop.example/a"))
    assert found.fix is not None
    assert found.fix.text == f"?utm_source={source}&utm_medium=social"
    assert found.fix.start == found.fix.end == 20 + len("https://shop.example/a")
    assert found.span == Span(PATH, 5, 7)


def test_a_value_is_written_so_that_it_can_be_read_back() -> None:
    (found,) = untagged(post("https://shop.example/ ", campaign="Größe & Maß #1"))
    assert found.fix is not None
    query = dict(parse_qsl(found.fix.text.removeprefix("?")))
    assert query["utm_campaign"] == "Größe & Maß #1"


def test_a_tag_that_is_there_without_a_value_is_told_but_not_mended() -> None:
    (found,) = untagged(post("https://shop.example/?utm_source=&utm_medium=social"))
    assert found.fix is None
    assert "`utm_source`" in found.cause


@given(st.text(st.sampled_from("#＃a1_é·- \n/.&)@日🔥"), max_size=40))
def test_hashtags_are_those_of_one_plain_pattern(text: str) -> None:
    pattern = r"(?<![\w/)&#＃])[#＃]([\w·]+)"
    expected = [
        (match.start(), match[1])
        for match in re.finditer(pattern, text)
        if not match[1].replace("_", "").isdigit()
    ]
    (mine,) = texts(post(text))
    assert [(tag.start, tag.text) for tag in mine.hashtags] == expected
    for tag in mine.hashtags:
        assert text[tag.start + 1 : tag.end] == tag.text


@given(st.text(st.sampled_from("#@a1. /:é\n"), max_size=30), addresses)
def test_nothing_in_an_address_is_a_hashtag_or_a_mention(text: str, url: str) -> None:
    (mine,) = texts(post(f"{text} {url} {text}"))
    assert len(mine.bare) == len(mine.prose) == len(mine.raw)
    inside = range(len(text) + 1, len(text) + 1 + len(url))
    covered = {at for piece in mine.urls for at in range(piece.start, piece.end)}
    for piece in (*mine.hashtags, *mine.mentions):
        assert not covered & set(range(piece.start, piece.end))
    assert covered & set(inside)


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ("@a, @b@c.d. (@e)", ["@a", "@b@c.d", "@e"]),
        ("mail a@b.cd and a.b+c@d.ef", []),
        ("@a@b.cd@e", ["@a@b.cd"]),
        ("@scope/name @1 @ @@x https://a.bc/@d", []),
        ("@Jürgen: @name_1-", ["@Jürgen", "@name_1"]),
    ],
)
def test_what_a_mention_is(text: str, mentions: list[str]) -> None:
    (mine,) = texts(post(text))
    assert [piece.text for piece in mine.mentions] == mentions
    assert all(text[piece.start : piece.end] == piece.text for piece in mine.mentions)


def test_a_shared_link_is_told_once_and_an_own_link_for_itself() -> None:
    own = LinkPlace(Span("shop/posts/sky.md", 2, 7), 10)
    item = post("Text.", "main", "sky", link="https://shop.example/a")
    item.bodies["sky"] = Body(  # type: ignore[index]  # a dict in this test
        "Other.", "shop/posts/sky.md", 4, link="https://shop.example/b", link_at=own
    )
    found = [(address.url, address.channels) for address in addresses_of(texts(item))]
    assert found == [
        ("https://shop.example/b", ("bluesky",)),
        ("https://shop.example/a", ("mastodon",)),
    ]


def test_one_text_has_no_more_findings_than_a_person_reads() -> None:
    item = post("a\u200b" * 500)
    context = Context(brands={"shop": BRAND}, posts=(item,), specs=SPECS, texts=texts(item))
    assert len(list(text_hidden.check(context))) == MOST


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("abc … “x” © 1", []),
        ("👩‍👩‍👧 a 🏳️‍🌈", [0, 8]),
        ("🇩🇪🇦🇹", [0, 2]),
        ("1️⃣ # *", [0]),
        ("❤ ❤️ 🏔", [2, 5]),
    ],
)
def test_where_emoji_begin(text: str, starts: list[int]) -> None:
    assert emoji_starts(text) == starts


ENGLISH = {
    1: "hut fleece walked makes goes the loved fire smile gloves",
    2: "water about open wanted little table boxes being doing science create quiet lion station social people layer rhythm",
    3: "idea area radio museum video piano previous tourism underdressed replacing",
    4: "photography material comfortable",
    6: "responsibility",
}
GERMAN = {
    2: "Abend Idee Schuhe Häuser neue bauen ruhig Eier",
    3: "Bergführer Wanderung Theater",
    4: "Reparatur",
    5: "Donaudampfschifffahrt",
}


@pytest.mark.parametrize(
    ("language", "known"), [("en", ENGLISH), ("de", GERMAN)], ids=["English", "German"]
)
def test_syllables(language: str, known: dict[int, str]) -> None:
    for count, words in known.items():
        assert {word: syllables(word.lower(), language) for word in words.split()} == dict.fromkeys(
            words.split(), count
        )


def test_short_words_in_short_sentences_are_easy() -> None:
    easy = ease_of("The cat sat on the mat. " * 10, "en")
    assert easy is not None
    assert easy.value == pytest.approx(206.835 - 1.015 * 6 - 84.6)
    assert easy.hardest == ()
    german = ease_of("Der Hund ist gut. " * 12, "de-AT")
    assert german is not None
    assert german.value == pytest.approx(180 - 4 - 58.5)


def test_few_words_and_other_languages_are_not_measured() -> None:
    assert ease_of("The cat sat on the mat. " * 6, "en") is None
    assert ease_of("Le chat est là. " * 20, "fr") is None


@given(st.text(st.sampled_from("ab c.\n!é’'1🔥"), max_size=300), st.sampled_from(["en", "de"]))
def test_the_longest_sentence_is_in_the_text(text: str, language: str) -> None:
    ease = ease_of(text, language)
    if ease is not None:
        assert 0 <= ease.start < len(text)
        assert text[ease.start].isalpha()
        assert ease.words >= 1


HOSTILE = (
    "@a",
    "##",
    "#a-",
    "#a ",
    "[a](",
    "**a",
    "http://",
    "https://shop.example/a ",
    "www.a.",
    "---\n1/2 a\n",
    "a\u200b",
    "𝗻 ",
    "👩\u200d",
    "AAAA ",
    "!? ",
    "epic game ",
    "a. ",
    "\n ",
)


@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.parametrize("thread", [False, True], ids=["one", "thread"])
def test_no_megabyte_makes_the_rules_about_words_slow(piece: str, *, thread: bool) -> None:
    voice = {"avoid": ["epic", "game changer"], "emoji": 1, "hashtags": 1, "capitals": ()}
    strict = BRAND._replace(voice={**voice, "reading_ease": 60})
    item = post(piece * (1_000_000 // len(piece)), "main", "sky")._replace(thread=thread)
    words = tuple(texts_of({"shop": strict}, (item,), SPECS))
    context = Context(brands={"shop": strict}, posts=(item,), specs=SPECS, texts=words)
    start = time.process_time()
    for rule in RULES:
        if rule.check is not None and rule.code not in ("TXT101", "TXT102"):
            assert len(list(rule.check(context))) <= 2 * MOST
    # Some are done in 0.2 s; what is quadratic takes hours.
    assert time.process_time() - start < 20.0
