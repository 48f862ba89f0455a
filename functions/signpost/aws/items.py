"""Ledger rows and the like as DynamoDB items, and back.

Compact and forgiving: an attribute with its default value is not stored, a missing one is read as
its default, and one that this version does not know is left alone by every write (writes are
UpdateItem, never a replacement). So versions of the code can follow each other on one table.
Lists and maps are JSON texts: they are only ever read whole.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import datetime
from typing import Any

from signpost.domain.approval import (
    ApprovalGate,
    ApprovalProof,
    gate_wire,
    parse_approval,
)
from signpost.domain.budget import Budget, Seen
from signpost.domain.canonical import canonical_json, parse_utc, utc_text
from signpost.domain.delivery import Account
from signpost.domain.gate import Released, ReleaseGate
from signpost.domain.lifecycle import OPEN, State
from signpost.domain.row import Attempt, BundleRef, PublishedPart, Row
from signpost.domain.stop import Stop
from signpost.errors import LedgerUnavailable
from signpost.ports import AccountState, Pointer, RateState, TickMark

Item = dict[str, Any]
"""An item in DynamoDB's wire form, such as `{"pk": {"S": "D#…"}}`."""

INDEX = "due"
SHARD = "shard"
"""Partition key of the index; its sort key is `next_at`."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a value becomes an attribute and comes back."""

    tag: str
    write: Callable[[Any], Any]
    read: Callable[[Any], Any]

    def encode(self, value: Any) -> dict[str, Any]:
        return {self.tag: self.write(value)}

    def decode(self, attribute: Mapping[str, Any]) -> Any:
        return self.read(attribute[self.tag])


def _json_kind(to_json: Callable[[Any], Any], from_json: Callable[[Any], Any]) -> _Kind:
    return _Kind(
        "S",
        lambda value: canonical_json(to_json(value)).decode(),
        lambda text: from_json(json.loads(text)),
    )


TEXT = _Kind("S", str, str)
NUMBER = _Kind("N", str, int)
FLAG = _Kind("BOOL", bool, bool)
MOMENT = _Kind("S", utc_text, parse_utc)
JSON = _json_kind(dict, dict)
TEXTS = _json_kind(list, tuple)

_BUNDLE = _json_kind(
    lambda ref: [ref.digest, ref.offset, ref.length], lambda value: BundleRef(*value[:3])
)
_PARTS = _json_kind(
    lambda parts: [[part.external_id, part.permalink] for part in parts],
    lambda value: tuple(PublishedPart(*entry[:2]) for entry in value),
)
_HISTORY = _json_kind(
    lambda history: [[utc_text(a.at), a.part, a.outcome, a.reason] for a in history],
    lambda value: tuple(Attempt(parse_utc(entry[0]), *entry[1:4]) for entry in value),
)
_TARGET = _json_kind(
    lambda a: [a.id, a.channel, a.handle, a.server, a.secret], lambda value: Account(*value[:5])
)

ROW: Mapping[str, _Kind] = {
    "brand": TEXT,
    "account": TEXT,
    "state": _Kind("S", str, State),
    "revision": TEXT,
    "bundle": _BUNDLE,
    "due": MOMENT,
    "next_at": MOMENT,
    "grace_s": NUMBER,
    "on_ambiguous": TEXT,
    "parts_total": NUMBER,
    "changed_at": MOMENT,
    "fence": NUMBER,
    "attempts": NUMBER,
    "owner": TEXT,
    "key": TEXT,
    "intent_at": MOMENT,
    "deadline_at": MOMENT,
    "asks": NUMBER,
    "resends": NUMBER,
    "prepared": JSON,
    "pending_id": TEXT,
    "parts": _PARTS,
    "published_at": MOMENT,
    "reason": TEXT,
    "maybe_live": FLAG,
    "history": _HISTORY,
    "target": _TARGET,
    "action": TEXT,
    "aims": _PARTS,
    "live": TEXT,
    "base": _BUNDLE,
    "note": TEXT,
    "made_from": TEXT,
    "tiers": TEXT,
    "awaits": FLAG,
}
"""How each field of a row but its id is stored."""

_RELEASES = _json_kind(
    lambda found: [
        [r.version, r.digest, utc_text(r.start), utc_text(r.end), list(r.signers)] for r in found
    ],
    lambda value: tuple(
        Released(
            entry[0], entry[1], parse_utc(entry[2]), parse_utc(entry[3]),
            tuple(entry[4] if len(entry) > 4 else ()),
        )
        for entry in value
    ),
)  # fmt: skip

