"""What is Bluesky's own: payload and record, keys, sessions, threads.

More than 400 lines: one channel's whole behaviour in one place.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signpost.connectors.bluesky.connector import Bluesky
from signpost.connectors.bluesky.facets import LINK
from signpost.connectors.bluesky.refs import Live, Ref, live_of, parse_external_id
from signpost.connectors.bluesky.session import Session
from signpost.connectors.bluesky.spec import SPEC
from signpost.connectors.bluesky.tid import created_at, mint
from signpost.domain.delivery import Media, Part
from signpost.domain.outcome import (
    Absent,
    Ambiguous,
    Found,
    Published,
    Rejected,
    Throttled,
    Unknown,
)
from signpost.domain.textlen import count_payload
from signpost.errors import AnswerLost, NotSent, RefusedError, ThrottledError
from signpost.ports import Editor, LimitsReader, Request, Response, Sent
from tests.connectors.scene import CANARY, DUE, PICTURE, PIXEL, SINCE
from tests.connectors.scenes.bluesky import (
    ANN,
    CID,
    DID,
    KEY,
    SCENE,
    XRPC,
    blob,
    counted,
    holds,
    jwt,
    session,
    uri,
)
from tests.fakes.clock import FakeClock
from tests.fakes.transport import Answer, FakeTransport, answer

LANDED = answer(200, {"uri": uri(), "cid": CID})
EXPIRED = answer(400, {"error": "ExpiredToken", "message": "Token has expired"})
LINKED = "https://acme.example/boots"


class Server:
    """Answers by procedure; remembers what was asked, in short."""

    def __init__(self, **answers: Answer | Callable[[Request], Answer]) -> None:
        self._answers = {"createSession": answer(200, session()), "putRecord": LANDED, **answers}
        self.transport = FakeTransport(respond=self._respond)

    def _respond(self, request: Request) -> Answer:
        given = self._answers[_name(request)]
        return given(request) if callable(given) else given

    @property
    def asked(self) -> list[str]:
        return [_name(request) for request in self.transport.requests]

    def bodies(self, name: str) -> list[Any]:
        return [request.json for request in self.transport.requests if _name(request) == name]


def _name(request: Request) -> str:
    return request.url.removeprefix(XRPC).partition("?")[0].rpartition(".")[2]


def one(text: str = "Boots", *media: Media, link: str = "", **options: Any) -> Part:
    (part,) = Bluesky().render([Part(text, media)], link=link, language="en", options=options)
    return part


def send(
    server: Server,
    part: Part | None = None,
    *,
    connector: Bluesky | None = None,
    clock: FakeClock | None = None,
    prepared: dict[str, Any] | None = None,
    reply_to: str = "",
) -> Any:
    channel = SCENE.channel(server.transport, clock)
    made = connector or Bluesky()
    return made.publish(channel, part or one(), prepared or {}, KEY, reply_to)


def record(server: Server) -> Any:
    return server.bodies("putRecord")[-1]["record"]


# --- render -----------------------------------------------------------------------------------------


def test_the_payload_of_a_plain_text() -> None:
    assert one().payload == {"$type": "app.bsky.feed.post", "text": "Boots", "langs": ["en"]}
    (bare,) = Bluesky().render([Part("Boots")], link="", language="", options={})
    assert "langs" not in bare.payload


def test_the_payload_with_everything() -> None:
    part = one("Boots #Winter", PICTURE, link=LINKED, label="nudity")
    assert part.text == f"Boots #Winter\n\n{LINKED}"
    assert part.payload["text"] == part.text
    features = [facet["features"][0]["$type"] for facet in part.payload["facets"]]
    assert [name.rpartition("#")[2] for name in features] == ["tag", "link"]
    assert part.payload["embed"] == {
        "$type": "app.bsky.embed.images",
        "images": [{"alt": PICTURE.alt, "aspectRatio": {"width": 1200, "height": 800}}],
    }
    assert part.payload["labels"] == {
        "$type": "com.atproto.label.defs#selfLabels",
        "values": [{"val": "nudity"}],
    }


CARD_PICTURE = replace(PICTURE, card=True)


def test_a_picture_for_the_card_is_its_thumb() -> None:
    server = Server(uploadBlob=answer(200, {"blob": blob()}))
    part = one("Boots", CARD_PICTURE, link=LINKED)
    assert part.text == "Boots"
    assert part.media == (CARD_PICTURE,)
    assert part.payload["embed"]["$type"] == "app.bsky.embed.external"
    assert "thumb" not in part.payload["embed"]["external"]
    connector = Bluesky()
    prepared = connector.prepare(SCENE.channel(server.transport), part)
    outcome = send(server, part, connector=connector, prepared=dict(prepared))
    assert isinstance(outcome, Published)
    external = record(server)["embed"]["external"]
    assert (external["uri"], external["thumb"]) == (LINKED, blob())


def test_a_card_goes_with_its_picture_to_the_part_that_has_the_link() -> None:
    parts = Bluesky().render(
        [Part("One.", (CARD_PICTURE,)), Part(f"Two: {LINKED}")],
        link=LINKED,
        language="en",
        options={},
    )
    assert [len(part.media) for part in parts] == [0, 1]
    assert "embed" not in parts[0].payload
    assert parts[1].payload["embed"]["external"]["uri"] == LINKED


def test_a_card_is_not_sent_without_the_picture_that_was_approved() -> None:
    server = Server()
    outcome = send(server, one("Boots", CARD_PICTURE, link=LINKED), prepared={})
    assert isinstance(outcome, Rejected)
    assert "picture of its card" in outcome.reason
    assert "putRecord" not in server.asked


def test_text_stays_as_it_was_written() -> None:
    text = "  e\u0301 *stars* & <b>\r\n\n\n\tend "
    assert one(text).payload["text"] == text


def test_an_image_of_unknown_size_has_no_shape() -> None:
    part = one("", replace(PICTURE, width=None, alt=""))
    assert part.payload["embed"]["images"] == [{"alt": ""}]


def test_a_link_becomes_a_card_and_the_text_stays() -> None:
    part = one("Boots", link=LINKED + "/?utm_source=bluesky")
    assert part.text == "Boots"
    assert part.payload["embed"] == {
        "$type": "app.bsky.embed.external",
        "external": {
            "uri": LINKED + "/?utm_source=bluesky",
            "title": "acme.example/boots",
            "description": "",
        },
    }


@pytest.mark.parametrize(
    ("link", "title"),
    [
        ("https://www.acme.example/", "acme.example"),
        ("https://acme.example/gr%C3%BC%C3%9Fe", "acme.example/grüße"),
        ("https://acme.example/%FF", "acme.example/%FF"),
        ("https://acme.example/a%0Ab", "acme.example/a%0Ab"),
        ("https://[bad", "https://[bad"),
        ("mailto:", "mailto:"),
    ],
)
def test_the_title_of_a_card_can_be_read(link: str, title: str) -> None:
    assert one(link=link).payload["embed"]["external"]["title"] == title


def test_the_card_stands_below_the_part_that_mentions_its_page() -> None:
    texts = ["One.", f"Two: {LINKED}.", f"Three: {LINKED}"]
    parts = Bluesky().render([Part(t) for t in texts], link=LINKED, language="", options={})
    assert ["embed" in part.payload for part in parts] == [False, True, False]
    assert [part.text for part in parts] == texts


def test_images_win_over_the_card_and_the_link_is_said_once() -> None:
    part = one(f"See {LINKED}!", PICTURE, link=LINKED)
    assert part.text == f"See {LINKED}!"
    assert part.payload["embed"]["$type"] == "app.bsky.embed.images"
    assert one("", PICTURE, link=LINKED).text == LINKED


def test_a_longer_address_does_not_mention_the_link() -> None:
    part = one(f"See {LINKED}-2", PICTURE, link=LINKED)
    assert part.text == f"See {LINKED}-2\n\n{LINKED}"


def test_a_link_within_a_thread_with_images_first() -> None:
    parts = Bluesky().render(
        [Part("One.", (PICTURE,)), Part(f"Two: {LINKED}")], link=LINKED, language="", options={}
    )
    assert parts[0].text == "One."
    assert parts[1].payload["embed"]["external"]["uri"] == LINKED


def test_what_it_can_do() -> None:
    assert not isinstance(Bluesky(), Editor)
    assert not isinstance(Bluesky(), LimitsReader)
    assert not SPEC.edit
    assert SPEC.usable_key
    assert SPEC.key_ttl_s is None
    assert SPEC.mention is not None
    assert re.fullmatch(SPEC.mention.pattern, SPEC.mention.example)


@pytest.mark.parametrize(
    ("text", "graphemes", "size"),
    [
        ("", 0, 0),
        ("Boots", 5, 5),
        ("Grüße", 5, 7),
        ("e\u0301", 1, 3),
        ("a\nb", 3, 3),
        ("a\r\nb", 3, 4),
        ("👋🏽", 1, 8),
        ("🇩🇪🇫🇷", 2, 16),
        ("👩‍👩‍👧‍👦", 1, 25),
        ("한국", 2, 6),
        (LINKED, 26, 26),
        ("@ann.bsky.social", 16, 16),
        ("👩‍👩‍👧‍👦" * 121, 121, 3025),
    ],
)
def test_a_text_counts_as_the_network_counts_it(text: str, graphemes: int, size: int) -> None:
    """Nothing is shortened: addresses and mentions count as they are written."""
    assert [count_payload({"text": text}, limit) for limit in SPEC.text] == [graphemes, size]
    assert [limit.max for limit in SPEC.text] == [300, 3000]


# --- keys -------------------------------------------------------------------------------------------


def test_a_key_is_a_tid_and_tells_when_the_post_was_due() -> None:
    key = Bluesky().new_key("w/b/p/a", "r", 0, "n", DUE)
    assert re.fullmatch("[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}", key)
    assert created_at(key).startswith("2026-12-01T09:00:00.0")


def test_a_key_does_not_depend_on_who_mints_it() -> None:
    """A ledger restored from before a send must arrive at the same record."""
    assert len({Bluesky().new_key("d", "r", 0, nonce, DUE) for nonce in ("m", "n")}) == 1


def test_a_known_tid_is_read_as_its_time() -> None:
    # Source: what the class TID of npm's @atproto/common-web reads and makes, 2026-11-22.
    assert created_at("3jzfcijpj2z2a") == "2023-06-30T15:03:01.887Z"
    assert created_at("3mmwu7vecm24h") == "2026-05-28T20:26:40.123Z"


TIMES = st.datetimes(
    datetime(2020, 1, 1),  # noqa: DTZ001 - Hypothesis adds the zone
    datetime(2200, 1, 1),  # noqa: DTZ001 - Hypothesis adds the zone
    timezones=st.integers(-12, 14).map(lambda h: timezone(timedelta(hours=h))),
)


@given(st.text(), st.text(), st.integers(0, 99), TIMES)
def test_a_key_holds_its_time(delivery: str, revision: str, part: int, due: datetime) -> None:
    key = mint(delivery, revision, part, due)
    later = datetime.fromisoformat(created_at(key)) - due
    tenth = timedelta(milliseconds=100)
    assert part * tenth - timedelta(milliseconds=1) <= later < (part + 1) * tenth
    assert created_at(key) == created_at(mint(delivery, revision, part, due))
    assert len(key) == 13


def test_parts_of_a_thread_are_in_order() -> None:
    keys = [mint("d", "r", part, DUE) for part in range(30)]
    assert keys == sorted(keys)
    assert sorted(map(created_at, keys)) == [created_at(key) for key in keys]


@pytest.mark.parametrize("key", ["", "k", "zzzzzzzzzzzzz", KEY + "a", KEY.upper(), KEY[:-1] + "1"])
def test_what_is_no_key_is_refused_unsent(key: str) -> None:
    server = Server()
    channel = SCENE.channel(server.transport)
    outcome = Bluesky().publish(channel, one(), {}, key, "")
    assert isinstance(outcome, Rejected)
    assert "putRecord" not in server.asked


# --- publish ----------------------------------------------------------------------------------------


def test_a_send_writes_only_where_nothing_lies() -> None:
    server = Server()
    assert isinstance(send(server), Published)
    (body,) = server.bodies("putRecord")
    assert body == {
        "repo": DID,
        "collection": "app.bsky.feed.post",
        "rkey": KEY,
        "swapRecord": None,
        "record": {
            "$type": "app.bsky.feed.post",
            "text": "Boots",
            "langs": ["en"],
            "createdAt": created_at(KEY),
        },
    }
    assert json.loads(json.dumps(body))["swapRecord"] is None


def test_a_repeat_is_the_same_record_whoever_sends_it() -> None:
    part = one("Hi @ann.hills.example", PICTURE)
    bodies = []
    for minutes in (0, 45):
        server, clock = Server(), FakeClock(DUE + timedelta(minutes=minutes))
        send(server, part, clock=clock, prepared=dict(SCENE.prepared))
        bodies += server.bodies("putRecord")
    assert bodies[0] == bodies[1]


def test_images_and_accounts_are_filled_in() -> None:
    server = Server()
    send(server, one("Hi @ann.hills.example", PICTURE), prepared=dict(SCENE.prepared))
    sent = record(server)
    assert sent["embed"]["images"][0]["image"] == blob()
    assert sent["embed"]["images"][0]["alt"] == PICTURE.alt
    assert sent["facets"][0]["features"] == [
        {"$type": "app.bsky.richtext.facet#mention", "did": ANN}
    ]


def test_a_mention_of_nobody_is_no_facet() -> None:
    server = Server()
    send(server, one("Hi @nobody.example"), prepared={"dids": {}})
    assert "facets" not in record(server)
    assert record(server)["text"] == "Hi @nobody.example"


def test_images_that_were_not_uploaded_are_not_left_out() -> None:
    server = Server()
    outcome = send(server, one("Boots", PICTURE))
    assert isinstance(outcome, Rejected)
    assert "putRecord" not in server.asked


def test_a_card_is_sent_as_it_was_approved() -> None:
    server, part = Server(), one(link=LINKED)
    send(server, part)
    assert record(server)["embed"] == part.payload["embed"]


def test_an_own_server_or_the_usual_one() -> None:
    transport = FakeTransport(respond=lambda _: answer(500))
    channel = replace(SCENE.channel(transport), account=replace(SCENE.account, server=""))
    Bluesky().publish(channel, one(), {}, KEY, "")
    assert transport.requests[0].url.startswith("https://bsky.social/xrpc/")


def test_an_account_without_a_handle_is_refused_unsent() -> None:
    channel = replace(SCENE.channel(FakeTransport()), account=replace(SCENE.account, handle=""))
    outcome = Bluesky().publish(channel, one(), {}, KEY, "")
    assert isinstance(outcome, Rejected)
    assert "handle" in outcome.reason


def test_another_record_at_our_key_is_for_confirm_to_look_at() -> None:
    swap = answer(400, {"error": "InvalidSwap", "message": "Record was at bafyreiother"})
    outcome = send(Server(putRecord=swap))
    assert isinstance(outcome, Ambiguous)
    assert "Record was at bafyreiother" in outcome.reason


def test_blobs_of_long_ago_are_uploaded_again_before_the_send() -> None:
    clock, connector = FakeClock(), Bluesky()
    server = Server(uploadBlob=answer(200, {"blob": blob()}))
    part = one("Boots", PICTURE)
    prepared = dict(connector.prepare(SCENE.channel(server.transport, clock), part))
    assert isinstance(
        send(server, part, connector=connector, clock=clock, prepared=prepared), Published
    )
    clock.advance(600)
    assert isinstance(
        send(server, part, connector=connector, clock=clock, prepared=prepared), Published
    )
    assert server.asked == [
        "createSession", "uploadBlob", "putRecord", "uploadBlob", "putRecord",
    ]  # fmt: skip
    first, second = server.bodies("putRecord")
    assert first == second


def test_a_blob_that_is_gone_is_refused_for_now() -> None:
    gone = answer(400, {"error": "BlobNotFound", "message": "Could not find blob"})
    outcome = send(Server(putRecord=gone))
    assert isinstance(outcome, Rejected)
    assert outcome.permanent is False


# --- prepare ----------------------------------------------------------------------------------------


def test_prepare_logs_in_uploads_and_asks_who_is_mentioned() -> None:
    def who(request: Request) -> Response:
        assert request.secret_headers is None
        if request.url.endswith("handle=ann.hills.example"):
            return answer(200, {"did": ANN})
        return answer(400, {"error": "InvalidRequest", "message": "Unable to resolve handle"})

    server = Server(resolveHandle=who, uploadBlob=answer(200, {"blob": blob()}))
    part = one("Hi @Ann.hills.example and @nobody.example", PICTURE, PICTURE)
    prepared = Bluesky().prepare(SCENE.channel(server.transport), part)
    assert prepared == {
        "dids": {"ann.hills.example": ANN},
        "blobs": [blob(), blob()],
        "uploaded_at": int(DUE.timestamp()),
    }
    assert CANARY not in repr(prepared)
    assert "Jwt" not in repr(prepared)
    upload = server.transport.requests[-1]
    assert upload.data == PIXEL
    assert upload.headers == {"Content-Type": "image/png"}
    assert upload.secret_headers == {"Authorization": f"Bearer {jwt()}"}


def test_prepare_of_a_plain_text_only_logs_in() -> None:
    server = Server()
    assert Bluesky().prepare(SCENE.channel(server.transport), one()) == {}
    assert server.asked == ["createSession"]


@pytest.mark.parametrize("given", [answer(500), answer(429), AnswerLost("x")])
def test_who_is_mentioned_is_not_guessed_while_a_server_is_ill(given: Answer) -> None:
    server = Server(resolveHandle=given)
    with pytest.raises((RefusedError, AnswerLost)):
        Bluesky().prepare(SCENE.channel(server.transport), one("Hi @ann.hills.example"))


@pytest.mark.parametrize("value", [{}, {"did": "x"}, {"did": None}, [], {"did": f"{ANN}\nx"}])
def test_an_answer_that_names_no_account_does_not_drop_the_mention(value: Any) -> None:
    server = Server(resolveHandle=answer(200, value))
    with pytest.raises(RefusedError) as caught:
        Bluesky().prepare(SCENE.channel(server.transport), one("Hi @ann.hills.example"))
    assert caught.value.permanent is False


@pytest.mark.parametrize("value", [{}, {"blob": None}, {"blob": {}}, [], {"blob": {"ref": "x"}}])
def test_an_upload_without_a_blob_is_no_upload(value: Any) -> None:
    server = Server(uploadBlob=answer(200, value))
    with pytest.raises(RefusedError) as caught:
        Bluesky().prepare(SCENE.channel(server.transport), one("Boots", PICTURE))
    assert caught.value.permanent is False


def test_an_upload_that_is_refused_says_why() -> None:
    refused = answer(400, {"error": "InvalidRequest", "message": "request entity too large"})
    with pytest.raises(RefusedError, match="request entity too large") as caught:
        Bluesky().prepare(
            SCENE.channel(Server(uploadBlob=refused).transport), one("Boots", PICTURE)
        )
    assert caught.value.permanent is True


def test_an_upload_with_a_session_that_has_ended_is_repeated_once() -> None:
    answers = iter([EXPIRED, answer(200, {"blob": blob()})])
    server = Server(uploadBlob=lambda _: next(answers))
    prepared = Bluesky().prepare(SCENE.channel(server.transport), one("Boots", PICTURE))
    assert prepared["blobs"] == [blob()]
    assert server.asked == ["createSession", "uploadBlob", "createSession", "uploadBlob"]


# --- sessions ---------------------------------------------------------------------------------------


def test_a_login_is_for_many_sends() -> None:
    server, connector = Server(), Bluesky()
    for _ in range(3):
        assert isinstance(send(server, connector=connector), Published)
    assert server.asked == ["createSession", "putRecord", "putRecord", "putRecord"]
    assert server.bodies("createSession") == [
        {"identifier": "acme.bsky.example", "password": CANARY}
    ]


def test_a_session_is_renewed_before_it_ends() -> None:
    clock, connector = FakeClock(), Bluesky()
    renewed = session(accessJwt=jwt(7200, "second"), refreshJwt=jwt(7200, "next"))
    server = Server(refreshSession=answer(200, renewed))
    send(server, connector=connector, clock=clock)
    clock.advance(7200 - 60)
    assert isinstance(send(server, connector=connector, clock=clock), Published)
    assert server.asked == ["createSession", "putRecord", "refreshSession", "putRecord"]
    refresh, put = server.transport.requests[-2:]
    assert refresh.secret_headers == {"Authorization": f"Bearer {jwt(7_776_000, 'refresh')}"}
    assert put.secret_headers == {"Authorization": f"Bearer {jwt(7200, 'second')}"}


@pytest.mark.parametrize(
    "refused",
    [EXPIRED, answer(400, {"error": "InvalidToken"}), answer(401, {"error": "AuthMissing"})],
)
def test_a_session_that_cannot_be_renewed_begins_anew(refused: Response) -> None:
    clock, connector, server = FakeClock(), Bluesky(), Server(refreshSession=refused)
    send(server, connector=connector, clock=clock)
    clock.advance(7200)
    assert isinstance(send(server, connector=connector, clock=clock), Published)
    assert server.asked[2:] == ["refreshSession", "createSession", "putRecord"]


@pytest.mark.parametrize(
    "ill",
    [
        answer(500),
        answer(502),
        NotSent("x"),
        AnswerLost("x"),
        answer(200, raw=b"<html>"),
        answer(200, session(refreshJwt="")),
        answer(200, session(accessJwt=None)),
        answer(200, session(did=ANN)),
    ],
)
def test_invariant_44_a_server_that_is_ill_never_takes_the_session(ill: Answer) -> None:
    """Neither a 5xx nor half an answer, nor another's tokens, log an account out."""
    clock, connector = FakeClock(), Bluesky()
    answers = iter([ill, answer(200, session(accessJwt=jwt(7200, "second")))])
    server = Server(refreshSession=lambda _: next(answers))
    send(server, connector=connector, clock=clock)
    clock.advance(7200)
    outcome = send(server, connector=connector, clock=clock)
    assert isinstance(outcome, Rejected)
    assert outcome.permanent is False
    assert isinstance(send(server, connector=connector, clock=clock), Published)
    assert server.asked.count("createSession") == 1


