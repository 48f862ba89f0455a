"""What a version of the strategy decides, and how two versions differ, in the business's terms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from signpost.domain.goals import Goals, Kpi
from signpost.domain.workspace import Brand

_ROW = re.compile(r"^\s*\|(.+)\|\s*$")
_RULE = re.compile(r"^[\s|:-]+$")
_DECIDING = ("decision", "priority", "role", "use")
_NOT_SERVED = ("left", "dropped", "none", "no", "not")
_LISTED = {"avoid": "never say", "prefer": "rather say", "we_are": "we are",
           "we_are_not": "we are not", "capitals": "may stand in capitals"}  # fmt: skip
_BEGINNING = "at the beginning"
_NUMBERS = {"emoji": "most emoji", "hashtags": "most hashtags", "reading_ease": "reading ease"}
AREAS: Mapping[str, str] = MappingProxyType(
    {
        "channel": "Channels",
        "target": "Targets",
        "objective": "Objectives",
        "responsibility": "Responsibilities",
        "voice": "Voice and rules for posts",
    }
)
"""Area of a change → how readers know it, in the order in which they are told."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference.

    Args:
        area: one of `AREAS`.
        kind: `added`, `dropped`, `changed` or, of a target whose day is another, `moved`.
        what: its name, in words.
        before: what held; empty where it is new.
        after: what holds; empty where it is gone.
    """

    area: str
    kind: str
    what: str
    before: str = ""
    after: str = ""

    @property
    def said(self) -> str:
        """The difference in words, without its kind."""
        if self.before and self.after:
            return f"{self.what}: {self.before} → {self.after}"
        value = self.before or self.after
        return f"{self.what}: {value}" if value else self.what


@dataclass(frozen=True, slots=True)
class Decisions:
    """What a version decides.

    Args:
        channels: name → what was decided on it, such as `Main`.
        targets: what is counted, and when, such as `by 2027-03-31` → its value.
        objectives: id → title.
        positions: id → title.
        responsibilities: of each position, by its id.
        voice: rule → its value; empty text where the rule is that it stands there.
    """

    channels: Mapping[str, str] = field(default_factory=dict)
    targets: Mapping[tuple[str, str], str] = field(default_factory=dict)
    objectives: Mapping[str, str] = field(default_factory=dict)
    positions: Mapping[str, str] = field(default_factory=dict)
    responsibilities: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    voice: Mapping[str, str] = field(default_factory=dict)


def decisions(brand: Brand, goals: Goals, pages: Iterable[str]) -> Decisions:
    """What the files of a version decide.

    Args:
        pages: Markdown of the strategy; a table whose first column is headed `Channel` says what
            was decided on each.
    """
    return Decisions(
        channels={name: word for page in pages for name, word in _channels(page)},
        targets={
            (kpi.title, f"by {target.by}"): f"{target.value:g} {kpi.unit}".rstrip()
            for kpi in goals.kpis
            for target in kpi.targets
        }
        | {(kpi.title, _BEGINNING): _start(kpi) for kpi in goals.kpis},
        objectives={item.id: item.title or item.id for item in brand.objectives},
        positions={item.id: item.title or item.id for item in brand.positions},
        responsibilities={item.id: tuple(item.responsibilities) for item in brand.positions},
        voice=dict(_voice(brand.voice)) | dict(_promises(brand)),
    )


def compare(old: Decisions, new: Decisions) -> list[Change]:
    """What changed from one version to another, area by area."""
    return [
        *_channel_changes(old.channels, new.channels),
        *_target_changes(old.targets, new.targets),
        *_changes("objective", _by_title(old.objectives), _by_title(new.objectives)),
        *_responsibility_changes(old, new),
        *_changes("voice", old.voice, new.voice),
    ]


def _start(kpi: Kpi) -> str:
    return "not known" if kpi.baseline is None else f"{kpi.baseline:g} {kpi.unit}".rstrip()


def _by_title(objectives: Mapping[str, str]) -> dict[str, str]:
    return dict.fromkeys(objectives.values(), "")


def _channels(page: str) -> Iterator[tuple[str, str]]:
    """Name and decision of each row of tables of channels."""
    column: int | None = None
    for line in page.splitlines():
        row = _ROW.match(line)
        if row is None:
            column = None
            continue
        cells = [cell.replace("**", "").replace("`", "").strip() for cell in row[1].split("|")]
        if column is None:
            column = -1
            heads = [cell.casefold() for cell in cells]
            if heads[0] == "channel":
                column = next((n for n, head in enumerate(heads) if head in _DECIDING), 0)
        elif column >= 0 and not _RULE.match(line) and len(cells) > column and cells[0]:
            # The word that decides stands before the reason: "Main on trial, until May".
            word = re.split(r"[.,:;(]| until ", cells[column], maxsplit=1)[0].strip()
            yield cells[0], "named" if column == 0 else word


def _channel_changes(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Change]:
    for name in [*old, *(name for name in new if name not in old)]:
        before, after = old.get(name, ""), new.get(name, "")
        if before == after:
            continue
        if _served(after) and not _served(before):
            yield Change("channel", "added", name, before, after)
        elif _served(before) and not _served(after):
            yield Change("channel", "dropped", name, before, after)
        else:
            yield Change("channel", "changed", name, before, after)


def _served(word: str) -> bool:
    return bool(word) and word.split(maxsplit=1)[0].casefold() not in _NOT_SERVED


def _changes(area: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Change]:
    for name in [*old, *(name for name in new if name not in old)]:
        if name not in new:
            yield Change(area, "dropped", name, before=old[name])
        elif name not in old:
            yield Change(area, "added", name, after=new[name])
        elif old[name] != new[name]:
            yield Change(area, "changed", name, old[name], new[name])


def _target_changes(
    old: Mapping[tuple[str, str], str], new: Mapping[tuple[str, str], str]
) -> Iterator[Change]:
    """A value that is to be reached on another day than before was moved, and not given up."""
    left, fresh = dict(old), dict(new)
    for (title, day), value in old.items():
        later = next(
            (
                other
                for name, other in fresh
                if name == title
                and fresh[name, other] == value
                and (name, other) not in old
                and _BEGINNING not in (day, other)
            ),
            None,
        )
        if (title, day) not in new and later is not None:
            del left[title, day], fresh[title, later]
            yield Change("target", "moved", f"{title}, {value}", day, later)
    yield from _changes("target", _by_name(left), _by_name(fresh))


def _by_name(targets: Mapping[tuple[str, str], str]) -> dict[str, str]:
    return {f"{title}, {day}": value for (title, day), value in targets.items()}


def _responsibility_changes(old: Decisions, new: Decisions) -> Iterator[Change]:
    for name in dict.fromkeys([*old.positions, *new.positions]):
        title = new.positions.get(name) or old.positions[name]
        had, has = old.responsibilities.get(name, ()), new.responsibilities.get(name, ())
        if name not in new.positions or name not in old.positions:
            kind = "added" if name in new.positions else "dropped"
            yield Change("responsibility", kind, title, "; ".join(had), "; ".join(has))
            continue
        yield from (Change("responsibility", "dropped", title, before=item) for item in had
                    if item not in has)  # fmt: skip
        yield from (Change("responsibility", "added", title, after=item) for item in has
                    if item not in had)  # fmt: skip


def _voice(voice: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, words in _LISTED.items():
        for item in voice.get(key) or ():
            yield f"{words}: {item}", ""
    for key, words in _NUMBERS.items():
        if voice.get(key) is not None:
            yield words, str(voice[key])
    if voice.get("summary"):
        yield "in a sentence", str(voice["summary"])


def _promises(brand: Brand) -> Iterator[tuple[str, str]]:
    """Rules for posts beside the voice: what must be said, and when nothing goes out."""
    for item in brand.disclosures:
        yield f"a {' or '.join(item.types)} says", " or ".join(item.phrases)
    for blackout in brand.blackouts:
        where = f" on {', '.join(blackout.accounts)}" if blackout.accounts else ""
        yield (
            f"nothing goes out{where}: {blackout.title}",
            f"{blackout.start:%Y-%m-%d %H:%M} to {blackout.end:%Y-%m-%d %H:%M}",
        )
    if brand.quiet:
        hours = ", ".join(f"{item.start:%H:%M} to {item.end:%H:%M}" for item in brand.quiet)
        yield "quiet hours", hours
    if brand.spacing_s is not None:
        yield "between two posts of an account", f"{brand.spacing_s // 60} minutes"
