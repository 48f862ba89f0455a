"""The sign-off pages in a real Chromium with a virtual authenticator, from invite to evidence.

More than 400 lines: four journeys on two screens share one way of walking them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import NamedTuple

import pytest
from playwright.sync_api import Page, expect

from signpost.cli.website.make import OWN
from signpost.cli.website.server import Entrance, open_server
from signpost.domain.entrance.passes import Keyring
from signpost.domain.lifecycle import State
from signpost.domain.people import Member
from signpost.domain.signing.keys import parse_line
from signpost.domain.website import headers
from signpost.local.signoff import SignoffServer
from tests.browser.clone import fresh_clone
from tests.browser.conftest import NARROW, WIDE, OpenPage, Shoot, overflow, serious_findings
from tests.fakes.pass_key import FakePassKey
from tests.handlers.house import DOCS
from tests.handlers.journey import CLIENT, Journey
from tests.signing.office import BRAND, KASIMIR, OTTILIE

NEXT = {
    **DOCS,
    "docs/larkfell/strategy/index.md": DOCS["docs/larkfell/strategy/index.md"]
    .replace(b"within a day", b"within an hour")
    .replace(b"- Knots", b"- Knots\n- Splices"),
}


class Look(NamedTuple):
    """How a page is looked at."""

    name: str
    size: tuple[int, int]
    dark: bool = False


LOOKS = pytest.mark.parametrize(
    "look", [Look("wide", WIDE), Look("narrow", NARROW, dark=True)], ids=lambda look: look.name
)
EXPECTED = (r"status of 4", r"pubKeyCredParams is missing at least one of the default")
"""ES256 alone is asked for: the one kind that OpenSSH knows."""

SMALL = """() => [...document.querySelectorAll("a, button, summary, textarea, input:not([type=hidden])")]
  .filter((one) => !one.closest(".copy") && one.checkVisibility())
  .filter((one) => Math.round(one.getBoundingClientRect().height) < 44)
  .map((one) => one.outerHTML)"""
"""What can be touched and is lower than 44 px; likenesses of posts are as their channels have them."""
TOUCHES = """addEventListener("click", (event) => {
  if (event.isTrusted && event.target.closest("a, button")) {
    sessionStorage.touches = Number(sessionStorage.touches || 0) + 1;
  }
}, true)"""
"""Counts what a person touches that acts or leads on, over all pages of the tab."""


@pytest.fixture
def house() -> Iterator[Journey]:
    """A company whose pages are served on loopback."""
    made = Journey()
    server = SignoffServer(made.function)
    made.origin = server.origin
    yield made
    server.stop()


Visit = Callable[..., Page]


@pytest.fixture
def visit(open_page: OpenPage, house: Journey, shoot: Shoot) -> Visit:
    """Opens a page of the house on a device with a passkey store of its own."""

    def open_one(
        path: str, size: tuple[int, int], *, dark: bool = False, more: tuple[str, ...] = ()
    ) -> Page:
        expected = (*EXPECTED, *more)
        page = open_page(f"{house.origin}/enrol", size=size, dark=dark, expect=expected)
        session = page.context.new_cdp_session(page)
        session.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        if path != "/enrol":
            page.goto(f"{house.origin}{path}")
        return page

    return open_one


@pytest.fixture
def sound(shoot: Shoot) -> Callable[[Page, str], None]:
    """Looks a page over, in light and dark, and takes its picture."""

    def look(page: Page, name: str) -> None:
        assert serious_findings(page) == []
        assert overflow(page) == 0
        assert page.evaluate(SMALL) == [], "too small for a finger"
        shoot(page, f"signoff-{name}")
        dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
        page.emulate_media(color_scheme="light" if dark else "dark")
        assert serious_findings(page, "color-contrast") == []
        page.emulate_media(color_scheme="dark" if dark else "light")

    return look


def enrol(house: Journey, page: Page, person: str) -> str:
    """Enrol the device; the key's line."""
    page.goto("about:blank")
    page.goto(f"{house.origin}/enrol#{house.invite(person)}")
    page.get_by_role("button", name="Make a passkey").click()
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_role("heading", name="Enrolled, not counted yet")).to_be_visible()
    (line,) = (item.line for item in house.desk.enrolling.passkeys() if item.person == person)
    expect(page.locator("#done-print")).to_have_text(parse_line(line).fingerprint)
    return line


def touches(page: Page) -> int:
    """How often the person touched a button or a link, see `TOUCHES`."""
    return int(page.evaluate("Number(sessionStorage.touches || 0)"))


