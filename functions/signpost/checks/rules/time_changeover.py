"""TIM301: a local time that daylight saving makes impossible or ambiguous."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from signpost.checks.rule import Context, Rule
from signpost.domain.diagnostics import Diagnostic
from signpost.domain.timing import resolve
from signpost.errors import LocalTimeError


def check(context: Context) -> Iterator[Diagnostic]:
    """Every post with a local time."""
    for post in context.posts:
        if isinstance(post.publish, datetime):
            try:
                resolve(post.publish, post.zone)
            except LocalTimeError as error:
                if error.kind != "zone":  # TIM302 says so, at the zone's place
                    yield RULE.at(post.span("publish"), error.cause, error.remedy)


RULE = Rule(
    code="TIM301",
    name="clock-change",
    title="A time in a daylight-saving gap or fold",
    why="When the clock jumps forward, an hour of local times does not exist; when it goes back, "
    "an hour happens twice. Guessing would publish an hour early or late.",
    example="publish: 2026-10-25 02:30    # happens twice in Europe/Berlin",
    fix="publish: 2026-10-25 02:30+02:00    # the first of the two",
    source="https://peps.python.org/pep-0495/, read 2026-11-22",
    check=check,
)
