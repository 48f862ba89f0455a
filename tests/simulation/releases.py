"""Releases in a universe: one whose last day passes, one that comes after it, one that is dropped."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from random import Random

from signpost.domain.amendment import Amend
from signpost.domain.gate import Released
from signpost.domain.lifecycle import State
from tests.fakes.releases import proof
from tests.simulation.kernel import START
from tests.simulation.universe import PUBLISH_LIMIT_S, Universe
from tests.simulation.workload import Post

AGES_S = 30 * 86_400.0
LATE_INTENT_S = 25.0
"""How late a write to the ledger may be applied, and a little more."""


def released(version: str, begins: float, ends: float) -> Released:
    """A release between two virtual seconds."""
    start, end = START + timedelta(seconds=begins), START + timedelta(seconds=ends)
    return Released(version, f"sha256:{version}", start, end)


def gate(universe: Universe, wanted: Callable[[], list[Post]]) -> None:
    """Nothing goes out without a release: it ends in the middle, and a new one comes early or late.

    Now and then that one is dropped, as after a theft of keys. Somebody lets go of what was held.

    Args:
        universe: not yet begun.
        wanted: the posts as git has them now.
    """
    rng = Random(f"{universe.settings.seed}/gate")
    ends = 120.0 + rng.random() * 300.0
    comes = ends - 60.0 + rng.random() * 300.0
    first, second = released("1", -AGES_S, ends), released("2", comes, AGES_S)
    universe.proof = proof(1, first)
    universe.required = True

    def bring(name: str, data: bytes) -> Callable[[], None]:
        def act() -> None:
            universe.proof = data
            universe.push(wanted, name)

        return act

    universe.kernel.at(comes - 30.0, bring("release", proof(2, first, second)))
    if rng.random() < 0.3:
        universe.kernel.at(comes + 60.0 + rng.random() * 120.0, bring("drop", proof(3)))
    for number in range(rng.randrange(6)):
        when = comes + 60.0 + rng.random() * 300.0
        universe.kernel.at(when, lambda n=number: _let_go(universe, n))  # type: ignore[misc] # a bound default


def _let_go(universe: Universe, number: int) -> None:
    rng = Random(f"{universe.settings.seed}/let{number}")
    held = sorted(
        row.delivery
        for row in universe.rows().values()
        if row.state is State.HELD and row.reason.startswith("no release") and not row.action
    )
    if held:
        delivery = rng.choice(held)
        universe.person(f"letter{number}", lambda: universe.let_go(delivery))


def intents_without_release(universe: Universe) -> list[str]:
    """Intents that committed while no release of their brand was in force.

    A worker knows the time as of its read of the ledger, so that it may lag by as much as it may
    live; what the ledger says of releases binds it to the step.
    """
    found: list[str] = []
    slack = timedelta(seconds=PUBLISH_LIMIT_S + LATE_INTENT_S)
    for move in universe.moves:
        row = move.after
        if move.kind != "intend" or row.action == Amend.RETRACT:
            continue
        known = [it for step, it in universe.gates if it.brand == row.brand and step < move.step]
        if not known or not known[-1].required:
            continue
        at = START + timedelta(seconds=move.at)
        if known[-1].shut(at) and known[-1].shut(at - slack):
            found.append(f"{row.delivery}: an intent, yet {known[-1].shut(at)}")
    return found
