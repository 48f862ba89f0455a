"""What the network has to say before a part can be sent: blobs of images, accounts of mentions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from signpost.connectors.bluesky.calls import call
from signpost.connectors.bluesky.logins import Logins
from signpost.connectors.bluesky.session import Session
from signpost.domain.delivery import Media
from signpost.errors import RefusedError

UPLOAD = "com.atproto.repo.uploadBlob"
RESOLVE = "com.atproto.identity.resolveHandle"

_UPLOAD_S = 60.0
_DID = re.compile(r"did:[a-z]+:[A-Za-z0-9._:%-]{1,200}")


def upload(logins: Logins, session: Session, media: Sequence[Media]) -> list[dict[str, Any]]:
    """The blobs of images, in order, as a record names them.

    Repeating it is harmless: a blob is known by its content, and one that no record names
    disappears. Bytes are sent as they are: what they say of place and camera was taken out before.

    Raises:
        RefusedError, ThrottledError, TransportError: it did not work.

    Source: https://docs.bsky.app/docs/api/com-atproto-repo-upload-blob, 2026-11-22.
    """
    return [_blob(logins, session, item) for item in media]


def resolve(session: Session, handles: Sequence[str]) -> dict[str, str]:
    """The account of each handle that has one.

    Raises:
        RefusedError, ThrottledError, TransportError: the server could not be asked.

    Source: https://docs.bsky.app/docs/api/com-atproto-identity-resolve-handle, 2026-11-22.
    """
    dids = {}
    for handle in handles:
        response = session.send(session.request("GET", RESOLVE, query=[("handle", handle)]))
        value = response.json()
        did = value.get("did") if response.status == 200 and isinstance(value, dict) else None
        if isinstance(did, str) and _DID.fullmatch(did):
            dids[handle] = did
        elif response.status not in (400, 404):  # 400 is how a server says that there is none
            raise session.refusal(response, f"asking for the account of @{handle}")
    return dids


def _blob(logins: Logins, session: Session, media: Media) -> dict[str, Any]:
    data = session.channel.media.media(media.sha256)
    response = call(
        logins,
        session,
        "POST",
        UPLOAD,
        data=data,
        headers={"Content-Type": media.mime},
        longest_s=_UPLOAD_S,
    )
    if response.status != 200:
        raise session.refusal(response, f"uploading {media.mime} {media.sha256[:12]}")
    value = response.json()
    blob = value.get("blob") if isinstance(value, dict) else None
    if not isinstance(blob, dict) or not isinstance(blob.get("ref"), dict):
        raise RefusedError("The server took the image but named no blob.", permanent=False)
    return blob
