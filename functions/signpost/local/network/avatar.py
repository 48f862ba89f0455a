"""Avatars drawn from a name: hills under a sky, with initials. Always the same for one name."""

from __future__ import annotations

import hashlib
from html import escape

_SKIES = (
    ("#0f766e", "#34d399"),
    ("#1d4ed8", "#60a5fa"),
    ("#9a3412", "#fb923c"),
    ("#6d28d9", "#c084fc"),
    ("#9f1239", "#fb7185"),
    ("#3f6212", "#a3e635"),
    ("#155e75", "#22d3ee"),
    ("#854d0e", "#facc15"),
)


def avatar_svg(username: str, display_name: str) -> bytes:
    """An SVG image, 96 by 96, without scripts, styles or outside references."""
    seed = hashlib.sha256(username.lower().encode()).digest()
    deep, light = _SKIES[seed[0] % len(_SKIES)]
    words = display_name.split() or [username]
    initials = (words[0][:1] + (words[1][:1] if len(words) > 1 else "")).upper()
    first, second, third = (58 + seed[at] % 14 for at in (1, 2, 3))
    sun_x, sun_y = 20 + seed[4] % 56, 18 + seed[5] % 14
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96" width="96" height="96">'
        f'<defs><linearGradient id="s" x1="0" y1="0" x2="0" y2="1">'
        f'<stop offset="0" stop-color="{deep}"/><stop offset="1" stop-color="{light}"/>'
        "</linearGradient></defs>"
        '<rect width="96" height="96" fill="url(#s)"/>'
        f'<circle cx="{sun_x}" cy="{sun_y}" r="9" fill="#fff" fill-opacity=".28"/>'
        f'<path d="M0 {first} Q24 {first - 18} 48 {second} T96 {third} V96 H0Z" fill="{deep}"'
        ' fill-opacity=".45"/>'
        f'<path d="M0 {third + 12} Q30 {second - 2} 60 {third + 12} T96 {first + 8} V96 H0Z"'
        f' fill="{deep}" fill-opacity=".6"/>'
        '<text x="48" y="49" dy=".35em" text-anchor="middle" fill="#fff" font-size="36"'
        ' font-weight="700" font-family="system-ui, sans-serif">'
        f"{escape(initials)}</text></svg>"
    ).encode()
