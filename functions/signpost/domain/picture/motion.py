"""Whether a picture moves, by its first bytes: what `check` has to know without reading it whole."""

from __future__ import annotations

MOVING = frozenset({"image/gif", "image/webp", "image/png"})
"""Kinds that may move."""


def moves(head: bytes, mime: str) -> bool:
    """Whether the file holds more than one picture in time.

    Args:
        head: its first bytes, at least some hundred thousand of them.
    """
    if mime == "image/webp":
        return head[12:16] == b"VP8X" and len(head) > 20 and bool(head[20] & 0x02)
    if mime == "image/png":
        before = head[: head.find(b"IDAT")]
        at = before.find(b"acTL")
        return at >= 0 and int.from_bytes(before[at + 4 : at + 8], "big") > 1
    if mime != "image/gif":
        return False
    from signpost.domain.picture.walk import DamagedError, gif_blocks  # hardly any post has one

    frames = 0
    try:
        for _, _, kind in gif_blocks(head):
            frames += kind == "image"
            if frames > 1:
                return True
    except DamagedError:  # the head ends before the file: a loop is announced at the front
        return b"NETSCAPE2.0" in head[:2048]
    return False
