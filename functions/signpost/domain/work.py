"""Work on posts that are not ready: what waits for whom, until when, and what comes too late.

A post in a stage waits for the position of that stage. Each stage has a lead: how long before the
post's time it is to be done. The lead of the last stage is the reserve: work that is behind by
more than that misses the post's time, unless somebody catches up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from signpost.domain.canonical import parse_utc, utc_text

SOON = timedelta(days=1)
"""How long before a deadline it is worth a reminder."""


class Standing(StrEnum):
    """How a task stands against its times, worst first."""

    MISSED = "missed"
    """The post's time is over."""
    WILL_MISS = "will miss"
    """Behind by more than the reserve."""
    LATE = "late"
    SOON = "soon"
    ON_TIME = "on time"
    UNTIMED = "no time"
    """The post has no time yet, so there is no deadline."""


@dataclass(frozen=True, slots=True)
class Task:
    """A post that waits in a stage.

    Args:
        position, person: who has to do it; the person is the holder, or the deputy while the
            holder is away; empty where nobody holds the position.
        since: when it came into the stage; None where git does not know yet.
        deadline: when the stage is to be done; None without a time.
        due: when the post is to go out.
        reserve_s: lead of the last stage, in seconds.
    """

    brand: str
    post: str
    title: str
    source: str
    stage: str
    stage_title: str
    position: str
    person: str
    since: datetime | None
    deadline: datetime | None
    due: datetime | None
    reserve_s: int = 0

    def standing(self, now: datetime) -> Standing:
        """How it stands at that instant."""
        if self.due is None or self.deadline is None:
            return Standing.UNTIMED
        if now >= self.due:
            return Standing.MISSED
        if now > self.deadline + timedelta(seconds=self.reserve_s):
            return Standing.WILL_MISS
        if now > self.deadline:
            return Standing.LATE
        return Standing.SOON if now >= self.deadline - SOON else Standing.ON_TIME

    def wire(self) -> dict[str, Any]:
        """As JSON members, for the bundle and for machines."""
        return {
            "brand": self.brand,
            "post": self.post,
            "title": self.title,
            "source": self.source,
            "stage": self.stage,
            "stage_title": self.stage_title,
            "position": self.position,
            "person": self.person,
            "since": utc_text(self.since) if self.since else None,
            "deadline": utc_text(self.deadline) if self.deadline else None,
            "due": utc_text(self.due) if self.due else None,
            "reserve_s": self.reserve_s,
        }


def parse_task(value: Mapping[str, Any]) -> Task:
    """Read a task's JSON members back.

    Raises:
        KeyError, TypeError, ValueError: they are not those of a task.
    """
    times = {
        name: parse_utc(value[name]) if value[name] is not None else None
        for name in ("since", "deadline", "due")
    }
    return Task(**{**value, **times})


def reminders(tasks: Sequence[Task], now: datetime) -> list[dict[str, Any]]:
    """What is worth a reminder today: soon, late, or too late; worst first, then by deadline."""
    order = list(Standing)
    worth = [(task.standing(now), task) for task in tasks]
    picked = [
        (standing, task)
        for standing, task in worth
        if standing not in {Standing.ON_TIME, Standing.UNTIMED}
    ]
    picked.sort(key=lambda item: (order.index(item[0]), item[1].deadline, item[1].source))
    return [{"standing": str(standing), **task.wire()} for standing, task in picked]
