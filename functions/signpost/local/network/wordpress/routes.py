"""Which blog and which route of its API a request names.

`/blog/NAME/wp-json/…` and, as on a site with plain permalinks, `/blog/NAME/?rest_route=/…`.
"""

from __future__ import annotations

import re

from signpost.local.network.wire import Request

_PRETTY = re.compile(r"/blog/([a-z0-9.-]+)/wp-json(/.*)?")
_PLAIN = re.compile(r"/blog/([a-z0-9.-]+)(?:/index\.php|/)?")


def route_of(request: Request) -> str | None:
    """The route, such as `/wp/v2/posts`; None where the request is for a page."""
    pretty = _PRETTY.fullmatch(request.path)
    if pretty:
        return (pretty[2] or "/").rstrip("/") or "/"
    named = request.query.get("rest_route")
    if isinstance(named, str) and _PLAIN.fullmatch(request.path):
        return named.rstrip("/") or "/"
    return None


def site_of(request: Request) -> str:
    """The blog's name."""
    match = _PRETTY.fullmatch(request.path) or _PLAIN.fullmatch(request.path)
    return match[1] if match else ""


def base_of(request: Request) -> str:
    """The blog's address, without a trailing slash."""
    return f"{request.origin}/blog/{site_of(request)}"
