"""Mastodon's conversation, in the form that a server gives it."""

from __future__ import annotations

from html import escape
from typing import Any

from signpost.domain.delivery import Account, Part
from signpost.domain.outcome import Absent, Found, Published, Several
from signpost.ports import Request, Response
from tests.connectors.scene import CANARY, PICTURE, SINCE, Scene
from tests.fakes.transport import answer

SERVER = "https://mastodon.example"
ACCOUNT = Account("acme-mastodon", "mastodon", "@acme@mastodon.example", SERVER, "mastodon-acme")
TEXT = "New boots & old paths, by @ann@hills.example: https://acme.example/boots?a=1 #Winter"


def html(text: str) -> str:
    """Roughly what Mastodon makes of a text; likeness has tests of its own."""
    return f"<p>{escape(text)}</p>".replace("\n\n", "</p><p>").replace("\n", "<br />")


def status(part: Part, number: int = 7, **members: Any) -> dict[str, Any]:
    """A status as the server shows it, made of a part."""
    return {
        "id": str(number),
        "created_at": "2026-12-01T09:00:00.000Z",
        "in_reply_to_id": None,
        "spoiler_text": part.payload.get("spoiler_text", ""),
        "visibility": part.payload.get("visibility", "public"),
        "url": f"{SERVER}/@acme/{number}",
        "uri": f"{SERVER}/users/acme/statuses/{number}",
        "content": html(part.text),
        "reblog": None,
        "media_attachments": [{"id": "1", "description": item.alt} for item in part.media],
        "replies_count": 0,
        "reblogs_count": 0,
        "favourites_count": 0,
        **members,
    }


OLD = {
    "id": "1",
    "created_at": "2026-11-30T09:00:00.000Z",
    "content": "<p>Older than the send.</p>",
    "media_attachments": [],
}


def lists(*statuses: dict[str, Any]) -> Any:
    """Answers to verify_credentials and to the list: these, then nothing more."""

    def respond(part: Part, request: Request) -> Response:
        if "verify_credentials" in request.url:
            return answer(200, {"id": "42", "acct": "acme"})
        assert request.url == f"{SERVER}/api/v1/accounts/42/statuses"
        first = not (request.query or {}).get("max_id")
        return answer(200, list(statuses) if first else [])

    return respond


def matching(*others: dict[str, Any], **members: Any) -> Any:
    """A list that holds the part itself once, changed by members, and other statuses."""

    def respond(part: Part, request: Request) -> Response:
        found: Response = lists(status(part, **members), *others)(part, request)
        return found

    return respond


def twice(part: Part, request: Request) -> Response:
    found: Response = lists(status(part, 9), status(part, 8), OLD)(part, request)
    return found


def endless(part: Part, request: Request) -> Response:
    """A list in which every page is followed by another one of the same age."""
    if "verify_credentials" in request.url:
        return answer(200, {"id": "42"})
    top = int((request.query or {}).get("max_id", "100000"))
    page = [{**OLD, "id": str(top - i), "created_at": "2026-12-01T09:00:00Z"} for i in range(1, 41)]
    return answer(200, page)


def deaf(part: Part, request: Request) -> Response:
    """A full page, the same whatever is asked for."""
    if "verify_credentials" in request.url:
        return answer(200, {"id": "42"})
    page = [{**OLD, "id": str(i), "created_at": "2026-12-01T09:00:00Z"} for i in range(40)]
    return answer(200, page)


def says(account: Response, listing: Response) -> Any:
    """These two answers, whatever is asked."""

    def respond(part: Part, request: Request) -> Response:
        return account if "verify_credentials" in request.url else listing

    return respond


ME = answer(200, {"id": "42"})
RENDERED = Part(text=TEXT, media=(PICTURE,))

