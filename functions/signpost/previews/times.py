"""When a post goes out, for the brand and for the one who reads the preview."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

from signpost.domain.timing import zone_info
from signpost.errors import LocalTimeError


def zone_or_utc(name: str) -> tzinfo:
    """The zone; UTC where there is none of that name (a finding says so)."""
    try:
        return zone_info(name)
    except LocalTimeError:
        return UTC


def spoken(moment: datetime, zone: str) -> str:
    """An instant as people write it in a zone: `Thu 3 Dec 2026, 18:00`."""
    local = moment.astimezone(zone_or_utc(zone))
    seconds = ":%S" if local.second else ""
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M{seconds}}"


def both(moment: datetime, brand_zone: str, reader_zone: str) -> list[tuple[str, str]]:
    """The time for the brand and, where it differs, for the reader: time and zone."""
    told = [(spoken(moment, brand_zone), brand_zone)]
    if reader_zone != brand_zone:
        told.append((spoken(moment, reader_zone), reader_zone))
    return told