def sign_in(house: Journey, page: Page) -> None:
    page.goto(f"{house.origin}/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", name="Good day")).to_be_visible()


Verify = Callable[[], list[str]]
FOUNDED = [f"root {name}" for name in ("hanka", "juno", "kasimir", "ottilie")]
"""Signed at a desk, before each journey."""


@pytest.fixture
def in_a_clone(house: Journey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Verify:
    """Verifies what was signed; see `fresh_clone`."""
    return lambda: fresh_clone(house, tmp_path, monkeypatch)


@LOOKS
def test_a_leader_from_invite_to_certificate(
    house: Journey,
    visit: Visit,
    sound: Callable[[Page, str], None],
    in_a_clone: Verify,
    look: Look,
) -> None:
    house.root()
    house.made.release("2026.1", documents=DOCS)
    house.push()
    page = visit("/enrol", look.size, dark=look.dark)
    page.add_init_script(TOUCHES)
    line = enrol(house, page, "juno")
    assert touches(page) == 2, "make the passkey, try it"
    sound(page, f"enrolled-{look.name}")
    house.propose({"ottilie": OTTILIE, "kasimir": KASIMIR}, juno=parse_line(line))
    house.made.release(
        "2026.2", previous="2026.1", root=2, documents=NEXT, signers={"ottilie": OTTILIE},
        effective=date(2026, 12, 1),
    )  # fmt: skip
    house.push()
    sign_in(house, page)
    assert touches(page) == 3, "sign in"
    sound(page, f"home-{look.name}")
    page.get_by_role("link", name="Read and sign").click()
    expect(page.get_by_role("heading", name="What changed since 2026.1")).to_be_visible()
    expect(page.locator("ins", has_text="hour").first).to_be_visible()
    page.get_by_text("docs/larkfell/strategy/index.md", exact=True).last.click()
    sound(page, f"release-{look.name}")
    page.get_by_role("button", name="Sign with your passkey").click()
    expect(page.get_by_role("heading", name="Certificate: larkfell 2026.2")).to_be_visible()
    expect(page.get_by_text("Signed by all that it needs.")).to_be_visible()
    assert touches(page) == 5, "from the first page: read and sign, sign"
    sound(page, f"certificate-{look.name}")
    desk = [*FOUNDED, "root kasimir", "root ottilie", "strategy juno", "strategy ottilie"]
    # Trust root 2 names juno's passkey and no other key of hers.
    assert in_a_clone() == sorted([*desk, "strategy juno", "strategy ottilie"])
    house.collect()
    house.push()
    gate = house.ledger.gates([BRAND])[BRAND]
    assert (gate.lacking, gate.releases[-1].version) == ("", "2026.2")


@LOOKS
def test_on_call_stops_and_two_resume(
    house: Journey,
    visit: Visit,
    sound: Callable[[Page, str], None],
    in_a_clone: Verify,
    look: Look,
) -> None:
    phones = {name: visit("/enrol", look.size, dark=look.dark) for name in ("juno", "kasimir")}
    house.root(**{name: parse_line(enrol(house, page, name)) for name, page in phones.items()})
    house.made.release("2026.1", documents=DOCS)
    delivery = house.plan("boots", "Winter boots", "Boots for 49 euro.", in_h=1, kind="note")
    house.push()
    juno, kasimir = phones["juno"], phones["kasimir"]
    sign_in(house, juno)
    juno.get_by_role("link", name="Stop …").click()
    sound(juno, f"stop-{look.name}")
    juno.get_by_role("button", name="Stop everything now").click()
    expect(juno.get_by_role("heading", name="Everything is stopped")).to_be_visible()
    assert house.ledger.stop() is not None
    assert house.work(delivery).state is State.HELD
    juno.reload()
    expect(juno.get_by_text("Winter boots")).to_be_visible()
    juno.get_by_label("Why may publishing go on?").fill("the price is mended")
    sound(juno, f"resume-{look.name}")
    juno.get_by_role("button", name="Sign for going on").click()
    expect(juno.get_by_text("1 of 2 signed (Juno Abendrot)")).to_be_visible()
    sign_in(house, kasimir)
    sound(kasimir, f"stopped-{look.name}")
    kasimir.get_by_role("link", name="See what is held, and resume").click()
    expect(kasimir.get_by_text("Why: the price is mended")).to_be_visible()
    sound(kasimir, f"second-{look.name}")
    kasimir.get_by_role("button", name="Sign for going on").click()
    expect(kasimir.get_by_text("It runs.")).to_be_visible()
    assert house.ledger.trail[-1].detail["signers"] == ["larkfell/juno", "larkfell/kasimir"]
    desk = [*FOUNDED, "strategy juno", "strategy ottilie"]
    assert in_a_clone() == sorted([*desk, "resume juno", "resume kasimir"])


@LOOKS
def test_a_client_from_the_queue_to_a_yes_that_counts(
    house: Journey,
    visit: Visit,
    sound: Callable[[Page, str], None],
    in_a_clone: Verify,
    look: Look,
) -> None:
    page = visit("/enrol", look.size, dark=look.dark)
    house.people = [Member(BRAND, CLIENT, "Hanka Moosbrugger", client=True, asked=False).wire()]
    house.root(hanka=parse_line(enrol(house, page, CLIENT)))
    house.made.release("2026.1", documents=DOCS)
    evening = "Bring what is torn. We have the thread, you do the work.\nThursdays, six till nine."
    knots = house.plan("repair", "Repair evenings, every Thursday", evening, in_h=30)
    house.push()
    assert house.ledger.rows([knots])[knots].awaits
    sign_in(house, page)
    page.get_by_role("link", name="Look at it").first.click()
    likeness = page.locator(".copy.mastodon .feed")
    expect(likeness).to_be_visible()
    assert likeness.evaluate("e => getComputedStyle(e).borderRadius") == "14px", "it has its looks"
    sound(page, f"post-{look.name}")
    page.get_by_role("button", name="Approve with your passkey").click()
    expect(page.get_by_text("Nothing awaits you.")).to_be_visible()
    assert house.ledger.rows([knots])[knots].state is State.SCHEDULED

    house.plan("repair", "Repair evenings, every Thursday", evening, in_h=54)
    resole = house.plan("resole", "Resoling", "New soles while you wait.", in_h=80)
    house.bring()
    page.reload()
    expect(page.get_by_role("link", name="Look at it")).to_have_count(2)
    sound(page, f"queue-{look.name}")
    page.get_by_role("link", name="Look at it").first.click()
    expect(page.get_by_text("Only the time moved")).to_be_visible()
    sound(page, f"moved-{look.name}")
    page.get_by_role("button", name="Approve with your passkey").click()
    expect(page.get_by_role("heading", name="Good day")).to_be_visible()
    page.get_by_role("link", name="Look at it").click()
    page.get_by_text("Ask for changes").first.click()
    page.get_by_label("What should change?").fill("Say what it costs")
    sound(page, f"changes-{look.name}")
    page.get_by_role("button", name="Ask for changes").click()
    expect(page.get_by_role("heading", name="Awaiting you")).to_be_visible()

    rows = house.ledger.rows([knots, resole])
    assert rows[knots].state is State.SCHEDULED
    assert rows[resole].awaits
    said = [(item.person, item.approve) for item in house.approving.proofs(["larkfell/repair"])]
    assert said == [(CLIENT, True), (CLIENT, True)]
    (no,) = house.approving.proofs(["larkfell/resole"])
    assert (no.person, no.approve, no.comment) == (CLIENT, False, "Say what it costs")
    desk = [*FOUNDED, "strategy juno", "strategy ottilie"]
    assert in_a_clone() == sorted([*desk, *2 * ["approval hanka"], "rejection hanka"])


@LOOKS
def test_a_new_hire_from_the_closed_door_to_i_have_read_it(
    house: Journey,
    visit: Visit,
    sound: Callable[[Page, str], None],
    tmp_path: Path,
    in_a_clone: Verify,
    look: Look,
) -> None:
    # The site's door goes by this machine's clock.
    house.clock.advance((datetime.now(UTC) - house.clock.now()).total_seconds())
    today = house.clock.now().date()
    house.people = [
        Member(
            BRAND, "juno", "Juno Abendrot", starts=today, manager="ottilie", brands=(BRAND,)
        ).wire(),
        Member(BRAND, "finn", "Finn Gratwander", manager="juno", brands=(BRAND,)).wire(),
    ]
    page = visit(
        "/enrol", look.size, dark=look.dark, more=("left the origin: http://(127|signoff)",)
    )
    house.root(juno=parse_line(enrol(house, page, "juno")))
    both = {"ottilie": OTTILIE, "kasimir": KASIMIR}
    house.made.release("2026.1", documents=DOCS, effective=today - timedelta(days=30), signers=both)
    house.push()
    house.pass_key = FakePassKey("k1", "k" * 43)
    with closed_site(tmp_path / "site", house) as site:
        page.goto(f"{site}/{BRAND}/")
        page.get_by_role("link", name="Sign in at").click()
        page.get_by_role("button", name="Sign in with a passkey").click()
        expect(page.get_by_role("heading", name="Enter the site")).to_be_visible()
        sound(page, f"enter-{look.name}")
        page.get_by_role("button", name="Enter the site").click()
        expect(page.get_by_role("heading", name="Handbook of larkfell")).to_be_visible()
        assert page.url == f"{site}/{BRAND}/"
    page.goto(f"{house.origin}/acknowledge")
    if page.get_by_role("button", name="Sign in with a passkey").count():
        page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", name="To read: larkfell 2026.1")).to_be_visible()
    sound(page, f"shelf-{look.name}")
    page.get_by_role("link", name="Read it").click()
    expect(page.get_by_text("All of it is new to you.")).to_be_visible()
    sound(page, f"read-{look.name}")
    page.get_by_role("button", name="I have read 2026.1").click()
    expect(page.get_by_text("you acknowledged it on")).to_be_visible()
    sound(page, f"acknowledged-{look.name}")
    page.goto(f"{house.origin}/onboarding")
    expect(page.get_by_role("heading", name="Finn Gratwander")).to_be_visible()
    sound(page, f"onboarding-{look.name}")
    desk = [*FOUNDED, "strategy kasimir", "strategy ottilie"]
    assert in_a_clone() == sorted([*desk, "acknowledge juno"])


@contextmanager
def closed_site(folder: Path, house: Journey) -> Iterator[str]:
    """A closed site of one page, whose door knows the house's key."""
    for path, text in {
        f"{OWN}/{headers.NAME}": '{"headers": {}}',
        f"{BRAND}/index.html": "<!doctype html><title>H</title><h1>Handbook of larkfell</h1>",
        "404.html": "<!doctype html><title>N</title><h1>Not here</h1>",
    }.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    ring = Keyring({"k1": "k" * 43})
    server = open_server(folder, 0, Entrance(lambda: ring, f"{house.origin}/enter"))
    house.site = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield house.site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_page_that_asks_in_vain_says_why(house: Journey, visit: Visit) -> None:
    house.root()
    house.push()
    page = visit("/", NARROW)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("status")).to_contain_text("The device gave no passkey")
    page.goto(f"{house.origin}/enrol")
    expect(page.get_by_role("status")).to_contain_text("The link is not whole")
    page.goto("about:blank")
    page.goto(f"{house.origin}/enrol#{'x' * 43}")
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_role("status")).to_contain_text("This link was used, is over")


