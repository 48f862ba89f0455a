"""Editing a post and putting it into the trash, in the form that a site gives it."""

from __future__ import annotations

from typing import Any

from signpost.domain.delivery import Part
from signpost.domain.outcome import Absent, Found, Published
from signpost.ports import Request, Response
from tests.connectors.changes import Asked, Changes, Respond, says
from tests.connectors.scenes.wordpress import SCENE, SERVER, public, refused
from tests.fakes.transport import answer

AIM = "7"
LINK = f"{SERVER}/2026/12/new-boots/"
API = f"{SERVER}/wp-json/wp/v2"
GONE = answer(404, {"code": "rest_post_invalid_id", "message": "Invalid post ID."})
PAGE = answer(404, raw=b"<html>", headers={"content-type": "text/html"})
TERMS = {"categories": {"News": 1, "Boots": 4}, "tags": {"winter": 9}}


def stored(**members: Any) -> Respond:
    """The post as the site stores it, changed by members, and all that it refers to.

    A name with an underscore in front leaves that collection of the site empty.
    """
    empty = {name[1:] for name in members if name[0] == "_"}
    changed = {name: value for name, value in members.items() if name[0] != "_"}

    def respond(part: Part, request: Request) -> Response:
        kind = request.url.removeprefix(f"{API}/").partition("/")[0]
        query = request.query or {}
        if kind in empty:
            return answer(200, [])
        if kind in TERMS:
            hits = [(name, key) for name, key in TERMS[kind].items() if query["search"] in name]
            return answer(200, [{"id": key, "name": name} for name, key in hits])
        if kind == "users":
            return answer(200, [{"id": 3, "slug": query["slug"]}])
        if kind == "media":
            (image,) = SCENE.prepared["media"]
            return answer(200, [{"id": image["id"], "source_url": image["url"]}])
        assert request.url == f"{API}/posts/7"
        assert query["context"] == "edit"
        # As a site does: entities and quotes in a way of its own, lines ended by two characters.
        content = part.payload["content"].replace("&amp;", "&#038;").replace("\n", "\r\n")
        post = {
            "id": 7,
            "status": "publish",
            "link": LINK,
            "title": {"raw": "Boots &#038; paths", "rendered": "x"},
            "content": {"raw": content},
            "excerpt": {"raw": "For old paths."},
            "featured_media": 11,
            "categories": [4, 1],
            "tags": [9],
            "author": 3,
        }
        return answer(200, {**post, **changed})

    return respond


SURPRISES = (
    answer(200),
    answer(200, raw=b"<html>"),
    answer(200, raw=b'{"id": 7'),
    answer(200, []),
    answer(200, {"id": 8, "status": "trash"}),
    answer(201, {"id": 7, "status": "publish"}),
    answer(204),
    answer(301, headers={"location": "/"}),
    refused(403, "some_plugin_says_no"),
    answer(403, raw=b"<html>", headers={"content-type": "text/html"}),
    answer(400),
    answer(401),
    answer(404),
    answer(408),
    answer(410),
    answer(500, {"code": "internal_server_error"}),
    answer(502),
    answer(503, headers={"retry-after": "600"}),
    answer(504),
)

LOST = {
    "unauthorised": says(refused(401, "rest_forbidden_context")),
    "another post": stored(id=8),
    "no JSON": says(answer(200, raw=b"<html>")),
    "no post": says(answer(200, [])),
    "no status": stored(status=None),
    "a page": says(PAGE),
    "no API": says(refused(404, "rest_no_route")),
    "failed": says(answer(503)),
    "throttled": says(answer(429)),
    "moved": says(answer(301)),
}

CHANGES = Changes(
    aim=AIM,
    edit=Asked(
        done=((public(), Published(AIM, LINK)), (public(link=None), Published(AIM, ""))),
        refusals=(
            refused(400, "rest_invalid_param"),
            refused(401, "rest_cannot_edit"),
            refused(403, "rest_cannot_edit"),
            refused(404, "rest_post_invalid_id"),
        ),
        surprises=(
            *SURPRISES,
            answer(200, {"id": 7, "status": "draft"}),
            answer(200, {"id": 7, "status": "trash"}),
            refused(400, "term_taxonomy_error"),
        ),
        shown={
            "edited": (stored(), Found(AIM, LINK)),
            "the old title": (stored(title={"raw": "Boots"}), Absent()),
            "the old text": (stored(content={"raw": "<p>Old</p>"}), Absent()),
            "the old excerpt": (stored(excerpt={"raw": ""}), Absent()),
            "no texts": (stored(content={"rendered": "x"}), Absent()),
            "another image": (stored(featured_media=0), Absent()),
            "another category": (stored(categories=[1]), Absent()),
            "a tag more": (stored(tags=[9, 10]), Absent()),
            "another author": (stored(author=4), Absent()),
            "an image that the site has not": (stored(_media=True), Absent()),
            "a tag that the site has not": (stored(_tags=True), Absent()),
        },
        lost={
            **LOST,
            "gone": says(GONE),
            "in the trash": stored(status="trash"),
            "withdrawn": stored(status="draft"),
            "no authors": stored(_users=True),
        },
    ),
    delete=Asked(
        done=(
            (answer(200, {"id": 7, "status": "trash"}), Published(AIM, "")),
            (refused(410, "rest_already_trashed"), Published(AIM, "")),
            (GONE, Published(AIM, "")),
        ),
        refusals=(
            refused(401, "rest_cannot_delete"),
            refused(403, "rest_cannot_delete"),
            refused(403, "rest_user_cannot_delete_post"),
            refused(404, "rest_no_route"),
            refused(501, "rest_trash_not_supported"),
        ),
        surprises=(
            *SURPRISES,
            answer(200, {"id": 7, "status": "publish"}),
            answer(501),
            refused(410, "some_plugin_says_no"),
            refused(500, "rest_cannot_delete"),
        ),
        reads=stored(),
        shown={
            "in the trash": (stored(status="trash"), Found(AIM, "")),
            "gone": (says(GONE), Found(AIM, "")),
            "there": (stored(), Absent()),
            "withdrawn": (stored(status="draft"), Absent()),
        },
        lost=LOST,
    ),
)
