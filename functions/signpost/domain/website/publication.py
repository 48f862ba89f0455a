"""What publishing a site does, in which order, so that it may die anywhere and every page still works.

A page is complete when all that it loads lies there. So what is new comes first, pages after what they
load, new pages before those that lead to them, the lists of versions last, and nothing is taken
away before all of that is done. What pages of the publication before load stays for one more.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from signpost.domain.canonical import canonical_json, digest, parse_utc, utc_text

CLAIM = timedelta(minutes=15)
"""How long a publication that says nothing more is believed to go on."""
STEPS = ("new files", "new pages", "files", "pages", "lists", "status")
"""The order; within a step there is none."""
MOST_PATHS = 10
"""Changed files of a version up to which each is named when the edge is told to ask again.

A path costs the same for one file as with a `*` for all; 1,000 a month are free. Source:
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/PayingForInvalidation.html
(2026-11-22).
"""
MOST_TOLD = 30
"""Paths in one go; beyond that everything is asked for again."""


@dataclass(frozen=True, slots=True)
class File:
    """A file as it is to lie in the bucket.

    Args:
        sha256: of its bytes.
        kind: `Content-Type`.
        caching: `Cache-Control`.
        policy: `Content-Security-Policy` of a page; empty for all else.
    """

    sha256: str
    kind: str
    caching: str
    policy: str = ""

    @property
    def tag(self) -> str:
        """Differs where anything of it differs."""
        return digest(canonical_json([self.sha256, self.kind, self.caching, self.policy]))[:32]


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody is publishing."""

    by: str
    at: datetime

    def holds(self, now: datetime) -> bool:
        """Whether that may still be so."""
        return now < self.at + CLAIM


@dataclass(frozen=True, slots=True)
class Record:
    """What lies in the bucket, as far as it is known.

    Args:
        number: of the last publication that came to its end; 0 before the first.
        at: when that was.
        files: path → tag of what it published.
        kept: paths of files that only the publication before it needs.
        unsure: paths that a publication may have written or removed that did not come to its end.
        claim: who is publishing.
    """

    number: int = 0
    at: datetime | None = None
    files: Mapping[str, str] = field(default_factory=dict)
    kept: frozenset[str] = frozenset()
    unsure: frozenset[str] = frozenset()
    claim: Claim | None = None

    def wire(self) -> bytes:
        """As JSON."""
        claim = {"by": self.claim.by, "at": utc_text(self.claim.at)} if self.claim else None
        members = {
            "format": 1,
            "number": self.number,
            "at": utc_text(self.at) if self.at else None,
            "files": dict(self.files),
            "kept": sorted(self.kept),
            "unsure": sorted(self.unsure),
            "claim": claim,
        }
        return canonical_json(members)


def read_record(data: bytes) -> Record:
    """What `wire` wrote.

    Raises:
        ValueError: it is something else.
    """
    try:
        members: dict[str, Any] = json.loads(data)
        if members["format"] != 1:
            raise ValueError("of another format")
        claim = members["claim"]
        return Record(
            number=int(members["number"]),
            at=parse_utc(members["at"]) if members["at"] else None,
            files={str(path): str(tag) for path, tag in members["files"].items()},
            kept=frozenset(map(str, members["kept"])),
            unsure=frozenset(map(str, members["unsure"])),
            claim=Claim(str(claim["by"]), parse_utc(claim["at"])) if claim else None,
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"no record of a publication: {error!r}") from error


@dataclass(frozen=True, slots=True)
class Plan:
    """What there is to do.

    Args:
        steps: the name of each step and the paths to write in it; steps without any are left out.
        removed: paths to take away after that.
        stale: paths of which the edge may hold something older.
        after: the record when all of it is done, but for number and time.
    """

    steps: tuple[tuple[str, tuple[str, ...]], ...]
    removed: tuple[str, ...]
    stale: tuple[str, ...]
    after: Record

    @property
    def empty(self) -> bool:
        """Whether all lies there already."""
        return not self.steps and not self.removed

    @property
    def written(self) -> tuple[str, ...]:
        """All paths to write."""
        return tuple(path for _step, paths in self.steps for path in paths)

    def begun(self, record: Record, claim: Claim) -> Record:
        """The record while it is being done: nothing that it touches is known any more."""
        touched = {*self.written, *self.removed}
        return replace(record, unsure=record.unsure | touched, claim=claim)


def make_plan(record: Record, wanted: Mapping[str, File]) -> Plan:
    """What makes the bucket hold the wanted files."""
    changed = [
        path
        for path, file in sorted(wanted.items())
        if path in record.unsure or record.files.get(path) != file.tag
    ]
    if not changed and not record.unsure and set(record.files) == set(wanted):
        return Plan((), (), (), record)
    steps: dict[str, list[str]] = {name: [] for name in STEPS}
    for path in changed:
        steps[_step(path, record.files)].append(path)
    known = {*record.files, *record.kept, *record.unsure}
    # A page that is gone should be gone. What it loads, somebody may have open still.
    kept = frozenset(
        path
        for path in (*record.files, *record.unsure)
        if path not in wanted and path not in record.kept and not _page(path)
    )
    removed = sorted(known - set(wanted) - kept)
    there = {*record.files, *record.unsure, *record.kept}
    return Plan(
        steps=tuple((name, tuple(paths)) for name, paths in steps.items() if paths),
        removed=tuple(sorted(removed, key=lambda path: (not _page(path), path))),
        stale=tuple(sorted({path for path in changed if path in there} | set(removed))),
        after=Record(files={path: file.tag for path, file in wanted.items()}, kept=kept),
    )


def addresses(stale: Collection[str], wanted: Iterable[str]) -> tuple[str, ...]:
    """What the edge is told to ask for again, in as few paths as is sensible.

    Args:
        stale: paths of files.
        wanted: all paths of the site.
    """
    many = Counter(map(_folder, stale))
    told = set()
    for path in stale:
        folder = _folder(path)
        if folder and many[folder] > MOST_PATHS:
            told.add(f"/{quote(folder)}/*")
        else:
            told.add(f"/{quote(path)}")
            # By its own address and by the one that people know it by, as CloudFront advises.
            if path.endswith("index.html"):
                told.add(f"/{quote(path.removesuffix('index.html'))}")
    stars = sum(1 for path in told if path.endswith("*"))
    everything = len(told) > MOST_TOLD or stars > MOST_PATHS or len(stale) >= len(set(wanted)) > 1
    return ("/*",) if everything else tuple(sorted(told))


def _step(path: str, there: Collection[str]) -> str:
    if path.count("/") < 2:  # of the whole site, or of a brand
        return "status" if path.rpartition("/")[2] == "status.json" else "lists"
    if _page(path):
        return "pages" if path in there else "new pages"
    return "files" if path in there else "new files"


def _page(path: str) -> bool:
    return path.endswith(".html")


def _folder(path: str) -> str:
    """A version's, such as `acme/2026.2`; empty for what lies above."""
    parts = path.split("/")
    return "/".join(parts[:2]) if len(parts) > 2 else ""
