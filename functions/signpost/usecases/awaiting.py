"""What awaits whom: the posts that need approval, with everything that somebody has to see first.

What it shows is what would be sent: the lines of the accepted bundle, checked against the revisions
that a signature binds. The command line and the sign-off page show it, sign, and hand it to `control`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from signpost.domain.amendment import amendment_of
from signpost.domain.approval import ApprovalGate, moved
from signpost.domain.canonical import canonical_json, utc_text
from signpost.domain.delivery import About, Delivery, members, parse_line
from signpost.domain.gate import ReleaseGate
from signpost.domain.lifecycle import OPEN, State
from signpost.domain.row import BundleRef, Row
from signpost.errors import BundleError, SigningError, StackError
from signpost.ports import Ledger, ObjectStore
from signpost.usecases.state import KEY
from signpost.usecases.trusted import Roots

if TYPE_CHECKING:  # who only publishes signs nothing
    from signpost.domain.signing.root import TrustRoot

_OVER = frozenset({State.EXPIRED, State.CANCELLED, State.FAILED})


@dataclass(frozen=True, slots=True)
class Awaiting:
    """Lists posts that await approval.

    Args:
        workspace: its id.
        roots: finds a brand's trust root.
    """

    workspace: str
    ledger: Ledger
    objects: ObjectStore
    roots: Roots

    def answer(self, text: Mapping[str, str]) -> dict[str, Any]:
        """What a request gets to hear: `items`, as JSON members.

        Args:
            text: `person`, `posts` (a JSON list) and `pending` of the request; any may be left out.
        """
        try:
            posts = [str(item) for item in json.loads(text.get("posts", "") or "[]")]
        except (ValueError, TypeError, RecursionError):
            posts = []
        pending = bool(text.get("pending"))
        return {"items": self.of(text.get("person", ""), posts, pending=pending)}

    def of(
        self, person: str = "", posts: Iterable[str] = (), *, pending: bool = False
    ) -> list[dict[str, Any]]:
        """The posts that await approval, the earliest first, as JSON members.

        docs/approvals.md lists the members.

        Args:
            person: only what this person of the trust root may decide and has not; empty: everything.
            posts: only these, by post id, or brand and post id with `/` between, whether they still
                await approval or not; empty: all that do.
            pending: of those that are named, too, only what this person may decide and has not.

        Raises:
            StackError: the state file, which names the posts, cannot be read.
            LedgerUnavailable: the ledger could not be read.
        """
        named = set(posts)
        whatever = bool(named) and not pending
        known = self._known()
        wanted = [n for n in known if not named or n.split("/", 1)[1] in named
                  or n.rsplit("/", 1)[1] in named]  # fmt: skip
        gates = {name: gate for name, gate in self.ledger.approvals(wanted).items() if gate.needs}
        releases = self.ledger.gates({gate.brand for gate in gates.values()}) if gates else {}
        roots = {name: self._root(gate) for name, gate in releases.items()}
        found = []
        for gate in gates.values():
            root = roots.get(gate.brand)
            if not whatever and not _may_decide(gate, root, person):
                continue
            rows = self.ledger.rows([name for d in gate.bound for name in (d, amendment_of(d))])
            if not whatever and not _pending(gate, rows):
                continue
            found.append(self._item(gate, root, rows, person))
        return sorted(found, key=lambda item: (item["due"] or "~", item["brand"], item["post"]))

    def _known(self) -> list[str]:
        stored = self.objects.get(KEY)
        try:
            state = json.loads(stored.data) if stored else {}
            return sorted(state.get("approvals", {}))
        except (ValueError, AttributeError, TypeError) as error:
            raise StackError(
                "The state file cannot be read, so that it is not known what awaits approval.",
                "It is written anew within a minute: ask again.",
            ) from error

    def _root(self, release: ReleaseGate) -> TrustRoot | None:
        try:
            return self.roots(release)
        except SigningError:
            return None

    def _item(
        self, gate: ApprovalGate, root: TrustRoot | None, rows: Mapping[str, Row], person: str
    ) -> dict[str, Any]:
        from signpost.domain.signing.approvals import tier_standing

        before = _before(gate, person)
        lines = self._lines(gate, rows)
        about = next((about for _delivery, about in lines.values()), About())
        told = {
            name: members(about)[name] for name in ("title", "source", "type", "campaign", "owner")
        }
        dues = [rows[d].due for d in gate.bound if d in rows and rows[d].state not in _OVER
                and rows[d].state is not State.PUBLISHED]  # fmt: skip
        return {
            "brand": gate.brand,
            "post": gate.name,
            **told,
            "tags": list(about.tags),
            "commit": gate.commit,
            "version": gate.version,
            "due": utc_text(min(dues)) if dues else "",
            "moved": gate.moved_since(person) if person else "",
            "authors": list(gate.authors.people),
            "strangers": gate.authors.strangers,
            "lacking": gate.lacking,
            "needs": [_need(gate, tier_standing(gate, need, root)) for need in gate.needs],
            "decisions": [
                {
                    "person": item.person,
                    "name": item.name,
                    "tier": item.tier,
                    "approve": item.approve,
                    "at": utc_text(item.at),
                    "method": item.method,
                    "statement": item.statement,
                    "comment": item.comment,
                    "current": gate.is_current(item),
                }
                for item in gate.decisions
            ],
            "deliveries": [
                _delivery(name, gate, rows.get(name), lines.get(name), before)
                for name in gate.bound
            ],
            "sign": _to_sign(gate, root, person),
        }

    def _lines(
        self, gate: ApprovalGate, rows: Mapping[str, Row]
    ) -> dict[str, tuple[Delivery, About]]:
        """What would be sent, by delivery; only what is of the very revision to be approved."""
        digest = self.ledger.pointer().digest
        found = {}
        for name, bound in gate.bound.items():
            row, after = rows.get(name), rows.get(amendment_of(name))
            refs = [
                item.bundle for item in (row, after) if item and item.revision == bound.revision
            ]
            line = self._line(refs[0]) if refs else self._accepted(digest, name)
            if line is not None and line[0].revision == bound.revision:
                found[name] = line
        return found

    def _line(self, ref: BundleRef) -> tuple[Delivery, About] | None:
        try:
            data = self.objects.get_range(f"bundles/{ref.digest}.jsonl", ref.offset, ref.length)
            return parse_line(data)
        except BundleError:
            return None

    def _accepted(self, digest: str, delivery: str) -> tuple[Delivery, About] | None:
        """The accepted bundle's line: of what is public and was edited since."""
        stored = self.objects.get(f"bundles/{digest}.jsonl") if digest else None
        if stored is None:
            return None
        wanted = canonical_json(delivery.split("/")[2])
        for line in stored.data.splitlines()[1:]:
            if wanted in line:
                found = parse_line(line)
                if found[0].id == delivery:
                    return found
        return None