@pytest.mark.parametrize("ended", [EXPIRED, answer(401, {"error": "InvalidToken"})])
def test_a_token_that_ends_early_is_refused_for_now_and_the_next_try_logs_in(
    ended: Response,
) -> None:
    answers = iter([ended, LANDED])
    connector, server = Bluesky(), Server(putRecord=lambda _: next(answers))
    first = send(server, connector=connector)
    assert isinstance(first, Rejected)
    assert first.permanent is False
    assert server.asked == ["createSession", "putRecord"]
    assert isinstance(send(server, connector=connector), Published)
    assert server.asked[2:] == ["createSession", "putRecord"]


def test_a_new_password_logs_in_anew() -> None:
    connector, server = Bluesky(), Server()
    send(server, connector=connector)
    changed = replace(SCENE, token={"app_password": "another"})
    connector.publish(changed.channel(server.transport), one(), {}, KEY, "")
    assert server.asked == ["createSession", "putRecord"] * 2


@pytest.mark.parametrize(
    ("given", "kind", "permanent"),
    [
        (answer(401, {"error": "AuthenticationRequired", "message": "Invalid identifier"}), Rejected, True),
        (answer(401, {"error": "AuthFactorTokenRequired"}), Rejected, True),
        (answer(200, session(active=False, status="takendown")), Rejected, True),
        (answer(200, session(did="")), Rejected, False),
        (answer(200, []), Rejected, False),
        (answer(429, headers={"retry-after": "17"}), Throttled, None),
        (answer(503), Rejected, False),
        (NotSent("x"), Rejected, False),
        (AnswerLost("x"), Rejected, False),
    ],
)  # fmt: skip
def test_a_login_that_fails_leaves_nothing_open(
    given: Answer, kind: type, *, permanent: bool | None
) -> None:
    server = Server(createSession=given)
    outcome = send(server)
    assert type(outcome) is kind
    assert getattr(outcome, "permanent", None) is permanent
    assert server.asked == ["createSession"]


