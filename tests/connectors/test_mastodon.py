"""What is Mastodon's own: payload, uploads, the server's limits, edits.

More than 400 lines: one channel's whole behaviour in one place.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from signpost.connectors.mastodon.connector import Mastodon
from signpost.domain.delivery import Media, Part
from signpost.domain.outcome import Absent, Ambiguous, Published, Rejected, Unknown
from signpost.domain.textlen import count_payload
from signpost.errors import AnswerLost, NotSent, RefusedError, ThrottledError
from signpost.ports import Editor, FilePart, LimitsReader, Request, Response, Sent
from tests.connectors.scene import CANARY, DUE, PICTURE, PIXEL, SINCE
from tests.connectors.scenes.mastodon import SCENE, SERVER, lists, status
from tests.fakes.clock import FakeClock
from tests.fakes.transport import Answer, FakeTransport, answer

READY = {"id": "11", "url": f"{SERVER}/boots.png"}
INSTANCE = answer(404)


def one(text: str = "Boots", *media: Media, link: str = "", **options: Any) -> Part:
    (part,) = Mastodon().render([Part(text, media)], link=link, language="en", options=options)
    return part


def paths(transport: FakeTransport) -> list[str]:
    return [f"{r.method} {r.url.removeprefix(SERVER)}" for r in transport.requests]


# --- render -----------------------------------------------------------------------------------------


def test_the_payload_of_a_plain_text() -> None:
    assert one().payload == {"status": "Boots", "visibility": "public", "language": "en"}


def test_the_payload_with_everything() -> None:
    part = one(
        "Boots",
        PICTURE,
        visibility="private",
        content_warning="Mud",
        sensitive=True,
        language="de",
    )
    assert part.payload == {
        "status": "Boots",
        "visibility": "private",
        "spoiler_text": "Mud",
        "sensitive": True,
        "language": "de",
    }
    assert part.text == "Boots"
    assert part.media == (PICTURE,)


def test_text_stays_as_it_was_written() -> None:
    text = "  e\u0301 *stars* & <b>\r\n\n\n\tend "
    assert one(text).payload["status"] == text


def test_a_link_that_the_text_lacks_is_appended_once() -> None:
    link = "https://acme.example/boots"
    parts = Mastodon().render([Part("One.\n"), Part("Two.")], link=link, language="", options={})
    assert [part.text for part in parts] == [f"One.\n\n{link}", "Two."]
    assert [part.payload["status"] for part in parts] == [part.text for part in parts]
    assert one(f"See {link}!", link=link).text == f"See {link}!"
    assert one("", link=link).text == link


def test_the_limit_counts_warning_and_text_together() -> None:
    limit = Mastodon.spec.text[0]
    part = one("x" * 490, content_warning="y" * 10)
    assert count_payload(part.payload, limit) == limit.max


# --- publish ----------------------------------------------------------------------------------------


def test_the_request_that_publishes() -> None:
    transport = FakeTransport([answer(200, {"id": "7", "url": "u"})])
    part = one("Boots", PICTURE)
    outcome = Mastodon().publish(
        SCENE.channel(transport), part, {"media_ids": ["11", "12"]}, "key-1", "6"
    )
    assert outcome == Published("7", "u")
    (request,) = transport.requests
    assert request.method == "POST"
    assert request.url == f"{SERVER}/api/v1/statuses"
    assert request.headers == {"Idempotency-Key": "key-1"}
    assert request.secret_headers == {"Authorization": f"Bearer {CANARY}"}
    assert request.json == {**part.payload, "media_ids": ["11", "12"], "in_reply_to_id": "6"}


def test_a_token_with_a_line_feed_from_a_file_is_cleaned() -> None:
    transport = FakeTransport([answer(200, {"id": "7"})])
    scene = replace(SCENE, token={"access_token": "abc\n"})
    Mastodon().publish(scene.channel(transport), one(), {}, "k", "")
    assert transport.requests[0].secret_headers == {"Authorization": "Bearer abc"}


def test_an_account_without_server_is_refused() -> None:
    scene = replace(SCENE, account=replace(SCENE.account, server=""))
    outcome = Mastodon().publish(scene.channel(FakeTransport()), one(), {}, "k", "")
    assert isinstance(outcome, Rejected)
    assert "accounts.yaml" in outcome.reason


def test_a_server_that_fails_after_it_published_leaves_us_in_doubt() -> None:
    """mastodon#40399: a repeated key gave 500 though the status was there."""
    transport = FakeTransport([answer(500, {"error": "Something went wrong on our end"})])
    outcome = Mastodon().publish(SCENE.channel(transport), one(), {}, "k", "")
    assert outcome == Ambiguous("HTTP 500: Something went wrong on our end")


