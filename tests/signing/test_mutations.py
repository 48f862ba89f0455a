"""Bent inputs: nothing that differs from what was signed is believed, and never what OpenSSH refuses.

`SIGNPOST_MUTATIONS` says how many; `make prove` runs a million through `tests.signing.mutate`.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signpost.domain.signing import sshsig, wire
from signpost.domain.signing.allowed import write_allowed
from signpost.domain.signing.counting import count
from signpost.domain.signing.curves import CURVES
from signpost.domain.signing.keys import PublicKey
from signpost.domain.signing.root import Kind, parse_root
from signpost.domain.signing.sshsig import Proof
from signpost.signatures import check
from tests.signing import mutate, vector
from tests.signing.cases.good import KEYS
from tests.signing.mutate import JUNO_FILE, base, believed, mutants, openssh_agrees

MUTATIONS = int(os.environ.get("SIGNPOST_MUTATIONS", "400"))


@settings(max_examples=MUTATIONS, suppress_health_check=[HealthCheck.too_slow])
@given(st.randoms(use_true_random=False))
def test_nothing_bent_is_believed(source: random.Random) -> None:
    mutant = next(mutants(source))
    assert not believed(mutant) or openssh_agrees(mutant), (mutant.how, mutant.path, mutant.base)


@settings(max_examples=max(20, MUTATIONS // 10))
@given(st.randoms(use_true_random=False))
def test_what_openssh_refuses_does_not_count(
    openssh: Callable[..., bool], source: random.Random
) -> None:
    """Of bent signatures alone, both are asked each time."""
    mutant = next(item for item in mutants(source) if item.path == JUNO_FILE)
    office = base(mutant.base)
    root = parse_root(office.roots[1])
    data, seal = mutant.tree[JUNO_FILE], office.sealed["2026.1"]
    assert isinstance(data, bytes)
    tally = count(root, Kind.STRATEGY, root.strategy, seal, {"juno.sig": data}, check)
    namespace = root.namespace(Kind.STRATEGY)
    if tally.signed:
        assert openssh(write_allowed(root), "juno", namespace, data, seal)


def test_the_other_form_of_ecdsa_counts_as_openssh_has_it(openssh: Callable[..., bool]) -> None:
    """(r, n − s) is a signature of the same text by the same key: no second person, no other text."""
    office = base("ecdsa-256")
    root, seal = parse_root(office.roots[1]), office.sealed["2026.1"]
    old = office.tree[JUNO_FILE]
    assert isinstance(old, bytes)
    r, s = sshsig.parse(old).proof.numbers
    order = CURVES["nistp256"].order
    whole = wire.string(wire.positive(r) + wire.positive(order - s))
    inner = wire.string("ecdsa-sha2-nistp256") + whole
    made = KEYS["ecdsa-256"].sign(
        seal, root.namespace(Kind.STRATEGY),
        change=lambda fields: {**fields, "signature": wire.string(inner)},
    )  # fmt: skip
    assert made != old
    files = {"juno.sig": old, "juno.2.sig": made}
    tally = count(root, Kind.STRATEGY, root.strategy, seal, {"juno.sig": made}, check)
    assert len(tally.signed) == 1
    assert openssh(write_allowed(root), "juno", root.namespace(Kind.STRATEGY), made, seal)
    assert len(count(root, Kind.STRATEGY, root.strategy, seal, files, check).signed) == 1


def test_a_verifier_that_believes_everything_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hunt itself works: with the mathematics taken out, it finds something at once."""

    def yes(_key: PublicKey, _proof: Proof, _message: bytes) -> bool:
        return True

    monkeypatch.setattr(mutate, "check", yes)
    monkeypatch.setattr(vector, "check", yes)
    _done, wrong, _hows = mutate.false_accepts(400, seed=7)
    assert wrong