def _before(gate: ApprovalGate, person: str) -> Mapping[str, Any]:
    mine = [item for item in gate.decisions if item.approve and person in {"", item.person}]
    return max(mine, key=lambda item: item.at).bound if mine else {}


def _may_decide(gate: ApprovalGate, root: TrustRoot | None, person: str) -> bool:
    """Whether there is something for this person to decide."""
    if not person:
        return bool(gate.lacking)
    return bool(gate.lacking) and any(item["tier"] for item in _to_sign(gate, root, person))


def _pending(gate: ApprovalGate, rows: Mapping[str, Row]) -> bool:
    """Whether anything comes of an approval: something is not public as it is to be approved."""
    for name, bound in gate.bound.items():
        row, after = rows.get(name), rows.get(amendment_of(name))
        shown = {item.revision for item in (row, after) if item and item.state is State.PUBLISHED}
        if bound.revision in shown:
            continue
        if row is not None and (row.state in OPEN or row.awaits or row.state is State.PUBLISHED):
            return True
        if row is not None and row.state is State.HELD:
            return True
    return False


def _need(gate: ApprovalGate, standing: Any) -> dict[str, Any]:
    need = standing.need
    return {
        "tier": need.tier,
        "count": standing.count,
        "lacking": standing.lacking,
        "signers": list(need.signers),
        "signed": [
            {"person": d.person, "name": d.name, "at": utc_text(d.at), "method": d.method}
            for d in gate.current
            if d.tier == need.tier and d.approve
        ],
        "missing": [{"person": p.id, "name": p.name} for p in standing.missing],
    }


def _to_sign(gate: ApprovalGate, root: TrustRoot | None, person: str) -> list[dict[str, Any]]:
    """The statements by which the post is approved: one a tier; a person's own, where one is named."""
    if root is None:
        return []
    from signpost.domain.signing.approvals import said, to_approve
    from signpost.domain.signing.document import sha256
    from signpost.domain.signing.root import Kind

    found = []
    for need in gate.needs:
        threshold = root.approval.get(need.tier)
        if threshold is None:
            continue
        who = root.people.get(person)
        if person and (who is None or not {*who.roles} & {*threshold.roles}):
            continue
        mine = said(gate, person, need.tier)
        if mine is not None and mine.approve:
            continue
        statement = to_approve(gate, need.tier, person)
        data = statement.write()
        found.append(
            {
                "tier": need.tier,
                "namespace": root.namespace(Kind.APPROVAL),
                "statement": data.decode(),
                "digest": sha256(data),
                "after": statement.after,
            }
        )
    return found


def _delivery(
    name: str,
    gate: ApprovalGate,
    row: Row | None,
    line: tuple[Delivery, About] | None,
    before: Mapping[str, Any],
) -> dict[str, Any]:
    """One delivery as it would be sent. Without a line it can be approved by nobody who looks."""
    bound, was = gate.bound[name], before.get(name)
    told: dict[str, Any] = {
        "delivery": name,
        "account": name.rsplit("/", 1)[1],
        "channel": "",
        "handle": "",
        "state": row.state if row else "",
        "reason": row.reason if row else "",
        "revision": bound.revision,
        "due": bound.due,
        "wire": "",
        "parts": [],
        "was": {"revision": was.revision, "due": was.due} if was else None,
        "moved": moved({name: was}, {name: bound}) if was else "new",
    }
    if line is None:
        return told
    wire = line[0].wire()
    return told | {
        "channel": wire["account"]["channel"],
        "handle": wire["account"]["handle"],
        "local": wire["local"],
        "zone": wire["zone"],
        "grace_s": wire["grace_s"],
        "link": wire["link"],
        "language": wire["language"],
        "parts": wire["parts"],
        "wire": canonical_json(wire).decode(),
    }