# --- prepare ----------------------------------------------------------------------------------------


def prepare(
    script: list[Answer], part: Part | None = None, **changes: Any
) -> tuple[Any, FakeTransport]:
    transport = FakeTransport(script)
    connector = changes.pop("connector", None) or Mastodon()
    prepared = connector.prepare(SCENE.channel(transport, **changes), part or one("Boots", PICTURE))
    assert transport.left == 0
    return prepared, transport


def test_a_plain_short_text_costs_no_request() -> None:
    prepared, transport = prepare([], one("x" * 500))
    assert prepared == {}
    assert transport.requests == []


def test_an_upload() -> None:
    prepared, transport = prepare([INSTANCE, INSTANCE, answer(200, READY)])
    assert prepared == {"media_ids": ["11"]}
    assert paths(transport) == [
        "GET /api/v2/instance",
        "GET /api/v1/instance",
        "POST /api/v2/media",
    ]
    assert transport.requests[0].secret_headers is None
    form = transport.requests[2].form
    assert form is not None
    assert form["description"] == PICTURE.alt
    assert form["focus"] == "0.5,-0.25"
    file = form["file"]
    assert isinstance(file, FilePart)
    assert (file.data, file.mime) == (PIXEL, "image/png")
    assert re.fullmatch(r"[0-9a-f]{16}\.png", file.name)


def test_media_keep_their_order() -> None:
    part = one(
        "Boots", PICTURE, replace(PICTURE, alt="Again."), replace(PICTURE, alt="", focus=None)
    )
    answers = [answer(200, {**READY, "id": number}) for number in (3, 1, 2)]
    prepared, transport = prepare([INSTANCE, INSTANCE, *answers], part)
    assert prepared == {"media_ids": ["3", "1", "2"]}
    assert set(transport.requests[-1].form or {}) == {"file"}


def test_processing_is_waited_for() -> None:
    clock = FakeClock()
    waiting = {"id": "11", "url": None}
    prepared, transport = prepare(
        [
            INSTANCE,
            INSTANCE,
            answer(202, waiting),
            answer(206, waiting),
            answer(200, waiting),
            answer(200, READY),
        ],
        clock=clock,
    )
    assert prepared == {"media_ids": ["11"]}
    assert paths(transport)[3:] == ["GET /api/v1/media/11"] * 3
    assert clock.slept == [1.0, 1.0, 1.0]


def test_processing_that_fails_is_said_so() -> None:
    with pytest.raises(RefusedError, match="bad file") as caught:
        prepare([INSTANCE, INSTANCE, answer(202, {"id": "1"}), answer(422, {"error": "bad file"})])
    assert caught.value.permanent


def test_processing_that_takes_too_long_is_taken_up_again_by_the_next_try() -> None:
    connector = Mastodon()
    waiting = {"id": "11", "url": None}

    def respond(request: Request) -> Response:
        if "instance" in request.url:
            return INSTANCE
        return answer(202 if request.method == "POST" else 206, waiting)

    transport = FakeTransport(respond=respond)
    with pytest.raises(RefusedError, match="still processing") as caught:
        connector.prepare(SCENE.channel(transport, deadline_s=5), one("Boots", PICTURE))
    assert not caught.value.permanent
    assert 2 < len(transport.requests) < 10
    prepared, again = prepare([answer(200, READY)], connector=connector)
    assert prepared == {"media_ids": ["11"]}
    assert paths(again) == ["GET /api/v1/media/11"]
    prepared, _ = prepare([answer(200, {**READY, "id": "12"})], connector=connector)
    assert prepared == {"media_ids": ["12"]}  # it was used: the next post gets its own


def test_a_server_without_v2_gets_v1() -> None:
    prepared, transport = prepare([INSTANCE, INSTANCE, answer(404), answer(200, READY)])
    assert prepared == {"media_ids": ["11"]}
    assert paths(transport)[2:] == ["POST /api/v2/media", "POST /api/v1/media"]


