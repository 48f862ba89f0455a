"""wp/v2/media.

Source: https://developer.wordpress.org/rest-api/reference/media/ and
WP_REST_Attachments_Controller of WordPress 6.1, 2026-11-22.
"""

from __future__ import annotations

from email.message import Message
from typing import Any

from signpost.domain.media import HEAD_BYTES, sniff
from signpost.local.network.calls import Call
from signpost.local.network.drafts import number
from signpost.local.network.media import Stored
from signpost.local.network.refused import Refused
from signpost.local.network.wire import Answer, Upload
from signpost.local.network.wordpress.answers import instant, listed, one, words
from signpost.local.network.wordpress.book import Attachment, numbers, slug_of
from signpost.local.network.wordpress.routes import base_of, site_of
from signpost.local.network.wordpress.users import forbidden, may_manage, may_publish

MAX_BYTES = 2_097_152
"""PHP's default. Source: https://www.php.net/manual/en/ini.core.php, 2026-11-22."""

MIME_TYPES = ("image/jpeg", "image/png", "image/gif", "image/webp")


def list_media(call: Call) -> Answer:
    """GET /media, newest first."""
    slugs, ids = words(call.request, "slug"), numbers(call.request.query.get("include"))
    found = [
        item
        for item in call.network.blog.attachments(site_of(call.request))
        if (not slugs or item.slug in slugs) and (not ids or item.id in ids)
    ]
    return listed(call.request, found, lambda item: media_json(call, item))


def upload_media(call: Call) -> Answer:
    """POST /media: a form with `file`, or the file itself with a Content-Disposition."""
    if call.viewer is None or not may_publish(call.viewer):
        message = "Sorry, you are not allowed to create posts as this user."
        raise forbidden(call, "rest_cannot_create", message)
    upload = call.request.files.get("file") or _raw_upload(call)
    kind = sniff(upload.data[:HEAD_BYTES])
    if kind.mime not in MIME_TYPES:
        message = "Sorry, you are not allowed to upload this file type."
        raise Refused(500, message, "rest_upload_unknown_error")
    if len(upload.data) > MAX_BYTES:
        message = "The uploaded file exceeds the upload_max_filesize directive in php.ini."
        raise Refused(500, message, "rest_upload_unknown_error")
    digest = call.network.media.store(upload.data)
    stem = upload.filename.rpartition(".")[0] or upload.filename
    said = {
        "slug": slug_of(call.request.text("slug") or stem) or digest[:12],
        "title": call.request.text("title") or stem,
        "alt": call.request.text("alt_text") or "",
    }
    stored = Stored(digest, kind.mime, len(upload.data), kind.width, kind.height)
    with call.network.creating:
        site = site_of(call.request)
        made = call.network.blog.add_attachment(site, call.viewer, stored, said)
    headers = {"Location": f"{base_of(call.request)}/wp-json/wp/v2/media/{made.id}"}
    return one(call.request, media_json(call, made), 201, headers)


def show_media(call: Call) -> Answer:
    """GET /media/:id."""
    return one(call.request, media_json(call, _attachment(call)))


def update_media(call: Call) -> Answer:
    """POST /media/:id: title and alternative text."""
    item = _mine(call, "rest_cannot_edit", "edit")
    text = call.request.text
    title, alt = text("title"), text("alt_text")
    done = call.network.blog.describe(
        item, item.title if title is None else title, item.alt if alt is None else alt
    )
    return one(call.request, media_json(call, done))


def delete_media(call: Call) -> Answer:
    """DELETE /media/:id: for good only."""
    item = _mine(call, "rest_cannot_delete", "delete")
    if not call.request.flag("force"):
        message = "The post does not support trashing. Set 'force=true' to delete."
        raise Refused(501, message, "rest_trash_not_supported")
    call.network.blog.delete_attachment(item)
    return Answer.json({"deleted": True, "previous": media_json(call, item)})


def media_json(call: Call, item: Attachment) -> dict[str, Any]:
    """An image as the API shows it."""
    base = base_of(call.request)
    return {
        "id": item.id,
        "date": instant(item.created_at),
        "date_gmt": instant(item.created_at),
        "slug": item.slug,
        "status": "inherit",
        "type": "attachment",
        "link": f"{base}/?attachment_id={item.id}",
        "title": {"rendered": item.title},
        "author": item.account_id,
        "alt_text": item.alt,
        "media_type": "image",
        "mime_type": item.mime,
        "media_details": {"width": item.width, "height": item.height, "sizes": {}},
        "post": None,
        "source_url": f"{call.request.origin}/media/{item.sha256}",
    }


def _raw_upload(call: Call) -> Upload:
    if not call.request.body:
        raise Refused(400, "No data supplied.", "rest_upload_no_data")
    header = Message()
    header["content-disposition"] = call.request.headers.get("content-disposition", "")
    name = header.get_filename()
    if not name:
        message = "No Content-Disposition supplied."
        raise Refused(400, message, "rest_upload_no_content_disposition")
    return Upload(name, call.request.mime, call.request.body)


def _attachment(call: Call) -> Attachment:
    found = call.network.blog.attachment(site_of(call.request), number(call.target))
    if found is None:
        raise Refused(404, "Invalid post ID.", "rest_post_invalid_id")
    return found


def _mine(call: Call, code: str, verb: str) -> Attachment:
    item = _attachment(call)
    own = call.viewer is not None and item.account_id == call.viewer.id
    if not own and not may_manage(call.viewer):
        raise forbidden(call, code, f"Sorry, you are not allowed to {verb} this post.")
    return item
