"""Images of a post: uploaded once, named by content, then shown as figures below the text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from signpost.connectors.wordpress.session import Session
from signpost.domain.canonical import digest
from signpost.domain.delivery import Media
from signpost.errors import RefusedError
from signpost.ports import FilePart, Response

_UPLOAD_S = 60.0
_EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp"}


def upload(session: Session, items: Sequence[Media]) -> list[dict[str, Any]]:
    """`id` and `url` of each image, in order; what the site has already is not sent again.

    Raises:
        RefusedError, ThrottledError, TransportError: it did not work.
    """
    return [_one(session, item) for item in items]


def figures(items: Sequence[Media], uploaded: Sequence[Mapping[str, Any]]) -> list[str]:
    """Each image as a block of the editor. The class lets WordPress add the smaller sizes."""
    return [
        f'<!-- wp:image {{"id":{int(there["id"])}}} -->\n'
        f'<figure class="wp-block-image"><img src="{_inert(str(there["url"]))}" '
        f'alt="{_inert(item.alt)}" class="wp-image-{int(there["id"])}" /></figure>\n'
        "<!-- /wp:image -->"
        for item, there in zip(items, uploaded, strict=True)
    ]


def find(session: Session, media: Media) -> dict[str, Any] | None:
    """`id` and `url` of an image that was uploaded with this alt text; None where there is none.

    Raises:
        RefusedError, ThrottledError, TransportError: it could not be asked for.
    """
    doing = f"looking for {media.mime} {media.sha256[:12]}"
    query = {"slug": _name(media), "_fields": "id,source_url"}
    there = session.items("/media", doing=doing, query=query)
    return next((found for item in there if (found := _known(item))), None)


def _one(session: Session, media: Media) -> dict[str, Any]:
    """Find the image by its name, or upload it.

    Source: https://developer.wordpress.org/rest-api/reference/media/, 2026-11-22; that a form
    may carry the file with its other members: WP_REST_Attachments_Controller::upload_from_file.
    """
    found = find(session, media)
    if found is not None:
        return found
    name = _name(media)
    extension = _EXTENSIONS.get(media.mime)
    if extension is None:
        raise RefusedError(f"WordPress takes no {media.mime} from us.", "Convert the file.")
    data = session.channel.media.media(media.sha256)
    form: dict[str, str | FilePart] = {
        "file": FilePart(f"{name}.{extension}", data, media.mime),
        "slug": name,
        "alt_text": media.alt,
    }
    response = session.send(session.request("POST", "/media", form=form, longest_s=_UPLOAD_S))
    return _uploaded(session, response, media)


def _name(media: Media) -> str:
    """The name of an image on the site.

    Made of bytes and alt text, so that a repeated preparation finds what an earlier one left, and
    no file name of ours becomes public.
    """
    return digest(f"{media.sha256}\0{media.alt}".encode())[:20]


def _uploaded(session: Session, response: Response, media: Media) -> dict[str, Any]:
    doing = f"uploading {media.mime} {media.sha256[:12]}"
    if response.status not in (200, 201):
        raise session.refusal(response, doing)
    value = response.json()
    found = _known(value) if isinstance(value, dict) else None
    if found is None:
        raise RefusedError(f"{doing}: the site gave no id and address.", permanent=False)
    return found


def _known(item: Mapping[str, Any]) -> dict[str, Any] | None:
    number, url = item.get("id"), item.get("source_url")
    if not isinstance(number, int) or not isinstance(url, str):
        return None
    if not url.startswith(("https://", "http://")):
        return None
    return {"id": number, "url": url}


def _inert(text: str) -> str:
    # A site would run `[gallery]` as a shortcode, even in an attribute.
    return escape(text).replace("[", "&#091;")
