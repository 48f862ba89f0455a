"""Recorded answers of a real Mastodon 4.6 server, played to the production connector."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from signpost.connectors.mastodon.connector import Mastodon
from signpost.connectors.mastodon.likeness import Likeness, likeness
from signpost.domain.delivery import Part
from signpost.domain.outcome import Absent, Found, Published, Rejected, Throttled
from signpost.errors import RefusedError
from signpost.ports import Response, Sent
from tests.connectors.scene import PICTURE
from tests.connectors.scenes.mastodon import SCENE
from tests.connectors.shared import SHARED, needs_shared
from tests.fakes.clock import FakeClock
from tests.fakes.transport import Answer, FakeTransport, answer

pytestmark = needs_shared

SERVER = "http://localhost:3000"
FOLDER = SHARED / "recordings" / "mastodon"


@cache
def recorded(name: str) -> tuple[tuple[str, str, Any, Response], ...]:
    """Method, path, request body and answer of each exchange of a scenario."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    exchanges = []
    for item in yaml.load(text, Loader=loader)["interactions"]:  # noqa: S506 - a safe loader
        request, response = item["request"], item["response"]
        body = response["body"]["string"]
        headers = {key.lower(): ", ".join(value) for key, value in response["headers"].items()}
        exchanges.append(
            (
                request["method"],
                urlsplit(request["uri"]).path,
                request["body"],
                Response(
                    response["status"]["code"],
                    headers,
                    body.encode() if isinstance(body, str) else body,
                ),
            )
        )
    return tuple(exchanges)


def recording(name: str, method: str, path: str, nth: int = 0) -> Response:
    """The nth recorded answer to this method and path."""
    found = [item[3] for item in recorded(name) if item[0] == method and item[1].startswith(path)]
    return found[nth]


def channel(transport: FakeTransport, clock: FakeClock | None = None) -> Any:
    scene = replace(SCENE, account=replace(SCENE.account, server=SERVER))
    return scene.channel(transport, clock)


def publish(given: Response, clock: FakeClock | None = None) -> Any:
    part = Part("Toot!", payload={"status": "Toot!", "visibility": "public"})
    return Mastodon().publish(channel(FakeTransport([given]), clock), part, {}, "k", "")


NAMES = sorted(path.stem for path in FOLDER.glob("status_post_*.yaml")) if FOLDER.is_dir() else []


@pytest.mark.parametrize("name", NAMES or ["none"])
def test_a_recorded_status_is_published(name: str) -> None:
    given = recording(name, "POST", "/api/v1/statuses")
    status = given.json()
    assert publish(given) == Published(status["id"], status["url"])


@pytest.mark.parametrize(
    ("name", "path"),
    [("status_empty", "/api/v1/statuses"), ("lang_for_errors", "/api/v1/statuses")],
)
def test_a_recorded_refusal_is_for_good_and_in_the_servers_words(name: str, path: str) -> None:
    given = recording(name, "POST", path)
    outcome = publish(given)
    assert isinstance(outcome, Rejected)
    assert outcome.permanent
    assert outcome.reason == f"HTTP 422: {given.json()['error']}"


def test_a_recorded_unauthorised_answer() -> None:
    given = recording("unauthed_home_tl_throws", "GET", "/api/v1/timelines/home")
    outcome = publish(given)
    assert isinstance(outcome, Rejected)
    assert outcome.reason.startswith("HTTP 401: ")


def test_recorded_rate_headers_give_the_wait() -> None:
    """The limit of statuses is 300 in windows of three hours that begin at multiples of three."""
    given = recording("status_empty", "POST", "/api/v1/statuses")
    assert given.headers["x-ratelimit-limit"] == str(Mastodon.spec.rate.limit)
    reset = datetime.fromisoformat(given.headers["x-ratelimit-reset"])
    assert int(reset.timestamp()) % Mastodon.spec.rate.window_s == 0
    clock = FakeClock(reset - timedelta(seconds=90))
    outcome = publish(replace(given, status=429), clock)
    assert isinstance(outcome, Throttled)
    assert outcome.retry_after_s == pytest.approx(90)


