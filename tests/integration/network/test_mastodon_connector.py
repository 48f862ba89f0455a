"""The production connector and transport against the local network: real sockets, real faults."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from signpost.connectors.mastodon.connector import Mastodon
from signpost.domain.canonical import digest
from signpost.domain.delivery import Account, Media, Part
from signpost.domain.outcome import (
    Absent,
    Ambiguous,
    Found,
    Published,
    Rejected,
    Several,
    Throttled,
)
from signpost.errors import RefusedError
from signpost.local.network.process import NetworkProcess
from signpost.ports import Channel, Sent
from signpost.transport import HttpTransport
from tests.integration.network.client import Client, png

PICTURE = png()
TEXT = """New boots & old paths <for> "everyone":

https://www.example.com/boots/winter-2026?utm_source=mastodon&utm_medium=social#top, they say…
with @nobody@elsewhere.example and #Winter 👩‍👩‍👧‍👦"""


class SystemClock:
    """Implements ports.Clock over the machine's own."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


class OnePicture:
    """Implements ports.MediaReader."""

    def media(self, sha256: str) -> bytes:
        assert sha256 == digest(PICTURE)
        return PICTURE


@dataclass
class Desk:
    """A connector at work for one account."""

    network: NetworkProcess
    channel: Channel
    connector: Mastodon
    since: datetime

    def part(self, text: str = TEXT, *, media: bool = False, **options: Any) -> Part:
        item = Media(digest(PICTURE), "image/png", len(PICTURE), "A plain picture.", (0.1, -0.5))
        raw = Part(text, (item,) if media else ())
        return self.connector.render([raw], link="", language="en", options=options)[0]

    def publish(self, part: Part, key: str = "key", reply_to: str = "") -> Any:
        prepared = self.connector.prepare(self.channel, part)
        return self.connector.publish(self.channel, part, prepared, key, reply_to)

    def confirm(self, part: Part, **more: Any) -> Any:
        return self.connector.confirm(self.channel, Sent(part, "key", self.since, **more))

    def fault(self, **rule: Any) -> None:
        self.network.control("POST", "/_local/faults", rule)


_NUMBERS = iter(range(1, 1000))


@pytest.fixture
def desk(network: NetworkProcess) -> Iterator[Desk]:
    account = network.account(f"desk_{next(_NUMBERS)}")
    transport = HttpTransport()
    yield Desk(
        network,
        Channel(
            Account("a", "mastodon", "@a@localhost", network.url, "s"),
            {"access_token": account.token},
            transport,
            OnePicture(),
            SystemClock(),
            5.0,
        ),
        Mastodon(),
        datetime.now(UTC) - timedelta(seconds=60),
    )
    transport.close()


@pytest.mark.parametrize("visibility", ["public", "unlisted", "private", "direct"])
def test_what_is_published_is_found(desk: Desk, visibility: str) -> None:
    part = desk.part(media=True, visibility=visibility, content_warning="Mud & snow")
    assert desk.confirm(part) == Absent()
    outcome = desk.publish(part)
    assert isinstance(outcome, Published)
    found = desk.confirm(part)
    assert isinstance(found, Found)
    assert (found.external_id, found.permalink) == (outcome.external_id, outcome.permalink)
    assert isinstance(desk.confirm(part, bound=frozenset({outcome.external_id})), Absent)


def test_a_thread(desk: Desk) -> None:
    first = desk.publish(desk.part("One."), "k1")
    second = desk.publish(desk.part("Two."), "k2", first.external_id)
    found = desk.confirm(desk.part("Two."), reply_to=first.external_id)
    assert found.external_id == second.external_id
    assert desk.confirm(desk.part("Two.")) == Absent()


def test_a_repeated_key_is_the_same_status(desk: Desk) -> None:
    assert desk.publish(desk.part()) == desk.publish(desk.part())


def test_a_server_that_ignores_keys_shows_several(desk: Desk) -> None:
    desk.fault(endpoint="create_status", effect="ignore_keys")
    desk.publish(desk.part())
    desk.publish(desk.part())
    assert isinstance(desk.confirm(desk.part()), Several)


@pytest.mark.parametrize(
    ("effect", "kind", "confirmed"),
    [
        ("drop", Ambiguous, Found),
        ("truncate", Ambiguous, Found),
        ("error_after", Ambiguous, Found),
        ("error_before", Ambiguous, Absent),
    ],
)
def test_faults(desk: Desk, effect: str, kind: type, confirmed: type) -> None:
    desk.fault(endpoint="create_status", effect=effect, times=1)
    part = desk.part(f"Under {effect}")
    outcome = desk.publish(part)
    assert type(outcome) is kind, outcome
    verdict = desk.confirm(part)
    assert type(verdict) is confirmed, verdict


def test_late_apply_is_found_later(desk: Desk) -> None:
    desk.fault(endpoint="create_status", effect="late_apply", times=1, seconds=0.5)
    part = desk.part("Late")
    assert isinstance(desk.publish(part), Ambiguous)
    end = time.monotonic() + 10
    while not isinstance(verdict := desk.confirm(part), Found):
        assert verdict == Absent()
        assert time.monotonic() < end
        time.sleep(0.1)


def test_throttled(desk: Desk) -> None:
    desk.fault(endpoint="create_status", effect="throttle", times=1, seconds=33)
    outcome = desk.publish(desk.part("Slowly"))
    assert isinstance(outcome, Throttled)
    assert outcome.retry_after_s == pytest.approx(33, abs=2)
    assert desk.confirm(desk.part("Slowly")) == Absent()


def test_a_slow_server_is_left_at_the_deadline(desk: Desk) -> None:
    desk.fault(endpoint="create_status", effect="slow", times=1, seconds=2)
    desk.channel = replace(desk.channel, deadline_s=0.5)
    start = time.monotonic()
    assert isinstance(desk.publish(desk.part("Slow")), Ambiguous)
    assert time.monotonic() - start < 1.5


def test_refusals(desk: Desk) -> None:
    bad = replace(desk.channel, token={"access_token": "wrong"})
    outcome = desk.connector.publish(bad, desk.part(), {}, "k", "")
    assert isinstance(outcome, Rejected)
    assert outcome.permanent
    assert "401" in outcome.reason
    long = desk.part("x" * 501)
    outcome = desk.connector.publish(desk.channel, long, {}, "k2", "")
    assert isinstance(outcome, Rejected)
    assert "422" in outcome.reason
    with pytest.raises(RefusedError, match="takes 500"):
        desk.connector.prepare(desk.channel, long)


def test_the_servers_own_limit_lets_a_longer_text_through(desk: Desk) -> None:
    desk.network.control("POST", "/_local/settings", {"max_characters": 900})
    part = desk.part("x" * 900)
    assert isinstance(desk.publish(part), Published)
    assert isinstance(desk.confirm(part), Found)


def test_processing_is_waited_for(desk: Desk) -> None:
    desk.network.control("POST", "/_local/settings", {"media_processing_s": 1.2})
    assert isinstance(desk.publish(desk.part(media=True)), Published)


def test_metrics_and_an_edit(desk: Desk) -> None:
    outcome = desk.publish(desk.part("Boots", media=True))
    fan = Client(desk.network.url, desk.network.account(f"fan_{next(_NUMBERS)}").token)
    fan.call("POST", f"/api/v1/statuses/{outcome.external_id}/favourite")
    (values,) = desk.connector.measure(desk.channel, [outcome.external_id])
    assert values["likes"] == 1
    assert values["reposts"] == 0
    better = desk.part("Better boots", media=True)
    prepared = desk.connector.prepare(desk.channel, better)
    edited = desk.connector.edit(desk.channel, outcome.external_id, better, prepared)
    assert edited == outcome
    assert desk.confirm(better).external_id == outcome.external_id


def test_the_list_is_followed_over_pages(desk: Desk) -> None:
    desk.network.control("POST", "/_local/settings", {"rate_limits": False})
    first = desk.publish(desk.part("The one to find"), "k")
    for number in range(45):
        desk.publish(desk.part(f"{number} {digest(bytes([number]))}"), f"k{number}")
    assert desk.confirm(desk.part("The one to find")).external_id == first.external_id
