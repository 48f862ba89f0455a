"""Invariant 29: where a trust root was accepted, lifting a stop takes two people's signatures."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from signpost.cli.resuming import collect, prepare
from signpost.cli.statefile import read_state
from signpost.domain.canonical import digest
from signpost.domain.delivery import listed, make_bundle
from signpost.domain.signing.document import sha256
from signpost.domain.signing.evidence import pack
from signpost.domain.signing.folder import Folder
from signpost.domain.signing.statement import Resume
from signpost.domain.stop import Stop
from signpost.domain.workspace import AccountSettings, Brand
from signpost.errors import LedgerUnavailable, SignpostError, StackError
from signpost.ports import Write
from signpost.signatures import check
from signpost.usecases.gatekeeper import Gatekeeper, ReleaseJudge, evidence_key
from signpost.usecases.resuming import NotSigned, Resuming, event_of, lifted, lifted_key
from signpost.usecases.schedule import Scheduler
from signpost.usecases.stop import Control
from tests.fakes.connector import FakeConnectors
from tests.signing import office
from tests.signing.keysmith import TestKey
from tests.signing.office import DOMAIN, JUNO, KASIMIR, OTTILIE, STRANGER, Office
from tests.unit.usecases.stage import Stage

BOTH = {"ottilie": OTTILIE, "juno": JUNO}


class Company:
    """A stage whose stack accepted a trust root of the brand `shop`, and was stopped since."""

    def __init__(self) -> None:
        self.stage = stage = Stage()
        made = Office()
        made.root(office.usual_root(brand="shop"))
        place = "signoff/shop/roots/1/"
        files = {
            path.removeprefix(place): data
            for path, data in made.tree.items()
            if path.startswith(place) and isinstance(data, bytes)
        }
        proof = pack({1: Folder(files)}, {})
        stage.objects.create(evidence_key("shop", digest(proof)), proof, "application/json")
        judge = ReleaseJudge((sha256(made.roots[1]),), check)
        scheduler = Scheduler(
            "acme", stage.ledger, stage.objects, FakeConnectors(stage.connector), stage.queue,
            stage.state, stage.clock, workers=1,
            gatekeeper=Gatekeeper(stage.ledger, stage.objects, judge.judge),
        )  # fmt: skip
        account = listed("shop", stage.delivery().account)
        bundle = make_bundle(
            "acme", [], previous="", accounts=[account], releases={"shop": digest(proof)}
        )
        stage.objects.create(f"bundles/{bundle.digest}.jsonl", bundle.data, "application/x-ndjson")
        assert scheduler.run(bundle.digest, owner="s").accepted
        resuming = Resuming("acme", stage.ledger, stage.objects, check)
        self.control = Control(stage.ledger, stage.queue, stage.clock, resuming)
        self.control.stop("*", actor="ada", reason="wrong price")

    @property
    def switch(self) -> Stop:
        found = self.stage.ledger.stop()
        assert found is not None
        return found

    def resume(self, scope: str = "*", signed: str = "") -> Stop:
        return self.control.resume(scope, actor="ada", reason="mended", signed=signed)

    def signed(
        self,
        signers: dict[str, TestKey],
        *,
        scope: str = "*",
        version: int | None = None,
        namespace: str = f"resume@{DOMAIN}",
    ) -> str:
        number = self.switch.version if version is None else version
        message = Resume("shop", event_of("acme", number), scope).write()
        files = {f"{n}.sig": key.sign(message, namespace).decode() for n, key in signers.items()}
        return json.dumps({"shop": files})


@pytest.fixture
def company(monkeypatch: pytest.MonkeyPatch) -> Company:
    monkeypatch.setattr(office, "BRAND", "shop")
    return Company()


def test_invariant_29_two_people_lift_a_stop(company: Company) -> None:
    with pytest.raises(NotSigned, match="2 of"):
        company.resume()
    with pytest.raises(NotSigned, match="1 of"):
        company.resume(signed=company.signed({"ottilie": OTTILIE}))
    assert company.switch.scopes == {"*"}
    assert company.resume(signed=company.signed(BOTH)).scopes == frozenset()
    assert company.stage.ledger.trail[-1].detail["signers"] == ["shop/juno", "shop/ottilie"]


def test_a_signature_serves_for_one_stop(company: Company) -> None:
    signed = company.signed(BOTH)
    company.resume(signed=signed)
    company.control.stop("*", actor="ada", reason="again")
    with pytest.raises(NotSigned):
        company.resume(signed=signed)


def test_a_stop_that_came_meanwhile_is_not_lifted(company: Company) -> None:
    signed = company.signed(BOTH)
    company.control.stop("brand:shop", actor="juno", reason="something else")
    with pytest.raises(NotSigned):
        company.resume(signed=signed)
    assert company.switch.scopes == {"*", "brand:shop"}


@pytest.mark.parametrize(
    "wrong",
    ["scope", "namespace", "stranger", "one key twice", "nonsense"],
)
def test_what_does_not_count(company: Company, wrong: str) -> None:
    signed = {
        "scope": company.signed(BOTH, scope="brand:shop"),
        "namespace": company.signed(BOTH, namespace=f"strategy@{DOMAIN}"),
        "stranger": company.signed({"ottilie": OTTILIE, "juno": STRANGER}),
        "one key twice": company.signed({"ottilie": OTTILIE, "juno": OTTILIE}),
        "nonsense": "[[",
    }[wrong]
    with pytest.raises(NotSigned):
        company.resume(signed=signed)
    assert company.switch.scopes == {"*"}


@pytest.mark.parametrize("scope", ["brand:shop", "account:fedi", "account:unknown"])
def test_a_part_is_signed_for_as_well(company: Company, scope: str) -> None:
    with pytest.raises(NotSigned):
        company.resume(scope)
    signed = company.signed({"ottilie": OTTILIE, "kasimir": KASIMIR}, scope=scope)
    assert company.resume(scope, signed).scopes == {"*"}


def test_what_lifted_a_stop_is_kept_and_nothing_else_is(company: Company) -> None:
    for few in ({}, {"ottilie": OTTILIE}, {"ottilie": OTTILIE, "juno": STRANGER}):
        with pytest.raises(NotSigned):
            company.resume(signed=company.signed(few))
    assert lifted(company.stage.objects, "shop") == []
    signed = company.signed({**BOTH, "mallory": STRANGER})
    event = event_of("acme", company.switch.version)
    company.resume(signed=signed)
    company.control.stop("*", actor="ada", reason="again")
    company.resume(signed=company.signed(BOTH))
    first, second = lifted(company.stage.objects, "shop")
    assert first.statement.encode() == Resume("shop", event, "*").write()
    assert first.signatures == {
        name: text
        for name, text in json.loads(signed)["shop"].items()
        if not name.startswith("mallory")
    }
    assert second.statement != first.statement


@pytest.mark.parametrize("act", ["replace", "get"])
def test_nothing_is_lifted_whose_signatures_cannot_be_kept(
    company: Company, act: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed = company.signed(BOTH)
    if act == "replace":
        monkeypatch.setattr(company.stage.objects, "replace", lambda *_: False)
    else:
        company.stage.objects.create(lifted_key("shop"), b"{", "application/json")
    with pytest.raises(LedgerUnavailable if act == "replace" else StackError):
        company.resume(signed=signed)
    assert company.switch.scopes == {"*"}


def test_a_lifting_that_was_outrun_is_asked_again_and_kept_once(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed = company.signed(BOTH)
    with monkeypatch.context() as patch:
        patch.setattr(company.stage.ledger, "swap_stop", lambda *_, **__: Write.LOST)
        with pytest.raises(LedgerUnavailable):
            company.resume(signed=signed)
    assert company.resume(signed=signed).scopes == frozenset()
    assert len(lifted(company.stage.objects, "shop")) == 1


def test_a_push_without_the_brand_takes_nothing_off(company: Company) -> None:
    """Who may push cannot make the brand's people superfluous by leaving it out."""
    stage = company.stage
    stage.push()
    stage.clock.advance(60)
    stage.state.refresh([])
    with pytest.raises(NotSigned):
        company.resume()


