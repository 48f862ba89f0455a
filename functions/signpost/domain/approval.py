"""Approvals of posts, as content and ledger know them: which posts need how many, and what was said.

The tiers are the content's (`signpost.yaml`), the least threshold and who may sign the trust root's.
Signatures are verified where they come in; a worker that is about to send reads these facts with its
row and compares digests. See docs/adr/0061. Over 400 lines, since each fact stands beside its form as
JSON, which a new member of it has to change as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from signpost.domain.amendment import Amend, delivery_of
from signpost.domain.canonical import canonical_json, digest, parse_utc, utc_text
from signpost.domain.delivery import NOW, Delivery
from signpost.domain.row import Row

DEFAULT_LEAD_S = 4 * 3600
"""How long before a post's time people are warned that its approval is missing: 4 hours."""

AWAITING = "awaiting approval"
"""How the reason of what awaits approval begins."""

LOOK_AGAIN = timedelta(seconds=60)
"""How soon a post that is due and not approved is looked at again, by the tick after that; each wait
after it is twice as long, so that a day takes a dozen looks."""

EXPIRES_AFTER = timedelta(seconds=1)
"""How long after its last instant a post that nobody approved is looked at for the last time."""

_TIMES = ("due", "zone", "local", "tzdata")


@dataclass(frozen=True, slots=True)
class Tier:
    """Which posts need approval, and how much of it.

    What is left empty selects everything; of what is given, one has to fit.

    Args:
        id: as the trust root names the threshold.
        needs: how many people have to approve; the trust root may ask for more.
        signers: positions or roles whose holders count towards `needs`; empty: all that the trust
            root lets approve.
        people: brand → those who hold such a position there.
        lead_s: how long before the post's time people are warned, in seconds.
    """

    id: str
    needs: int = 1
    signers: tuple[str, ...] = ()
    people: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    brands: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    lead_s: int = DEFAULT_LEAD_S

    def fits(self, brand: str, kind: str, accounts: Iterable[str], tags: Iterable[str]) -> bool:
        """Whether a post of this brand, type, accounts and tags needs it."""
        return (
            (not self.brands or brand in self.brands)
            and (not self.types or kind in self.types)
            and (not self.accounts or not set(self.accounts).isdisjoint(accounts))
            and (not self.tags or not set(self.tags).isdisjoint(tags))
        )

    def wire(self) -> dict[str, Any]:
        """As JSON members, for the head of a bundle."""
        return {
            "id": self.id,
            "needs": self.needs,
            "signers": list(self.signers),
            "people": {brand: list(names) for brand, names in self.people.items()},
            "brands": list(self.brands),
            "types": list(self.types),
            "accounts": list(self.accounts),
            "tags": list(self.tags),
            "lead_s": self.lead_s,
        }


def parse_tier(value: Mapping[str, Any]) -> Tier:
    """Read a tier's JSON members back.

    Raises:
        KeyError, TypeError, ValueError: they are not those of a tier.
    """
    lists = {
        name: _texts(value[name]) for name in ("signers", "brands", "types", "accounts", "tags")
    }
    people = {str(brand): _texts(names) for brand, names in value["people"].items()}
    tier = Tier(
        id=_text(value["id"]),
        needs=_count(value["needs"], least=1),
        people=people,
        lead_s=_count(value["lead_s"]),
        **lists,
    )
    if set(value) != set(tier.wire()) or not tier.id:
        raise ValueError("not a tier")
    return tier


@dataclass(frozen=True, slots=True)
class Authors:
    """Who made a post, since it was last approved: the commits' authors, and its owner.

    Args:
        people: those who are known; none of them approves alone.
        strangers: how many e-mail addresses belong to nobody who is known. Each may be one of those
            who approve, so each adds one to the number that it takes.
    """

    people: tuple[str, ...] = ()
    strangers: int = 0

    def wire(self) -> dict[str, Any]:
        """As JSON members, for the head of a bundle."""
        return {"people": list(self.people), "strangers": self.strangers}


def parse_authors(value: Mapping[str, Any]) -> Authors:
    """Read the JSON members back.

    Raises:
        KeyError, TypeError, ValueError: they are not those of authors.
    """
    if set(value) != {"people", "strangers"}:
        raise ValueError("not authors")
    return Authors(_texts(value["people"]), _count(value["strangers"]))


@dataclass(frozen=True, slots=True)
class Need:
    """What a tier asks of one post.

    Args:
        people: those who count by their position; see Tier.
    """

    tier: str
    count: int = 1
    signers: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    lead_s: int = DEFAULT_LEAD_S

    def counts(self, person: str, roles: Iterable[str]) -> bool:
        """Whether this person's approval is one of those that the tier asks for."""
        return not self.signers or person in self.people or bool({*self.signers} & {*roles})