@pytest.mark.parametrize(
    ("given", "kind", "permanent"),
    [
        (answer(401, {"error": CANARY}), RefusedError, True),
        (answer(413), RefusedError, True),
        (answer(422, {"error": "too big"}), RefusedError, True),
        (answer(429, headers={"retry-after": "9"}), ThrottledError, False),
        (answer(500), RefusedError, False),
        (answer(200, {"url": "u"}), RefusedError, False),
        (answer(200, raw=b"<html>"), RefusedError, False),
        (AnswerLost("x"), AnswerLost, None),
        (NotSent("x"), NotSent, None),
    ],
)
def test_an_upload_that_fails(
    given: Answer, kind: type[Exception], *, permanent: bool | None
) -> None:
    with pytest.raises(kind) as caught:
        prepare([INSTANCE, INSTANCE, given])
    assert type(caught.value) is kind
    assert getattr(caught.value, "permanent", None) is permanent
    assert CANARY not in str(caught.value)


# --- limits -----------------------------------------------------------------------------------------


def instance(**statuses: Any) -> Response:
    return answer(
        200,
        {
            "configuration": {
                "statuses": {"max_characters": 1000, **statuses},
                "media_attachments": {
                    "description_limit": 30,
                    "image_size_limit": 100,
                    "image_matrix_limit": 960_000,
                    "supported_mime_types": ["image/png", "video/mp4"],
                },
            }
        },
    )


def test_a_long_text_is_judged_by_the_servers_own_limit() -> None:
    assert prepare([instance()], one("x" * 1000))[0] == {}
    with pytest.raises(RefusedError, match="1001 characters; the server takes 1000") as caught:
        prepare([instance()], one("x" * 1001))
    assert caught.value.permanent
    with pytest.raises(RefusedError, match="takes 1000"):
        prepare([instance()], one("x" * 1000, content_warning="y"))


def test_a_servers_weight_of_addresses_counts() -> None:
    text = "x" * 900 + " https://example.com/" + "y" * 200
    assert prepare([instance()], one(text))[0] == {}
    with pytest.raises(RefusedError, match="1001"):
        prepare([instance(characters_reserved_per_url=100)], one(text))


def test_a_long_text_without_the_servers_word_is_tried_again_later() -> None:
    for failure in (answer(503), answer(429), AnswerLost("lost")):
        with pytest.raises(RefusedError, match="not known") as caught:
            prepare([failure], one("x" * 501))
        assert not caught.value.permanent


def test_a_long_text_for_a_server_that_names_no_limit_is_refused() -> None:
    with pytest.raises(RefusedError, match="takes 500") as caught:
        prepare([answer(404), answer(200, {"title": "Tiny"})], one("x" * 501))
    assert caught.value.permanent


def test_limits_of_older_servers_and_of_pleroma_are_read() -> None:
    v1 = answer(200, {"max_toot_chars": 5000, "configuration": {}})
    assert prepare([answer(404), v1], one("x" * 5000))[0] == {}


def test_the_limits_are_asked_once_an_hour() -> None:
    connector, clock = Mastodon(), FakeClock()
    assert (
        len(prepare([instance()], one("x" * 501), connector=connector, clock=clock)[1].requests)
        == 1
    )
    clock.advance(3500)
    assert prepare([], one("x" * 501), connector=connector, clock=clock)[0] == {}
    with pytest.raises(RefusedError, match="takes 1000"):
        prepare([], one("x" * 1001), connector=connector, clock=clock)
    clock.advance(200)
    prepare([instance()], one("x" * 501), connector=connector, clock=clock)


def test_a_server_known_to_take_less_than_usual_refuses_before_the_send() -> None:
    connector, clock = Mastodon(), FakeClock()
    connector.limits(SCENE.channel(FakeTransport([instance(max_characters=100)]), clock))
    with pytest.raises(RefusedError, match="takes 100"):
        prepare([], one("x" * 101), connector=connector, clock=clock)


@pytest.mark.parametrize(
    ("media", "message"),
    [
        (replace(PICTURE, size=101), "100 bytes"),
        (replace(PICTURE, mime="image/webp"), "image/webp"),
        (replace(PICTURE, width=1201), "960000 pixels"),
        (replace(PICTURE, alt="x" * 31), "30 characters"),
    ],
)
def test_media_are_judged_before_they_are_sent(media: Media, message: str) -> None:
    with pytest.raises(RefusedError, match=message) as caught:
        prepare([instance()], one("Boots", media))
    assert caught.value.permanent


