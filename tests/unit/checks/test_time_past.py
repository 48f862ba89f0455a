"""A time that has passed when it is merged."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from signpost.checks.rules import time_past
from signpost.domain.post import Body, Post
from signpost.domain.workspace import Brand
from tests.rules.reading import NOW
from tests.unit.checks.overviews import overview_of

POST = Post(
    id="a",
    brand="shop",
    path="shop/posts/a.md",
    publish=NOW - timedelta(seconds=1),
    zone="UTC",
    accounts=(),
    bodies={"": Body("Text.", "shop/posts/a.md", 6)},
)


def found(post: Post, *known: str) -> list[str]:
    overview = overview_of((post,), {"shop": Brand("shop", "Shop", "UTC")}, known_ids=known)
    return [diagnostic.code for diagnostic in time_past.across(overview)]


@pytest.mark.parametrize(
    ("publish", "refused"),
    [
        (NOW - timedelta(seconds=1), True),
        (datetime(2020, 1, 1, 9, 0), True),  # noqa: DTZ001 - as people write it
        (NOW + timedelta(seconds=1), False),
        ("now", False),
        (None, False),
    ],
)
def test_invariant_25_a_past_time_is_refused_unless_it_is_now(
    publish: str | datetime | None,
    refused: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    assert found(POST._replace(publish=publish)) == (["TIM303"] if refused else [])


def test_drafts_and_what_was_pushed_before_are_not_new() -> None:
    assert found(POST._replace(status="draft")) == []
    assert found(POST, "a") == []
