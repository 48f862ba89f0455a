"""Mastodon's JSON forms of what is stored.

Source: answers of Mastodon 4.6.4 (August 2026); https://docs.joinmastodon.org/entities/ (read
2026-11-22). Members that only concern features this network lacks are left at their empty value.
"""

from __future__ import annotations

from typing import Any

from signpost.local.network import limits
from signpost.local.network.accounts import Account
from signpost.local.network.media import Attachment
from signpost.local.network.network import Network
from signpost.local.network.posts import Status
from signpost.local.network.render_html import hashtags, mentions, render_html

VERSION = "4.6.4"

SCOPES = ("read:accounts", "read:statuses", "write:statuses", "write:media")
OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"


def account_json(network: Network, account: Account, origin: str) -> dict[str, Any]:
    """An Account."""
    avatar = f"{origin}/avatars/{account.username}.svg"
    return {
        "id": str(account.id),
        "username": account.username,
        "acct": account.username,
        "display_name": account.display_name,
        "locked": False,
        "bot": False,
        "discoverable": True,
        "indexable": False,
        "group": False,
        "created_at": account.created_at,
        "note": render_html(account.note, origin, lambda _: False),
        "url": f"{origin}/@{account.username}",
        "uri": f"{origin}/users/{account.username}",
        "avatar": avatar,
        "avatar_static": avatar,
        "header": avatar,
        "header_static": avatar,
        "followers_count": 0,
        "following_count": 0,
        "statuses_count": network.posts.number_of(account),
        "last_status_at": None,
        "emojis": [],
        "roles": [],
        "fields": [],
    }


def credential_json(network: Network, account: Account, origin: str) -> dict[str, Any]:
    """A CredentialAccount: the account as its owner sees it."""
    source = {
        "privacy": "public",
        "sensitive": False,
        "language": "en",
        "note": account.note,
        "fields": [],
        "follow_requests_count": 0,
        "discoverable": True,
        "indexable": False,
    }
    role = {"id": "-99", "name": "", "permissions": "65536", "color": "", "highlighted": False}
    return {**account_json(network, account, origin), "source": source, "role": role}


def application_json() -> dict[str, Any]:
    """An Application: what a token of the local network may do, which is what our page asks for."""
    return {
        "id": "1",
        "name": "signpost",
        "website": None,
        "scopes": list(SCOPES),
        "redirect_uri": OUT_OF_BAND,
        "redirect_uris": [OUT_OF_BAND],
        "vapid_key": "",
    }


def media_json(attachment: Attachment, origin: str) -> dict[str, Any]:
    """A MediaAttachment; its address is null while it is processed."""
    url = f"{origin}/media/{attachment.sha256}" if attachment.ready else None
    meta: dict[str, Any] = {}
    if attachment.width and attachment.height:
        width, height = attachment.width, attachment.height
        size = {
            "width": width,
            "height": height,
            "size": f"{width}x{height}",
            "aspect": width / height,
        }
        meta = {"original": size, "small": size}
    if attachment.focus is not None:
        meta["focus"] = {"x": attachment.focus[0], "y": attachment.focus[1]}
    return {
        "id": str(attachment.id),
        "type": attachment.kind,
        "url": url,
        "preview_url": url,
        "remote_url": None,
        "preview_remote_url": None,
        "text_url": None,
        "meta": meta,
        "description": attachment.description,
        "blurhash": None,
    }


def status_url(status: Status, author: Account, origin: str) -> str:
    """The permalink."""
    return f"{origin}/@{author.username}/{status.id}"


