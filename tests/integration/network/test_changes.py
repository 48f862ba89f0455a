"""Edits and deletions at the local network, by the product's connectors: its own faults, its page."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from signpost.bootstrap import SystemClock
from signpost.connectors.registry import Registry
from signpost.domain.delivery import Account, Part
from signpost.domain.outcome import (
    Absent,
    Ambiguous,
    Confirmation,
    Found,
    Outcome,
    Published,
    Throttled,
    Unknown,
)
from signpost.local.network.process import NetworkProcess
from signpost.ports import Channel
from signpost.transport import HttpTransport
from tests.integration.network.client import Client

ENDPOINTS = {
    ("bluesky", "delete"): "bluesky.deleteRecord",
    ("mastodon", "delete"): "delete_status",
    ("mastodon", "edit"): "edit_status",
    ("wordpress", "delete"): "wordpress.delete_post",
    ("wordpress", "edit"): "wordpress.update_post",
}
READS = {
    "bluesky": "bluesky.getRecord",
    "mastodon": "show_status",
    "wordpress": "wordpress.show_post",
}
NAMES = {"bluesky": "changer{}.example", "mastodon": "changer_{}", "wordpress": "changer{}"}
_numbers = itertools.count(1)


class NoFiles:
    """Implements ports.MediaReader over nothing."""

    def media(self, sha256: str) -> bytes:
        raise AssertionError(sha256)


@dataclass
class Live:
    """A live post, and one change of it."""

    network: NetworkProcess
    channel: Channel
    verb: str
    mark: str
    connector: Any
    id: str = ""
    permalink: str = ""

    def part(self, word: str) -> Part:
        raw = Part(f"# A word {self.mark}\n\nIt is {word}.")
        part: Part = self.connector.render([raw], link="", language="en", options={})[0]
        return part

    def publish(self) -> None:
        part = self.part("bots")
        key = self.connector.new_key("d", self.mark, 0, "n", datetime.now(UTC))
        prepared = self.connector.prepare(self.channel, part)
        outcome = self.connector.publish(self.channel, part, prepared, key, "")
        assert isinstance(outcome, Published), outcome
        self.id, self.permalink = outcome.external_id, outcome.permalink

    def do(self) -> Outcome:
        connector: Any = self.connector
        if self.verb == "delete":
            outcome: Outcome = connector.delete(self.channel, self.id)
        else:
            part = self.part("boots")
            prepared = connector.prepare_edit(self.channel, part)
            outcome = connector.edit(self.channel, self.id, part, prepared)
        return outcome

    def ask(self) -> Confirmation:
        connector: Any = self.connector
        if self.verb == "delete":
            told: Confirmation = connector.confirm_delete(self.channel, self.id)
        else:
            told = connector.confirm_edit(self.channel, self.id, self.part("boots"))
        return told

    def fault(self, effect: str, **rule: Any) -> None:
        endpoint = ENDPOINTS[self.channel.account.channel, self.verb]
        wish = {"effect": effect, "endpoint": endpoint, "times": 1, **rule}
        self.network.control("POST", "/_local/faults", wish)

    @property
    def done(self) -> bool:
        """Whether all the world sees it done: the list of posts, and the post's own page."""
        listed = self.network.control("GET", "/_local/posts")["posts"]
        texts = [post["text"] for post in listed if self.mark in post["text"]]
        page = Client(self.network.url).call("GET", self.permalink.removeprefix(self.network.url))
        if not texts:
            assert page.status == 404
            return self.verb == "delete"
        assert len(texts) == 1
        edited = "boots" in texts[0]
        assert page.status == 200
        assert ("It is boots." in page.body.decode()) is edited
        assert ('<span class="mark">edited</span>' in page.body.decode()) is edited
        return edited


@pytest.fixture
def live(request: pytest.FixtureRequest, network: NetworkProcess) -> Iterator[Live]:
    channel, verb = request.param
    number = next(_numbers)
    wish = {"channel": channel, "username": NAMES[channel].format(number)}
    if channel == "wordpress":
        wish["site"] = f"changes{number}.example"
    made = network.control("POST", "/_local/accounts", wish)
    account = Account("a", channel, f"@{made['username']}", made["server"], "s")
    transport = HttpTransport()
    open_channel = Channel(account, made["secret"], transport, NoFiles(), SystemClock())
    one = Live(network, open_channel, verb, f"mark{number}x", Registry().get(channel))
    one.publish()
    assert not one.done
    yield one
    transport.close()


all_changes = pytest.mark.parametrize(
    "live", [pytest.param(case, id="-".join(case)) for case in ENDPOINTS], indirect=True
)


@all_changes
def test_it_is_done_and_can_be_repeated(live: Live) -> None:
    assert live.ask() == Absent()
    for _ in range(3):
        assert isinstance(live.do(), Published)
        assert isinstance(live.ask(), Found)
        assert live.done
    log = live.network.control("GET", "/_local/log")["requests"]
    endpoint = ENDPOINTS[live.channel.account.channel, live.verb]
    assert [one["status"] for one in log if one["endpoint"] == endpoint][-1] in {200, 404}


@all_changes
@pytest.mark.parametrize("effect", ["drop", "error_after", "truncate"])
def test_an_answer_lost_after_it_was_applied(live: Live, effect: str) -> None:
    live.fault(effect)
    assert isinstance(live.do(), Ambiguous)
    assert live.done
    assert isinstance(live.ask(), Found)


@all_changes
def test_an_error_before_it_was_applied(live: Live) -> None:
    live.fault("error_before", status=503)
    assert isinstance(live.do(), Ambiguous)
    assert not live.done
    assert live.ask() == Absent()
    assert isinstance(live.do(), Published)
    assert live.done


@all_changes
def test_a_throttled_one_waits(live: Live) -> None:
    live.fault("throttle", seconds=40)
    outcome = live.do()
    assert isinstance(outcome, Throttled)
    assert 30 < outcome.retry_after_s <= 41
    assert not live.done
    assert live.ask() == Absent()


@all_changes
def test_one_that_is_applied_late(live: Live) -> None:
    live.fault("late_apply", seconds=0.6)
    assert isinstance(live.do(), Ambiguous)
    assert live.ask() == Absent()
    deadline = time.monotonic() + 10
    while live.ask() == Absent():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert isinstance(live.ask(), Found)
    assert live.done


@all_changes
@pytest.mark.parametrize("effect", ["drop", "error_before", "truncate"])
def test_a_question_that_is_not_answered(live: Live, effect: str) -> None:
    live.do()
    rule = {"effect": effect, "endpoint": READS[live.channel.account.channel], "times": 1}
    live.network.control("POST", "/_local/faults", rule)
    assert isinstance(live.ask(), Unknown)
    assert isinstance(live.ask(), Found)


@pytest.mark.parametrize("live", [("mastodon", "delete")], indirect=True)
def test_mastodon_allows_thirty_deletions_in_half_an_hour(live: Live) -> None:
    assert isinstance(live.do(), Published)
    outcomes = [live.connector.delete(live.channel, "1") for _ in range(30)]
    assert [type(one) for one in outcomes] == [Published] * 29 + [Throttled]
    assert 0 < outcomes[-1].retry_after_s <= 1800