def test_a_wrong_password_is_told_before_anything_is_due_to_be_sent() -> None:
    server = Server(createSession=answer(401, {"error": "AuthenticationRequired"}))
    with pytest.raises(RefusedError, match="app password") as caught:
        Bluesky().prepare(SCENE.channel(server.transport), one())
    assert caught.value.permanent is True
    with pytest.raises(ThrottledError):
        Bluesky().prepare(SCENE.channel(Server(createSession=answer(429)).transport), one())


@pytest.mark.parametrize(
    "token",
    ["opaque", "a.b.c", "a.bm90IGpzb24.c", "a.W10.c", "a.ü.c", jwt(0), jwt(-7200)],
)
def test_invariant_44_a_token_that_does_not_say_when_it_ends_is_renewed_soon(token: str) -> None:
    clock, connector = FakeClock(), Bluesky()
    fresh = answer(200, session(accessJwt=token))
    server = Server(createSession=fresh, refreshSession=fresh)
    send(server, connector=connector, clock=clock)
    clock.advance(300)
    send(server, connector=connector, clock=clock)
    assert "refreshSession" not in server.asked
    clock.advance(300)
    send(server, connector=connector, clock=clock)
    assert server.asked[-2:] == ["refreshSession", "putRecord"]


def test_invariant_44_no_token_is_believed_for_longer_than_a_day() -> None:
    clock, connector = FakeClock(), Bluesky()
    long = answer(200, session(accessJwt=jwt(10**12)))
    server = Server(createSession=long, refreshSession=long)
    send(server, connector=connector, clock=clock)
    clock.advance(86_400)
    send(server, connector=connector, clock=clock)
    assert server.asked[-2:] == ["refreshSession", "putRecord"]


