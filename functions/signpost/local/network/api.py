"""Every channel's API behind one door: dialects, rate limits, faults, request log.

`Api.answer` returns None where the connection is to be closed without an answer, and a
`Truncated` answer where half of it is to be sent: what a fault rule asked for.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace
from datetime import timedelta

from signpost.local.network import mastodon
from signpost.local.network.bluesky import dialect as bluesky
from signpost.local.network.calls import Call
from signpost.local.network.dialect import Dialect, Route
from signpost.local.network.faults import Effect, Spoiled
from signpost.local.network.journal import Entry
from signpost.local.network.limits import CALLS
from signpost.local.network.network import Network
from signpost.local.network.refused import Refused
from signpost.local.network.wire import Answer, Request
from signpost.local.network.wordpress import dialect as wordpress

DIALECTS = (mastodon.DIALECT, bluesky.DIALECT, wordpress.DIALECT)

ENDPOINTS = frozenset[str]().union(*(dialect.endpoints for dialect in DIALECTS))


@dataclass(frozen=True, slots=True)
class Truncated:
    """An answer of which only half may arrive."""

    answer: Answer


def dialect_of(request: Request) -> Dialect | None:
    """The dialect that a request speaks; None for a page, or the control API."""
    return next((item for item in DIALECTS if item.path(request) is not None), None)


class Api:
    """Answers requests of all dialects."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def answer(self, request: Request) -> Answer | Truncated | None:
        """What to send back; None closes the connection without a byte."""
        started = time.monotonic()
        dialect = dialect_of(request)
        if dialect is None:
            return Answer.error(404, "Not Found")
        found = dialect.find(request.method, dialect.path(request) or "")
        if found is None:
            return dialect.error(dialect.missing)
        route, target = found
        viewer, refused = None, None
        try:
            viewer = dialect.viewer(self._network, request)
        except Refused as refusal:
            refused = refusal
        name = viewer.username if viewer else ""
        spoiled = self._network.faults.judge(route.name, name)
        if spoiled.slow_s:
            time.sleep(spoiled.slow_s)
        call = Call(self._network, request, viewer, target, spoiled, refused)
        sent, answer = self._ended(dialect, route, call)
        self._log(
            dialect,
            route.name,
            call,
            answer,
            status=None if sent is None else answer.status,
            took_ms=round((time.monotonic() - started) * 1000),
        )
        return sent

    def _log(
        self,
        dialect: Dialect,
        endpoint: str,
        call: Call,
        answer: Answer,
        *,
        status: int | None,
        took_ms: int,
    ) -> None:
        self._network.journal.add(
            Entry(
                method=call.request.method,
                path=call.request.path,
                endpoint=endpoint,
                account=call.viewer.username if call.viewer else "",
                key=dialect.key(call.request, call.target),
                status=status,
                created=str(answer.note.get("created", "")),
                replayed=bool(answer.note.get("replayed")),
                faults=call.spoiled.names,
                took_ms=took_ms,
            )
        )

    def _ended(
        self, dialect: Dialect, route: Route, call: Call
    ) -> tuple[Answer | Truncated | None, Answer]:
        """What is sent, and what the server itself knows of the request."""
        rule = call.spoiled.outcome
        match rule.effect if rule else None:
            case Effect.THROTTLE if rule:
                reset = self._network.now() + timedelta(seconds=rule.seconds)
                family = dialect.family(route.name) or CALLS
                answer = dialect.error(dialect.throttled)
                answer = replace(answer, headers=dialect.rate_headers(family, 0, reset))
                return answer, answer
            case Effect.ERROR_BEFORE if rule:
                answer = dialect.error(dialect.failure(rule.status))
                return answer, answer
            case Effect.ERROR_AFTER if rule:
                applied = self._apply(dialect, route, call)
                answer = dialect.error(dialect.failure(rule.status))
                answer = replace(answer, note=applied.note)
                return answer, answer
            case Effect.DROP:
                return None, self._apply(dialect, route, call)
            case Effect.TRUNCATE:
                applied = self._apply(dialect, route, call)
                return Truncated(applied), applied
            case Effect.LATE_APPLY if rule:
                self._apply_later(dialect, route, call, rule.seconds)
                return None, Answer(0, b"")
            case _:
                applied = self._apply(dialect, route, call)
                return applied, applied

    def _apply(self, dialect: Dialect, route: Route, call: Call) -> Answer:
        # A login has no account yet, but says whose it will be.
        stranger = call.request.text("identifier") or "anonymous"
        caller = str(call.viewer.id) if call.viewer else stranger
        headers: dict[str, str] = {}
        family = dialect.family(route.name)
        if family is not None:
            refuse = self._network.settings.rate_limits
            allowance = self._network.rates.take(caller, family, refuse=refuse)
            headers = dict(dialect.rate_headers(family, allowance.left, allowance.reset))
            if not allowance.allowed:
                return replace(dialect.error(dialect.throttled), headers=headers)
        try:
            answer = route.endpoint(call)
        except Refused as refusal:
            answer = dialect.error(refusal)
        return replace(answer, headers={**answer.headers, **headers})

    def _apply_later(self, dialect: Dialect, route: Route, call: Call, seconds: float) -> None:
        """Do it when the time has come, and write a second line into the log then."""

        def work() -> None:
            answer = self._apply(dialect, route, replace(call, spoiled=Spoiled()))
            late = replace(call, spoiled=Spoiled(names=("late_apply",)))
            took_ms = round(seconds * 1000)
            self._log(dialect, f"{route.name}:late", late, answer, status=None, took_ms=took_ms)

        timer = threading.Timer(seconds, work)
        timer.daemon = True
        timer.start()
