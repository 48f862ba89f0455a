"""What a preview shows, as plain values: made from payloads, printed by terminal, HTML, Markdown.

Nothing here is styled or escaped; each printer does that for itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from signpost.domain.diagnostics import Diagnostic

_MEGABYTE = 1_000_000


class Kind(StrEnum):
    """What a run of text is to its reader."""

    PLAIN = "plain"
    LINK = "link"
    MENTION = "mention"
    HASHTAG = "hashtag"


@dataclass(frozen=True, slots=True)
class Run:
    """Some characters of a text that are alike.

    Args:
        text: as the channel shows it; a shortened address ends where the channel cuts it.
        target: the whole address of a link, the whole name of a mention.
    """

    kind: Kind
    text: str
    target: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A text as a reader meets it.

    Args:
        runs: what is seen at once.
        folded: what is seen after a click; empty where the channel shows all.
        more: the words on that click.
    """

    runs: tuple[Run, ...] = ()
    folded: tuple[Run, ...] = ()
    more: str = ""

    @property
    def whole(self) -> str:
        """All of it, folded or not."""
        return "".join(run.text for run in (*self.runs, *self.folded))


@dataclass(frozen=True, slots=True)
class Medium:
    """A picture, film or sound.

    Args:
        kind: `image`, `video` or `audio`.
        path: of the file, relative to the content folder.
        size: in bytes.
        focus: from -1 to 1, to the right and upwards.
        alt_max: characters that the channel takes for `alt`.
        sha256: of the bytes that are sent.
        made: what was done to it before, in a sentence; empty where it is sent as it lies there.
    """

    kind: str
    mime: str
    path: str
    size: int
    alt: str
    alt_max: int
    width: int | None = None
    height: int | None = None
    focus: tuple[float, float] | None = None
    sha256: str = ""
    made: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """What is shown of the page that a post leads to.

    Args:
        title, description: empty where the channel reads them from the page when it is sent.
        picture: the post's own, where it has one for the card and the channel takes it.
    """

    url: str
    host: str
    title: str = ""
    description: str = ""
    picture: Medium | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """A post of a blog.

    Args:
        html: of the text, rebuilt from elements that are harmless.
        excerpt: what lists show.
        own_excerpt: the author wrote it; else the blog takes the first words.
    """

    title: str
    html: str
    excerpt: str
    own_excerpt: bool
    slug: str = ""
    terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Counter:
    """How much of a limit is used.

    Args:
        what: is counted, such as `characters`.
    """

    what: str
    used: int
    limit: int

    @property
    def over(self) -> bool:
        """Whether the channel would refuse it."""
        return self.used > self.limit

    @property
    def told(self) -> str:
        """Both numbers, in figures that people read."""
        if self.what == "bytes" and self.limit >= _MEGABYTE:
            return f"{self.used / 1000:,.1f} kB of {self.limit / _MEGABYTE:,.1f} MB"
        return f"{self.used:,} of {self.limit:,}"


@dataclass(frozen=True, slots=True)
class Shown:
    """One public item as its channel shows it: a post, or a part of a thread.

    Args:
        warning: text that hides everything below it until a click.
        covered: what the media are hidden behind until a click, such as `Sensitive content`.
        notes: what a reader of the preview should know, in sentences.
    """

    text: Text
    warning: str = ""
    covered: str = ""
    media: tuple[Medium, ...] = ()
    card: Card | None = None
    article: Article | None = None
    counters: tuple[Counter, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def every_medium(self) -> tuple[Medium, ...]:
        """Its media, and the picture of its card."""
        picture = self.card.picture if self.card else None
        return (*self.media, picture) if picture else self.media


@dataclass(frozen=True, slots=True)
class Copy:
    """A post as it goes to one account.

    Args:
        audience: who sees it, where that is not everybody.
        language: a language code; empty where it is not known.
    """

    channel: str
    channel_name: str
    account: str
    name: str
    handle: str
    server: str
    language: str
    audience: str
    parts: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class PostView:
    """Everything about one post.

    Args:
        path: of its file, as it is shown.
        state: `ready`, `draft` or `idea`.
        due: when it goes out, UTC; None where `when` says why there is no instant.
        when: `as soon as it is merged`, `no time yet`; empty where there is a time.
        zone: of its local time.
        why: what it is for: label and value.
        findings: what `check` would say of it.
    """

    id: str
    title: str
    path: str
    brand: str
    state: str
    stage: str
    due: datetime | None
    when: str
    zone: str
    why: Mapping[str, str]
    copies: tuple[Copy, ...]
    findings: tuple[Diagnostic, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gone:
    """A post that a change deletes."""

    path: str
    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What was asked for.

    Args:
        workspace: its id.
        zone: the reader's, an IANA name or what the machine calls it.
        since: the revision that was compared with; empty where posts were named.
    """

    workspace: str
    zone: str
    posts: tuple[PostView, ...]
    gone: tuple[Gone, ...] = ()
    since: str = ""