def status_json(
    network: Network, status: Status, viewer: Account | None, origin: str, *, source: bool = False
) -> dict[str, Any]:
    """A Status as the viewer sees it.

    With `source` it has the `text` as it was sent instead of `content`, as a deletion answers.

    Raises:
        LookupError: the status belongs to no account.
    """
    author = network.accounts.by_id(status.account_id)
    if author is None:
        raise LookupError(f"status {status.id} has no author")
    counts = network.posts.counts(status.id)
    liked, boosted = network.posts.reactions_of(status.id, viewer)
    original = None
    if status.reblog_of_id is not None:
        original = network.posts.get(status.reblog_of_id, author)
    parent = None
    if status.in_reply_to_id is not None:
        parent = network.posts.get(status.in_reply_to_id, author)
    body = {"text": status.text} if source else {"content": content_html(network, status, origin)}
    boost = None if original is None else status_json(network, original, viewer, origin)
    return {
        "id": str(status.id),
        "created_at": status.created_at,
        "in_reply_to_id": None if status.in_reply_to_id is None else str(status.in_reply_to_id),
        "in_reply_to_account_id": None if parent is None else str(parent.account_id),
        "sensitive": status.sensitive,
        "spoiler_text": status.spoiler_text,
        "visibility": status.visibility,
        "language": status.language,
        "uri": f"{origin}/users/{author.username}/statuses/{status.id}",
        "url": status_url(status, author, origin),
        "replies_count": counts.replies,
        "reblogs_count": counts.reblogs,
        "favourites_count": counts.favourites,
        "quotes_count": 0,
        "edited_at": status.edited_at,
        "favourited": liked,
        "reblogged": boosted,
        "muted": False,
        "bookmarked": False,
        "pinned": False,
        **body,
        "filtered": [],
        "reblog": boost,
        "application": {"name": "signpost", "website": None} if not author.visitor else None,
        "account": account_json(network, author, origin),
        "media_attachments": [media_json(item, origin) for item in network.media.of(status.id)],
        "mentions": _mentions_json(network, status, origin),
        "tags": [
            {"name": tag.lower(), "url": f"{origin}/tags/{tag}"} for tag in hashtags(status.text)
        ],
        "emojis": [],
        "quote": None,
        "card": None,
        "poll": None,
    }


def content_html(network: Network, status: Status, origin: str) -> str:
    """The status's text as HTML."""
    return render_html(
        status.text, origin, lambda name: network.accounts.by_username(name) is not None
    )


def instance_json(network: Network, origin: str) -> dict[str, Any]:
    """An Instance, version 2: the limits that are in force here."""
    return {
        "domain": origin.partition("://")[2],
        "title": "Signpost local network",
        "version": f"{VERSION}+signpost-local",
        "source_url": "",
        "description": "A server on this computer that speaks the part of Mastodon's API "
        "that Signpost uses.",
        "usage": {"users": {"active_month": len(network.accounts.all(visitors=False))}},
        "thumbnail": {"url": f"{origin}/_web/static/icon.svg", "description": "A signpost"},
        "icon": [],
        "languages": ["en"],
        "configuration": {
            "urls": {"streaming": None, "status": None},
            "accounts": {"max_featured_tags": 10, "max_pinned_statuses": 5},
            "statuses": {
                "max_characters": network.settings.max_characters,
                "max_media_attachments": limits.MAX_ATTACHMENTS,
                "characters_reserved_per_url": limits.URL_WEIGHT,
            },
            "media_attachments": {
                "description_limit": limits.MAX_DESCRIPTION,
                "supported_mime_types": list(limits.MIME_TYPES),
                "image_size_limit": limits.MAX_IMAGE_BYTES,
                "image_matrix_limit": 33_177_600,
                "video_size_limit": limits.MAX_VIDEO_BYTES,
                "video_frame_rate_limit": 120,
                "video_matrix_limit": 8_294_400,
            },
            "polls": {
                "max_options": 4,
                "max_characters_per_option": 50,
                "min_expiration": 300,
                "max_expiration": 2_629_746,
            },
            "translation": {"enabled": False},
        },
        "registrations": {
            "enabled": False,
            "approval_required": False,
            "reason_required": False,
            "message": None,
            "min_age": None,
            "url": None,
        },
        "api_versions": {"mastodon": 11},
        "contact": {"email": "", "account": None},
        "rules": [],
    }


def _mentions_json(network: Network, status: Status, origin: str) -> list[dict[str, Any]]:
    found = (network.accounts.by_username(name) for name in mentions(status.text))
    return [
        {
            "id": str(account.id),
            "username": account.username,
            "url": f"{origin}/@{account.username}",
            "acct": account.username,
        }
        for account in found
        if account is not None
    ]
