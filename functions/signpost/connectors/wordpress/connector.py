"""WordPress, by the REST API of its core (wp/v2).

A draft is made first, with all that belongs to it; publishing is one request that names it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from signpost.connectors._http import wait_s
from signpost.connectors.wordpress.session import MAX_SEND_S, Session, code_of, is_number
from signpost.connectors.wordpress.spec import SPEC
from signpost.domain.delivery import Part
from signpost.domain.outcome import (
    Ambiguous,
    Confirmation,
    Outcome,
    Published,
    Rejected,
    Throttled,
    Unknown,
)
from signpost.errors import NotSent, RefusedError, TransportError
from signpost.ports import Channel, Request, Response, Sent

if TYPE_CHECKING:
    from signpost.domain.inspection import AccountReport

_REFUSALS = frozenset(
    {
        "application_passwords_disabled",
        "application_passwords_disabled_for_user",
        "incorrect_password",
        "invalid_email",
        "invalid_username",
        "rest_cannot_assign_term",
        "rest_cannot_edit",
        "rest_cannot_edit_others",
        "rest_cannot_publish",
        "rest_forbidden",
        "rest_invalid_author",
        "rest_invalid_json",
        "rest_invalid_param",
        "rest_missing_callback_param",
        "rest_no_route",
        "rest_not_logged_in",
        "rest_post_invalid_id",
    }
)
"""Codes that WordPress answers before it touches the post. A status alone proves nothing: a
plugin's or firewall's 403 may stand before the answer of a request that was carried out, and 400
is also given after the post was written, when its categories could not be set.

Source: WP_REST_Posts_Controller::update_item and update_item_permissions_check,
WP_REST_Server::serve_request, wp_authenticate_application_password, 2026-11-22."""


class WordPress:
    """The connector for WordPress; see `signpost.ports.Connector` for the contract."""

    spec = SPEC

    def render(
        self, parts: Sequence[Part], *, link: str, language: str, options: Mapping[str, Any]
    ) -> tuple[Part, ...]:
        """The parts with text and payload as they will be sent; see `render.rendered`.

        `language` changes nothing: a post of WordPress has none.
        """
        # Markdown is read at compile time; a function that publishes never loads the library.
        from signpost.connectors.wordpress.render import rendered

        del language
        return tuple(
            rendered(part, link="" if index else link, options=options)
            for index, part in enumerate(parts)
        )

    def prepare(self, channel: Channel, part: Part) -> Mapping[str, Any]:
        """Uploads images, finds categories, tags and author, makes the draft or finds it.

        Raises:
            RefusedError, ThrottledError, TransportError: it did not work; nothing is public.
        """
        from signpost.connectors.wordpress.drafts import draft, resources

        session = Session(channel)
        prepared = resources(session, part)
        prepared["post"] = draft(session, part, prepared)
        prepared["plain"] = session.plain
        return prepared

    def prepare_edit(self, channel: Channel, part: Part) -> Mapping[str, Any]:
        """What `edit` needs of `prepare`: the same without a draft, since there is a post.

        Raises:
            RefusedError, ThrottledError, TransportError: it did not work; nothing was changed.
        """
        from signpost.connectors.wordpress.drafts import resources
        from signpost.connectors.wordpress.terms import own_id

        session = Session(channel)
        # A post without images and terms asks for nothing; but `edit` has to know how this site
        # wants to be addressed, and a password that was revoked is better known before it.
        own_id(session)
        found = resources(session, part)
        return {**found, "plain": session.plain}

    def publish(
        self, channel: Channel, part: Part, prepared: Mapping[str, Any], key: str, reply_to: str
    ) -> Outcome:
        """One POST /wp/v2/posts/:id of the draft, with all that was approved.

        The whole post is sent, not its status alone: what a person changed in the draft
        meanwhile is not what was approved. A repeat names the same post, so it can make no
        second one; the draft's id is what a client key is elsewhere, and `key` is not sent.

        Source: https://developer.wordpress.org/rest-api/reference/posts/#update-a-post,
        2026-11-22.
        """
        from signpost.connectors.wordpress.drafts import wire

        del key, reply_to
        number = prepared.get("post")
        if not isinstance(number, int):
            return Rejected("No draft was made for this post.", permanent=False)
        try:
            session = Session(channel, plain=prepared.get("plain") is True)
        except RefusedError as error:
            return Rejected(str(error))
        return _sent(session, number, wire(part, prepared))

    def confirm(self, channel: Channel, sent: Sent) -> Confirmation:
        """Look for the post by its slug."""
        from signpost.connectors.wordpress.drafts import confirm

        try:
            return confirm(Session(channel), sent)
        except RefusedError as error:
            return Unknown(str(error))

    def measure(self, channel: Channel, external_ids: Sequence[str]) -> list[Mapping[str, int]]:
        """Approved comments of each post; left out where the site does not count them.

        Raises:
            RefusedError, ThrottledError, TransportError: it could not be read.
        """
        session = Session(channel)
        return [_replies(session, external_id) for external_id in external_ids]

    def edit(
        self, channel: Channel, external_id: str, part: Part, prepared: Mapping[str, Any]
    ) -> Outcome:
        """One POST /wp/v2/posts/:id. Repeating it leaves the same post.

        Slug and status are not sent: the address stays, and a post that a person has withdrawn
        stays so.

        Args:
            channel: of the account.
            external_id: the post's id.
            part: as rendered anew.
            prepared: what `prepare_edit` returned.
        """
        from signpost.connectors.wordpress.drafts import edited

        if not is_number(external_id):
            return Rejected(f"`{external_id}` is no id of a post.")
        try:
            session = Session(channel, plain=prepared.get("plain") is True)
        except RefusedError as error:
            return Rejected(str(error))
        return _sent(session, int(external_id), edited(part, prepared))

    def confirm_edit(self, channel: Channel, external_id: str, part: Part) -> Confirmation:
        """Compare the post as it is stored with what an edit would send."""
        from signpost.connectors.wordpress.changes import confirm_edit

        try:
            return confirm_edit(Session(channel), external_id, part)
        except RefusedError as error:
            return Unknown(str(error))

    def delete(self, channel: Channel, external_id: str) -> Outcome:
        """One DELETE /wp/v2/posts/:id, into the trash; a read before it."""
        from signpost.connectors.wordpress.changes import delete

        try:
            return delete(Session(channel), external_id)
        except RefusedError as error:
            return Rejected(str(error))

    def confirm_delete(self, channel: Channel, external_id: str) -> Confirmation:
        """Read the post's status."""
        from signpost.connectors.wordpress.changes import confirm_delete

        try:
            return confirm_delete(Session(channel), external_id)
        except RefusedError as error:
            return Unknown(str(error))

    def inspect(self, channel: Channel) -> AccountReport:
        """Who the account is, and whether its role may publish; a read.

        Raises:
            RefusedError, ThrottledError, TransportError: it could not be asked.
        """
        from signpost.connectors.wordpress.inspection import inspect

        return inspect(Session(channel))

    def new_key(
        self,
        delivery: str,
        revision: str,
        part: int,
        nonce: str,  # noqa: ARG002 - a draft can be published for ever, so its key never differs
        due: datetime,  # noqa: ARG002 - these keys carry no time
    ) -> str:
        """64 hexadecimal digits that name the send in our ledger; the site is told the draft's id."""
        return hashlib.sha256(f"{delivery}\0{revision}\0{part}".encode()).hexdigest()


