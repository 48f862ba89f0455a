"""What is the webhook's own: the signature, the body, keys, and whose answers count."""

from __future__ import annotations

import hmac
import json
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signpost.connectors.webhook.connector import Webhook
from signpost.connectors.webhook.signing import MIN_KEY, signature
from signpost.connectors.webhook.spec import KEY_TTL_S, SPEC
from signpost.domain.delivery import Media, Part
from signpost.domain.outcome import Absent, Ambiguous, Found, Published, Rejected, Unknown
from signpost.domain.textlen import count_payload
from signpost.errors import RefusedError
from signpost.ports import Editor, LimitsReader, Request, Retractor, Sent
from tests.connectors.scene import CANARY, DUE, PICTURE, PIXEL, SINCE
from tests.connectors.scenes.webhook import ADDRESS, KEY, SCENE, URL
from tests.fakes.clock import FakeClock
from tests.fakes.transport import FakeTransport, answer

HOOK = Webhook()
BYTES = st.binary(max_size=60)
DONE = answer(200, {"id": "7", "url": URL})


def rendered(
    *parts: Part, link: str = "", language: str = "en", **options: Any
) -> tuple[Part, ...]:
    return HOOK.render(parts or SCENE.parts, link=link, language=language, options=options)


def posted(
    part: Part, *, key: str = KEY, reply_to: str = "", clock: FakeClock | None = None
) -> Any:
    """The request that hands a part over."""
    transport = FakeTransport([DONE])
    HOOK.publish(SCENE.channel(transport, clock), part, {}, key, reply_to)
    return transport.requests[0]


def body_of(request: Request) -> Mapping[str, Any]:
    assert request.data is not None
    found: Mapping[str, Any] = json.loads(request.data)
    return found


# --- the signature ----------------------------------------------------------------------------------


def test_the_signature_is_what_the_page_says() -> None:
    """Computed elsewhere: printf '1764579600.{"a":1}' | openssl dgst -sha256 -hmac 0123…f."""
    key = "0123456789abcdef0123456789abcdef"
    right = "9e91ca4177f06d88233b9a213c9adb921b76363b7d5b52e0c92af335bc1ecec9"
    assert signature(key, "1764579600", b'{"a":1}') == f"v1={right}"


@given(body=BYTES, other=BYTES, at=st.integers(0, 10**11), later=st.integers(0, 10**11))
def test_any_change_breaks_the_signature(body: bytes, other: bytes, at: int, later: int) -> None:
    """Another body, another time, another key: whatever differs, differs in the signature."""
    made = signature(CANARY, str(at), body)
    assert made == signature(CANARY, str(at), body)
    assert (signature(CANARY, str(at), other) == made) == (other == body)
    assert (signature(CANARY, str(later), body) == made) == (later == at)
    assert signature(f"{CANARY}!", str(at), body) != made


