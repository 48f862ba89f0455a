"""The sign-off pages: what each does, and everything that they refuse.

More than 400 lines: every page and act, and what each refuses.
"""

from __future__ import annotations

import json
import logging
import re
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from signpost.domain.delivery import Media
from signpost.domain.people import Member
from signpost.domain.signing.ceremony import sshsig as signature_of
from signpost.domain.signing.document import sha256
from signpost.domain.signing.words import words
from signpost.domain.stop import Stop
from signpost.errors import LedgerUnknown, SignpostError
from signpost.handlers.pages.operating import operate
from signpost.handlers.pages.posts import MAX_PICTURE
from signpost.handlers.pages.routes import BY_ONE_PASSKEY, FROM_ONE_ADDRESS
from signpost.usecases.signoff.records import INVITE
from signpost.usecases.signoff.trust import texts_key
from tests.fakes.phone import ORIGIN, Phone
from tests.fakes.signoff import FakeControlDesk
from tests.handlers.house import DOCS, House, b64, sent, unweb
from tests.handlers.sent import delivery_of
from tests.signing.office import BRAND, JUNO, KASIMIR, OTTILIE

PHONE = Phone("juno's phone")
BOTH = {"ottilie": OTTILIE, "kasimir": KASIMIR}


@pytest.fixture
def house() -> House:
    """Juno's phone is enrolled and in trust root 1; a release waits for signatures."""
    made = House()
    made.root(juno=PHONE)
    made.made.release("2026.1", documents=DOCS)
    changed = {
        **DOCS,
        "docs/larkfell/strategy/index.md": b"# Strategy\n\nWe sell <i>then</i> mend.\n",
    }
    made.made.release(
        "2026.2", previous="2026.1", documents=changed, signers={}, effective=date(2027, 1, 1)
    )
    made.push()
    made.enrol(PHONE)
    return made


@pytest.fixture
def juno(house: House) -> str:
    return house.sign_in(PHONE)


# --- enrolment ---


def test_an_invite_makes_one_passkey(house: House) -> None:
    phone = Phone("kasimir's phone")
    token = house.invite("kasimir")
    begun = house.ask("POST", "/api/enrol/begin", {"token": token}).json()
    assert (begun["rp"], begun["name"]) == ("signoff.larkfell.example", "Kasimir")
    given = {
        "token": token,
        "nonce": begun["nonce"],
        "made": sent(phone.make(unweb(begun["make"]))),
        "tried": sent(phone.sign(unweb(begun["try"]))),
    }
    said = house.ask("POST", "/api/enrol/finish", given)
    assert said.json()["fingerprint"] == house.key(phone).fingerprint
    for path, body in (("begin", {"token": token}), ("finish", given)):
        again = house.ask("POST", f"/api/enrol/{path}", body)
        assert again.status == 400
        assert "was used" in again.json()["cause"]
    found = house.desk.enrolling.passkeys(BRAND)[-1]
    assert (found.person, found.line) == ("kasimir", house.key(phone).line)
    assert [entry["action"] for entry in house.store.trail][-2:] == ["invite", "enrol"]


def test_a_device_is_told_which_passkeys_it_may_not_replace(house: House) -> None:
    """A browser puts a second passkey of one owner in the place of the first, unless it is named."""
    house.enrol(Phone("kasimir's phone"), "kasimir")
    tablet = Phone("juno's tablet")
    house.enrol(tablet)
    begun = house.ask("POST", "/api/enrol/begin", {"token": house.invite()}).json()
    assert sorted(map(unweb, begun["known"])) == sorted([PHONE.id, tablet.id])
    house.desk.enrolling.revoke(BRAND, "juno", "desk")
    begun = house.ask("POST", "/api/enrol/begin", {"token": house.invite()}).json()
    assert begun["known"] == []


def test_a_new_passkey_does_not_count_before_a_root_names_it(house: House) -> None:
    phone = Phone("kasimir's phone")
    house.enrol(phone, "kasimir")
    said = house.try_in(phone)
    assert said.status == 403
    assert "counts once the next trust root is signed" in said.json()["remedy"]


def test_a_link_is_over_after_three_days(house: House) -> None:
    token = house.invite()
    house.clock.advance(3 * 86_400)
    assert house.ask("POST", "/api/enrol/begin", {"token": token}).status == 400


def test_looking_at_a_link_does_not_use_it(house: House) -> None:
    token = house.invite()
    assert house.ask("GET", "/enrol").status == 200
    house.ask("POST", "/api/enrol/begin", {"token": token})
    assert house.ask("POST", "/api/enrol/begin", {"token": token}).status == 200


@pytest.mark.parametrize("bent", ["other phone", "no knowing who", "elsewhere", "other nonce"])
def test_what_is_no_passkey_of_this_link_is_not_kept(house: House, bent: str) -> None:
    phone, token = Phone("new"), house.invite()
    begun = house.ask("POST", "/api/enrol/begin", {"token": token}).json()
    other = house.ask("POST", "/api/enrol/begin", {"token": house.invite("kasimir")}).json()
    nonce = other["nonce"] if bent == "other nonce" else begun["nonce"]
    made = {
        "no knowing who": Phone("new", flags=0x01),
        "elsewhere": Phone("new", origin="https://evil.example"),
    }.get(bent, phone)
    tries = Phone("another") if bent == "other phone" else phone
    given = {
        "token": token,
        "nonce": nonce,
        "made": sent(made.make(unweb(begun["make"]))),
        "tried": sent(tries.sign(unweb(begun["try"]))),
    }
    assert house.ask("POST", "/api/enrol/finish", given).status == 400
    assert len(house.desk.enrolling.passkeys()) == 1
    # The link still serves: who mistyped a PIN need not ask for another.
    assert house.ask("POST", "/api/enrol/begin", {"token": token}).status == 200


