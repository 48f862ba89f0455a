"""The same on the deployed stack: functions in the emulator, whose accounts are on real servers.

Deliveries are bundled here by hand, since a push to a local stack sends everything to the local
network. The stack's clock is the machine's, so a send waits its whole 20 seconds, and what a lost
answer leaves is found by a tick, which comes once a minute. So it is started before all other
tests of this folder, and looked at after them: see `pytest_collection_modifyitems`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import pytest

from signpost.domain.canonical import digest
from signpost.domain.delivery import Delivery, make_bundle
from signpost.domain.lifecycle import State
from signpost.domain.row import Row
from signpost.local.deploy import local_clients
from signpost.local.layout import Layout
from signpost.local.stack import LocalStack
from signpost.usecases.verdict import parse_verdict
from tests.servers.cases import STACK, mark_of
from tests.servers.content import WORKSPACE, Written
from tests.servers.desks import BlueskyDesk, Desk, WordPressDesk
from tests.servers.proof import Proof
from tests.servers.proxy import Fault, Proxy

AGE_S = 30
SECTION = "On the deployed stack: functions, emulator, real clock"
LOST = {"bluesky": Fault.DROPPED, "wordpress": Fault.LATE_ANSWER}
"""What happens to the second delivery of each channel."""


@dataclass
class Running:
    """The stack, and what was given to it.

    Args:
        deliveries: by mark.
    """

    stack: LocalStack
    proxies: dict[str, Proxy] = field(default_factory=dict)
    deliveries: dict[str, Delivery] = field(default_factory=dict)

    def row(self, mark: str) -> Row:
        """The row as DynamoDB has it."""
        name = self.deliveries[mark].id
        return self.stack.wiring.ledger.rows([name])[name]

    def wait(self, reached: Callable[[], bool], timeout_s: float) -> None:
        """Wait, or say how far it came."""
        deadline = time.monotonic() + timeout_s
        while not reached():
            rows = [self.row(mark) for mark in self.deliveries]
            assert time.monotonic() < deadline, f"not in {timeout_s} s: {rows}"
            time.sleep(0.5)


@pytest.fixture(scope="session")
def running(
    bluesky: BlueskyDesk,
    wordpress: WordPressDesk,
    written: Written,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Running]:
    """The stack with a bundle of four deliveries accepted."""
    layout = Layout(tmp_path_factory.mktemp("stack"))
    layout.make()
    stack = LocalStack.open(layout, print)
    running = Running(stack)
    try:
        stack.deploy(WORKSPACE, (AGE_S,), print)
        _push(running, written, (bluesky, wordpress))
        yield running
    finally:
        stack.stop()
        for proxy in running.proxies.values():
            proxy.close()


def _push(running: Running, written: Written, desks: tuple[Desk, ...]) -> None:
    wiring = running.stack.wiring
    ssm = local_clients(str(running.stack.outputs["Endpoint"])).get("ssm")
    lines = []
    for desk in desks:
        for name in STACK[desk.channel]:
            mark = mark_of(desk.channel, name, "stack")
            proxy = running.proxies[mark] = Proxy(desk.url)
            one, about = written.lines[mark, desk.channel]
            account = replace(one.account, server=proxy.url, handle=desk.handle)
            running.deliveries[mark] = replace(one, account=account)
            lines.append((running.deliveries[mark], about))
        ssm.put_parameter(
            Name=f"{wiring.settings.secrets_path}/{account.secret}",
            Value=json.dumps(desk.token),
            Type="SecureString",
        )
        # Its first post goes well, the first send of its second does not.
        proxy.spoil(*desk.send, LOST[desk.channel])
    for data in written.media():
        wiring.objects.create(f"media/{digest(data)}", data, "image/png")
    bundle = make_bundle(WORKSPACE, lines, previous="")
    key = f"bundles/{bundle.digest}.jsonl"
    wiring.objects.create(key, bundle.data, "application/x-ndjson")
    deadline = time.monotonic() + 60
    while (stored := wiring.objects.get(f"verdicts/{bundle.digest}.json")) is None:
        assert time.monotonic() < deadline, "no verdict"
        time.sleep(0.2)
    assert parse_verdict(stored.data).accepted, stored.data


def test_first(running: Running, bluesky: BlueskyDesk, wordpress: WordPressDesk) -> None:
    """What no fault meets is public at once; other people see it, like it and comment on it."""
    marks = [mark_of(channel, names[0], "stack") for channel, names in STACK.items()]
    running.wait(lambda: all(running.row(m).state is State.PUBLISHED for m in marks), 60)
    (uri,) = bluesky.ids([running.row(marks[0]).parts[0].external_id])
    bluesky.friend.like({"uri": uri, "cid": bluesky.friend.wait_for(uri, bool)["cid"]})
    number = int(running.row(marks[1]).parts[0].external_id)
    wordpress.blog.comment(number, "Seen on the stack.")


@pytest.mark.parametrize("channel", STACK)
def test_last(
    channel: str, running: Running, bluesky: BlueskyDesk, wordpress: WordPressDesk, proof: Proof
) -> None:
    """Every part is public once and booked, the lost answers were found, the counts are true."""
    desk: Desk = bluesky if channel == "bluesky" else wordpress
    lost = LOST[channel]
    for name in STACK[channel]:
        mark = mark_of(channel, name, "stack")
        running.wait(lambda mark=mark: running.row(mark).state is State.PUBLISHED, 240)  # type: ignore[misc] # the default has a type
        row = running.row(mark)
        public = desk.public(mark)
        assert [live.id for live in public] == desk.ids([p.external_id for p in row.parts])
        assert len(public) == len(running.deliveries[mark].parts)
    assert "confirmed" in [attempt.outcome for attempt in running.row(mark).history]
    sends = running.proxies[mark].sent(*desk.send)
    assert [send.fault for send in sends].count(lost) == 1
    assert [send.answers for send in sends] == [[200]] * len(sends)
    proof.saw(SECTION, name, type(desk).__name__.removesuffix("Desk"), f"{lost}: 1, found")

    first = running.row(mark_of(channel, STACK[channel][0], "stack"))
    assert first.published_at is not None
    kept = running.stack.wiring.metrics
    known = (first.brand, first.published_at, first.delivery)
    running.wait(lambda: bool(kept.snapshots(*known)), 150)
    values = kept.snapshots(*known)[0].values
    expected = {"bluesky": {"likes": 1, "replies": 0, "reposts": 0, "quotes": 0},
                "wordpress": {"replies": 1}}[channel]  # fmt: skip
    assert values == expected
    said = ", ".join(f"{word} {count}" for word, count in sorted(values.items()))
    proof.saw(
        SECTION, f"{STACK[channel][0]}, counted", type(desk).__name__.removesuffix("Desk"), said
    )
