"""The times of posts, by the wall clock of their brand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from signpost.checks.rule import Outline, Overview
from signpost.domain.post import Post
from signpost.domain.timing import local_text, resolve, zone_info
from signpost.domain.workspace import Brand
from signpost.errors import LocalTimeError

DAY_S = 86_400
_COMING = "coming"
_BY_DAY = "coming by day"
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - a wall clock has no zone


class WallClock:
    """The clock of a zone. Asking the zone itself for each of 10,000 posts would take too long."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self.offsets: dict[int, int | None] = {}
        """Day since 1970, UTC → what the clock is ahead, in seconds; None on days on which it jumps."""

    def reading(self, due: int) -> int:
        """What it shows at an instant, in seconds since it showed the beginning of 1970.

        Args:
            due: seconds since 1970, UTC.
        """
        day = due // DAY_S
        if day not in self.offsets:
            first, last = self._offset(day * DAY_S), self._offset((day + 1) * DAY_S - 1)
            self.offsets[day] = first if first == last else None
        offset = self.offsets[day]
        return due + (self._offset(due) if offset is None else offset)

    def _offset(self, due: int) -> int:
        moment = datetime.fromtimestamp(due, UTC)
        return int(
            (self._zone.utcoffset(moment.astimezone(self._zone)) or timedelta()).total_seconds()
        )


def shown(reading: int) -> datetime:
    """A reading of the wall clock as date and time."""
    return _EPOCH + timedelta(seconds=reading)


def reading_of(moment: datetime) -> int:
    """The same the other way round, for whole seconds."""
    return int((moment - _EPOCH).total_seconds())


def coming(
    overview: Overview, wanted: Callable[[Brand], object]
) -> Iterator[tuple[Outline, Brand, int]]:
    """Posts that are still to go out, drafts among them: post, brand, reading of the brand's clock.

    What has gone out cannot be moved any more: a rule that a brand sets today must not refuse what
    was published last year. `publish: now` is somebody's decision at that moment, and is not judged.

    Args:
        wanted: whether a brand has anything to judge by.
    """
    brands = overview.brands
    chosen = {name for name, brand in brands.items() if wanted(brand)}
    if not chosen:
        return
    found = overview.shared.get(_COMING)
    if found is None:
        found = overview.shared[_COMING] = _coming(overview)
    if len(chosen) == len(brands):
        yield from found
        return
    for item in found:
        if item[0].brand in chosen:
            yield item


def coming_by_day(
    overview: Overview, wanted: Callable[[Brand], object]
) -> Iterator[tuple[Brand, int, Sequence[tuple[Outline, int]]]]:
    """The same, the posts of each day together: brand, day since 1970, posts with readings.

    Args:
        wanted: whether a brand has anything to judge by.
    """
    days = overview.shared.get(_BY_DAY)
    if days is None:
        days = overview.shared[_BY_DAY] = {}
        for post, brand, reading in coming(overview, lambda _: True):
            key = (brand.id, reading // DAY_S)
            if key in days:
                days[key].append((post, reading))
            else:
                days[key] = [(post, reading)]
    chosen = {name: brand for name, brand in overview.brands.items() if wanted(brand)}
    for (name, day), posts in days.items():
        if name in chosen:
            yield chosen[name], day, posts


def _coming(overview: Overview) -> list[tuple[Outline, Brand, int]]:
    """The same of all brands: several rules ask, and each would go through all posts."""
    now = overview.now.timestamp()
    brands = overview.brands
    clocks = {name: WallClock(zone_info(brand.zone)) for name, brand in brands.items()}
    found = []
    for post in overview.outlines:
        due = post.due
        if due is None or due < now or post.idea or post.brand not in clocks:
            continue
        clock = clocks[post.brand]
        offset = clock.offsets.get(due // DAY_S)
        reading = clock.reading(due) if offset is None else due + offset
        found.append((post, brands[post.brand], reading))
    return found


def told(post: Outline, brand: Brand, reading: int) -> str:
    """The post's time for a message: as written, and on the brand's clock where that differs."""
    here = local_text(shown(reading))
    return here if post.publish == here else f"{post.publish} ({here} in {brand.zone})"


def day_of(post: Post, brand: Brand) -> date | None:
    """The day on which a post goes out, on the brand's calendar; None where that is not known."""
    if not isinstance(post.publish, datetime):
        return None
    try:
        return resolve(post.publish, post.zone).astimezone(zone_info(brand.zone)).date()
    except LocalTimeError:  # TIM301 or TIM302 says so
        return None
