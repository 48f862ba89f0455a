"""Uploads: media of a part become ids that a status can name. Repeatable; nothing is public."""

from __future__ import annotations

from typing import Any

from signpost.connectors.mastodon.session import Session, segment
from signpost.domain.channel import ChannelSpec
from signpost.domain.delivery import Media, Part
from signpost.domain.textlen import count
from signpost.errors import RefusedError
from signpost.ports import FilePart, Request, Response

_POLL_S = 1.0
_UPLOAD_S = 60.0


class Uploads:
    """Uploads media, waits until the server has processed them.

    Remembers, for the life of the process, what a server was still processing when time ran
    out, so that the next try waits for that upload and does not begin anew.
    """

    def __init__(self) -> None:
        self._processing: dict[tuple[Any, ...], str] = {}

    def upload(self, session: Session, part: Part) -> list[str]:
        """The ids of the part's media, in order.

        Raises:
            RefusedError, ThrottledError, TransportError: it did not work.
        """
        return [self._one(session, item) for item in part.media]

    def _one(self, session: Session, media: Media) -> str:
        memo = (session.identity, media.sha256, media.alt, media.focus)
        media_id = self._processing.get(memo)
        if media_id is None:
            media_id, done = _post(session, media)
            if done:
                return media_id
            self._processing[memo] = media_id
        try:
            self._wait(session, media_id)
        except RefusedError as error:
            if error.permanent:
                del self._processing[memo]
            raise
        del self._processing[memo]
        return media_id

    def _wait(self, session: Session, media_id: str) -> None:
        """Polls until the file is processed.

        Source: https://docs.joinmastodon.org/methods/media/#get, 2026-11-22 (206 while it is
        being processed, 200 when done, 422 when it failed).
        """
        clock = session.channel.clock
        while session.remaining_s > _POLL_S:
            clock.sleep(_POLL_S)
            response = session.send(session.request("GET", f"/api/v1/media/{segment(media_id)}"))
            if response.status == 200 and _is_ready(response):
                return
            if response.status not in (200, 202, 206):
                raise session.refusal(response, f"processing media {media_id}")
        raise RefusedError(f"The server is still processing media {media_id}.", permanent=False)


def refuse_over_limits(part: Part, spec: ChannelSpec) -> None:
    """Check a part against the limits that its server named, before bytes are spent on it.

    Raises:
        RefusedError: a limit is exceeded; the cause names it.
    """
    by_kind = {limit.kind: limit for limit in spec.media}
    items = [limit.max_items for limit in spec.media if limit.kind == "image"]
    if items and len(part.media) > items[0]:
        raise RefusedError(
            f"The server takes {items[0]} media a post, not {len(part.media)}.",
            "Leave some out, or make a thread.",
        )
    # Alt texts are counted like the text, but as they are written.
    alt = spec.text[0]._replace(url_weight=None, short_mentions=False)
    for item in part.media:
        limit = by_kind.get(item.mime.partition("/")[0])
        if limit is not None and item.mime not in limit.types:
            raise RefusedError(f"The server takes no {item.mime}.", "Convert the file.")
        if limit is not None and item.size > limit.max_bytes:
            raise RefusedError(
                f"The server takes files of {limit.max_bytes} bytes, this one has {item.size}.",
                "Make it smaller.",
            )
        pixels = (item.width or 0) * (item.height or 0)
        if limit is not None and limit.max_pixels and pixels > limit.max_pixels:
            raise RefusedError(
                f"The server takes {limit.max_pixels} pixels, this file has {pixels}.",
                "Make it smaller.",
            )
        if count(item.alt, alt) > spec.alt_text_max:
            raise RefusedError(
                f"The server takes alt texts of {spec.alt_text_max} characters.",
                "Shorten the alt text.",
            )


def _post(session: Session, media: Media) -> tuple[str, bool]:
    """Upload; by v2, or by v1 where a server has no v2. Id, and whether it is processed.

    Source: https://docs.joinmastodon.org/methods/media/#v2, 2026-11-22.
    """
    data = session.channel.media.media(media.sha256)
    extension = media.mime.rpartition("/")[2].replace("quicktime", "mov").replace("jpeg", "jpg")
    form: dict[str, str | FilePart] = {
        # Named by content, so that a file name of ours never becomes public.
        "file": FilePart(f"{media.sha256[:16]}.{extension}", data, media.mime)
    }
    if media.alt:
        form["description"] = media.alt
    if media.focus is not None:
        form["focus"] = f"{media.focus[0]:g},{media.focus[1]:g}"
    response = session.send(_upload(session, "/api/v2/media", form))
    if response.status in (404, 405):
        response = session.send(_upload(session, "/api/v1/media", form))
    value = response.json()
    if response.status not in (200, 201, 202) or not isinstance(value, dict) or not value.get("id"):
        if response.status < 300:
            raise RefusedError("The server took the file but gave no id.", permanent=False)
        raise session.refusal(response, f"uploading {media.mime} {media.sha256[:12]}")
    # 202 alone means "not yet": servers exist that answer 200 and give no address.
    return str(value["id"]), response.status != 202


def _upload(session: Session, path: str, form: dict[str, str | FilePart]) -> Request:
    return session.request("POST", path, form=form, longest_s=_UPLOAD_S)


def _is_ready(response: Response) -> bool:
    value = response.json()
    return isinstance(value, dict) and bool(value.get("url"))