def _sent(session: Session, number: int, body: Mapping[str, Any]) -> Outcome:
    request = session.request("POST", f"/posts/{number}", json=body, longest_s=MAX_SEND_S)
    return _outcome(session, request, number)


def _outcome(session: Session, request: Request, number: int) -> Outcome:
    """What an answer to a send means. Whatever is not a known refusal is ambiguous."""
    try:
        response = session.send(request)
    except NotSent as error:
        return Rejected(error.cause, permanent=False)
    except Exception as error:  # noqa: BLE001 - after a send every surprise means "unknown"
        return Ambiguous(error.cause if isinstance(error, TransportError) else type(error).__name__)
    if response.status == 200:
        return _published(response, number)
    if response.status == 429:
        wait = wait_s(response.headers, session.channel.clock.now(), default=300.0)
        return Throttled(wait, session.words(response))
    if 400 <= response.status < 500 and code_of(response) in _REFUSALS:
        return Rejected(session.words(response))
    return Ambiguous(session.words(response))


def _published(response: Response, number: int) -> Outcome:
    post = response.json()
    if not isinstance(post, dict) or post.get("id") != number:
        return Ambiguous("HTTP 200 with an answer that is not the post")
    if post.get("status") != "publish":
        return Ambiguous("The site took the post but did not make it public.")
    return Published(str(number), str(post.get("link") or ""))


def _replies(session: Session, external_id: str) -> dict[str, int]:
    """Comments of a post, counted by the site.

    A post that is gone has no comments either, so 0 is believed of a public post only.

    Source: https://developer.wordpress.org/rest-api/reference/comments/#list-comments and
    https://developer.wordpress.org/rest-api/using-the-rest-api/pagination/, 2026-11-22.
    """
    doing = f"measuring post {external_id}"
    query = {"post": external_id, "per_page": "1", "_fields": "id"}
    response = session.read("/comments", doing=doing, query=query)
    if not isinstance(response.json(), list):
        raise RefusedError(f"{doing}: the answer is no list of comments.", permanent=False)
    total = response.headers.get("x-wp-total", "")
    if not (total.isascii() and total.isdecimal()):
        return {}
    if int(total) == 0:
        _must_be_public(session, external_id, doing)
    return {"replies": int(total)}


def _must_be_public(session: Session, external_id: str, doing: str) -> None:
    query = {"include": external_id, "_fields": "id"}
    if not session.items("/posts", doing=doing, query=query):
        raise RefusedError(f"{doing}: it is not public any more.", gone=True)
