"""The handbook: pages of Markdown that say what a brand does, who answers for each, and until when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from signpost.domain.diagnostics import Diagnostic, Span
from signpost.domain.workspace import Brand

SIGNED = ("strategy", "guidelines", "onboarding")
"""Folders of a brand whose pages leadership signs; names of holders have no place there."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; `id` is the anchor that the built site gives it."""

    id: str
    text: str
    level: int
    span: Span


@dataclass(frozen=True, slots=True)
class Link:
    """A link or picture.

    Args:
        target: as written.
        section: id of the heading above it; empty before the first.
    """

    target: str
    section: str
    span: Span


@dataclass(frozen=True, slots=True)
class Task:
    """An item `- [ ]` of a checklist.

    Args:
        id: stays the same when the words change, so that a tick can be kept; empty where missing.
        due: days after the start, from 0; None where missing or no number.
    """

    id: str
    due: int | None
    span: Span


@dataclass(frozen=True, slots=True)
class Part:
    """A part between markers that is made from data.

    Args:
        body: what stands between the markers; None where the closing marker is missing.
        start, end: its place in the page, in code points.
    """

    name: str
    body: str | None
    span: Span
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the handbook.

    Args:
        path: below the docs folder, with `/`.
        brand: the brand that it belongs to; empty for a page of all.
        owner: id of a position.
        review_by: the last day before somebody has to look at it again.
        spans: where the keys of its front matter stand.
        anchors: every id that a link may name.
        text: the whole file.
    """

    path: str
    brand: str
    text: str
    title: str = ""
    description: str = ""
    owner: str = ""
    review_by: date | None = None
    spans: Mapping[str, Span] = field(default_factory=dict)
    headings: tuple[Heading, ...] = ()
    anchors: frozenset[str] = frozenset()
    links: tuple[Link, ...] = ()
    tasks: tuple[Task, ...] = ()
    parts: tuple[Part, ...] = ()

    @property
    def folder(self) -> str:
        """The brand's folder that it lies in, such as `strategy`; empty for a page of all."""
        return self.path.split("/")[1] if self.brand and self.path.count("/") > 1 else ""

    @property
    def signed(self) -> bool:
        """Whether it belongs to what leadership signs."""
        return self.folder in SIGNED

    def span(self, key: str) -> Span:
        """Where a key of the front matter stands; the head of the page where it is missing."""
        return self.spans.get(key, Span(self.path))


@dataclass(frozen=True, slots=True)
class Handbook:
    """All pages, and what they are held against.

    Args:
        files: every other file below the docs folder, by path.
        wanted: path of a page and name of a part → its text; not there where no such part exists.
        findings: faults of form that reading found.
    """

    pages: Mapping[str, Page]
    brands: Mapping[str, Brand]
    files: frozenset[str] = frozenset()
    wanted: Mapping[tuple[str, str], str] = field(default_factory=dict)
    part_names: tuple[str, ...] = ()
    findings: tuple[Diagnostic, ...] = ()
