"""From a passkey to a page of the closed site: who comes in, where to, and who does not."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import parse_qsl, urlsplit

import pytest

from signpost.domain.entrance import door
from signpost.domain.entrance.passes import MAX_S, TICKET_S, Keyring, Pass, Use, issue
from signpost.domain.people import Member
from tests.fakes.pass_key import FakePassKey
from tests.fakes.phone import Phone
from tests.handlers.house import DOCS, House
from tests.signing.office import BRAND

SITE = "https://handbook.example"
PHONE = Phone("juno's phone")
KEY = "k" * 43
RING = Keyring({"k1": KEY})
STAFF = Member(BRAND, "juno", "Juno", brands=("kolk", BRAND))
CLIENT = Member(BRAND, "juno", "Juno", client=True, brands=(BRAND,))
OTHERS = Member("kolk", "juno", "Another Juno", brands=("kolk", "third"))


def house(*people: Member, counts: bool = True) -> House:
    """Juno's passkey is in the trust root of larkfell; there is a closed site."""
    made = House(people=[item.wire() for item in people], site=f"{SITE}/")
    made.pass_key = FakePassKey("k1", KEY)
    made.root(**({"juno": PHONE} if counts else {}))
    made.made.release("2026.1", documents=DOCS)
    if not counts:
        made.propose({}, juno=made.key(PHONE))
    made.push()
    made.enrol(PHONE)
    return made


class Reader:
    """Somebody's browser at the site."""

    def __init__(self, made: House) -> None:
        self.house = made
        self.cookie = ""
        self.ring = RING

    @property
    def now(self) -> int:
        return int(self.house.clock.now().timestamp())

    def visit(self, address: str) -> door.Answer:
        """Follow an address to the site."""
        parts = urlsplit(address)
        assert f"{parts.scheme}://{parts.netloc}" == SITE
        query = dict(pair.partition("=")[::2] for pair in parts.query.split("&"))
        given = door.answer(parts.path, query, self.cookie, self.now, self.ring)
        if given.cookie:
            self.cookie = given.cookie[0]
        return given

    def look(self, path: str) -> HTTPStatus:
        """The status of a page."""
        return door.answer(path, {}, self.cookie, self.now, self.ring).status


def ticket(made: House, to: str = "/larkfell/", cookie: str = "") -> str:
    said = made.ask("POST", "/api/enter", {"to": to}, cookie=cookie or made.sign_in(PHONE))
    assert said.status == 200, said.body
    return str(said.json()["visit"])


def test_a_passkey_opens_the_brands_that_people_yaml_names_for_twelve_hours() -> None:
    made = house(STAFF, OTHERS)
    reader = Reader(made)
    assert reader.look("/larkfell/") is HTTPStatus.FORBIDDEN
    given = reader.visit(ticket(made, "/larkfell/2026.1/?x"))
    assert (given.status, given.location) == (HTTPStatus.FOUND, "/")
    assert reader.visit(ticket(made, "/larkfell/2026.1/")).location == "/larkfell/2026.1/"
    assert reader.look("/larkfell/") is HTTPStatus.OK
    assert reader.look("/kolk/") is HTTPStatus.OK
    assert reader.look("/third/") is HTTPStatus.FORBIDDEN, "that is a namesake's"
    made.clock.advance(MAX_S - 1)
    assert reader.look("/larkfell/") is HTTPStatus.OK
    made.clock.advance(1)
    assert reader.look("/larkfell/") is HTTPStatus.FORBIDDEN
    assert ("enter-site", {"brands": ["kolk", BRAND]}) in [
        (entry["action"], entry["detail"]) for entry in made.store.trail
    ]


def test_a_pass_ends_with_the_session_that_gave_it_out() -> None:
    made = house(STAFF)
    reader, cookie = Reader(made), made.sign_in(PHONE)
    made.clock.advance(MAX_S - 60)
    reader.visit(ticket(made, cookie=cookie))
    assert reader.look("/larkfell/") is HTTPStatus.OK
    made.clock.advance(59)
    assert reader.look("/larkfell/") is HTTPStatus.OK
    made.clock.advance(1)
    assert reader.look("/larkfell/") is HTTPStatus.FORBIDDEN
    assert made.ask("POST", "/api/enter", {"to": "/"}, cookie=cookie).status == 401


def test_a_client_sees_their_own_brand_and_no_list_of_the_others() -> None:
    made = house(CLIENT, OTHERS)
    reader = Reader(made)
    reader.visit(ticket(made, "/"))
    assert reader.look("/larkfell/") is HTTPStatus.OK
    assert reader.look("/kolk/") is HTTPStatus.FORBIDDEN
    home = door.answer("/", {}, reader.cookie, reader.now, RING)
    assert home.location == "/larkfell/"