def test_nobody_is_invited_without_a_name(house: House) -> None:
    for person, name in (("", "Ada"), ("ada", " "), ("../x", "Ada"), ("ada", "A\nb")):
        with pytest.raises(SignpostError, match="needed to invite"):
            house.desk.enrolling.invite(BRAND, person, name, "desk")


def test_revoking_ends_sessions_passkeys_and_invites(house: House, juno: str) -> None:
    token = house.invite()
    ended = house.desk.enrolling.revoke(BRAND, "juno", "desk")
    assert [item.id for item in ended] == [PHONE.id.hex()]
    assert "Sign in with a passkey" in house.ask("GET", "/", cookie=juno).body
    assert house.try_in(PHONE).status == 403
    assert house.ask("POST", "/api/enrol/begin", {"token": token}).status == 400
    assert house.desk.enrolling.revoke(BRAND, "juno", "desk") == []


def test_a_link_that_is_used_while_it_is_revoked_leaves_no_passkey(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    late, listed = Phone("a thief's phone"), house.store.all
    token = house.invite()

    def used_first(kind: str) -> Any:
        if kind == INVITE:
            monkeypatch.setattr(house, "invite", lambda *_: token)
            house.enrol(late)
        return listed(kind)

    monkeypatch.setattr(house.store, "all", used_first)
    ended = house.desk.enrolling.revoke(BRAND, "juno", "desk")
    assert {item.line for item in ended} == {house.key(phone).line for phone in (PHONE, late)}


def test_a_passkey_that_could_not_be_ended_is_told(
    house: House, juno: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = house.store.change
    monkeypatch.setattr(house.store, "change", lambda *_: False)
    with pytest.raises(SignpostError, match="Not ended"):
        house.desk.enrolling.revoke(BRAND, "juno", "desk")
    assert house.store.trail[-1]["detail"]["passkeys"] == []
    monkeypatch.setattr(house.store, "change", change)
    assert house.desk.enrolling.revoke(BRAND, "juno", "desk")
    assert "Sign in with a passkey" in house.ask("GET", "/", cookie=juno).body


def test_revoking_one_passkey_leaves_the_others(house: House) -> None:
    tablet = Phone("juno's tablet")
    house.enrol(tablet)
    keys = [house.key(tablet).fingerprint]
    house.desk.enrolling.revoke(BRAND, "juno", "desk", keys)
    assert [bool(item.revoked) for item in house.desk.enrolling.passkeys()] == [False, True]
    house.sign_in(PHONE)


# --- signing in ---


def test_a_session_begins_with_another_secret_each_time(house: House) -> None:
    fixed = "__Host-signpost-session=attackers-own"
    first = house.sign_in(PHONE, fixed)
    second = house.sign_in(PHONE, first)
    assert len({fixed, first, second}) == 3
    for ended in (fixed, first):
        assert "Sign in with a passkey" in house.ask("GET", "/", cookie=ended).body
    assert "Good day" in house.ask("GET", "/", cookie=second).body


def test_the_cookie_is_out_of_reach(house: House) -> None:
    cookie = house.try_in(PHONE).cookies[0]
    assert cookie.startswith("__Host-signpost-session=")
    assert cookie.endswith("; Path=/; HttpOnly; SameSite=Strict; Max-Age=43200; Secure")
    secret = cookie.partition("=")[2].partition(";")[0]
    assert secret not in json.dumps([*house.store.items, *house.store.items.values()], default=str)


def test_a_session_ends(house: House, juno: str) -> None:
    other = house.sign_in(PHONE)
    said = house.ask("POST", "/api/logout", {}, cookie=juno)
    assert "Max-Age=0" in said.cookies[0]
    assert "Sign in with a passkey" in house.ask("GET", "/", cookie=juno).body
    house.clock.advance(12 * 3600 - 1)
    assert "Good day" in house.ask("GET", "/", cookie=other).body
    house.clock.advance(1)
    assert "Sign in with a passkey" in house.ask("GET", "/", cookie=other).body


def test_a_key_that_left_the_root_ends_the_session(house: House, juno: str) -> None:
    house.propose(BOTH | {"juno": JUNO}, juno=JUNO.public)
    house.push()
    assert "Sign in with a passkey" in house.ask("GET", "/", cookie=juno).body


def test_an_answer_serves_once(house: House) -> None:
    begun = house.ask("POST", "/api/login/begin", {}).json()
    answer = sent(PHONE.sign(unweb(begun["challenge"]))) | {"id": b64(PHONE.id)}
    given = {"nonce": begun["nonce"], "answer": answer}
    assert house.ask("POST", "/api/login/finish", given).status == 200
    assert house.ask("POST", "/api/login/finish", given).status == 403


def test_an_answer_that_came_late_does_not_serve(house: House) -> None:
    begun = house.ask("POST", "/api/login/begin", {}).json()
    answer = sent(PHONE.sign(unweb(begun["challenge"]))) | {"id": b64(PHONE.id)}
    house.clock.advance(300)
    given = {"nonce": begun["nonce"], "answer": answer}
    assert house.ask("POST", "/api/login/finish", given).status == 403


@pytest.mark.parametrize(
    "phone",
    [
        Phone(PHONE.name, origin="https://evil.example"),
        Phone(PHONE.name, rp_id="larkfell.example"),
        Phone(PHONE.name, flags=0x01),
        Phone(PHONE.name, said={"crossOrigin": True}),
        Phone(PHONE.name, said={"type": "webauthn.create"}),
    ],
)
def test_who_comes_from_elsewhere_does_not_enter(house: House, phone: Phone) -> None:
    said = house.try_in(phone)
    assert (said.status, said.cookies) == (400, [])


def test_another_phone_does_not_enter_by_the_name_of_this(house: House) -> None:
    begun = house.ask("POST", "/api/login/begin", {}).json()
    answer = sent(Phone("stranger").sign(unweb(begun["challenge"]))) | {"id": b64(PHONE.id)}
    said = house.ask("POST", "/api/login/finish", {"nonce": begun["nonce"], "answer": answer})
    assert said.status == 400
    assert house.try_in(Phone("stranger")).status == 403


def test_an_enrolments_number_does_not_sign_in(house: House) -> None:
    begun = house.ask("POST", "/api/enrol/begin", {"token": house.invite()}).json()
    answer = sent(PHONE.sign(unweb(begun["try"]))) | {"id": b64(PHONE.id)}
    said = house.ask("POST", "/api/login/finish", {"nonce": begun["nonce"], "answer": answer})
    assert said.status == 403


def test_a_counter_that_goes_back_is_told(house: House) -> None:
    for counter in (9, 4):
        assert house.try_in(Phone(PHONE.name, counter=counter)).status == 200
    assert house.store.trail[-1]["detail"]["counter"] == [9, 4]


# --- requests ---

BENT: dict[str, dict[str, str | None]] = {
    "another origin": {"origin": "https://evil.example"},
    "no origin": {"origin": None},
    "a null origin": {"origin": "null"},
    "another port": {"origin": f"{ORIGIN}:8443"},
    "a subdomain": {"origin": "https://x.signoff.larkfell.example"},
    "another site": {"sec-fetch-site": "cross-site"},
    "a sister site": {"sec-fetch-site": "same-site"},
    "no header of ours": {"x-signpost": None},
    "a form": {"content-type": "application/x-www-form-urlencoded"},
    "plain text": {"content-type": "text/plain"},
    "no type": {"content-type": None},
}


@pytest.mark.parametrize("name", BENT)
def test_what_another_site_sends_is_refused(house: House, juno: str, name: str) -> None:
    said = house.ask("POST", "/api/stop", {"scope": "*"}, cookie=juno, headers=BENT[name])
    assert said.status in (403, 415)
    assert house.control.asked == []


def test_another_host_is_not_answered(house: House, juno: str) -> None:
    for host in ("evil.example", "abc.execute-api.eu-central-1.amazonaws.com"):
        assert house.ask("GET", "/", cookie=juno, headers={"host": host}).status == 421


@pytest.mark.parametrize("path", ["/", "/enrol", "/stop", "/nowhere", "/api/stop", "/static/x/y"])
def test_every_answer_can_be_framed_by_nobody(house: House, path: str) -> None:
    headers = house.ask("GET", path).headers
    policy = headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Strict-Transport-Security"].startswith("max-age=63072000")
    assert headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize(
    "path", ["//evil.example", "/?next=https://evil.example", "/%2f%2fevil.example", "/enrol//evil"]
)
def test_nothing_leads_to_another_site(house: House, juno: str, path: str) -> None:
    for cookie in ("", juno):
        said = house.ask("GET", path.partition("?")[0], cookie=cookie)
        assert "location" not in {name.lower() for name in said.headers}
        assert said.status in (200, 404)
        assert "evil" not in said.body


def test_methods_that_nobody_asked_for(house: House) -> None:
    for method, path in (
        ("PUT", "/"),
        ("DELETE", "/api/stop"),
        ("POST", "/"),
        ("GET", "/api/stop"),
    ):
        assert house.ask(method, path).status == 405
    assert house.ask("OPTIONS", "/api/stop").headers.get("Access-Control-Allow-Origin") is None


@pytest.mark.parametrize("body", ["", "[]", "null", "{", '"x"', "[" * 9999, r'{"token": "\ud800"}'])
def test_a_body_that_is_no_object(house: House, body: str) -> None:
    assert house.ask("POST", "/api/enrol/begin", body).status == 400


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"nonce": "zz", "answer": {}},
        {"nonce": "00", "answer": None},
        {"nonce": "00", "answer": {"id": "!", "data": "", "client": "", "signature": ""}},
        {"nonce": "00", "answer": {"id": "é", "data": "", "client": "", "signature": ""}},
        {"nonce": 5, "answer": []},
    ],
)
def test_members_that_are_malformed(house: House, given: dict[str, Any]) -> None:
    assert house.ask("POST", "/api/login/finish", given).status in (400, 403)