@pytest.mark.parametrize("procedure", ["createSession", "refreshSession"])
def test_invariant_43_many_workers_one_login_and_one_renewal(procedure: str) -> None:
    """Whoever comes while one logs in, or renews, waits for what it gets."""
    at_the_door = threading.Barrier(8)
    opened = threading.Event()

    def slowly(_: Request) -> Response:
        opened.wait(5)
        return answer(200, session(accessJwt=jwt(7200, "second")))

    connector, clock, outcomes = Bluesky(), FakeClock(), []
    if procedure == "refreshSession":
        send(Server(), connector=connector, clock=clock)
        clock.advance(7200)
    server = Server(**{procedure: slowly})

    def work() -> None:
        at_the_door.wait(5)
        outcomes.append(send(server, connector=connector, clock=clock))

    workers = [threading.Thread(target=work) for _ in range(8)]
    for worker in workers:
        worker.start()
    opened.set()
    for worker in workers:
        worker.join(10)
    assert [type(outcome) for outcome in outcomes] == [Published] * 8
    assert sorted(server.asked) == sorted([procedure, *["putRecord"] * 8])


def test_a_worker_does_not_wait_past_its_deadline() -> None:
    connector, server = Bluesky(), Server()
    channel = SCENE.channel(server.transport, deadline_s=0.0)
    place = connector._logins._place(Session(channel))
    with place.lock:
        outcome = connector.publish(channel, one(), {}, KEY, "")
    assert isinstance(outcome, Rejected)
    assert outcome.permanent is False
    assert server.asked == []


