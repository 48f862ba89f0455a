"""Confirm: did a send land? Ask the account's own list of statuses.

Why the list and not the key: servers exist that ignore Idempotency-Key, and asking by the key
means sending again. The list is only evidence if it is complete for the whole window.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from signpost.connectors._http import moment, next_link
from signpost.connectors.mastodon.likeness import Likeness, likeness
from signpost.connectors.mastodon.session import Session, segment
from signpost.domain.outcome import Absent, Confirmation, Found, Several, Unknown
from signpost.errors import RefusedError, TransportError
from signpost.ports import Response, Sent

PAGE = 40
MAX_PAGES = 10

_SMALLEST_DEFAULT_PAGE = 20
_MASTODON_VERSION = re.compile(r"(4\.([3-9]|[1-9][0-9])|[5-9]|[1-9][0-9])\.")
"""4.3, the first that names its API version, or later."""
_MAX_ID = re.compile(r"[?&]max_id=([^&#]+)")


class _Incomplete(Exception):
    """The list cannot be relied upon; the text says why."""


def confirm(session: Session, sent: Sent) -> Confirmation:
    """Look for the part among the account's statuses since the send."""
    try:
        account = _own_id(session)
        listed = list(_listed(session, account, sent))
        verdict = _verdict(sent, listed)
        hidden = verdict == Absent() and _may_be_hidden(session, sent, listed)
    except _Incomplete as error:
        return Unknown(str(error))
    except (RefusedError, TransportError) as error:
        return Unknown(f"The list of statuses could not be read: {error.cause}")
    if hidden:
        return Unknown("The list of statuses may leave out what is not public.")
    return verdict


def _verdict(sent: Sent, listed: Sequence[Mapping[str, Any]]) -> Confirmation:
    same: list[Mapping[str, Any]] = []
    near: list[str] = []
    for status in listed:
        made = moment(status.get("created_at"))
        if str(status["id"]) in sent.bound or (made is not None and made < sent.since):
            continue
        alike = likeness(sent.part, sent.reply_to, status)
        if alike is Likeness.SAME:
            same.append(status)
        elif alike is Likeness.NEAR:
            near.append(str(status["id"]))
    if len(same) > 1:
        return Several(tuple(str(status["id"]) for status in same))
    if same:
        status = same[0]
        published_at = moment(status.get("created_at"))
        if published_at is None:
            return Unknown(f"Status {status['id']} matches but does not say when it was made.")
        return Found(str(status["id"]), permalink(status), published_at)
    if near:
        return Unknown(f"Status {near[0]} is much like it, but not the same: a person must look.")
    return Absent()


def _may_be_hidden(session: Session, sent: Sent, listed: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the list may lack a status just because it is not public.

    Mastodon shows an owner everything (app/models/account_statuses_filter.rb, 2026-11-22);
    other servers list what is public and no more. A status of the same visibility in the list
    is proof that it shows them, and so is a server that says that it is Mastodon itself.
    """
    visibility = sent.part.payload.get("visibility")
    if visibility not in ("private", "direct"):
        return False
    if any(status.get("visibility") == visibility for status in listed):
        return False
    response = session.send(session.request("GET", "/api/v2/instance", public=True))
    return response.status != 200 or not _is_mastodon(response.json())


def _is_mastodon(instance: object) -> bool:
    """Whether a server says that it is Mastodon, and not only that it speaks its API.

    Naming an API version alone says nothing: Hollo answers `api_versions: {mastodon: 2}` with a
    version and source of its own (fedify-dev/hollo, src/api/v2/instance.ts); others add
    "(compatible; ...)" to the version. Forks keep the repository's name (glitch-soc/mastodon).

    Source: https://docs.joinmastodon.org/entities/Instance/#api-versions, 2026-11-22.
    """
    if not isinstance(instance, dict):
        return False
    versions = instance.get("api_versions")
    version = str(instance.get("version") or "")
    source = str(instance.get("source_url") or "").rstrip("/").removesuffix(".git")
    return (
        isinstance(versions, dict)
        and bool(versions.get("mastodon"))
        and _MASTODON_VERSION.match(version) is not None
        and "compatible" not in version
        and (not source or source.endswith("/mastodon"))
    )


def permalink(status: Mapping[str, Any]) -> str:
    """Where people see a status; its ActivityPub id where the server gives no page."""
    return str(status.get("url") or status.get("uri") or "")


def _own_id(session: Session) -> str:
    response = session.read(
        "/api/v1/accounts/verify_credentials", doing="asking for the account's own id"
    )
    value = response.json()
    if not isinstance(value, dict) or not value.get("id"):
        raise _Incomplete("The server did not say which account the token belongs to.")
    return str(value["id"])


def _listed(session: Session, account: str, sent: Sent) -> Iterator[Mapping[str, Any]]:
    """The account's own statuses since the send and some before, newest first, no boosts.

    The list counts as complete when a page ends with a status older than the send, or when
    a page is empty and names no next one. A short page proves nothing: servers cap `limit`,
    and some filter a page after they have cut it.

    Raises:
        _Incomplete: pages are malformed, repeat themselves, or go on for too long.
    """
    seen: set[str] = set()
    query = {"limit": str(PAGE), "exclude_reblogs": "true"}
    for page_number in range(MAX_PAGES):
        response = session.read(
            f"/api/v1/accounts/{segment(account)}/statuses", doing="listing statuses", query=query
        )
        page = _page(response)
        ids = {str(status["id"]) for status in page}
        fresh = [status for status in page if str(status["id"]) not in seen]
        for status in fresh:
            if not status.get("reblog"):
                yield status
        if page and not fresh:
            # The server does not know max_id. What fits on one page is the whole all the same.
            if page_number == 1 and len(page) < _SMALLEST_DEFAULT_PAGE:
                return
            raise _Incomplete("The list of statuses repeats itself.")
        seen |= ids
        oldest = moment(page[-1].get("created_at")) if page else None
        if oldest is not None and oldest < sent.since:
            return
        following = _MAX_ID.search(next_link(response.headers))
        if not page and not following:
            return
        last = unquote(following[1]) if following else str(page[-1]["id"])
        query = {**query, "max_id": last}
    raise _Incomplete(f"The list of statuses goes on beyond {MAX_PAGES} pages.")


def _page(response: Response) -> list[dict[str, Any]]:
    page = response.json()
    if not isinstance(page, list):
        raise _Incomplete("The list of statuses is not a list.")
    if not all(isinstance(status, dict) and status.get("id") for status in page):
        raise _Incomplete("The list of statuses has members without an id.")
    return page
