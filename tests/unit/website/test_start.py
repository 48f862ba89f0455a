"""The first page: what a site of one brand, and of several, leads to."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest

from signpost.domain.signing.standing import State
from signpost.domain.website.source import Seal
from signpost.domain.website.status import Shelf, choice, first_page, versions_json

EFFECTIVE, REVIEW_BY = date(2026, 7, 1), date(2027, 5, 31)


def shelf(
    brand: str, states: dict[str, State], present: str = "", faults: tuple[str, ...] = ()
) -> Shelf:
    """A brand whose releases, the oldest first, are in these states."""
    unsigned = {State.UNSIGNED, State.NOT_VALID}
    seals = tuple(
        Seal(
            version,
            signed=state not in unsigned,
            altered=state is State.TAMPERED,
            effective=EFFECTIVE,
            review_by=REVIEW_BY,
        )
        for version, state in states.items()
    )
    return Shelf(brand, f"{brand} handbook", seals, states, present, faults)


IN_FORCE = shelf("larkfell", {"1": State.SUPERSEDED, "2": State.IN_FORCE}, "2")
NONE = shelf("osprey", {})
PROPOSED = shelf("heron", {"1": State.UNSIGNED})
EXPIRED = shelf("kite", {"1": State.SUPERSEDED, "2": State.PAST_REVIEW}, "2")
COMING = shelf("wren", {"1": State.NOT_YET})
ALTERED = shelf("finch", {"1": State.TAMPERED}, faults=("A release was altered.",))


def said(page: str) -> list[str]:
    """The items of the list, as a reader sees them."""
    items = re.findall(r"<li>(.*?)</li>", page)
    return [unescape(re.sub(r"<[^>]+>", "", item)) for item in items]


@pytest.mark.parametrize(
    ("one", "words", "opens"),
    [
        (IN_FORCE, "version 2, signed, to be reviewed by 2027-05-31", "2"),
        (NONE, "the working text; nothing is signed yet", "next"),
        (PROPOSED, "the working text; nothing is signed yet", "next"),
        (EXPIRED, "version 2, signed, past its review date, 2027-05-31: not in force", "2"),
        (COMING, "the working text; version 1 is signed, in force from 2026-07-01", "next"),
        (ALTERED, "the working text; what is signed here cannot be trusted as a whole", "next"),
    ],
    ids=lambda item: item.brand if isinstance(item, Shelf) else "",
)
def test_each_brand_says_what_its_link_opens(one: Shelf, words: str, opens: str) -> None:
    assert said(choice([one])) == [f"{one.title}: {words}"]
    assert one.opens == opens
    assert f'content="0; url={one.brand}/{opens}/"' in first_page([one])


def test_several_brands_are_chosen_from_in_their_order() -> None:
    page = first_page([NONE, IN_FORCE, EXPIRED])
    assert re.findall(r'<a href="([^"]+)">', page) == ["osprey/", "larkfell/", "kite/"]
    assert "http-equiv" not in page


def test_a_brands_name_is_shown_and_never_obeyed() -> None:
    page = first_page([Shelf("a", "<script>x</script>"), Shelf("b", "B")])
    assert "<script" not in page
    assert said(page)[0].startswith("<script>x</script>: ")


def test_a_brand_without_releases_still_has_a_selector() -> None:
    assert b'"next (draft)"' in versions_json(NONE)
