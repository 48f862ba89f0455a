"""The connectors of Bluesky and WordPress at the local network: faults, counts, restarts, guards.

More than 400 lines: two channels through one running network.
"""

from __future__ import annotations

import itertools
import sqlite3
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from signpost.bootstrap import SystemClock
from signpost.connectors.registry import Registry
from signpost.domain.canonical import digest
from signpost.domain.delivery import Account, Media, Part
from signpost.domain.outcome import Absent, Ambiguous, Found, Published, Throttled, Unknown
from signpost.errors import RefusedError
from signpost.local.network.process import NetworkProcess
from signpost.ports import Channel, Connector, Sent
from signpost.transport import HttpTransport
from tests.integration.network.client import Client, png

PICTURE = png(9, 6)
LINK = "https://larkfell.example/wege?a=1&b=2"
TEXT = {
    "bluesky": f"👩‍👩‍👧‍👦 Grüße! {LINK} – #Wandern",
    "wordpress": f"# Über *Wege*\n\nText & <b>more</b>, {LINK}.\n\n## Weiter\n\n- eins\n- zwei",
}
SEND = {"bluesky": "bluesky.putRecord", "wordpress": "wordpress.update_post"}
NAMES = {"bluesky": "name{}.example", "wordpress": "author{}"}
CHANNELS = ("bluesky", "wordpress")
_numbers = itertools.count(1)


class _Pictures:
    def media(self, sha256: str) -> bytes:
        assert sha256 == digest(PICTURE)
        return PICTURE


@dataclass
class Desk:
    """A connector at work for one account."""

    network: NetworkProcess
    made: Mapping[str, Any]
    channel: Channel
    connector: Connector
    since: datetime
    prepared: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def part(self, text: str = "", *, media: bool = False, **options: Any) -> Part:
        item = Media(digest(PICTURE), "image/png", len(PICTURE), "Boots & more.", None, 9, 6)
        raw = Part(text or TEXT[self.made["channel"]], (item,) if media else ())
        return self.connector.render([raw], link="", language="de", options=options)[0]

    def key(self, number: int = 0) -> str:
        return self.connector.new_key("delivery", "revision", number, "", self.since)

    def publish(self, part: Part, key: str = "", reply_to: str = "") -> Any:
        key = key or self.key()
        if key not in self.prepared:
            self.prepared[key] = self.connector.prepare(self.channel, part)
        return self.connector.publish(self.channel, part, self.prepared[key], key, reply_to)

    def confirm(self, part: Part) -> Any:
        return self.connector.confirm(self.channel, Sent(part, self.key(), self.since))

    def fault(self, **rule: Any) -> None:
        endpoint = SEND[self.made["channel"]]
        self.network.control("POST", "/_local/faults", {"endpoint": endpoint, "times": 1, **rule})

    def posts(self) -> list[dict[str, Any]]:
        listed = self.network.control("GET", "/_local/posts")["posts"]
        return [post for post in listed if post["account"] == self.made["username"]]


def open_desk(network: NetworkProcess, channel: str, name: str = "") -> Desk:
    """A new account and its connector."""
    number = next(_numbers)
    wish = {"channel": channel, "username": name or NAMES[channel].format(number)}
    if channel == "wordpress":
        wish["site"] = f"journal{number}.example"
    made = network.control("POST", "/_local/accounts", wish)
    account = Account("a", channel, f"@{made['username']}", made["server"], "s")
    transport = HttpTransport()
    there = Channel(account, made["secret"], transport, _Pictures(), SystemClock(), 5.0)
    connector: Connector = Registry().get(channel)
    return Desk(network, made, there, connector, datetime.now(UTC) - timedelta(seconds=60))


@pytest.fixture(params=CHANNELS)
def desk(request: pytest.FixtureRequest, network: NetworkProcess) -> Iterator[Desk]:
    opened = open_desk(network, request.param)
    yield opened
    assert isinstance(opened.channel.transport, HttpTransport)
    opened.channel.transport.close()


def act(network: NetworkProcess, status_id: str, action: str, visitor: str, **more: str) -> int:
    """What a visitor does on the page."""
    form = {"visitor": visitor, "status_id": status_id, "action": action, **more}
    headers = {"Origin": network.url}
    return Client(network.url).call("POST", "/_web/act", form=form, headers=headers).status


