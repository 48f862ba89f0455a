"""The dialect of Bluesky: XRPC, as far as our connector and its tests speak it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from signpost.local.network.bluesky import feed_calls, repo_calls, server_calls, sessions
from signpost.local.network.calls import Endpoint
from signpost.local.network.dialect import Dialect, Route
from signpost.local.network.limits import Family
from signpost.local.network.refused import Refused
from signpost.local.network.wire import Answer, Request

CALLS = Family("bluesky calls", 3000, 5 * 60)
LOGINS = Family("bluesky logins", 30, 5 * 60)
_WRITES = ("bluesky writes", 5000, 60 * 60)

FAMILIES: Mapping[str, Family] = {
    "bluesky.createSession": LOGINS,
    "bluesky.createRecord": Family(*_WRITES, cost=3),
    "bluesky.putRecord": Family(*_WRITES, cost=2),
    "bluesky.deleteRecord": Family(*_WRITES, cost=1),
}
"""By endpoint; every other one counts as a call. The second limit, of a day, is left out.

Source: https://docs.bsky.app/docs/advanced-guides/rate-limits and packages/pds/src/api/com/
atproto/repo (calcPoints), 2026-11-22.
"""


def _route(method: str, nsid: str, endpoint: Endpoint) -> Route:
    name = f"bluesky.{nsid.rpartition('.')[2]}"
    return Route(frozenset({method}), re.compile(re.escape(nsid)), name, endpoint)


ROUTES = (
    _route("GET", "com.atproto.server.describeServer", server_calls.describe_server),
    _route("POST", "com.atproto.server.createSession", server_calls.create_session),
    _route("POST", "com.atproto.server.refreshSession", server_calls.refresh_session),
    _route("GET", "com.atproto.server.getSession", server_calls.get_session),
    _route("GET", "com.atproto.identity.resolveHandle", server_calls.resolve_handle),
    _route("POST", "com.atproto.repo.uploadBlob", repo_calls.upload_blob),
    _route("POST", "com.atproto.repo.putRecord", repo_calls.put_record),
    _route("POST", "com.atproto.repo.createRecord", repo_calls.create_record),
    _route("POST", "com.atproto.repo.deleteRecord", repo_calls.delete_record),
    _route("GET", "com.atproto.repo.getRecord", repo_calls.get_record),
    _route("GET", "com.atproto.repo.listRecords", repo_calls.list_records),
    _route("GET", "com.atproto.repo.describeRepo", repo_calls.describe_repo),
    _route("GET", "com.atproto.sync.getBlob", repo_calls.get_blob),
    _route("GET", "app.bsky.feed.getPosts", feed_calls.get_posts),
)


def _path(request: Request) -> str | None:
    return request.path[6:] if request.path.startswith("/xrpc/") else None


def _key(request: Request, _target: str) -> str:
    return str(request.fields.get("rkey") or "")


def _family(endpoint: str) -> Family:
    return FAMILIES.get(endpoint, CALLS)


def _rate_headers(family: Family, left: int, reset: datetime) -> dict[str, str]:
    return {
        "RateLimit-Limit": str(family.limit),
        "RateLimit-Remaining": str(left),
        "RateLimit-Reset": str(int(reset.timestamp())),
        "RateLimit-Policy": f"{family.limit};w={family.window_s}",
    }


def _error(refused: Refused) -> Answer:
    # Source: https://atproto.com/specs/xrpc#error-responses, 2026-11-22.
    codes = {429: "RateLimitExceeded", 413: "PayloadTooLarge"}
    known = refused.code if refused.code[:1].isupper() else ""
    name = known or codes.get(refused.status, "InvalidRequest")
    return Answer.json({"error": name, "message": refused.message}, refused.status)


def _failure(status: int) -> Refused:
    named = {
        500: ("Internal Server Error", "InternalServerError"),
        501: ("Method Not Implemented", "MethodNotImplemented"),
        502: ("Upstream Failure", "UpstreamFailure"),
        503: ("Not Enough Resources", "NotEnoughResources"),
        504: ("Upstream Timeout", "UpstreamTimeout"),
    }
    message, code = named[status]
    return Refused(status, message, code)


DIALECT = Dialect(
    channel="bluesky",
    routes=ROUTES,
    path=_path,
    viewer=sessions.viewer,
    key=_key,
    family=_family,
    rate_headers=_rate_headers,
    error=_error,
    missing=Refused(501, "Method Not Implemented", "MethodNotImplemented"),
    failure=_failure,
    throttled=Refused(429, "Rate Limit Exceeded", "RateLimitExceeded"),
)
