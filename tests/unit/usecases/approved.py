"""A stage whose posts need approval: real keys and signatures, trust roots that are believed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from signpost.domain.approval import ApprovalGate, Authors, Tier
from signpost.domain.delivery import About, Account, Delivery, make_bundle
from signpost.domain.gate import ReleaseGate
from signpost.domain.signing.approvals import latest
from signpost.domain.signing.root import Threshold, TrustRoot
from signpost.domain.signing.statement import Approval, Rejection
from signpost.signatures import check
from signpost.usecases.approval_facts import ApprovalKeeper
from signpost.usecases.approving import Approving
from signpost.usecases.awaiting import Awaiting
from signpost.usecases.gatekeeper import evidence_key
from signpost.usecases.verdict import Verdict
from tests.fakes.releases import proof
from tests.signing import office
from tests.signing.keysmith import TestKey
from tests.signing.office import DOMAIN, JUNO, KASIMIR, OTTILIE
from tests.unit.usecases.stage import Stage

POST = "acme/shop/post-1"
KEYS = {"ottilie": OTTILIE, "juno": JUNO, "kasimir": KASIMIR}
OFFERS = Tier("offers")


def shop_root(**changes: Any) -> TrustRoot:
    """Everybody may approve offers; one has to."""
    every = {"approval": {"offers": Threshold(1, office.ANY), "both": Threshold(2, office.ANY)}}
    return office.usual_root(brand="shop", **{**every, **changes})


class Approved(Stage):
    """Pushes posts with tiers, and lets people decide.

    Args:
        stage: for Stage.
    """

    def __init__(self, **stage: Any) -> None:
        super().__init__(**stage)
        self.roots = {"sha256:1": shop_root()}
        self.proof = proof(1)
        self.tiers: Sequence[Tier] = (OFFERS,)
        self.authors = Authors(("finn",))
        self.scheduler = replace(
            self.scheduler, approvals=ApprovalKeeper(self.ledger, self.root_of, check)
        )
        self.approving = Approving(
            "acme", self.ledger, self.queue, self.clock, self.root_of, check, self.state
        )
        self.awaiting = Awaiting("acme", self.ledger, self.objects, self.root_of)

    def root_of(self, gate: ReleaseGate) -> TrustRoot | None:
        return self.roots.get(gate.root)

    def to(self, account: str, **changes: Any) -> Delivery:
        """The post to another account."""
        other = Account(account, "test", f"@{account}", "https://test.example", "fedi")
        return self.delivery(account=other, **changes)

    def bring(self, *wanted: Delivery, commit: str = "c1", **about: Any) -> Verdict:
        """Push posts of the type `offer`."""
        made = self.packed(*wanted, commit=commit, **about)
        verdict = self.scheduler.run(made, owner=self._owner("s"))
        assert verdict.accepted, verdict.reason
        return verdict

    def packed(self, *wanted: Delivery, commit: str = "c1", **about: Any) -> str:
        """Store what `bring` pushes, on top of what is accepted now; its digest."""
        name = evidence_key("shop", made_digest(self.proof))
        self.objects.create(name, self.proof, "application/json")
        head = {f"shop/{one.post}": self.authors.wire() for one in wanted}
        told = {"type": "offer", **about}
        made = make_bundle(
            "acme", [(one, About(title=one.post, **told)) for one in wanted],
            previous=self.ledger.pointer().digest, releases={"shop": made_digest(self.proof)},
            tiers=[tier.wire() for tier in self.tiers], authors=head if self.tiers else {},
            commit=commit,
        )  # fmt: skip
        made = make_bundle_approved(self, made)
        self.objects.create(f"bundles/{made.digest}.jsonl", made.data, "application/x-ndjson")
        return str(made.digest)

    @property
    def gate(self) -> ApprovalGate:
        return self.ledger.approvals([POST])[POST]

    def sign(
        self,
        person: str,
        *,
        tier: str = "offers",
        no: str = "",
        after: str | None = None,
        key: TestKey | None = None,
        revisions: dict[str, str] | None = None,
        **changes: Any,
    ) -> str:
        """The text of a signature, by default after what the person said last."""
        seen = self.gate.revisions if revisions is None else revisions
        after = latest(self.gate, person, tier) if after is None else after
        said: Approval | Rejection = Approval("shop", tier, "post-1", seen, after)
        if no:
            said = Rejection("shop", tier, "post-1", seen, no, after)
        namespace = changes.pop("namespace", f"approval@{DOMAIN}")
        message = replace(said, **changes).write()
        signer = key or KEYS[person]
        return signer.sign(message, namespace, assertion=office.passkey_of(signer)).decode()

    def decide(
        self, person: str, *, tier: str = "offers", no: str = "", signature: str = "", **how: Any
    ) -> dict[str, Any]:
        """Somebody approves, or asks for changes."""
        signature = signature or self.sign(person, tier=tier, no=no, **how)
        seen = how.get("revisions") or self.gate.revisions
        text = {
            "brand": "shop", "post": "post-1", "tier": tier, "reason": no, "actor": person,
            "deliveries": json.dumps(seen), "signatures": json.dumps({f"{person}.sig": signature}),
        }  # fmt: skip
        return self.approving.answer("reject" if no else "approve", text)


def made_digest(data: bytes) -> str:
    from signpost.domain.canonical import digest

    return digest(data)


def make_bundle_approved(stage: Stage, made: Any) -> Any:
    """The bundle with its own plan approved, so that a move shortly before its time passes."""
    from signpost.domain.plan import make_plan
    from signpost.usecases.state import actual_of

    names = [line.delivery.id for line in made.lines]
    rows = stage.ledger.rows({*names, *stage.ledger.open_rows()})
    plan = make_plan(
        (line.delivery for line in made.lines), {n: actual_of(r) for n, r in rows.items()}
    )
    return make_bundle(
        made.workspace, [(line.delivery, line.about) for line in made.lines],
        previous=made.previous, approved=plan.digest, commit=made.commit, releases=made.releases,
        tiers=made.tiers, authors=made.authors,
    )  # fmt: skip
