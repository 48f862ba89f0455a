"""Judges what was signed about a post: whose yes counts, who said no, and whether that is enough."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from signpost.domain.approval import (
    ApprovalGate,
    ApprovalProof,
    Decision,
    Need,
    with_decision,
)
from signpost.domain.signing.counting import Check, Signed, count
from signpost.domain.signing.document import sha256
from signpost.domain.signing.root import Kind, Person, Threshold, TrustRoot
from signpost.domain.signing.statement import Approval, Rejection
from signpost.errors import SigningError


@dataclass(frozen=True, slots=True)
class TierStanding:
    """How one tier of a post stands.

    Args:
        lacking: why it is not met, in words; empty where it is.
        missing: who could approve and has not.
    """

    need: Need
    count: int
    lacking: str
    missing: tuple[Person, ...]


def to_approve(gate: ApprovalGate, tier: str, person: str = "") -> Approval:
    """The statement by which the post as it stands is approved.

    Args:
        person: who signs: the statement names what they said before.
    """
    return Approval(gate.brand, tier, gate.name, gate.revisions, latest(gate, person, tier))


def to_reject(gate: ApprovalGate, tier: str, reason: str, person: str = "") -> Rejection:
    """The statement by which the post as it stands is rejected; as `to_approve`."""
    after = latest(gate, person, tier)
    return Rejection(gate.brand, tier, gate.name, gate.revisions, reason, after)


def said(gate: ApprovalGate, person: str, tier: str) -> Decision | None:
    """What a person last said of the post as it stands; None: nothing."""
    return next((d for d in gate.current if (d.person, d.tier) == (person, tier)), None)


def latest(gate: ApprovalGate, person: str, tier: str) -> str:
    """Digest of what a person said last of the post for a tier, yes or no, of any revision.

    The next statement has to name it. As digests make no circle, nothing that was said before can
    ever be said again by who merely kept it. Empty where the person has said nothing.
    """
    mine = [d.statement for d in gate.decisions if (d.person, d.tier) == (person, tier)]
    return mine[-1] if mine else ""


def verify(
    gate: ApprovalGate, root: TrustRoot, proof: ApprovalProof, check: Check
) -> tuple[Decision, Signed]:
    """The decision that a signature proves, about the post as it stands.

    The statement is written anew from what is known here; the one that came along is not believed.

    Raises:
        SigningError: it does not count: another text, another's key, no such tier …
    """
    wanted: Approval | Rejection
    if proof.approve:
        wanted = Approval(gate.brand, proof.tier, gate.name, gate.revisions, proof.after)
    else:
        wanted = Rejection(
            gate.brand, proof.tier, gate.name, gate.revisions, proof.comment, proof.after
        )
    threshold = _threshold(root, proof.tier)
    anyone = Threshold(1, dict.fromkeys(threshold.roles, 0))
    files = {proof.file: proof.signature}
    tally = count(root, Kind.APPROVAL, anyone, wanted.write(), files, check)
    if not tally.signed:
        lost = tally.uncounted[0]
        raise SigningError(lost.cause, lost.remedy, reason=lost.reason)
    signed = tally.signed[0]
    decision = Decision(
        person=signed.person.id,
        tier=proof.tier,
        approve=proof.approve,
        statement=sha256(wanted.write()),
        at=proof.at,
        name=signed.person.name,
        comment=proof.comment,
        roles=signed.roles,
        method=signed.method,
        bound=dict(gate.bound),
    )
    return decision, signed


def recount(
    gate: ApprovalGate,
    root: TrustRoot | None,
    digest: str,
    proofs: Iterable[ApprovalProof],
    check: Check,
) -> ApprovalGate:
    """The facts after all that was signed about the post as it stands; `version` is left as it was.

    What does not count under this root is bound to nothing from then on, and stays for its place in
    the chain; so does what was said about earlier revisions, also for people.

    Args:
        gate: the facts so far.
        root: the trust root that was accepted last; None: there is none, or it cannot be read, so
            nobody can approve. What was said stays, and counts again with the root.
        digest: its digest.
        proofs: in the order in which they came in.
        check: the mathematics of signatures.
    """
    if root is None:
        standing = [tier_standing(gate, need, None) for need in gate.needs]
        words = "; ".join(f"{item.need.tier}: {item.lacking}" for item in standing)
        return replace(gate, root="", lacking=words, missing={})
    brought = {(proof.digest, proof.person): proof for proof in sorted(proofs, key=_came)}
    keys: dict[tuple[str, str], tuple[str, int]] = {}
    decisions = []
    for item in gate.decisions:
        kept, proof = item, brought.pop((item.statement, item.person), None)
        if gate.is_current(item):
            kept = replace(item, bound={})  # of a key that was dropped, of a tier that is no more …
            with suppress(SigningError):
                if proof is not None:
                    kept, signed = verify(gate, root, proof, check)
                    keys[kept.person, kept.tier] = signed.signature.key.raw
        decisions.append(kept)
    found = replace(gate, decisions=tuple(decisions), root=digest)
    for proof in brought.values():
        try:
            decision, signed = verify(gate, root, proof, check)
        except SigningError:
            continue  # of another revision …
        if proof.after != latest(found, decision.person, decision.tier):
            continue  # said before, brought again: it does not undo what was said after it
        found = with_decision(found, decision)
        keys[decision.person, decision.tier] = signed.signature.key.raw
    standing = [tier_standing(found, need, root, keys) for need in found.needs]
    words = "; ".join(f"{item.need.tier}: {item.lacking}" for item in standing if item.lacking)
    met = bool(standing) and not words
    # An approval that was taken back tells nobody from whom on others are the authors.
    before = "" if found.approved_commit == found.commit else found.approved_commit
    return replace(
        found,
        lacking=words,
        missing={
            item.need.tier: tuple(person.id for person in item.missing)
            for item in standing
            if item.lacking
        },
        approved_commit=found.commit if met else before,
    )


def tier_standing(
    gate: ApprovalGate,
    need: Need,
    root: TrustRoot | None,
    keys: Mapping[tuple[str, str], tuple[str, int]] | None = None,
) -> TierStanding:
    """How one tier stands: the trust root's threshold, the content's, authors and rejections.

    Args:
        keys: (person, tier) → the raw key that signed; different people count, and different keys.
    """
    strangers = gate.authors.strangers
    if root is None:
        why = "no trust root is known, so that nobody can approve"
        return TierStanding(need, need.count + strangers, why, ())
    try:
        threshold = _threshold(root, need.tier)
    except SigningError:
        why = f"trust root {root.version} has no threshold `approval.{need.tier}`"
        return TierStanding(need, need.count + strangers, why, ())
    least = max(threshold.count, need.count) + strangers
    # Facts may be older than the root: who is no more in it, counts no more.
    said = [item for item in gate.current if item.tier == need.tier and item.person in root.people]
    holders = root.holders(threshold.roles)
    refused = [item for item in said if not item.approve]
    yes = _distinct([item for item in said if item.approve], keys)
    have = {item.person for item in yes}
    missing = tuple(person for person in holders if person.id not in have)
    if refused:
        words = ", ".join(f"{item.name} ({item.comment})" for item in refused)
        return TierStanding(need, least, f"changes are asked for by {words}", missing)
    lacks = []
    for role, number in sorted(threshold.roles.items()):
        more = number - sum(role in item.roles for item in yes)
        if more > 0:
            lacks.append(root.roles.get(role, role) + (f" ({more})" if more > 1 else ""))
    counted = sum(need.counts(item.person, root.people[item.person].roles) for item in yes)
    if counted < need.count:
        can = [p.name for p in missing if need.counts(p.id, p.roles)]
        lacks.append(f"{need.count - counted} of {', '.join(can) or ', '.join(need.signers)}")
    elif len(yes) < least and not lacks:
        names = ", ".join(person.name for person in missing)
        lacks.append(f"{least - len(yes)} of {names}" if names else f"{least - len(yes)} more")
    if not lacks and have <= set(gate.authors.people):
        others = ", ".join(p.name for p in missing if p.id not in gate.authors.people)
        lacks.append(f"somebody who is no author of it{f': {others}' if others else ''}")
    if lacks and strangers and least > len(holders):
        lacks.append(
            f"{strangers} of its authors' e-mail addresses belong to nobody in people.yaml"
        )
    return TierStanding(need, least, ", ".join(lacks), missing if lacks else ())


def _distinct(
    said: Iterable[Decision], keys: Mapping[tuple[str, str], tuple[str, int]] | None
) -> list[Decision]:
    """One of each person and, where they are known, of each key."""
    found: list[Decision] = []
    seen: set[object] = set()
    for item in said:
        key = keys.get((item.person, item.tier)) if keys else None
        if item.person in seen or (key is not None and key in seen):
            continue
        seen |= {item.person} | ({key} if key is not None else set())
        found.append(item)
    return found


def _came(proof: ApprovalProof) -> datetime:
    return proof.at


def _threshold(root: TrustRoot, tier: str) -> Threshold:
    return root.threshold(Kind.APPROVAL, tier)
