"""One suite for everything that calls itself a Queue, over what a test can see of each."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from signpost.aws.queue import MAX_DELAY_S, SqsQueue
from signpost.aws.session import Clients
from tests.fakes.clock import FakeClock
from tests.fakes.queue import FakeQueue


@dataclass
class Recorder:
    """A client that keeps what it is asked to send."""

    sent: list[dict[str, Any]] = field(default_factory=list)

    def send_message(self, **arguments: Any) -> None:
        self.sent.append(arguments)


def test_messages_go_to_their_queues() -> None:
    client = Recorder()
    queue = SqsQueue(client, "publish", "dead", "measure")
    queue.publish("acme/shop/p/fedi", delay_s=7)
    queue.measure("acme/shop/p/fedi", 60, delay_s=0)
    queue.dead_letter("acme/shop/p/fedi", "poison")
    seen = [(m["QueueUrl"], json.loads(m["MessageBody"]), m["DelaySeconds"]) for m in client.sent]
    assert seen == [
        ("publish", {"delivery": "acme/shop/p/fedi"}, 7),
        ("measure", {"delivery": "acme/shop/p/fedi", "age_s": 60}, 0),
        ("dead", {"delivery": "acme/shop/p/fedi", "reason": "poison"}, 0),
    ]


def test_both_cut_the_delay_to_what_sqs_allows(clock: FakeClock) -> None:
    client, fake = Recorder(), FakeQueue(clock)
    real = SqsQueue(client, "publish", "dead", "measure")
    for queue in (real, fake):
        queue.publish("d", delay_s=5000)
        queue.publish("d", delay_s=-3)
    assert [message["DelaySeconds"] for message in client.sent] == [MAX_DELAY_S, 0]
    waits = [message.ready_at - clock.now() for message in fake.waiting]
    assert waits == [timedelta(0), timedelta(seconds=MAX_DELAY_S)]


def test_sqs_takes_the_messages(clients: Clients) -> None:
    sqs = clients.get("sqs")
    urls = [sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("work", "dead", "measure")]
    SqsQueue(sqs, *urls).publish("acme/shop/p/é", delay_s=0)
    (message,) = sqs.receive_message(QueueUrl=urls[0])["Messages"]
    assert json.loads(message["Body"]) == {"delivery": "acme/shop/p/é"}


def test_the_fake_delivers_in_order_and_again(clock: FakeClock) -> None:
    queue = FakeQueue(clock)
    queue.publish("late", delay_s=9)
    queue.measure("now", 60, delay_s=0)
    queue.publish("soon", delay_s=2)
    first = queue.take()
    assert first is not None
    assert (first.delivery, first.age_s) == ("now", 60)
    assert queue.take() is None
    clock.advance(2)
    queue.put_back(first)
    assert [queue.take(), queue.take()] != [None, None]
    assert [message.delivery for message in queue.waiting] == ["late"]
    assert queue.next_ready_at == clock.now() + timedelta(seconds=7)