def test_who_asks_too_often_waits(house: House) -> None:
    asked = [house.ask("POST", "/api/login/begin", {}).status for _ in range(FROM_ONE_ADDRESS + 1)]
    assert asked[-1] == 429
    assert house.ask("POST", "/api/login/begin", {}, ip="192.0.2.8").status == 200
    house.clock.advance(300)
    assert house.ask("POST", "/api/login/begin", {}).status == 200


@pytest.mark.parametrize("path", ["stop", "resume/begin", "papers/begin", "posts/approve/begin"])
def test_nothing_is_done_for_who_is_not_signed_in(house: House, path: str) -> None:
    assert house.ask("POST", f"/api/{path}", {"scope": "*"}).status == 401
    assert house.control.asked == []


def test_style_and_script_are_ours_alone(house: House) -> None:
    page = house.ask("GET", "/enrol").body
    found = re.findall(r'(?:href|src)="([^"]+)"', page)
    assert all(address.startswith("/") for address in found)
    for address in found:
        if address.startswith("/static/"):
            said = house.ask("GET", address)
            assert (said.status, "immutable" in said.headers["Cache-Control"]) == (200, True)
            other = re.sub("/[0-9a-f]{16}/", "/0000000000000000/", address)
            assert house.ask("GET", other).status == 404
    assert "no-store" in house.ask("GET", "/").headers["Cache-Control"]


# --- a release ---


