"""From posts and the team to tasks: which stage a post is in, who does it, until when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from signpost.domain.post import Post
from signpost.domain.timing import resolve, zone_info
from signpost.domain.work import Task
from signpost.domain.workspace import Brand, People
from signpost.errors import LocalTimeError


def tasks_of(
    posts: Iterable[Post],
    brands: Mapping[str, Brand],
    since: Mapping[str, datetime],
    now: datetime,
) -> list[Task]:
    """A task for each post that is in a stage its brand knows, in order of their deadlines.

    Args:
        since: path of a post → when it came into its stage.
        now: absences are looked up for the day of the deadline, or today where that is over.
    """
    found: list[Task] = []
    for post in posts:
        brand = brands.get(post.brand)
        if brand is None or not post.stage or post.idea:
            continue
        stages = brand.stages_of(post.type)
        stage = next((item for item in stages if item.id == post.stage), None)
        if stage is None:
            continue  # REF405 says so
        due = due_of(post)
        deadline = due - timedelta(seconds=stage.lead_s) if due else None
        day = max(deadline or now, now).astimezone(zone_info(brand.zone)).date()
        found.append(
            Task(
                brand=post.brand,
                post=post.id,
                title=post.title,
                source=post.path,
                stage=stage.id,
                stage_title=stage.title,
                position=stage.position,
                person=who(brand.people, stage.position, day),
                since=since.get(post.path),
                deadline=deadline,
                due=due,
                reserve_s=stages[-1].lead_s,
            )
        )
    return sorted(found, key=lambda item: (item.deadline is None, item.deadline, item.source))


def due_of(post: Post) -> datetime | None:
    """The instant at which a post is to go out; None without a time that names one."""
    if not isinstance(post.publish, datetime):
        return None
    try:
        return resolve(post.publish, post.zone)
    except LocalTimeError:  # TIM301 or TIM302 says so
        return None


def who(people: People, position: str, day: date) -> str:
    """The person who holds a position on a day, or stands in; empty where there is nobody.

    Where holder and deputy are both away it is the holder: somebody has to be asked.
    """
    away = {item.person for item in people.absences if item.start <= day <= item.end}
    holders = [item for item in people.holders if item.position == position]
    for holder in holders:
        for person in (holder.person, holder.deputy):
            if person and person not in away:
                return person
    return holders[0].person if holders else ""
