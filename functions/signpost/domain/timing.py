"""Local times and instants: which moment `2026-12-01 09:00` in Vienna is, or why it is none.

Daylight saving makes two kinds of local time that name no single instant: those in a *gap* (the
clock jumps over them) and those in a *fold* (the clock shows them twice). Both are refused
rather than guessed, and so is a time without a known zone (PUBLISHING.md, invariants 23, 24).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

from signpost.errors import LocalTimeError

_LOCAL = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d)?)(?: ?(Z|[+-]\d\d:\d\d))?", re.ASCII)
_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+){0,2}", re.ASCII)
# Files that lie among the zones but mean "whatever this machine says", or count leap seconds.
_MACHINE_ZONES = frozenset({"localtime", "posixrules", "Factory", "posix", "right"})
_DURATION = re.compile(r"(\d{1,6})([smhd])", re.ASCII)
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_STEP = timedelta(minutes=1)


@lru_cache(maxsize=1024)
def zone_info(name: str) -> ZoneInfo:
    """The zone of that IANA name, such as `Europe/Vienna`.

    Raises:
        LocalTimeError: (`zone`) the name is empty or not in the time-zone database.

    Source: https://www.iana.org/time-zones, noted 2026-11-22.
    """
    if not name:
        raise LocalTimeError(
            "There is no time zone.", "Name one, such as `Europe/Vienna`.", kind="zone"
        )
    if _ZONE.fullmatch(name) and name.split("/", 1)[0] not in _MACHINE_ZONES:
        try:
            return ZoneInfo(name)
        except (
            KeyError,
            ValueError,
            OSError,
        ):  # unknown, malformed file, a folder such as `Europe`
            pass
    raise LocalTimeError(
        f"`{name}` is not a zone of the time-zone database.",
        "Write a name such as `Europe/Vienna` or `UTC`.",
        kind="zone",
    )


def parse_local(text: str) -> datetime:
    """A date and time as people write it: `2026-12-01 09:00`, with an offset or without.

    Args:
        text: `YYYY-MM-DD HH:MM`, `T` for the space, seconds allowed, then `Z` or `+01:00`.

    Returns:
        Naive where no offset is written, else aware with that offset.

    Raises:
        LocalTimeError: (`form`) it is something else, or no such day exists.
    """
    match = _LOCAL.fullmatch(text)
    if match:
        day, clock, offset = match.groups()
        try:
            return datetime.fromisoformat(f"{day}T{clock}{offset or ''}")
        except ValueError:
            pass
    raise LocalTimeError(
        f"`{text}` is not a date and time.",
        "Write it as `2026-12-01 09:00`, or with an offset: `2026-12-01 09:00+01:00`.",
        kind="form",
    )


def parse_duration(text: str) -> int:
    """Seconds of a duration as people write it: `90s`, `45m`, `2h`, `7d`.

    Raises:
        LocalTimeError: (`form`) it is something else.
    """
    match = _DURATION.fullmatch(text)
    if not match:
        raise LocalTimeError(
            f"`{text}` is not a duration.",
            "Write a whole number and one of s, m, h, d: `45m`, `2h`.",
            kind="form",
        )
    return int(match[1]) * _SECONDS[match[2]]


def duration_text(seconds: int) -> str:
    """The same the other way round, in the largest units that leave no rest: `90m`, `2h`.

    Args:
        seconds: not negative.
    """
    for unit in ("d", "h", "m"):
        if seconds and not seconds % _SECONDS[unit]:
            return f"{seconds // _SECONDS[unit]}{unit}"
    return f"{seconds}s"


def local_text(moment: datetime) -> str:
    """The form of a local time that a delivery carries; `parse_local` reads it back.

    Args:
        moment: whole seconds, as `parse_local` gives them.
    """
    return moment.isoformat(" ", "seconds" if moment.second else "minutes")


def resolve(local: datetime, zone: str) -> datetime:
    """The instant, in UTC, that a local time names.

    Args:
        local: naive: a time in `zone`; aware: the written offset decides.
        zone: an IANA name. It is checked even where an offset is written.

    Raises:
        LocalTimeError: `gap`, `fold` or `zone`; its remedy names times that would do.
    """
    return _resolve(local, zone)


@lru_cache(maxsize=32_768)  # two rules and the compiler ask for each post's time
def _resolve(local: datetime, zone: str) -> datetime:
    info = zone_info(zone)
    try:
        if local.tzinfo is not None:
            return local.astimezone(UTC)
        return _only(local, zone, info)
    except OverflowError as error:
        raise LocalTimeError(
            f"`{local}` is out of range.", "Write a year of this century.", kind="form"
        ) from error


def _only(local: datetime, zone: str, info: ZoneInfo) -> datetime:
    """The one instant that shows this local time."""
    first = local.replace(tzinfo=info, fold=0)
    before, after = first.utcoffset(), local.replace(tzinfo=info, fold=1).utcoffset()
    if before is None or after is None:  # pragma: no cover - ZoneInfo always has an offset
        raise LocalTimeError(f"`{zone}` has no offset at that time.", kind="zone")
    if before == after:
        return first.astimezone(UTC)
    if before < after:
        later = local + (after - before)
        raise LocalTimeError(
            f"{local_text(local)} does not exist in {zone}: the clock jumps over it.",
            f"Write a time outside the gap, such as `{later:%Y-%m-%d %H:%M}`.",
            kind="gap",
        )
    raise LocalTimeError(
        f"{local_text(local)} happens twice in {zone}: the clock goes back.",
        f"Say which one: `{local_text(local.replace(tzinfo=timezone(before)))}` (the first) "
        f"or `{local_text(local.replace(tzinfo=timezone(after)))}` (the second).",
        kind="fold",
    )


def offset_text(local: datetime, due: datetime) -> str:
    """The offset between a local time and its instant, as `+01:00`: a delivery's `tzdata`.

    Args:
        local: naive, or aware with the offset that was written.
        due: what `resolve` made of it.
    """
    return _offset_text(local.replace(tzinfo=UTC) - due)


@lru_cache(maxsize=256)  # a zone has two or three
def _offset_text(offset: timedelta) -> str:
    minutes, seconds = divmod(abs(offset), _STEP)
    sign = "-" if offset < timedelta(0) else "+"
    text = f"{sign}{minutes // 60:02d}:{minutes % 60:02d}"
    return f"{text}:{seconds.seconds:02d}" if seconds else text


def still_resolves(local: str, zone: str, due: datetime, tzdata_offset: str) -> bool:
    """Whether a local time still means the instant that was approved.

    Governments change their clocks at short notice: the time-zone database of the machine that
    sends can differ from that of the machine that compiled (invariant 24). Then the post waits
    for a person.

    Args:
        local: as the delivery carries it; empty for `publish: now`, which has no local time.
        zone: the delivery's zone.
        due: the approved instant, aware.
        tzdata_offset: the offset at compile time, such as `+01:00`.
    """
    if not local:
        return True
    try:
        moment = parse_local(local)
        return resolve(moment, zone) == due and offset_text(moment, due) == tzdata_offset
    except LocalTimeError:
        return False