@dataclass(frozen=True, slots=True)
class Bound:
    """What an approval is bound to, of one delivery.

    Args:
        revision: binds text, media, account and time.
        due: the time in it, as UTC text or `now`; for people.
        body: digest of all but the time, so that it can be told whether only that moved.
    """

    revision: str
    due: str
    body: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody said of a post, by a signature that was verified.

    Args:
        statement: digest of what was signed.
        roles: of the person's, those that the trust root counts.
        method: how it was signed, such as `passkey`.
        bound: what it was said of: delivery → what it is bound to.
    """

    person: str
    tier: str
    approve: bool
    statement: str
    at: datetime
    name: str = ""
    comment: str = ""
    roles: tuple[str, ...] = ()
    method: str = ""
    bound: Mapping[str, Bound] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ApprovalProof:
    """What somebody signed about a post, as the ledger keeps it.

    Args:
        post: workspace, brand and post id, with `/` between.
        file: the signature's name, such as `ottilie.sig`.
        statement: the bytes that were signed.
        signature: the file of the signature.
        at: when it came in first.
        comment: what should change, of a rejection.
        after: the person's statement before it; see signing.statement.Approval.
    """

    post: str
    person: str
    tier: str
    approve: bool
    file: str
    statement: bytes
    signature: bytes
    at: datetime
    comment: str = ""
    after: str = ""

    @property
    def digest(self) -> str:
        """Of the statement."""
        return f"sha256:{digest(self.statement)}"


@dataclass(frozen=True, slots=True)
class ApprovalGate:
    """What is known of the approvals of a post.

    Args:
        post: workspace, brand and post id, with `/` between.
        version: grows with every change; an intent is bound to the version it judged.
        needs: of each tier that fits the post; empty: it needs no approval (any more).
        bound: delivery → what is to be approved: all that the accepted bundle wants of the post.
        decisions: the latest yes and the latest no of each person for each tier, whatever they were
            bound to, in the order in which they were said: the last is what the next one names.
        lacking: why it is not approved, in words; empty where it is.
        root: digest of the trust root under which that was judged.
        missing: tier → ids of those who could approve, have not, and are still asked.
        commit: of the accepted bundle, for people; empty where there is none.
        approved_commit: the one at which the post was last approved.
    """

    post: str
    version: int = 0
    needs: tuple[Need, ...] = ()
    authors: Authors = Authors()
    bound: Mapping[str, Bound] = field(default_factory=dict)
    decisions: tuple[Decision, ...] = ()
    lacking: str = ""
    root: str = ""
    missing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    commit: str = ""
    approved_commit: str = ""

    @property
    def brand(self) -> str:
        """The brand's id."""
        return self.post.split("/")[1]

    @property
    def name(self) -> str:
        """The post's own id."""
        return self.post.split("/")[2]

    @property
    def revisions(self) -> dict[str, str]:
        """Delivery → revision, as a statement names them."""
        return {name: item.revision for name, item in sorted(self.bound.items())}

    @property
    def lead_s(self) -> int:
        """How long before its time people are warned, in seconds."""
        return max((need.lead_s for need in self.needs), default=0)

    def is_current(self, decision: Decision) -> bool:
        """Whether a decision is about the post as it stands, under a tier that still fits."""
        return decision.tier in {need.tier for need in self.needs} and self.revisions == {
            name: item.revision for name, item in decision.bound.items()
        }

    @property
    def current(self) -> tuple[Decision, ...]:
        """The decisions about the post as it stands."""
        return tuple(item for item in self.decisions if self.is_current(item))

    def moved_since(self, person: str) -> str:
        """What moved since the person last approved: `new`, `time`, `content`, or nothing."""
        mine = [item for item in self.decisions if item.person == person and item.approve]
        if not mine:
            return "new"
        return moved(max(mine, key=lambda item: item.at).bound, self.bound)


def moved(before: Mapping[str, Bound], after: Mapping[str, Bound]) -> str:
    """What moved between two sets of deliveries: `time` alone, `content`, or nothing (empty)."""
    if {name: item.revision for name, item in before.items()} == {
        name: item.revision for name, item in after.items()
    }:
        return ""
    bodies = {name: item.body for name, item in before.items()}
    return "time" if bodies == {name: item.body for name, item in after.items()} else "content"


def post_of(row: str) -> str:
    """The post that a row's id, a delivery's or an amendment's, belongs to."""
    return delivery_of(row).rpartition("/")[0]


def bound_of(delivery: Delivery) -> Bound:
    """What an approval of this delivery is bound to."""
    wire = delivery.wire()
    due = NOW if delivery.due is None else utc_text(delivery.due)
    body = {name: value for name, value in wire.items() if name not in _TIMES}
    return Bound(digest(canonical_json(wire)), due, digest(canonical_json(body)))


def needs_of(
    tiers: Iterable[Tier], brand: str, kind: str, accounts: Iterable[str], tags: Iterable[str]
) -> tuple[Need, ...]:
    """What each tier that fits asks of a post. Where several fit, all of them have to be met."""
    there, words = frozenset(accounts), frozenset(tags)
    return tuple(
        Need(tier.id, tier.needs, tier.signers, tier.people.get(brand, ()), tier.lead_s)
        for tier in tiers
        if tier.fits(brand, kind, there, words)
    )