def test_tokens_hide_themselves() -> None:
    connector, server = Bluesky(), Server()
    channel = SCENE.channel(server.transport)
    tokens = connector._logins.tokens(Session(channel))
    assert "signature" not in repr(tokens)
    echo = answer(500, {"error": "x", "message": f"you sent {tokens.access}"})
    outcome = send(Server(putRecord=echo), connector=connector)
    assert tokens.access not in repr(outcome)


# --- threads ----------------------------------------------------------------------------------------


def test_a_thread_names_its_root_and_the_post_before() -> None:
    first = f"{uri('3k2aaaaaaaaa2')}#cid1"
    server = Server()
    second = send(server, reply_to=first)
    root = {"uri": uri("3k2aaaaaaaaa2"), "cid": "cid1"}
    assert record(server)["reply"] == {"root": root, "parent": root}
    assert second.external_id == f"{uri()}#{CID}#3k2aaaaaaaaa2#cid1"

    third = send(server, reply_to=second.external_id)
    assert record(server)["reply"] == {"root": root, "parent": {"uri": uri(), "cid": CID}}
    assert third.external_id == f"{uri()}#{CID}#3k2aaaaaaaaa2#cid1"
    assert third.permalink == f"https://bsky.app/profile/{DID}/post/{KEY}"