def test_a_release_is_read_and_signed(house: House, juno: str, tmp_path: Path) -> None:
    assert "A release to sign: larkfell 2026.2" in house.ask("GET", "/", cookie=juno).body
    page = house.ask("GET", "/releases/larkfell/2026.2", cookie=juno).body
    assert "What changed since 2026.1" in page
    assert "the last that you signed" in page
    assert "<del>" in page
    assert "We sell &lt;i&gt;then&lt;/i&gt; mend." in page
    assert "<i>then" not in page
    asked = house.paper("2026.2")
    assert all(f"<li>{word}</li>" in page for word in words(asked["digest"]))
    said = house.sign(PHONE, juno, "/api/papers", asked)
    assert said.json() == {"ok": True, "go": "/releases/larkfell/2026.2/certificate"}
    certificate = house.ask("GET", said.json()["go"], cookie=juno).body
    assert "Juno Abendrot" in certificate
    assert "Not signed by all that it needs yet" in certificate
    assert "You have signed this" in house.ask("GET", "/releases/larkfell/2026.2", cookie=juno).body
    assert "Nothing awaits you" in house.ask("GET", "/", cookie=juno).body
    house.collect()
    assert verified(house, "releases/larkfell/2026.2", "manifest.txt", "juno", tmp_path)
    house.push()
    assert "signatures of 2026.2 are missing" in house.ledger.gates([BRAND])[BRAND].lacking
    assert house.ledger.trail[-1].action == "sign-release"


def verified(house: House, place: str, name: str, person: str, folder: Path) -> bool:
    """Whether `ssh-keygen` believes a person's signature under a file of the tree."""
    space = "strategy" if place.startswith("releases") else "root"
    made = house.made.tree
    files = {
        "signature": made[f"{place}/signatures/{person}.sig"],
        "allowed": made["signoff/larkfell/roots/1/allowed_signers"],
        "message": made[f"{place}/{name}"],
    }
    for file, data in files.items():
        assert isinstance(data, bytes)
        (folder / file).write_bytes(data)
    with (folder / "message").open("rb") as message:
        done = subprocess.run(
            ["ssh-keygen", "-Y", "verify", "-f", "allowed", "-I", person,
             "-n", f"{space}@larkfell.example", "-s", "signature"],
            cwd=folder, stdin=message, capture_output=True, check=False,
        )  # fmt: skip
    return done.returncode == 0 and b"Good" in done.stdout


def test_what_control_says_of_a_signature_can_be_logged(house: House, juno: str) -> None:
    """A log record has names of its own, and refuses an answer that has them, too."""
    said: list[dict[str, Any]] = []
    act = house.control.ask

    def heard(request: Any) -> dict[str, Any]:
        said.append(act(request))
        return said[-1]

    house.control = FakeControlDesk(heard)
    house.sign(PHONE, juno, "/api/papers", house.paper("2026.2"))
    assert said[-1] == {
        "ok": True,
        "brand": BRAND,
        "of": "2026.2",
        "file": "juno.sig",
        "met": False,
    }
    assert not set(said[-1]) & set(vars(logging.makeLogRecord({})))


def test_signing_twice_is_signing_once(house: House, juno: str) -> None:
    asked = house.paper("2026.2")
    assert house.sign(PHONE, juno, "/api/papers", asked).status == 200
    again = house.sign(PHONE, juno, "/api/papers", asked)
    assert (again.status, "not asked for" in again.json()["cause"]) == (403, True)


@pytest.mark.parametrize(
    ("bent", "said"),
    [
        ({"digest": "sha256:" + "0" * 64}, "changed"),
        ({"name": "2026.9"}, "no release"),
        ({"brand": "other"}, "no release"),
        ({"what": "roots", "name": "1"}, "changed"),
    ],
)
def test_only_what_is_there_is_signed(house: House, juno: str, bent: Any, said: str) -> None:
    found = house.sign(PHONE, juno, "/api/papers", house.paper("2026.2") | bent)
    assert found.status in (400, 404)
    assert said in found.json()["cause"]


@pytest.mark.parametrize(
    "phone",
    [
        Phone(PHONE.name, flags=0x01),
        Phone(PHONE.name, origin="https://evil.example"),
        Phone(PHONE.name, rp_id="larkfell.example"),
        Phone("stranger"),
    ],
)
def test_a_signature_that_does_not_count_is_not_kept(house: House, juno: str, phone: Phone) -> None:
    said = house.sign(phone, juno, "/api/papers", house.paper("2026.2"))
    assert said.status in (400, 409)
    assert f"state/signoff/{BRAND}.json" not in house.objects.content


def test_a_signature_is_for_one_release(house: House, juno: str) -> None:
    begun = house.ask("POST", "/api/papers/begin", house.paper("2026.2"), cookie=juno).json()
    answers = [sent(PHONE.sign(unweb(begun["challenges"][0])))]
    house.made.release("2026.3", previous="2026.1", documents=DOCS, signers={})
    house.push()
    given = {**house.paper("2026.3"), "answers": answers}
    said = house.ask("POST", "/api/papers/finish", given, cookie=juno)
    assert said.status == 409
    assert f"state/signoff/{BRAND}.json" not in house.objects.content


@pytest.mark.parametrize("why", ["outrun", "older root"])
def test_what_would_be_a_second_release_at_its_place_is_not_signed(
    house: House, juno: str, why: str
) -> None:
    begun = house.ask("POST", "/api/papers/begin", house.paper("2026.2"), cookie=juno).json()
    answers = [sent(PHONE.sign(unweb(begun["challenges"][0])))]
    if why == "outrun":
        house.made.release("2026.3", previous="2026.1", documents=DOCS, effective=date(2027, 1, 1))
    else:
        house.propose({"ottilie": OTTILIE, "kasimir": KASIMIR, "juno": JUNO}, juno=house.key(PHONE))
    house.push()
    assert "Nothing awaits you" in house.ask("GET", "/", cookie=juno).body
    given = {**house.paper("2026.2"), "answers": answers}
    assert house.ask("POST", "/api/papers/finish", given, cookie=juno).status == 403
    text = signature_of(
        PHONE.sign(unweb(begun["challenges"][0])),
        house.key(PHONE),
        "strategy@larkfell.example",
        ORIGIN,
    )
    asked = {**house.paper("2026.2"), "action": "sign-release", "person": "juno",
             "signature": text.decode(), "actor": "somebody who asks control directly"}  # fmt: skip
    said = house.control.ask(asked)
    assert (said["ok"], said["code"]) == (False, "SIGNATURE")
    assert f"state/signoff/{BRAND}.json" not in house.objects.content


