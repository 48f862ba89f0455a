"""Edits and deletions: what is each channel's own."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from signpost.connectors.bluesky.connector import Bluesky
from signpost.connectors.mastodon.connector import Mastodon
from signpost.connectors.webhook.connector import Webhook
from signpost.connectors.wordpress.connector import WordPress
from signpost.domain.delivery import Part
from signpost.domain.outcome import (
    Absent,
    Ambiguous,
    Found,
    Published,
    Rejected,
    Throttled,
    Unknown,
)
from signpost.ports import Connector, Request, Response
from tests.connectors.changing import mastodon, wordpress
from tests.connectors.changing.mastodon import PAGE, changed
from tests.connectors.scene import PICTURE, scene_of
from tests.connectors.scenes import bluesky
from tests.connectors.scenes.wordpress import SERVER as BLOG
from tests.connectors.wordpress_site import Site
from tests.fakes.transport import Answer, FakeTransport, answer

MASTODON, WORDPRESS = scene_of("mastodon"), scene_of("wordpress")
BLUESKY, WEBHOOK = scene_of("bluesky"), scene_of("webhook")


def rendered(connector: Connector, text: str, *media: Any, **options: Any) -> Part:
    (part,) = connector.render([Part(text, media)], link="", language="en", options=options)
    return part


# --- Mastodon ---------------------------------------------------------------------------------------


def read_back(sent: str, shown: str, *, source: bool) -> object:
    """Whether a server that shows one text is believed to have taken another."""
    part, public = (rendered(Mastodon(), text) for text in (sent, shown))
    respond = changed() if source else changed(mastodon.UNHEARD)
    transport = FakeTransport(respond=lambda request: respond(public, request))
    return Mastodon().confirm_edit(MASTODON.channel(transport), "7", part)


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("Its here.", "It's here."),
        ("new boots", "New boots"),
        ("Boots: new", "Boots, new"),
        ("Boots\nand paths", "Boots and paths"),
        ("Boots 🥾", "Boots"),
    ],
)
def test_what_the_likeness_of_a_send_does_not_see_an_edit_does(sent: str, shown: str) -> None:
    assert read_back(sent, shown, source=True) == Absent()
    assert read_back(sent, sent, source=True) == Found("7", PAGE)


def test_without_sources_signs_are_for_a_person_and_letters_are_not() -> None:
    assert read_back("It's here.", "It's here.", source=False) == Found("7", PAGE)
    assert isinstance(read_back("It's here.", "Its here.", source=False), Unknown)
    assert read_back("It's here.", "It's not.", source=False) == Absent()


def test_white_space_at_the_ends_and_other_ends_of_lines_are_no_edit() -> None:
    assert read_back("a\r\nb ", "a\nb", source=True) == Found("7", PAGE)
    assert read_back("e\u0301", "\u00e9", source=True) == Found("7", PAGE)


@pytest.mark.parametrize(
    ("shown", "verdict"),
    [
        ("de-AT", Found("7", PAGE)),
        ("de", Found("7", PAGE)),
        (None, Found("7", PAGE)),
        ("en", Absent()),
    ],
)
def test_a_server_may_know_a_language_and_not_its_region(
    shown: str | None, verdict: object
) -> None:
    part = rendered(Mastodon(), "Servus.", language="de-AT")
    respond = changed(language=shown)
    transport = FakeTransport(respond=lambda request: respond(part, request))
    assert Mastodon().confirm_edit(MASTODON.channel(transport), "7", part) == verdict


def test_an_edit_of_a_reply_is_read_back_too() -> None:
    part = rendered(Mastodon(), "And a second part.")
    respond = changed(mastodon.UNHEARD, in_reply_to_id="6")
    transport = FakeTransport(respond=lambda request: respond(part, request))
    verdict = Mastodon().confirm_edit(MASTODON.channel(transport), "7", part)
    assert verdict == Found("7", PAGE)


def test_media_of_an_edit_are_uploaded_as_they_are_now() -> None:
    part = rendered(Mastodon(), "Boots", PICTURE)
    transport = FakeTransport([answer(404), answer(404), answer(200, {"id": "12", "url": "u"})])
    prepared = Mastodon().prepare_edit(MASTODON.channel(transport), part)
    assert prepared == {"media_ids": ["12"]}
    form = transport.requests[-1].form
    assert form is not None
    assert form["description"] == PICTURE.alt


def test_a_deletion_takes_the_media_with_it() -> None:
    transport = FakeTransport([answer(200, {"id": "7"})])
    Mastodon().delete(MASTODON.channel(transport), "7")
    (request,) = transport.requests
    assert (request.method, request.url) == (
        "DELETE",
        f"{MASTODON.account.server}/api/v1/statuses/7",
    )
    assert request.query == {"delete_media": "true"}


@pytest.mark.parametrize(
    ("looked", "kind"),
    [
        (mastodon.GONE, Published),
        (answer(200, {"id": "7"}), Rejected),
        (answer(500), Ambiguous),
        (answer(429), Ambiguous),
        (mastodon.NO_PAGE, Ambiguous),
    ],
)
def test_a_status_that_cannot_be_deleted_is_gone_only_if_nobody_sees_it(
    looked: Response, kind: type
) -> None:
    """The token of another account is told 404 of a status that all the world can read."""
    transport = FakeTransport([mastodon.GONE, looked])
    outcome = Mastodon().delete(MASTODON.channel(transport), "7")
    assert type(outcome) is kind
    assert [request.method for request in transport.requests] == ["DELETE", "GET"]


def test_too_many_deletions_wait_for_the_servers_reset() -> None:
    given = answer(
        429,
        {"error": "Too many requests"},
        headers={
            "date": "Tue, 01 Dec 2026 09:00:00 GMT",
            "x-ratelimit-limit": "30",
            "x-ratelimit-reset": "2026-12-01T09:25:00.000000Z",
        },
    )
    outcome = Mastodon().delete(MASTODON.channel(FakeTransport([given])), "7")
    assert outcome == Throttled(1500.0, "HTTP 429: Too many requests")


# --- Bluesky ----------------------------------------------------------------------------------------

AIM = f"{bluesky.uri()}#{bluesky.CID}"


def removed(external_id: str, *answers: Answer) -> tuple[Any, list[Request]]:
    """What a deletion comes to, and what was sent."""
    transport = FakeTransport([answer(200, bluesky.session()), *answers])
    return Bluesky().delete(BLUESKY.channel(transport), external_id), transport.requests


def test_a_record_is_named_by_its_key_alone() -> None:
    for named in (AIM, f"{AIM}#3root#bafyroot", bluesky.uri(), bluesky.KEY):
        outcome, (_, request) = removed(named, answer(200, {}))
        assert outcome == Published(named, "")
        assert request.json == {
            "repo": bluesky.DID,
            "collection": "app.bsky.feed.post",
            "rkey": bluesky.KEY,
        }


def test_another_accounts_post_is_not_touched() -> None:
    outcome, asked = removed(AIM.replace(bluesky.DID, bluesky.ANN))
    assert isinstance(outcome, Rejected)
    assert outcome.permanent is True
    assert len(asked) == 1, "the login"


def test_a_session_that_has_ended_is_refused_for_now_and_forgotten() -> None:
    expired = answer(400, {"error": "ExpiredToken", "message": "Token has expired"})
    transport = FakeTransport(
        [answer(200, bluesky.session()), expired, answer(200, bluesky.session()), answer(200, {})]
    )
    connector, channel = Bluesky(), BLUESKY.channel(transport)
    first = connector.delete(channel, AIM)
    assert isinstance(first, Rejected)
    assert first.permanent is False
    assert connector.delete(channel, AIM) == Published(AIM, "")


@pytest.mark.parametrize(
    ("login", "kind"),
    [(answer(401, {"error": "x"}), Rejected), (answer(429), Throttled), (answer(500), Rejected)],
)
def test_a_login_that_fails_deletes_nothing(login: Response, kind: type) -> None:
    transport = FakeTransport([login])
    outcome = Bluesky().delete(BLUESKY.channel(transport), AIM)
    assert type(outcome) is kind
    assert not isinstance(outcome, Rejected) or outcome.permanent is (login.status == 401)


# --- WordPress --------------------------------------------------------------------------------------


def test_a_post_goes_into_the_trash_and_not_for_good() -> None:
    site = Site()
    transport = FakeTransport(respond=site.respond)
    channel, part = WORDPRESS.channel(transport), rendered(WordPress(), "# Boots\n\nNew.")
    prepared = WordPress().prepare(channel, part)
    WordPress().publish(channel, part, prepared, "k", "")
    number = str(prepared["post"])
    assert WordPress().confirm_delete(channel, number) == Absent()
    before = len(transport.requests)
    assert WordPress().delete(channel, number) == Published(number, "")
    look, request = transport.requests[before:]
    assert (look.method, request.method, request.query) == ("GET", "DELETE", None)
    assert [post["status"] for post in site.posts.values()] == ["trash"]
    assert WordPress().confirm_delete(channel, number) == Found(number, "")
    assert WordPress().delete(channel, number) == Published(number, "")
    deletions = [one for one in transport.requests if one.method == "DELETE"]
    assert len(deletions) == 1, "what lies in the trash is left there"


@pytest.mark.parametrize("shown", [404, 200])
def test_a_site_with_plain_permalinks_is_changed_by_one_request_too(shown: int) -> None:
    site = Site(plain=shown)
    transport = FakeTransport(respond=site.respond)
    channel, part = WORDPRESS.channel(transport), rendered(WordPress(), "# Bots\n\nNew.")
    prepared = WordPress().prepare(channel, part)
    WordPress().publish(channel, part, prepared, "k", "")
    number, better = str(prepared["post"]), rendered(WordPress(), "# Boots\n\nNew.")
    found = WordPress().prepare_edit(channel, better)
    assert isinstance(WordPress().edit(channel, number, better, found), Published)
    assert isinstance(WordPress().confirm_edit(channel, number, better), Found)
    assert WordPress().confirm_edit(channel, number, part) == Absent()
    assert WordPress().delete(channel, number) == Published(number, "")
    deletions = [one for one in transport.requests if one.method == "DELETE"]
    assert [(one.url, one.query) for one in deletions] == [
        (f"{BLOG}/", {"rest_route": f"/wp/v2/posts/{number}"})
    ]


def test_a_site_without_a_trash_is_not_made_to_delete_for_good() -> None:
    given = answer(501, {"code": "rest_trash_not_supported", "message": "Set 'force=true'."})
    part = rendered(WordPress(), "Boots")

    def respond(request: Request) -> Response:
        return given if request.method == "DELETE" else wordpress.stored()(part, request)

    outcome = WordPress().delete(WORDPRESS.channel(FakeTransport(respond=respond)), "7")
    assert isinstance(outcome, Rejected)
    assert outcome.permanent is True
    assert "by hand" in outcome.reason


def test_an_id_that_is_none_is_asked_of_nobody() -> None:
    part, channel = rendered(WordPress(), "Boots"), WORDPRESS.channel(FakeTransport())
    for wrong in ("", "7/../8", "x", "²"):
        assert isinstance(WordPress().edit(channel, wrong, part, {}), Rejected)
        assert isinstance(WordPress().delete(channel, wrong), Rejected)
        assert isinstance(WordPress().confirm_edit(channel, wrong, part), Unknown)
        assert isinstance(WordPress().confirm_delete(channel, wrong), Unknown)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Its here.", "It's here."),
        ("a\n\nb", "a b"),
        ("```\nif x:\n  y\n```", "```\nif x:\n    y\n```"),
        ("[a](https://b.example)", "[a](https://c.example)"),
        ("*a*", "**a**"),
    ],
)
def test_every_change_of_a_post_shows(old: str, new: str) -> None:
    before, after = (rendered(WordPress(), f"# Boots\n\n{text}") for text in (old, new))

    def respond(request: Request) -> Response:
        names = ("title", "content", "excerpt")
        raw = {name: {"raw": before.payload.get(name, "")} for name in names}
        post = {"id": 7, "status": "publish", "link": "u", "featured_media": 0, "tags": [], **raw}
        return answer(200, post)

    channel = WORDPRESS.channel(FakeTransport(respond=respond))
    assert WordPress().confirm_edit(channel, "7", before) == Found("7", "u")
    assert WordPress().confirm_edit(channel, "7", after) == Absent()


# --- webhook ----------------------------------------------------------------------------------------


def handed(verb: str, external_id: str, part: Part) -> Any:
    """The body of a change."""
    transport = FakeTransport([answer(204)])
    channel = WEBHOOK.channel(transport)
    if verb == "delete":
        Webhook().delete(channel, external_id)
    else:
        Webhook().edit(channel, external_id, part, {})
    (request,) = transport.requests
    assert (request.method, request.url) == ("POST", WEBHOOK.account.server)
    assert request.data is not None
    body = json.loads(request.data)
    assert (request.headers or {})["Idempotency-Key"] == body["key"]
    return body


def test_what_a_receiver_is_told() -> None:
    part = rendered(Webhook(), "New boots.", PICTURE, title="Boots")
    body = handed("edit", "7", part)
    post = body.pop("post")
    assert body == {
        "version": 2,
        "action": "correct",
        "account": WEBHOOK.account.id,
        "key": body["key"],
        "id": "7",
    }
    (media,) = post.pop("media")
    assert media["data"]
    assert post == {name: part.payload[name] for name in part.payload if name not in HIDDEN}
    gone = handed("delete", "7", part)
    assert gone == {**body, "action": "retract", "key": gone["key"]}


HIDDEN = ("version", "media")


def test_a_receiver_of_version_1_finds_nothing_to_post_in_a_change() -> None:
    part = rendered(Webhook(), "New boots.")
    for verb in ("edit", "delete"):
        body = handed(verb, "7", part)
        assert body["version"] != 1
        assert "text" not in body
        assert "media" not in body


def test_a_key_belongs_to_the_post_and_what_shall_be_of_it() -> None:
    one, other = (rendered(Webhook(), text) for text in ("New boots.", "Old boots."))
    illustrated = rendered(Webhook(), "New boots.", PICTURE)
    keys = [
        handed(verb, aim, part)["key"]
        for verb, aim, part in (
            ("edit", "7", one),
            ("edit", "8", one),
            ("edit", "7", other),
            ("edit", "7", illustrated),
            ("delete", "7", one),
            ("delete", "8", one),
        )
    ]
    assert len(set(keys)) == len(keys)
    assert all(len(key) == 64 for key in keys)
    assert handed("delete", "7", other)["key"] == keys[4], "whatever was said"


@pytest.mark.parametrize("status", [404, 410])
def test_a_receiver_that_has_no_such_post_has_retracted_it(status: int) -> None:
    part = rendered(Webhook(), "Boots.")

    def respond(request: Request) -> Response:
        return answer(status, {"key": (request.headers or {})["Idempotency-Key"]})

    channel = WEBHOOK.channel(FakeTransport(respond=respond))
    assert Webhook().delete(channel, "7") == Published("7", "")
    assert isinstance(Webhook().edit(channel, "7", part, {}), Rejected)
    # Any web server says 404 of an address that it does not know.
    silent = WEBHOOK.channel(FakeTransport([answer(status)]))
    assert isinstance(Webhook().delete(silent, "7"), Rejected)


def test_a_change_that_was_done_is_answered_by_409_with_the_key() -> None:
    def respond(request: Request) -> Response:
        return answer(409, {"key": (request.headers or {})["Idempotency-Key"]})

    channel = WEBHOOK.channel(FakeTransport(respond=respond))
    part = rendered(Webhook(), "Boots.")
    assert Webhook().edit(channel, "7", part, {}) == Published("7", "")
    assert Webhook().delete(channel, "7") == Published("7", "")


def test_a_medium_that_is_missing_is_refused_and_nothing_is_sent() -> None:
    lost = replace(PICTURE, sha256="0" * 64)
    part = rendered(Webhook(), "Boots.", lost)
    outcome = Webhook().edit(WEBHOOK.channel(FakeTransport()), "7", part, {})
    assert isinstance(outcome, Rejected)