def test_what_is_published_is_found_shown_and_counted(desk: Desk) -> None:
    part = desk.part(media=True)
    desk.connector.prepare(desk.channel, part)
    assert isinstance(desk.confirm(part), Absent), "a draft, or nothing, is not public"
    outcome = desk.publish(part)
    assert isinstance(outcome, Published)
    found = desk.confirm(part)
    assert isinstance(found, Found)
    assert (found.external_id, found.permalink) == (outcome.external_id, outcome.permalink)
    assert desk.publish(part) == outcome
    (post,) = desk.posts()
    assert post["url"] == outcome.permalink
    page = Client(desk.network.url).call("GET", outcome.permalink.removeprefix(desk.network.url))
    assert page.status == 200
    assert b"Boots &amp; more." in page.body
    assert f'href="{LINK.replace("&", "&amp;")}"'.encode() in page.body
    for visitor in ("mara_lind", "theo_brandt"):
        text = f"From {visitor}"
        assert act(desk.network, post["id"], "reply", visitor, text=text) == 303
    blog = desk.made["channel"] == "wordpress"
    for action in ("like", "boost"):
        status = act(desk.network, post["id"], action, "mara_lind")
        assert status == (422 if blog else 303)
    (metrics,) = desk.connector.measure(desk.channel, [outcome.external_id])
    liked = {"replies": 2, "likes": 1, "reposts": 1, "quotes": 0}
    assert metrics == ({"replies": 2} if blog else liked)


@pytest.mark.parametrize("effect", ["drop", "error_after", "truncate"])
def test_a_lost_answer_is_ambiguous_and_then_found(desk: Desk, effect: str) -> None:
    part = desk.part()
    desk.fault(effect=effect)
    assert isinstance(desk.publish(part), Ambiguous)
    found = desk.confirm(part)
    assert isinstance(found, Found)
    assert desk.publish(part).external_id == found.external_id
    assert len(desk.posts()) == 1


def test_what_was_not_applied_is_absent_and_throttling_says_how_long(desk: Desk) -> None:
    part = desk.part()
    desk.fault(effect="error_before", status=502)
    assert isinstance(desk.publish(part), Ambiguous)
    assert isinstance(desk.confirm(part), Absent)
    desk.fault(effect="throttle", seconds=90)
    throttled = desk.publish(part)
    assert isinstance(throttled, Throttled)
    assert 80 <= throttled.retry_after_s <= 91
    assert desk.posts() == []
    assert isinstance(desk.publish(part), Published)


def test_what_is_applied_late_is_found_later(desk: Desk) -> None:
    part = desk.part()
    desk.fault(effect="late_apply", seconds=0.3)
    assert isinstance(desk.publish(part), Ambiguous)
    clock, end = desk.channel.clock, desk.channel.clock.monotonic() + 10
    while isinstance(desk.confirm(part), Absent) and clock.monotonic() < end:
        clock.sleep(0.1)
    assert isinstance(desk.confirm(part), Found)
    assert len(desk.posts()) == 1


def test_the_log_counts_sends_by_their_key_and_holds_no_secret(desk: Desk) -> None:
    desk.network.control("DELETE", "/_local/log")
    part = desk.part()
    for _ in range(3):
        desk.publish(part)
    log = desk.network.control("GET", "/_local/log")
    sends = [entry for entry in log["requests"] if entry["endpoint"] == SEND[desk.made["channel"]]]
    assert sends
    assert {entry["account"] for entry in sends} == {desk.made["username"]}
    assert list(log["keys"].values()) == [{"requests": 3, "created": 1, "replayed": 2}]
    for value in desk.made["secret"].values():
        assert value == desk.made["username"] or value not in str(log)


def test_a_thread_and_its_counts(network: NetworkProcess) -> None:
    desk = open_desk(network, "bluesky")
    first = desk.publish(desk.part("One."), desk.key(0))
    second = desk.publish(desk.part("Two."), desk.key(1), first.external_id)
    third = desk.publish(desk.part("Three."), desk.key(2), second.external_id)
    ids = [outcome.external_id for outcome in (first, second, third)]
    (_one, two, _three) = (post["id"] for post in desk.posts())
    act(network, two, "reply", "jonas_reiter", text="To the second.")
    counted = [item["replies"] for item in desk.connector.measure(desk.channel, ids)]
    assert counted == [0, 1, 0], "our own next part is nobody's answer"
    page = Client(network.url).call("GET", third.permalink.removeprefix(network.url)).body
    assert [page.count(word) for word in (b"One.", b"Two.", b"Three.")] == [1, 1, 1]


def test_a_session_that_ends_is_renewed(network: NetworkProcess) -> None:
    network.control("POST", "/_local/settings", {"session_s": 1})
    try:
        desk = open_desk(network, "bluesky")
        for number in range(2):
            part = desk.part(f"Number {number}")
            assert isinstance(desk.publish(part, desk.key(number)), Published)
            desk.channel.clock.sleep(1.2)
    finally:
        network.control("POST", "/_local/settings", {"session_s": 7200})
    endpoints = [entry["endpoint"] for entry in network.control("GET", "/_local/log")["requests"]]
    assert "bluesky.refreshSession" in endpoints


