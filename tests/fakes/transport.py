"""A transport that answers from a script or a function and remembers what was asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from signpost.errors import TransportError
from signpost.ports import Request, Response

Answer = Response | TransportError | Exception


def answer(
    status: int, value: Any = None, *, headers: Mapping[str, str] | None = None, raw: bytes = b""
) -> Response:
    """A response with a JSON body, or with `raw` bytes."""
    body = raw or (b"" if value is None else json.dumps(value).encode())
    return Response(status, {"content-type": "application/json", **(headers or {})}, body)


class FakeTransport:
    """Implements ports.Transport.

    Args:
        script: answers in order; an exception is raised. A request beyond them fails the test.
        respond: answers by function instead.
    """

    def __init__(
        self,
        script: Iterable[Answer] = (),
        *,
        respond: Callable[[Request], Answer] | None = None,
    ) -> None:
        self._script = list(script)
        self._respond = respond
        self.requests: list[Request] = []

    def send(self, request: Request) -> Response:
        self.requests.append(request)
        if self._respond is not None:
            found = self._respond(request)
        elif self._script:
            found = self._script.pop(0)
        else:
            raise AssertionError(f"unexpected request: {request!r}")
        if isinstance(found, Exception):
            raise found
        return found

    @property
    def left(self) -> int:
        """Answers of the script that nobody asked for."""
        return len(self._script)