def test_recorded_answers_to_statuses_tell_the_budget_of_statuses() -> None:
    """Each of them: 300 in three hours, whole windows; other calls tell of other limits."""
    found = 0
    for name in sorted(path.stem for path in FOLDER.glob("*.yaml")):
        for method, path, _, given in recorded(name):
            if (method, path) != ("POST", "/api/v1/statuses") or given.status != 200:
                continue
            told = Mastodon().budget(given.headers, datetime.now(UTC))
            assert told is not None
            assert told.limit == Mastodon.spec.rate.limit
            assert 0 <= told.left < told.limit
            assert told.resets_at is not None
            assert int(told.resets_at.timestamp()) % Mastodon.spec.rate.window_s == 0
            found += 1
    assert found > 10


def test_a_recorded_upload_tells_of_another_limit() -> None:
    given = recording("media_post_multiple", "POST", "/api/v2/media")
    told = Mastodon().budget(given.headers, datetime.now(UTC))
    assert told is not None
    assert told.limit == 30


def test_recorded_uploads() -> None:
    configuration = recording("instance", "GET", "/api/v2/instance")
    first = recording("media_post_multiple", "POST", "/api/v2/media")
    second = recording("media_post_multiple", "POST", "/api/v2/media", 1)
    transport = FakeTransport([configuration, first, second])
    part = Part("x", (PICTURE, PICTURE), {"status": "x"})
    prepared = Mastodon().prepare(channel(transport), part)
    assert prepared == {"media_ids": [first.json()["id"], second.json()["id"]]}
    assert transport.left == 0


def test_the_recorded_limits_are_read() -> None:
    spec = Mastodon().limits(
        channel(FakeTransport([recording("instance", "GET", "/api/v2/instance")]))
    )
    ours = Mastodon.spec
    assert spec.alt_text_max == 10_000  # Mastodon 4.6 takes more than the 1,500 of our file
    assert spec.text[0] == ours.text[0]
    assert spec.media[0] == ours.media[0]
    more = ours.media[1].types | {"video/x-ms-asf"}
    assert spec.media[1] == ours.media[1]._replace(types=more)


def test_a_recorded_missing_status_cannot_be_measured() -> None:
    given = recording("status_missing", "GET", "/api/v1/statuses")
    with pytest.raises(RefusedError, match="404: Not Found") as caught:
        Mastodon().measure(channel(FakeTransport([given])), ["0"])
    assert caught.value.permanent


def test_recorded_counts() -> None:
    given = recording("status_favourited_by", "POST", "/api/v1/statuses")
    measured = Mastodon().measure(channel(FakeTransport([given])), ["1"])
    assert measured == [{"likes": 0, "replies": 0, "reposts": 0, "quotes": 0}]


def test_a_recorded_edit() -> None:
    given = recording("status_edit", "PUT", "/api/v1/statuses")
    part = Part("new", payload={"status": "new", "visibility": "public"})
    outcome = Mastodon().edit(channel(FakeTransport([given])), given.json()["id"], part, {})
    assert outcome == Published(given.json()["id"], given.json()["url"])


def test_a_recorded_edit_is_read_back() -> None:
    where = "/api/v1/statuses/117020586180926938"
    shown = recording("status_edit", "GET", where, 1)
    source = recording("status_edit", "GET", f"{where}/source")
    assert shown.json()["id"] == source.json()["id"] == "117020586180926938"
    new = source.json()["text"]
    for text, kind in ((new, Found), (new + "!", Absent), ("the old text", Absent)):
        part = Part(text, payload={"status": text, "visibility": "public"})
        transport = FakeTransport([shown, source])
        verdict = Mastodon().confirm_edit(channel(transport), "117020586180926938", part)
        assert type(verdict) is kind
        assert [request.url.rpartition("/")[2] for request in transport.requests] == [
            "117020586180926938",
            "source",
        ]


