"""How rules about words look at the texts of posts: where they go, what is a link or a hashtag.

Each text is taken apart at most once, and only if a rule asks; most rules first look for a sign
(`#`, `@`, `://`) that few texts lack or have, because they run for every post of ten thousand.
Everything here takes time in proportion to the text: public texts may have a megabyte.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Literal, NamedTuple, TypeVar

from signpost.domain.channel import ChannelSpec
from signpost.domain.diagnostics import Fix, Span
from signpost.domain.post import Body, LinkPlace, Post
from signpost.domain.textlen import url_spans
from signpost.domain.workspace import AccountSettings, Brand

MOST = 20
"""So many findings of one rule are told of one text; when they are mended, the others are."""

T = TypeVar("T")

_SEPARATOR = re.compile(r"^---[^\S\n]*$", re.MULTILINE)
_HASHTAG = re.compile(r"(?<![\w/)&#＃])[#＃]([\w·]++)")
_CLEAR_HASHTAG = re.compile(r"#(?<![^ \n]#)([A-Za-z][A-Za-z0-9]*+)(?=[.,!?:;)]*+(?:[ \n]|\Z))")
"""One that begins behind a blank and ends before one: no address, and the same to every channel.
The sign comes first, so that the search can jump to it."""
_MENTION = re.compile(r"(?<![\w/@.+-])@(\w[\w.-]*)(@[\w.-]*)?")


class Piece(NamedTuple):
    """A piece of a text: [start, end), and what stands there."""

    start: int
    end: int
    text: str


class Address(NamedTuple):
    """An http(s) address that a post publishes: in a text, or as its `link`.

    Args:
        post: whose it is.
        place: where it stands: in a text, or as a `link`.
        start: its offset in that text.
        channels: ids of the channels that it goes to.
    """

    url: str
    post: Post
    brand: Brand
    place: Body | LinkPlace
    start: int
    channels: tuple[str, ...]

    @property
    def text(self) -> Body | None:
        """The text that it stands in; None for a `link`."""
        return self.place if isinstance(self.place, Body) else None

    @property
    def path(self) -> str:
        """The file that it stands in."""
        return self.place.path if isinstance(self.place, Body) else self.place.span.path

    def span(self) -> Span:
        """Where it begins."""
        if isinstance(self.place, Body):
            return self.place.span(self.start)
        return self.place.span

    def fix(self, start: int, end: int, text: str, title: str) -> Fix | None:
        """The edit that replaces [start, end) of the address; None where it cannot be made."""
        return self.place.fix(self.start + start, self.start + end, text, title)


class Text:
    """One text of a post, with the accounts that it goes to.

    Args:
        key: `""` for the shared text, else the channel or account whose own it is.
        accounts: may be none: an idea, a draft, or a shared text that nobody gets.
        specs: of their channels, each once; channels without a connector are left out.
    """

    __slots__ = (
        "_bare",
        "_clear_hashtags",
        "_hashtags",
        "_mentions",
        "_prose",
        "_ranges",
        "_signs",
        "_urls",
        "accounts",
        "body",
        "brand",
        "key",
        "post",
        "raw",
        "specs",
    )

    def __init__(
        self,
        post: Post,
        brand: Brand,
        key: str,
        body: Body,
        accounts: tuple[AccountSettings, ...],
        specs: tuple[ChannelSpec, ...],
    ) -> None:
        self.post = post
        self.brand = brand
        self.key = key
        self.body = body
        self.accounts = accounts
        self.specs = specs
        self.raw = body.text
        self._urls: tuple[Piece, ...] | None = None
        self._bare: str | None = None
        self._prose: str | None = None
        self._hashtags: tuple[Piece, ...] | None = None
        self._clear_hashtags: list[str] | Literal[False] | None = False
        self._signs: list[int] | None = None
        self._mentions: tuple[Piece, ...] | None = None
        self._ranges: tuple[tuple[int, int], ...] | None = None

    @property
    def channels(self) -> tuple[str, ...]:
        """Ids of the channels that it goes to, those without a connector too."""
        return tuple(dict.fromkeys(account.channel for account in self.accounts))

    @property
    def urls(self) -> tuple[Piece, ...]:
        """Its http(s) addresses."""
        if self._urls is None:
            raw = self.raw
            self._urls = (
                tuple(Piece(start, end, raw[start:end]) for start, end in url_spans(raw))
                if "://" in raw
                else ()
            )
        return self._urls

    @property
    def bare(self) -> str:
        """The text, as long as it is, with spaces in place of addresses."""
        if self._bare is None:
            self._bare = _blanked(self.raw, self.urls)
        return self._bare

    @property
    def prose(self) -> str:
        """The text, as long as it is, with spaces in place of addresses, hashtags and mentions."""
        if self._prose is None:
            if self.clear_hashtags is not None and "@" not in self.raw:
                self._prose = _CLEAR_HASHTAG.sub(_blanks, self.bare)
                return self._prose
            pieces = self.hashtags
            if self.mentions:
                pieces = tuple(sorted((*pieces, *self.mentions)))
            self._prose = _blanked(self.bare, pieces)
        return self._prose

    @property
    def signs(self) -> list[int]:
        """Where each `#` stands that is in no address."""
        if self._signs is None:
            self._signs = []
            if "#" in self.raw or "＃" in self.raw:
                text = self.bare.replace("＃", "#")
                at = text.find("#")
                while at >= 0:
                    self._signs.append(at)
                    at = text.find("#", at + 1)
        return self._signs

    @property
    def clear_hashtags(self) -> list[str] | None:
        """The names of its hashtags, if nothing has to be known about any of its `#` to find them.

        Most texts are such, and few rules want to know where a hashtag stands.
        """
        if self._clear_hashtags is False:
            raw = self.raw
            names = _CLEAR_HASHTAG.findall(raw) if "#" in raw else []
            clear = len(names) == raw.count("#") and "＃" not in raw
            self._clear_hashtags = names if clear else None
        return self._clear_hashtags

    @property
    def hashtags(self) -> tuple[Piece, ...]:
        """What Mastodon and its like make a hashtag of; `text` is without the `#`.

        Source: https://github.com/mastodon/mastodon/blob/main/app/models/tag.rb, 2026-11-22.
        """
        if self._hashtags is None:
            found = []
            if signs := self.signs:
                bare = self.bare
                for at in signs:
                    match = _HASHTAG.match(bare, at)
                    if match and not (name := match[1]).replace("_", "").isdigit():
                        found.append(Piece(at, match.end(), name))
            self._hashtags = tuple(found)
        return self._hashtags

    @property
    def mentions(self) -> tuple[Piece, ...]:
        """`@name` and `@name@server`, whatever the channels make of them; no e-mail addresses."""
        if self._mentions is None:
            if "@" not in self.raw:
                self._mentions = ()
                return self._mentions
            bare = self.bare
            self._mentions = tuple(
                Piece(match.start(), match.start() + len(name), name)
                for match in _MENTION.finditer(bare)
                if bare[match.end() : match.end() + 1] != "/"  # a package: @scope/name
                if (name := match[0].rstrip(".-@"))
                if not match[1].isdigit()  # a price or a time
            )
        return self._mentions

    @property
    def ranges(self) -> tuple[tuple[int, int], ...]:
        """[start, end) of each part of a thread; the whole text where it is none."""
        if self._ranges is None:
            if not self.post.thread:
                self._ranges = ((0, len(self.raw)),)
                return self._ranges
            ends = list(_SEPARATOR.finditer(self.raw))
            starts = [0, *(match.end() for match in ends)]
            stops = [*(match.start() for match in ends), len(self.raw)]
            self._ranges = tuple(zip(starts, stops, strict=True))
        return self._ranges

    def span(self, offset: int) -> Span:
        """The place in the file of an offset."""
        return self.body.span(offset)


def texts_of(
    brands: Mapping[str, Brand], posts: Iterable[Post], specs: Mapping[str, ChannelSpec]
) -> Iterator[Text]:
    """Every text of every post, in the order of the posts."""
    known = {name: {item.id: item for item in brand.accounts} for name, brand in brands.items()}
    groups: dict[tuple[object, ...], dict[str, _Group]] = {}
    for post in posts:
        brand = brands.get(post.brand)
        if brand is None:
            continue
        alike = (post.brand, post.accounts, *post.bodies)
        group = groups.get(alike)
        if group is None:
            group = groups[alike] = _groups(post, known[post.brand], specs)
        for key, body in post.bodies.items():
            yield Text(post, brand, key, body, *group[key])


_Group = tuple[tuple[AccountSettings, ...], tuple[ChannelSpec, ...]]


def _groups(
    post: Post, known: Mapping[str, AccountSettings], specs: Mapping[str, ChannelSpec]
) -> dict[str, _Group]:
    """Who gets which of a post's texts."""
    going: dict[str, list[AccountSettings]] = {key: [] for key in post.bodies}
    for account_id in post.accounts:
        account = known.get(account_id)
        if account is not None:
            for key in (account_id, account.channel, ""):
                if key in going:
                    going[key].append(account)
                    break
    made: dict[str, _Group] = {}
    for key, accounts in going.items():
        channels = dict.fromkeys(account.channel for account in accounts)
        there = tuple(specs[name] for name in channels if name in specs)
        made[key] = tuple(accounts), there
    return made


