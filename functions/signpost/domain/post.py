"""A post as its author wrote it: one content file, or a post folder, before it is compiled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from signpost.domain.diagnostics import Span


@dataclass(frozen=True, slots=True)
class MediaRef:
    """A media file that a post names."""

    file: str
    """As written: relative to the post's folder."""
    path: str
    """Relative to the content folder; empty where the file does not exist inside the tree."""
    alt: str
    focus: tuple[float, float] | None
    span: Span


@dataclass(frozen=True, slots=True)
class Body:
    """A text of a post: shared, or one channel's or account's own."""

    text: str
    path: str
    first_line: int
    """Line of the file on which the text begins."""
    media: tuple[MediaRef, ...] | None = None
    """Media of this text alone; None: those of the post."""
    link: str | None = None
    """Link of this text alone; None: that of the post."""


@dataclass(frozen=True, slots=True)
class Post:
    """A parsed post. Values are as written; `check` judges them, `compile` resolves them.

    Args:
        publish: `now`, a local time (naive), or an instant (aware); None where missing or bad.
        zone: the post's own zone, else the brand's.
        bodies: the shared text under `""`, own texts under a channel or account id.
        thread: the texts after the first are parts of a thread (split at `---` lines).
        spans: where each front-matter key stands.
    """

    id: str
    brand: str
    path: str
    publish: str | datetime | None
    zone: str
    accounts: tuple[str, ...]
    bodies: Mapping[str, Body]
    title: str = ""
    summary: str = ""
    type: str = ""
    objective: str = ""
    campaign: str = ""
    theme: str = ""
    persona: str = ""
    owner: str = ""
    link: str = ""
    media: tuple[MediaRef, ...] = ()
    thread: bool = False
    language: str = ""
    tags: tuple[str, ...] = ()
    late_s: int | None = None
    on_ambiguous: str = ""
    status: str = "ready"
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    spans: Mapping[str, Span] = field(default_factory=dict)

    def body_for(self, account: str, channel: str) -> Body:
        """The text for an account: its own, else its channel's, else the shared one.

        Raises:
            KeyError: the post has no text at all for the account.
        """
        for key in (account, channel, ""):
            if key in self.bodies:
                return self.bodies[key]
        raise KeyError(account)

    def span(self, key: str) -> Span:
        """Where the key stands; the head of the file where it is missing."""
        return self.spans.get(key, Span(self.path))

    def every_media(self) -> Iterator[MediaRef]:
        """The shared media, and those that an own text names for itself."""
        yield from self.media
        if len(self.bodies) > 1:
            for body in self.bodies.values():
                yield from body.media or ()
