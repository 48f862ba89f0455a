"""Invariants 23 and 24: gap, fold, naive and unknown zones; a change of the zone database."""

# ruff: noqa: PT017 - generated values may be refused, and then for the right reason only.

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signpost.domain.timing import (
    local_text,
    offset_text,
    parse_duration,
    parse_local,
    resolve,
    still_resolves,
    zone_info,
)
from signpost.errors import LocalTimeError

ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",  # half an hour of daylight saving
    "Asia/Kathmandu",  # +05:45
    "Pacific/Apia",  # left out a whole day in 2011
    "Africa/Casablanca",  # negative daylight saving
    "UTC",
)
moments = st.datetimes(parse_local("2000-01-01 00:00"), parse_local("2060-01-01 00:00")).map(
    lambda moment: moment.replace(microsecond=0)
)


@given(moments, st.sampled_from(ZONES))
def test_every_instant_is_named_by_its_local_time_or_that_is_a_fold(
    moment: datetime, zone: str
) -> None:
    instant = moment.replace(tzinfo=UTC)
    local = instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)
    try:
        assert resolve(local, zone) == instant
    except LocalTimeError as error:
        assert error.kind == "fold"


@given(moments, st.sampled_from(ZONES))
def test_what_resolves_shows_the_same_clock_there(moment: datetime, zone: str) -> None:
    try:
        due = resolve(moment, zone)
    except LocalTimeError as error:
        assert error.kind in {"gap", "fold"}
        return
    assert due.tzinfo is UTC
    assert due.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0) == moment
    assert still_resolves(local_text(moment), zone, due, offset_text(moment, due))


@given(moments, st.integers(-14 * 60, 14 * 60), st.sampled_from(ZONES))
def test_a_written_offset_always_decides(moment: datetime, minutes: int, zone: str) -> None:
    local = moment.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    due = resolve(local, zone)
    assert due == local
    assert parse_local(local_text(local)) == local
    assert still_resolves(local_text(local), zone, due, offset_text(local, due))


@given(moments)
def test_local_text_is_read_back(moment: datetime) -> None:
    assert parse_local(local_text(moment)) == moment


@pytest.mark.parametrize(
    ("local", "zone", "kind"),
    [
        ("2027-03-28 02:30", "Europe/Berlin", "gap"),
        ("2027-03-28 02:00", "Europe/Berlin", "gap"),
        ("2027-10-31 02:59", "Europe/Berlin", "fold"),
        ("2027-10-03 02:15", "Australia/Lord_Howe", "gap"),
        ("2027-04-04 01:45", "Australia/Lord_Howe", "fold"),
        ("2011-12-30 12:00", "Pacific/Apia", "gap"),
        ("2027-01-01 12:00", "", "zone"),
        ("2027-01-01 12:00", "CEST", "zone"),
        ("2027-01-01 12:00+01:00", "Mars/Olympus", "zone"),
        ("0001-01-01 00:00", "Europe/Berlin", "form"),
        ("9999-12-31 23:59-12:00", "UTC", "form"),
    ],
)
def test_refused(local: str, zone: str, kind: str) -> None:
    with pytest.raises(LocalTimeError) as caught:
        resolve(parse_local(local), zone)
    assert caught.value.kind == kind
    assert caught.value.remedy


@pytest.mark.parametrize(("local", "hour"), [("01:59", 0), ("03:00", 1)])
def test_the_edges_of_a_gap_are_times(local: str, hour: int) -> None:
    due = resolve(parse_local(f"2027-03-28 {local}"), "Europe/Berlin")
    assert due.hour == hour


def test_the_remedies_of_a_fold_name_both_instants() -> None:
    with pytest.raises(LocalTimeError) as caught:
        resolve(parse_local("2027-10-31 02:30"), "Europe/Berlin")
    first, second = (
        resolve(parse_local(text), "Europe/Berlin") for text in caught.value.remedy.split("`")[1::2]
    )
    assert second - first == timedelta(hours=1)


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "Europe", "localtime", "posix/UTC", "right/UTC", "a" * 5000, "/UTC", "\0"],
)
def test_a_zone_is_a_name_and_never_a_path(name: str) -> None:
    with pytest.raises(LocalTimeError) as caught:
        zone_info(name)
    assert caught.value.kind == "zone"


@pytest.mark.parametrize(
    ("local", "zone", "offset", "still"),
    [
        ("2026-12-01 09:00", "Europe/Berlin", "+01:00", True),
        ("2026-12-01 09:00", "Europe/Berlin", "+02:00", False),  # the zone's rule has changed
        ("2026-12-01 09:01", "Europe/Berlin", "+01:00", False),
        ("2026-12-01 09:00", "Europe/London", "+01:00", False),
        ("2026-12-01 09:00", "No/Where", "+01:00", False),  # a database without the zone
        ("2026-12-01 09:00+01:00", "Europe/London", "+01:00", True),
        ("nonsense", "Europe/Berlin", "+01:00", False),
        ("", "Europe/Berlin", "", True),  # publish: now
    ],
)
def test_still_resolves(*, local: str, zone: str, offset: str, still: bool) -> None:
    due = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
    assert still_resolves(local, zone, due, offset) is still


@pytest.mark.parametrize(
    "text",
    ["2026-12-01", "09:00", "2026-12-01 9:00", "2026-13-01 09:00", "2026-02-30 09:00",
     "2026-12-01 24:00", "2026-12-01 09:00 CET", "20261201T0900", "2026-12-01 09:00+1",
     "2026-12-01 09:00:00.5", "２０２６-12-01 09:00", "", "now"],
)  # fmt: skip
def test_not_a_time(text: str) -> None:
    with pytest.raises(LocalTimeError) as caught:
        parse_local(text)
    assert caught.value.kind == "form"


@pytest.mark.parametrize(
    ("text", "seconds"), [("45m", 2700), ("2h", 7200), ("90s", 90), ("7d", 604_800), ("0s", 0)]
)
def test_durations(text: str, seconds: int) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["45", "m", "1.5h", "-1m", "1w", "1 h", "9999999s", ""])
def test_no_durations(text: str) -> None:
    with pytest.raises(LocalTimeError):
        parse_duration(text)


@pytest.mark.parametrize(
    ("minutes", "text"), [(60, "+01:00"), (-210, "-03:30"), (345, "+05:45"), (0, "+00:00")]
)
def test_offset_text(minutes: int, text: str) -> None:
    local = parse_local("2026-12-01 09:00")
    assert offset_text(local, local.replace(tzinfo=UTC) - timedelta(minutes=minutes)) == text
