"""Mastodon, and servers that speak its API.

Strict in what is sent: JSON members of the documented API, an Idempotency-Key, nothing else.
Liberal in what is read: ids of any type, members missing, other HTML.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from signpost.connectors._http import budget, wait_s
from signpost.connectors.mastodon.media import Uploads, refuse_over_limits
from signpost.connectors.mastodon.session import MAX_SEND_S, Session, segment
from signpost.connectors.mastodon.spec import SPEC, configuration_of, server_spec
from signpost.domain.channel import ChannelSpec
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
from signpost.domain.textlen import count_payload
from signpost.errors import NotSent, RefusedError, TransportError
from signpost.ports import Channel, Request, Response, Sent

if TYPE_CHECKING:
    from signpost.domain.budget import Budget
    from signpost.domain.inspection import AccountReport

_REFUSALS = frozenset({401, 403, 404, 410, 413, 422})
"""Answers after which nothing became public. 400, 409 and 5xx are not among them: servers are
known to have answered those after they had made the status (mastodon#40399)."""

_METRICS = {
    "likes": "favourites_count",
    "replies": "replies_count",
    "reposts": "reblogs_count",
    "quotes": "quotes_count",
}

_LIMITS_TTL_S = 3600.0


class Mastodon:
    """The connector for Mastodon; see `signpost.ports.Connector` for the contract."""

    spec = SPEC

    def __init__(self) -> None:
        self._uploads = Uploads()
        self._limits: dict[str, tuple[float, ChannelSpec]] = {}

    def render(
        self, parts: Sequence[Part], *, link: str, language: str, options: Mapping[str, Any]
    ) -> tuple[Part, ...]:
        """The parts with text and payload as they will be sent. Text stays as written.

        A link that no part mentions is appended to the first, where the server makes its
        preview card from it.
        """
        mentioned = not link or any(link in part.text for part in parts)
        return tuple(
            _rendered(part, "" if mentioned or index else link, language, options)
            for index, part in enumerate(parts)
        )

    def prepare(self, channel: Channel, part: Part) -> Mapping[str, Any]:
        """Uploads media; checks the server's own limits where that can change the answer.

        The limits cost a request a server and hour, and only for parts with media or over the
        usual limit: a plain, short text is sent without asking, since a server that takes less
        than the usual 500 says so itself (422) and nothing became public.

        Raises:
            RefusedError, ThrottledError, TransportError: it did not work; nothing is public.
        """
        over = count_payload(part.payload, SPEC.text[0]) > SPEC.text[0].max
        session = Session(channel)
        known = self._remembered(session)
        if not part.media and not over and known is None:
            return {}
        spec, failure = self._server_limits(session)
        _refuse_long_text(part, spec, failure)
        if not part.media:
            return {}
        refuse_over_limits(part, spec)
        return {"media_ids": self._uploads.upload(session, part)}

    def publish(
        self, channel: Channel, part: Part, prepared: Mapping[str, Any], key: str, reply_to: str
    ) -> Outcome:
        """One POST /api/v1/statuses.

        Source: https://docs.joinmastodon.org/methods/statuses/#create, 2026-11-22.
        """
        body = {**part.payload, **_media_ids(prepared)}
        if reply_to:
            body["in_reply_to_id"] = reply_to
        try:
            session = Session(channel)
        except RefusedError as error:
            return Rejected(str(error))
        request = session.request(
            "POST",
            "/api/v1/statuses",
            json=body,
            headers={"Idempotency-Key": key},
            longest_s=MAX_SEND_S,
        )
        return _outcome(session, request)

    def confirm(self, channel: Channel, sent: Sent) -> Confirmation:
        """Look for the part in the account's own list of statuses."""
        # Comparing texts needs modules that a worker that publishes never does.
        from signpost.connectors.mastodon.listing import confirm

        try:
            return confirm(Session(channel), sent)
        except RefusedError as error:
            return Unknown(str(error))

    def measure(self, channel: Channel, external_ids: Sequence[str]) -> list[Mapping[str, int]]:
        """Counts of each status; a count that the server leaves out is left out.

        The ids are a thread in order, so each but the last has one reply that is our own next
        part: it is nobody's answer, and not counted.

        Raises:
            RefusedError, ThrottledError, TransportError: it could not be read.
        """
        session = Session(channel)
        counts: list[Mapping[str, int]] = []
        for external_id in external_ids:
            response = session.read(
                f"/api/v1/statuses/{segment(external_id)}", doing=f"measuring status {external_id}"
            )
            status = response.json()
            if not isinstance(status, dict) or not status.get("id"):
                raise RefusedError(
                    f"Measuring status {external_id}: the answer is no status.", permanent=False
                )
            found = {
                name: status[member]
                for name, member in _METRICS.items()
                if _is_count(status.get(member))
            }
            if len(counts) < len(external_ids) - 1 and "replies" in found:
                found["replies"] = max(0, found["replies"] - 1)
            counts.append(found)
        return counts

    def prepare_edit(self, channel: Channel, part: Part) -> Mapping[str, Any]:
        """As `prepare`. Media are uploaded anew, with their descriptions and focus as they are now.

        That is why `edit` names no `media_attributes`: those change a file that the status has
        already, which is known only to who has read it, and by servers since 4.1 only.

        Raises:
            RefusedError, ThrottledError, TransportError: it did not work; nothing was changed.
        """
        return self.prepare(channel, part)

    def edit(
        self, channel: Channel, external_id: str, part: Part, prepared: Mapping[str, Any]
    ) -> Outcome:
        """One PUT /api/v1/statuses/:id. Repeating it leaves the same status, edited once.

        Visibility and the status replied to cannot be changed and are not sent.

        Source: https://docs.joinmastodon.org/methods/statuses/#edit and
        https://github.com/mastodon/mastodon/blob/main/app/services/update_status_service.rb (an
        edit without changes is none; media of the status itself may be named again), 2026-11-22.
        """
        body = {name: value for name, value in part.payload.items() if name != "visibility"}
        # What is left out of an edit stays; taking something away has to be said.
        body = {"spoiler_text": "", "sensitive": False, **body, "media_ids": []}
        body.update(_media_ids(prepared))
        try:
            session = Session(channel)
        except RefusedError as error:
            return Rejected(str(error))
        request = session.request(
            "PUT", f"/api/v1/statuses/{segment(external_id)}", json=body, longest_s=MAX_SEND_S
        )
        return _outcome(session, request)

    def confirm_edit(self, channel: Channel, external_id: str, part: Part) -> Confirmation:
        """Compare the source of the status, and what a reader sees of it, with the part."""
        from signpost.connectors.mastodon.changes import confirm_edit

        try:
            return confirm_edit(Session(channel), external_id, part)
        except RefusedError as error:
            return Unknown(str(error))

    def delete(self, channel: Channel, external_id: str) -> Outcome:
        """One DELETE /api/v1/statuses/:id, its media with it."""
        from signpost.connectors.mastodon.changes import delete

        try:
            return delete(Session(channel), external_id)
        except RefusedError as error:
            return Rejected(str(error))

    def confirm_delete(self, channel: Channel, external_id: str) -> Confirmation:
        """Ask for the status."""
        from signpost.connectors.mastodon.changes import confirm_delete

        try:
            return confirm_delete(Session(channel), external_id)
        except RefusedError as error:
            return Unknown(str(error))

    def limits(self, channel: Channel) -> ChannelSpec:
        """The spec with the account's server's own limits, as far as it names any.

        Raises:
            RefusedError, ThrottledError, TransportError: the server could not be asked.
        """
        spec, failure = self._server_limits(Session(channel))
        if failure is not None:
            raise failure
        return spec

    def budget(self, headers: Mapping[str, str], now: datetime) -> Budget | None:
        """What the answer to a send says is left of the account's budget."""
        return budget(headers, now)

    def inspect(self, channel: Channel) -> AccountReport:
        """Who the token is, what it may, and the server's limits; reads only.

        Raises:
            RefusedError, ThrottledError, TransportError: it could not be asked.
        """
        from signpost.connectors.mastodon.inspection import inspect

        session = Session(channel)
        spec, failure = self._server_limits(session)
        return inspect(session, spec if failure is None else None)

    def new_key(
        self,
        delivery: str,
        revision: str,
        part: int,
        nonce: str,
        due: datetime,  # noqa: ARG002 - these keys carry no time
    ) -> str:
        """64 hexadecimal digits that belong to this delivery, revision, part and nonce."""
        return hashlib.sha256(f"{delivery}\0{revision}\0{part}\0{nonce}".encode()).hexdigest()

    def _remembered(self, session: Session) -> ChannelSpec | None:
        found = self._limits.get(session.server)
        if found is None or session.channel.clock.monotonic() > found[0]:
            return None
        return found[1]

    def _server_limits(
        self, session: Session
    ) -> tuple[ChannelSpec, RefusedError | TransportError | None]:
        """The server's limits, or ours and why the server's are not known."""
        known = self._remembered(session)
        if known is not None:
            return known, None
        try:
            configuration = _configuration(session)
        except (RefusedError, TransportError) as error:
            return SPEC, error
        spec = SPEC if configuration is None else server_spec(configuration)
        until = session.channel.clock.monotonic() + _LIMITS_TTL_S
        self._limits[session.server] = until, spec
        return spec, None


def _configuration(session: Session) -> Mapping[str, Any] | None:
    """What the server says about its limits; None where it has nothing to say.

    Source: https://docs.joinmastodon.org/methods/instance/#v2, 2026-11-22.
    """
    for path in ("/api/v2/instance", "/api/v1/instance"):
        response = session.send(session.request("GET", path, public=True, longest_s=5.0))
        configuration = configuration_of(response.json()) if response.status == 200 else None
        if configuration is not None:
            return configuration
        if response.status not in (200, 401, 403, 404, 405, 410):
            raise session.refusal(response, "asking the server for its limits")
    return None


def _refuse_long_text(
    part: Part, spec: ChannelSpec, failure: RefusedError | TransportError | None
) -> None:
    limit = spec.text[0]
    length = count_payload(part.payload, limit)
    if length <= limit.max:
        return
    if failure is not None:
        # It may be within the server's own limit, which we could not learn just now.
        raise RefusedError(
            f"The text has {length} characters and the server's limit is not known: "
            f"{failure.cause}",
            permanent=False,
        )
    raise RefusedError(
        f"The text, content warning included, has {length} characters; the server takes "
        f"{limit.max}.",
        "Shorten it, or make a thread.",
    )


def _rendered(part: Part, link: str, language: str, options: Mapping[str, Any]) -> Part:
    text = f"{part.text.rstrip()}\n\n{link}".lstrip() if link else part.text
    payload: dict[str, Any] = {
        "status": text,
        # Always sent: left out, the account's own setting would decide, unseen in the preview.
        "visibility": options.get("visibility") or "public",
    }
    if options.get("content_warning"):
        payload["spoiler_text"] = options["content_warning"]
    if options.get("sensitive") and part.media:
        payload["sensitive"] = True
    if options.get("language") or language:
        payload["language"] = options.get("language") or language
    return Part(text, part.media, payload)


def _media_ids(prepared: Mapping[str, Any]) -> dict[str, list[str]]:
    ids = prepared.get("media_ids")
    return {"media_ids": [str(item) for item in ids]} if ids else {}


def _outcome(session: Session, request: Request) -> Outcome:
    """What an answer to a send means. Whatever is not a known refusal is ambiguous."""
    try:
        response = session.send(request)
    except NotSent as error:
        return Rejected(error.cause, permanent=False)
    except Exception as error:  # noqa: BLE001 - after a send every surprise means "unknown"
        return Ambiguous(error.cause if isinstance(error, TransportError) else type(error).__name__)
    status = response.status
    if status in (200, 201):
        return _published(response)
    if status == 429:
        wait = wait_s(response.headers, session.channel.clock.now(), default=300.0)
        return Throttled(wait, session.words(response))
    if status in _REFUSALS:
        return Rejected(session.words(response))
    return Ambiguous(session.words(response))


def _published(response: Response) -> Outcome:
    status = response.json()
    external_id = status.get("id") if isinstance(status, dict) else None
    if not isinstance(external_id, str | int) or isinstance(external_id, bool) or not external_id:
        return Ambiguous(f"HTTP {response.status} with an answer that is no status")
    if status.get("scheduled_at"):
        return Ambiguous("The server scheduled the status instead of publishing it.")
    return Published(str(external_id), str(status.get("url") or status.get("uri") or ""))


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
