"""A dialect: how one channel's servers are spoken to, and how they answer.

Faults, rate limits and the request log are the same for all; what differs is here as values.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from signpost.local.network.accounts import Account
from signpost.local.network.calls import Endpoint
from signpost.local.network.limits import Family
from signpost.local.network.network import Network
from signpost.local.network.refused import Refused
from signpost.local.network.wire import Answer, Request


@dataclass(frozen=True, slots=True)
class Route:
    """One endpoint.

    Args:
        methods: HTTP methods.
        path: a pattern; its only group is the target.
        name: what fault rules and the request log call it.
    """

    methods: frozenset[str]
    path: re.Pattern[str]
    name: str
    endpoint: Endpoint


@dataclass(frozen=True, slots=True)
class Dialect:
    """One channel's API.

    Args:
        path: the path within the API that a request asks for; None where it is not for this one.
        viewer: whose token or password a request carries.
        key: what a repeat of the request is known by, for the log: request, target.
        family: the rate limit that an endpoint counts against; None for none.
        rate_headers: what is said of it: family, what is left, when it begins anew.
        error: a refusal in the channel's form.
        missing: the refusal of an address that the API does not have.
        failure: the words of a server that broke, by status.
        throttled: the words of a server that wants to be left alone.
    """

    channel: str
    routes: tuple[Route, ...]
    path: Callable[[Request], str | None]
    viewer: Callable[[Network, Request], Account | None]
    key: Callable[[Request, str], str]
    family: Callable[[str], Family | None]
    rate_headers: Callable[[Family, int, datetime], Mapping[str, str]]
    error: Callable[[Refused], Answer]
    missing: Refused
    failure: Callable[[int], Refused]
    throttled: Refused

    @property
    def endpoints(self) -> frozenset[str]:
        """The names of its routes."""
        return frozenset(route.name for route in self.routes)

    def find(self, method: str, path: str) -> tuple[Route, str] | None:
        """The route of a request and its target."""
        for route in self.routes:
            match = route.path.fullmatch(path)
            if match and method in route.methods:
                return route, match[1] if route.path.groups else ""
        return None
