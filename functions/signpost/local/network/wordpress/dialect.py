"""The dialect of WordPress: wp/v2 of its REST API, as far as our connector and its tests speak it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime

from signpost.local.network.calls import Endpoint
from signpost.local.network.dialect import Dialect, Route
from signpost.local.network.limits import Family
from signpost.local.network.refused import Refused
from signpost.local.network.wire import Answer, Request
from signpost.local.network.wordpress import media_calls, other_calls, post_calls, users
from signpost.local.network.wordpress.book import CATEGORY, TAG
from signpost.local.network.wordpress.routes import route_of

_WRITES = "POST PUT PATCH"


def _route(methods: str, path: str, name: str, endpoint: Endpoint) -> Route:
    pattern = re.compile(path.replace(":id", "([0-9]+)"))
    return Route(frozenset(methods.split()), pattern, f"wordpress.{name}", endpoint)


ROUTES = (
    _route("GET", "/", "discovery", other_calls.discovery),
    _route("GET", "/wp/v2/posts", "list_posts", post_calls.list_posts),
    _route("POST", "/wp/v2/posts", "create_post", post_calls.create_post),
    _route("GET", "/wp/v2/posts/:id", "show_post", post_calls.show_post),
    _route(_WRITES, "/wp/v2/posts/:id", "update_post", post_calls.update_post),
    _route("DELETE", "/wp/v2/posts/:id", "delete_post", post_calls.delete_post),
    _route("GET", "/wp/v2/media", "list_media", media_calls.list_media),
    _route("POST", "/wp/v2/media", "upload_media", media_calls.upload_media),
    _route("GET", "/wp/v2/media/:id", "show_media", media_calls.show_media),
    _route(_WRITES, "/wp/v2/media/:id", "update_media", media_calls.update_media),
    _route("DELETE", "/wp/v2/media/:id", "delete_media", media_calls.delete_media),
    _route("GET", "/wp/v2/categories", "list_categories", other_calls.list_terms(CATEGORY)),
    _route("POST", "/wp/v2/categories", "create_category", other_calls.add_term(CATEGORY)),
    _route("GET", "/wp/v2/tags", "list_tags", other_calls.list_terms(TAG)),
    _route("POST", "/wp/v2/tags", "create_tag", other_calls.add_term(TAG)),
    _route("GET", "/wp/v2/users/me", "show_me", other_calls.me),
    _route("GET", "/wp/v2/users", "list_users", other_calls.list_users),
    _route("GET", "/wp/v2/comments", "list_comments", other_calls.list_comments),
    _route("POST", "/wp/v2/comments", "create_comment", other_calls.add_comment),
)


def _key(request: Request, target: str) -> str:
    return target if request.method != "GET" else ""


def _family(_endpoint: str) -> None:
    """The core has no rate limit; a host may have one, which a fault stands for."""


def _rate_headers(_family: Family, _left: int, reset: datetime) -> Mapping[str, str]:
    return {"Retry-After": format_datetime(reset.astimezone(UTC), usegmt=True)}


def _error(refused: Refused) -> Answer:
    # Source: https://developer.wordpress.org/rest-api/extending-the-rest-api/
    # adding-custom-endpoints/#return-value, 2026-11-22.
    code = refused.code or "rest_error"
    data = {"status": refused.status, **refused.data}
    return Answer.json({"code": code, "message": refused.message, "data": data}, refused.status)


def _failure(status: int) -> Refused:
    message = "<p>There has been a critical error on this website.</p>"
    return Refused(status, message, "internal_server_error")


DIALECT = Dialect(
    channel="wordpress",
    routes=ROUTES,
    path=route_of,
    viewer=users.viewer,
    key=_key,
    family=_family,
    rate_headers=_rate_headers,
    error=_error,
    missing=Refused(
        404, "No route was found matching the URL and request method.", "rest_no_route"
    ),
    failure=_failure,
    throttled=Refused(429, "Too many requests.", "too_many_requests"),
)