def addresses_of(texts: Iterable[Text]) -> Iterator[Address]:
    """Every address that texts hold, and every `link`."""
    linked = []
    for text in texts:
        if text.urls:
            channels = text.channels
            for url in text.urls:
                yield Address(url.text, text.post, text.brand, text.body, url.start, channels)
        if text.post.link or text.body.link:
            linked.append(text)
    yield from links_of(linked)


def links_of(texts: Iterable[Text]) -> Iterator[Address]:
    """Every `link`, each once; a post's own goes where its texts have none of their own."""
    shared: dict[str, tuple[Text, list[str]]] = {}
    for text in texts:
        post, body = text.post, text.body
        if body.link:
            if body.link_at:
                yield Address(body.link, post, text.brand, body.link_at, 0, text.channels)
        elif post.link_at:
            shared.setdefault(post.path, (text, []))[1].extend(text.channels)
    for text, names in shared.values():
        post = text.post
        if post.link_at:
            goes_to = tuple(dict.fromkeys(names))
            yield Address(post.link, post, text.brand, post.link_at, 0, goes_to)


def first(items: Iterable[T]) -> Iterator[T]:
    """No more of them than one text's findings should be."""
    return islice(items, MOST)


def _blanks(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _blanked(text: str, pieces: Iterable[Piece]) -> str:
    kept, end = [], 0
    for piece in pieces:
        kept += [text[end : piece.start], " " * (piece.end - piece.start)]
        end = piece.end
    return "".join([*kept, text[end:]]) if kept else text
