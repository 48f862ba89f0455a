"""What a rule is, and what it may look at."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from signpost.checks.public_holidays import Holidays, PackagedHolidays
from signpost.checks.texts import Text
from signpost.domain.channel import ChannelSpec
from signpost.domain.diagnostics import Diagnostic, Fix, Severity, Span
from signpost.domain.media import MediaFact
from signpost.domain.post import Body, Post
from signpost.domain.thread import PartText, split_parts
from signpost.domain.workspace import AccountSettings, Brand, TierSettings

if TYPE_CHECKING:  # most workspaces sign nothing
    from signpost.domain.signing.root import TrustRoot


class IdPlace(NamedTuple):
    """Where a post's id stands in its file, in code points, so that it can be replaced.

    Args:
        start, end: what is replaced; equal where something is only inserted.
        before, after: what goes around the new id.
    """

    start: int
    end: int
    before: str = ""
    after: str = ""

    def fix(self, path: str, new_id: str) -> Fix:
        """The edit that gives the post this id."""
        title = "Give the copy an id of its own" if self.end > self.start else "Add an id"
        return Fix(path, self.start, self.end, f"{self.before}{new_id}{self.after}", title)


class Target(NamedTuple):
    """A post as it goes to one of its accounts.

    Args:
        spec: None where no connector has the account's channel.
        body: None where the post has no text for the account.
    """

    post: Post
    account: AccountSettings
    spec: ChannelSpec | None
    body: Body | None
    parts: tuple[PartText, ...]

    def part_span(self, part: PartText) -> Span:
        """Where the part begins."""
        if self.body is None:
            return self.post.span("id")
        return Span(self.body.path, self.body.first_line + part.line)


class Context:
    """What a rule about posts one by one may look at; nothing is read, no clock is asked.

    A post's findings must depend on the post and its brand alone, never on other posts: those of
    an unchanged file are taken from the last run (see docs/adr/0037).

    Args:
        posts: ideas among them.
        texts: of these posts, for rules about words.
        faulty: configuration files that could not be read as they were meant.
        shared: what a rule prepares once for all posts, under its code.
    """

    def __init__(
        self,
        brands: Mapping[str, Brand],
        posts: Sequence[Post],
        specs: Mapping[str, ChannelSpec],
        media: Mapping[str, MediaFact] = MappingProxyType({}),
        targets: tuple[Target, ...] = (),
        texts: tuple[Text, ...] = (),
        faulty: Collection[str] = frozenset(),
        shared: dict[str, Any] | None = None,
    ) -> None:
        self.brands = brands
        self.posts = posts
        self.specs = specs
        self.media = media
        self.targets = targets
        self.texts = texts
        self.faulty = faulty
        self.shared: dict[str, Any] = {} if shared is None else shared


class Wording(NamedTuple):
    """A post's text for one account, as far as other posts have to know of it.

    Args:
        digest: of what is read and seen: words and media; empty where there is nothing.
        line: where the text begins, in the file `path`; that of the post where it is empty.
    """

    account: str
    digest: str
    line: int
    path: str


class Outline(NamedTuple):
    """What rules between posts know of a post: small, so that it can be kept from run to run.

    Args:
        publish: as written: `now`, a local time, an instant; empty where missing or bad.
        due: the instant in seconds since 1970; None where there is none.
        id_line, id_column, publish_line, publish_column: places in the file `path`.
        id_place: the members of an `IdPlace`.
        wordings: the members of a `Wording` each. Both stay as they are kept: ten thousand are made
            for each run, and hardly one is looked at.
    """

    id: str
    brand: str
    path: str
    status: str
    stage: str
    idea: bool
    accounts: Sequence[str]
    publish: str
    due: int | None
    id_line: int
    id_column: int
    publish_line: int
    publish_column: int
    id_place: Sequence[Any] | None
    wordings: Sequence[Sequence[Any]]

    @property
    def id_span(self) -> Span:
        """Where the id stands; the head of the file where it is missing."""
        return Span(self.path, self.id_line, self.id_column)

    @property
    def publish_span(self) -> Span:
        """Where the time stands; the head of the file where it is missing."""
        return Span(self.path, self.publish_line, self.publish_column)


class Overview:
    """What a rule between posts, about configuration or about time may look at.

    Args:
        now: the present instant, aware UTC.
        known_ids: ids of posts that `state/` already knows; a mapping also says from which file.
        mint: makes a new post id, for fixes.
        committed: answers which files git has already; asked only where there are copies.
        faulty: configuration files that could not be read as they were meant.
        holidays: knows the public holidays of countries; left out: the package that does.
        tiers: which posts need approval, as signpost.yaml says.
        trust: the present trust root of each brand that has one.
    """

    def __init__(
        self,
        brands: Mapping[str, Brand],
        outlines: Sequence[Outline],
        specs: Mapping[str, ChannelSpec],
        now: datetime,
        known_ids: Collection[str] = frozenset(),
        mint: Callable[[], str] | None = None,
        committed: Callable[[], Collection[str]] = frozenset,
        faulty: Collection[str] = frozenset(),
        holidays: Holidays | None = None,
        tiers: Sequence[TierSettings] = (),
        trust: Mapping[str, TrustRoot] = MappingProxyType({}),
    ) -> None:
        self.tiers = tiers
        self.trust = trust
        self.brands = brands
        self.outlines = outlines
        self.specs = specs
        self.now = now
        self.known_ids = known_ids
        self.mint = mint
        self.committed = committed
        self.faulty = faulty
        self.holidays: Holidays = holidays or PackagedHolidays()
        self.shared: dict[str, Any] = {}
        """What rules worked out and other rules may use."""

    def age(self, post: Outline) -> tuple[bool, bool, str]:
        """Order in which posts that are too much alike came: the original first.

        What the stack knows decides, then what git has, and the path only where neither says
        anything: a new id for the original would publish it a second time.
        """
        homes = self.known_ids if isinstance(self.known_ids, Mapping) else {}
        return post.path != homes.get(post.id), post.path not in self.committed(), post.path


class Rule(NamedTuple):
    """A check as data. Its documentation page is generated from these members.

    Args:
        why: what would go wrong without it.
        example: what it refuses.
        fix: the same, right ("use instead").
        source: where the fact comes from, with the date it was read.
        check: judges posts one by one.
        across: judges what lies between posts, configuration, and what depends on the present
            time. A rule with neither is raised by the reader: a file that breaks it has no
            content to judge.
        silenceable: a person may let it pass, with a reason (`# signpost: allow CODE reason`);
            never where a channel or compiling would refuse the post anyway.
        fixable: findings of it may carry an edit that `check --fix` makes.
    """

    code: str
    name: str
    title: str
    why: str
    example: str
    fix: str
    source: str
    check: Callable[[Context], Iterable[Diagnostic]] | None = None
    across: Callable[[Overview], Iterable[Diagnostic]] | None = None
    silenceable: bool = False
    fixable: bool = False

    def at(
        self,
        span: Span,
        cause: str,
        remedy: str,
        *,
        severity: Severity = Severity.ERROR,
        fix: Fix | None = None,
    ) -> Diagnostic:
        """A finding of this rule."""
        return Diagnostic(span, self.code, cause, remedy, severity, fix)


def targets_of(
    brands: Mapping[str, Brand], posts: Iterable[Post], specs: Mapping[str, ChannelSpec]
) -> Iterable[Target]:
    """Every post with every account of its brand that it names."""
    accounts = {name: {item.id: item for item in brand.accounts} for name, brand in brands.items()}
    none: dict[str, AccountSettings] = {}
    for post in posts:
        known = accounts.get(post.brand, none)
        split: dict[str, tuple[PartText, ...]] = {}
        for account_id in post.accounts:
            account = known.get(account_id)
            if account is None:
                continue
            body: Body | None = None
            parts: tuple[PartText, ...] = ()
            try:
                body = post.body_for(account_id, account.channel)
            except KeyError:
                pass
            else:
                found = split.get(body.path)
                if found is None:
                    found = split[body.path] = split_parts(body.text, thread=post.thread)
                parts = found
            yield Target(post, account, specs.get(account.channel), body, parts)
