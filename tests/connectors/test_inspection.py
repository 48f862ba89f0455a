"""`inspect` of each connector: what it finds out, what it tells people, and that it posts nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signpost.connectors._http import budget
from signpost.connectors.registry import Registry
from signpost.domain.budget import Budget
from signpost.domain.inspection import AccountReport
from signpost.errors import AnswerLost, RefusedError, ThrottledError, TransportError
from signpost.ports import Inspector, Request, Response
from tests.connectors.scene import CANARY, scene_of
from tests.connectors.scenes import bluesky
from tests.fakes.clock import FakeClock
from tests.fakes.transport import FakeTransport, answer

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
CHANNELS = [name for name in Registry().ids() if isinstance(Registry().get(name), Inspector)]
LEFT = {
    "x-ratelimit-limit": "300",
    "x-ratelimit-remaining": "297",
    "x-ratelimit-reset": "2026-12-01T09:05:00.000000Z",
}
ME = {"id": "1", "acct": "acme"}
SCOPES = ["read:accounts", "read:statuses", "write:statuses", "write:media"]
WHO = {"did": bluesky.DID, "handle": "acme.bsky.example", "active": True}
AUTHOR = {
    "id": 3,
    "slug": "signpost",
    "username": "signpost",
    "roles": ["author"],
    "capabilities": {"publish_posts": True, "upload_files": True},
}

Answers = Mapping[str, Any]


def answering(answers: Answers) -> Callable[[Request], Response | TransportError]:
    """Answers by the end of an address; an address that is not listed is not there."""

    def respond(request: Request) -> Response | TransportError:
        path = request.url.partition("?")[0]
        for end, found in answers.items():
            if path.endswith(end):
                value: Response | TransportError = found(request) if callable(found) else found
                return value
        return answer(404, {"error": "Record not found"})

    return respond


def asked_key(request: Request) -> str:
    assert request.query is not None
    return request.query["key"]


WELL: dict[str, Answers] = {
    "mastodon": {
        "/accounts/verify_credentials": answer(200, ME, headers=LEFT),
        "/apps/verify_credentials": answer(200, {"name": "Signpost", "scopes": SCOPES}),
        "/api/v2/instance": answer(
            200, {"configuration": {"statuses": {"max_characters": 5000}}}, headers=LEFT
        ),
    },
    "bluesky": {
        "createSession": answer(200, bluesky.session()),
        "getSession": answer(200, WHO),
    },
    "wordpress": {"/users/me": answer(200, AUTHOR)},
    "webhook": {"": lambda request: answer(404, {"key": asked_key(request)})},
}


def inspected(
    channel: str, changes: Answers | None = None, **transport: Any
) -> tuple[AccountReport, FakeTransport]:
    """What is found where all is well but for the changes."""
    respond = answering({**WELL[channel], **(changes or {})})
    fake = FakeTransport(respond=transport.get("respond", respond))
    connector = Registry().get(channel)
    assert isinstance(connector, Inspector)
    return connector.inspect(scene_of(channel).channel(fake, FakeClock(NOW))), fake


@pytest.mark.parametrize("channel", CHANNELS)
def test_an_account_that_is_well_may_post_and_nothing_is_posted(channel: str) -> None:
    report, transport = inspected(channel)
    assert report.may_post is True
    assert not report.faults
    assert not report.notes
    asked = [(request.method, request.url) for request in transport.requests]
    login = f"{bluesky.XRPC}com.atproto.server.createSession"
    assert asked
    assert [one for one in asked if one[0] != "GET"] == (
        [("POST", login)] if channel == "bluesky" else []
    )


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 429, 500, 503])
@pytest.mark.parametrize("body", [None, [], {}, {"error": f"no: {CANARY}"}, "text"])
def test_any_answer_gives_a_report_or_a_cause_without_the_secret(
    channel: str, status: int, body: Any
) -> None:
    headers = {"retry-after": "60"}
    refused: RefusedError | None = None
    report = AccountReport(may_post=False)
    try:
        report, _ = inspected(channel, respond=lambda _: answer(status, body, headers=headers))
    except RefusedError as error:
        refused = error
    assert report.may_post is not True
    assert CANARY not in f"{report} {refused}"
    assert refused is None or refused.cause
    assert isinstance(refused, ThrottledError) == (status == 429 and channel != "webhook")


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("body", [None, [], {}, 7, {"id": None, "acct": 3, "handle": 4}])
def test_a_success_that_says_nothing_proves_nothing(channel: str, body: Any) -> None:
    with_session: Answers = {"createSession": answer(200, bluesky.session())}
    rest = answer(200, body)
    try:
        report, _ = inspected(channel, respond=answering({**with_session, "": rest}))
    except RefusedError:
        return
    assert report.may_post is not True


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_server_that_does_not_answer_is_no_report(channel: str) -> None:
    with pytest.raises(AnswerLost):
        inspected(channel, respond=lambda _: AnswerLost("GET https://x: reset."))


# --- each channel's own -------------------------------------------------------------------------


def test_mastodon_tells_the_servers_limits_and_the_budget() -> None:
    report, _ = inspected("mastodon")
    assert report.handle == "@acme"
    assert report.limits["characters"] == 5000
    assert report.budget == Budget(300, 297, NOW + timedelta(minutes=5))
    unsaid, _ = inspected("mastodon", {"/api/v2/instance": answer(500)})
    assert unsaid.limits == {}, "ours are not the server's"
    assert unsaid.may_post is True


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"/accounts/verify_credentials": answer(200, {**ME, "acct": "eve"})}, "belongs to `@eve`"),
        ({"/accounts/verify_credentials": answer(200, {**ME, "suspended": True})}, "suspended"),
        ({"/accounts/verify_credentials": answer(200, {**ME, "moved": {"id": "2"}})}, "moved"),
        (
            {"/apps/verify_credentials": answer(200, {"scopes": SCOPES[:3]})},
            "lacks the scope write:media",
        ),
        (
            {"/apps/verify_credentials": answer(200, {"scopes": ["read"]})},
            "write:statuses and write:media",
        ),
    ],
)
def test_mastodon_names_what_is_wrong(changes: Answers, cause: str) -> None:
    report, _ = inspected("mastodon", changes)
    (fault,) = report.faults
    assert cause in fault.cause
    assert fault.remedy
    assert report.may_post is False


def test_mastodon_takes_the_broad_scope_and_says_where_it_does_not_know() -> None:
    broad = {"/apps/verify_credentials": answer(200, {"scopes": ["read", "write"]})}
    assert inspected("mastodon", broad)[0].may_post is True
    older = {"/apps/verify_credentials": answer(200, {"name": "Signpost"})}
    report, _ = inspected("mastodon", older)
    assert (report.may_post, report.faults) == (None, ())
    limited = {"/accounts/verify_credentials": answer(200, {**ME, "limited": True})}
    assert "limits the account" in inspected("mastodon", limited)[0].notes[0]


@pytest.mark.parametrize(
    ("channel", "end", "status", "remedy"),
    [
        ("mastodon", "/accounts/verify_credentials", 401, "new token"),
        ("mastodon", "/accounts/verify_credentials", 403, "new token"),
        ("bluesky", "createSession", 401, "app password"),
        ("wordpress", "/users/me", 401, "application password"),
    ],
)
def test_a_wrong_token_says_how_to_mend_it(
    channel: str, end: str, status: int, remedy: str
) -> None:
    with pytest.raises(RefusedError) as caught:
        inspected(channel, {end: answer(status, {"error": "no"})})
    assert remedy in caught.value.remedy


def test_bluesky_compares_the_handle_and_logs_in_anew() -> None:
    other = {"getSession": answer(200, {**WHO, "handle": "eve.bsky.example"})}
    (fault,) = inspected("bluesky", other)[0].faults
    assert "`@eve.bsky.example`" in fault.cause
    asleep = {"getSession": answer(200, {**WHO, "active": False, "status": "deactivated"})}
    (fault,) = inspected("bluesky", asleep)[0].faults
    assert "deactivated" in fault.cause
    connector = Registry().get("bluesky")
    assert isinstance(connector, Inspector)
    fake = FakeTransport(respond=answering(WELL["bluesky"]))
    for _ in range(2):
        connector.inspect(scene_of("bluesky").channel(fake, FakeClock(NOW)))
    logins = [request for request in fake.requests if request.method == "POST"]
    assert len(logins) == 2, "a login that was kept says nothing of the password"


def test_wordpress_needs_an_author() -> None:
    able = {"publish_posts": False, "edit_posts": True}
    contributor = {**AUTHOR, "roles": ["contributor"], "capabilities": able}
    report, transport = inspected("wordpress", {"/users/me": answer(200, contributor)})
    (fault,) = report.faults
    assert "publish posts or upload images (its role: contributor)" in fault.cause
    assert "Author" in fault.remedy
    assert transport.requests[0].query is not None
    assert transport.requests[0].query["context"] == "edit"
    silent = {name: value for name, value in AUTHOR.items() if name != "capabilities"}
    assert inspected("wordpress", {"/users/me": answer(200, silent)})[0].may_post is None


def test_a_webhook_is_asked_for_a_key_that_it_cannot_have() -> None:
    report, _ = inspected("webhook", respond=lambda _: answer(401, {"error": "bad signature"}))
    (fault,) = report.faults
    assert "bad signature" in fault.cause
    report, _ = inspected("webhook", respond=lambda r: answer(200, {"key": asked_key(r)}))
    assert "never sent" in report.faults[0].cause
    report, _ = inspected("webhook", respond=lambda _: answer(404, raw=b"<html>"))
    assert (report.may_post, report.faults) == (None, ())
    assert "cannot be asked" in report.notes[0]


# --- the budget in headers ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reset", "at"),
    [
        ("2026-12-01T09:05:00.000Z", NOW + timedelta(minutes=5)),
        (str(int(NOW.timestamp()) + 60), NOW + timedelta(minutes=1)),
        ("30", NOW + timedelta(seconds=30)),
        ("soon", None),
        ("0001-01-01T00:00:00+23:59", None),
        ("", None),
    ],
)
def test_a_budget_is_read_in_every_form(reset: str, at: datetime | None) -> None:
    headers = {"ratelimit-limit": "30", "ratelimit-remaining": "4", "ratelimit-reset": reset}
    assert budget(headers, NOW) == Budget(30, 4, at)
    assert budget({"ratelimit-limit": "30"}, NOW) is None


@pytest.mark.parametrize("off", [timedelta(minutes=-7), timedelta(0), timedelta(minutes=7)])
def test_a_servers_times_are_of_its_own_clock(off: timedelta) -> None:
    """Where its Date header says what that clock shows; a span needs no clock."""
    theirs = NOW + off
    head = {
        "ratelimit-limit": "30",
        "ratelimit-remaining": "4",
        "date": theirs.strftime("%a, %d %b %Y %H:%M:%S GMT"),
    }
    for reset in (str(int(theirs.timestamp()) + 60), (theirs + timedelta(minutes=1)).isoformat()):
        found = budget({**head, "ratelimit-reset": reset}, NOW)
        assert found == Budget(30, 4, NOW + timedelta(minutes=1))
    spanned = budget({**head, "ratelimit-reset": "60"}, NOW)
    assert spanned == Budget(30, 4, NOW + timedelta(minutes=1))
    late = budget({**head, "ratelimit-reset": "9999-12-31T23:59:59Z"}, NOW)
    assert late is not None


@given(st.dictionaries(st.sampled_from([*LEFT, "ratelimit-reset"]), st.text()))
def test_no_header_breaks_it(headers: dict[str, str]) -> None:
    found = budget(headers, NOW)
    assert found is None or (found.limit >= 0 and found.left >= 0)