SCENE = Scene(
    account=ACCOUNT,
    parts=(RENDERED, Part("And a second part, in reply to the first.")),
    options={"visibility": "unlisted", "content_warning": "Mud", "sensitive": True},
    published=(
        (
            answer(200, {"id": "7", "url": f"{SERVER}/@acme/7", "uri": "u"}),
            Published("7", f"{SERVER}/@acme/7"),
        ),
        (answer(200, {"id": 7, "uri": f"{SERVER}/s/7"}), Published("7", f"{SERVER}/s/7")),
        (answer(200, {"id": "01HX"}), Published("01HX", "")),
    ),
    refusals=tuple(
        answer(code, {"error": f"no {CANARY}\u202e\n<b>x</b>" + "y" * 900})
        for code in (401, 403, 404, 410, 413, 422)
    ),
    throttled=(
        (
            answer(429, {"error": "x"}, headers={"x-ratelimit-reset": "2026-12-01T09:05:00.5Z"}),
            300.5,
        ),
        (answer(429, {"error": "x"}, headers={"retry-after": "17"}), 17.0),
        (
            answer(
                429,
                headers={
                    "date": "Tue, 01 Dec 2026 09:10:00 GMT",
                    "x-ratelimit-reset": "2026-12-01T09:11:00Z",
                },
            ),
            60.0,
        ),
        (answer(429, headers={"retry-after": "-5; soon"}), None),
        (answer(429), None),
    ),
    surprises=(
        answer(200),
        answer(200, raw=b"<html>"),
        answer(200, raw=b'{"id": "7"'),
        answer(200, []),
        answer(200, {"url": "u"}),
        answer(200, {"id": None}),
        answer(200, {"id": "", "url": "u"}),
        answer(200, {"id": "7", "scheduled_at": "2026-12-02T09:00:00Z"}),
        answer(202, {"id": "7"}),
        answer(204),
        answer(302, headers={"location": "/"}),
        answer(400, {"error": "x"}),
        answer(408),
        answer(409, {"error": "x"}),
        answer(418),
        answer(500, {"error": "x"}),
        answer(502),
        answer(503, headers={"retry-after": "5"}),
        answer(504),
    ),
    listings={
        "one": (
            matching(OLD),
            Found("7", f"{SERVER}/@acme/7", SINCE.replace(hour=9, minute=0)),
        ),
        "several": (twice, Several(("9", "8"))),
        "none": (lists(OLD), Absent()),
        "empty": (lists(), Absent()),
        "too old": (matching(created_at="2026-12-01T08:00:00Z"), Absent()),
        "boosted": (matching(OLD, reblog={"id": "3"}), Absent()),
        "a reply": (matching(OLD, in_reply_to_id="5"), Absent()),
        "without its picture": (matching(OLD, media_attachments=[]), Absent()),
        "short and deaf": (
            says(ME, answer(200, [{**OLD, "created_at": "2026-12-01T09:00:00Z"}])),
            Absent(),
        ),
    },
    lost_listings={
        "unauthorised": says(answer(401), answer(200, [])),
        "nobody": says(answer(200, {}), answer(200, [])),
        "no JSON": says(ME, answer(200, raw=b"<html>")),
        "no list": says(ME, answer(200, {"error": "x"})),
        "no ids": says(ME, answer(200, [{"content": "x"}])),
        "failed": says(ME, answer(503)),
        "throttled": says(ME, answer(429)),
        "gone": says(ME, answer(404)),
        "endless": endless,
        "deaf": deaf,
        "much alike": matching(OLD, content=html(TEXT[:-8] + " and others")),
        "another picture": matching(OLD, media_attachments=[{"description": "A hat."}]),
        "without its warning": matching(OLD, spoiler_text="Snow and ice"),
        "without a time": matching(created_at=None),
    },
    measured=(
        (
            answer(
                200,
                {
                    "id": "7",
                    "replies_count": 1,
                    "reblogs_count": 2,
                    "favourites_count": 3,
                    "quotes_count": 4,
                },
            ),
            {"replies": 1, "reposts": 2, "likes": 3, "quotes": 4},
        ),
        (
            answer(200, {"id": 7, "replies_count": 0, "favourites_count": 0}),
            {"replies": 0, "likes": 0},
        ),
        (
            answer(
                200,
                {
                    "id": "7",
                    "replies_count": None,
                    "reblogs_count": "2",
                    "favourites_count": True,
                    "quotes_count": -1,
                },
            ),
            {},
        ),
    ),
)