@given(body=st.binary(min_size=1, max_size=200), data=st.data())
def test_one_flipped_bit_breaks_it(body: bytes, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(body) * 8 - 1))
    flipped = bytearray(body)
    flipped[place // 8] ^= 1 << place % 8
    assert signature(CANARY, "1", bytes(flipped)) != signature(CANARY, "1", body)


def test_a_time_and_a_body_cannot_be_cut_elsewhere() -> None:
    """The dot stands at the first place only: a timestamp has none, and is checked to be digits."""
    assert signature(CANARY, "1", b"2.x") != signature(CANARY, "12", b".x")
    assert signature(CANARY, "12", b"x") != signature(CANARY, "1", b"2x")


def test_what_is_sent_is_signed_at_that_moment() -> None:
    clock = FakeClock()
    (part,) = rendered()
    first = posted(part, clock=clock)
    clock.advance(2.0)
    second = posted(part, clock=clock)
    assert first.data == second.data
    for request in (first, second):
        at = request.headers["Signpost-Timestamp"]
        right = hmac.new(CANARY.encode(), f"{at}.".encode() + request.data, "sha256").hexdigest()
        assert request.secret_headers == {"Signpost-Signature": f"v1={right}"}
    assert int(second.headers["Signpost-Timestamp"]) - int(first.headers["Signpost-Timestamp"]) == 2


def test_a_question_signs_its_key() -> None:
    transport = FakeTransport([answer(404, {"key": KEY})])
    (part,) = rendered()
    assert HOOK.confirm(SCENE.channel(transport), Sent(part, KEY, SINCE)) == Absent()
    (request,) = transport.requests
    at = (request.headers or {})["Signpost-Timestamp"]
    assert (request.method, request.url, request.query) == ("GET", ADDRESS, {"key": KEY})
    assert request.data is None
    assert request.secret_headers == {"Signpost-Signature": signature(CANARY, at, KEY.encode())}


@pytest.mark.parametrize(
    "token", [{}, {"signing_key": "x" * (MIN_KEY - 1)}, {"access_token": CANARY}]
)
def test_a_weak_key_is_no_key(token: dict[str, str]) -> None:
    channel = replace(SCENE, token=token).channel(FakeTransport())
    (part,) = rendered()
    with pytest.raises(RefusedError, match="signing_key"):
        HOOK.prepare(channel, part)
    assert isinstance(HOOK.publish(channel, part, {}, KEY, ""), Rejected)
    assert isinstance(HOOK.confirm(channel, Sent(part, KEY, SINCE)), Unknown)


def test_without_an_address_nothing_is_sent() -> None:
    channel = replace(SCENE, account=replace(SCENE.account, server="")).channel(FakeTransport())
    (part,) = rendered()
    with pytest.raises(RefusedError, match="no server"):
        HOOK.prepare(channel, part)
    assert isinstance(HOOK.publish(channel, part, {}, KEY, ""), Rejected)


# --- the body ---------------------------------------------------------------------------------------


def test_the_body() -> None:
    (part,) = rendered(
        Part("Grüße 👩‍🚒", (PICTURE,)), link=URL, language="de", title="T", topic="news"
    )
    body = body_of(posted(part, reply_to="6"))
    assert body == {
        "version": 1,
        "key": KEY,
        "account": "acme-newsletter",
        "text": "Grüße 👩‍🚒",
        "link": URL,
        "language": "de",
        "title": "T",
        "topic": "news",
        "part": 1,
        "parts": 1,
        "reply_to": "6",
        "media": [
            {
                "type": "image/png",
                "size": len(PIXEL),
                "sha256": PICTURE.sha256,
                "alt": PICTURE.alt,
                "width": 1200,
                "height": 800,
                "focus": [0.5, -0.25],
                "data": body["media"][0]["data"],
            }
        ],
    }
    assert b64decode(body["media"][0]["data"]) == PIXEL


def test_a_thread_says_which_part_it_is() -> None:
    parts = rendered(Part("one"), Part("two"), Part("three"), link=URL)
    bodies = [body_of(posted(part)) for part in parts]
    assert [(body["part"], body["parts"]) for body in bodies] == [(1, 3), (2, 3), (3, 3)]
    assert [body["link"] for body in bodies] == [URL, "", ""]


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=80))
def test_any_text_arrives_as_it_was_written(text: str) -> None:
    (part,) = rendered(Part(text))
    assert part.text == text
    assert body_of(posted(part))["text"] == text


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("boots", 5),
        ("Grüße", 7),
        ("👩‍🚒", 11),
        ("https://acme.example/boots", 26),
        ("a\nb", 3),
    ],
)
def test_a_text_is_counted_in_bytes(text: str, length: int) -> None:
    (part,) = rendered(Part(text), link=URL)
    assert count_payload(part.payload, SPEC.text[0]) == length


def test_the_largest_post_fits_where_receivers_stand() -> None:
    """AWS Lambda takes 6,291,456 bytes, and the event around the body takes some of them."""
    (limit,) = SPEC.media
    worst = "\\" * SPEC.text[0].max  # JSON doubles it, and the event around it once more
    blank = b"\0" * limit.max_bytes
    media = Media(PICTURE.sha256, "image/png", limit.max_bytes, '"' * SPEC.alt_text_max)
    (part,) = rendered(Part(worst, (media,) * limit.max_items))

    class Same:
        def media(self, sha256: str) -> bytes:
            del sha256
            return blank

    transport = FakeTransport([DONE])
    channel = replace(SCENE.channel(transport), media=Same())
    assert isinstance(HOOK.publish(channel, part, {}, KEY, ""), Published)
    data = transport.requests[0].data
    assert data is not None
    assert len(json.dumps({"body": data.decode(), "headers": "x" * 16_384})) < 6_291_456