GATE: Mapping[str, _Kind] = {
    "version": NUMBER,
    "required": FLAG,
    "anchor": TEXT,
    "root": TEXT,
    "root_version": NUMBER,
    "head": TEXT,
    "evidence": TEXT,
    "releases": _RELEASES,
    "lacking": TEXT,
}
"""How each fact about a brand's releases is stored."""

_DEFAULTS = {
    f.name: f.default for f in fields(Row) if f.default is not MISSING and f.name != "fence"
}


REQUIRED = frozenset(ROW) - frozenset(_DEFAULTS) - {"fence"}
"""Fields that every version has written."""


def shard_of(state: State, *, awaits: bool = False) -> str:
    """The index partition of a state; empty where the row is in none.

    What awaits approval is open: a worker has to look at it when its time comes.
    """
    if state in OPEN or awaits:
        return "open"
    return {State.HELD: "held", State.PUBLISHED: "published"}.get(state, "")


def row_key(delivery: str) -> Item:
    """The key of a delivery's row."""
    return {"pk": {"S": f"D#{delivery}"}, "sk": {"S": "STATE"}}


def workspace_key(workspace: str, name: str) -> Item:
    """The key of one of the workspace's items: `STOP`, `BUNDLE`, `TICK`, `RELEASE#<brand>`."""
    return {"pk": {"S": f"W#{workspace}"}, "sk": {"S": name}}


def approval_key(post: str) -> Item:
    """The key of what is known of a post's approvals."""
    return {"pk": {"S": f"P#{post}"}, "sk": {"S": "APPROVAL"}}


def evidence_key(post: str, statement: str, person: str) -> Item:
    """The key of one signature about a post."""
    return {"pk": {"S": f"P#{post}"}, "sk": {"S": f"APPROVAL#{statement}#{person}"}}


def rate_key(account: str) -> Item:
    """The key of an account's rate item."""
    return {"pk": {"S": f"RATE#{account}"}, "sk": {"S": "RATE"}}


def delivery_of(item: Mapping[str, Any]) -> str:
    """The delivery whose row, or whose entry in the index, this is."""
    return str(item["pk"]["S"])[2:]


def row_attributes(row: Row) -> dict[str, dict[str, Any] | None]:
    """Every attribute of the row but its key; None for one that must not be there."""
    attributes: dict[str, dict[str, Any] | None] = {}
    for name, kind in ROW.items():
        value = getattr(row, name)
        absent = name in _DEFAULTS and value == _DEFAULTS[name]
        attributes[name] = None if absent else kind.encode(value)
    shard = shard_of(row.state, awaits=row.awaits)
    attributes[SHARD] = {"S": shard} if shard else None
    return attributes


def row_of(item: Mapping[str, Any]) -> Row:
    """The row that an item holds.

    Raises:
        LedgerUnavailable: the item was written by a version of the code that this one cannot read.
    """
    delivery = delivery_of(item)
    try:
        values = {name: kind.decode(item[name]) for name, kind in ROW.items() if name in item}
        return Row(delivery=delivery, **values)
    except (ValueError, TypeError, KeyError, IndexError) as error:
        raise LedgerUnavailable(
            f"The row of {delivery} cannot be read by this version ({error}).",
            "Deploy the newest version of the functions.",
        ) from error


def rate_of(item: Mapping[str, Any]) -> RateState:
    """The rate state that an item holds."""
    return RateState(
        window=_value(item, "window", NUMBER, 0),
        used=_value(item, "used", NUMBER, 0),
        blocked_until=_value(item, "blocked_until", MOMENT, None),
        taken=_value(item, "taken", NUMBER, 0),
        seen=_seen_of(item) if "seen_at" in item else None,
        token_until=_value(item, "token_until", MOMENT, None),
    )


def seen_attributes(seen: Seen) -> dict[str, dict[str, Any] | None]:
    """What a channel said is left, beside the counts of the rate item."""
    resets_at = seen.budget.resets_at
    return {
        "cap": NUMBER.encode(seen.cap),
        "seen_at": MOMENT.encode(seen.at),
        "resets_at": MOMENT.encode(resets_at) if resets_at else None,
        "budget_limit": NUMBER.encode(seen.budget.limit),
        "budget_left": NUMBER.encode(seen.budget.left),
    }


def _seen_of(item: Mapping[str, Any]) -> Seen:
    budget = Budget(
        limit=_value(item, "budget_limit", NUMBER, 0),
        left=_value(item, "budget_left", NUMBER, 0),
        resets_at=_value(item, "resets_at", MOMENT, None),
    )
    return Seen(budget, MOMENT.decode(item["seen_at"]), _value(item, "cap", NUMBER, 0))


