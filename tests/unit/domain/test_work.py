"""Tasks: whose turn it is, until when, and what comes too late."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signpost.domain.canonical import utc_text
from signpost.domain.post import Body, Post
from signpost.domain.stages import tasks_of, who
from signpost.domain.work import Standing, Task, parse_task, reminders
from signpost.domain.workspace import Brand, Holder, People, Period, Stage

DAY = 86_400
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DUE = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
PEOPLE = People(
    holders=(Holder("editor", "finn", "juno"), Holder("designer", "finn")),
    absences=(
        Period("finn", date(2026, 11, 20), date(2026, 11, 26)),
        Period("juno", date(2026, 11, 26), date(2026, 11, 26)),
    ),
)
BRAND = Brand(
    "shop",
    "Shop",
    "Europe/Vienna",
    people=PEOPLE,
    stages=(
        Stage("text", "Text", "editor", 6 * DAY),
        Stage("graphics", "Graphics", "designer", 4 * DAY, types=("how-to",)),
        Stage("approval", "Approval", "boss", 2 * DAY),
    ),
)
POST = Post(
    id="a",
    brand="shop",
    path="shop/posts/a.md",
    publish=DUE,
    zone="Europe/Vienna",
    accounts=("main",),
    bodies={"": Body("Text.", "shop/posts/a.md", 6)},
    type="how-to",
    status="draft",
    stage="text",
)


def task(post: Post = POST, now: datetime = NOW) -> Task:
    (found,) = tasks_of([post], {"shop": BRAND}, {}, now)
    return found


def test_a_task_has_the_deadline_of_its_stage_and_the_reserve_of_the_last() -> None:
    found = task()
    assert found.deadline == DUE - timedelta(days=6)
    assert found.due == DUE
    assert found.reserve_s == 2 * DAY
    assert (found.position, found.stage_title) == ("editor", "Text")


@pytest.mark.parametrize(
    ("day", "position", "expected"),
    [
        (date(2026, 11, 19), "editor", "finn"),
        (date(2026, 11, 20), "editor", "juno"),
        (date(2026, 11, 26), "editor", "finn"),  # both are away: somebody has to be asked
        (date(2026, 11, 27), "editor", "finn"),
        (date(2026, 11, 20), "designer", "finn"),  # no deputy
        (date(2026, 11, 20), "boss", ""),
    ],
)
def test_the_deputy_stands_in_while_the_holder_is_away(
    day: date, position: str, expected: str
) -> None:
    assert who(PEOPLE, position, day) == expected


@pytest.mark.parametrize(
    ("before_deadline", "expected"),
    [
        (timedelta(days=1, seconds=1), Standing.ON_TIME),
        (timedelta(days=1), Standing.SOON),
        (timedelta(0), Standing.SOON),
        (timedelta(seconds=-1), Standing.LATE),
        (timedelta(days=-2), Standing.LATE),
        (timedelta(days=-2, seconds=-1), Standing.WILL_MISS),
        (timedelta(days=-6, seconds=1), Standing.WILL_MISS),
        (timedelta(days=-6), Standing.MISSED),
    ],
)
def test_how_a_task_stands(before_deadline: timedelta, expected: Standing) -> None:
    found = task()
    assert found.deadline is not None
    assert found.standing(found.deadline - before_deadline) is expected


def test_without_a_time_there_is_no_deadline() -> None:
    found = task(POST._replace(publish=None))
    assert (found.deadline, found.due) == (None, None)
    assert found.standing(NOW) is Standing.UNTIMED
    assert reminders([found], NOW) == []


@pytest.mark.parametrize(
    "post",
    [
        POST._replace(stage=""),
        POST._replace(stage="unknown"),
        POST._replace(stage="graphics", type="story"),
        POST._replace(idea=True),
        POST._replace(brand="other"),
    ],
)
def test_what_is_in_no_stage_waits_for_nobody(post: Post) -> None:
    assert tasks_of([post], {"shop": BRAND}, {}, NOW) == []


def test_reminders_come_worst_first() -> None:
    posts = [
        POST._replace(id="fine", publish=DUE + timedelta(days=60)),
        POST._replace(id="soon", publish=NOW + timedelta(days=6, hours=3)),
        POST._replace(id="missed", publish=NOW - timedelta(days=1)),
        POST._replace(id="late", publish=NOW + timedelta(days=5)),
        POST._replace(id="will", publish=NOW + timedelta(days=3)),
    ]
    found = reminders(tasks_of(posts, {"shop": BRAND}, {}, NOW), NOW)
    assert [(item["post"], item["standing"]) for item in found] == [
        ("missed", "missed"),
        ("will", "will miss"),
        ("late", "late"),
        ("soon", "soon"),
    ]


@given(
    st.none() | st.datetimes(timezones=st.just(UTC)).map(lambda at: at.replace(microsecond=0)),
    st.text(max_size=20),
    st.integers(0, 400 * DAY),
)
def test_a_task_survives_its_json(moment: datetime | None, title: str, reserve_s: int) -> None:
    made = replace(task(), since=moment, title=title, reserve_s=reserve_s)
    assert parse_task(made.wire()) == made
    assert made.wire()["due"] == utc_text(DUE)


@pytest.mark.parametrize("value", [{}, {"brand": "a"}, [], "x", {**task().wire(), "due": 3}])
def test_what_is_no_task_is_refused(value: object) -> None:
    with pytest.raises((KeyError, TypeError, ValueError, AttributeError)):
        parse_task(value)  # type: ignore[arg-type]  # that is what is tried
