"""The connector contract, held against every connector in the registry."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import traceback
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import signpost
from signpost.connectors.registry import Registry
from signpost.domain.canonical import canonical_json
from signpost.domain.channel import ChannelSpec, MediaLimit, RateLimit, TextLimit
from signpost.domain.delivery import Part
from signpost.domain.outcome import Ambiguous, Found, Rejected, Throttled, Unknown
from signpost.errors import (
    AnswerLost,
    NotSent,
    RefusedError,
    SignpostError,
    ThrottledError,
    TransportError,
)
from signpost.ports import Channel, Connector, Request, Response, Sent
from tests.connectors.scene import CANARY, DUE, SINCE, Scene, scene_of
from tests.fakes.transport import Answer, FakeTransport, answer

CHANNELS = Registry().ids()


@pytest.fixture(params=CHANNELS)
def channel_id(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def connector(channel_id: str) -> Connector:
    return Registry().get(channel_id)


@pytest.fixture
def scene(channel_id: str) -> Scene:
    return scene_of(channel_id)


def render(connector: Connector, scene: Scene) -> tuple[Part, ...]:
    return connector.render(scene.parts, link="", language="en", options=scene.options)


def publish(connector: Connector, scene: Scene, transport: FakeTransport, **changes: Any) -> Any:
    part = changes.pop("part", None) or render(connector, scene)[0]
    scene.enter(connector)
    channel = scene.channel(transport, **changes)
    return connector.publish(channel, part, scene.prepared, new_key(connector), "")


def new_key(
    connector: Connector,
    delivery: str = "d",
    revision: str = "r",
    part: int = 0,
    due: datetime = DUE,
) -> str:
    return connector.new_key(delivery, revision, part, "n", due)


def sent(connector: Connector, scene: Scene, **changes: Any) -> Sent:
    return replace(Sent(render(connector, scene)[0], "key", SINCE), **changes)


# --- the registry -----------------------------------------------------------------------------------


def test_the_registry_names_its_channels(connector: Connector, channel_id: str) -> None:
    assert connector.spec.id == channel_id
    assert isinstance(connector.spec, ChannelSpec)


def test_a_connector_is_imported_when_it_is_asked_for(channel_id: str) -> None:
    code = (
        "import sys\n"
        "from signpost.connectors.registry import Registry\n"
        "def loaded():\n"
        "    return [name for name in sys.modules if name.startswith('signpost.connectors.')]\n"
        "registry = Registry()\n"
        "registry.ids()\n"
        "assert loaded() == ['signpost.connectors.registry'], loaded()\n"
        f"assert registry.get({channel_id!r}) is registry.get({channel_id!r})\n"
        f"others = [c for c in registry.ids() if c != {channel_id!r}]\n"
        "assert not [n for n in loaded() for c in others if n.split('.')[2] == c], loaded()\n"
    )
    root = str(Path(signpost.__path__[0]).parent)
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": root}, timeout=60)


def test_an_unknown_channel_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        Registry().get("carrier-pigeon")


# --- spec -------------------------------------------------------------------------------------------


def test_every_limit_has_source_and_date(connector: Connector) -> None:
    spec = connector.spec
    limits: list[TextLimit | MediaLimit | RateLimit] = [*spec.text, *spec.media, spec.rate]
    for limit in limits:
        assert limit.source.startswith("https://"), limit
        assert limit.checked[:2] == "20", limit


def test_options_say_what_they_mean(connector: Connector) -> None:
    for name, option in connector.spec.options.items():
        assert option.kind in {"text", "flag", "choice"}, name
        assert option.meaning.endswith(".")
        assert bool(option.choices) == (option.kind == "choice")


# --- render -----------------------------------------------------------------------------------------


def test_render_is_pure_and_deterministic(connector: Connector, scene: Scene) -> None:
    before = repr(scene.parts)
    first, second = render(connector, scene), render(Registry().get(connector.spec.id), scene)
    assert first == second
    assert repr(scene.parts) == before
    assert len(first) == len(scene.parts)
    for part in first:
        canonical_json(dict(part.payload))  # the payload can be carried in a bundle


def test_render_covers_every_option(connector: Connector, scene: Scene) -> None:
    """An option that changes nothing would be approved and then not kept."""
    plain = connector.render(scene.parts, link="", language="", options={})
    samples: Mapping[str, Any] = {"text": "x", "flag": True}
    for name, option in connector.spec.options.items():
        value = option.choices[-1] if option.choices else samples[option.kind]
        assert connector.render(scene.parts, link="", language="", options={name: value}) != plain


# --- publish ----------------------------------------------------------------------------------------


def test_publish_makes_one_request_and_says_where_it_is(connector: Connector, scene: Scene) -> None:
    for response, outcome in scene.published:
        transport = FakeTransport([response])
        assert publish(connector, scene, transport) == outcome
        assert len(transport.requests) == 1


def test_publish_never_raises_and_never_repeats(connector: Connector, scene: Scene) -> None:
    expected: list[tuple[Answer, object]] = [
        *((response, Rejected) for response in scene.refusals),
        *((response, Throttled) for response, _ in scene.throttled),
        *((response, Ambiguous) for response in scene.surprises),
        (NotSent("refused"), Rejected),
        (AnswerLost("reset"), Ambiguous),
        (TransportError("something"), Ambiguous),
        (OSError("something"), Ambiguous),
        (ValueError(CANARY), Ambiguous),
    ]
    for given, kind in expected:
        transport = FakeTransport([given])
        outcome = publish(connector, scene, transport)
        assert type(outcome) is kind, given
        assert len(transport.requests) == 1
        assert CANARY not in repr(outcome)
        assert len(outcome.reason) < 300
        assert outcome.reason.isprintable(), outcome.reason


def test_a_refusal_is_for_good_and_a_lost_connection_is_not(
    connector: Connector, scene: Scene
) -> None:
    for response in scene.refusals:
        outcome = publish(connector, scene, FakeTransport([response]))
        assert outcome.permanent is True
        assert str(response.status) in outcome.reason
    assert publish(connector, scene, FakeTransport([NotSent("x")])).permanent is False


def test_the_wait_is_the_channels_own(connector: Connector, scene: Scene) -> None:
    for response, wait_s in scene.throttled:
        outcome = publish(connector, scene, FakeTransport([response]))
        assert 0 < outcome.retry_after_s <= 86_400
        if wait_s is not None:
            assert outcome.retry_after_s == pytest.approx(wait_s)


def test_no_request_outlives_the_deadline(connector: Connector, scene: Scene) -> None:
    transport = FakeTransport([scene.published[0][0]])
    publish(connector, scene, transport, deadline_s=3.5)
    assert transport.requests[0].timeout_s <= 3.5


def test_publish_without_a_token_is_refused_unsent(connector: Connector, scene: Scene) -> None:
    outcome = publish(connector, replace(scene, token={}), FakeTransport())
    assert isinstance(outcome, Rejected)
    assert outcome.permanent is True


def test_the_payload_is_sent_as_it_was_approved(connector: Connector, scene: Scene) -> None:
    transport = FakeTransport([scene.published[0][0]])
    part = render(connector, scene)[0]
    publish(connector, scene, transport, part=part)
    request = transport.requests[0]
    body = scene.payload_of(request.json if request.data is None else json.loads(request.data))
    approved = {name: part.payload[name] for name in part.payload if name not in scene.resolved}
    assert {name: body[name] for name in approved} == approved


# --- confirm ----------------------------------------------------------------------------------------


def asked(connector: Connector, scene: Scene, respond: Any, **changes: Any) -> Any:
    question = sent(connector, scene, **changes)
    transport = FakeTransport(respond=lambda request: respond(question.part, request))
    verdict = connector.confirm(scene.channel(transport), question)
    assert all(request.method == "GET" for request in transport.requests)
    assert CANARY not in repr(verdict)
    return verdict


def test_confirm(connector: Connector, scene: Scene) -> None:
    for name, (respond, verdict) in scene.listings.items():
        assert asked(connector, scene, respond) == verdict, name


def test_a_listing_that_is_incomplete_is_unknown(connector: Connector, scene: Scene) -> None:
    for name, respond in scene.lost_listings.items():
        assert isinstance(asked(connector, scene, respond), Unknown), name


def test_any_lost_answer_while_confirming_is_unknown(connector: Connector, scene: Scene) -> None:
    """Fail the Nth question, for every N until there is none left to fail."""
    for failure in (NotSent("x"), AnswerLost("x"), answer(500), answer(200, raw=b"")):
        for nth in range(20):
            count = 0

            def respond(
                part: Part, request: Request, nth: int = nth, bad: Answer = failure
            ) -> Answer:
                nonlocal count
                count += 1
                if count == nth + 1:
                    return bad
                found: Response = scene.listings["none"][0](part, request)
                return found

            verdict = asked(connector, scene, respond)
            if count <= nth:
                break
            assert isinstance(verdict, Unknown), (failure, nth)
        else:
            pytest.fail("confirming never ends")


def test_what_belongs_to_another_delivery_is_not_ours(connector: Connector, scene: Scene) -> None:
    respond, found = scene.listings["one"]
    assert isinstance(found, Found)
    verdict = asked(connector, scene, respond, bound=frozenset({found.external_id}))
    assert verdict == scene.listings["none"][1]


# --- measure ----------------------------------------------------------------------------------------


def test_measure_never_invents_a_number(connector: Connector, scene: Scene) -> None:
    scene.enter(connector)
    for response, metrics in scene.measured:
        measured = connector.measure(scene.channel(FakeTransport([response])), ["7"])
        assert measured == [metrics]
        assert set(measured[0]) <= set(connector.spec.metrics)


def test_measure_answers_in_the_order_asked(connector: Connector, scene: Scene) -> None:
    scene.enter(connector)
    if scene.thread is not None:
        given, thread, together = scene.thread
        assert connector.measure(scene.channel(FakeTransport(given)), thread) == together
        return
    answers = [response for response, _ in scene.measured]
    expected = [dict(metrics) for _, metrics in scene.measured]
    # Each part of a thread but the last is answered by our own next part, which is no engagement.
    for metrics in expected[:-1]:
        if "replies" in metrics and connector.spec.threads:
            metrics["replies"] = max(0, metrics["replies"] - 1)
    ids = [str(number) for number in range(len(answers))]
    assert connector.measure(scene.channel(FakeTransport(answers)), ids) == expected


@pytest.mark.parametrize(
    ("given", "kind", "permanent"),
    [
        (answer(404, {"error": CANARY}), RefusedError, True),
        (answer(429), ThrottledError, False),
        (answer(500, {"error": CANARY}), RefusedError, False),
        (answer(200, raw=b"<html>"), RefusedError, False),
        (AnswerLost("x"), AnswerLost, None),
        (NotSent("x"), NotSent, None),
    ],
)
def test_measure_says_that_it_could_not(
    connector: Connector,
    scene: Scene,
    given: Answer,
    kind: type[SignpostError],
    *,
    permanent: bool | None,
) -> None:
    scene.enter(connector)
    if not connector.spec.metrics:
        # It reports none: it asks nothing, so it cannot fail, and says nothing, which is not 0.
        assert connector.measure(scene.channel(FakeTransport()), ["7", "8"]) == [{}, {}]
        return
    with pytest.raises(kind) as caught:
        connector.measure(scene.channel(FakeTransport([given])), ["7"])
    assert type(caught.value) is kind
    assert getattr(caught.value, "permanent", None) is permanent
    assert CANARY not in "".join(traceback.format_exception(caught.value))


# --- keys and secrets -------------------------------------------------------------------------------


def test_a_key_belongs_to_delivery_revision_and_part(connector: Connector) -> None:
    base = ("w/b/p/a", "r", 0)
    variants = [("w/b/p/b", "r", 0), ("w/b/p/a", "s", 0), ("w/b/p/a", "r", 1)]
    key = new_key(connector, *base)
    assert key == new_key(connector, *base)
    assert key.isascii()
    assert key.isprintable()
    assert " " not in key
    assert len({key, *(new_key(connector, *variant) for variant in variants)}) == 4


def test_the_token_goes_where_it_belongs_and_nowhere_else(
    connector: Connector,
    scene: Scene,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Invariant 46: a canary in the token is in no log, repr, address or body."""
    caplog.set_level(logging.DEBUG)
    transport = FakeTransport(respond=lambda _: answer(500, {"error": f"you sent {CANARY}"}))
    channel = scene.channel(transport)
    part = render(connector, scene)[0]
    texts = [repr(channel), repr(connector), repr(vars(connector))]
    texts.append(repr(connector.publish(channel, part, scene.prepared, "k", "")))
    texts.append(repr(connector.confirm(channel, sent(connector, scene))))
    for call in (
        lambda: connector.prepare(channel, part),
        lambda: connector.measure(channel, ["7"]),
    ):
        try:
            texts.append(repr(call()))
        except SignpostError as error:
            texts += [str(error), repr(error), "".join(traceback.format_exception(error))]
    for request in transport.requests:
        texts += [repr(request), request.url, repr(request.query), repr(request.headers)]
        if not scene.login or not request.url.endswith(scene.login):
            texts += [repr(request.json), repr(request.form), repr(request.data)]
        assert request.secret_headers is None or scene.wire_token in repr(request.secret_headers)
    texts += [caplog.text, *capsys.readouterr()]
    assert CANARY not in "\n".join(texts)
    assert scene.wire_token not in "\n".join(texts)


def test_a_channel_hides_its_token(scene: Scene) -> None:
    channel: Channel = scene.channel(FakeTransport())
    assert "***" in repr(channel)
    assert CANARY not in repr(channel)