def test_a_second_link_on_the_same_device_leaves_its_passkey(house: Journey, visit: Visit) -> None:
    """It would be put in the place of the one that the trust root names."""
    page = visit("/enrol", WIDE)
    house.root(juno=parse_line(enrol(house, page, "juno")))
    house.push()
    page.goto("about:blank")
    page.goto(f"{house.origin}/enrol#{house.invite('juno')}")
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_role("status")).to_contain_text("This device has a passkey of yours already")
    assert len(house.desk.enrolling.passkeys()) == 1
    sign_in(house, page)


def test_another_sites_page_can_neither_frame_nor_send(house: Journey, visit: Visit) -> None:
    """The browser keeps both away; the function would refuse them all the same."""
    refusals = ("left the origin: http://(evil|signoff)", "blocked", "Failed to load", "frame")
    page = visit("/enrol", WIDE, more=refusals)
    house.root(juno=parse_line(enrol(house, page, "juno")))
    house.push()
    sign_in(house, page)
    evil = SignoffServer(lambda _: {"statusCode": 200, "headers": {"Content-Type": "text/html"},
                                    "body": "<!doctype html><title>x</title>"})  # fmt: skip
    try:
        page.goto(f"http://evil.localhost:{evil.port}/")
        sent = page.evaluate(
            """async (to) => {
              const send = (type) => fetch(to + "/api/stop", {method: "POST", mode: "no-cors",
                credentials: "include", headers: {"Content-Type": type}, body: '{"scope":"*"}'});
              await send("text/plain").catch(() => 0);
              return fetch(to + "/api/stop", {method: "POST", credentials: "include", headers:
                {"Content-Type": "application/json", "X-Signpost": "1"}, body: '{"scope":"*"}'})
                .then(() => "sent", () => "refused");
            }""",
            house.origin,
        )
        framed = page.evaluate(
            """(to) => new Promise((done) => {
              const frame = document.createElement("iframe");
              frame.onload = () => done(frame.contentDocument === null ? "nothing" : "page");
              frame.src = to;
              document.body.append(frame);
            })""",
            f"{house.origin}/stop",
        )
    finally:
        evil.stop()
    assert (sent, framed) == ("refused", "nothing")
    assert not [request for request in house.control.asked if request["action"] == "stop"]
