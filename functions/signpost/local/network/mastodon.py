"""The dialect of Mastodon: its routes, tokens, limits and errors."""

from __future__ import annotations

import re
from datetime import datetime

from signpost.local.network import api_others, api_statuses
from signpost.local.network.accounts import Account
from signpost.local.network.calls import Endpoint
from signpost.local.network.dialect import Dialect, Route
from signpost.local.network.limits import CALLS, FAMILIES, Family, rate_headers
from signpost.local.network.network import Network
from signpost.local.network.refused import Refused
from signpost.local.network.wire import Answer, Request

_STATUS = "/api/v1/statuses/:id"


def _route(method: str, path: str, name: str, endpoint: Endpoint) -> Route:
    pattern = re.compile(path.replace(":id", "([0-9]+)") + "/?")
    return Route(frozenset({method}), pattern, name, endpoint)


ROUTES = (
    _route("GET", "/api/v2/instance", "instance", api_others.instance),
    _route(
        "GET",
        "/api/v1/accounts/verify_credentials",
        "verify_credentials",
        api_others.verify_credentials,
    ),
    _route("GET", "/api/v1/apps/verify_credentials", "verify_app", api_others.verify_app),
    _route("GET", "/api/v1/accounts/lookup", "lookup_account", api_others.lookup_account),
    _route("GET", "/api/v1/accounts/:id", "show_account", api_others.show_account),
    _route("GET", "/api/v1/accounts/:id/statuses", "list_statuses", api_others.list_statuses),
    _route("POST", "/api/v2/media", "upload_media", api_others.upload_media),
    _route("GET", "/api/v1/media/:id", "show_media", api_others.show_media),
    _route("PUT", "/api/v1/media/:id", "update_media", api_others.update_media),
    _route("POST", "/api/v1/statuses", "create_status", api_statuses.create),
    _route("GET", _STATUS, "show_status", api_statuses.show),
    _route("PUT", _STATUS, "edit_status", api_statuses.edit),
    _route("DELETE", _STATUS, "delete_status", api_statuses.delete),
    _route("GET", f"{_STATUS}/source", "status_source", api_statuses.source),
    _route("GET", f"{_STATUS}/context", "status_context", api_statuses.context),
    _route("POST", f"{_STATUS}/favourite", "favourite", api_statuses.favourite),
    _route("POST", f"{_STATUS}/unfavourite", "unfavourite", api_statuses.unfavourite),
    _route("POST", f"{_STATUS}/reblog", "reblog", api_statuses.reblog),
    _route("POST", f"{_STATUS}/unreblog", "unreblog", api_statuses.unreblog),
)


def _path(request: Request) -> str | None:
    return request.path if request.path.startswith("/api/") else None


def _viewer(network: Network, request: Request) -> Account | None:
    found = network.accounts.by_token(request.token) if request.token else None
    # The password of another channel's account opens nothing here.
    return found if found is not None and found.channel == "mastodon" else None


def _key(request: Request, _target: str) -> str:
    return request.headers.get("idempotency-key", "")


def _family(endpoint: str) -> Family:
    return FAMILIES.get(endpoint, CALLS)


def _rate_headers(family: Family, left: int, reset: datetime) -> dict[str, str]:
    return rate_headers(family.limit, left, reset)


def _error(refused: Refused) -> Answer:
    return Answer.error(refused.status, refused.message)


def _failure(status: int) -> Refused:
    return Refused(status, "We're sorry, but something went wrong on our end.")


DIALECT = Dialect(
    channel="mastodon",
    routes=ROUTES,
    path=_path,
    viewer=_viewer,
    key=_key,
    family=_family,
    rate_headers=_rate_headers,
    error=_error,
    missing=Refused(404, "Not Found"),
    failure=_failure,
    throttled=Refused(429, "Too many requests"),
)
