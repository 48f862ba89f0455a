"""What a bundle says of approvals, kept in the ledger before any of its rows.

Which posts need approval follows from the tiers in the bundle's head and from its lines; who made
them from its head. Whether they are approved follows from signatures alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from signpost.domain.approval import (
    ApprovalGate,
    ApprovalProof,
    Authors,
    Bound,
    bound_of,
    needs_of,
    parse_authors,
    parse_tier,
    post_of,
)
from signpost.domain.delivery import Bundle, BundleLine
from signpost.domain.gate import ReleaseGate
from signpost.domain.plan import Action, Actual, Plan
from signpost.errors import BundleError, LedgerUnavailable, SigningError
from signpost.ports import Ledger, Write
from signpost.usecases.trusted import Roots, no_roots

if TYPE_CHECKING:
    from signpost.domain.signing.counting import Check
    from signpost.domain.signing.keys import PublicKey
    from signpost.domain.signing.root import TrustRoot
    from signpost.domain.signing.sshsig import Proof

TRIES = 8
UNSAID = Authors((), 1)
"""Where a bundle does not say who made a post, it may be anybody."""


def check_nothing(key: PublicKey, proof: Proof, message: bytes) -> bool:
    """The mathematics of a stack that knows no trust root: no signature counts."""
    del key, proof, message
    return False


def check_tiers(bundle: Bundle) -> None:
    """What the head says of approvals can be read.

    Raises:
        BundleError: it cannot.
    """
    try:
        tiers = [parse_tier(item) for item in bundle.tiers]
        for item in bundle.authors.values():
            parse_authors(item)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BundleError(f"Its approvals cannot be read: {error!r}.", "Push again.") from error
    if len({tier.id for tier in tiers}) < len(tiers):
        raise BundleError("A tier of approval is listed twice in its head.", "Push again.")


@dataclass(frozen=True, slots=True)
class ApprovalKeeper:
    """Keeps the facts about approvals of one workspace.

    Args:
        roots: finds a brand's trust root.
        check: the mathematics of signatures.
    """

    ledger: Ledger
    roots: Roots = no_roots
    check: Check = check_nothing

    def keep(
        self,
        bundle: Bundle,
        plan: Plan,
        actual: Mapping[str, Actual],
        gates: Mapping[str, ReleaseGate],
        *,
        formerly: Iterable[str] = (),
        still: Callable[[], bool],
    ) -> dict[str, ApprovalGate]:
        """Write what the accepted bundle says of approvals.

        Args:
            bundle: accepted.
            plan: what it changes.
            actual: what the ledger had.
            gates: what is known of releases, the bundle's included.
            formerly: posts that may have needed approval before.
            still: whether the bundle is the accepted one.

        Returns:
            The facts by post, of every post that needs approval, or did.

        Raises:
            LedgerUnavailable: a newer bundle was accepted, or the facts kept moving.
        """
        wanted = _wanted(bundle, plan, actual)
        needing = {post for post, gate in wanted.items() if gate.needs}
        among = needing.union(formerly)
        if not among:
            return {}
        known = self.ledger.approvals(among)
        roots: dict[str, TrustRoot | None] = {}
        found = {}
        for post in sorted(among & {*wanted}):
            if post not in needing and post not in known:
                continue
            brand = post.split("/")[1]
            if brand not in roots:
                roots[brand] = self._root(gates.get(brand))
            release = gates.get(brand) or ReleaseGate(brand)
            found[post] = self._one(
                wanted[post], known.get(post), roots[brand], release.root, still
            )
        return found

    def _root(self, gate: ReleaseGate | None) -> TrustRoot | None:
        try:
            return self.roots(gate) if gate else None
        except SigningError:
            return None  # then nobody can approve, which is the safe side

    def _one(
        self,
        new: ApprovalGate,
        have: ApprovalGate | None,
        root: TrustRoot | None,
        digest: str,
        still: Callable[[], bool],
    ) -> ApprovalGate:
        for _ in range(TRIES):
            gate = _merged(new, have)
            if have is not None and gate == have and (have.root == digest or not gate.needs):
                return have
            # Asked after the facts were read: what is written over is never a newer bundle's, for
            # that one is accepted only once every fact of this one is written, by another run.
            if not still():
                raise LedgerUnavailable("A newer bundle was accepted.", "Its verdict is written.")
            gate = recounted(self.ledger, gate, root, digest, self.check)
            gate = replace(gate, version=have.version + 1 if have else 1)
            expected = have.version if have else None
            if self.ledger.swap_approval(gate, expected=expected) is Write.DONE:
                return gate
            have = self.ledger.approvals([new.post]).get(new.post)
        raise LedgerUnavailable(f"The approvals of {new.post} kept moving.", "It is tried again.")


def recounted(
    ledger: Ledger,
    gate: ApprovalGate,
    root: TrustRoot | None,
    digest: str,
    check: Check,
    *,
    more: Iterable[ApprovalProof] = (),
) -> ApprovalGate:
    """The facts, judged anew from the signatures that the ledger keeps.

    Args:
        root: the brand's trust root; None: there is none.
        digest: its digest.
        check: the mathematics of signatures.
        more: signatures that came in just now.
    """
    # Imported by need: most workspaces approve nothing.
    from signpost.domain.signing.approvals import recount

    wanted = [(gate.post, item.statement, item.person) for item in gate.current]
    proofs = ledger.proofs(wanted) if wanted else []
    if root is None:
        digest = ""
    return recount(gate, root, digest, [*proofs, *more], check)


def _merged(new: ApprovalGate, have: ApprovalGate | None) -> ApprovalGate:
    """What the bundle says, with what was said and signed before."""
    if have is None:
        return new
    if not new.needs:
        return replace(have, needs=(), lacking="", missing={})
    bound = {
        # How pictures are made is no edit: of what is kept, what it is bound to is kept, too.
        name: have.bound[name]
        if name in have.bound and have.bound[name].revision == item.revision
        else item
        for name, item in new.bound.items()
    }
    if (new.needs, new.authors, bound) == (have.needs, have.authors, dict(have.bound)):
        return have
    return replace(have, needs=new.needs, authors=new.authors, bound=bound, commit=new.commit)


def _wanted(bundle: Bundle, plan: Plan, actual: Mapping[str, Actual]) -> dict[str, ApprovalGate]:
    """What the bundle says of every post of it."""
    tiers = [parse_tier(item) for item in bundle.tiers]
    kept = {change.delivery for change in plan.changes if change.action is Action.KEEP}
    posts: dict[str, list[BundleLine]] = {}
    for line in bundle.lines:
        posts.setdefault(post_of(line.delivery.id), []).append(line)
    found = {}
    for post, lines in posts.items():
        _workspace, brand, name = post.split("/")
        about = lines[0].about
        accounts = [line.delivery.account.id for line in lines]
        needs = needs_of(tiers, brand, about.type, accounts, about.tags)
        if not needs:
            found[post] = ApprovalGate(post)
            continue
        said = bundle.authors.get(f"{brand}/{name}")
        found[post] = ApprovalGate(
            post,
            needs=needs,
            authors=parse_authors(said) if said else UNSAID,
            bound={
                line.delivery.id: _bound(line, actual if line.delivery.id in kept else {})
                for line in lines
            },
            commit=bundle.commit,
        )
    return found


def _bound(line: BundleLine, actual: Mapping[str, Actual]) -> Bound:
    """Of a delivery that is kept, the revision that is there counts: that is what is sent."""
    bound = bound_of(line.delivery)
    have = actual.get(line.delivery.id)
    return replace(bound, revision=have.revision) if have else bound