def with_decision(gate: ApprovalGate, decision: Decision) -> ApprovalGate:
    """The facts with one decision more.

    Of each person and tier the latest yes and the latest no are kept: a page says what moved since
    the yes, and a no about an earlier text holds again where the post goes back to it. Of the post
    as it stands only the latest counts.
    """
    kept = [
        item
        for item in gate.decisions
        if (item.person, item.tier) != (decision.person, decision.tier)
        or (item.approve is not decision.approve and not gate.is_current(item))
    ]
    return replace(gate, decisions=(*kept, decision))


def withheld(row: Row, gate: ApprovalGate | None, root: str) -> str:
    """Why approval keeps a row from being sent, in words; empty where nothing does.

    Args:
        row: a delivery's, or an amendment's.
        gate: what is known of the approvals of its post; None: nothing.
        root: digest of the brand's trust root that was accepted last; empty without one.
    """
    if row.action == Amend.RETRACT:
        return ""  # taking something away needs nobody's yes
    if gate is None:
        return f"{AWAITING}: what is known of it is missing" if row.tiers else ""
    if not gate.needs:
        return ""
    found = gate.bound.get(delivery_of(row.delivery))
    if found is None or found.revision != row.revision:
        return f"{AWAITING}: another revision is to be approved"
    if gate.lacking:
        return f"{AWAITING}: {gate.lacking}"[:300]
    if not root or gate.root != root:
        return f"{AWAITING}: it is verified again under the new trust root"
    return ""


def next_look(row: Row, lead_s: int, now: datetime) -> datetime:
    """When a worker next looks at a row that awaits approval.

    To warn people, so long before its time as they asked; from its time on ever more rarely, in case
    that who approved, or a push, could not let it go; and when it is too late, to say so.
    """
    last = row.due + timedelta(seconds=row.grace_s) + EXPIRES_AFTER
    looks = (row.due - timedelta(seconds=lead_s), row.due)
    again = now + max(LOOK_AGAIN, now - row.due)
    return next((moment for moment in looks if moment > now), min(last, again))


def is_another_look(row: Row) -> bool:
    """Whether a row is only looked at again, after its time and soon after the last look."""
    return row.next_at > row.due and row.next_at - row.changed_at >= LOOK_AGAIN


def first_look(row: Row, lead_s: int, now: datetime) -> datetime:
    """When people are warned: so long before its time as they asked, or now where that is over."""
    return max(now, row.due - timedelta(seconds=lead_s))


def gate_wire(gate: ApprovalGate) -> dict[str, Any]:
    """All facts but the post's name, as JSON members."""
    return {
        "version": gate.version,
        "needs": [
            {
                "tier": need.tier,
                "count": need.count,
                "signers": list(need.signers),
                "people": list(need.people),
                "lead_s": need.lead_s,
            }
            for need in gate.needs
        ],
        "authors": gate.authors.wire(),
        "bound": _bound_wire(gate.bound),
        "decisions": [
            {
                "person": item.person,
                "tier": item.tier,
                "approve": item.approve,
                "statement": item.statement,
                "at": utc_text(item.at),
                "name": item.name,
                "comment": item.comment,
                "roles": list(item.roles),
                "method": item.method,
                "bound": _bound_wire(item.bound),
            }
            for item in gate.decisions
        ],
        "lacking": gate.lacking,
        "root": gate.root,
        "missing": {tier: list(people) for tier, people in gate.missing.items()},
        "commit": gate.commit,
        "approved_commit": gate.approved_commit,
    }


def parse_approval(post: str, value: Mapping[str, Any]) -> ApprovalGate:
    """Read the members back.

    Raises:
        KeyError, TypeError, ValueError: they are not those facts.
    """
    return ApprovalGate(
        post,
        version=int(value["version"]),
        needs=tuple(
            Need(
                item["tier"], item["count"], _texts(item["signers"]), _texts(item["people"]),
                item["lead_s"],
            )
            for item in value["needs"]
        ),
        authors=parse_authors(value["authors"]),
        bound=_parse_bound(value["bound"]),
        decisions=tuple(
            Decision(
                item["person"], item["tier"], bool(item["approve"]), item["statement"],
                parse_utc(item["at"]), item["name"], item["comment"], _texts(item["roles"]),
                item["method"], _parse_bound(item["bound"]),
            )
            for item in value["decisions"]
        ),
        missing={str(tier): _texts(names) for tier, names in value["missing"].items()},
        **{name: _text(value[name]) for name in ("lacking", "root", "commit", "approved_commit")},
    )  # fmt: skip


def _bound_wire(bound: Mapping[str, Bound]) -> dict[str, list[str]]:
    return {name: [item.revision, item.due, item.body] for name, item in bound.items()}


def _parse_bound(value: Mapping[str, Any]) -> dict[str, Bound]:
    return {str(name): Bound(*_texts(item)) for name, item in value.items()}


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError("not a list")
    return tuple(_text(item) for item in value)


def _count(value: object, least: int = 0) -> int:
    if type(value) is not int or value < least:
        raise ValueError("not a number")
    return value
