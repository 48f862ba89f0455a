"""What fixtures cannot show: other channels' limits, ids, suggestions, public texts."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signpost.checks.rule import Context, targets_of
from signpost.checks.rules import (
    media_alt_length,
    media_file,
    media_film,
    media_number,
    post_id,
    text_duplicate,
    text_fit,
)
from signpost.checks.suggest import did_you_mean
from signpost.connectors.bluesky.spec import SPEC as BLUESKY
from signpost.connectors.mastodon.spec import SPEC
from signpost.domain.channel import ChannelSpec, TextLimit, Unit
from signpost.domain.diagnostics import Span
from signpost.domain.film import Film
from signpost.domain.media import MediaFact
from signpost.domain.post import Body, MediaRef, Post
from signpost.domain.textlen import count
from signpost.domain.workspace import AccountSettings, Brand
from tests.unit.checks.overviews import overview_of


def context(post: Post, spec: ChannelSpec, *facts: MediaFact) -> Context:
    brand = Brand("shop", "Shop", "UTC", accounts=(AccountSettings("main", spec.id, "@main"),))
    brands, posts, specs = {"shop": brand}, (post,), {spec.id: spec}
    return Context(
        brands=brands,
        posts=posts,
        specs=specs,
        media={fact.path: fact for fact in facts},
        targets=tuple(targets_of(brands, posts, specs)),
    )


def post(text: str = "Text.", *media: MediaRef, thread: bool = False) -> Post:
    return Post(
        id="a",
        brand="shop",
        path="shop/posts/a.md",
        publish="now",
        zone="UTC",
        accounts=("main",),
        bodies={"": Body(text, "shop/posts/a.md", 6)},
        media=media,
        thread=thread,
    )


def picture(name: str, alt: str = "Alt.") -> MediaRef:
    return MediaRef(name, name, alt, None, Span("shop/posts/a.md", 5))


def fact(name: str, mime: str = "image/png", size: int = 10) -> MediaFact:
    return MediaFact(name, "0" * 64, size, mime, mime, 10, 10)


def limit(unit: Unit, most: int, url_weight: int | None = None) -> TextLimit:
    return TextLimit("text", most, unit, url_weight, False, "https://x.example", "2026-11-22")


@given(
    st.text(st.sampled_from("a 👩‍👩‍👧é中https://a.bc/\n@"), max_size=60),
    st.sampled_from(Unit),
    st.sampled_from([None, 23]),
)
def test_the_cheap_bound_is_never_below_the_count(
    text: str, unit: Unit, url_weight: int | None
) -> None:
    where = limit(unit, 1, url_weight)
    assert text_fit.most(text, where) >= count(text, where)


@pytest.mark.parametrize(
    ("unit", "most", "found"),
    [(Unit.GRAPHEME, 2, 0), (Unit.CODEPOINT, 2, 1), (Unit.UTF8_BYTES, 8, 1), (Unit.UTF16, 8, 0)],
)
def test_each_channel_counts_in_its_own_unit(unit: Unit, most: int, found: int) -> None:
    spec = SPEC._replace(text=(limit(unit, most),))
    assert len(list(text_fit.check(context(post("👋🏽👋🏽"), spec)))) == found


def test_a_thread_needs_a_channel_that_has_them() -> None:
    spec = SPEC._replace(threads=False)
    (found,) = text_fit.check(context(post("One.\n---\nTwo.", thread=True), spec))
    assert "no threads" in found.cause


def test_a_file_that_is_too_large_for_one_channel() -> None:
    spec = SPEC._replace(media=tuple(item._replace(max_bytes=9) for item in SPEC.media))
    still, moving = fact("a.png"), fact("a.png")._replace(animated=True)
    (found,) = media_file.check(context(post("T", picture("a.png")), spec, moving))
    assert "10 bytes" in found.cause
    assert list(media_file.check(context(post("T", picture("a.png")), spec, still))) == []


def test_kinds_do_not_mix_where_the_channel_says_so() -> None:
    items = (picture("a.png"), picture("b.mp4"))
    facts = (fact("a.png"), fact("b.mp4", "video/mp4"))
    assert SPEC.mixed_media is False
    assert len(list(media_number.check(context(post("T", *items), SPEC, *facts)))) == 1
    mixed = SPEC._replace(mixed_media=True)
    assert list(media_number.check(context(post("T", *items), mixed, *facts))) == []


def test_the_same_text_with_other_media_is_no_duplicate() -> None:
    first = post("Same.", picture("a.png"))
    second = post("Same.", picture("b.png"))._replace(path="shop/posts/b.md")
    brands = context(first, SPEC).brands
    assert list(text_duplicate.across(overview_of((first, second), brands))) == []
    copy = first._replace(path="shop/posts/c.md")
    assert len(list(text_duplicate.across(overview_of((first, copy), brands)))) == 1


def test_alt_text_is_measured_for_the_channel() -> None:
    spec = SPEC._replace(alt_text_max=3)
    assert (
        len(list(media_alt_length.check(context(post("T", picture("a.png", "four")), spec)))) == 1
    )
    assert list(media_alt_length.check(context(post("T", picture("a.png", "abc")), spec))) == []


def test_ids_are_short_readable_and_different() -> None:
    bits = random.Random(1).getrandbits
    ids = {post_id.mint_id(bits) for _ in range(2000)}
    assert len(ids) == 2000
    assert {len(item) for item in ids} == {12}
    assert set("".join(ids)) == set(post_id.ALPHABET)
    assert not set("ilou") & set(post_id.ALPHABET)
    assert post_id.mint_id(lambda _count: 0) == "000000000000"
    assert post_id.mint_id(lambda count: (1 << count) - 1) == "zzzzzzzzzzzz"


@pytest.mark.parametrize(
    ("word", "known", "says"),
    [
        ("acounts", ("accounts", "id"), "Did you mean `accounts`?"),
        ("zzz", ("accounts", "id"), "Known: `accounts`, `id`."),
        ("x", (), ""),
    ],
)
def test_did_you_mean(word: str, known: tuple[str, ...], says: str) -> None:
    assert did_you_mean(word, known) == says


@pytest.mark.parametrize("text", ["@" * 40_000, "http://" * 9000, "a@" * 30_000, "(" * 50_000])
def test_no_public_text_makes_a_rule_slow(text: str) -> None:
    start = time.process_time()
    list(text_fit.check(context(post(text), SPEC)))
    list(text_duplicate.across(overview_of((post(text),), context(post(text), SPEC).brands)))
    assert time.process_time() - start < 1.0


def test_a_text_that_is_too_long_is_told_in_words_of_people() -> None:
    (found,) = text_fit.check(context(post("x" * 1501), SPEC))
    assert found.cause == (
        "The text has 1,501 characters, the content warning included; Mastodon takes 500."
    )
    assert found.remedy.startswith("Shorten it by 1,001, or write `mastodon.md`")


def test_a_card_or_pictures_but_not_both() -> None:
    card = picture("a.png")._replace(card=True)
    linked = post("T", card, picture("b.png"))._replace(link="https://x.example")
    facts = (fact("a.png"), fact("b.png"))
    (found,) = media_number.check(context(linked, BLUESKY, *facts))
    assert "a card or pictures" in found.cause
    assert list(media_number.check(context(linked, SPEC, *facts))) == []
    alone = linked._replace(media=(card,))
    assert list(media_number.check(context(alone, BLUESKY, *facts))) == []
    without = linked._replace(link="")
    assert list(media_number.check(context(without, BLUESKY, *facts))) == []


def test_a_film_longer_than_the_channel_takes() -> None:
    spec = SPEC._replace(media=tuple(item._replace(max_seconds=60) for item in SPEC.media))
    film = Film(index=True, early=True, whole=True, seconds=75.04, width=1920, height=1080)
    long = fact("a.mp4", "video/mp4")._replace(film=film, width=None, height=None)
    (found,) = media_film.check(context(post("T", picture("a.mp4")), spec, long))
    assert "75.0 s" in found.cause
    assert list(media_film.check(context(post("T", picture("a.mp4")), SPEC, long))) == []


def test_a_film_with_too_many_pixels() -> None:
    film = Film(index=True, early=True, whole=True, seconds=1, width=8000, height=4000)
    large = fact("a.mp4", "video/mp4")._replace(film=film, width=None, height=None)
    (found,) = media_file.check(context(post("T", picture("a.mp4")), SPEC, large))
    assert "32,000,000 pixels" in found.cause
