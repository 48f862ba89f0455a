"""A post as its author wrote it: one content file, or a post folder, before it is compiled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from signpost.domain.diagnostics import Fix, Span


class MediaRef(NamedTuple):
    """A media file that a post names."""

    file: str
    """As written: relative to the post's folder."""
    path: str
    """Relative to the content folder; empty where the file does not exist inside the tree."""
    alt: str
    focus: tuple[float, float] | None
    span: Span
    card: bool = False
    """It belongs into the card of the post's link, where a channel shows one of ours."""


class LinkPlace(NamedTuple):
    """Where the value of a `link` stands in a file.

    Args:
        start: of the address itself, in code points; -1 where it is written in a way that cannot
            be edited place by place, such as with escapes.
    """

    span: Span
    start: int = -1

    def fix(self, start: int, end: int, text: str, title: str) -> Fix | None:
        """The edit that replaces [start, end) of the address; None where it cannot be made."""
        if self.start < 0:
            return None
        return Fix(self.span.path, self.start + start, self.start + end, text, title)


class Body(NamedTuple):
    """A text of a post: shared, or one channel's or account's own."""

    text: str
    path: str
    first_line: int
    """Line of the file on which the text begins."""
    media: tuple[MediaRef, ...] | None = None
    """Media of this text alone; None: those of the post."""
    link: str | None = None
    """Link of this text alone; None: that of the post."""
    start: int = -1
    """Where the text begins in its file, in code points; -1 where the file's line ends differ from
    the text's, so that places in it cannot be edited."""
    link_at: LinkPlace | None = None
    """Where its own `link` stands."""

    def span(self, offset: int) -> Span:
        """The place in the file of the text's code point at `offset`."""
        line = self.text.count("\n", 0, offset)
        if not line:
            return Span(self.path, self.first_line, offset + 1)
        return Span(self.path, self.first_line + line, offset - self.text.rfind("\n", 0, offset))

    def fix(self, start: int, end: int, text: str, title: str) -> Fix | None:
        """The edit that replaces [start, end) of the text; None where it cannot be made."""
        if self.start < 0:
            return None
        return Fix(self.path, self.start + start, self.start + end, text, title)


class Yaml(NamedTuple):
    """Front matter as it stands in its file.

    Args:
        start: its place in the file, in code points.
    """

    text: str
    start: int

    def fix(self, path: str, line: int, column: int, word: str, new: str) -> Fix | None:
        """The edit that replaces a word; None where it does not stand there as it is.

        Args:
            line, column: where it begins, or the quotation mark before it; from 0.
        """
        at = 0
        for _ in range(line):
            at = self.text.find("\n", at) + 1
        at += column
        if self.text[at : at + 1] in ("'", '"'):
            at += 1
        end = at + len(word)
        around = self.text[at - 1 : at] + self.text[end : end + 1]
        if self.text[at:end] != word or any(sign.isalnum() or sign in "_-" for sign in around):
            return None
        return Fix(path, self.start + at, self.start + end, new, f"Write `{new}`")


class Source(NamedTuple):
    """Where material comes from that others supplied, and what may be done with it.

    Args:
        supplier: a client, a photographer …
        until: the last day on which it may be published; None: for good.
    """

    supplier: str
    rights: str = ""
    until: date | None = None


class Post(NamedTuple):
    """A parsed post. Values are as written; `check` judges them, `compile` resolves them.

    Args:
        publish: `now`, a local time (naive), or an instant (aware); None where missing or bad.
        zone: the post's own zone, else the brand's.
        bodies: the shared text under `""`, own texts under a channel or account id.
        thread: the texts after the first are parts of a thread (split at `---` lines).
        stage: the stage of work that it is in; empty once all are done, or where none are used.
        link_at: where `link` stands, if there is one.
        source: of material that others supplied.
        idea: it lies among the brand's ideas: it has no time, and is not published.
        beside: media files in its post folder, used or not; relative to the content folder.
        spans: where each front-matter key stands.
        yaml: the front matter itself, for edits.
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
    options: Mapping[str, Mapping[str, Any]] = MappingProxyType({})
    stage: str = ""
    source: Source | None = None
    link_at: LinkPlace | None = None
    idea: bool = False
    beside: tuple[str, ...] = ()
    spans: Mapping[str, Span] = MappingProxyType({})
    yaml: Yaml | None = None

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
        return self.spans.get(key) or Span(self.path)

    def fix(self, key: str, word: str, new: str) -> Fix | None:
        """The edit of a front-matter word; None where it cannot be made.

        Args:
            key: the word stands where this key stands in `spans`.
        """
        span = self.spans.get(key)
        if span is None or self.yaml is None or not new:
            return None
        return self.yaml.fix(self.path, span.line - 2, span.column - 1, word, new)

    def every_media(self) -> Iterator[MediaRef]:
        """The shared media, and those that an own text names for itself."""
        yield from self.media
        if len(self.bodies) > 1:
            for body in self.bodies.values():
                yield from body.media or ()