def test_a_proof_that_is_gone_closes(company: Company) -> None:
    for key in [key for key in company.stage.objects.content if key.startswith("releases/")]:
        del company.stage.objects.content[key]
    with pytest.raises(NotSigned, match="cannot be verified"):
        company.resume(signed=company.signed(BOTH))


def test_without_a_trust_root_nobody_signs() -> None:
    stage = Stage()
    stage.push(stage.delivery(in_s=3600))
    resuming = Resuming("acme", stage.ledger, stage.objects, check)
    control = Control(stage.ledger, stage.queue, stage.clock, resuming)
    control.stop("*", actor="ada", reason="a")
    stage.clock.advance(timedelta(seconds=1).total_seconds())
    assert control.resume("*", actor="ada", reason="b").scopes == frozenset()


def test_the_command_writes_what_is_signed_and_brings_it(company: Company, tmp_path: Path) -> None:
    company.stage.state.refresh([])
    state = read_state(company.stage.objects, "acme")
    brands = [Brand("shop", "Shop", "UTC", accounts=(AccountSettings("fedi", "test", "@a"),))]
    folder = tmp_path / "lift"
    (file,) = prepare(folder, "*", state, "acme", brands)
    with pytest.raises(SignpostError, match="no signatures"):
        collect(folder)
    place = folder / f"{file.name}.signatures"
    place.mkdir()
    for name, key in BOTH.items():
        made = key.sign(file.read_bytes(), f"resume@{DOMAIN}")
        (place / f"{name}.sig").write_bytes(made)
    assert company.resume(signed=collect(folder)).scopes == frozenset()
    company.control.stop("*", actor="ada", reason="again")
    company.stage.state.refresh([])
    prepare(folder, "account:fedi", read_state(company.stage.objects, "acme"), "acme", brands)
    with pytest.raises(SignpostError, match="no signatures"):
        collect(folder)
    with pytest.raises(SignpostError, match="Nobody has to sign"):
        prepare(folder, "brand:other", state, "acme", brands)
