"""The strategy site in a real browser, served with production's headers.

More than 400 lines: one site, looked at in every way.
"""

from __future__ import annotations

import io
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Response, expect

from signpost.cli.website.server import Entrance, open_server
from signpost.domain.entrance.door import entry
from signpost.domain.entrance.passes import MAX_S, Keyring, Pass, Use, issue
from signpost.domain.signing.standing import State
from signpost.domain.website.source import Seal
from signpost.domain.website.status import Shelf, choice, not_found, withheld
from tests.browser.conftest import (
    NARROW,
    SIZES,
    WIDE,
    OpenPage,
    Shoot,
    findings_at,
    overflow,
    serious_findings,
)
from tests.website.constructs import few_with_all
from tests.website.house import OLD, ON, PRESENT, PROPOSED

BRAND = "larkfell"
NOON = f"{ON.isoformat()}T12:00:00Z"
KINDS = {
    "start": f"{PRESENT}/",
    "signed": f"{PRESENT}/strategy/",
    "tables": f"{PRESENT}/guidelines/formats/",
    "certificate": f"{PRESENT}/certificate/",
    "proposal": f"{PROPOSED}/certificate/",
    "superseded": f"{OLD}/strategy/",
    "changed": f"{PRESENT}/changes/{OLD}/",
    "data": f"{PRESENT}/data/brand/",
    "checklist": f"{PRESENT}/onboarding/copywriter/",
    "working-text": "next/team/",
}
"""A page of every kind."""
PAPER = (794, 1123)
"""A sheet of A4, in pixels of style sheets."""


@pytest.fixture
def look(open_page: OpenPage, site: str) -> OpenPage:
    """Opens a page of the brand on a given day."""

    def look_at(path: str, when: str = NOON, **how: object) -> Page:
        page = open_page(f"{site}/404.html", **how)
        page.clock.set_fixed_time(when)
        page.goto(f"{site}/{BRAND}/{path}")
        if how.get("scripts", True):
            # Not `wait_for_function`: its polling evaluates text, which the site's policy forbids.
            expect(page.locator(".sp-seal:not([data-state])")).to_have_count(0, timeout=30_000)
        return page

    return look_at


# --- The seal ---------------------------------------------------------------------------------------


def test_the_seal_says_who_signed_and_that_it_is_in_force(look: OpenPage) -> None:
    seal = look(KINDS["signed"]).locator(".sp-seal")
    expect(seal).to_contain_text("Signed by Head of marketing and Managing director")
    expect(seal).to_contain_text("In force today. To be reviewed by 2027-05-31.")
    seal.get_by_role("link", name="Certificate").click()
    expect(seal.page.locator("h1")).to_contain_text(f"Certificate of version {PRESENT}")


@pytest.mark.parametrize(
    ("path", "when", "says", "state"),
    [
        (f"{OLD}/strategy/", NOON, "Superseded", "superseded"),
        (f"{OLD}/strategy/", "2026-03-01T12:00:00Z", "In force today", "in force"),
        (f"{PRESENT}/strategy/", "2027-05-31T23:59:59Z", "In force today", "in force"),
        (f"{PRESENT}/strategy/", "2027-06-01T00:00:01Z", "no longer in force", "past review"),
        (f"{PRESENT}/strategy/", "2026-03-01T12:00:00Z", "Not in force yet", "not yet in force"),
        (f"{PROPOSED}/strategy/", NOON, "in force for nobody", "unsigned"),
    ],
)
def test_what_holds_is_asked_on_the_day(
    look: OpenPage, path: str, when: str, says: str, state: str
) -> None:
    seal = look(path, when).locator(".sp-seal")
    expect(seal.locator(".sp-now")).to_contain_text(says)
    assert seal.get_attribute("data-state") == state
    loud = "sp-loud" in (seal.get_attribute("class") or "").split()
    assert loud == (state in {"superseded", "past review", "unsigned"})


def test_a_superseded_page_leads_to_the_version_in_force(look: OpenPage) -> None:
    page = look(f"{OLD}/strategy/")
    page.get_by_role("link", name=f"Read version {PRESENT}").click()
    page.wait_for_url(f"**/{BRAND}/{PRESENT}/strategy/")  # the theme finds the same page there