@pytest.mark.parametrize("said", ["3k2aaaaaaaaa3", uri("3k2aaaaaaaaa3")])
def test_what_a_person_left_out_of_the_post_before_is_read(said: str) -> None:
    root = {"uri": uri("3k2aaaaaaaaa2"), "cid": "cid1"}
    value = {"text": "x", "reply": {"root": root, "parent": root}}
    kept = answer(200, {"uri": uri("3k2aaaaaaaaa3"), "cid": "cid2", "value": value})
    server = Server(getRecord=kept)
    outcome = send(server, reply_to=said)
    assert server.asked == ["createSession", "getRecord", "putRecord"]
    parent = {"uri": uri("3k2aaaaaaaaa3"), "cid": "cid2"}
    assert record(server)["reply"] == {"root": root, "parent": parent}
    assert outcome.external_id == f"{uri()}#{CID}#3k2aaaaaaaaa2#cid1"


@pytest.mark.parametrize(
    ("given", "permanent"),
    [
        (answer(400, {"error": "RecordNotFound"}), True),
        (answer(500), False),
        (answer(200, {}), False),
        (AnswerLost("x"), False),
    ],
)
def test_a_post_before_that_cannot_be_read_ends_the_try(given: Answer, *, permanent: bool) -> None:
    server = Server(getRecord=given)
    outcome = send(server, reply_to="3k2aaaaaaaaa3")
    assert isinstance(outcome, Rejected)
    assert outcome.permanent is permanent
    assert "putRecord" not in server.asked


