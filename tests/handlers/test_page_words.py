"""Words on the sign-off pages where the stack has ids: for leaders and clients, who use no terminal."""

from __future__ import annotations

import json
from datetime import date

import pytest

from signpost.handlers.pages import wording
from signpost.handlers.pages.switch import resume_page
from signpost.handlers.pages.wording import Accounts
from tests.fakes.phone import Phone
from tests.handlers.house import DOCS, House
from tests.signing.office import BRAND, KASIMIR, OTTILIE

PHONE = Phone("juno's phone")
ACCOUNTS: Accounts = {"shop": ("@Larkfell", "mastodon"), "bare": ("", "")}
STATE = "state/deliveries.json"


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        ("*", "everything"),
        ("brand:larkfell", "brand larkfell"),
        ("account:shop", "@Larkfell on Mastodon"),
        ("account:bare", "account bare"),
        ("account:gone", "account gone"),
    ],
)
def test_a_scope_is_told_in_words(scope: str, words: str) -> None:
    assert wording.scope_words(scope, ACCOUNTS) == words
    assert wording.reason_words(f"stopped ({scope})", ACCOUNTS) == f"{words} was stopped"


def test_other_reasons_are_words_already() -> None:
    assert wording.reason_words("awaiting approval", ACCOUNTS) == "awaiting approval"


def test_a_sentence_leaves_handles_as_they_are() -> None:
    assert wording.sentence("everything of @Larkfell") == "Everything of @Larkfell"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2026-12-02 09:00", "Wed 2 Dec 2026, 09:00"),
        ("2026-12-02T08:00:00.000Z", "Wed 2 Dec 2026, 08:00"),
        ("soon", "soon"),
        ("", ""),
    ],
)
def test_times_are_written_as_people_do(text: str, words: str) -> None:
    assert wording.minute(text) == words
    assert wording.day(date(2026, 12, 2)) == "2 Dec 2026"


def test_an_instant_is_told_in_the_posts_zone() -> None:
    told = wording.local_minute("2026-12-02T08:00:00.000Z", "Europe/Berlin")
    assert told == "Wed 2 Dec 2026, 09:00"
    assert wording.local_minute("no time", "Europe/Berlin") == "no time"


def house_of(*accounts: dict[str, str]) -> tuple[House, str]:
    """A company whose state file has these accounts; juno's cookie."""
    house = House()
    house.root(juno=PHONE)
    house.push()
    state = json.loads(house.objects.content[STATE])
    state["accounts"] = {item["id"]: {"account": item} for item in accounts}
    house.objects.content[STATE] = json.dumps(state).encode()
    house.enrol(PHONE)
    return house, house.sign_in(PHONE)


SHOP = {"id": "shop", "brand": BRAND, "channel": "mastodon", "handle": "@Larkfell <b>"}


def test_what_is_held_names_the_account_and_the_stop_in_words() -> None:
    house, juno = house_of(SHOP)
    house.stop("account:shop")
    page = house.ask("GET", "/resume", cookie=juno).body
    assert "ropes</strong>, @Larkfell &lt;b&gt; on Mastodon: everything was stopped" in page
    assert "<h2>@Larkfell &lt;b&gt; on Mastodon is stopped</h2>" in page
    assert "stopped (" not in page
    assert "(shop)" not in page
    home = house.ask("GET", "/", cookie=juno).body
    assert "<strong>Stopped:</strong> @Larkfell &lt;b&gt; on Mastodon." in home


def test_who_signs_for_two_brands_is_told_of_both() -> None:
    house, juno = house_of(SHOP)
    house.stop()
    assert "asked once for each" not in house.ask("GET", "/resume", cookie=juno).body
    lifting = house.desk.switching.lifting("*")
    both = resume_page([lifting], {}, {"*": ["acme", BRAND]}, [], {}, "Juno")
    assert "Your passkey is asked once for each: acme, larkfell." in both


def test_an_account_of_another_brand_has_no_name_here() -> None:
    other = {"id": "acme-blog", "brand": "acme", "channel": "mastodon", "handle": "@acme"}
    house, juno = house_of(SHOP, other)
    visitor = house.desk.entering.visitor(juno.partition("=")[2])
    assert visitor is not None
    assert set(house.desk.switching.accounts(visitor)) == {"shop"}


def test_dates_thresholds_and_states_are_words() -> None:
    house = House()
    house.root(juno=PHONE)
    house.made.release("2026.1", documents=DOCS, signers={"ottilie": OTTILIE, "kasimir": KASIMIR})
    house.made.release(
        "2026.2", previous="2026.1", documents=DOCS, signers={}, effective=date(2026, 12, 15)
    )
    house.push()
    house.enrol(PHONE)
    juno = house.sign_in(PHONE)
    assert "2026.2</a>: not fully signed yet" in house.ask("GET", "/", cookie=juno).body
    release = house.ask("GET", "/releases/larkfell/2026.2", cookie=juno).body
    assert "In force from <strong>15 Dec 2026</strong>" in release
    assert "<summary>Strategy <span" in release, "a page has its title, and its path beside it"
    root = house.ask("GET", "/roots/larkfell/1", cookie=juno).body
    assert "To sign a release: 2 of " in root
    assert "To let publishing go on: " in root
    assert "To approve posts (offers): " in root
    assert "strategy: 2" not in root


def test_what_needs_a_signature_stands_before_what_has_all() -> None:
    house, kasimir = House(), Phone("kasimir's phone")
    house.root(kasimir=kasimir)
    house.made.release("2026.1", documents=DOCS)
    house.made.release("2026.2", previous="2026.1", documents=DOCS, signers={})
    house.push()
    house.enrol(kasimir, "kasimir")
    page = house.ask("GET", "/", cookie=house.sign_in(kasimir)).body
    needed, signed = page.index("to sign: larkfell 2026.2"), page.index("to sign: larkfell 2026.1")
    assert (
        needed < page.index("To read: larkfell 2026.1") < signed < page.index("you may still add")
    )
    assert page.count("you may still add") == 1


def test_the_time_of_a_post_is_told_with_its_zone() -> None:
    house = House()
    phone = Phone("ottilie's phone")
    house.root(ottilie=phone)
    house.push()
    house.enrol(phone, "ottilie")
    cookie = house.sign_in(phone)
    house.post(moved="time")
    assert (
        "larkfell · Wed 2 Dec 2026, 09:00 (Europe/Berlin)"
        in house.ask("GET", "/", cookie=cookie).body
    )
    page = house.ask("GET", "/posts/larkfell/knots", cookie=cookie).body
    assert "A post of <strong>larkfell</strong>." in page
    assert "<p>Wed 2 Dec 2026, 09:00 (Europe/Berlin)</p>" in page
    before, after = "Tue 1 Dec 2026, 09:00", "Wed 2 Dec 2026, 09:00"
    assert f"<strong>{before}</strong> before, now <strong>{after}</strong>." in page
    assert "asked for changes on Mon 30 Nov 2026, 08:00 UTC" in page
