"""The times of posts, by the wall clock of their brand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime

from signpost.checks.rule import Outline, Overview
from signpost.domain.post import Post
from signpost.domain.timing import local_text, resolve, zone_info
from signpost.domain.workspace import Brand
from signpost.errors import LocalTimeError


def coming(
    overview: Overview, wanted: Callable[[Brand], object]
) -> Iterator[tuple[Outline, Brand, datetime]]:
    """Posts that are still to go out, drafts among them, each with its brand and its local time.

    What has gone out cannot be moved any more: a rule that a brand sets today must not refuse what
    was published last year. `publish: now` is somebody's decision at that moment, and is not judged.

    Args:
        wanted: whether a brand has anything to judge by.
    """
    now = overview.now.timestamp()
    zones = {
        name: zone_info(brand.zone) for name, brand in overview.brands.items() if wanted(brand)
    }
    for post in overview.outlines:
        if post.due is None or post.due < now or post.idea:
            continue
        zone = zones.get(post.brand)
        if zone is not None:
            moment = datetime.fromtimestamp(post.due, zone).replace(tzinfo=None, fold=0)
            yield post, overview.brands[post.brand], moment


def told(post: Outline, brand: Brand, moment: datetime) -> str:
    """The post's time for a message: as written, and on the brand's clock where that differs."""
    here = local_text(moment)
    return here if post.publish == here else f"{post.publish} ({here} in {brand.zone})"


def day_of(post: Post, brand: Brand) -> date | None:
    """The day on which a post goes out, on the brand's calendar; None where that is not known."""
    if not isinstance(post.publish, datetime):
        return None
    try:
        return resolve(post.publish, post.zone).astimezone(zone_info(brand.zone)).date()
    except LocalTimeError:  # TIM301 or TIM302 says so
        return None
