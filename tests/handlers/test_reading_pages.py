"""The pages on which a version is read and acknowledged, and that which shows who has."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from signpost.domain.people import Member
from signpost.domain.signing.document import sha256
from signpost.domain.signing.root import Threshold
from signpost.domain.signing.statement import Acknowledgement
from signpost.usecases.onboarding import acknowledged, reading_key
from signpost.usecases.signoff.trust import texts_key
from tests.fakes.phone import Phone
from tests.handlers.house import DOCS, House
from tests.signing.office import BRAND, DOMAIN, KASIMIR, OTTILIE

PHONE, OTHER = Phone("juno's phone"), Phone("kasimir's phone")
BOTH = {"ottilie": OTTILIE, "kasimir": KASIMIR}
CHANGED = {**DOCS, "docs/larkfell/strategy/index.md": b"# Strategy\n\nWe mend <i>and</i> lend.\n"}
PEOPLE = [
    Member(BRAND, "ottilie", "Ottilie Nebelhorn", brands=(BRAND,)),
    Member(BRAND, "juno", "Juno <b>Abendrot</b>", manager="ottilie", brands=(BRAND,)),
    Member(BRAND, "kasimir", "Kasimir", manager="juno", brands=(BRAND,)),
    Member(BRAND, "finn", "Finn", manager="kasimir", starts=date(2026, 1, 5), brands=(BRAND,)),
    Member(BRAND, "tilda", "Tilda", manager="ottilie", brands=(BRAND,)),
]


@pytest.fixture
def house() -> House:
    """Two releases, the second in force since today; juno read the first and has to read it."""
    made = House()
    made.people = [item.wire() for item in PEOPLE]
    made.root(juno=PHONE, kasimir=OTHER)
    made.made.release("2026.1", documents=DOCS, effective=date(2026, 6, 1), signers=BOTH)
    made.made.release(
        "2026.2", documents=CHANGED, previous="2026.1", effective=date(2026, 12, 1), signers=BOTH
    )
    made.push()
    made.enrol(PHONE)
    made.enrol(OTHER, "kasimir")
    return made


@pytest.fixture
def juno(house: House) -> str:
    return house.sign_in(PHONE)


def asked(house: House, version: str = "2026.2") -> dict[str, Any]:
    digest = sha256(house.made.sealed[version])
    return {"brand": BRAND, "version": version, "digest": digest}


def read_before(house: House) -> None:
    """Juno read 2026.1 while it was in force."""
    house.clock.advance(-100 * 86_400)
    house.push()
    house.sign(PHONE, house.sign_in(PHONE), "/api/acknowledge", asked(house, "2026.1"))
    house.clock.advance(100 * 86_400)
    house.push()


def test_a_version_is_read_and_acknowledged_from_a_phone(house: House, juno: str) -> None:
    home = house.ask("GET", "/", cookie=juno).body
    assert "To read: larkfell 2026.2" in home
    page = house.ask("GET", "/acknowledge/larkfell/2026.2", cookie=juno).body
    assert "All of it is new to you" in page
    assert "We mend &lt;i&gt;and&lt;/i&gt; lend." in page
    assert "I have read 2026.2" in page
    assert "by 15 Dec 2026" in page
    said = house.sign(PHONE, juno, "/api/acknowledge", asked(house))
    assert said.json() == {"ok": True, "go": "/acknowledge/larkfell/2026.2"}
    (kept,) = acknowledged(house.objects, BRAND)
    assert (kept.person, kept.version) == ("juno", "2026.2")
    assert kept.signature.startswith("-----BEGIN SSH SIGNATURE-----")
    after = house.ask("GET", "/acknowledge/larkfell/2026.2", cookie=juno).body
    assert "You acknowledged it on 1 Dec 2026" in after
    assert '<form data-do="sign"' not in after
    assert "To read:" not in house.ask("GET", "/", cookie=juno).body
    trail = [(entry["action"], entry["detail"].get("ok")) for entry in house.store.trail]
    assert ("acknowledge", True) in trail


def test_on_the_next_version_only_what_changed_is_asked(house: House) -> None:
    read_before(house)
    page = house.ask("GET", "/acknowledge/larkfell/2026.2", cookie=house.sign_in(PHONE)).body
    assert "What changed since 2026.1" in page
    assert "is the last that you read" in page
    assert "<details open>" not in page


def test_the_list_says_what_is_to_be_read_and_what_was(house: House, juno: str) -> None:
    page = house.ask("GET", "/acknowledge", cookie=juno).body
    assert "<h3>To read: larkfell 2026.2</h3><p>Please read it by 15 Dec 2026.</p>" in page
    assert "You know it" not in page
    assert "2026.1" not in page, "nobody is asked for what was superseded"
    assert house.ask("GET", "/acknowledge/larkfell/2026.1", cookie=juno).status == 404
    assert house.ask("GET", "/acknowledge/kolk/2026.2", cookie=juno).status == 404


def test_who_signed_it_is_not_asked_again(house: House) -> None:
    page = house.ask("GET", "/acknowledge", cookie=house.sign_in(OTHER)).body
    assert "2026.2</a>: you signed it" in page
    assert "Nothing is left to read." in page


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"digest": f"sha256:{'0' * 64}"}, 404),
        ({"version": "2026.1"}, 404),
        ({"brand": "kolk"}, 404),
        ({"digest": ""}, 400),
    ],
)
def test_what_was_not_on_the_page_is_not_signed(
    house: House, juno: str, changes: dict[str, Any], status: int
) -> None:
    said = house.sign(PHONE, juno, "/api/acknowledge", asked(house) | changes)
    assert said.status == status
    assert not house.book.kept


def test_nobody_says_that_they_read_what_is_not_there(house: House, juno: str) -> None:
    del house.objects.content[texts_key(BRAND, sha256(house.made.sealed["2026.2"]))]
    page = house.ask("GET", "/acknowledge/larkfell/2026.2", cookie=juno).body
    assert "nobody can read what they would sign" in page
    assert "I have read 2026.2</button>" not in page
    assert house.sign(PHONE, juno, "/api/acknowledge", asked(house)).status == 404
    assert not house.book.kept


def test_another_persons_passkey_acknowledges_nothing_in_ones_name(house: House, juno: str) -> None:
    said = house.sign(OTHER, juno, "/api/acknowledge", asked(house))
    assert said.status == 409
    assert "does not count" in said.json()["cause"]
    assert not house.book.kept
    assert house.ask("POST", "/api/acknowledge/begin", asked(house)).status == 401
    cross = {"origin": "https://evil.example"}
    said = house.ask("POST", "/api/acknowledge/begin", asked(house), cookie=juno, headers=cross)
    assert said.status == 403


def test_whoever_may_sign_the_strategy_sees_everybody(house: House, juno: str) -> None:
    house.clock.advance(20 * 86_400)
    juno = house.sign_in(PHONE)
    page = house.ask("GET", "/onboarding", cookie=juno).body
    assert "Everybody of this brand&#x27;s people." in page
    assert "3 late, 2 of 5 have read it." in page
    assert "late: it was due 15 Dec 2026, 6 days ago" in page
    assert "Juno &lt;b&gt;Abendrot&lt;/b&gt;" in page
    assert page.index("Finn") < page.index("Ottilie"), "the most urgent first"
    assert "has no key yet: invite them" in page
    assert "started 5 Jan 2026 · manager: Kasimir" in page


def test_others_see_themselves_and_those_whom_they_manage() -> None:
    house = House(people=[item.wire() for item in PEOPLE])
    root = house.usual(juno=PHONE, kasimir=OTHER)
    house.made.root(replace(root, strategy=Threshold(1, {"managing-director": 1})))
    house.anchors = (sha256(house.made.roots[1]),)
    house.made.release("2026.1", documents=DOCS, signers={"ottilie": OTTILIE})
    house.push()
    house.enrol(OTHER, "kasimir")
    page = house.ask("GET", "/onboarding", cookie=house.sign_in(OTHER)).body
    assert "You, and those whom you manage." in page
    assert "<h3>Finn</h3>" in page
    assert "<h3>Kasimir</h3>" in page
    for name in ("Tilda", "Ottilie", "Juno"):
        assert f"<h3>{name}" not in page


def test_nobody_sees_it_without_signing_in(house: House) -> None:
    for path in ("/onboarding", "/acknowledge", "/acknowledge/larkfell/2026.2"):
        said = house.ask("GET", path)
        assert "Sign in with a passkey" in said.body
        assert "Finn" not in said.body
        assert said.headers["Cache-Control"] == "no-store"


def test_a_damaged_file_is_told_and_stops_nothing_else(house: House, juno: str) -> None:
    house.objects.content[reading_key(BRAND)] = b"{"
    assert house.ask("GET", "/", cookie=juno).status == 200
    said = house.ask("GET", "/acknowledge", cookie=juno)
    assert said.status == 400
    assert "cannot be read" in said.body


def test_a_signature_made_here_verifies_with_stock_tools(
    house: House, juno: str, tmp_path: Path
) -> None:
    if shutil.which("ssh-keygen") is None:
        pytest.skip("no ssh-keygen: apt-get install openssh-client")
    house.sign(PHONE, juno, "/api/acknowledge", asked(house))
    (kept,) = acknowledged(house.objects, BRAND)
    allowed = house.made.tree[f"signoff/{BRAND}/roots/1/allowed_signers"]
    assert isinstance(allowed, bytes)
    (tmp_path / "allowed").write_bytes(allowed)
    (tmp_path / "juno.sig").write_text(kept.signature)
    done = subprocess.run(
        ["ssh-keygen", "-Y", "verify", "-f", str(tmp_path / "allowed"), "-I", "juno",
         "-n", f"acknowledge@{DOMAIN}", "-s", str(tmp_path / "juno.sig")],
        input=Acknowledgement(BRAND, "juno", kept.release).write(), capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
