"""Who the app password lets in, by a login of its own: one that is kept would hide a revoked one."""

from __future__ import annotations

from signpost.connectors._http import budget
from signpost.connectors.bluesky.logins import Logins
from signpost.connectors.bluesky.session import Session
from signpost.domain.inspection import AccountReport, Fault, other_handle


def inspect(session: Session) -> AccountReport:
    """What the server says of the account. A login is a POST that makes nothing public.

    Raises:
        RefusedError, ThrottledError, TransportError: it refused the login, or did not answer.

    Source: https://docs.bsky.app/docs/api/com-atproto-server-get-session, 2026-11-22.
    """
    tokens = Logins().tokens(session)
    response = session.send(
        session.request("GET", "com.atproto.server.getSession", token=tokens.access)
    )
    if response.status != 200:
        raise session.refusal(response, "asking who the account is")
    value = response.json()
    who = value if isinstance(value, dict) else {}
    named = who.get("handle") if isinstance(who.get("handle"), str) else ""
    faults = []
    if who.get("active") is False:
        state = str(who.get("status") or "not active")[:40]
        faults.append(Fault(f"The account is {state}.", "Sign in on the server and look."))
    if session.handle.casefold() not in {str(named).casefold(), tokens.did}:
        faults.append(other_handle(session.channel.account.handle, f"@{named or tokens.did}"))
    return AccountReport(
        handle=f"@{named}" if named else tokens.did,
        may_post=not faults,  # an app password cannot be narrowed: who may log in may post
        budget=budget(response.headers, session.channel.clock.now()),
        faults=tuple(faults),
    )
