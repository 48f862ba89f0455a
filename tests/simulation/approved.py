"""Approvals in a universe: people who say yes and no, with real keys, while editors edit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random

from signpost.domain.amendment import Amend, delivery_of
from signpost.domain.approval import ApprovalGate, Tier, post_of
from signpost.domain.gate import ReleaseGate
from signpost.domain.signing.root import Threshold, TrustRoot
from signpost.usecases.approving import Approving, NotApproved, Said
from tests.fakes.releases import proof
from tests.signing import office
from tests.signing.keysmith import TestKey
from tests.simulation.universe import PUBLISH_LIMIT_S, Universe
from tests.simulation.workload import WORKSPACE, Post

NAMES = ("ottilie", "juno", "kasimir")
KEYS = {name: TestKey(f"{name} of the simulator") for name in NAMES}
TIERS = (
    Tier("offers", brands=("b1",), lead_s=60),
    Tier("both", needs=2, accounts=("b0-0", "b1-1"), lead_s=120),
)


@dataclass(frozen=True, slots=True)
class Vote:
    """What somebody said: at which step they began to, and of what."""

    step: int
    person: str
    tier: str
    approve: bool
    revisions: tuple[tuple[str, str], ...]


@cache
def root_of_brand(brand: str) -> TrustRoot:
    """Three people; offers take one of them, `both` takes two."""
    thresholds = {"offers": Threshold(1, office.ANY), "both": Threshold(2, office.ANY)}
    return office.usual_root(brand=brand, people=office.people(**KEYS), approval=thresholds)


def find_root(gate: ReleaseGate) -> TrustRoot | None:
    """Believes every root that was accepted."""
    return root_of_brand(gate.brand) if gate.root else None


def ask_for(universe: Universe, tiers: Sequence[Tier] = TIERS) -> None:
    """Let posts need approval from the first push on; a trust root is known."""
    universe.tiers = tuple(tier.wire() for tier in tiers)
    universe.proof = universe.proof or proof(1)


def approvals(universe: Universe, *, often: int = 60, no: float = 0.15) -> None:
    """People look at what awaits them, now and then, and say yes, or no.

    Args:
        often: how many times somebody looks.
        no: how often it is a no.
    """
    ask_for(universe)
    rng = Random(f"{universe.settings.seed}/approvals")
    for number in range(often):
        when = 10.0 + rng.random() * 560.0
        refuse = rng.random() < no
        universe.kernel.at(when, _looking(universe, f"voter{number}", refuse=refuse))


def _looking(universe: Universe, name: str, *, refuse: bool) -> Callable[[], None]:
    def look() -> None:
        rng = Random(f"{universe.settings.seed}/{name}")
        known = universe.ledger._approvals
        open_posts = sorted(n for n, gate in known.items() if gate.needs)
        lacking = [n for n in open_posts if known[n].lacking] or open_posts
        if lacking:
            post, person = rng.choice(lacking), rng.choice(NAMES)
            universe.person(name, lambda: vote(universe, post, person, refuse=refuse, rng=rng))

    return look


def vote(
    universe: Universe, post: str, person: str, *, refuse: bool = False, rng: Random | None = None
) -> None:
    """Somebody says yes to every tier of a post, or no; asks again until it is sure."""
    asking: Approving = universe.approving
    refuse = refuse and rng is not None

    def ask() -> None:
        gate = universe.world.ledger.approvals([post]).get(post)
        for need in gate.needs if gate else ():
            if gate is not None:
                _cast(universe, asking, gate, need.tier, person, refuse=refuse)

    universe._until_done(ask)


def _cast(
    universe: Universe,
    asking: Approving,
    gate: ApprovalGate,
    tier: str,
    person: str,
    *,
    refuse: bool,
) -> None:
    from signpost.domain.signing.approvals import to_approve, to_reject

    wanted = (
        to_reject(gate, tier, "not like this", person) if refuse else to_approve(gate, tier, person)
    )
    text = KEYS[person].sign(wanted.write(), f"approval@{office.DOMAIN}").decode()
    said = Said(
        gate.brand, gate.name, tier, not refuse, gate.revisions, {f"{person}.sig": text},
        "not like this" if refuse else "",
    )  # fmt: skip
    universe.votes.append(
        Vote(universe.kernel.steps, person, tier, not refuse, tuple(gate.revisions.items()))
    )
    try:
        asking.take(said, actor=person)
    except NotApproved as error:
        universe.kernel.note(f"{gate.post} not counted: {error}")


def unapproved(universe: Universe) -> list[str]:
    """Intents of posts that need approval, which enough people did not give to that revision."""
    found: list[str] = []
    judged: dict[str, list[tuple[int, ApprovalGate]]] = {}
    for step, gate in universe.asked_gates:
        judged.setdefault(gate.post, []).append((step, gate))
    for move in universe.moves:
        row = move.after
        if move.kind != "intend" or row.action == Amend.RETRACT:
            continue
        post = post_of(row.delivery)
        known = [gate for step, gate in judged.get(post, ()) if step < move.step]
        if not known:
            if row.tiers:
                found.append(f"{row.delivery}: an intent, and nothing is known of its approval")
            continue
        gate = known[-1]
        if not gate.needs:
            continue
        bound = gate.bound.get(delivery_of(row.delivery))
        if gate.lacking or bound is None or bound.revision != row.revision:
            found.append(
                f"{row.delivery}: an intent, yet it lacks {gate.lacking or 'its revision'}"
            )
        for need in gate.needs:
            yes = {
                vote.person
                for vote in universe.votes
                if vote.tier == need.tier
                and vote.approve
                and vote.step < move.step
                and dict(vote.revisions).get(delivery_of(row.delivery)) == row.revision
            }
            if len(yes) < need.count:
                found.append(
                    f"{row.delivery}: {len(yes)} of {need.count} approved it ({need.tier})"
                )
    return found


def never_warned(universe: Universe) -> list[str]:
    """Posts that expired for want of approval, and that nobody was told of before their time.

    For universes without faults: a worker that dies warns late.
    """
    found: list[str] = []
    for row in universe.rows().values():
        if row.state != "EXPIRED" or "awaiting approval" not in row.reason:
            continue
        due = universe.kernel.seconds(row.due)
        told = universe.warned.get(row.delivery)
        came = next(m.at for m in universe.moves if m.after.delivery == row.delivery)
        if (told is None or told > due) and came < due - PUBLISH_LIMIT_S:
            found.append(f"{row.delivery}: expired, and nobody was warned before its time")
    return found


def one_post(due: int = 300) -> Post:
    """A post that needs one approval."""
    return Post("post", "b1", due, (2,), grace_s=120)


POST = f"{WORKSPACE}/b1/post"
NAME = f"{POST}/b1-2"
