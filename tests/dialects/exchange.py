"""A plain HTTP exchange with a server on loopback: no retries, nothing hidden."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

BOUNDARY = "dialect-boundary"


@dataclass(frozen=True)
class Got:
    """An answer; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")


def exchange(
    method: str,
    url: str,
    body: Any = None,
    *,
    query: Mapping[str, Any] | None = None,
    raw: tuple[str, bytes] | None = None,
    headers: Mapping[str, str] | None = None,
    timeout_s: float = 20.0,
) -> Got:
    """One exchange on a connection of its own.

    Args:
        body: sent as JSON.
        query: a list's name is repeated.
        raw: type and bytes of a body that is no JSON.
    """
    parts = urlsplit(url)
    asked = "&".join(filter(None, [parts.query, urlencode(query or {}, doseq=True)]))
    sent, data = {"Host": parts.netloc, **(headers or {})}, None
    if body is not None:
        sent["Content-Type"], data = "application/json", json.dumps(body).encode()
    if raw is not None:
        sent["Content-Type"], data = raw
    # By number: `localhost` may mean ::1 first, where nobody listens.
    connection = http.client.HTTPConnection("127.0.0.1", parts.port or 80, timeout=timeout_s)
    try:
        path = parts.path or "/"
        connection.request(method, f"{path}?{asked}" if asked else path, data, sent)
        answer = connection.getresponse()
        got = {name.lower(): value for name, value in answer.getheaders()}
        return Got(answer.status, got, answer.read())
    finally:
        connection.close()


def form_of(name: str, data: bytes, mime: str, **fields: str) -> tuple[str, bytes]:
    """Type and bytes of a multipart form with one file."""
    pieces = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'
        for field, value in fields.items()
    ]
    pieces.append(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        f"Content-Type: {mime}\r\n\r\n"
    )
    end = f"\r\n--{BOUNDARY}--\r\n".encode()
    return f"multipart/form-data; boundary={BOUNDARY}", "".join(pieces).encode() + data + end
