"""Endpoints about the server, accounts and media.

Source: https://docs.joinmastodon.org/methods/accounts/, …/media/, …/instance/, read 2026-11-22.
"""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

from signpost.domain.media import HEAD_BYTES, sniff
from signpost.local.network import limits
from signpost.local.network.accounts import Account
from signpost.local.network.calls import Call
from signpost.local.network.database import instant_text
from signpost.local.network.drafts import description_of, focus_of, number
from signpost.local.network.entities import (
    account_json,
    application_json,
    credential_json,
    instance_json,
    media_json,
    status_json,
)
from signpost.local.network.media import Attachment
from signpost.local.network.posts import Status, Window
from signpost.local.network.refused import Refused
from signpost.local.network.wire import Answer

MAX_PAGE = 40


def instance(call: Call) -> Answer:
    """GET /api/v2/instance."""
    return Answer.json(instance_json(call.network, call.request.origin))


def verify_credentials(call: Call) -> Answer:
    """GET /api/v1/accounts/verify_credentials."""
    return Answer.json(credential_json(call.network, call.account, call.request.origin))


def verify_app(call: Call) -> Answer:
    """GET /api/v1/apps/verify_credentials: the application of the token.

    Source: https://docs.joinmastodon.org/methods/apps/#verify_credentials, 2026-11-22.
    """
    if call.viewer is None:
        raise Refused(401, "The access token is invalid")
    return Answer.json(application_json())


def show_account(call: Call) -> Answer:
    """GET /api/v1/accounts/:id."""
    return Answer.json(account_json(call.network, _account(call), call.request.origin))


def lookup_account(call: Call) -> Answer:
    """GET /api/v1/accounts/lookup?acct=."""
    name = (call.request.text("acct") or "").partition("@")[0]
    account = call.network.accounts.by_username(name)
    if account is None:
        raise Refused(404, "Record not found")
    return Answer.json(account_json(call.network, account, call.request.origin))


def list_statuses(call: Call) -> Answer:
    """GET /api/v1/accounts/:id/statuses, with a Link header to the pages around."""
    network, request = call.network, call.request
    until = ""
    if call.spoiled.list_lag_s:
        until = instant_text(network.now() - timedelta(seconds=call.spoiled.list_lag_s))
    window = Window(
        limit=min(number(request.text("limit")) or 20, MAX_PAGE),
        max_id=number(request.text("max_id")),
        since_id=number(request.text("since_id")),
        min_id=number(request.text("min_id")),
        until=until,
    )
    found = network.posts.of_account(
        _account(call),
        call.viewer,
        window,
        replies=not request.flag("exclude_replies"),
        reblogs=not request.flag("exclude_reblogs"),
        only_media=request.flag("only_media"),
    )
    body = [status_json(network, status, call.viewer, request.origin) for status in found]
    return Answer.json(body, headers=_links(call, found))


def upload_media(call: Call) -> Answer:
    """POST /api/v2/media: 200, or 202 while it is processed."""
    account = call.account
    upload = call.request.files.get("file")
    if upload is None or not upload.data:
        raise Refused(422, "Validation failed: File can't be blank")
    kind = sniff(upload.data[:HEAD_BYTES])
    if kind.mime not in limits.MIME_TYPES:
        raise Refused(422, "Validation failed: File content type is invalid")
    image = kind.mime.startswith("image/")
    most = limits.MAX_IMAGE_BYTES if image else limits.MAX_VIDEO_BYTES
    if len(upload.data) > most:
        raise Refused(422, f"Validation failed: File must be less than {most >> 20} MB")
    attachment = call.network.media.add(
        account,
        upload.data,
        kind,
        description=description_of(call.request),
        focus=focus_of(call.request.text("focus")),
        processing_s=call.network.settings.media_processing_s,
    )
    body = media_json(attachment, call.request.origin)
    return Answer.json(body, 200 if attachment.ready else 202)


def show_media(call: Call) -> Answer:
    """GET /api/v1/media/:id: 206 while it is processed; only until it is attached."""
    attachment = _unattached(call)
    body = media_json(attachment, call.request.origin)
    return Answer.json(body, 200 if attachment.ready else 206)


def update_media(call: Call) -> Answer:
    """PUT /api/v1/media/:id: description and focal point."""
    attachment = _unattached(call)
    focus = focus_of(call.request.text("focus"))
    call.network.media.describe(attachment.id, description_of(call.request), focus)
    return show_media(call)


def _account(call: Call) -> Account:
    account = call.network.accounts.by_id(number(call.target))
    if account is None:
        raise Refused(404, "Record not found")
    return account


def _unattached(call: Call) -> Attachment:
    account = call.account
    found = call.network.media.get(number(call.target))
    if found is None or found.account_id != account.id or found.status_id is not None:
        raise Refused(404, "Record not found")
    return found


def _links(call: Call, found: list[Status]) -> dict[str, str]:
    if not found:
        return {}
    base = f"{call.request.origin}{call.request.path}"
    paging = {"max_id", "since_id", "min_id"}
    kept = {name: value for name, value in call.request.query.items() if name not in paging}
    older = urlencode({**kept, "max_id": found[-1].id}, doseq=True)
    newer = urlencode({**kept, "min_id": found[0].id}, doseq=True)
    return {"Link": f'<{base}?{older}>; rel="next", <{base}?{newer}>; rel="prev"'}