def test_texts_that_are_not_those_of_the_manifest_are_not_shown(house: House, juno: str) -> None:
    for key in list(house.objects.content):
        if "/texts/" in key:
            altered = house.objects.content[key].replace(b"We sell", b"We lie")
            house.objects.content[key] = altered
    page = house.ask("GET", "/releases/larkfell/2026.2", cookie=juno).body
    assert "We lie" not in page
    assert "Signed as well, and not shown here: files/docs/larkfell/strategy/index.md" in page


def test_nobody_signs_words_that_are_not_there(house: House, juno: str) -> None:
    """The texts come with a push, and may be gone; those of the version before, too."""
    key = texts_key(BRAND, sha256(house.made.sealed["2026.1"]))
    earlier = house.objects.content.pop(key)
    shown = house.ask("GET", "/releases/larkfell/2026.2", cookie=juno).body
    assert "The words of that version are not here" in shown
    assert "Sign with your passkey" in shown
    assert "There is no earlier version" not in shown
    house.objects.content[key] = earlier
    del house.objects.content[texts_key(BRAND, sha256(house.made.sealed["2026.2"]))]
    shown = house.ask("GET", "/releases/larkfell/2026.2", cookie=juno).body
    assert "nobody can read what they would sign" in shown
    assert "Sign with your passkey" not in shown
    assert house.sign(PHONE, juno, "/api/papers", house.paper("2026.2")).status == 404


def test_a_page_of_another_brand_is_not_there(house: House, juno: str) -> None:
    for path in ("/releases/acme/2026.2", "/roots/acme/1", "/releases/larkfell/1", "/media/x"):
        assert house.ask("GET", path, cookie=juno).status == 404


# --- a trust root ---


def test_the_next_root_is_signed_and_then_counts(house: House, juno: str) -> None:
    new = Phone("juno's new phone")
    key = house.enrol(new)
    house.propose({"ottilie": OTTILIE}, juno=key)
    house.push()
    fresh = house.sign_in(new)
    page = house.ask("GET", "/", cookie=fresh).body
    assert "A trust root to sign: Trust root 2 of larkfell" in page
    assert "counts once that is signed" in page
    assert house.ask("GET", "/stop", cookie=fresh).status == 403
    # Whoever proposes a root could put anybody into it: that opens no release.
    assert "2026.1" not in page
    for path in ("/releases/larkfell/2026.1", "/releases/larkfell/2026.1/certificate"):
        assert house.ask("GET", path, cookie=fresh).status == 404
        assert house.ask("GET", path, cookie=juno).status == 200
    shown = house.ask("GET", "/roots/larkfell/2", cookie=fresh).body
    assert "New key" in shown
    assert key.fingerprint in shown
    # The old phone signs for root 1, the new one for root 2: who changes a key signs with both.
    asked = house.paper("2", "roots")
    assert house.sign(new, fresh, "/api/papers", asked).status == 200
    assert house.sign(PHONE, juno, "/api/papers", asked).status == 200
    house.collect()
    house.push()
    assert house.ledger.gates([BRAND])[BRAND].root_version == 2
    assert house.ask("GET", "/stop", cookie=fresh).status == 200
    assert "Sign in with a passkey" in house.ask("GET", "/", cookie=juno).body


def test_a_company_without_any_ssh_key(tmp_path: Path) -> None:
    """Everybody signs root 1 on the pages, before the stack is told its digest; then a release."""
    house = House()
    phones = {name: Phone(f"{name}'s phone") for name in ("ottilie", "juno", "kasimir")}
    keys = {name: house.enrol(phone, name) for name, phone in phones.items()}
    root = house.usual()
    people = {name: replace(one, keys=(keys[name],)) for name, one in root.people.items()}
    house.made.root(replace(root, people=people), signers={})
    house.push()
    for name, phone in phones.items():
        cookie = house.sign_in(phone)
        page = house.ask("GET", "/", cookie=cookie).body
        assert "A trust root to sign: Trust root 1 of larkfell" in page
        assert house.ask("GET", "/stop", cookie=cookie).status == 403, "nothing counts yet"
        said = house.sign(phone, cookie, "/api/papers", house.paper("1", "roots"))
        assert said.status == 200, said.body
        house.collect()
        assert verified(house, "signoff/larkfell/roots/1", "root.json", name, tmp_path)
    house.push()
    assert not house.ledger.gates([BRAND])[BRAND].root, "no digest, no belief"

    house.anchors = (sha256(house.made.roots[1]),)
    house.made.release("2026.1", documents=DOCS, signers={})
    house.push()
    assert house.ledger.gates([BRAND])[BRAND].root_version == 1
    for name in ("ottilie", "juno"):
        cookie = house.sign_in(phones[name])
        assert house.ask("GET", "/stop", cookie=cookie).status == 200
        said = house.sign(phones[name], cookie, "/api/papers", house.paper("2026.1"))
        assert said.status == 200, said.body
        house.collect()
        assert verified(house, "releases/larkfell/2026.1", "manifest.txt", name, tmp_path)
    house.push()
    gate = house.ledger.gates([BRAND])[BRAND]
    assert [(one.version, list(one.signers)) for one in gate.releases] == [
        ("2026.1", ["juno", "ottilie"])
    ]


def test_without_a_pin_nothing_counts_but_the_first_root(house: House) -> None:
    house.anchors = ()
    cookie = house.sign_in(PHONE)
    assert house.ask("GET", "/stop", cookie=cookie).status == 403
    assert house.ask("GET", "/releases/larkfell/2026.2", cookie=cookie).status == 404


