"""What a message repeats of long words shows that it was cut."""

from __future__ import annotations

import re

import pytest

from signpost.checks.rule import Context
from signpost.checks.rules import link_form
from signpost.checks.shortened import MOST, shortened
from signpost.checks.texts import texts_of
from signpost.connectors.mastodon.spec import SPEC as MASTODON
from signpost.domain.post import Body, Post
from signpost.domain.workspace import AccountSettings, Brand

BRAND = Brand("shop", "Shop", "UTC", accounts=(AccountSettings("main", "mastodon", "@main"),))
SPECS = {MASTODON.id: MASTODON}


@pytest.mark.parametrize("length", [0, 1, MOST - 1, MOST])
def test_short_words_stay(length: int) -> None:
    assert shortened("a" * length) == "a" * length


@pytest.mark.parametrize("length", [MOST + 1, 500])
def test_long_words_are_cut_and_it_shows(length: int) -> None:
    assert shortened("a" * length) == "a" * (MOST - 1) + "…"
    assert shortened("a" * length, 10) == "a" * 9 + "…"


@pytest.mark.parametrize(
    "address",
    ["htps://shop.example/", "https://localhost/", "https://x.y/", "https:/shop.example/",
     "www.shop.example/", "https://user", "https://shop..example/", "https://shop.example/%zz"],
)  # fmt: skip
def test_no_address_in_a_message_is_cut_without_a_sign(address: str) -> None:
    words = f"See {address}{'abc-' * 40}end now."
    post = Post(
        "a", "shop", "shop/posts/a.md", "now", "UTC", ("main",),
        {"": Body(words, "shop/posts/a.md", 6)},
    )  # fmt: skip
    brands = {"shop": BRAND}
    found = texts_of(brands, (post,), SPECS)
    context = Context(brands=brands, posts=(post,), specs=SPECS, texts=tuple(found))
    (finding,) = link_form.check(context)
    for quoted in re.findall(r"`([^`]*)`", f"{finding.cause} {finding.remedy}"):
        whole = quoted in words or quoted.endswith("…") or len(quoted) < MOST
        assert whole, quoted
        assert "abc" not in quoted or quoted.endswith(("…", "abc-end"))
