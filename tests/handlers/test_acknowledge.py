"""`control` takes "I have read this release" with a signature that the trust root knows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from signpost.bootstrap import Wiring
from signpost.domain.canonical import digest
from signpost.domain.gate import Released, ReleaseGate
from signpost.domain.signing.document import sha256
from signpost.domain.signing.evidence import pack
from signpost.domain.signing.folder import Folder
from signpost.domain.signing.statement import Acknowledgement
from signpost.handlers import control
from signpost.ports import Write
from signpost.usecases.gatekeeper import evidence_key
from signpost.usecases.onboarding import read_reads
from tests.handlers.conftest import Context
from tests.signing.office import BRAND, DOMAIN, JUNO, OTTILIE, Office

RELEASE = f"sha256:{'2' * 64}"


@pytest.fixture
def accepted(wired: Wiring) -> Wiring:
    """A stack that accepted a trust root and a release in force."""
    made = Office()
    made.root()
    place = f"signoff/{BRAND}/roots/1/"
    files = {
        path.removeprefix(place): data
        for path, data in made.tree.items()
        if path.startswith(place) and isinstance(data, bytes)
    }
    proof = pack({1: Folder(files)}, {})
    wired.objects.create(evidence_key(BRAND, digest(proof)), proof, "application/json")
    now, day = wired.clock.now(), timedelta(days=1)
    root = sha256(made.roots[1])
    gate = ReleaseGate(
        BRAND, anchor=root, root=root, root_version=1, evidence=digest(proof),
        releases=(Released("2026.2", RELEASE, now - day, now + day),),
    )  # fmt: skip
    assert wired.ledger.swap_gate(gate, expected=None) is Write.DONE
    return wired


def event(person: str = "juno", **changes: Any) -> dict[str, Any]:
    said = Acknowledgement(BRAND, person, RELEASE).write()
    signature = JUNO.sign(said, f"acknowledge@{DOMAIN}").decode()
    return {"action": "acknowledge", "actor": "larkfell/juno", "brand": BRAND, "person": person,
            "release": RELEASE, "signature": signature, **changes}  # fmt: skip


def test_it_is_taken_once(accepted: Wiring, context: Context) -> None:
    answer = control.handler(event(), context)
    assert (answer["ok"], answer["version"], answer["again"]) == (True, "2026.2", False)
    assert control.handler(event(), context) == {**answer, "again": True}
    assert [item.person for item in read_reads(accepted.objects, BRAND)] == ["juno"]


@pytest.mark.parametrize(
    "changes",
    [
        {"person": "ottilie"},
        {"release": f"sha256:{'3' * 64}"},
        {"brand": "kolk"},
        {"signature": ""},
        {"signature": OTTILIE.sign(b"x", f"acknowledge@{DOMAIN}").decode()},
    ],
)
def test_what_does_not_count_is_answered_with_cause_and_remedy(
    accepted: Wiring, context: Context, changes: dict[str, Any]
) -> None:
    answer = control.handler(event(**changes), context)
    assert (answer["ok"], answer["code"]) == (False, "ACKNOWLEDGE")
    assert answer["cause"]
    assert answer["remedy"]
    assert read_reads(accepted.objects, BRAND) == []
