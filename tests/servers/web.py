"""A plain HTTP client for what readers and other people do on a server: no retries, nothing hidden."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from tests.dialects.exchange import Got as Page
from tests.dialects.exchange import exchange

__all__ = ["Page", "fetch"]


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
    """One exchange on a connection of its own; `form` is sent as a page's form is."""
    raw = None
    if form is not None:
        raw = ("application/x-www-form-urlencoded", urlencode(form).encode())
    return exchange(method, url, body, query=query, raw=raw, headers=headers, timeout_s=timeout_s)
