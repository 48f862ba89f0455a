"""Measure: what an index of the network counts of a post."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from signpost.connectors.bluesky.calls import call
from signpost.connectors.bluesky.logins import Logins
from signpost.connectors.bluesky.refs import Ref, parse_external_id
from signpost.connectors.bluesky.session import Session
from signpost.errors import RefusedError

POSTS = "app.bsky.feed.getPosts"
MOST = 25
"""Posts in one question. Source: lexicons/app/bsky/feed/getPosts.json, 2026-11-22."""

_METRICS = {
    "likes": "likeCount",
    "replies": "replyCount",
    "reposts": "repostCount",
    "quotes": "quoteCount",
}


def measure(
    logins: Logins, session: Session, external_ids: Sequence[str]
) -> list[Mapping[str, int]]:
    """Counts of each post, in order; nothing for one that is not shown.

    The ids are a thread in order, so each but the last has one reply that is our own next
    part: it is nobody's answer, and not counted.

    Raises:
        RefusedError, ThrottledError, TransportError: it could not be read; or none is shown.
    """
    if not external_ids:
        return []
    uris = [_uri(logins, session, external_id) for external_id in external_ids]
    shown: dict[str, Mapping[str, Any]] = {}
    for start in range(0, len(uris), MOST):
        shown.update(_posts(logins, session, uris[start : start + MOST]))
    if not any(uri in shown for uri in uris):
        cause = "Measuring: the network shows no such post (any more)."
        raise RefusedError(cause, gone=True)
    counts: list[Mapping[str, int]] = []
    for number, uri in enumerate(uris, 1):
        post = shown.get(uri, {})
        found = {
            name: post[member] for name, member in _METRICS.items() if _is_count(post.get(member))
        }
        if number < len(uris) and "replies" in found:
            found["replies"] = max(0, found["replies"] - 1)
        counts.append(found)
    return counts


def _posts(
    logins: Logins, session: Session, uris: Sequence[str]
) -> Mapping[str, Mapping[str, Any]]:
    response = call(logins, session, "GET", POSTS, query=[("uris", uri) for uri in uris])
    if response.status != 200:
        raise session.refusal(response, "measuring")
    value = response.json()
    posts = value.get("posts") if isinstance(value, dict) else None
    if not isinstance(posts, list):
        raise RefusedError("Measuring: the answer is no list of posts.", permanent=False)
    return {str(post["uri"]): post for post in posts if isinstance(post, dict) and "uri" in post}


def _uri(logins: Logins, session: Session, external_id: str) -> str:
    ref = parse_external_id(external_id).ref
    # A person who says where a post is live may give no more than its key.
    return ref.uri if ref.did else Ref(logins.tokens(session).did, ref.rkey).uri


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