KEYS = st.from_regex(r"[a-z2-7]{13}", fullmatch=True)
REFS = st.builds(Ref, st.just(DID), KEYS, st.from_regex(r"baf[a-z2-7]{5,60}", fullmatch=True))


@given(REFS, st.none() | REFS)
def test_an_external_id_says_all_of_it(ref: Ref, root: Ref | None) -> None:
    live = Live(ref, root)
    assert parse_external_id(live.external_id) == live
    value = {"reply": live.reply()} if root else {}
    answered = {"uri": ref.uri, "cid": ref.cid, "value": value}
    assert live_of(answered) == live


# --- confirm ----------------------------------------------------------------------------------------


def asked(respond: Any, part: Part, **members: Any) -> Any:
    question = replace(Sent(part, KEY, SINCE), **members)
    transport = FakeTransport(respond=lambda request: respond(part, request))
    return Bluesky().confirm(SCENE.channel(transport), question)


def test_a_part_of_a_thread_is_found_with_its_root() -> None:
    root = {"uri": uri("3k2aaaaaaaaa2"), "cid": "cid1"}
    found = asked(holds(reply={"root": root, "parent": root}), one())
    assert found.external_id == f"{uri()}#{CID}#3k2aaaaaaaaa2#cid1"


def test_a_record_whose_time_lies_before_the_send_does_not_say_when_it_went_out() -> None:
    found = asked(holds(createdAt="2026-12-01T08:30:00.000Z"), one())
    assert isinstance(found, Found)
    assert found.published_at is None
    assert asked(holds(createdAt=None), one()).published_at is None


