"""Deliveries and bundles: stable ids, revisions that see every byte, canonical files."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from signpost.domain.canonical import canonical_json
from signpost.domain.delivery import (
    About,
    Account,
    Delivery,
    Media,
    Part,
    head_accounts,
    head_tiers,
    listed,
    make_bundle,
    parse_bundle,
    parse_line,
    parse_listed,
)
from signpost.errors import BundleError
from tests.craft_row import NOON

PICTURE = Media("a" * 64, "image/png", 10, "A boot", (0.1, -0.5), 4, 3)
ONE = Delivery(
    workspace="acme",
    brand="shop",
    post="post-1",
    account=Account("fedi", "mastodon", "@acme", "https://x.example", "fedi"),
    due=NOON,
    zone="Europe/Vienna",
    local="2026-12-01 13:00:00",
    tzdata="+01:00",
    grace_s=1800,
    on_ambiguous="hold",
    link="https://x.example/a",
    language="en",
    parts=(Part("Hello", (PICTURE,), {"status": "Hello"}), Part("World")),
)


def test_invariant_15_the_id_survives_every_edit() -> None:
    """Invariants 15 and 18: an edit is a new revision of the same delivery, not a new one."""
    edited = replace(ONE, due=None, parts=(Part("Other"),), link="", language="de", grace_s=1)
    assert edited.id == ONE.id == "acme/shop/post-1/fedi"
    assert edited.revision != ONE.revision


@pytest.mark.parametrize(
    "changes",
    [
        {"due": None},
        {"due": NOON.replace(second=1)},
        {"zone": "Europe/Paris"},
        {"tzdata": "+02:00"},
        {"grace_s": 1801},
        {"on_ambiguous": "retry"},
        {"link": ""},
        {"language": "de"},
        {"account": replace(ONE.account, handle="@other")},
        {"parts": (Part("Hello!", (PICTURE,), {"status": "Hello"}), Part("World"))},
        {"parts": (Part("Hello", (replace(PICTURE, alt="Boot"),), {}), Part("World"))},
        {"parts": (Part("Hello", (PICTURE,), {"status": "Hello "}), Part("World"))},
        {"parts": ONE.parts[::-1]},
    ],
)
def test_the_revision_sees_everything_the_audience_would(changes: dict[str, Any]) -> None:
    assert replace(ONE, **changes).revision != ONE.revision


def test_what_it_was_written_for_is_not_part_of_the_revision() -> None:
    bundle = make_bundle("acme", [(ONE, About(title="A", tags=("x",)))], previous="")
    other = make_bundle("acme", [(ONE, About(title="B"))], previous="")
    assert bundle.lines[0].delivery.revision == other.lines[0].delivery.revision
    assert bundle.digest != other.digest


def test_a_bundle_reads_back_and_each_line_lies_where_it_says() -> None:
    items = [(replace(ONE, post=f"p{n}"), About(title=f"T{n}")) for n in (2, 0, 1)]
    bundle = make_bundle("acme", items, previous="f" * 64, approved="d", commit="c")
    assert parse_bundle(bundle.data) == bundle
    assert [line.delivery.post for line in bundle.lines] == ["p0", "p1", "p2"]
    for line in bundle.lines:
        delivery, about = parse_line(bundle.data[line.offset : line.offset + line.length])
        assert (delivery, about) == (line.delivery, line.about)
        assert delivery.revision == line.delivery.revision
    assert ONE.media == {"a" * 64}


def test_two_of_one_id_or_of_another_workspace_are_refused() -> None:
    with pytest.raises(BundleError, match="twice"):
        make_bundle("acme", [(ONE, About()), (replace(ONE, link=""), About())], previous="")
    with pytest.raises(BundleError, match="workspace"):
        make_bundle("other", [(ONE, About())], previous="")


GOOD = make_bundle("acme", [(ONE, About())], previous="").data


@pytest.mark.parametrize(
    "data",
    [
        b"",
        GOOD[:-1],
        GOOD[:-40],
        GOOD.replace(b'"schema":1', b'"schema":2'),
        GOOD.replace(b'"deliveries":1', b'"deliveries":2'),
        GOOD.replace(b'"post":"post-1"', b'"post": "post-1"'),
        GOOD.replace(b'"grace_s":1800,', b""),
        GOOD + b"{}\n",
    ],
)
def test_bytes_that_are_no_bundle_are_refused(data: bytes) -> None:
    with pytest.raises(BundleError):
        parse_bundle(data)


def test_a_bundle_lists_accounts_that_no_post_is_for() -> None:
    other = Account("blog", "wordpress", "@acme", "https://blog.example", "blog")
    accounts = [listed("shop", other), listed("shop", ONE.account)]
    made = make_bundle("acme", [(ONE, About())], previous="", accounts=accounts)
    read = parse_bundle(made.data)
    assert read == made
    assert read.known_accounts == tuple(accounts) == head_accounts(made.data)
    assert [parse_listed(item) for item in accounts] == [("shop", other), ("shop", ONE.account)]


def test_a_bundle_of_an_older_version_keeps_its_bytes_and_knows_the_accounts_of_its_posts() -> None:
    head = b'{"approved":"","commit":"","deliveries":0,"previous":"","schema":1,"workspace":"acme"}'
    assert make_bundle("acme", [], previous="").data == head + b"\n"
    made = make_bundle("acme", [(ONE, About())], previous="")
    read = parse_bundle(made.data)
    assert (read.data, read.accounts) == (made.data, ())
    assert read.known_accounts == (listed("shop", ONE.account),)
    assert head_accounts(made.data) == ()


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"brand": "shop"},
        {**listed("shop", ONE.account), "more": ""},
        {**listed("shop", ONE.account), "server": None},
        {**listed("shop", ONE.account), "brand": 1},
        "text",
        ["ab"],
    ],
)
def test_an_account_that_cannot_be_read_is_refused(value: Any) -> None:
    with pytest.raises(BundleError):
        parse_listed(value)


@pytest.mark.parametrize("data", [b"", b"[]", b"text\n{}"])
def test_a_head_that_is_none_is_refused(data: bytes) -> None:
    for head in (head_accounts, head_tiers):
        with pytest.raises(BundleError):
            head(data)


def test_a_head_without_tiers_has_none_and_one_with_them_has_those() -> None:
    assert head_tiers(make_bundle("acme", [], previous="").data) == ()
    made = make_bundle("acme", [], previous="", tiers=[{"id": "offers"}])
    assert head_tiers(made.data) == made.tiers == ({"id": "offers"},)


def test_canonical_json_has_one_form() -> None:
    assert canonical_json({"b": 1, "a": "ü"}) == b'{"a":"\xc3\xbc","b":1}'
    with pytest.raises(ValueError, match="JSON"):
        canonical_json(float("nan"))
    wire = json.loads(canonical_json(ONE.wire()))
    assert wire["due"] == "2026-12-01T12:00:00.000Z"
    assert replace(ONE, due=None).wire()["due"] == "now"
