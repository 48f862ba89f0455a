"""The Mastodon API: routes, tokens, rate limits, faults, request log.

`Api.answer` returns None where the connection is to be closed without an answer, and a
`Truncated` answer where half of it is to be sent: what a fault rule asked for.
"""

from __future__ import annotations

import re
import threading
import time
from dataclasses import dataclass, replace
from datetime import timedelta

from signpost.local.network import api_others, api_statuses
from signpost.local.network.calls import Call, Endpoint
from signpost.local.network.drafts import Refused
from signpost.local.network.faults import Effect, Rule, Spoiled
from signpost.local.network.journal import Entry
from signpost.local.network.limits import rate_headers
from signpost.local.network.network import Network
from signpost.local.network.wire import Answer, Request


@dataclass(frozen=True, slots=True)
class Route:
    """One endpoint.

    Args:
        name: what fault rules and the request log call it.
        path: a pattern; its only group is the id.
    """

    method: str
    path: re.Pattern[str]
    name: str
    endpoint: Endpoint


def _route(method: str, path: str, name: str, endpoint: Endpoint) -> Route:
    return Route(method, re.compile(path.replace(":id", "([0-9]+)")), name, endpoint)


_STATUS = "/api/v1/statuses/:id"

ROUTES = (
    _route("GET", "/api/v2/instance", "instance", api_others.instance),
    _route(
        "GET",
        "/api/v1/accounts/verify_credentials",
        "verify_credentials",
        api_others.verify_credentials,
    ),
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

ENDPOINTS = frozenset(route.name for route in ROUTES)


@dataclass(frozen=True, slots=True)
class Truncated:
    """An answer of which only half may arrive."""

    answer: Answer


class Api:
    """Answers requests of the Mastodon API."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def answer(self, request: Request) -> Answer | Truncated | None:
        """What to send back; None closes the connection without a byte."""
        started = time.monotonic()
        found = _find(request)
        viewer = self._network.accounts.by_token(request.token) if request.token else None
        name = viewer.username if viewer else ""
        if found is None:
            return Answer.error(404, "Not Found")
        route, target = found
        spoiled = self._network.faults.judge(route.name, name)
        if spoiled.slow_s:
            time.sleep(spoiled.slow_s)
        call = Call(self._network, request, viewer, target, spoiled)
        sent, answer = self._ended(route, call)
        self._network.journal.add(
            Entry(
                method=request.method,
                path=request.path,
                endpoint=route.name,
                account=name,
                key=request.headers.get("idempotency-key", ""),
                status=None if sent is None else answer.status,
                created=str(answer.note.get("created", "")),
                replayed=bool(answer.note.get("replayed")),
                faults=spoiled.names,
                took_ms=round((time.monotonic() - started) * 1000),
            )
        )
        return sent

    def _ended(self, route: Route, call: Call) -> tuple[Answer | Truncated | None, Answer]:
        """What is sent, and what the server itself knows of the request."""
        rule = call.spoiled.outcome
        match rule.effect if rule else None:
            case Effect.THROTTLE if rule:
                reset = self._network.now() + timedelta(seconds=rule.seconds)
                answer = replace(
                    Answer.error(429, "Too many requests"), headers=rate_headers(300, 0, reset)
                )
                return answer, answer
            case Effect.ERROR_BEFORE if rule:
                answer = _server_error(rule)
                return answer, answer
            case Effect.ERROR_AFTER if rule:
                applied = self._apply(route, call)
                answer = replace(_server_error(rule), note=applied.note)
                return answer, answer
            case Effect.DROP:
                return None, self._apply(route, call)
            case Effect.TRUNCATE:
                applied = self._apply(route, call)
                return Truncated(applied), applied
            case Effect.LATE_APPLY if rule:
                self._apply_later(route, call, rule.seconds)
                return None, Answer(0, b"")
            case _:
                applied = self._apply(route, call)
                return applied, applied

    def _apply(self, route: Route, call: Call) -> Answer:
        caller = call.viewer.username if call.viewer else "anonymous"
        allowance = self._network.rates.take(
            caller, route.name, refuse=self._network.settings.rate_limits
        )
        if not allowance.allowed:
            return replace(Answer.error(429, "Too many requests"), headers=allowance.headers)
        try:
            answer = route.endpoint(call)
        except Refused as refusal:
            answer = Answer.error(refusal.status, refusal.message)
        return replace(answer, headers={**answer.headers, **allowance.headers})

    def _apply_later(self, route: Route, call: Call, seconds: float) -> None:
        """Do it when the time has come, and write a second line into the log then."""

        def work() -> None:
            answer = self._apply(route, replace(call, spoiled=Spoiled()))
            self._network.journal.add(
                Entry(
                    method=call.request.method,
                    path=call.request.path,
                    endpoint=f"{route.name}:late",
                    account=call.viewer.username if call.viewer else "",
                    key=call.request.headers.get("idempotency-key", ""),
                    status=None,
                    created=str(answer.note.get("created", "")),
                    replayed=bool(answer.note.get("replayed")),
                    faults=("late_apply",),
                    took_ms=round(seconds * 1000),
                )
            )

        timer = threading.Timer(seconds, work)
        timer.daemon = True
        timer.start()


def _find(request: Request) -> tuple[Route, str] | None:
    for route in ROUTES:
        match = route.path.fullmatch(request.path.rstrip("/"))
        if match and route.method == request.method:
            return route, match[1] if route.path.groups else ""
    return None


def _server_error(rule: Rule) -> Answer:
    return Answer.error(rule.status, "We're sorry, but something went wrong on our end.")
