"""WordPress' conversation, in the form that a site gives it."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from signpost.domain.delivery import Account, Part
from signpost.domain.outcome import Absent, Found, Published, Several
from signpost.ports import Request, Response
from tests.connectors.scene import CANARY, PICTURE, SINCE, Scene
from tests.fakes.transport import answer

SERVER = "https://blog.acme.example"
ACCOUNT = Account("acme-blog", "wordpress", "acme-editor", SERVER, "wordpress-acme")
USER = "acme-editor"
TEXT = "# New boots\n\nFor *old* paths & wet rocks: [have a look](https://acme.example/boots?a=1)."


def post(part: Part, number: int = 7, **members: Any) -> dict[str, Any]:
    """A post as the site lists it, made of a part."""
    return {
        "id": number,
        "slug": part.payload["slug"],
        "status": "publish",
        "link": f"{SERVER}/{part.payload['slug']}/",
        "date_gmt": "2026-12-01T09:00:00",
        "author": 3,
        **members,
    }


def lists(*members: dict[str, Any]) -> Any:
    """The site's list of posts with the slug: one for each set of changes."""

    def respond(part: Part, request: Request) -> Response:
        assert request.url == f"{SERVER}/wp-json/wp/v2/posts"
        query = request.query or {}
        assert query["slug"] == part.payload["slug"]
        assert query["status"] == "any"
        return answer(200, [post(part, **change) for change in members])

    return respond


def says(response: Response) -> Any:
    """This answer, whatever is asked."""
    return lambda _part, _request: response


def refused(status: int, code: str) -> Response:
    """A refusal in WordPress' own form, that repeats the password and worse."""
    said = f"no {CANARY}\u202e\n<b>x</b>" + "y" * 900
    return answer(status, {"code": code, "message": said, "data": {"status": status}})


def public(**members: Any) -> Response:
    """The answer to a post that was made public."""
    return answer(
        200, {"id": 7, "status": "publish", "link": f"{SERVER}/2026/12/new-boots/", **members}
    )


DRAFT = {"number": 7, "status": "draft", "date_gmt": None}

SCENE = Scene(
    account=ACCOUNT,
    parts=(Part(text=TEXT, media=(PICTURE,)),),
    options={
        "title": "Boots & paths",
        "slug": "new-boots",
        "excerpt": "For old paths.",
        "categories": "News, Boots",
        "tags": "winter",
        "author": "ann",
    },
    prepared={
        "post": 7,
        "plain": False,
        "media": [{"id": 11, "url": f"{SERVER}/wp-content/uploads/2026/12/boots.png"}],
        "categories": [1, 4],
        "tags": [9],
        "author": 3,
    },
    resolved=frozenset({"categories", "tags", "author"}),
    token={"username": USER, "application_password": CANARY},
    wire_token=b64encode(f"{USER}:{CANARY}".encode()).decode(),
    published=(
        (public(), Published("7", f"{SERVER}/2026/12/new-boots/")),
        (public(link=None), Published("7", "")),
    ),
    refusals=(
        refused(400, "rest_invalid_param"),
        refused(401, "rest_cannot_edit"),
        refused(401, "incorrect_password"),
        refused(403, "rest_cannot_publish"),
        refused(403, "rest_cannot_assign_term"),
        refused(404, "rest_post_invalid_id"),
        refused(404, "rest_no_route"),
    ),
    throttled=(
        (answer(429, {"code": "x"}, headers={"retry-after": "17"}), 17.0),
        (answer(429, headers={"retry-after": "-5; soon"}), None),
        (answer(429), None),
    ),
    surprises=(
        answer(200),
        answer(200, raw=b"<html>"),
        answer(200, raw=b'{"id": 7'),
        answer(200, []),
        answer(200, {"id": 8, "status": "publish"}),
        answer(200, {"id": "7", "status": "publish"}),
        answer(200, {"id": 7}),
        answer(200, {"id": 7, "status": "future"}),
        answer(200, {"id": 7, "status": "draft"}),
        answer(201, {"id": 7, "status": "publish"}),
        answer(204),
        answer(301, headers={"location": "/"}),
        answer(400),
        # These WordPress gives after the post was written, or somebody else gives.
        refused(400, "term_taxonomy_error"),
        refused(403, "some_plugin_says_no"),
        answer(403, raw=b"<html>", headers={"content-type": "text/html"}),
        answer(401),
        answer(404),
        answer(408),
        answer(413),
        refused(500, "rest_cannot_edit"),
        answer(500, {"code": "internal_server_error"}),
        answer(502),
        answer(503, headers={"retry-after": "600"}),
        answer(504),
    ),
    listings={
        "one": (
            lists({}),
            Found("7", f"{SERVER}/new-boots/", SINCE.replace(hour=9, minute=0)),
        ),
        "none": (lists(DRAFT), Absent()),
        "and a draft": (
            lists({**DRAFT, "number": 8}, {}),
            Found("7", f"{SERVER}/new-boots/", SINCE.replace(hour=9, minute=0)),
        ),
        "backdated": (
            lists({"date_gmt": "2026-11-01T09:00:00"}),
            Found("7", f"{SERVER}/new-boots/"),
        ),
        "several": (lists({"number": 9}, {"number": 8}), Several(("9", "8"))),
    },
    lost_listings={
        "gone": lists(),
        "scheduled": lists({"status": "future"}),
        "private": lists({"status": "private"}),
        "deaf": lists({"slug": "another"}),
        "unauthorised": says(refused(401, "rest_forbidden")),
        "no JSON": says(answer(200, raw=b"<html>")),
        "no list": says(answer(200, {"code": "x"})),
        "no ids": says(answer(200, [{"slug": "new-boots", "status": "draft"}])),
        "failed": says(answer(503)),
        "throttled": says(answer(429)),
        "not there": says(answer(404)),
        "moved": says(answer(301)),
    },
    measured=(
        (answer(200, [{"id": 1}], headers={"x-wp-total": "12"}), {"replies": 12}),
        (answer(200, [{"id": 1}]), {}),
        (answer(200, [{"id": 1}], headers={"x-wp-total": "-1"}), {}),
    ),
)
