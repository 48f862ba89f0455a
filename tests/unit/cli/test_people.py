"""Invites by the command line, enrolled keys in the next trust root, signatures brought home."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from signpost.cli import control
from signpost.cli.connection import Connection
from signpost.cli.enrolment import asking, revoke
from signpost.cli.enrolment.asking import signoff_of
from signpost.cli.enrolment.keys import standing, with_enrolled
from signpost.cli.evidence import find_texts
from signpost.cli.signoff.collected import collect_signatures
from signpost.cli.signoff.evidence import Site
from signpost.domain.signing.root import Person
from signpost.errors import SettingsError, SigningError
from signpost.usecases.signoff.trust import texts_key
from tests.fakes.phone import Phone
from tests.handlers.house import DOCS, House
from tests.signing import office
from tests.signing.office import BRAND

PHONE, OLD = Phone("juno's phone"), Phone("juno's old phone")


def passkey(phone: Phone, person: str = "juno", *, revoked: str = "") -> dict[str, Any]:
    return {
        "line": House().key(phone).line, "brand": BRAND, "person": person, "name": "Juno A.",
        "at": "2026-12-01T09:00:00.000Z", "synced": True, "counter": 0, "revoked": revoked,
    }  # fmt: skip


def lines(person: Person) -> set[str]:
    return {key.line for key in person.keys}


def test_an_enrolled_passkey_comes_beside_the_key_that_is_there() -> None:
    people = office.people()
    found = with_enrolled(people, ["juno"], [passkey(PHONE), passkey(Phone("k"), "kasimir")])
    assert lines(found["juno"]) == lines(people["juno"]) | {passkey(PHONE)["line"]}
    assert found["kasimir"] == people["kasimir"]


@pytest.mark.parametrize("ended", [[passkey(PHONE)], []], ids=["one", "none"])
def test_revoking_says_how_to_end_a_pass_that_is_out(
    ended: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The door of the closed site believes a pass by itself."""
    brand = type("Brand", (), {"id": BRAND})()
    told = asking.Told(Connection("bucket", control="x-signoff"), tmp_path, brand)
    monkeypatch.setattr(asking, "find_signoff", lambda *_: told)
    monkeypatch.setattr(asking, "ask_signoff", lambda *_: {"passkeys": ended})
    monkeypatch.setattr(control, "actor", lambda _content: "desk")
    ran = CliRunner().invoke(revoke.command, ["juno"])
    assert ran.exit_code == 0, ran.output
    assert "--key revoked/juno --value" in ran.stderr
    assert "passkey" in ran.stdout


def test_a_lost_phone_goes_where_the_new_one_comes() -> None:
    old = with_enrolled(office.people(), ["juno"], [passkey(OLD)])
    found = with_enrolled(old, ["juno"], [passkey(OLD, revoked="now"), passkey(PHONE)])
    assert passkey(OLD)["line"] not in lines(found["juno"])
    assert passkey(PHONE)["line"] in lines(found["juno"])
    gone = with_enrolled(old, ["juno"], [passkey(OLD, revoked="now")])
    assert lines(gone["juno"]) == lines(office.people()["juno"])


def test_somebody_new_has_a_role() -> None:
    found = with_enrolled({}, ["tilda:sales+press"], [passkey(PHONE, "tilda")])
    assert (found["tilda"].name, found["tilda"].roles) == ("Juno A.", ("press", "sales"))
    with pytest.raises(SigningError, match="in which role"):
        with_enrolled({}, ["tilda"], [passkey(PHONE, "tilda")])


@pytest.mark.parametrize(
    ("word", "passkeys", "said"),
    [
        ("juno", [], "enrolled nothing"),
        ("tilda:sales", [], "would have no key"),
        ("tilda:sales", [passkey(PHONE, "tilda", revoked="now")], "would have no key"),
    ],
)
def test_who_has_no_key_to_take_in(word: str, passkeys: Any, said: str) -> None:
    with pytest.raises(SigningError, match=said):
        with_enrolled(office.people(), [word], passkeys)


def test_a_word_of_another_form() -> None:
    with pytest.raises(click.BadParameter):
        with_enrolled({}, ["Tilda Sales"], [])


def test_what_a_passkey_is_by_the_root() -> None:
    root = House().usual(juno=PHONE)
    assert standing(passkey(PHONE), root) == "counts"
    assert standing(passkey(PHONE, revoked="now"), root) == "to drop"
    assert standing(passkey(OLD), root) == "waits"
    assert standing(passkey(OLD), None) == "waits"
    assert standing(passkey(OLD, revoked="now"), root) == "ended"


def test_the_function_is_named_like_control() -> None:
    assert signoff_of(Connection("b", control="signpost-acme-control")).control == (
        "signpost-acme-signoff"
    )
    for name in ("", "my-control-function"):
        with pytest.raises(SettingsError):
            signoff_of(Connection("b", control=name))


@pytest.fixture
def house() -> House:
    made = House()
    made.root(juno=PHONE)
    made.made.release("2026.1", documents=DOCS, signers={})
    made.push()
    made.enrol(PHONE)
    return made


def written(house: House, folder: Path) -> Site:
    for path, data in house.made.tree.items():
        if isinstance(data, bytes):
            target = folder / "strategy-site" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
    return Site(folder / "strategy-site", BRAND)


def test_signatures_are_brought_home_once(house: House, tmp_path: Path) -> None:
    site = written(house, tmp_path)
    assert collect_signatures(site, house.objects) == []
    cookie = house.sign_in(PHONE)
    assert house.sign(PHONE, cookie, "/api/papers", house.paper("2026.1")).status == 200
    assert collect_signatures(site, house.objects) == [site.releases / "2026.1/signatures/juno.sig"]
    assert collect_signatures(site, house.objects) == []


def test_what_does_not_count_is_not_brought(house: House, tmp_path: Path) -> None:
    site = written(house, tmp_path)
    cookie = house.sign_in(PHONE)
    house.sign(PHONE, cookie, "/api/papers", house.paper("2026.1"))
    key = f"state/signoff/{BRAND}.json"
    house.objects.content[key] = house.objects.content[key].replace(b"juno.sig", b"ottilie.sig")
    assert collect_signatures(site, house.objects) == []
    house.objects.content[key] = b"rubbish"
    assert collect_signatures(site, house.objects) == []


def test_a_push_brings_the_texts_that_the_pages_show(house: House, tmp_path: Path) -> None:
    site = written(house, tmp_path)
    (site.releases / "2026.1/files/picture.png").write_bytes(b"\xff\xfe")
    content = tmp_path / "content"
    content.mkdir()
    digest = house.paper("2026.1")["digest"]
    (key,) = found = find_texts(content, BRAND)
    assert key == texts_key(BRAND, digest)
    house.objects.content[key] = found[key]
    trust = house.desk.trust
    texts = trust.texts(BRAND, digest, house.made.sealed["2026.1"])
    assert texts == {path: data.decode() for path, data in DOCS.items()}
    assert find_texts(Path("/nowhere/content"), BRAND) == {}