def test_without_scripts_the_page_says_where_to_look(look: OpenPage, site: str) -> None:
    page = look(KINDS["signed"], scripts=False)
    seal = page.locator(".sp-seal")
    expect(seal).to_contain_text("Signed by Head of marketing")
    expect(seal).to_contain_text("this page cannot know by itself")
    page.goto(f"{site}/")
    page.wait_for_url(f"**/{BRAND}/{PRESENT}/")


@pytest.mark.parametrize(
    ("bend", "says"),
    [
        ({"altered": True}, "Altered"),
        ({"digest": "sha256:0"}, "Altered"),
        ({"version": "0"}, "not listed any more"),
        ({"state": "not valid", "signed": False}, "Not valid"),
    ],
)
def test_what_happened_after_the_build_is_said_loudly(
    house: Path, look: OpenPage, bend: dict[str, object], says: str
) -> None:
    file = house / "site" / BRAND / "status.json"
    before = file.read_bytes()
    status = json.loads(before)
    row = next(row for row in status["brands"][BRAND]["versions"] if row["version"] == PRESENT)
    row.update(bend)
    try:
        file.write_text(json.dumps(status))
        seal = look(KINDS["signed"]).locator(".sp-seal")
        expect(seal).to_contain_text(says)
        assert "sp-loud" in (seal.get_attribute("class") or "")
    finally:
        file.write_bytes(before)


def test_where_publishing_is_held_every_version_says_since_when_and_why(
    house: Path, look: OpenPage
) -> None:
    """The same rule as the gate's in the functions, computed on the day of reading."""
    file = house / "site" / BRAND / "status.json"
    before = file.read_bytes()
    status = json.loads(before)
    late, why = "2027-06-01T00:00:01Z", "held since 2027-06-01: the review date of its strategy"
    try:
        assert status["brands"][BRAND]["gate"] is False
        status["brands"][BRAND]["gate"] = True
        file.write_text(json.dumps(status))
        for path in ("next/team/", f"{PRESENT}/strategy/"):
            seal = look(path, late).locator(".sp-seal")
            expect(seal).to_contain_text(why)
            assert "sp-loud" in (seal.get_attribute("class") or "")
        expect(look("next/team/").locator(".sp-seal")).not_to_contain_text("held")
        early = look("next/team/", "2020-01-01T12:00:00Z").locator(".sp-seal")
        expect(early).to_contain_text("no signed version of its strategy is in force. Version")
    finally:
        file.write_bytes(before)


def test_where_the_state_cannot_be_asked_that_is_said(
    house: Path, open_page: OpenPage, site: str
) -> None:
    file = house / "site" / BRAND / "status.json"
    before = file.read_bytes()
    file.unlink()
    try:
        page = open_page(f"{site}/{BRAND}/{KINDS['signed']}", expect=("404",))
        expect(page.locator(".sp-now")).to_contain_text("could not be asked")
        expect(page.locator(".sp-now")).to_contain_text("cannot know by itself")
    finally:
        file.write_bytes(before)


# --- Versions, search, checklists ---------------------------------------------------------------------


def test_the_selector_leads_to_the_same_page_in_another_version(look: OpenPage) -> None:
    page = look(f"{PRESENT}/strategy/audience/")
    page.get_by_role("button", name="Select version").hover(force=True)
    links = page.locator(".md-version__link")
    expect(links).to_have_text([f"{PROPOSED} (not signed)", PRESENT, OLD, "next (draft)"])
    links.filter(has_text=OLD).click()
    page.wait_for_url(f"**/{OLD}/strategy/audience/")
    expect(page.locator(".sp-seal")).to_contain_text("Superseded")