def test_a_medium_that_cannot_be_read_is_no_unknown() -> None:
    gone = replace(PICTURE, sha256="0" * 64)
    (part,) = rendered(Part("x", (gone,)))
    outcome = HOOK.publish(SCENE.channel(FakeTransport()), part, {}, KEY, "")
    assert isinstance(outcome, Rejected)
    assert outcome.permanent is True

    class Down:
        def media(self, sha256: str) -> bytes:
            raise OSError(sha256)

    channel = replace(SCENE.channel(FakeTransport()), media=Down())
    assert HOOK.publish(channel, part, {}, KEY, "") == Rejected(
        "OSError while reading media", permanent=False
    )


# --- keys, and whose answers count ------------------------------------------------------------------


def test_a_key_is_the_same_from_a_restored_ledger() -> None:
    """Minted anew by another worker at another time, so that the receiver knows it again."""
    again = HOOK.new_key("d", "r", 0, "another owner", DUE + timedelta(days=1))
    assert again == KEY
    assert len(KEY) == 64


def test_a_repeat_is_safe_for_as_long_as_receivers_remember() -> None:
    assert (SPEC.usable_key, SPEC.key_ttl_s, SPEC.listing) == (True, KEY_TTL_S, True)
    assert KEY_TTL_S == 7 * 24 * 3600


def test_it_has_no_abilities_that_the_contract_lacks() -> None:
    assert not isinstance(HOOK, LimitsReader)
    assert SPEC.metrics == ()


def test_since_version_2_a_post_can_be_corrected_and_retracted() -> None:
    assert isinstance(HOOK, Editor)
    assert isinstance(HOOK, Retractor)
    assert SPEC.edit is True


def test_a_foreign_404_is_no_absence() -> None:
    """Any web server says it of an address that it does not know."""
    (part,) = rendered()
    for said in ({}, {"key": ""}, {"key": "other"}, {"error": "no route"}, ["x"], None):
        transport = FakeTransport([answer(404, said)])
        verdict = HOOK.confirm(SCENE.channel(transport), Sent(part, KEY, SINCE))
        assert isinstance(verdict, Unknown), said


def test_an_id_of_another_delivery_is_none_of_ours() -> None:
    """A receiver that calls everything `ok` is asked to do it again, and says 409."""
    (part,) = rendered()
    said = answer(200, {"key": KEY, "id": "ok"})
    sent = Sent(part, KEY, SINCE, bound=frozenset({"ok"}))
    assert HOOK.confirm(SCENE.channel(FakeTransport([said])), sent) == Absent()
    assert HOOK.confirm(SCENE.channel(FakeTransport([said])), replace(sent, bound=frozenset())) == (
        Found("ok", "")
    )


@given(
    status=st.integers(100, 599),
    raw=st.one_of(
        st.binary(max_size=40),
        st.dictionaries(
            st.sampled_from(["key", "id", "url", "error"]),
            st.one_of(st.text(max_size=9), st.integers(), st.none(), st.just(KEY)),
        ).map(lambda value: json.dumps(value).encode()),
    ),
    kind=st.sampled_from(["application/json", "text/plain", "text/html", ""]),
)
def test_no_answer_surprises(status: int, raw: bytes, kind: str) -> None:
    """Published only by a 2xx, or by a 409 that names the key; never an exception."""
    given_answer = replace(answer(status, headers={"content-type": kind}), body=raw)
    (part,) = rendered()
    outcome = HOOK.publish(SCENE.channel(FakeTransport([given_answer])), part, {}, KEY, "")
    if isinstance(outcome, Published):
        assert status // 100 == 2 or (status == 409 and json.loads(raw)["key"] == KEY)
        assert outcome.external_id
        assert outcome.permalink == "" or outcome.permalink.startswith("http")
    if status >= 500 or status < 200 or 300 <= status < 400:
        assert isinstance(outcome, Ambiguous)