def test_the_number_of_media_is_the_servers() -> None:
    with pytest.raises(RefusedError, match="takes 1 media"):
        prepare([instance(max_media_attachments=1)], one("Boots", PICTURE, PICTURE))


@pytest.mark.parametrize(
    "nonsense", [None, [], "x", {"statuses": []}, {"statuses": {"max_characters": "9"}}]
)
def test_nonsense_from_a_server_leaves_our_limits(nonsense: Any) -> None:
    transport = FakeTransport(
        [answer(200, {"configuration": nonsense}), answer(200, {"configuration": nonsense})]
    )
    assert Mastodon().limits(SCENE.channel(transport)) == Mastodon.spec


def test_optional_abilities() -> None:
    assert isinstance(Mastodon(), Editor)
    assert isinstance(Mastodon(), LimitsReader)


# --- edit -------------------------------------------------------------------------------------------


def test_an_edit_says_everything() -> None:
    transport = FakeTransport([answer(200, {"id": "7", "url": "u"})])
    part = one("Boots, mended", PICTURE, visibility="unlisted")
    outcome = Mastodon().edit(SCENE.channel(transport), "7", part, {"media_ids": ["11"]})
    assert outcome == Published("7", "u")
    (request,) = transport.requests
    assert (request.method, request.url) == ("PUT", f"{SERVER}/api/v1/statuses/7")
    assert request.json == {
        "status": "Boots, mended",
        "spoiler_text": "",
        "sensitive": False,
        "language": "en",
        "media_ids": ["11"],
    }


@pytest.mark.parametrize(
    ("given", "outcome"),
    [
        (answer(404, {"error": "Record not found"}), Rejected("HTTP 404: Record not found")),
        (answer(422, {"error": "x"}), Rejected("HTTP 422: x")),
        (answer(500), Ambiguous("HTTP 500")),
        (AnswerLost("lost"), Ambiguous("lost")),
        (NotSent("refused"), Rejected("refused", permanent=False)),
    ],
)
def test_what_an_edit_comes_to(given: Answer, outcome: object) -> None:
    transport = FakeTransport([given])
    assert Mastodon().edit(SCENE.channel(transport), "7", one(), {}) == outcome


def test_an_id_of_a_hostile_server_stays_one_segment() -> None:
    transport = FakeTransport([answer(200, {"id": "7"})])
    Mastodon().measure(SCENE.channel(transport), ["../../oauth?x=#y"])
    assert transport.requests[0].url == f"{SERVER}/api/v1/statuses/..%2F..%2Foauth%3Fx%3D%23y"


# --- confirm ----------------------------------------------------------------------------------------


def confirm(part: Part, *pages: list[dict[str, Any]], headers: Any = None, **changes: Any) -> Any:
    script = [answer(200, {"id": "42"})]
    script += [
        answer(200, page, headers=(headers or {}).get(number)) for number, page in enumerate(pages)
    ]
    transport = FakeTransport(script)
    verdict = Mastodon().confirm(
        SCENE.channel(transport), replace(Sent(part, "k", SINCE), **changes)
    )
    assert transport.left == 0
    return verdict, transport


def other(number: int) -> dict[str, Any]:
    return status(one("Something else entirely."), number)


def test_pages_are_followed_by_the_last_id() -> None:
    part = one()
    first = [other(number) for number in range(140, 100, -1)]
    old = {**other(50), "created_at": "2026-11-30T00:00:00Z"}
    verdict, transport = confirm(part, first, [status(part, 99), old])
    assert verdict.external_id == "99"
    assert transport.requests[2].query is not None
    assert transport.requests[2].query["max_id"] == "101"


def test_pages_are_followed_by_the_servers_link_where_it_gives_one() -> None:
    """Some servers cut a page and then filter it: it can be empty and not the last."""
    part = one()
    link = f'<{SERVER}/api/v1/accounts/42/statuses?limit=40&max_id=01H%3D>; rel="next", <x>; rel="prev"'
    verdict, transport = confirm(part, [], [status(part)], [], headers={0: {"link": link}})
    assert verdict.external_id == "7"
    assert transport.requests[2].query is not None
    assert transport.requests[2].query["max_id"] == "01H="
    assert transport.requests[2].url.startswith(SERVER)


