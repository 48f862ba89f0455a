"""A live post: does it say what an edit said, is it gone, and the request that trashes it."""

from __future__ import annotations

from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

from signpost.connectors._http import wait_s
from signpost.connectors.wordpress import terms
from signpost.connectors.wordpress.drafts import edited
from signpost.connectors.wordpress.media import find as find_media
from signpost.connectors.wordpress.session import MAX_SEND_S, Session, code_of, is_number
from signpost.domain.delivery import Part
from signpost.domain.outcome import (
    Absent,
    Ambiguous,
    Confirmation,
    Found,
    Outcome,
    Published,
    Rejected,
    Throttled,
    Unknown,
)
from signpost.errors import NotSent, RefusedError, ThrottledError, TransportError
from signpost.ports import Response

_REFUSALS = frozenset(
    {
        "application_passwords_disabled",
        "application_passwords_disabled_for_user",
        "incorrect_password",
        "invalid_email",
        "invalid_username",
        "rest_cannot_delete",
        "rest_forbidden",
        "rest_no_route",
        "rest_not_logged_in",
        "rest_user_cannot_delete_post",
    }
)
"""Codes of a 4xx that come before a post is touched.

Source: WP_REST_Posts_Controller::delete_item and delete_item_permissions_check, 2026-11-22."""

_GONE = frozenset({"rest_already_trashed", "rest_post_invalid_id"})
"""410 and 404: it lies in the trash already, or is not even there any more."""

_NO_TRASH = "rest_trash_not_supported"

_TEXTS = ("title", "content", "excerpt")
_READ = "id,status,link,title,content,excerpt,featured_media,categories,tags,author"


def confirm_edit(session: Session, external_id: str, part: Part) -> Confirmation:
    """Compare the post as it is stored, field by field, with what an edit would send.

    The ids in it (images, terms, author) are looked up, and nothing is made: what the site does
    not have cannot be in the post.

    Source: https://developer.wordpress.org/rest-api/reference/posts/#retrieve-a-post (context
    `edit` shows texts as they are stored), 2026-11-22.
    """
    if not is_number(external_id):
        return Unknown(f"`{external_id}` is no id of a post.")
    try:
        post = _read(session, external_id)
        if post.get("status") != "publish":
            return Unknown(f"Post {external_id} is not public any more ({post.get('status')}).")
        prepared = _there(session, part)
    except (RefusedError, TransportError) as error:
        return Unknown(f"The post could not be read: {error.cause}")
    if prepared is None or not _says(post, edited(part, prepared)):
        return Absent()
    return Found(external_id, str(post.get("link") or ""))


def delete(session: Session, external_id: str) -> Outcome:
    """The one request that trashes the post; without `force`, so that a person can bring it back.

    The read before it finds out how the site wants to be addressed, and whether there is anything
    left to do.

    Source: https://developer.wordpress.org/rest-api/reference/posts/#delete-a-post, 2026-11-22.
    """
    if not is_number(external_id):
        return Rejected(f"`{external_id}` is no id of a post.")
    try:
        before = _look(session, external_id)
    except ThrottledError as error:
        return Throttled(error.retry_after_s, error.cause)
    except RefusedError as error:
        return Rejected(str(error), permanent=error.permanent)
    except TransportError as error:
        return Rejected(error.cause, permanent=False)
    if before is None:
        return Published(external_id, "")
    request = session.request("DELETE", f"/posts/{external_id}", longest_s=MAX_SEND_S)
    try:
        response = session.send(request)
    except NotSent as error:
        return Rejected(error.cause, permanent=False)
    except Exception as error:  # noqa: BLE001 - after a send every surprise means "unknown"
        return Ambiguous(error.cause if isinstance(error, TransportError) else type(error).__name__)
    return _outcome(session, response, external_id)


def confirm_delete(session: Session, external_id: str) -> Confirmation:
    """Whether the post lies in the trash, or is not even there.

    A post of another status was moved by a person; it is not gone, so a deletion is still due.
    """
    if not is_number(external_id):
        return Unknown(f"`{external_id}` is no id of a post.")
    try:
        post = _look(session, external_id)
    except (RefusedError, TransportError) as error:
        return Unknown(f"The post could not be asked for: {error.cause}")
    return Found(external_id, "") if post is None else Absent()


