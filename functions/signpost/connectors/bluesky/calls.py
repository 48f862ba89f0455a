"""Calls that may be repeated: with a session, and once more with a new one where it has ended."""

from __future__ import annotations

from typing import Any

from signpost.connectors.bluesky.logins import Logins
from signpost.connectors.bluesky.session import Session, is_bad_token
from signpost.ports import Response


def call(logins: Logins, session: Session, method: str, nsid: str, **request: Any) -> Response:
    """The answer to a read or an upload, whatever it is; never for what makes something public.

    Args:
        request: as `Session.request` takes it.

    Raises:
        RefusedError, ThrottledError, TransportError: there was no session, or no answer.
    """
    for _ in range(2):
        tokens = logins.tokens(session)
        response = session.send(session.request(method, nsid, token=tokens.access, **request))
        if not is_bad_token(response):
            break
        logins.forget(session, tokens)
    return response
