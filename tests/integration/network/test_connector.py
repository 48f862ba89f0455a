"""The production connector and transport, as a worker uses them, against the local network."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from signpost.bootstrap import SystemClock
from signpost.connectors.registry import Registry
from signpost.domain.canonical import digest
from signpost.domain.delivery import Account, Media, Part
from signpost.domain.outcome import Absent, Ambiguous, Found, Published, Rejected, Throttled
from signpost.local.network.process import NetworkProcess
from signpost.ports import Channel, Connector, Sent
from signpost.transport import HttpTransport
from tests.integration.network.client import Client, png

PICTURE = png(9, 6)


class _Pictures:
    def media(self, sha256: str) -> bytes:
        assert sha256 == digest(PICTURE)
        return PICTURE


class _Worker:
    """One account's connector with what it needs."""

    def __init__(self, client: Client) -> None:
        account = Account("shop", "mastodon", "@shop", client.url, "shop")
        self.channel = Channel(
            account=account,
            token={"access_token": client.token},
            transport=HttpTransport(),
            media=_Pictures(),
            clock=SystemClock(),
        )
        self.connector: Connector = Registry().get("mastodon")
        self.since = datetime.now(UTC) - timedelta(seconds=60)

    def rendered(self, text: str, *, media: bool = False, **options: Any) -> Part:
        picture = Media(digest(PICTURE), "image/png", len(PICTURE), "Boots.", (0.5, -0.5), 9, 6)
        items = (picture,) if media else ()
        (part,) = self.connector.render(
            [Part(text, items)], link="", language="en", options=options
        )
        return part

    def publish(self, part: Part, key: str, prepared: Mapping[str, Any] | None = None) -> Any:
        return self.connector.publish(self.channel, part, prepared or {}, key, "")

    def confirm(self, part: Part, key: str) -> Any:
        return self.connector.confirm(self.channel, Sent(part, key, self.since))


@pytest.fixture
def worker(client: Client) -> _Worker:
    return _Worker(client)


def test_a_part_goes_live_with_media_and_is_measured(
    worker: _Worker, client: Client, other: Client
) -> None:
    part = worker.rendered("Boots are back #boots", media=True)
    prepared = worker.connector.prepare(worker.channel, part)
    outcome = worker.publish(part, "key", prepared)
    assert isinstance(outcome, Published)
    seen = client.call("GET", f"/api/v1/statuses/{outcome.external_id}").json
    assert outcome.permalink == seen["url"]
    assert seen["media_attachments"][0]["description"] == "Boots."
    assert seen["media_attachments"][0]["meta"]["focus"] == {"x": 0.5, "y": -0.5}
    other.call("POST", f"/api/v1/statuses/{outcome.external_id}/favourite")
    (metrics,) = worker.connector.measure(worker.channel, [outcome.external_id])
    assert 1 in metrics.values()


def test_an_upload_that_takes_a_while_is_waited_for(
    worker: _Worker, network: NetworkProcess
) -> None:
    network.control("POST", "/_local/settings", {"media_processing_s": 1.5})
    part = worker.rendered("Slow picture", media=True)
    prepared = worker.connector.prepare(worker.channel, part)
    assert isinstance(worker.publish(part, "slow", prepared), Published)


@pytest.mark.parametrize("effect", ["drop", "error_after", "truncate"])
def test_a_lost_answer_is_ambiguous_and_then_found(
    worker: _Worker, network: NetworkProcess, effect: str
) -> None:
    rule = {"effect": effect, "endpoint": "create_status", "times": 1}
    network.control("POST", "/_local/faults", rule)
    part = worker.rendered(f"Lost by {effect}")
    assert isinstance(worker.publish(part, effect), Ambiguous)
    found = worker.confirm(part, effect)
    assert isinstance(found, Found)
    again = worker.publish(part, effect)
    assert isinstance(again, Published)
    assert again.external_id == found.external_id


def test_what_was_not_applied_is_absent(worker: _Worker, network: NetworkProcess) -> None:
    rule = {"effect": "error_before", "endpoint": "create_status", "times": 1}
    network.control("POST", "/_local/faults", rule)
    part = worker.rendered("Never arrived")
    assert isinstance(worker.publish(part, "n"), Ambiguous)
    assert isinstance(worker.confirm(part, "n"), Absent)


def test_refusals_and_throttling_are_definite(worker: _Worker, network: NetworkProcess) -> None:
    rule = {"effect": "throttle", "endpoint": "create_status", "times": 1, "seconds": 90}
    network.control("POST", "/_local/faults", rule)
    part = worker.rendered("Wait")
    throttled = worker.publish(part, "w")
    assert isinstance(throttled, Throttled)
    assert 30 <= throttled.retry_after_s <= 120
    too_long = Part("x", (), {**part.payload, "status": "x" * 501})
    assert isinstance(worker.publish(too_long, "l"), Rejected)