def test_a_new_hires_first_morning(open_page: OpenPage, site: str, tmp_path: Path) -> None:
    page = open_page(f"{site}/404.html")
    page.clock.set_fixed_time(NOON)
    page.goto(f"{site}/")
    page.wait_for_url(f"**/{BRAND}/{PRESENT}/")
    expect(page.locator(".sp-seal")).to_contain_text("In force today")
    page.get_by_role("link", name="Onboarding", exact=True).first.click()
    page.locator("article").get_by_role("link", name="copywriter").first.click()
    expect(page.locator(".sp-count")).to_have_text("0 of 16 done")
    page.get_by_label("My first day").fill("2026-11-20")
    expect(page.locator("#copy-access .sp-due")).to_have_text("was due 2026-11-21")
    expect(page.locator(".sp-count")).to_have_text("0 of 16 done, 2 past the day")
    page.locator("#copy-meet input").check()
    expect(page.locator(".sp-count")).to_have_text("1 of 16 done, 1 past the day")
    page.reload()
    expect(page.locator("#copy-meet input")).to_be_checked()
    expect(page.locator("#copy-meet .sp-due")).to_have_text("done 2026-11-22")
    # The same item in another version has the same tick.
    page.goto(page.url.replace(PRESENT, "next"))
    expect(page.locator("#copy-meet input")).to_be_checked()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Export as JSON").click()
    waiting.value.save_as(tmp_path / "list.json")
    found = json.loads((tmp_path / "list.json").read_text(encoding="utf-8"))
    assert (found["start"], found["version"]) == ("2026-11-20", "next")
    assert found["items"][0]["done"] == "2026-11-22"
    assert found["items"][1] == {"id": "copy-access", "text": found["items"][1]["text"],
                                 "due": "2026-11-21", "done": None}  # fmt: skip
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Export as text").click()
    waiting.value.save_as(tmp_path / "list.txt")
    lines = (tmp_path / "list.txt").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "Checklist: copywriter"
    assert sum(line.startswith("[x]") for line in lines) == 1
    page.get_by_role("button", name="Begin again").click()
    expect(page.locator("#copy-meet input")).not_to_be_checked()


def test_a_checklist_prints_without_its_buttons(look: OpenPage, shoot: Shoot) -> None:
    page = look(KINDS["checklist"])
    page.emulate_media(media="print")
    expect(page.locator(".sp-count")).to_be_visible()
    for aside in (".sp-buttons", ".sp-source", ".md-header", ".md-footer", ".md-sidebar--primary"):
        expect(page.locator(aside)).to_be_hidden()
    expect(page.locator("#copy-meet")).to_be_visible()
    expect(page.locator(".sp-seal")).to_contain_text("In force today")
    page.set_viewport_size({"width": PAPER[0], "height": PAPER[1]})
    assert overflow(page) == 0
    shoot(page, "site-checklist-paper")


def test_a_checklist_is_printed_dark_on_white_from_a_dark_screen(look: OpenPage) -> None:
    page = look(KINDS["checklist"], dark=True)
    page.emulate_media(media="print", color_scheme="dark")
    found = page.evaluate("""["body", "#sp-start"].map(
      it => getComputedStyle(document.querySelector(it))
    ).map(it => [it.backgroundColor, it.color, it.colorScheme])""")
    (paper, ink, _scheme), (_field, written, field) = found
    assert paper == "rgb(255, 255, 255)"
    for color in (ink, written):
        assert color.startswith("rgba(0, 0, 0"), color
    assert field != "dark"


def test_a_checklist_is_kept_by_keyboard_alone(look: OpenPage) -> None:
    page = look(KINDS["checklist"])
    press_until(page, "Tab", "#sp-start")
    page.keyboard.type("11202026")
    expect(page.locator("#sp-start")).to_have_value("2026-11-20")
    press_until(page, "Tab", "#copy-meet input")
    page.keyboard.press("Space")
    expect(page.locator(".sp-count")).to_contain_text("1 of 16 done")
    expect(page.locator("#copy-meet .sp-due")).to_have_text("done 2026-11-22")


def test_another_version_is_chosen_by_keyboard_alone(look: OpenPage) -> None:
    page = look(f"{PRESENT}/strategy/audience/")
    press_until(page, "Tab", ".md-version__current")
    expect(page.locator(".md-version__list")).to_be_visible()
    press_until(page, "Tab", f'.md-version__link[href*="/{OLD}/"]')
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{OLD}/strategy/audience/")


