"""Parameters of a status or upload, judged as Mastodon judges them."""

from __future__ import annotations

import re
from dataclasses import replace

from signpost.local.network import limits
from signpost.local.network.accounts import Account
from signpost.local.network.media import Attachment
from signpost.local.network.network import Network
from signpost.local.network.posts import Draft, Status
from signpost.local.network.refused import Refused
from signpost.local.network.wire import Request

VISIBILITIES = ("public", "unlisted", "private", "direct")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z]{2,8})*")


def number(text: str | None, *, least: int = 1) -> int:
    """An id or count; 0 where it is absent or none."""
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 20:
        return 0
    value = int(text)
    return value if least <= value < 2**63 else 0


def new_draft(network: Network, account: Account, request: Request) -> Draft:
    """A status to be made.

    Raises:
        Refused: with the status code and message of the real server.
    """
    for name in ("scheduled_at", "poll", "quoted_status_id"):
        if request.fields.get(name):
            raise Refused(422, f"This local network does not know `{name}`.")
    visibility = request.text("visibility") or "public"
    if visibility not in VISIBILITIES:
        raise Refused(422, f"'{visibility}' is not a valid visibility")
    reply_text = request.text("in_reply_to_id")
    reply_to = number(reply_text)
    if reply_text and network.posts.get(reply_to, account) is None:
        raise Refused(404, "The post you are trying to reply to does not exist.")
    draft = Draft(
        text=(request.text("status") or "").strip(),
        spoiler_text=(request.text("spoiler_text") or "").strip(),
        sensitive=request.flag("sensitive"),
        visibility=visibility,
        language=_language(request) or "en",
        in_reply_to_id=reply_to or None,
        media_ids=_media_ids(network, account, request, None),
    )
    return _judged(network, draft)


def changed_draft(network: Network, account: Account, request: Request, status: Status) -> Draft:
    """A status as it is to be after an edit; what the request leaves out stays.

    Raises:
        Refused: with the status code and message of the real server.
    """
    present = tuple(item.id for item in network.media.of(status.id))
    named = "media_ids" in request.fields
    text, spoiler = request.text("status"), request.text("spoiler_text")
    draft = Draft(
        text=status.text if text is None else text.strip(),
        spoiler_text=status.spoiler_text if spoiler is None else spoiler.strip(),
        sensitive=(
            request.flag("sensitive") if "sensitive" in request.fields else status.sensitive
        ),
        visibility=status.visibility,
        language=_language(request) or status.language,
        in_reply_to_id=status.in_reply_to_id,
        media_ids=_media_ids(network, account, request, status) if named else present,
    )
    return _judged(network, draft)


def focus_of(text: str | None) -> tuple[float, float] | None:
    """A focal point, `x,y` from -1 to 1; None where it is absent.

    Raises:
        Refused: it is malformed.
    """
    if not text:
        return None
    try:
        x, y = (float(piece) for piece in text.split(","))
    except ValueError:
        raise Refused(422, "Validation failed: Focus is invalid") from None
    return (min(1.0, max(-1.0, x)), min(1.0, max(-1.0, y)))


def description_of(request: Request) -> str | None:
    """The alt text.

    Raises:
        Refused: it is too long.
    """
    text = request.text("description")
    if text is not None and len(text) > limits.MAX_DESCRIPTION:
        raise Refused(
            422,
            "Validation failed: Description is too long (maximum is "
            f"{limits.MAX_DESCRIPTION} characters)",
        )
    return text


def _judged(network: Network, draft: Draft) -> Draft:
    if not draft.text and draft.spoiler_text:
        # Mastodon moves a lone warning into the text, so that it is not lost.
        draft = replace(draft, text=draft.spoiler_text, spoiler_text="")
    if not draft.text and not draft.media_ids:
        raise Refused(422, "Validation failed: Text can't be blank")
    most = network.settings.max_characters
    if limits.length(draft.text, draft.spoiler_text) > most:
        raise Refused(422, f"Validation failed: Text character limit of {most} exceeded")
    return replace(draft, sensitive=draft.sensitive or bool(draft.spoiler_text))


def _language(request: Request) -> str:
    text = request.text("language") or ""
    return text if _LANGUAGE.fullmatch(text) else ""


def _media_ids(
    network: Network, account: Account, request: Request, status: Status | None
) -> tuple[int, ...]:
    asked = request.items("media_ids")
    if len(asked) > limits.MAX_ATTACHMENTS:
        raise Refused(422, "Cannot attach more than 4 files")
    found: list[Attachment] = []
    for text in asked:
        item = network.media.get(number(text))
        free = item is not None and item.status_id in {None, status.id if status else None}
        if item is None or item.account_id != account.id or not free:
            raise Refused(422, f"Media ({text}) not found or already attached to another post")
        found.append(item)
    if any(not item.ready for item in found):
        raise Refused(
            422, "Cannot attach files that have not finished processing. Try again in a moment!"
        )
    if len(found) > 1 and any(item.kind != "image" for item in found):
        raise Refused(422, "Cannot attach a video to a post that already contains images")
    return tuple(item.id for item in found)
