"""Deliveries and bundles: what will be sent, frozen before it is approved.

A *delivery* is one post to one account. Its id never changes; its revision is the digest of
everything the audience would notice (text, media, alt text, link, options, account, time).
A *bundle* is the set of all deliveries the repository wants, one canonical JSON line each, so
that a worker reads just its own line by byte range and checks it against the revision.
More than 400 lines: what is digested and how it is written and read back is one contract.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from signpost.domain.canonical import canonical_json, digest, parse_utc, utc_text
from signpost.errors import BundleError

SCHEMA = 1
NOW = "now"
"""The word that stands for a due time which `schedule` fixes once, at acceptance."""


@dataclass(frozen=True, slots=True)
class Account:
    """One identity on a channel, as the functions need it. Never holds a secret."""

    id: str
    channel: str
    handle: str
    server: str
    """Base address, `https://…` without a trailing slash; empty where the channel has only one."""
    secret: str
    """Name under which the token is stored, not the token."""


@dataclass(frozen=True, slots=True)
class Media:
    """One media file of a part; the bytes lie in the object store under `media/<sha256>`."""

    sha256: str
    mime: str
    size: int
    alt: str
    focus: tuple[float, float] | None = None
    """Focal point, x and y from -1 to 1 (left/bottom to right/top)."""
    width: int | None = None
    height: int | None = None
    card: bool = False
    """It is shown as the picture of the link's card, not as a picture of the post."""


@dataclass(frozen=True, slots=True)
class Part:
    """One public item of a delivery: a whole post, or one part of a thread."""

    text: str
    media: tuple[Media, ...] = ()
    payload: Mapping[str, Any] = field(default_factory=dict)
    """The wire form that the connector's `render` made; sent as it is, media ids added."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One post to one account, with everything that its revision covers."""

    workspace: str
    brand: str
    post: str
    account: Account
    due: datetime | None
    """When it goes out, UTC; None means `publish: now`, fixed by `schedule`."""
    zone: str
    """The zone the time was written in; with `local` and `tzdata` it lets a change be noticed."""
    local: str
    """The local time as written, for people; empty for `now`."""
    tzdata: str
    """The offset rule's result at compile time, such as `+01:00`."""
    grace_s: int
    """How late it may still go out (the late policy), in seconds."""
    on_ambiguous: str
    """`hold` or `retry`."""
    link: str
    language: str
    parts: tuple[Part, ...]
    made_from: str = ""
    """Where pictures were made to fit: the revision that this would have with the originals, `:`,
    and a digest of the recipes. Travels beside the delivery and is no part of the revision; the
    same wish made by another version of the picture library is told by it (see docs/adr/0049)."""

    @property
    def id(self) -> str:
        """Stable over edits: workspace, brand, post id, account."""
        return delivery_id(self.workspace, self.brand, self.post, self.account.id)

    def wire(self) -> dict[str, Any]:
        """The JSON form that is digested, approved and sent."""
        return {
            "schema": SCHEMA,
            "workspace": self.workspace,
            "brand": self.brand,
            "post": self.post,
            "account": members(self.account),
            "due": NOW if self.due is None else utc_text(self.due),
            "zone": self.zone,
            "local": self.local,
            "tzdata": self.tzdata,
            "grace_s": self.grace_s,
            "on_ambiguous": self.on_ambiguous,
            "link": self.link,
            "language": self.language,
            "parts": [_part_wire(part) for part in self.parts],
        }

    @property
    def revision(self) -> str:
        """Digest of the canonical bytes of `wire()`."""
        return digest(canonical_json(self.wire()))

    @property
    def origin(self) -> str:
        """The revision with the originals of its pictures, made to fit or not."""
        return origin_of(self.revision, self.made_from)

    @property
    def unmade(self) -> bool:
        """It names originals in place of pictures that are to be made of them: never to be sent.

        A line for what the stack has already, made without opening a picture.
        """
        return bool(self.made_from) and self.origin == self.revision

    @property
    def media(self) -> frozenset[str]:
        """The sha256 of every media file of every part."""
        return frozenset(item.sha256 for part in self.parts for item in part.media)


def origin_of(revision: str, made_from: str) -> str:
    """The revision that a delivery would have with the originals of its pictures."""
    return made_from.partition(":")[0] or revision


def delivery_id(workspace: str, brand: str, post: str, account: str) -> str:
    """The id of a delivery; `/` cannot occur in its members (the content rules see to it)."""
    return f"{workspace}/{brand}/{post}/{account}"


