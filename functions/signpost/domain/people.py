"""Who is to have read which version of the strategy until when, and who has.

Whoever signed a release has read it. Everybody else says so with a signature of their own: an
acknowledgement (see domain.signing.statement). Days are those of UTC. A little over 400 lines, since
each fact stands beside its form as JSON.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from signpost.domain.canonical import parse_utc, utc_text
from signpost.domain.gate import Released, ReleaseGate

if TYPE_CHECKING:  # no function compiles
    from signpost.domain.workspace import Brand

NEWCOMERS_DAYS = 30
"""How long a newcomer has for reading, where no checklist says otherwise."""
SOON_DAYS = 3
"""How many days before its end a time for reading is worth a reminder."""
_MOST_DAYS = 10_000


class Standing(StrEnum):
    """How somebody stands with the release in force, the most urgent first."""

    LATE = "late"
    SOON = "due soon"
    OPEN = "to read"
    READ = "read"
    STARTS = "not started"
    """The person's first day has not come."""
    NOT_ASKED = "not asked"
    """A client without a checklist."""
    NOTHING = "nothing to read"
    """No release of the brand is in force."""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of a brand's people, as far as the stack needs to know them.

    Args:
        positions: ids of the positions held, sorted.
        manager: id of who looks after the first weeks; empty: nobody.
        starts: first day; None: was there before.
        client: on the client's side.
        brands: the brands whose sites the person may enter, sorted; the own one is among them.
        asked: is to acknowledge releases.
        due_days: how many days after the first a newcomer is to have read.
        reading_days: how many days after a release's first day everybody is to have read it.
    """

    brand: str
    id: str
    name: str
    positions: tuple[str, ...] = ()
    manager: str = ""
    starts: date | None = None
    client: bool = False
    brands: tuple[str, ...] = ()
    asked: bool = True
    due_days: int = NEWCOMERS_DAYS
    reading_days: int = 14

    def due(self, release: Released) -> date:
        """The last day on which reading a release is in time."""
        due = release.start.date() + timedelta(days=self.reading_days)
        if self.starts is None:
            return due
        return max(due, self.starts + timedelta(days=self.due_days))

    def wire(self) -> dict[str, Any]:
        """As JSON members, for the bundle."""
        return {
            "brand": self.brand,
            "id": self.id,
            "name": self.name,
            "positions": list(self.positions),
            "manager": self.manager,
            "starts": self.starts.isoformat() if self.starts else None,
            "client": self.client,
            "brands": list(self.brands),
            "asked": self.asked,
            "due_days": self.due_days,
            "reading_days": self.reading_days,
        }


def parse_member(value: Mapping[str, Any]) -> Member:
    """Read the members back.

    Raises:
        KeyError, TypeError, ValueError: they are not those of a person.
    """
    starts = value["starts"]
    return Member(
        brand=_text(value["brand"]),
        id=_text(value["id"]),
        name=_text(value["name"]),
        positions=tuple(map(_text, value["positions"])),
        manager=_text(value["manager"]),
        starts=date.fromisoformat(_text(starts)) if starts is not None else None,
        client=_flag(value["client"]),
        brands=tuple(map(_text, value["brands"])),
        asked=_flag(value["asked"]),
        due_days=_days(value["due_days"]),
        reading_days=_days(value["reading_days"]),
    )


def members_of(brand: Brand, checklists: Mapping[str, int]) -> list[Member]:
    """The people of a brand, in order of their ids.

    Args:
        brand: with its people.
        checklists: page of the onboarding → the day on which its reader is to have acknowledged.
    """
    found = []
    for person in sorted(brand.people.people, key=lambda item: item.id):
        client = brand.is_client(person)
        found.append(
            Member(
                brand=brand.id,
                id=person.id,
                name=person.name,
                positions=tuple(sorted(item.id for item in brand.held_by(person.id))),
                manager=person.manager,
                starts=person.starts,
                client=client,
                brands=tuple(sorted({brand.id} if client else {brand.id, *person.brands})),
                asked=not client or bool(person.checklist),
                due_days=checklists.get(person.checklist, NEWCOMERS_DAYS),
                reading_days=max(1, brand.people.reading_s // 86_400),
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class Read:
    """Somebody's word that they have read a release.

    Args:
        person: id.
        release: digest of its manifest.
        version: such as `2026.2`, for people.
        at: when the stack took it (UTC); None where only the signature is there.
        how: `acknowledged`, or `signed` for whoever signed the release itself.
    """

    person: str
    release: str
    version: str
    at: datetime | None = None
    how: str = "acknowledged"


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """An acknowledgement that the stack took, with what proves it.

    Args:
        release: digest of the manifest that was read.
        version: such as `2026.2`, for people.
        at: when it was taken (UTC).
        signature: the text of the file that `ssh-keygen -Y verify` takes.
    """

    brand: str
    person: str
    release: str
    version: str
    at: datetime
    signature: str

    @property
    def read(self) -> Read:
        """Whose word it is, about what."""
        return Read(self.person, self.release, self.version, self.at)

    def wire(self) -> dict[str, Any]:
        """As JSON members."""
        return {
            "brand": self.brand,
            "person": self.person,
            "release": self.release,
            "version": self.version,
            "at": utc_text(self.at),
            "signature": self.signature,
        }


def parse_acknowledged(value: Mapping[str, Any]) -> Acknowledged:
    """Read the members back.

    Raises:
        KeyError, TypeError, ValueError: they are others.
    """
    names = ("brand", "person", "release", "version", "signature")
    texts = {name: _text(value[name]) for name in names}
    return Acknowledged(at=parse_utc(_text(value["at"])), **texts)


@dataclass(frozen=True, slots=True)
class Reader:
    """How somebody stands with the release in force.

    Args:
        version: of the release in force; empty where there is none.
        due: the last day in time; None where nothing is asked.
        read: of that release, or of a later one.
        before: of the newest release before it.
        has_key: is in the trust root, with a key; None where that is not known.
    """

    member: Member
    standing: Standing
    version: str = ""
    due: date | None = None
    read: Read | None = None
    before: Read | None = None
    has_key: bool | None = None

    def days(self, now: datetime) -> int | None:
        """Days left, negative where it is late; None where nothing is due."""
        return (self.due - now.date()).days if self.due else None

    def wire(self, now: datetime) -> dict[str, Any]:
        """As JSON members."""
        member = self.member
        return {
            "brand": member.brand,
            "person": member.id,
            "name": member.name,
            "positions": list(member.positions),
            "manager": member.manager,
            "starts": member.starts.isoformat() if member.starts else None,
            "client": member.client,
            "standing": str(self.standing),
            "version": self.version,
            "due": self.due.isoformat() if self.due else None,
            "days": self.days(now),
            "has_key": self.has_key,
            "read": _read_wire(self.read),
            "before": _read_wire(self.before),
        }


def readers(
    members: Iterable[Member],
    gate: ReleaseGate,
    reads: Iterable[Read],
    now: datetime,
    *,
    keyed: Collection[str] | None = None,
) -> list[Reader]:
    """How everybody stands with the brand's release in force; the most urgent first.

    Args:
        members: the brand's people.
        gate: what is known of its releases.
        reads: whose signature counts; of any release of the brand, in any order.
        now: UTC.
        keyed: ids of people who have a key in the trust root; None: not known.
    """
    present = gate.present(now)
    at_least: set[str] = set()
    words = list(reads)
    if present is not None:
        at_least = {item.digest for item in gate.releases if item.start >= present.start}
        words += [
            Read(person, item.digest, item.version, how="signed")
            for item in gate.releases
            for person in item.signers
        ]
    found = [_reader(member, present, at_least, words, now, keyed) for member in members]
    urgent = list(Standing)
    return sorted(
        found,
        key=lambda item: (urgent.index(item.standing), item.due or date.max, item.member.id),
    )


def _reader(
    member: Member,
    present: Released | None,
    at_least: Collection[str],
    reads: Iterable[Read],
    now: datetime,
    keyed: Collection[str] | None,
) -> Reader:
    own = [item for item in reads if item.person == member.id]
    own.sort(key=_by_version, reverse=True)
    has_key = None if keyed is None else member.id in keyed
    before = next((item for item in own if item.release not in at_least), None)
    if present is None:
        return Reader(member, Standing.NOTHING, before=before, has_key=has_key)
    read = next((item for item in own if item.release == present.digest), None)
    read = read or next((item for item in own if item.release in at_least), None)
    due: date | None = member.due(present)
    if read is not None:
        standing = Standing.READ
    elif not member.asked:
        standing, due = Standing.NOT_ASKED, None
    elif member.starts is not None and member.starts > now.date():
        standing = Standing.STARTS
    else:
        left = (member.due(present) - now.date()).days
        standing = Standing.LATE if left < 0 else Standing.OPEN
        if 0 <= left <= SOON_DAYS:
            standing = Standing.SOON
    return Reader(member, standing, present.version, due, read, before, has_key)


def reading_reminders(found: Iterable[Reader], now: datetime) -> list[dict[str, Any]]:
    """Who is worth a reminder today: late, or due within three days.

    `notify` says that today is a day to remind the person: three days and one before, the day
    itself, and each seventh day after.
    """
    reminded = []
    for item in found:
        left = item.days(now)
        if item.standing in {Standing.LATE, Standing.SOON} and left is not None:
            days = (SOON_DAYS, 1, 0)
            reminded.append(
                {
                    "brand": item.member.brand,
                    "person": item.member.id,
                    "manager": item.member.manager,
                    "version": item.version,
                    "standing": str(item.standing),
                    "due": item.due.isoformat() if item.due else None,
                    "days": left,
                    "notify": left in days or (left < 0 and left % 7 == 0),
                }
            )
    return reminded


def visible_to(found: Iterable[Reader], person: str, *, whole: bool) -> list[Reader]:
    """Who of a brand's readers is somebody's business.

    Args:
        person: who looks; a person of the same brand.
        whole: they see everybody; else themselves and those whom they manage, also through others.
    """
    among = list(found)
    if whole:
        return among
    managers = {item.member.id: item.member.manager for item in among}

    def below(name: str) -> bool:
        seen: set[str] = set()
        while name and name not in seen:
            if name == person:
                return True
            seen.add(name)
            name = managers.get(name, "")
        return False

    return [item for item in among if below(item.member.id)]


def may_see(members: Iterable[Member], person: str, among: Collection[str]) -> tuple[str, ...]:
    """The brands whose sites a person may enter: those that people.yaml names, no other.

    Who is in a trust root and not in that brand's people.yaml enters nothing: people who leave are
    taken out of people.yaml at once. An id means somebody within one brand only.

    Args:
        members: of all brands.
        person: id.
        among: the brands in whose trust root the person's key stands, under this id.
    """
    own = [item for item in members if item.id == person and item.brand in among]
    if any(item.client for item in own):
        return tuple(sorted({item.brand for item in own}))
    return tuple(sorted({brand for item in own for brand in item.brands}))


def _by_version(item: Read) -> tuple[int, ...]:
    # As signing.release.order, which would bring all that reads signed files along.
    parts = item.version.split(".")
    return tuple(map(int, parts)) if all(map(str.isdecimal, parts)) else ()


def _read_wire(read: Read | None) -> dict[str, Any] | None:
    if read is None:
        return None
    return {
        "version": read.version,
        "release": read.release,
        "at": utc_text(read.at) if read.at else None,
        "how": read.how,
    }


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{value!r} is neither true nor false")
    return value


def _days(value: object) -> int:
    if type(value) is not int or not 0 <= value <= _MOST_DAYS:
        raise ValueError(f"{value!r} is no number of days")
    return value
