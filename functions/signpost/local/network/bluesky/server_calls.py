"""com.atproto.server and com.atproto.identity: sessions, and whose a handle is.

Source: https://github.com/bluesky-social/atproto/tree/main/lexicons/com/atproto, 2026-11-22.
"""

from __future__ import annotations

from typing import Any

from signpost.local.network.accounts import Account
from signpost.local.network.bluesky.names import BLUESKY, did_of, repository
from signpost.local.network.bluesky.sessions import account_of, open_session, renewing
from signpost.local.network.calls import Call
from signpost.local.network.refused import Refused
from signpost.local.network.wire import Answer


def describe_server(_call: Call) -> Answer:
    """com.atproto.server.describeServer."""
    return Answer.json(
        {
            "did": "did:web:localhost",
            "availableUserDomains": [],
            "inviteCodeRequired": True,
            "links": {},
            "contact": {},
        }
    )


def create_session(call: Call) -> Answer:
    """com.atproto.server.createSession: by handle or DID, and an app password."""
    name = (call.request.text("identifier") or "").strip()
    password = call.request.text("password")
    if not name or password is None:
        raise Refused(400, "Input must have identifier and password", "InvalidRequest")
    account = repository(call.network.accounts, name)
    if account is None or not call.network.accounts.has_password(account, password):
        raise Refused(401, "Invalid identifier or password", "AuthenticationRequired")
    return _session(call, account)


def refresh_session(call: Call) -> Answer:
    """com.atproto.server.refreshSession: a new pair for a refresh token."""
    return _session(call, renewing(call.network, call.request))


def get_session(call: Call) -> Answer:
    """com.atproto.server.getSession."""
    return Answer.json(_who(account_of(call)))


def resolve_handle(call: Call) -> Answer:
    """com.atproto.identity.resolveHandle."""
    name = call.request.text("handle") or ""
    account = call.network.accounts.find(name, BLUESKY)
    if account is None:
        raise Refused(400, "Unable to resolve handle", "HandleNotFound")
    return Answer.json({"did": did_of(account)})


def _session(call: Call, account: Account) -> Answer:
    pair = open_session(call.network, account)
    return Answer.json({"accessJwt": pair.access, "refreshJwt": pair.refresh, **_who(account)})


def _who(account: Account) -> dict[str, Any]:
    return {
        "handle": account.username,
        "did": did_of(account),
        "email": f"{account.id}@localhost",
        "emailConfirmed": True,
        "active": True,
    }
