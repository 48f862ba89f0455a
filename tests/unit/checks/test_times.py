"""Rules about time, where fixtures would be too many: clocks that change, and what has gone out."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signpost.checks.local_times import WallClock, shown
from signpost.checks.public_holidays import PackagedHolidays
from signpost.checks.rule import Overview
from signpost.checks.rules import (
    time_blackout,
    time_draft,
    time_holiday,
    time_quiet,
    time_spacing,
)
from signpost.domain.diagnostics import Span
from signpost.domain.post import Body, Post
from signpost.domain.timing import duration_text, parse_duration, parse_local, zone_info
from signpost.domain.workspace import Blackout, Brand, QuietHours
from tests.rules.reading import NOW
from tests.unit.checks.overviews import overview_of

NIGHT = QuietHours(time(22), time(7))
BRAND = Brand("shop", "Shop", "Europe/Berlin", quiet=(NIGHT,), spacing_s=7200, countries=("DE",))


def post(publish: datetime | str, name: str = "a", status: str = "ready") -> Post:
    path = f"shop/posts/{name}.md"
    return Post(
        id=name,
        brand="shop",
        path=path,
        publish=publish,
        zone="Europe/Berlin",
        accounts=("main",),
        bodies={"": Body(name, path, 6)},
        status=status,
        spans={"publish": Span(path, 3, 10)},
    )


def overview(*posts: Post, brand: Brand = BRAND) -> Overview:
    return overview_of(posts, {"shop": brand})


@given(st.times(), st.integers(0, 6))
def test_a_moment_is_in_hours_over_midnight_or_in_the_rest_of_the_day(
    clock: time, day: int
) -> None:
    moment = datetime.combine(date(2026, 11, 23) + timedelta(days=day), clock)
    turned = QuietHours(NIGHT.end, NIGHT.start)
    assert time_quiet.covers(NIGHT, moment) != time_quiet.covers(turned, moment)


@given(
    st.datetimes(parse_local("2026-01-01 00:00"), parse_local("2027-12-31 00:00")),
    st.sets(st.integers(0, 6)),
)
def test_hours_over_midnight_belong_to_the_day_on_which_they_begin(
    moment: datetime, days: set[int]
) -> None:
    quiet = NIGHT._replace(days=frozenset(days))
    begun = moment if moment.time() >= NIGHT.start else moment - timedelta(days=1)
    in_hours = moment.time() >= NIGHT.start or moment.time() < NIGHT.end
    assert time_quiet.covers(quiet, moment) == (in_hours and (not days or begun.weekday() in days))


@pytest.mark.parametrize(
    ("instant", "found"),
    [
        (datetime(2027, 3, 28, 4, 59, tzinfo=UTC), 1),  # 06:59 on the day the clocks go forward
        (datetime(2027, 3, 28, 5, 0, tzinfo=UTC), 0),
        (datetime(2027, 10, 31, 5, 59, tzinfo=UTC), 1),  # 06:59 on the day they go back
        (datetime(2027, 10, 31, 6, 0, tzinfo=UTC), 0),
        (datetime(2027, 10, 31, 0, 30, tzinfo=UTC), 1),  # 02:30 for the first time
        (datetime(2027, 10, 31, 1, 30, tzinfo=UTC), 1),  # and for the second
    ],
)
def test_quiet_hours_end_by_the_wall_clock(instant: datetime, found: int) -> None:
    assert len(list(time_quiet.across(overview(post(instant))))) == found


def test_what_has_gone_out_is_not_judged_by_what_a_brand_sets_today() -> None:
    blackout = Blackout(parse_local("2026-01-01 00:00"), parse_local("2027-01-01 00:00"), "A year")
    brand = BRAND._replace(blackouts=(blackout,))
    gone = overview(post(parse_local("2026-10-03 23:00")), brand=brand)
    for rule in (time_blackout, time_quiet, time_holiday):
        assert list(rule.across(gone)) == []
    coming = overview(post(parse_local("2026-12-25 23:00")), brand=brand)
    for rule in (time_blackout, time_quiet, time_holiday):
        assert len(list(rule.across(coming))) == 1


def test_of_two_close_posts_the_one_that_is_still_to_come_is_told() -> None:
    gone = post(parse_local("2026-11-22 12:30"), "z")
    (found,) = time_spacing.across(overview(gone, post(parse_local("2026-11-22 13:30"), "a")))
    assert found.span.path == "shop/posts/a.md"
    assert "only 1h after shop/posts/z.md" in found.cause


def test_of_two_close_posts_the_newer_is_told() -> None:
    first, second = (
        post(parse_local("2026-12-01 09:00"), "b"),
        post(parse_local("2026-12-01 10:00"), "a"),
    )
    known = overview(first, second)
    known.known_ids = {"a": "shop/posts/a.md"}
    (found,) = time_spacing.across(known)
    assert found.span.path == "shop/posts/b.md"
    assert "only 1h before shop/posts/a.md" in found.cause


@given(st.lists(st.integers(0, 400), min_size=1, max_size=30))
def test_no_posts_are_too_close_exactly_where_all_gaps_are_wide(minutes: list[int]) -> None:
    start = parse_local("2026-12-01 09:00")
    posts = [
        post(start + timedelta(minutes=minute), str(number))
        for number, minute in enumerate(minutes)
    ]
    found = list(time_spacing.across(overview(*posts)))
    ordered = sorted(minutes)
    gaps = [after - before for before, after in pairwise(ordered)]
    assert len(found) == sum(gap < 120 for gap in gaps)


def test_a_draft_is_over_only_behind_its_time() -> None:
    local = NOW + timedelta(hours=1)
    at = local.replace(tzinfo=None)
    assert list(time_draft.across(overview(post(at, status="draft")))) == []
    late = post(at - timedelta(minutes=1), status="draft")
    assert len(list(time_draft.across(overview(late)))) == 1


def test_every_region_and_year_that_a_brand_may_name_gives_an_answer() -> None:
    assert PackagedHolidays().of("DE-BY", 2026)[date(2026, 12, 25)] == "Christmas Day"
    assert PackagedHolidays().of("DE-BY", 2027) != PackagedHolidays().of("DE", 2027)
    assert PackagedHolidays().of("XX", 2026) == PackagedHolidays().of("DE-XX", 2026) == {}
    assert date(2027, 1, 1) not in PackagedHolidays().of("DE", 2026)
    assert PackagedHolidays().unknown("DE-BY") is None
    assert PackagedHolidays().unknown("XX") is not None


@given(st.integers(0, 7 * 86_400))
def test_a_duration_is_read_back(seconds: int) -> None:
    assert parse_duration(duration_text(seconds)) == seconds


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"])
@given(due=st.integers(0, 4_000_000_000))
def test_a_wall_clock_shows_what_its_zone_says(zone: str, due: int) -> None:
    clock = WallClock(zone_info(zone))
    here = datetime.fromtimestamp(due, zone_info(zone)).replace(tzinfo=None, fold=0)
    assert shown(clock.reading(due)) == here
    assert shown(clock.reading(due)) == here
