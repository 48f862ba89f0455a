"""The contract of editing and deleting, held against every connector that can do either."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest

from signpost.connectors.registry import Registry
from signpost.domain.delivery import Part
from signpost.domain.outcome import Ambiguous, Confirmation, Outcome, Rejected, Throttled, Unknown
from signpost.errors import AnswerLost, NotSent, SignpostError, TransportError
from signpost.ports import Channel, Connector, Editor, Request, Response, Retractor
from tests.connectors.changes import Asked, Changes, changes_of
from tests.connectors.scene import CANARY, Scene, scene_of
from tests.fakes.transport import Answer, FakeTransport, answer

CHANNELS = Registry().ids()


@dataclass
class Desk:
    """One connector, and one kind of change on it."""

    connector: Connector
    scene: Scene
    changes: Changes
    asked: Asked
    verb: str

    @property
    def part(self) -> Part:
        """What is to be public after an edit."""
        parts = self.scene.parts
        return self.connector.render(parts, link="", language="en", options=self.scene.options)[0]

    def do(self, channel: Channel) -> Outcome:
        """The change."""
        if self.verb == "delete":
            assert isinstance(self.connector, Retractor)
            return self.connector.delete(channel, self.changes.aim)
        assert isinstance(self.connector, Editor)
        return self.connector.edit(channel, self.changes.aim, self.part, self.scene.prepared)

    def confirm(self, channel: Channel) -> Confirmation:
        """The question."""
        if self.verb == "delete":
            assert isinstance(self.connector, Retractor)
            return self.connector.confirm_delete(channel, self.changes.aim)
        assert isinstance(self.connector, Editor)
        return self.connector.confirm_edit(channel, self.changes.aim, self.part)

    def changed(self, given: Answer, **limits: Any) -> tuple[Outcome, list[Request]]:
        """What a change comes to, and the requests that were no reads."""
        self.scene.enter(self.connector)
        part = self.part

        def respond(request: Request) -> Answer:
            if request.method == "GET":
                assert self.asked.reads is not None, request
                return self.asked.reads(part, request)
            return given

        transport = FakeTransport(respond=respond)
        outcome = self.do(self.scene.channel(transport, **limits))
        return outcome, [one for one in transport.requests if one.method != "GET"]


def _desks() -> list[Any]:
    made = []
    for channel in CHANNELS:
        changes = changes_of(channel)
        for verb, asked in (("edit", changes.edit), ("delete", changes.delete)):
            if asked is not None:
                made.append(pytest.param((channel, changes, asked, verb), id=f"{channel}-{verb}"))
    return made


@pytest.fixture(params=_desks())
def desk(request: pytest.FixtureRequest) -> Desk:
    channel, changes, asked, verb = request.param
    return Desk(Registry().get(channel), scene_of(channel), changes, asked, verb)


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_connector_can_what_its_scene_shows(channel: str) -> None:
    connector, changes = Registry().get(channel), changes_of(channel)
    assert isinstance(connector, Retractor)
    assert isinstance(connector, Editor) is (changes.edit is not None) is connector.spec.edit


# --- the change -------------------------------------------------------------------------------------


def test_one_request_changes_it(desk: Desk) -> None:
    for given, outcome in desk.asked.done:
        found, sent = desk.changed(given)
        assert found == outcome, given
        assert len(sent) == 1


def test_it_never_raises_and_never_repeats(desk: Desk) -> None:
    expected: list[tuple[Answer, object]] = [
        *((given, Rejected) for given in desk.asked.refusals),
        *((given, Throttled) for given, _ in desk.scene.throttled),
        *((given, Ambiguous) for given in desk.asked.surprises),
        (NotSent("refused"), Rejected),
        (AnswerLost("reset"), Ambiguous),
        (TransportError("something"), Ambiguous),
        (OSError("something"), Ambiguous),
        (ValueError(CANARY), Ambiguous),
    ]
    for given, kind in expected:
        outcome, sent = desk.changed(given)
        assert type(outcome) is kind, (given, outcome)
        assert len(sent) == 1
        assert isinstance(outcome, Rejected | Throttled | Ambiguous)
        assert CANARY not in repr(outcome)
        assert len(outcome.reason) < 400
        assert outcome.reason.isprintable(), outcome.reason


def test_a_refusal_is_for_good_and_a_lost_connection_is_not(desk: Desk) -> None:
    for given in desk.asked.refusals:
        outcome, _ = desk.changed(given)
        assert isinstance(outcome, Rejected)
        assert outcome.permanent is True
        assert str(given.status) in outcome.reason
    outcome, _ = desk.changed(NotSent("x"))
    assert isinstance(outcome, Rejected)
    assert outcome.permanent is False


def test_the_wait_is_the_channels_own(desk: Desk) -> None:
    for given, wait_s in desk.scene.throttled:
        outcome, _ = desk.changed(given)
        assert isinstance(outcome, Throttled)
        assert 0 < outcome.retry_after_s <= 86_400
        assert wait_s is None or outcome.retry_after_s == pytest.approx(wait_s)


def test_a_repeat_asks_for_the_very_same(desk: Desk) -> None:
    """So that whoever does not know whether it was done may send it again."""

    def seen(request: Request) -> tuple[Any, ...]:
        headers = {
            name: value
            for name, value in (request.headers or {}).items()
            if name not in desk.changes.hidden
        }
        return request.method, request.url, request.query, request.json, request.data, headers

    given = desk.asked.done[0][0]
    (first,), (second,) = desk.changed(given)[1], desk.changed(AnswerLost("x"))[1]
    desk.connector = type(desk.connector)()  # another process, with nothing in its memory
    (third,) = desk.changed(given)[1]
    assert seen(first) == seen(second) == seen(third)


def test_no_request_outlives_the_deadline(desk: Desk) -> None:
    _, (request,) = desk.changed(desk.asked.done[0][0], deadline_s=3.5)
    assert request.timeout_s <= 3.5


def test_without_a_token_it_is_refused_unsent(desk: Desk) -> None:
    desk.scene = replace(desk.scene, token={})
    channel = desk.scene.channel(FakeTransport())
    outcome = desk.do(channel)
    assert isinstance(outcome, Rejected)
    assert outcome.permanent is True
    assert isinstance(desk.confirm(channel), Unknown)


def test_what_is_read_before_it_may_fail_and_nothing_was_changed(desk: Desk) -> None:
    """Fail the Nth read that comes before the change, for every N until there is none."""
    if desk.asked.reads is None:
        outcome, sent = desk.changed(desk.asked.done[0][0])
        assert len(sent) == 1, outcome
        return
    desk.scene.enter(desk.connector)
    for failure in (NotSent("x"), AnswerLost("x"), answer(500), answer(200, raw=b"")):
        sent = []

        def respond(request: Request, bad: Answer = failure, sent: Any = sent) -> Answer:
            sent.append(request)
            return bad if request.method == "GET" else desk.asked.done[-1][0]

        outcome = desk.do(desk.scene.channel(FakeTransport(respond=respond)))
        before = sent[0].method == "GET"
        assert isinstance(outcome, Rejected if before else Ambiguous), outcome
        assert not isinstance(outcome, Rejected) or outcome.permanent is False
        assert len([one for one in sent if one.method != "GET"]) == (not before)


# --- the question -----------------------------------------------------------------------------------


def told(desk: Desk, respond: Callable[[Part, Request], Answer]) -> Confirmation:
    part = desk.part
    transport = FakeTransport(respond=lambda request: respond(part, request))
    verdict = desk.confirm(desk.scene.channel(transport))
    assert all(request.method == "GET" for request in transport.requests)
    assert CANARY not in repr(verdict)
    return verdict


def test_what_is_read_back(desk: Desk) -> None:
    for name, (respond, verdict) in desk.asked.shown.items():
        assert told(desk, respond) == verdict, name


def test_an_answer_that_says_nothing_is_unknown(desk: Desk) -> None:
    for name, respond in desk.asked.lost.items():
        assert isinstance(told(desk, respond), Unknown), name


def test_any_lost_answer_while_asking_is_unknown(desk: Desk) -> None:
    """Fail the Nth question, for every N until there is none left to fail."""
    good = next(iter(desk.asked.shown.values()))[0]
    for failure in (NotSent("x"), AnswerLost("x"), answer(500), answer(200, raw=b"")):
        for nth in range(20):
            count = 0

            def respond(
                part: Part, request: Request, nth: int = nth, bad: Answer = failure
            ) -> Answer:
                nonlocal count
                count += 1
                return bad if count == nth + 1 else good(part, request)

            verdict = told(desk, respond)
            if count <= nth:
                break
            assert isinstance(verdict, Unknown), (failure, nth)
        else:
            pytest.fail("asking never ends")


# --- secrets ----------------------------------------------------------------------------------------


def test_the_token_goes_where_it_belongs_and_nowhere_else(
    desk: Desk, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """Invariant 46, for what changes a live post."""
    caplog.set_level(logging.DEBUG)
    desk.scene.enter(desk.connector)
    transport = FakeTransport(respond=lambda _: answer(500, {"error": f"you sent {CANARY}"}))
    channel = desk.scene.channel(transport)
    texts = [repr(desk.do(channel)), repr(desk.confirm(channel)), repr(vars(desk.connector))]
    if isinstance(desk.connector, Editor):
        try:
            texts.append(repr(desk.connector.prepare_edit(channel, desk.part)))
        except SignpostError as error:
            texts += [str(error), repr(error), "".join(traceback.format_exception(error))]
    for request in transport.requests:
        texts += [repr(request), request.url, repr(request.query), repr(request.headers)]
        texts += [repr(request.json), repr(request.form), repr(request.data)]
    texts += [caplog.text, *capsys.readouterr()]
    assert CANARY not in "\n".join(texts)
    assert desk.scene.wire_token not in "\n".join(texts)


# --- preparing an edit ------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", [one for one in CHANNELS if changes_of(one).edit])
def test_preparing_an_edit_changes_no_post(channel: str) -> None:
    """Whatever it uploads or makes, it touches no post: nothing is sent to where those are."""
    connector, scene = Registry().get(channel), scene_of(channel)
    assert isinstance(connector, Editor)
    (part, *_) = connector.render(scene.parts, link="", language="en", options=scene.options)
    made = {"id": 11, "url": "https://x.example/y", "source_url": "https://x.example/y"}

    def respond(request: Request) -> Response:
        where = request.url.partition("?")[0].rstrip("/")
        assert not where.endswith(("/statuses", "/posts", "/statuses/7", "/posts/7")), request
        assert not where.startswith(scene.account.server) or request.method in {"GET", "POST"}
        if request.method == "GET" and not where.endswith("/instance"):
            kind = where.rpartition("/")[2]
            search = (request.query or {}).get("search", "")
            named = {"name": next((n for n in ("News", "Boots") if search in n), search)}
            if kind == "me":
                return answer(200, made)
            return answer(200, [{**made, **named, "slug": "ann"}] if kind != "media" else [])
        return answer(200, made)

    prepared = connector.prepare_edit(scene.channel(FakeTransport(respond=respond)), part)
    assert isinstance(prepared, Mapping)
    assert json.loads(json.dumps(dict(prepared))) == dict(prepared)