def _outcome(session: Session, response: Response, external_id: str) -> Outcome:
    code, said = code_of(response), session.words(response)
    if response.status == 200:
        post = response.json()
        named = isinstance(post, dict) and str(post.get("id")) == external_id
        if named and post.get("status") == "trash":
            return Published(external_id, "")
        return Ambiguous("HTTP 200 with an answer that is not the post in the trash")
    if response.status in (404, 410) and code in _GONE:
        return Published(external_id, "")
    if response.status == 429:
        wait = wait_s(response.headers, session.channel.clock.now(), default=300.0)
        return Throttled(wait, said)
    if response.status == 501 and code == _NO_TRASH:
        return Rejected(
            f"{said}. The site has its trash switched off, and Signpost deletes nothing for good. "
            "Delete the post there by hand, or set EMPTY_TRASH_DAYS above 0."
        )
    if 400 <= response.status < 500 and code in _REFUSALS:
        return Rejected(said)
    return Ambiguous(said)


def _look(session: Session, external_id: str) -> Mapping[str, Any] | None:
    """The post; None where it is in the trash or gone.

    Raises:
        RefusedError, ThrottledError, TransportError: it could not be asked for.
    """
    try:
        post = _read(session, external_id, "id,status")
    except _PostGone:
        return None
    return None if post.get("status") == "trash" else post


class _PostGone(RefusedError):
    """The site says in its own words that there is no such post."""


def _read(session: Session, external_id: str, fields: str = _READ) -> Mapping[str, Any]:
    doing = f"reading post {external_id}"
    query = {"context": "edit", "_fields": fields}
    response = session.ask(f"/posts/{external_id}", query=query)
    if response.status != 200:
        error = session.refusal(response, doing)
        if response.status in (404, 410) and code_of(response) in _GONE:
            raise _PostGone(error.cause, gone=True)
        raise error
    post = response.json()
    if not isinstance(post, dict) or str(post.get("id")) != external_id or not post.get("status"):
        raise RefusedError(f"{doing}: the answer is not the post.", permanent=False)
    return post


def _there(session: Session, part: Part) -> dict[str, Any] | None:
    """What `drafts.resources` would return, found and not made; None where something is not there.

    Raises:
        RefusedError, ThrottledError, TransportError: it could not be asked for.
    """
    found: dict[str, Any] = {}
    for kind in ("categories", "tags"):
        if names := part.payload.get(kind):
            found[kind] = [terms.find(session, kind, name) for name in names]
    if name := part.payload.get("author"):
        found["author"] = terms.author(session, name)
    if part.media:
        found["media"] = [find_media(session, item) for item in part.media]
    missing = any(None in value for value in found.values() if isinstance(value, list))
    return None if missing else found


def _says(post: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    for name, value in wanted.items():
        theirs = post.get(name)
        if name in _TEXTS:
            raw = theirs.get("raw") if isinstance(theirs, dict) else None
            if not isinstance(raw, str) or _pieces(raw) != _pieces(value):
                return False
        elif isinstance(value, list):
            if not isinstance(theirs, list) or sorted(theirs) != sorted(value):
                return False
        elif theirs != value:
            return False
    return True


def _pieces(html: str) -> list[tuple[Any, ...]]:
    """Tags, comments and text. A site writes entities and attributes in its own way."""
    reader = _Reader()
    reader.feed(html.replace("\r\n", "\n").strip())
    reader.close()
    return reader.joined()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._found: list[tuple[Any, ...]] = []

    def joined(self) -> list[tuple[Any, ...]]:
        """What was read; text that came in pieces is one again."""
        whole: list[tuple[Any, ...]] = []
        for kind, *rest in self._found:
            if kind == "text" and whole and whole[-1][0] == "text":
                whole[-1] = ("text", whole[-1][1] + rest[0])
            else:
                whole.append((kind, *rest))
        return whole

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._found.append(
            ("open", tag, tuple(sorted((name, value or "") for name, value in attrs)))
        )

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self._found.append(("close", tag))

    def handle_comment(self, data: str) -> None:
        self._found.append(("comment", " ".join(data.split())))

    def handle_data(self, data: str) -> None:
        self._found.append(("text", data))