# --- stop and resume ---


def test_stopped_in_two_taps(house: House, juno: str) -> None:
    assert "It runs." in house.ask("GET", "/", cookie=juno).body
    assert "Stop everything now" in house.ask("GET", "/stop", cookie=juno).body
    said = house.ask("POST", "/api/stop", {"scope": "*"}, cookie=juno)
    assert said.json() == {"ok": True, "go": "/resume"}
    stop = house.ledger.stop()
    assert stop is not None
    assert stop.scopes == {"*"}
    assert house.ledger.trail[-1].actor == "larkfell/juno"
    first = house.ask("GET", "/", cookie=juno).body
    assert first.index("Stopped:") < first.index("Awaiting you"), "nothing else is as urgent"


def test_only_ones_own_brands_are_stopped(house: House, juno: str) -> None:
    for scope in ("brand:acme", "account:shop", "nonsense"):
        assert house.ask("POST", "/api/stop", {"scope": scope}, cookie=juno).status == 403


def test_a_client_stops_their_own_brand_alone() -> None:
    people = [Member(BRAND, "juno", "Juno Abendrot", client=True).wire()]
    house = House(people=people)
    house.root(juno=PHONE)
    house.push()
    house.enrol(PHONE)
    juno = house.sign_in(PHONE)
    assert "Stop everything" not in house.ask("GET", "/stop", cookie=juno).body
    assert house.ask("POST", "/api/stop", {"scope": "*"}, cookie=juno).status == 403
    asked = {"scope": f"brand:{BRAND}"}
    assert house.ask("POST", "/api/stop", asked, cookie=juno).status == 200


def two_brands(people: list[dict[str, Any]]) -> tuple[House, str]:
    """Juno of Larkfell; acme is another brand, with an account and a held post."""
    house = House(people=people)
    house.root(juno=PHONE)
    house.push()
    key = "state/deliveries.json"
    state = json.loads(house.objects.content[key])
    state["accounts"]["acme-blog"] = {"account": {"id": "acme-blog", "brand": "acme"}}
    held = {"state": "HELD", "account": "acme-blog", "about": {"title": "A secret of acme"}}
    state["deliveries"]["acme/acme/p/acme-blog/r"] = held
    house.objects.content[key] = json.dumps(state).encode()
    house.enrol(PHONE)
    return house, house.sign_in(PHONE)


CLIENT = [Member(BRAND, "juno", "Juno Abendrot", client=True).wire()]


@pytest.mark.parametrize("people", [[], CLIENT], ids=["inside", "client"])
def test_nobody_hears_of_another_brands_stops_and_held_posts(people: list[dict[str, Any]]) -> None:
    house, juno = two_brands(people)
    for scope in ("brand:acme", "account:acme-blog", "account:shop"):
        house.stop(scope)
    for path in ("/", "/resume", "/stop"):
        page = house.ask("GET", path, cookie=juno).body
        assert "acme" not in page
    assert "account shop" in house.ask("GET", "/", cookie=juno).body
    assert "Knots" in house.ask("GET", "/resume", cookie=juno).body
    for scope in ("brand:acme", "account:acme-blog", "brand:none"):
        asked = {"scope": scope, "version": "4", "reason": "r"}
        said = house.ask("POST", "/api/resume/begin", asked, cookie=juno)
        assert said.json()["cause"] == "This is not stopped."


def test_everything_is_to_a_client_their_own_brand() -> None:
    for people, said in (([], "everything."), (CLIENT, f"brand {BRAND}.")):
        house, juno = two_brands(people)
        house.stop()
        shown = house.ask("GET", "/", cookie=juno).body
        assert f"<strong>Stopped:</strong> {said}" in shown
        assert "0 of 2 signed" in house.ask("GET", "/resume", cookie=juno).body


def test_of_lifting_everything_a_client_sees_who_signs_for_their_brand() -> None:
    house, juno = two_brands(CLIENT)
    house.stop()
    entering, switching = house.desk.entering, house.desk.switching
    visitor = entering.visitor(juno.partition("=")[2])
    assert visitor is not None
    lifting = switching.lifting("*")
    tally = lifting.tallies[BRAND]
    both = replace(lifting, tallies={BRAND: tally, "acme": tally})
    assert set(switching.shown(visitor, both).tallies) == {BRAND}


