"""The webhook under the protocol: what a lost answer comes to, by what the receiver keeps of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest

from signpost.connectors.webhook.connector import Webhook
from signpost.connectors.webhook.spec import KEY_TTL_S
from signpost.domain.delivery import Account, Part
from signpost.domain.lifecycle import State
from signpost.domain.protocol import MAX_ATTEMPTS
from signpost.errors import AnswerLost
from signpost.ports import Request, Response
from tests.connectors.scene import CANARY
from tests.connectors.scenes.webhook import ACCOUNT
from tests.fakes.transport import FakeTransport, answer
from tests.unit.usecases.stage import NAME, Stage

Fault = Callable[["Receiver", Request], Response | None]


class Receiver:
    """What the contract asks of a receiver, in memory; `fault` answers first where it has a word."""

    def __init__(self, fault: Fault | None = None) -> None:
        self.done: dict[str, bytes] = {}
        self.posts = 0
        self.fault = fault

    def __call__(self, request: Request) -> Response:
        if request.method == "POST":
            self.posts += 1
        said = self.fault(self, request) if self.fault else None
        return said or self.keep(request)

    def keep(self, request: Request) -> Response:
        key = (request.headers or {})["Idempotency-Key"]
        if request.method == "GET":
            return answer(200 if key in self.done else 404, {"key": key, "id": f"id-{key[:6]}"})
        known = key in self.done
        self.done[key] = request.data or b""
        return answer(409 if known else 201, {"key": key, "id": f"id-{key[:6]}"})


def lost_once(receiver: Receiver, request: Request) -> Response | None:
    """The first post is done and its answer lost."""
    if request.method == "POST" and receiver.posts == 1:
        receiver.keep(request)
        raise AnswerLost("reset")
    return None


def stage_of(receiver: Receiver, *texts: str) -> Stage:
    stage = Stage(cast("Any", Webhook()))
    stage.secrets.tokens["fedi"] = {"signing_key": CANARY}
    stage.transport = FakeTransport(respond=receiver)
    stage.use(stage.ledger)
    parts = [Part(text) for text in texts or ("New boots.",)]
    account = Account("fedi", "test", ACCOUNT.handle, ACCOUNT.server, "fedi")
    rendered = Webhook().render(parts, link="", language="en", options={})
    stage.accept(stage.delivery(account=account, parts=rendered))
    return stage


def test_a_post_and_a_thread_go_out() -> None:
    receiver = Receiver()
    assert stage_of(receiver).work().did == "published"
    stage = stage_of(receiver, "one", "two", "three")
    assert stage.work().did == "published"
    assert receiver.posts == 4
    assert [part.external_id[:3] for part in stage.row().parts] == ["id-"] * 3


def test_a_lost_answer_is_found_by_asking() -> None:
    receiver = Receiver(lost_once)
    stage = stage_of(receiver)
    assert stage.work().did == "ambiguous"
    assert stage.settle_all() is State.PUBLISHED
    assert (receiver.posts, len(receiver.done)) == (1, 1)


def test_what_was_not_done_is_sent_again_under_its_key() -> None:
    def broken_once(receiver: Receiver, request: Request) -> Response | None:
        return answer(500) if request.method == "POST" and receiver.posts == 1 else None

    receiver = Receiver(broken_once)
    stage = stage_of(receiver)
    assert stage.work().did == "ambiguous"
    assert stage.settle_all() is State.PUBLISHED
    assert (receiver.posts, len(receiver.done)) == (2, 1)


@pytest.mark.parametrize("said", [answer(405), answer(404, raw=b"<html>"), answer(200, {})])
def test_a_receiver_that_cannot_be_asked_leaves_it_to_a_person(said: Response) -> None:
    """Its key is usable, but nothing is sent again on the strength of a promise alone."""

    def deaf(receiver: Receiver, request: Request) -> Response | None:
        return said if request.method == "GET" else lost_once(receiver, request)

    receiver = Receiver(deaf)
    stage = stage_of(receiver)
    stage.work()
    assert stage.settle_all() is State.HELD
    assert stage.row().maybe_live
    assert (receiver.posts, len(receiver.done)) == (1, 1)


def test_a_receiver_that_forgets_to_say_it_still_does_nothing_twice() -> None:
    """Its list lags behind: absent for good, and yet the key is known."""

    def lagging(receiver: Receiver, request: Request) -> Response | None:
        if request.method == "GET":
            return answer(404, {"key": (request.query or {})["key"]})
        return lost_once(receiver, request)

    receiver = Receiver(lagging)
    stage = stage_of(receiver)
    stage.work()
    assert stage.settle_all() is State.PUBLISHED
    assert (receiver.posts, len(receiver.done)) == (2, 1)


def test_after_the_keys_time_nothing_is_sent_again() -> None:
    def forgetful(receiver: Receiver, request: Request) -> Response | None:
        said = lost_once(receiver, request)
        receiver.done.clear()
        return said

    receiver = Receiver(forgetful)
    stage = stage_of(receiver)
    stage.work()
    stage.clock.advance(KEY_TTL_S)
    assert stage.settle_all() is State.HELD
    assert receiver.posts == 1


def test_a_receiver_that_never_gets_it_done_ends_with_a_person() -> None:
    def broken(_receiver: Receiver, request: Request) -> Response | None:
        return answer(500) if request.method == "POST" else None

    receiver = Receiver(broken)
    stage = stage_of(receiver)
    stage.work()
    assert stage.settle_all() is State.HELD
    assert receiver.posts == MAX_ATTEMPTS


def test_its_snapshots_are_empty_which_is_not_nought() -> None:
    stage = stage_of(Receiver())
    stage.work()
    assert stage.measurer.run(NAME, 60).did == "measured"
    published_at = stage.row().published_at
    assert published_at is not None
    (snapshot,) = stage.metrics.snapshots("shop", published_at, NAME)
    assert snapshot.values == {}