def test_what_was_sent_is_what_is_found() -> None:
    """The body of a send, kept by a server and read back."""
    server, part = Server(), one("Hi @ann.hills.example", PICTURE)
    outcome = send(server, part, prepared=dict(SCENE.prepared))
    kept = answer(200, {"uri": uri(), "cid": CID, "value": record(server)})
    found = asked(holds(kept), part)
    assert (found.external_id, found.permalink) == (outcome.external_id, outcome.permalink)


def test_an_account_without_a_password_cannot_be_asked_for() -> None:
    scene = replace(SCENE, token={})
    verdict = Bluesky().confirm(scene.channel(FakeTransport()), Sent(one(), KEY, SINCE))
    assert isinstance(verdict, Unknown)
    assert "app_password" in verdict.reason


def test_absence_is_the_word_of_the_server_that_keeps_the_account() -> None:
    missing = answer(400, {"error": "RecordNotFound"})
    assert asked(holds(missing), one()) == Absent()


# --- measure ----------------------------------------------------------------------------------------


def test_posts_are_measured_25_at_a_time() -> None:
    def posts(request: Request) -> Response:
        keys = re.findall(r"post%2F(\w+)", request.url)
        assert len(keys) <= 25
        return answer(200, {"posts": [counted(key, likeCount=int(key)) for key in keys]})

    server = Server(getPosts=posts)
    ids = [f"{uri(str(number))}#{CID}" for number in range(60)]
    measured = Bluesky().measure(SCENE.channel(server.transport), ids)
    assert [item["likes"] for item in measured] == list(range(60))
    assert server.asked == ["createSession", "getPosts", "getPosts", "getPosts"]


def test_nothing_to_measure_asks_nothing() -> None:
    assert Bluesky().measure(SCENE.channel(FakeTransport()), []) == []


def test_posts_that_are_gone_are_gone() -> None:
    server = Server(getPosts=answer(200, {"posts": []}))
    with pytest.raises(RefusedError) as caught:
        Bluesky().measure(SCENE.channel(server.transport), ["7"])
    assert caught.value.gone is True


def test_measuring_with_a_session_that_has_ended_is_repeated_once() -> None:
    answers = iter([EXPIRED, answer(200, {"posts": [counted(likeCount=1)]})])
    server = Server(getPosts=lambda _: next(answers))
    assert Bluesky().measure(SCENE.channel(server.transport), ["7"]) == [{"likes": 1}]
    ended = Server(getPosts=EXPIRED)
    with pytest.raises(RefusedError, match="ExpiredToken"):
        Bluesky().measure(SCENE.channel(ended.transport), ["7"])
    assert ended.asked.count("getPosts") == 2


def test_links_are_facets_of_the_payload() -> None:
    (facet,) = one(f"é {LINKED}").payload["facets"]
    assert facet == {
        "index": {"byteStart": 3, "byteEnd": 3 + len(LINKED)},
        "features": [{"$type": LINK, "uri": LINKED}],
    }


@pytest.mark.parametrize(
    ("server", "app"),
    [
        ("https://bsky.social", "https://bsky.app"),
        ("https://pds.example.org", "https://bsky.app"),
        ("http://127.0.0.1:4600", "http://127.0.0.1:4600"),
        ("http://localhost:4600", "http://localhost:4600"),
        ("http://a.localhost:1", "http://a.localhost:1"),
        ("https://localhost.example.org", "https://bsky.app"),
    ],
)
def test_a_server_of_this_machine_shows_its_posts_itself(server: str, app: str) -> None:
    live = Live(Ref(DID, KEY, "cid"))
    assert live.permalink(server) == f"{app}/profile/{DID}/post/{KEY}"