def test_forged_revoked_and_other_peoples_tickets_open_nothing() -> None:
    made = house(STAFF)
    reader = Reader(made)
    address = ticket(made)
    name, _, rest = address.partition("ticket=")
    token, _, to = rest.partition("&")
    for forged in (
        token[:-2] + ("AA" if token[-2:] != "AA" else "BB"),
        "",
        "1.k1.e30.x",
        "x" * 9000,
    ):
        assert reader.visit(f"{name}ticket={forged}&{to}").status is HTTPStatus.FORBIDDEN
    given = Pass("juno", ("*",), reader.now, reader.now + 60, Use.TICKET)
    other_key = issue(given, "k1", "o" * 43)
    assert reader.visit(f"{name}ticket={other_key}&{to}").status is HTTPStatus.FORBIDDEN
    a_pass = issue(Pass("juno", ("*",), reader.now, reader.now + 60), "k1", KEY)
    assert reader.visit(f"{name}ticket={a_pass}&{to}").status is HTTPStatus.FORBIDDEN
    assert reader.cookie == ""
    reader.visit(address)
    assert reader.look("/larkfell/") is HTTPStatus.OK
    reader.ring = Keyring({"k1": KEY}, {"juno": reader.now})
    assert reader.look("/larkfell/") is HTTPStatus.FORBIDDEN, "revoked"
    assert reader.visit(address).status is HTTPStatus.FORBIDDEN
    reader.ring = Keyring({"k2": KEY})
    assert reader.look("/larkfell/") is HTTPStatus.FORBIDDEN, "the key was changed"


def test_a_ticket_is_no_pass_and_is_over_after_two_minutes() -> None:
    made = house(STAFF)
    reader = Reader(made)
    address = ticket(made)
    reader.cookie = dict(parse_qsl(urlsplit(address).query))["ticket"]
    assert reader.look("/larkfell/") is HTTPStatus.FORBIDDEN
    made.clock.advance(TICKET_S)
    assert reader.visit(address).status is HTTPStatus.FORBIDDEN, "replayed out of a history"


@pytest.mark.parametrize(
    "to", ["//evil.example", "https://evil.example/", "/\\evil", "/%2fevil", "/a%0d%0ab", "x"]
)
def test_it_leads_nowhere_but_to_the_site(to: str) -> None:
    made = house(STAFF)
    address = ticket(made, to)
    assert address.startswith(f"{SITE}/.enter?ticket=")
    location = Reader(made).visit(address).location
    # What is encoded stays so: it is a path of the site that leads to no page.
    assert location == ("/a%0d%0ab" if to.startswith("/a") else "/")


def test_nobody_enters_who_is_not_in_people_yaml() -> None:
    made = house(OTHERS)
    cookie = made.sign_in(PHONE)
    said = made.ask("POST", "/api/enter", {"to": "/"}, cookie=cookie)
    assert said.status == 403
    assert "people.yaml" in said.json()["cause"]
    assert "not listed among any brand" in made.ask("GET", "/enter", cookie=cookie).body


def test_nobody_enters_whose_passkey_does_not_count_yet() -> None:
    made = house(STAFF, counts=False)
    cookie = made.sign_in(PHONE)
    assert made.ask("POST", "/api/enter", {"to": "/"}, cookie=cookie).status == 403


def test_nobody_enters_without_signing_in_or_from_another_page() -> None:
    made = house(STAFF)
    assert made.ask("POST", "/api/enter", {"to": "/"}).status == 401
    cookie = made.sign_in(PHONE)
    cross = {"origin": "https://evil.example"}
    assert made.ask("POST", "/api/enter", {"to": "/"}, cookie=cookie, headers=cross).status == 403
    assert "Sign in with a passkey" in made.ask("GET", "/enter").body
    made.desk.enrolling.revoke(BRAND, "juno", "desk")
    assert made.ask("POST", "/api/enter", {"to": "/"}, cookie=cookie).status == 401


def test_the_page_names_the_site_and_the_brands() -> None:
    made = house(STAFF)
    page = made.ask("GET", "/enter", cookie=made.sign_in(PHONE)).body
    assert f'data-site="{SITE}"' in page
    assert "<li>kolk</li><li>larkfell</li>" in page
    assert KEY not in page


def test_without_a_site_or_its_key_it_is_said() -> None:
    made = house(STAFF)
    cookie = made.sign_in(PHONE)
    assert made.pass_key is not None
    made.pass_key.key = "short"
    said = made.ask("POST", "/api/enter", {"to": "/"}, cookie=cookie)
    assert (said.status, "short" in said.body) == (400, False)
    made.pass_key.key = None
    assert made.ask("POST", "/api/enter", {"to": "/"}, cookie=cookie).status == 400
    made.site = ""
    assert "no site to enter" in made.ask("GET", "/enter", cookie=cookie).body
    assert made.ask("POST", "/api/enter", {"to": "/"}, cookie=cookie).status == 400
