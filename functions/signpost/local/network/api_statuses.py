"""Endpoints under /api/v1/statuses.

Source: https://docs.joinmastodon.org/methods/statuses/, read 2026-11-22.
"""

from __future__ import annotations

from typing import Any

from signpost.local.network.calls import Call
from signpost.local.network.drafts import (
    changed_draft,
    description_of,
    focus_of,
    new_draft,
    number,
)
from signpost.local.network.entities import status_json
from signpost.local.network.posts import SHOWN_TO_ALL, Draft, Status
from signpost.local.network.refused import Refused
from signpost.local.network.wire import Answer, Request


def create(call: Call) -> Answer:
    """POST /api/v1/statuses."""
    network, account = call.network, call.account
    key = call.request.headers.get("idempotency-key", "").strip()
    usable = key and not call.spoiled.ignore_keys
    # One at a time: two requests with one key that arrive together make one status.
    with network.creating:
        known = network.posts.by_key(account, key) if usable else None
        if known is not None:
            status = network.posts.get(known, account)
            if status is None:
                raise Refused(404, "Record not found")
            return _shown(call, status, replayed=True)
        status = network.posts.create(account, new_draft(network, account, call.request), key)
    return _shown(call, status, created=str(status.id))


def edit(call: Call) -> Answer:
    """PUT /api/v1/statuses/:id. An edit that changes nothing is none.

    Source: https://github.com/mastodon/mastodon/blob/main/app/services/update_status_service.rb,
    2026-11-22.
    """
    # One at a time: a repeat that arrives meanwhile finds what the first one made.
    with call.network.creating:
        status = call.status(mine=True)
        draft = changed_draft(call.network, call.account, call.request, status)
        changed = _describe(call, draft) or not call.network.posts.says(status, draft)
        if changed:
            status = call.network.posts.edit(status, draft)
    return _shown(call, status)


def _describe(call: Call, draft: Draft) -> bool:
    """Give media of the draft other descriptions; whether that changed any."""
    changes = call.request.fields.get("media_attributes")
    media, changed = call.network.media, False
    for change in changes if isinstance(changes, list) else []:
        media_id = number(str(change.get("id"))) if isinstance(change, dict) else 0
        if media_id in draft.media_ids:
            part = Request("PUT", "", {}, {}, change, {}, call.request.origin)
            before = media.get(media_id)
            media.describe(media_id, description_of(part), focus_of(part.text("focus")))
            changed = changed or media.get(media_id) != before
    return changed


def delete(call: Call) -> Answer:
    """DELETE /api/v1/statuses/:id. Answers the status with its source, to write it anew.

    Its media can be attached again, unless `delete_media` says that they are to go as well.
    """
    with call.network.creating:
        status = call.status(mine=True)
        body = status_json(call.network, status, call.viewer, call.request.origin, source=True)
        call.network.posts.delete(status, media=call.request.flag("delete_media"))
    return Answer.json(body)


def show(call: Call) -> Answer:
    """GET /api/v1/statuses/:id."""
    return _shown(call, call.status())


def source(call: Call) -> Answer:
    """GET /api/v1/statuses/:id/source."""
    status = call.status(mine=True)
    body = {"id": str(status.id), "text": status.text, "spoiler_text": status.spoiler_text}
    return Answer.json(body)


def context(call: Call) -> Answer:
    """GET /api/v1/statuses/:id/context."""
    status, posts = call.status(), call.network.posts

    def listed(statuses: list[Status]) -> list[dict[str, Any]]:
        visible = (posts.get(item.id, call.viewer) for item in statuses)
        return [
            status_json(call.network, item, call.viewer, call.request.origin)
            for item in visible
            if item is not None
        ]

    return Answer.json(
        {
            "ancestors": listed(posts.ancestors(status)),
            "descendants": listed(posts.descendants(status)),
        }
    )


def favourite(call: Call) -> Answer:
    """POST /api/v1/statuses/:id/favourite."""
    status = call.status()
    call.network.posts.favourite(status, call.account, on=True)
    return _shown(call, status)


def unfavourite(call: Call) -> Answer:
    """POST /api/v1/statuses/:id/unfavourite."""
    status = call.status()
    call.network.posts.favourite(status, call.account, on=False)
    return _shown(call, status)


def reblog(call: Call) -> Answer:
    """POST /api/v1/statuses/:id/reblog. Answers the boost, which holds the status."""
    status = call.status()
    if status.visibility not in SHOWN_TO_ALL:
        raise Refused(403, "This action is not allowed")
    return _shown(call, call.network.posts.reblog(status, call.account))


def unreblog(call: Call) -> Answer:
    """POST /api/v1/statuses/:id/unreblog."""
    status = call.status()
    call.network.posts.unreblog(status, call.account)
    return _shown(call, status)


def _shown(call: Call, status: Status, *, created: str = "", replayed: bool = False) -> Answer:
    body = status_json(call.network, status, call.viewer, call.request.origin)
    return Answer.json(body, note={"created": created, "replayed": replayed})
