"""What `calendar` shows: each post at its time, with what became of it on each of its accounts.

Git says what should be, the state file what happened. Where they differ, what is public counts,
then what the content says; the difference is told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from pathlib import PurePosixPath

from signpost.cli.statefile import Entry, StateFile
from signpost.domain.canonical import parse_utc
from signpost.domain.goals import Goals
from signpost.domain.lifecycle import State
from signpost.domain.post import Post
from signpost.domain.timing import resolve
from signpost.domain.workspace import Brand
from signpost.errors import LocalTimeError

DRAFT = "draft"
READY = "ready"
NOT_PUSHED = "not pushed"
"""Words for what no stack has; all others are states."""
_TELLING: tuple[str, ...] = (
    State.FAILED, State.HELD, State.EXPIRED, State.AMBIGUOUS, State.PENDING, State.SENDING,
    State.SCHEDULED, NOT_PUSHED, READY, DRAFT, State.PUBLISHED, State.CANCELLED,
)  # fmt: skip
_TAKEN_BACK = frozenset({State.SCHEDULED, State.HELD})
"""States out of which a push cancels what the content does not want any more."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a post stands on one account.

    Args:
        delivery: its id; empty where the stack does not know it.
        word: `draft`, `ready` (no stack could be asked), `not pushed`, or a state.
        permalinks: of its public parts.
    """

    account: str
    channel: str
    word: str
    delivery: str = ""
    reason: str = ""
    permalinks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """A post at its time.

    Args:
        at: when it went public, else when it is due; UTC.
        zone: in which its author wrote the time.
        text: the shared one, else the first own one; empty where the content has none any more.
        touched: when the stack last wrote one of its deliveries; None where it has none.
        notes: where content and stack differ.
    """

    brand: str
    post: str
    title: str
    at: datetime
    zone: str
    standings: tuple[Standing, ...]
    source: str
    why: Mapping[str, str]
    text: str = ""
    touched: datetime | None = None
    notes: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """Its words, each once, in the order of its accounts; `draft` where it has none yet."""
        return tuple(dict.fromkeys(item.word for item in self.standings)) or (DRAFT,)

    @property
    def word(self) -> str:
        """The most telling of its words: what needs a person before what goes by itself."""
        return min(self.words, key=_TELLING.index)

    @property
    def cancelled(self) -> bool:
        """Whether it was taken out of the content before any of it went out."""
        return self.words == (State.CANCELLED,)


@dataclass(frozen=True, slots=True)
class Timeless:
    """How many posts have no place in a calendar.

    Args:
        ideas: they have no time by their nature.
        drafts: without a time as yet.
        now: ready, to go out with the next push.
        faulty: whose file or time cannot be used; `check` says why.
    """

    ideas: int = 0
    drafts: int = 0
    now: int = 0
    faulty: int = 0


@dataclass(frozen=True, slots=True)
class Diary:
    """Everything there is to show, by time.

    Args:
        stack: when the stack wrote its state; None before the first push, or without a stack.
        why_not: why no stack could be asked; empty where one was.
    """

    brands: tuple[Brand, ...]
    goals: Mapping[str, Goals]
    items: tuple[Item, ...]
    timeless: Timeless
    stack: datetime | None = None
    why_not: str = ""

    def between(self, first: date, last: date, zone: tzinfo) -> list[Item]:
        """The posts of these days (both included) as the zone counts days."""
        return [item for item in self.items if first <= item.at.astimezone(zone).date() <= last]

    def following(self, day: date, zone: tzinfo) -> date | None:
        """The next day after this one with a post."""
        days = (item.at.astimezone(zone).date() for item in self.items if not item.cancelled)
        return next((found for found in days if found > day), None)


@dataclass(slots=True)
class _Counts:
    drafts: int = 0
    now: int = 0
    faulty: int = 0


@dataclass(slots=True)
class DiaryMaker:
    """Puts content and state together.

    Args:
        brands: those that are shown.
        state: what the stack knows; None where it could not be asked.
        account: show only what goes to this account; None: all.
        broken: paths of files that have faults, so that a post is not called gone.
    """

    brands: Sequence[Brand]
    state: StateFile | None
    account: str | None = None
    broken: Collection[str] = ()
    _counts: _Counts = field(default_factory=_Counts)

    def make(
        self,
        posts: Iterable[Post],
        ideas: Iterable[Post],
        goals: Mapping[str, Goals],
        why_not: str = "",
    ) -> Diary:
        """The diary of these posts and of what else the stack knows."""
        shown = {brand.id: brand for brand in self.brands}
        entries: dict[tuple[str, str], list[Entry]] = {}
        for entry in self.state.entries if self.state else ():
            if entry.brand in shown and self.account in {None, entry.account}:
                entries.setdefault((entry.brand, entry.post), []).append(entry)
        items: list[Item] = []
        for post in posts:
            if post.brand not in shown or (self.account and self.account not in post.accounts):
                continue
            known = entries.pop((post.brand, post.id), [])
            item = self._of_content(post, shown[post.brand], known)
            if item is not None:
                items.append(item)
        items.extend(self._of_stack(shown[key[0]], known) for key, known in entries.items())
        items.sort(key=lambda item: (item.at, item.brand, item.title, item.post))
        return Diary(
            brands=tuple(self.brands),
            goals=goals,
            items=tuple(items),
            timeless=Timeless(
                ideas=sum(
                    idea.brand in shown and (self.account is None or self.account in idea.accounts)
                    for idea in ideas
                ),
                drafts=self._counts.drafts,
                now=self._counts.now,
                faulty=self._counts.faulty,
            ),
            stack=self.state.at if self.state else None,
            why_not=why_not,
        )

    def _of_content(self, post: Post, brand: Brand, known: Sequence[Entry]) -> Item | None:
        due = self._due(post, known)
        if due is None:
            return None
        by_account = {entry.account: entry for entry in known}
        accounts = [name for name in post.accounts if self.account in {None, name}]
        standings = []
        notes: list[str] = []
        for name in dict.fromkeys(accounts):
            entry = by_account.pop(name, None)
            standings.append(self._standing(post, brand, name, entry))
            if entry is None or entry.touched or entry.state is State.CANCELLED:
                continue
            if post.status == DRAFT:
                if entry.state in _TAKEN_BACK:
                    notes.append(f"{name}: {entry.state}; as a draft, the next push cancels it")
            elif entry.due != due and post.publish != "now":
                notes.append(f"{name}: the stack has another time; the next push moves it")
        for name, entry in by_account.items():
            if entry.state is not State.CANCELLED:
                standings.append(_standing_of(entry, brand))
                notes.append(f"{name}: {_gone(entry)}")
        return Item(
            brand=post.brand,
            post=post.id,
            title=_title(post),
            at=_public_at(known) or due,
            zone=post.zone,
            standings=tuple(standings),
            source=post.path,
            why=_why(post),
            text=_text(post),
            touched=self._touched(known),
            notes=tuple(notes),
        )

    def _due(self, post: Post, known: Sequence[Entry]) -> datetime | None:
        """When the post is due; None, and counted, where there is no such time."""
        if isinstance(post.publish, datetime):
            with suppress(LocalTimeError):
                due = resolve(post.publish, post.zone)
                if date.min.year < due.year < date.max.year:  # there in every zone
                    return due
            self._counts.faulty += 1
            return None
        fixed = [entry.due for entry in known if entry.state is not State.CANCELLED]
        if fixed:
            return min(fixed)
        if post.status == DRAFT:
            self._counts.drafts += 1
        elif post.publish == "now":
            self._counts.now += 1
        else:
            self._counts.faulty += 1
        return None

    def _standing(self, post: Post, brand: Brand, account: str, entry: Entry | None) -> Standing:
        if entry is not None:
            wanted = post.status != DRAFT and entry.state is not State.CANCELLED
            if wanted or entry.touched:
                return _standing_of(entry, brand)
        settings = brand.account(account)
        word = DRAFT if post.status == DRAFT else NOT_PUSHED if self.state else READY
        return Standing(account, settings.channel if settings else "", word)

    def _of_stack(self, brand: Brand, known: Sequence[Entry]) -> Item:
        """A post that only the stack knows."""
        about = next((entry.about for entry in known if entry.about), {})
        source = str(about.get("source", ""))
        there = [entry for entry in known if entry.state is not State.CANCELLED]
        notes = [f"{entry.account}: {_gone(entry)}" for entry in there]
        if there and source in self.broken:
            notes = ["its file has faults; see `signpost check`"]
        return Item(
            brand=brand.id,
            post=known[0].post,
            title=str(about.get("title") or PurePosixPath(source).stem or known[0].post),
            at=_public_at(known) or min(entry.due for entry in known),
            zone=brand.zone,
            standings=tuple(_standing_of(entry, brand) for entry in known),
            source=source,
            why={key: str(about.get(key) or "") for key in WHY},
            touched=self._touched(known),
            notes=tuple(notes),
        )

    def _touched(self, known: Sequence[Entry]) -> datetime | None:
        raw = self.state.raw.get("deliveries", {}) if self.state else {}
        told = [
            raw[e.delivery]["changed_at"] for e in known if "changed_at" in raw.get(e.delivery, {})
        ]
        return parse_utc(max(told)) if told else None


WHY = ("type", "objective", "campaign", "theme", "persona", "owner")
"""Front matter that says what a post is for."""


def _standing_of(entry: Entry, brand: Brand) -> Standing:
    settings = brand.account(entry.account)
    return Standing(
        account=entry.account,
        channel=settings.channel if settings else "",
        word=entry.state,
        delivery=entry.delivery,
        reason=entry.reason,
        permalinks=tuple(part["permalink"] for part in entry.parts if part["permalink"]),
    )


def _gone(entry: Entry) -> str:
    cancels = entry.state in _TAKEN_BACK and not entry.touched
    return "no longer in the content" + ("; the next push cancels it" if cancels else "")


def _public_at(known: Iterable[Entry]) -> datetime | None:
    return min((entry.published_at for entry in known if entry.published_at), default=None)


def _why(post: Post) -> dict[str, str]:
    return {key: getattr(post, key) for key in WHY}


def _text(post: Post) -> str:
    body = post.bodies.get("") or next(iter(post.bodies.values()), None)
    return body.text if body else ""


def _title(post: Post) -> str:
    if post.title:
        return post.title
    first = _text(post).strip().partition("\n")[0]
    return first or PurePosixPath(post.path).stem
