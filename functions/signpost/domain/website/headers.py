"""What a server sends along with every file of the site; the same here and in production."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

NAME = "headers.json"

_FIXED = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_HASHED = re.compile(r"/assets/.*\.[0-9a-f]{8,}\.(?:min\.)?(?:css|js)\Z")
_LONG = "public, max-age=31536000, immutable"
_FRESH = "no-cache"
"""Asked for again each time, and answered with 304 where nothing changed."""


def policy(script_hashes: Iterable[str]) -> str:
    """The Content-Security-Policy.

    Args:
        script_hashes: of the theme's own inline scripts, such as `sha256-…`; nothing else inline
            runs.
    """
    hashes = " ".join(f"'{item}'" for item in sorted(set(script_hashes)))
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' {hashes}".rstrip(),
            "style-src 'self'",
            "img-src 'self' data:",  # the theme's icons are data: in its style sheet
            "font-src 'self'",
            "connect-src 'self'",
            "worker-src 'self'",
            "manifest-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def headers(script_hashes: Iterable[str]) -> dict[str, str]:
    """Name → value, for every answer."""
    return {"Content-Security-Policy": policy(script_hashes), **_FIXED}


def caching(path: str) -> str:
    """The `Cache-Control` of a file: long where its name changes with its bytes."""
    return _LONG if _HASHED.search(path) else _FRESH


def document(script_hashes: Iterable[str]) -> Mapping[str, object]:
    """What `headers.json` holds, for the local server and for the distribution."""
    return {"format": 1, "headers": headers(script_hashes)}