def account_of(item: Mapping[str, Any]) -> AccountState:
    """All that a rate item holds of its account."""
    return AccountState(rate_of(item), _value(item, "check", JSON, None))


def stop_of(item: Mapping[str, Any]) -> Stop:
    """The stop switch that an item holds."""
    return Stop(NUMBER.decode(item["version"]), frozenset(_value(item, "scopes", TEXTS, ())))


def pointer_of(item: Mapping[str, Any]) -> Pointer:
    """The accepted bundle that an item names."""
    moment: datetime | None = _value(item, "at", MOMENT, None)
    required: bool = _value(item, "required", FLAG, default=False)
    return Pointer(_value(item, "digest", TEXT, ""), moment, required)


def gate_name(brand: str) -> str:
    """The name of a brand's item among the workspace's."""
    return f"RELEASE#{brand}"


def gate_attributes(gate: ReleaseGate) -> dict[str, dict[str, Any] | None]:
    """Every attribute of the facts about a brand's releases but their key."""
    return {name: kind.encode(getattr(gate, name)) for name, kind in GATE.items()}


def gate_of(item: Mapping[str, Any]) -> ReleaseGate:
    """The facts about a brand's releases that an item holds.

    Raises:
        LedgerUnavailable: the item was written by a version of the code that this one cannot read.
    """
    brand = str(item["sk"]["S"]).removeprefix("RELEASE#")
    try:
        values = {name: kind.decode(item[name]) for name, kind in GATE.items() if name in item}
        return ReleaseGate(brand, **values)
    except (ValueError, TypeError, KeyError, IndexError) as error:
        raise LedgerUnavailable(
            f"The releases of {brand} cannot be read by this version ({error}).",
            "Deploy the newest version of the functions.",
        ) from error


def approval_attributes(gate: ApprovalGate) -> dict[str, dict[str, Any] | None]:
    """Every attribute of what is known of a post's approvals but its key."""
    facts = gate_wire(gate)
    del facts["version"]
    return {"version": NUMBER.encode(gate.version), "facts": JSON.encode(facts)}


def approval_of(item: Mapping[str, Any]) -> ApprovalGate:
    """What is known of a post's approvals, by its item.

    Raises:
        LedgerUnavailable: the item was written by a version of the code that this one cannot read.
    """
    post = str(item["pk"]["S"])[2:]
    try:
        version = NUMBER.decode(item["version"])
        return parse_approval(post, {**JSON.decode(item["facts"]), "version": version})
    except (ValueError, TypeError, KeyError, IndexError) as error:
        raise LedgerUnavailable(
            f"The approvals of {post} cannot be read by this version ({error}).",
            "Deploy the newest version of the functions.",
        ) from error


def evidence_attributes(proof: ApprovalProof) -> dict[str, dict[str, Any] | None]:
    """Every attribute of a signature about a post but its key."""
    return {
        "person": TEXT.encode(proof.person),
        "tier": TEXT.encode(proof.tier),
        "approve": FLAG.encode(proof.approve),
        "file": TEXT.encode(proof.file),
        "statement": TEXT.encode(proof.statement.decode()),
        "signature": TEXT.encode(proof.signature.decode()),
        "at": MOMENT.encode(proof.at),
        "comment": TEXT.encode(proof.comment),
        "after": TEXT.encode(proof.after),
    }


def evidence_of(item: Mapping[str, Any]) -> ApprovalProof:
    """The signature that an item holds."""
    return ApprovalProof(
        post=str(item["pk"]["S"])[2:],
        person=TEXT.decode(item["person"]),
        tier=TEXT.decode(item["tier"]),
        approve=FLAG.decode(item["approve"]),
        file=TEXT.decode(item["file"]),
        statement=TEXT.decode(item["statement"]).encode(),
        signature=TEXT.decode(item["signature"]).encode(),
        at=MOMENT.decode(item["at"]),
        comment=TEXT.decode(item["comment"]),
        after=TEXT.decode(item["after"]),
    )


def mark_of(item: Mapping[str, Any]) -> TickMark:
    """The mark that a tick left."""
    return TickMark(
        ran_at=MOMENT.decode(item["ran_at"]),
        horizon=MOMENT.decode(item["horizon"]),
        watched=_value(item, "watched", TEXTS, ()),
        bundle=_value(item, "bundle", TEXT, ""),
        stop_version=_value(item, "stop_version", NUMBER, -1),
    )


def _value(item: Mapping[str, Any], name: str, kind: _Kind, default: Any) -> Any:
    return kind.decode(item[name]) if name in item else default
