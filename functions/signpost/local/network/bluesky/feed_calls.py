"""app.bsky.feed: posts as the network's index shows them, with what is counted of them.

Source: https://github.com/bluesky-social/atproto/blob/main/lexicons/app/bsky/feed/defs.json,
2026-11-22.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from signpost.local.network.accounts import Account
from signpost.local.network.bluesky.book import Record, uri_of
from signpost.local.network.bluesky.lexicon import EXTERNAL, IMAGES
from signpost.local.network.bluesky.names import POST, did_of
from signpost.local.network.bluesky.sessions import account_of
from signpost.local.network.calls import Call
from signpost.local.network.database import instant_text
from signpost.local.network.network import Network
from signpost.local.network.posts import Status
from signpost.local.network.refused import Refused
from signpost.local.network.wire import Answer

MOST = 25


def get_posts(call: Call) -> Answer:
    """app.bsky.feed.getPosts: those of the addresses that there are, in their order."""
    account_of(call)  # a personal server passes the question on for its own accounts only
    uris = call.request.listed("uris")
    if not 0 < len(uris) <= MOST:
        raise Refused(400, f"Params/uris must have 1 to {MOST} elements", "InvalidRequest")
    shown = []
    for uri in dict.fromkeys(uris):
        record = call.network.records.at(uri)
        if record is None or record.collection != POST or record.status_id is None:
            continue
        status = call.network.posts.find(record.status_id)
        if status is not None and status.created_at <= _until(call):
            shown.append(_view(call, record, status))
    return Answer.json({"posts": shown})


def card_of(network: Network, account: Account, record: Record, origin: str) -> dict[str, Any]:
    """The card of a link below a post; empty where it has none."""
    embed = record.value.get("embed") or {}
    if embed.get("$type") != EXTERNAL:
        return {}
    card = {name: embed["external"][name] for name in ("uri", "title", "description")}
    thumb = embed["external"].get("thumb")
    if thumb and (url := _image_url(network, account, thumb, origin)):
        card["thumb"] = url
    return card


def _until(call: Call) -> str:
    """The index lags where a fault says so."""
    lag = timedelta(seconds=call.spoiled.list_lag_s)
    return instant_text(call.network.now() - lag)


def _view(call: Call, record: Record, status: Status) -> dict[str, Any]:
    network, origin = call.network, call.request.origin
    author = network.accounts.by_id(record.account_id)
    if author is None:
        raise LookupError(f"record {record.rkey} belongs to no account")
    counts = network.posts.counts(status.id)
    uri = uri_of(author, record)
    body: dict[str, Any] = {
        "uri": str(uri),
        "cid": record.cid,
        "author": {
            "did": did_of(author),
            "handle": author.username,
            "displayName": author.display_name,
            "avatar": f"{origin}/avatars/{author.id}.svg",
            "labels": [],
            "createdAt": author.created_at,
        },
        "record": record.value,
        "replyCount": counts.replies,
        "repostCount": counts.reblogs,
        "likeCount": counts.favourites,
        "quoteCount": network.records.quotes(uri),
        "bookmarkCount": 0,
        "indexedAt": status.created_at,
        "labels": [],
    }
    if embed := _embed(network, author, record, origin):
        body["embed"] = embed
    return body


def _embed(network: Network, author: Account, record: Record, origin: str) -> dict[str, Any]:
    embed = record.value.get("embed") or {}
    if card := card_of(network, author, record, origin):
        return {"$type": f"{EXTERNAL}#view", "external": card}
    if embed.get("$type") != IMAGES:
        return {}
    images = []
    for image in embed["images"]:
        url = _image_url(network, author, image["image"], origin)
        kept = {name: image[name] for name in ("alt", "aspectRatio") if name in image}
        images.append({"thumb": url, "fullsize": url, **kept})
    return {"$type": f"{IMAGES}#view", "images": images}


def _image_url(network: Network, author: Account, blob: Any, origin: str) -> str:
    stored = network.records.blob(author, blob["ref"]["$link"])
    return f"{origin}/media/{stored.sha256}" if stored else ""
