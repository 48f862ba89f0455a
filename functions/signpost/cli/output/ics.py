"""The calendar as an iCalendar file (RFC 5545), one event a post.

Source: https://www.rfc-editor.org/rfc/rfc5545 (read 2026-11-22). The file is a function of content,
its history and state: written twice it has the same bytes, so that a change of it means something.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from signpost.cli.diary import DRAFT, Diary, Item
from signpost.cli.output.cells import one_line
from signpost.cli.output.human import plain
from signpost.cli.why import ENTRIES, entry_of
from signpost.domain.lifecycle import BAD_ENDS, State
from signpost.domain.workspace import Brand
from signpost.errors import SignpostError

if TYPE_CHECKING:
    from icalendar import Event

PRODUCT = "-//Signpost//signpost calendar//EN"
DURATION = timedelta(minutes=15)
"""A post has no length, but an event without one is a hairline in many calendars."""
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_BREAKS = str.maketrans(dict.fromkeys("\u2028\u2029\x85\x0b\x0c", "\n"))
"""Characters at which some parsers would end a line of the file."""


@dataclass(frozen=True, slots=True)
class Stamps:
    """When a post last changed: by git's history, or its file's own time where git has another.

    Args:
        committed: path relative to the content folder → seconds since 1970.
    """

    content: Path
    committed: Mapping[str, int]

    def of(self, item: Item) -> datetime:
        """When the post's file, or the stack's record of it, last changed; to the second."""
        known = self._of_file(item.source)
        moments = [moment for moment in (known, item.touched) if moment is not None]
        return max(moments, default=item.at).replace(microsecond=0)

    def _of_file(self, path: str) -> datetime | None:
        if not path:
            return None
        seconds = self.committed.get(path)
        if seconds is None:
            with suppress(OSError):
                seconds = int((self.content / path).stat().st_mtime)
        return datetime.fromtimestamp(seconds, UTC) if seconds is not None else None


def ics_file(diary: Diary, items: Iterable[Item], stamps: Stamps) -> bytes:
    """The file's bytes.

    Args:
        items: those that are written, in order.
    """
    from icalendar import Calendar, vText

    # As vText by name: the library takes both properties for types that need no escaping.
    name = vText(f"Posts of {', '.join(one_line(brand.name) for brand in diary.brands)}")
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    calendar.add("calscale", "GREGORIAN")
    # RFC 7986 says NAME; the older X-WR-CALNAME is what most programs show.
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    brands = {brand.id: brand for brand in diary.brands}
    seen: set[str] = set()
    for item in items:
        uid = uid_of(item)
        if uid not in seen:  # an id that is used twice is for `check` to report
            seen.add(uid)
            calendar.add_component(_event(item, brands.get(item.brand), uid, stamps.of(item)))
    data: bytes = calendar.to_ical()
    return data


def uid_of(item: Item) -> str:
    """The event's name for ever: of brand and post id, which no edit and no move changes."""
    name = item.post
    if not _ID.fullmatch(name):  # for `check` to report
        name = sha256((name or item.source).encode()).hexdigest()[:32]
    return f"{name}@{item.brand}.signpost"


def _event(item: Item, brand: Brand | None, uid: str, stamp: datetime) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", stamp)
    event.add("last-modified", stamp)
    event.add("dtstart", item.at.replace(microsecond=0).astimezone(UTC))
    event.add("duration", DURATION)
    event.add("summary", _summary(item))
    event.add("description", _description(item, brand))
    event.add("status", _status(item))
    # A post goes out by itself: it keeps nobody from a meeting.
    event.add("transp", "TRANSPARENT")
    links = [link for one in item.standings for link in one.permalinks]
    if links:
        event.add("url", links[0])
    words = [item.why.get(key, "") for key in ("type", "campaign", "theme")]
    categories = [item.brand, *dict.fromkeys(word for word in words if word)]
    event.add("categories", categories)
    return event


def _summary(item: Item) -> str:
    """The title; before it the word that a reader must not miss."""
    title = one_line(item.title)
    loud = item.word == DRAFT or item.word in BAD_ENDS or item.word == State.AMBIGUOUS
    return f"{item.word}: {title}" if loud else title


def _status(item: Item) -> str:
    if item.cancelled:
        return "CANCELLED"
    doubtful = item.word == DRAFT or item.word in BAD_ENDS
    return "TENTATIVE" if doubtful else "CONFIRMED"


def _description(item: Item, brand: Brand | None) -> str:
    """The post's text, and below it how it stands, why it is made, and its file."""
    lines: list[str] = [item.text.strip().translate(_BREAKS)] if item.text.strip() else []
    facts: Sequence[tuple[str, str]] = [
        *((one.account, _standing(one.word, one.reason, one.permalinks)) for one in item.standings),
        *((key, _titled(key, value, brand)) for key, value in item.why.items()),
        ("file", item.source),
    ]
    lines.append("\n".join(f"{key}: {one_line(value)}" for key, value in facts if value))
    return plain("\n\n".join(lines))


def _standing(word: str, reason: str, permalinks: Sequence[str]) -> str:
    return " ".join([word, *([f"({reason})"] if reason else []), *permalinks])


def _titled(key: str, value: str, brand: Brand | None) -> str:
    entry = entry_of(value, key, brand) if key in ENTRIES else None
    return f"{entry.title} ({value})" if entry and entry.title else value


def write_whole(file: Path, data: bytes) -> None:
    """Write the file, whole or not at all.

    Raises:
        SignpostError: it cannot be written there.
    """
    new = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        try:
            new.write_bytes(data)
            new.replace(file)
        except BaseException:
            new.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise SignpostError(
            f"{file} cannot be written: {error.strerror}.", "Name another file with --ics."
        ) from error