def test_a_stop_that_is_done_is_told_so_whatever_becomes_of_the_trail(
    house: House, juno: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise LedgerUnknown("No answer.")

    monkeypatch.setattr(house.store, "audit", broken)
    assert house.ask("POST", "/api/stop", {"scope": "*"}, cookie=juno).status == 200


def test_a_yes_that_counts_is_told_so_whatever_becomes_of_the_trail(
    agency: tuple[House, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    house, cookie = agency
    item = house.post()

    def broken(*_: Any) -> None:
        raise LedgerUnknown("No answer.")

    monkeypatch.setattr(house.store, "audit", broken)
    assert house.sign(BOSS, cookie, "/api/posts/approve", answer_to(item)).status == 200
    assert house.posts == []


def test_who_signs_too_often_waits_wherever_they_are(house: House, juno: str) -> None:
    """The passkey is counted, too: another address does not help."""
    for number in range(BY_ONE_PASSKEY):
        ip = f"192.0.2.{number % 9}"
        said = house.ask("POST", "/api/papers/begin", {}, cookie=juno, ip=ip)
        assert said.status == 400
    said = house.ask("POST", "/api/papers/begin", {}, cookie=juno, ip="198.51.100.1")
    assert (said.status, "asked too often" in said.body) == (429, True)


def test_two_people_resume() -> None:
    house, tablet = House(), Phone("kasimir's phone")
    house.root(juno=PHONE, kasimir=tablet)
    house.push()
    house.enrol(PHONE)
    house.enrol(tablet, "kasimir")
    juno = house.sign_in(PHONE)
    house.stop()
    shown = house.ask("GET", "/resume", cookie=juno).body
    assert "0 of 2 signed" in shown
    assert "&lt;b&gt;Knots&lt;/b&gt; &amp; ropes" in shown
    assert "<b>Knots" not in shown
    asked = {"scope": "*", "version": "2"}
    no_reason = house.sign(PHONE, juno, "/api/resume", asked)
    assert "Say why" in no_reason.json()["cause"]
    first = house.sign(PHONE, juno, "/api/resume", asked | {"reason": "price <mended>"})
    assert first.json() == {"ok": True, "go": "/resume"}
    stop = house.ledger.stop()
    assert stop is not None
    assert stop.scopes == {"*"}
    assert "1 of 2 signed (Juno Abendrot)" in house.ask("GET", "/resume", cookie=juno).body
    assert house.sign(PHONE, juno, "/api/resume", asked).status == 403
    kasimir = house.sign_in(tablet)
    assert "Why: price &lt;mended&gt;" in house.ask("GET", "/resume", cookie=kasimir).body
    second = house.sign(tablet, kasimir, "/api/resume", asked)
    assert second.json() == {"ok": True, "go": "/"}
    stop = house.ledger.stop()
    assert stop is not None
    assert stop.scopes == frozenset()
    assert house.ledger.trail[-1].detail["signers"] == ["larkfell/juno", "larkfell/kasimir"]


@pytest.mark.parametrize("down", ["control", "the trail"])
def test_what_all_have_signed_is_lifted_though_it_could_not_be_then(
    down: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody's signature is missing any more, and the stop is still there."""
    house, tablet = House(), Phone("kasimir's phone")
    house.root(juno=PHONE, kasimir=tablet)
    house.push()
    house.enrol(PHONE)
    house.enrol(tablet, "kasimir")
    juno, kasimir = house.sign_in(PHONE), house.sign_in(tablet)
    house.stop()
    asked = {"scope": "*", "version": "2", "reason": "mended"}
    assert house.sign(PHONE, juno, "/api/resume", asked).status == 200
    with monkeypatch.context() as patch:
        answer = house.control.ask

        def failing(request: dict[str, Any]) -> dict[str, Any]:
            if request["action"] == "resume":
                raise LedgerUnknown("The function gave no answer.")
            return answer(request)

        def broken(*_: Any) -> None:
            raise LedgerUnknown("No answer.")

        if down == "control":
            patch.setattr(house.control, "ask", failing)
        else:
            patch.setattr(house.store, "audit", broken)
        assert house.sign(tablet, kasimir, "/api/resume", asked).status == 503
    assert "Let publishing go on" in house.ask("GET", "/resume", cookie=juno).body
    said = house.sign(PHONE, juno, "/api/resume", {"scope": "*", "version": "2"})
    assert said.json() == {"ok": True, "go": "/"}
    assert house.ledger.stop() == Stop(3)
    assert "publishing runs" in house.ask("GET", "/resume", cookie=juno).body


def test_a_signature_for_one_stop_does_not_lift_the_next(house: House, juno: str) -> None:
    house.stop()
    asked = {"scope": "*", "version": "2", "reason": "mended"}
    begun = house.ask("POST", "/api/resume/begin", asked, cookie=juno).json()
    answers = [sent(PHONE.sign(unweb(begun["challenges"][0])))]
    house.stop("brand:larkfell")
    late = house.ask("POST", "/api/resume/finish", {**asked, "answers": answers}, cookie=juno)
    assert "moved meanwhile" in late.json()["cause"]
    given = {**asked, "version": "3", "answers": answers}
    assert house.ask("POST", "/api/resume/finish", given, cookie=juno).status == 400
    assert house.desk.switching.lifting("*").files == {BRAND: {}}


# --- posts ---

BOSS = Phone("ottilie's phone")


@pytest.fixture
def agency() -> tuple[House, str]:
    """A post awaits Ottilie, who approves offers; her cookie."""
    house = House()
    house.root(ottilie=BOSS)
    house.push()
    house.enrol(BOSS, "ottilie")
    return house, house.sign_in(BOSS)


def answer_to(item: dict[str, Any], **more: str) -> dict[str, str]:
    digest = ",".join(one["digest"] for one in item["sign"])
    return {"brand": item["brand"], "post": item["post"], "digest": digest, **more}


def test_a_post_is_seen_and_approved(agency: tuple[House, str]) -> None:
    house, cookie = agency
    item = house.post()
    home = house.ask("GET", "/", cookie=cookie).body
    assert "A post to approve: Knots &lt;that&gt; hold" in home
    page = house.ask("GET", "/posts/larkfell/knots", cookie=cookie).body
    for text in (
        "We mend &lt;b&gt;ropes&lt;/b&gt;.<br>Today.",
        "&lt;img src=x&gt; no",
        'alt="A &quot;knot&quot;"',
    ):
        assert text in page
    assert "<b>ropes" not in page
    assert "<img src=x>" not in page
    picture = item["deliveries"][0]["parts"][0]["media"][0]["sha256"]
    said = house.ask("GET", f"/media/larkfell/knots/{picture}", cookie=cookie)
    assert (said.status, said.headers["Content-Type"]) == (200, "image/png")
    for path in (
        f"larkfell/knots/{'0' * 64}",
        f"larkfell/ropes/{picture}",
        f"acme/knots/{picture}",
    ):
        assert house.ask("GET", f"/media/{path}", cookie=cookie).status == 404
    done = house.sign(BOSS, cookie, "/api/posts/approve", answer_to(item))
    assert done.json() == {"ok": True, "go": "/"}
    assert house.posts == []
    assert house.ask("GET", "/posts/larkfell/knots", cookie=cookie).status == 404
    assert house.store.trail[-1]["action"] == "approve"


def test_changes_are_asked_for_with_a_reason(agency: tuple[House, str]) -> None:
    house, cookie = agency
    item = house.post()
    no_reason = house.sign(BOSS, cookie, "/api/posts/reject", answer_to(item))
    assert no_reason.status == 400
    asked = answer_to(item, reason="Name\n the  price ")
    assert house.sign(BOSS, cookie, "/api/posts/reject", asked).status == 200
    assert house.control.asked[-1]["reason"] == "Name the price"


def test_only_the_time_moved(agency: tuple[House, str]) -> None:
    house, cookie = agency
    house.post(moved="time")
    page = house.ask("GET", "/posts/larkfell/knots", cookie=cookie).body
    assert "Only the time moved since you approved it." in page
    assert "The post, unchanged" in page


def test_what_moved_since_it_was_seen_is_not_approved(agency: tuple[House, str]) -> None:
    house, cookie = agency
    asked = answer_to(house.post())
    house.posts.clear()
    house.post(tier="offers")["sign"][0]["digest"] = "another"
    said = house.sign(BOSS, cookie, "/api/posts/approve", asked)
    assert "changed since you looked" in said.json()["cause"]


@pytest.mark.parametrize("shown", [{"wire": "", "parts": []}, {"wire": '{"parts":[]}'}])
def test_what_cannot_be_shown_is_not_answered(
    agency: tuple[House, str], shown: dict[str, Any]
) -> None:
    """No line of the bundle: what is approved would be a digest, and nobody knows of what."""
    house, cookie = agency
    item = house.post()
    item["deliveries"][0].update(shown)
    page = house.ask("GET", "/posts/larkfell/knots", cookie=cookie).body
    assert "You cannot answer yet" in page
    assert "acme/larkfell/knots/shop" in page
    assert "Approve with your passkey" not in page
    asked = answer_to(item, reason="no")
    for how in ("approve", "reject"):
        said = house.ask("POST", f"/api/posts/{how}/begin", asked, cookie=cookie)
        assert (said.status, "cannot be shown" in said.json()["cause"]) == (400, True)


def test_what_is_no_picture_is_named(agency: tuple[House, str]) -> None:
    house, cookie = agency
    film = Media("f" * 64, "video/mp4", 4711, "A <knot>, tied")
    house.post(deliveries=(delivery_of("knots", "mastodon", media=(film,)),))
    page = house.ask("GET", "/posts/larkfell/knots", cookie=cookie).body
    for text in ("<figcaption>Video, ", "A &lt;knot&gt;, tied", "f" * 64):
        assert text in page
    assert f'/{"f" * 64}"' not in page


def test_a_picture_that_no_answer_can_hold_is_named(agency: tuple[House, str]) -> None:
    """A function answers with six megabytes at most, and a channel may take sixteen."""
    house, cookie = agency
    poster = Media("e" * 64, "image/png", MAX_PICTURE + 1, "A <knot>", width=9000, height=6000)
    house.post(deliveries=(delivery_of("knots", "mastodon", media=(poster,)),))
    page = house.ask("GET", "/posts/larkfell/knots", cookie=cookie).body
    assert "not shown here: A &lt;knot&gt; (4400001 bytes" in page
    assert f'/{"e" * 64}"' not in page
    assert house.ask("GET", f"/media/larkfell/knots/{'e' * 64}", cookie=cookie).status == 404


def test_an_approval_is_no_rejection(agency: tuple[House, str]) -> None:
    house, cookie = agency
    item = house.post()
    asked = answer_to(item)
    begun = house.ask("POST", "/api/posts/approve/begin", asked, cookie=cookie).json()
    answers = [sent(BOSS.sign(unweb(one))) for one in begun["challenges"]]
    given = {**asked, "reason": "no", "answers": answers}
    assert house.ask("POST", "/api/posts/reject/finish", given, cookie=cookie).status == 409
    assert house.posts == [item]


def test_a_post_of_another_brand_awaits_nobody_here(agency: tuple[House, str]) -> None:
    house, cookie = agency
    house.post()["brand"] = "acme"
    assert "Nothing awaits you" in house.ask("GET", "/", cookie=cookie).body
    assert house.ask("GET", "/posts/acme/knots", cookie=cookie).status == 404


def test_without_control_the_first_page_still_shows_the_rest(agency: tuple[House, str]) -> None:
    house, cookie = agency
    house.control = FakeControlDesk(no_answer)
    page = house.ask("GET", "/", cookie=cookie)
    assert (page.status, "control gave no answer" in page.body) == (200, True)
    assert "Not all that awaits you is known" in page.body
    assert "Nothing awaits you" not in page.body
    assert house.ask("POST", "/api/stop", {"scope": "*"}, cookie=cookie).status == 503


def no_answer(_request: Any) -> dict[str, Any]:
    raise LedgerUnknown("The control function failed.", "Ask again.")


# --- what operators ask ---


def test_operators_invite_see_who_enrolled_and_revoke(house: House) -> None:
    asked = {"action": "invite", "brand": BRAND, "person": "ada", "name": "Ada", "actor": "desk"}
    assert operate(house.desk, asked)["link"].startswith(f"{ORIGIN}/enrol#")
    found = operate(house.desk, {"action": "pending", "brand": BRAND})
    assert (found["origin"], [item["person"] for item in found["passkeys"]]) == (ORIGIN, ["juno"])
    asked = {"action": "revoke", "brand": BRAND, "person": "juno", "actor": "desk"}
    assert [item["person"] for item in operate(house.desk, asked)["passkeys"]] == ["juno"]


@pytest.mark.parametrize(
    "asked",
    [
        {"action": "invite", "brand": BRAND, "person": "ada", "name": "Ada"},
        {"action": "revoke", "brand": BRAND, "person": "juno"},
        {"action": "sign", "actor": "desk"},
        {},
    ],
)
def test_what_operators_may_not_ask(house: House, asked: dict[str, str]) -> None:
    with pytest.raises(SignpostError):
        operate(house.desk, asked)