@dataclass(frozen=True, slots=True)
class About:
    """Why a delivery exists. Travels beside it; not part of the revision, never sent."""

    title: str = ""
    source: str = ""
    """Path of the content file, relative to the content folder."""
    type: str = ""
    objective: str = ""
    campaign: str = ""
    theme: str = ""
    persona: str = ""
    owner: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BundleLine:
    """A delivery in a bundle and where its line lies in the bundle's bytes."""

    delivery: Delivery
    about: About
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Bundle:
    """The compiled set of deliveries of a workspace, in order of their ids.

    Args:
        previous: digest of the accepted bundle it was planned against; empty for the first.
        approved: digest of the plan that a person approved where a mass change needs force.
        commit: the git commit it was made from, for people; empty where there is none.
        work: tasks on posts that are not ready, as JSON members (see domain.work); nothing of
            them is published, the state file reminds of them.
        accounts: every account that the content has, as members (see `listed`); none in bundles
            of older versions.
        releases: brand → digest of the file with its trust roots and the signatures under its
            releases (see domain.signing.evidence).
        require_release: nothing goes out without a release in force.
        people: of the brands that sign, as JSON members (see domain.people).
        tiers: which posts need approval (see domain.approval.Tier), as members.
        authors: brand and post id, with `/` between → who made a post that needs approval (see
            domain.approval.Authors), as members.
    """

    workspace: str
    previous: str
    approved: str
    commit: str
    lines: tuple[BundleLine, ...]
    data: bytes
    work: tuple[Mapping[str, Any], ...] = ()
    accounts: tuple[Mapping[str, Any], ...] = ()
    releases: Mapping[str, str] = field(default_factory=dict)
    require_release: bool = False
    people: tuple[Mapping[str, Any], ...] = ()

    tiers: tuple[Mapping[str, Any], ...] = ()
    authors: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Content address; the object's name is `bundles/<digest>.jsonl`."""
        return digest(self.data)

    @property
    def known_accounts(self) -> tuple[Mapping[str, Any], ...]:
        """The accounts that it lists, else those of its deliveries, in order of their ids."""
        if self.accounts:
            return self.accounts
        found = {
            line.delivery.account.id: listed(line.delivery.brand, line.delivery.account)
            for line in self.lines
        }
        return tuple(found[name] for name in sorted(found))

    @property
    def brands(self) -> frozenset[str]:
        """Every brand that it says anything of."""
        named = {str(item["brand"]) for item in self.accounts}
        return frozenset(named | {line.delivery.brand for line in self.lines} | set(self.releases))


def make_bundle(
    workspace: str,
    items: Iterable[tuple[Delivery, About]],
    *,
    previous: str,
    approved: str = "",
    commit: str = "",
    work: Sequence[Mapping[str, Any]] = (),
    accounts: Sequence[Mapping[str, Any]] = (),
    releases: Mapping[str, str] | None = None,
    require_release: bool = False,
    people: Sequence[Mapping[str, Any]] = (),
    tiers: Sequence[Mapping[str, Any]] = (),
    authors: Mapping[str, Mapping[str, Any]] | None = None,
) -> Bundle:
    """Serialise deliveries into a bundle: a header line, then a line a delivery.

    Raises:
        BundleError: two deliveries share an id, or one is of another workspace.
    """
    ordered = sorted(items, key=lambda item: item[0].id)
    header: dict[str, Any] = {
        "schema": SCHEMA,
        "workspace": workspace,
        "previous": previous,
        "approved": approved,
        "commit": commit,
        "deliveries": len(ordered),
    }
    if work:
        header["work"] = list(work)
    if accounts:
        header["accounts"] = list(accounts)
    if releases:
        header["releases"] = dict(releases)
    if require_release:
        header["require_release"] = True
    if tiers:
        header["tiers"] = list(tiers)
    if authors:
        header["authors"] = dict(authors)
    if people:
        header["people"] = list(people)
    chunks = [canonical_json(header) + b"\n"]
    offset = len(chunks[0])
    lines: list[BundleLine] = []
    for delivery, about in ordered:
        if delivery.workspace != workspace:
            raise BundleError(f"{delivery.id} is not of workspace {workspace}.")
        if lines and lines[-1].delivery.id == delivery.id:
            raise BundleError(f"{delivery.id} occurs twice.", "Give one of the posts a new id.")
        value: dict[str, Any] = {"delivery": delivery.wire(), "about": members(about)}
        if delivery.made_from:
            value["made_from"] = delivery.made_from
        data = canonical_json(value) + b"\n"
        lines.append(BundleLine(delivery, about, offset, len(data)))
        chunks.append(data)
        offset += len(data)
    data = b"".join(chunks)
    return Bundle(
        workspace, previous, approved, commit, tuple(lines), data, tuple(work), tuple(accounts),
        dict(releases or {}), require_release, tuple(people), tuple(tiers),
        dict(authors or {}),
    )  # fmt: skip


