"""TIM304: a post in a time in which nothing goes out."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from signpost.checks.local_times import DAY_S, coming_by_day, reading_of, told
from signpost.checks.rule import Overview, Rule
from signpost.domain.diagnostics import Diagnostic
from signpost.domain.timing import local_text


def across(overview: Overview) -> Iterator[Diagnostic]:
    """Posts to come, against the blackouts of their brand and their accounts."""
    times = {
        brand.id: [(reading_of(item.start), reading_of(item.end), item) for item in brand.blackouts]
        for brand in overview.brands.values()
    }
    for brand, day, posts in coming_by_day(overview, lambda item: item.blackouts):
        begin = day * DAY_S
        here = [item for item in times[brand.id] if item[0] < begin + DAY_S and item[1] > begin]
        for (start, end, blackout), (post, reading) in product(here, posts):
            if not start <= reading < end:
                continue
            hit = [name for name in post.accounts if name in blackout.accounts]
            if blackout.accounts and not hit:
                continue
            whom = f" for {' and '.join(f'`{name}`' for name in hit)}" if hit else ""
            yield RULE.at(
                post.publish_span,
                f"{told(post, brand, reading)} lies in the blackout `{blackout.title}`{whom}, "
                f"{local_text(blackout.start)} to {local_text(blackout.end)}.",
                f"Write {local_text(blackout.end)} or later, or a time before it.",
            )


RULE = Rule(
    code="TIM304",
    name="blackout",
    title="A post in a blackout",
    why="A blackout is a time in which the company is silent: a holiday, a stocktaking, a day of "
    "mourning. A post that was planned months before would break the silence without anybody "
    "meaning it. Posts that have gone out, and `publish: now`, are not judged.",
    example="publish: 2026-12-25 09:00    # brand.yaml: from 2026-12-24 12:00 to 2026-12-27 08:00",
    fix="publish: 2026-12-27 08:00",
    source="our own rule, set 2026-11-22",
    across=across,
    silenceable=True,
)
