"""A plain HTTP client for what readers and other people do on a server: no retries, nothing hidden."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit


@dataclass(frozen=True)
class Page:
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


def fetch(
    method: str,
    url: str,
    body: Any = None,
    *,
    query: Mapping[str, Any] | None = None,
    form: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    timeout_s: float = 20.0,
) -> Page:
    """One exchange on a connection of its own."""
    parts = urlsplit(url)
    path = parts.path or "/"
    asked = "&".join(filter(None, [parts.query, urlencode(query or {}, doseq=True)]))
    sent = dict(headers or {})
    data = b""
    if body is not None:
        data, sent["Content-Type"] = json.dumps(body).encode(), "application/json"
    if form is not None:
        data, sent["Content-Type"] = urlencode(form).encode(), "application/x-www-form-urlencoded"
    connection = http.client.HTTPConnection("127.0.0.1", parts.port or 80, timeout=timeout_s)
    try:
        sent.setdefault("Host", parts.netloc)
        connection.request(method, f"{path}?{asked}" if asked else path, data, sent)
        answer = connection.getresponse()
        got = {name.lower(): value for name, value in answer.getheaders()}
        return Page(answer.status, got, answer.read())
    finally:
        connection.close()