def test_rate_limits_are_told_and_refuse(network: NetworkProcess) -> None:
    desk = open_desk(network, "bluesky")
    body = {"identifier": desk.made["username"], "password": "wrong-wrong-wrong-wrong"}
    client, path = Client(network.url), "/xrpc/com.atproto.server.createSession"
    answers = [client.call("POST", path, body) for _ in range(31)]
    assert [answer.status for answer in answers[:30]] == [401] * 30
    assert answers[0].headers["ratelimit-policy"] == "30;w=300"
    assert answers[0].headers["ratelimit-remaining"] == "29"
    last = answers[-1]
    assert (last.status, last.json["error"]) == (429, "RateLimitExceeded")
    ends = datetime.fromtimestamp(int(last.headers["ratelimit-reset"]), UTC)
    assert timedelta() < ends - datetime.now(UTC) <= timedelta(seconds=301)


def test_two_blogs_keep_their_slugs_and_users_apart(network: NetworkProcess) -> None:
    desk = open_desk(network, "wordpress")
    other = network.control(
        "POST",
        "/_local/accounts",
        {"channel": "wordpress", "username": desk.made["username"], "site": "other.example"},
    )
    part = desk.part("# Same title\n\nText.", slug="same")
    assert isinstance(desk.publish(part), Published)
    stranger = Channel(
        Account("b", "wordpress", "b", other["server"], "s"),
        desk.made["secret"],
        desk.channel.transport,
        _Pictures(),
        SystemClock(),
    )
    with pytest.raises(RefusedError, match="does not know the account"):
        desk.connector.prepare(stranger, part)
    own = Channel(stranger.account, other["secret"], stranger.transport, _Pictures(), SystemClock())
    outcome = desk.connector.publish(own, part, desk.connector.prepare(own, part), "k", "")
    assert isinstance(outcome, Published)
    assert outcome.permalink == f"{network.url}/blog/other.example/same/"


def test_all_of_it_survives_kill_9(folder: Path) -> None:
    network = NetworkProcess.start(folder)
    desks = [open_desk(network, channel) for channel in CHANNELS]
    outcomes = [desk.publish(desk.part(media=True)) for desk in desks]
    before = {post["id"]: post["text"] for desk in desks for post in desk.posts()}
    network.kill()
    network = NetworkProcess.start(folder, port=int(network.url.rpartition(":")[2]))
    try:
        for desk, outcome in zip(desks, outcomes, strict=True):
            desk.network = network
            assert {post["id"] for post in desk.posts()} <= set(before)
            found = desk.confirm(desk.part(media=True))
            assert isinstance(found, Found), "the session and the password are good as before"
            assert found.permalink == outcome.permalink
            page = Client(network.url).call("GET", outcome.permalink.removeprefix(network.url))
            assert page.status == 200
    finally:
        network.stop()


def test_a_folder_of_the_first_version_is_taken_on(folder: Path) -> None:
    network = NetworkProcess.start(folder)
    token = network.account("shop", "Shop").token
    Client(network.url, token).post("Kept")
    network.stop()
    with sqlite3.connect(folder / "network.sqlite3") as old:
        old.executescript(
            "CREATE TABLE first (id INTEGER PRIMARY KEY, username TEXT NOT NULL UNIQUE,"
            " display_name TEXT NOT NULL, note TEXT NOT NULL, visitor INTEGER NOT NULL,"
            " created_at TEXT NOT NULL);"
            "INSERT INTO first SELECT id, username, display_name, note, visitor, created_at"
            " FROM accounts; DROP TABLE accounts; ALTER TABLE first RENAME TO accounts;"
            "DROP TABLE records; DROP TABLE articles; PRAGMA user_version=1;"
        )
    network = NetworkProcess.start(folder)
    try:
        got = Client(network.url, token).call("GET", "/api/v1/accounts/verify_credentials")
        assert got.json["username"] == "shop"
        (post,) = network.control("GET", "/_local/posts")["posts"]
        assert (post["text"], post["channel"]) == ("Kept", "mastodon")
        assert isinstance(open_desk(network, "bluesky").confirm(Part("x")), Absent | Unknown)
    finally:
        network.stop()


def test_one_channels_secret_opens_no_other(network: NetworkProcess) -> None:
    name = f"shared.name{next(_numbers)}"
    made = {
        channel: network.control(
            "POST",
            "/_local/accounts",
            {"channel": channel, "username": name, "site": "s.example" if channel == "wordpress" else ""},
        )
        for channel in CHANNELS
    }  # fmt: skip
    shop = network.account(f"shop{next(_numbers)}")
    login = "/xrpc/com.atproto.server.createSession"
    client = Client(network.url)
    for secret in (shop.token, made["wordpress"]["secret"]["application_password"]):
        got = client.call("POST", login, {"identifier": name, "password": secret})
        assert got.status == 401
    for token in (made["bluesky"]["secret"]["app_password"], "x"):
        mine = Client(network.url, token).call("GET", "/api/v1/accounts/verify_credentials")
        assert mine.status == 401