def parse_bundle(data: bytes) -> Bundle:
    """Read a bundle's bytes back.

    Raises:
        BundleError: the bytes are not a bundle of this schema, are cut off, or are not canonical.
    """
    try:
        header, *rest = data.splitlines(keepends=True)
        head = json.loads(header)
        workspace, count = head["workspace"], head["deliveries"]
        if head["schema"] != SCHEMA:
            raise BundleError(f"Bundle schema {head['schema']} is not {SCHEMA}.", "Push again.")
        if len(rest) != count:
            raise BundleError(f"The bundle has {len(rest)} lines, its header says {count}.")
        parsed = make_bundle(
            workspace,
            (parse_line(line) for line in rest),
            previous=head["previous"],
            approved=head["approved"],
            commit=head["commit"],
            work=head.get("work", ()),
            accounts=head.get("accounts", ()),
            releases=head.get("releases"),
            require_release=head.get("require_release", False),
            tiers=head.get("tiers", ()),
            authors=head.get("authors"),
            people=head.get("people", ()),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BundleError(f"Not a bundle: {error!r}.", "Push again.") from error
    if parsed.data != data:
        raise BundleError("The bundle is not in canonical form.", "Push again.")
    return parsed


def listed(brand: str, account: Account) -> dict[str, Any]:
    """An account as the head of a bundle lists it."""
    return {"brand": brand, **members(account)}


def parse_listed(value: Mapping[str, Any]) -> tuple[str, Account]:
    """Brand and account of an entry of a bundle's head.

    Raises:
        BundleError: it is not one.
    """
    try:
        given = dict(value)
        brand = given.pop("brand")
        account = Account(**given)
    except (ValueError, KeyError, TypeError) as error:
        raise BundleError(f"Not an account: {error!r}.", "Push again.") from error
    if not all(isinstance(text, str) for text in (brand, *given.values())):
        raise BundleError("Not an account: a member of it is no text.", "Push again.")
    return brand, account


def head_accounts(data: bytes) -> tuple[Mapping[str, Any], ...]:
    """The accounts that a bundle's first line lists, without reading the others.

    Raises:
        BundleError: it is no head of a bundle.
    """
    return _head_list(data, "accounts")


def head_tiers(data: bytes) -> tuple[Mapping[str, Any], ...]:
    """The tiers of approval that a bundle's first line has, without reading the others.

    Raises:
        BundleError: it is no head of a bundle.
    """
    return _head_list(data, "tiers")


def parse_line(line: bytes) -> tuple[Delivery, About]:
    """Read one line of a bundle.

    Raises:
        BundleError: the line is not a delivery of this schema.
    """
    try:
        value = json.loads(line)
        delivery = _parse_wire(value["delivery"], str(value.get("made_from", "")))
        about = value["about"]
        return delivery, About(**{**about, "tags": tuple(about["tags"])})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BundleError(f"Not a delivery: {error!r}.", "Push again.") from error


def parse_delivery(wire: str) -> Delivery:
    """Read the JSON form of a delivery, as its revision digests it.

    Raises:
        BundleError: it is not a delivery of this schema.
    """
    try:
        return _parse_wire(json.loads(wire))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BundleError(f"Not a delivery: {error!r}.", "Push again.") from error


def members(value: Account | Media | About) -> dict[str, Any]:
    """The members of a flat record; without the deep copies that dataclasses.asdict makes."""
    return {name: getattr(value, name) for name in value.__slots__}


def _parse_wire(wire: Mapping[str, Any], made_from: str = "") -> Delivery:
    if wire["schema"] != SCHEMA:
        raise BundleError(f"Delivery schema {wire['schema']} is not {SCHEMA}.", "Push again.")
    return Delivery(
        workspace=wire["workspace"],
        brand=wire["brand"],
        post=wire["post"],
        account=Account(**wire["account"]),
        due=None if wire["due"] == NOW else parse_utc(wire["due"]),
        zone=wire["zone"],
        local=wire["local"],
        tzdata=wire["tzdata"],
        grace_s=wire["grace_s"],
        on_ambiguous=wire["on_ambiguous"],
        link=wire["link"],
        language=wire["language"],
        parts=tuple(_parse_part(part) for part in wire["parts"]),
        made_from=made_from,
    )


def _head_list(data: bytes, name: str) -> tuple[Mapping[str, Any], ...]:
    try:
        return tuple(json.loads(data.partition(b"\n")[0]).get(name, ()))
    except (ValueError, TypeError, AttributeError) as error:
        raise BundleError(f"Not a bundle: {error!r}.", "Push again.") from error


def _part_wire(part: Part) -> dict[str, Any]:
    media = [_media_wire(item) for item in part.media]
    return {"text": part.text, "media": media, "payload": dict(part.payload)}


def _media_wire(media: Media) -> dict[str, Any]:
    wire = {**members(media), "focus": list(media.focus) if media.focus else None}
    if not media.card:
        del wire["card"]  # what was accepted before there were such pictures keeps its revision
    return wire


def _parse_part(wire: Mapping[str, Any]) -> Part:
    media = tuple(
        Media(**{**item, "focus": tuple(item["focus"]) if item["focus"] else None})
        for item in wire["media"]
    )
    return Part(text=wire["text"], media=media, payload=wire["payload"])
