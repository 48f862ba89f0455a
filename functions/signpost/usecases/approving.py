"""Take a yes or a no to a post: verified here, kept as evidence, and counted at once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from signpost.domain.approval import ApprovalGate, ApprovalProof
from signpost.domain.canonical import utc_text
from signpost.domain.gate import ReleaseGate
from signpost.domain.lifecycle import State
from signpost.domain.protocol import is_late
from signpost.errors import LedgerUnavailable, SigningError, SignpostError
from signpost.ports import Clock, Ledger, Queue, Write
from signpost.usecases.approval_facts import recounted
from signpost.usecases.approval_rows import follow, rows_of
from signpost.usecases.state import StateWriter
from signpost.usecases.trusted import Roots

if TYPE_CHECKING:
    from signpost.domain.signing.counting import Check
    from signpost.domain.signing.root import TrustRoot

TRIES = 8
MAX_REASON = 2000
_LOOK = "Look at it again: `signpost approve POST`."


class NotApproved(SignpostError):
    """A yes or a no that does not count."""

    code = "APPROVAL"


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says of a post.

    Args:
        deliveries: delivery → revision, as they saw it.
        signatures: name of a signature's file → its text; one statement, so one person each.
        reason: what should change, of a rejection; one line.
    """

    brand: str
    post: str
    tier: str
    approve: bool
    deliveries: Mapping[str, str]
    signatures: Mapping[str, str]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of it: the facts, and the states of the post's deliveries."""

    gate: ApprovalGate
    states: Mapping[str, str]

    def wire(self, tier: str) -> dict[str, Any]:
        """As JSON members, for who asked."""
        return {
            "brand": self.gate.brand,
            "post": self.gate.name,
            "tier": tier,
            "met": not self.gate.lacking,
            "lacking": self.gate.lacking,
            "signed": [d.person for d in self.gate.current if d.approve],
            "states": dict(self.states),
        }


@dataclass(frozen=True, slots=True)
class Approving:
    """Takes approvals and rejections of one workspace's posts.

    Args:
        workspace: its id.
        roots: finds a brand's trust root.
        check: the mathematics of signatures.
        state: told at once; that it cannot be is no failure of what was asked.
    """

    workspace: str
    ledger: Ledger
    queue: Queue
    clock: Clock
    roots: Roots
    check: Check
    state: StateWriter | None = None

    def answer(self, action: str, text: Mapping[str, str]) -> dict[str, Any]:
        """What a request gets to hear, as JSON members.

        Args:
            action: `approve`, `reject`, or `proofs` to read what was signed.
            text: members of the request; what is an object there is JSON text here.

        Raises:
            NotApproved: it does not count; it says why.
            LedgerUnavailable, LedgerUnknown: it is not sure that it took effect; ask again.
        """
        if action == "proofs":
            return {"proofs": [_proof_wire(item) for item in self.proofs(_names(text))]}
        said = Said(
            brand=text.get("brand", ""),
            post=text.get("post", ""),
            tier=text.get("tier", ""),
            approve=action == "approve",
            deliveries=_mapping(text, "deliveries"),
            signatures=_mapping(text, "signatures"),
            reason=" ".join(text.get("reason", "").split()),
        )
        return self.take(said, actor=text.get("actor", "")).wire(said.tier)

    def take(self, said: Said, *, actor: str) -> Heard:
        """Verify and count what somebody says of a post. Asking twice does no harm.

        Raises:
            NotApproved: the post needs no such approval, was changed since, or a signature does
                not count.
            LedgerUnavailable, LedgerUnknown: it is not sure that it took effect; ask again.
        """
        if not said.approve and not said.reason:
            raise NotApproved("It is not said what should change.", "Add --reason.")
        if len(said.reason) > MAX_REASON:
            raise NotApproved(f"The reason is longer than {MAX_REASON} characters.", "Shorten it.")
        if not said.signatures:
            raise NotApproved("There is no signature.", "Sign it: `signpost approve POST`.")
        post = f"{self.workspace}/{said.brand}/{said.post}"
        for _ in range(TRIES):
            have = self.ledger.approvals([post]).get(post)
            gate = _judged(have, said)
            release = self.ledger.gates([said.brand]).get(said.brand) or ReleaseGate(said.brand)
            root = self._root(release)
            new = self._new(gate, said, root, self.clock.now())
            for proof in new:
                self.ledger.keep_proof(proof)
            if not new and gate.root == release.root:
                return self._let(gate, release.root, actor)
            counted = recounted(self.ledger, gate, root, release.root, self.check, more=new)
            counted = replace(counted, version=gate.version + 1)
            if self.ledger.swap_approval(counted, expected=gate.version) is Write.DONE:
                heard = self._let(counted, release.root, actor)
                self._audit(said, new, actor)
                return heard
        raise LedgerUnavailable("The approvals of the post kept moving.", "Ask again.")

    def proofs(self, names: list[str]) -> list[ApprovalProof]:
        """Everything that was signed about posts and still matters, for the archive.

        Args:
            names: of posts, each as brand and post id with `/` between.
        """
        gates = self.ledger.approvals(f"{self.workspace}/{name}" for name in names)
        wanted = {
            (gate.post, item.statement, item.person)
            for gate in gates.values()
            for item in gate.decisions
        }
        found: dict[tuple[str, str, str], ApprovalProof] = {}
        while wanted:
            proofs = self.ledger.proofs(wanted)
            found |= {(item.post, item.digest, item.person): item for item in proofs}
            # What was taken back is evidence, too.
            before = {(item.post, item.after, item.person) for item in proofs if item.after}
            wanted = before - {*found}
        return sorted(found.values(), key=lambda item: (item.post, item.at, item.person))

    def _root(self, release: ReleaseGate) -> TrustRoot:
        try:
            root = self.roots(release)
        except SigningError as error:
            raise NotApproved(error.cause, error.remedy) from error
        if root is None:
            raise NotApproved(
                f"The stack knows no trust root of {release.brand}, so that nobody can approve.",
                "docs/approvals.md says how one is made: `signpost strategy root init`.",
            )
        return root

    def _new(
        self, gate: ApprovalGate, said: Said, root: TrustRoot, now: datetime
    ) -> list[ApprovalProof]:
        """The signatures that say something new; what was said already is passed over.

        Raises:
            NotApproved: one does not count.
        """
        # Imported by need: most acts of this function verify nothing.
        from signpost.domain.signing.approvals import to_approve, to_reject, verify
        from signpost.domain.signing.counting import person_of

        kept = {
            (p.person, p.tier, p.signature): p
            for p in self.ledger.proofs((gate.post, d.statement, d.person) for d in gate.current)
        }
        latest = {(d.person, d.tier): d.statement for d in gate.current}
        found = []
        for file, signature in sorted(said.signatures.items()):
            try:
                person = person_of(file)
                data = signature.encode()
                known = kept.get((person, said.tier, data))
                if known and latest.get((person, said.tier)) == known.digest:
                    continue  # the answer to the same was lost
                wanted = (
                    to_approve(gate, said.tier, person)
                    if said.approve
                    else to_reject(gate, said.tier, said.reason, person)
                )
                proof = ApprovalProof(
                    gate.post, person, said.tier, said.approve, file, wanted.write(), data, now,
                    said.reason if not said.approve else "", wanted.after,
                )  # fmt: skip
                verify(gate, root, proof, self.check)
            except SigningError as error:
                raise NotApproved(f"{file}: {error.cause}", _LOOK) from error
            found.append(proof)
        return found

    def _let(self, gate: ApprovalGate, root: str, actor: str) -> Heard:
        now = self.clock.now()
        owner = f"approval:{actor}:{utc_text(now)}"
        have = rows_of(self.ledger, gate)
        rows = follow(self.ledger, self.queue, gate, root, have, owner=owner, now=now)
        if self.state is not None:
            with suppress(SignpostError):  # a courtesy: the next tick writes it, too
                self.state.refresh(rows)
        states = {
            name: State.EXPIRED if row.awaits and is_late(row, now) else row.state
            for name, row in rows.items()
        }
        return Heard(gate, states)

    def _audit(self, said: Said, new: list[ApprovalProof], actor: str) -> None:
        action = "approve" if said.approve else "reject"
        self.ledger.audit(
            self.clock.now(), actor, action,
            {
                "brand": said.brand,
                "post": said.post,
                "tier": said.tier,
                "people": [proof.person for proof in new],
                "statements": [proof.digest for proof in new],
                "reason": said.reason,
            },
        )  # fmt: skip