def test_search_is_reached_and_followed_by_keyboard_alone(open_page: OpenPage, site: str) -> None:
    page = open_page(f"{site}/{BRAND}/{KINDS['start']}")  # search waits by the clock: it has to run
    expect(page.locator(".sp-seal:not([data-state])")).to_have_count(0, timeout=30_000)
    page.keyboard.press("/")
    expect(page.locator(".md-search__input")).to_be_focused()
    page.keyboard.type("personas")
    expect(page.locator(".md-search-result__link").first).to_be_visible(timeout=30_000)
    page.keyboard.press("ArrowDown")
    expect(page.locator(".md-search-result__link").first).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{PRESENT}/strategy/audience/**")


def press_until(page: Page, key: str, wanted: str) -> None:
    """Press a key until what is wanted has the focus; it must be within a hundred."""
    for _ in range(100):
        if page.evaluate("it => document.activeElement.matches(it)", wanted):
            return
        page.keyboard.press(key)
    pytest.fail(f"{wanted} is not reached by {key}")


def test_search_finds_pages_of_this_version(open_page: OpenPage, site: str) -> None:
    page = open_page(f"{site}/{BRAND}/{KINDS['start']}")  # search waits by the clock: it has to run
    page.locator(".md-search__input").click()
    page.locator(".md-search__input").press_sequentially("personas")
    link = page.locator(".md-search-result__link").first
    expect(link).to_be_visible(timeout=30_000)
    assert f"/{PRESENT}/strategy/audience/" in str(link.get_attribute("href"))


def test_a_link_to_what_is_not_signed_leads_to_the_working_text_and_says_so(look: OpenPage) -> None:
    page = look(KINDS["signed"])
    link = page.locator("article").get_by_role("link", name="playbooks")
    after = link.evaluate("it => getComputedStyle(it, '::after').content")
    assert "not signed" in after
    link.click()
    page.wait_for_url("**/next/playbooks/")
    expect(page.locator(".sp-seal")).to_contain_text("Not signed.")