@pytest.mark.parametrize(
    "path", ["/xrpc/com.atproto.server.describeServer", "/blog/b.example/wp-json/"]
)
def test_a_foreign_host_is_refused(network: NetworkProcess, path: str) -> None:
    got = Client(network.url).call("GET", path, headers={"Host": "evil.example"})
    assert got.status == 421


def test_hostile_posts_stay_in_their_place(network: NetworkProcess) -> None:
    nasty = '<script>alert(1)</script><img src=x onerror=alert(2)></div></article>"onclick="x'
    sky, blog = (open_desk(network, channel) for channel in CHANNELS)
    assert isinstance(sky.publish(sky.part(nasty)), Published)
    wish = {
        "title": nasty,
        "excerpt": nasty,
        "status": "publish",
        "content": f'{nasty}<p style="position:fixed" onclick="x()">t</p><style>*{{}}</style>'
        f'<a href="javascript:x()">j</a><img src="https://elsewhere.example/x.png">'
        f"<form action=/_web/act><button>b</button></form><!-- -->",
    }
    site = blog.made["server"].rpartition("/")[2]
    editor = {"channel": "wordpress", "site": site, "username": "editor"}
    made = network.control("POST", "/_local/accounts", {**editor, "role": "editor"})
    pair = f"editor:{made['secret']['application_password']}"
    headers = {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}
    path = f"/blog/{site}/wp-json/wp/v2/posts"
    got = Client(network.url).call("POST", path, wish, headers=headers)
    assert got.status == 201
    assert "<script>" in got.json["content"]["raw"], "an editor may, as on a real site"
    for page in ("/", sky.posts()[0]["url"], got.json["link"], f"/blog/{site}/"):
        shown = Client(network.url).call("GET", page.removeprefix(network.url))
        text = shown.body.decode()
        main = text[text.index("<main") :]
        for piece in ("<script", "<img src=x", "onerror=", "<style", "javascript:", "<iframe"):
            assert piece not in main.replace("&lt;script", "").replace("&lt;img src=x onerror=", "")
        assert "elsewhere.example" not in main
        assert ' onclick="x' not in main.replace("&quot;onclick=&quot;x", "")
        assert " style=" not in main
        assert main.count("<article") == main.count("</article>")
        assert main.count("<div") == main.count("</div>")


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ({"channel": "telegram", "username": "x"}, "`channel` is one of"),
        ({"channel": "bluesky", "username": "nodots"}, "a name with dots"),
        ({"channel": "bluesky", "username": "a b.example"}, "a name with dots"),
        ({"channel": "wordpress", "username": "x"}, "`site` names the blog"),
        ({"channel": "wordpress", "username": "x", "site": "../x"}, "`site` names the blog"),
        ({"channel": "wordpress", "username": "a:b", "site": "x"}, "A user of a blog"),
        (
            {"channel": "wordpress", "username": "x", "site": "x", "role": "king"},
            "`role` is one of",
        ),
    ],
)
def test_accounts_that_cannot_be_are_refused(
    network: NetworkProcess, wish: dict[str, str], said: str
) -> None:
    got = Client(network.url).call("POST", "/_local/accounts", wish)
    assert got.status == 422
    assert said in got.json["error"]


@pytest.mark.parametrize(
    "path",
    [
        "/profile/nobody.example",
        "/profile/nobody.example/post/3kabcdefghijk",
        "/profile/did:plc:aaaaaaaaaaaaaaaaaaaaaaaa",
        "/blog/nowhere.example/",
        "/blog/nowhere.example/a/",
        "/blog/nowhere.example/?p=7",
        "/blog/",
        "/blog/a/b/c/",
        "/profile/a/like/b",
    ],
)
def test_pages_that_are_not_there(network: NetworkProcess, path: str) -> None:
    got = Client(network.url).call("GET", path)
    assert got.status == 404
    assert "text/html" in got.headers["content-type"]


def test_a_draft_has_no_page_and_is_not_in_the_feed(network: NetworkProcess) -> None:
    desk = open_desk(network, "wordpress")
    part = desk.part("# Not public\n\nSecret words.", slug="not-public")
    prepared = desk.connector.prepare(desk.channel, part)
    path = desk.made["server"].removeprefix(network.url)
    for page in (f"{path}/not-public/", f"{path}/?p={prepared['post']}"):
        assert Client(network.url).call("GET", page).status == 404
    for page in ("/", f"{path}/"):
        assert b"Not public" not in Client(network.url).call("GET", page).body
    assert desk.posts() == []