def _judged(gate: ApprovalGate | None, said: Said) -> ApprovalGate:
    """The facts, where what is said is about them.

    Raises:
        NotApproved: it is not.
    """
    if gate is None or not gate.needs:
        raise NotApproved(
            f"{said.brand}/{said.post} needs no approval, or the stack does not know it.",
            "`signpost queue` shows what does.",
        )
    tiers = [need.tier for need in gate.needs]
    if said.tier not in tiers:
        raise NotApproved(
            f"{said.brand}/{said.post} needs no approval of tier `{said.tier}`, but "
            f"{', '.join(tiers)}.",
            _LOOK,
        )
    if dict(said.deliveries) != gate.revisions:
        raise NotApproved(
            f"{said.brand}/{said.post} was changed since you looked: other revisions are to be "
            "approved now.",
            _LOOK,
        )
    return gate


def _names(text: Mapping[str, str]) -> list[str]:
    try:
        value = json.loads(text.get("posts", "") or "[]")
    except (ValueError, RecursionError) as error:
        raise NotApproved("`posts` cannot be read.") from error
    if not isinstance(value, list):
        raise NotApproved("`posts` is no list.")
    return [str(item) for item in value]


def _mapping(text: Mapping[str, str], name: str) -> dict[str, str]:
    try:
        value = json.loads(text.get(name, "") or "{}")
        return {str(key): str(item) for key, item in value.items()}
    except (ValueError, AttributeError, RecursionError) as error:
        raise NotApproved(f"`{name}` cannot be read.", "Ask again.") from error


def _proof_wire(proof: ApprovalProof) -> dict[str, Any]:
    _workspace, brand, name = proof.post.split("/")
    return {
        "brand": brand,
        "post": name,
        "person": proof.person,
        "tier": proof.tier,
        "approve": proof.approve,
        "file": proof.file,
        "statement": proof.statement.decode(),
        "signature": proof.signature.decode(),
        "digest": proof.digest,
        "at": utc_text(proof.at),
        "comment": proof.comment,
    }