def test_an_empty_bar_looks_empty_on_any_screen(look: OpenPage) -> None:
    for dark in (False, True):
        page = look(KINDS["checklist"], dark=dark)
        shot = Image.open(io.BytesIO(page.locator(".sp-list progress").screenshot())).convert("RGB")
        width, height = shot.size
        row = shot.crop((width // 10, height // 2, width * 9 // 10, height // 2 + 1)).tobytes()
        seen = {f"rgb({row[n]}, {row[n + 1]}, {row[n + 2]})" for n in range(0, len(row), 3)}
        assert seen == {page.evaluate("getComputedStyle(document.body).backgroundColor")}


# --- For everybody, and safely --------------------------------------------------------------------------


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_page_is_usable_by_all(look: OpenPage, shoot: Shoot, kind: str, *, dark: bool) -> None:
    page = look(KINDS[kind], dark=dark)
    page.wait_for_load_state("load")
    for name, size in SIZES.items():
        assert findings_at(page, size) == []
        shoot(page, f"site-{kind}-{name}-{'dark' if dark else 'light'}")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_so_is_every_page_that_has_something_else(
    house: Path, look: OpenPage, *, dark: bool
) -> None:
    for path in few_with_all(house / "site" / BRAND, KINDS.values()):
        page = look(path, dark=dark)
        page.wait_for_load_state("load")
        for window in SIZES.values():
            assert findings_at(page, window) == [], path


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_so_are_the_pages_around_the_versions(
    house: Path, open_page: OpenPage, site: str, shoot: Shoot, *, dark: bool
) -> None:
    shelves = (
        Shelf(BRAND, "Larkfell handbook", (Seal(PRESENT, signed=True, review_by=ON),),
              {PRESENT: State.IN_FORCE}, PRESENT),
        Shelf("osprey", "Osprey & Sons <handbook>"),
    )  # fmt: skip
    pages = {"choice": choice(shelves), "missing": not_found(),
             "withheld": withheld(Seal(OLD, altered=True, faults=("A file differs.",)))}  # fmt: skip
    for name, text in pages.items():
        file = house / "site" / f"{name}.html"
        file.write_text(text, encoding="utf-8")
        try:
            page = open_page(f"{site}/{name}.html", dark=dark)
            # axe takes a page without a background for white; it has the one of the scheme.
            page.evaluate("document.documentElement.style.background = 'Canvas'")
            for size, window in SIZES.items():
                assert findings_at(page, window) == [], name
                shoot(page, f"site-{name}-{size}-{'dark' if dark else 'light'}")
        finally:
            file.unlink()


def test_the_first_page_is_small(browser: Browser, site: str) -> None:
    page = browser.new_page()
    sizes: dict[str, int] = {}

    def took(answer: Response) -> None:
        if answer.ok:
            sizes[answer.url] = int(answer.headers["content-length"])

    page.on("response", took)
    page.goto(f"{site}/")
    page.wait_for_url(f"**/{BRAND}/{PRESENT}/")
    page.wait_for_load_state("networkidle")
    page.context.close()
    without_index = {url: size for url, size in sizes.items() if "/search/" not in url}
    assert any("bundle" in url for url in without_index)
    assert sum(without_index.values()) <= 100_000, without_index


def test_the_same_headers_are_sent_with_everything(
    browser: Browser, house: Path, site: str
) -> None:
    wanted = json.loads((house / "site/.signpost/headers.json").read_text())["headers"]
    page = browser.new_page()
    for path in ("/", "/status.json", "/none", f"/{BRAND}/{PRESENT}"):
        sent = page.request.get(f"{site}{path}", max_redirects=0).headers
        assert {name: sent[name.lower()] for name in wanted} == wanted
    assert "'unsafe" not in wanted["Content-Security-Policy"]
    for path in (
        "/.signpost/build.json",
        "/%2e%2e/content/signpost.yaml",
        "/..%2fcontent/signpost.yaml",
    ):
        assert page.request.get(f"{site}{path}").status == 404
    page.context.close()


# --- A closed site ------------------------------------------------------------------------------------


def test_a_closed_site_lets_in_who_has_a_pass_and_only_where_it_is_for(
    house: Path, open_page: OpenPage, shoot: Shoot
) -> None:
    now = int(time.time())
    ticket = Pass("juno", (BRAND,), now, now + MAX_S, Use.TICKET)
    rings = [Keyring({"here": "k" * 43})]
    with closed_site(house / "site", rings) as site:
        page = open_page(f"{site}/{BRAND}/{PRESENT}/", expect=("403",))
        expect(page.locator("h1")).to_have_text("This site is closed")
        assert page.get_by_role("link").get_attribute("href") == (
            f"{site}/signoff?to=%2F{BRAND}%2F{PRESENT}%2F"
        )
        assert serious_findings(page) == []
        for name, (width, height) in {"wide": WIDE, "narrow": NARROW}.items():
            page.set_viewport_size({"width": width, "height": height})
            assert overflow(page) <= 0
            shoot(page, f"site-closed-{name}")
        way = entry(site, issue(ticket, "here", "k" * 43), f"/{BRAND}/{PRESENT}/strategy/")
        page.goto(way)
        page.wait_for_url(f"{site}/{BRAND}/{PRESENT}/strategy/")
        seal = page.locator(".sp-seal")
        expect(seal).to_contain_text("To be reviewed by")  # it could ask for the state
        expect(seal).not_to_contain_text("could not be asked")
        (cookie,) = page.context.cookies(site)
        assert (cookie["name"], cookie["httpOnly"], cookie["secure"], cookie["sameSite"]) == (
            "__Host-signpost", True, True, "Lax",
        )  # fmt: skip
        page.goto(f"{site}/")
        page.wait_for_url(f"{site}/{BRAND}/{PRESENT}/")
        for path in ("/somebody-else/next/", "/status.json"):
            page.goto(f"{site}{path}")
            expect(page.locator("main")).to_contain_text("Your pass is for other pages")
        rings.append(Keyring(rings[0].keys, {"juno": now}))
        page.goto(f"{site}/{BRAND}/{PRESENT}/")
        expect(page.locator("main")).to_contain_text("Your pass was taken back.")


@contextmanager
def closed_site(folder: Path, rings: list[Keyring]) -> Iterator[str]:
    """Serve a built site as a closed one; what the last of the rings says holds."""
    server = open_server(folder)
    address = f"http://127.0.0.1:{server.server_port}"
    server.entrance = Entrance(lambda: rings[-1], f"{address}/signoff")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield address
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