def test_recorded_deletions() -> None:
    """The first of a status, the second of what is gone by then."""
    where = "/api/v1/statuses/117020606379845323"
    deleted, gone = (recording("status_delete_media", "DELETE", where, nth) for nth in (0, 1))
    assert (deleted.status, gone.status) == (200, 404)
    missing = recording("status_missing", "GET", "/api/v1/statuses/0")
    for script in ([deleted], [gone, missing]):
        transport = FakeTransport(script)
        outcome = Mastodon().delete(channel(transport), "117020606379845323")
        assert outcome == Published("117020606379845323", "")
        assert transport.left == 0
    assert Mastodon().confirm_delete(channel(FakeTransport([missing])), "0") == Found("0", "")


def sent_and_shown() -> list[tuple[str, Mapping[str, Any], Mapping[str, Any]]]:
    """Scenario, form sent, status shown: every plain status that was ever recorded."""
    found: list[tuple[str, Mapping[str, Any], Mapping[str, Any]]] = []
    for path in sorted(FOLDER.glob("*.yaml")):
        for method, where, body, given in recorded(path.stem):
            if (method, where, given.status) == ("POST", "/api/v1/statuses", 200) and body:
                form = parse_qs(body if isinstance(body, str) else body.decode())
                if "status" in form and "quoted_status_id" not in form:
                    found.append((path.stem, form, given.json()))
    return found


def part_of(form: Mapping[str, Any], shown: Mapping[str, Any]) -> Part:
    media = [
        replace(PICTURE, alt=item.get("description") or "") for item in shown["media_attachments"]
    ]
    payload = {"status": form["status"][0], "spoiler_text": form.get("spoiler_text", [""])[0]}
    return Part(payload["status"], tuple(media), payload)


def test_every_recorded_status_is_recognised_by_what_was_sent() -> None:
    pairs = sent_and_shown()
    assert len(pairs) > 40
    for name, form, shown in pairs:
        reply_to = form.get("in_reply_to_id", [""])[0]
        assert likeness(part_of(form, shown), reply_to, shown) is Likeness.SAME, name
        other = Part("Something else entirely")
        assert likeness(other, reply_to, shown) is Likeness.OTHER, name


def test_a_recorded_reply_is_confirmed() -> None:
    parent = recording("status_reply", "POST", "/api/v1/statuses").json()
    reply = recording("status_reply", "POST", "/api/v1/statuses", 1).json()
    me = recording("status_reply", "GET", "/api/v1/accounts/verify_credentials")
    part = Part("@mastodonpy_test_2 same!", payload={"status": "@mastodonpy_test_2 same!"})
    script: list[Answer] = [me, answer(200, [reply, parent]), answer(200, [])]
    made = datetime.fromisoformat(reply["created_at"])
    verdict = Mastodon().confirm(
        channel(FakeTransport(script)), Sent(part, "k", made - timedelta(60), parent["id"])
    )
    assert verdict == Found(reply["id"], reply["url"], made)


@pytest.mark.parametrize(
    ("text", "expected"), [("Toot number 2!", Found), ("A walk in the hills", Absent)]
)
def test_recorded_pages_are_read_to_the_end(text: str, expected: type) -> None:
    """Two pages of the account's list, followed by the server's own Link headers."""
    pages = [
        given
        for method, path, _, given in recorded("fetch_next_previous")
        if method == "GET" and path.endswith("/statuses")
    ]
    me = recording("fetch_next_previous", "GET", "/api/v1/accounts/verify_credentials")
    transport = FakeTransport([me, pages[0], pages[1], answer(200, [])])
    part = Part(text, payload={"status": text})
    verdict = Mastodon().confirm(
        channel(transport), Sent(part, "k", datetime(2026, 1, 1, tzinfo=UTC))
    )
    assert type(verdict) is expected
    asked = [(request.query or {}).get("max_id") for request in transport.requests[1:]]
    assert asked == [None, "117020580489281910", "117020580452511285"]
