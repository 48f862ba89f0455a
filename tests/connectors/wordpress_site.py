"""A site that behaves as WordPress does, as far as the connector speaks to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from signpost.ports import FilePart, Request, Response
from tests.connectors.scenes.wordpress import SERVER
from tests.fakes.transport import answer

ME = 3


class Site:
    """Posts, media and terms in memory; `respond` answers requests.

    Args:
        plain: permalinks are off, and routes are named in the query: the status of the page that
            is shown for `/wp-json`.
    """

    def __init__(self, *, plain: int = 0) -> None:
        self.plain = plain
        self.posts: dict[int, dict[str, Any]] = {}
        self.hidden: set[str] = set()
        """Slugs of posts that the account cannot see."""
        self.media: dict[int, dict[str, Any]] = {}
        self.categories = {1: "News", 4: "A &amp; B"}
        self.tags: dict[int, str] = {}
        self._last = 100

    def respond(self, request: Request) -> Response:
        """The answer to a request."""
        query = dict(request.query or {})
        path = request.url.removeprefix(SERVER)
        if self.plain:
            if path != "/":
                return answer(self.plain, raw=b"<html>", headers={"content-type": "text/html"})
            path = query.pop("rest_route")
        else:
            assert path.startswith("/wp-json"), path
            path = path.removeprefix("/wp-json")
        _, first, number = (path.removeprefix("/wp/v2") + "/").split("/")[:3]
        body = request.json or request.form or {}
        return self._answer(f"{request.method} {first}", number, query, body)

    def _answer(
        self, route: str, number: str, query: Mapping[str, str], body: Mapping[str, Any]
    ) -> Response:
        match route:
            case "GET posts":
                return self._read(number, query)
            case "POST posts":
                return self._write(number, body)
            case "DELETE posts":
                return self._delete(int(number), query)
            case "GET media":
                found = [item for item in self.media.values() if item["slug"] == query["slug"]]
                return answer(200, found)
            case "POST media":
                return self._upload(body)
            case "GET users":
                ids = {"me": {"id": ME}}
                return answer(200, ids.get(number) or _authors(query["slug"]))
            case "GET categories" | "GET tags":
                terms = self.categories if "categories" in route else self.tags
                hits = [
                    item for item in terms.items() if query["search"].lower() in item[1].lower()
                ]
                return answer(200, [{"id": key, "name": name} for key, name in hits])
            case "POST tags":
                self.tags[self._next()] = body["name"]
                return answer(201, {"id": self._last})
        raise AssertionError(route)

    def _delete(self, number: int, query: Mapping[str, str]) -> Response:
        if query.get("force"):
            return answer(200, {"deleted": True, "previous": self.posts.pop(number)})
        self.posts[number]["status"] = "trash"
        return answer(200, self.posts[number])

    def _read(self, number: str, query: Mapping[str, str]) -> Response:
        if not number:
            return answer(200, [post for post in self.posts.values() if _fits(post, query)])
        assert query["context"] == "edit"
        post = self.posts.get(int(number))
        if post is None:
            return answer(404, {"code": "rest_post_invalid_id", "message": "Invalid post ID."})
        texts = {name: {"raw": post.get(name, "")} for name in ("title", "content", "excerpt")}
        return answer(200, {"featured_media": 0, "tags": [], "categories": [1], **post, **texts})

    def _write(self, number: str, body: Mapping[str, Any]) -> Response:
        if number and int(number) not in self.posts:
            return answer(404, {"code": "rest_post_invalid_id", "message": "Invalid post ID."})
        key = int(number) if number else self._next()
        before = self.posts.get(key, {"id": key, "author": ME, "date_gmt": None})
        taken = {post["slug"] for post in self.posts.values() if post["id"] != key} | self.hidden
        post = {**before, **body}
        if post["slug"] in taken:
            post["slug"] += "-2"
        if post["status"] == "publish":
            post["date_gmt"] = post["date_gmt"] or "2026-12-01T09:00:00"
        post["link"] = f"{SERVER}/{post['slug']}/"
        self.posts[key] = post
        return answer(200 if number else 201, post)

    def _upload(self, form: Mapping[str, Any]) -> Response:
        file = form["file"]
        assert isinstance(file, FilePart)
        key = self._next()
        url = f"{SERVER}/wp-content/uploads/{file.name}"
        alt = form["alt_text"]
        self.media[key] = {"id": key, "slug": form["slug"], "source_url": url, "alt_text": alt}
        return answer(201, self.media[key])

    def _next(self) -> int:
        self._last += 1
        return self._last


def _fits(post: Mapping[str, Any], query: Mapping[str, str]) -> bool:
    if "include" in query:
        return str(post["id"]) == query["include"] and post["status"] == "publish"
    assert query["status"] == "any"
    return bool(post["slug"] == query["slug"]) and post["status"] != "trash"


def _authors(slug: str) -> list[dict[str, Any]]:
    return [{"id": 5, "slug": "ann"}] if slug == "ann" else []