def test_a_link_to_another_host_is_never_followed_with_the_token() -> None:
    link = '<https://evil.example/?max_id=5>; rel="next"'
    _, transport = confirm(one(), [other(9)], [], headers={0: {"link": link}})
    assert all(request.url.startswith(f"{SERVER}/") for request in transport.requests)


def test_a_reply_is_found_by_what_it_replies_to() -> None:
    part = one()
    verdict, _ = confirm(
        part,
        [status(part, 9, in_reply_to_id=6), status(part, 8, in_reply_to_id="5"), status(part, 7)],
        [],
        reply_to="6",
    )
    assert verdict.external_id == "9"


@pytest.mark.parametrize("visibility", ["public", "unlisted", "private", "direct"])
def test_every_visibility_is_found(visibility: str) -> None:
    part = one(visibility=visibility)
    verdict, transport = confirm(part, [status(part)], [])
    assert verdict.external_id == "7"
    assert all(request.secret_headers for request in transport.requests)


@pytest.mark.parametrize("visibility", ["private", "direct"])
def test_what_is_not_public_is_absent_only_where_the_list_would_show_it(visibility: str) -> None:
    part = one(visibility=visibility)

    def verdict(listed: dict[str, Any], about: Response) -> Any:
        def respond(request: Request) -> Response:
            if request.url.endswith("/instance"):
                return about
            found: Response = lists(listed)(part, request)
            return found

        transport = FakeTransport(respond=respond)
        return Mastodon().confirm(SCENE.channel(transport), Sent(part, "k", SINCE))

    for about in (answer(404), answer(200, []), answer(200, {"version": "2.7 (compatible)"})):
        assert isinstance(verdict(other(9), about), Unknown)
    api = {"api_versions": {"mastodon": 7}}
    source = "https://github.com/{}".format
    for instance in (
        api,
        {**api, "version": "0.6.1", "source_url": source("fedify-dev/hollo")},
        {**api, "version": "4.3.0 (compatible; Misskey 2026.7.0)"},
        {**api, "version": "4.6.0", "source_url": source("acme/mastodon_mock")},
        {"version": "4.6.0", "source_url": source("mastodon/mastodon")},
        {**api, "version": None, "source_url": 7},
    ):
        assert isinstance(verdict(other(9), answer(200, instance)), Unknown), instance
    for version, repository in (
        ("4.3.0", "mastodon/mastodon"),
        ("4.6.4", "mastodon/mastodon/"),
        ("4.5.0-alpha.1+glitch", "glitch-soc/mastodon"),
        ("10.0.0", "mastodon/mastodon"),
    ):
        real = {**api, "version": version, "source_url": source(repository)}
        assert verdict(other(9), answer(200, real)) == Absent(), real
    assert verdict(other(9), answer(200, {**api, "version": "4.6.0", "source_url": ""})) == Absent()
    shown = {**other(9), "visibility": visibility, "created_at": "2026-11-01T00:00:00Z"}
    assert verdict(shown, answer(404)) == Absent()
    assert verdict(status(part), answer(404)).external_id == "7"


def test_a_confirmation_without_token_is_unknown() -> None:
    scene = replace(SCENE, token={})
    verdict = Mastodon().confirm(scene.channel(FakeTransport()), Sent(one(), "k", SINCE))
    assert isinstance(verdict, Unknown)


def test_the_scene_lists_what_it_says() -> None:
    """The listings of the contract tests are really the part's own status."""
    part = one()
    transport = FakeTransport(respond=lambda request: lists(status(part))(part, request))
    verdict = Mastodon().confirm(SCENE.channel(transport), Sent(part, "k", SINCE))
    assert verdict != Absent()


def test_a_threads_own_next_part_is_not_a_reply() -> None:
    def status(number: int, replies: int) -> Response:
        found = {"id": str(number), "replies_count": replies, "favourites_count": 2}
        return Response(200, {}, json.dumps(found).encode())

    transport = FakeTransport([status(1, 1), status(2, 3), status(3, 1)])
    measured = Mastodon().measure(SCENE.channel(transport), ["1", "2", "3"])
    assert [counts["replies"] for counts in measured] == [0, 2, 1]
    assert [counts["likes"] for counts in measured] == [2, 2, 2]


# --- keys -------------------------------------------------------------------------------------------


def test_a_key_is_as_unique_as_its_nonce() -> None:
    keys = {Mastodon().new_key("d", "r", 0, nonce, DUE) for nonce in ("m", "n")}
    assert len(keys) == 2
