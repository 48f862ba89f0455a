"""Sessions: signed tokens that say whose they are and when they end.

They need no store: the key that signs them is the server's own and survives a restart.

Source: https://github.com/bluesky-social/atproto/blob/main/packages/pds/src/auth-verifier.ts
(errors) and https://atproto.com/specs/xrpc#authentication, 2026-11-22.
"""

from __future__ import annotations

import binascii
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Any

from signpost.local.network.accounts import Account
from signpost.local.network.bluesky.names import did_of, repository
from signpost.local.network.calls import Call
from signpost.local.network.network import Network
from signpost.local.network.refused import Refused
from signpost.local.network.wire import Request

ACCESS = "com.atproto.appPass"
REFRESH = "com.atproto.refresh"
_REFRESH_S = 90 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Pair:
    """The two tokens of a session."""

    access: str
    refresh: str

    def __repr__(self) -> str:
        return "Pair(***)"


def open_session(network: Network, account: Account) -> Pair:
    """New tokens for an account."""
    return Pair(
        _signed(network, account, ACCESS, network.settings.session_s),
        _signed(network, account, REFRESH, _REFRESH_S),
    )


def viewer(network: Network, request: Request) -> Account | None:
    """Whose access token a request carries; None where it carries none.

    Raises:
        Refused: it carries one that is not good.
    """
    return _owner(network, request.token, ACCESS) if request.token else None


def renewing(network: Network, request: Request) -> Account:
    """Whose refresh token a request carries.

    Raises:
        Refused: it carries none that is good.
    """
    if not request.token:
        raise Refused(401, "Authentication Required", "AuthMissing")
    return _owner(network, request.token, REFRESH)


def account_of(call: Call) -> Account:
    """The account behind a call that needs one.

    Raises:
        Refused: there is none.
    """
    if call.refused is not None:
        raise call.refused
    if call.viewer is None:
        raise Refused(401, "Authentication Required", "AuthMissing")
    return call.viewer


def _signed(network: Network, account: Account, scope: str, lasts_s: float) -> str:
    now = network.now().timestamp()
    claims = {
        "scope": scope,
        "sub": did_of(account),
        "aud": "did:web:localhost",
        "iat": int(now),
        "exp": int(now + lasts_s),
        "jti": str(network.database.new_id()),
    }
    text = f"{_packed({'typ': 'at+jwt', 'alg': 'HS256'})}.{_packed(claims)}"
    return f"{text}.{_signature(network, text)}"


def _owner(network: Network, token: str, scope: str) -> Account:
    text, _, signature = token.rpartition(".")
    if not hmac.compare_digest(signature.encode(), _signature(network, text).encode()):
        raise Refused(400, "Token could not be verified", "InvalidToken")
    claims = _unpacked(text.rpartition(".")[2])
    if claims.get("scope") != scope:
        raise Refused(400, "Bad token scope", "InvalidToken")
    if float(claims["exp"]) <= network.now().timestamp():
        raise Refused(400, "Token has expired", "ExpiredToken")
    account = repository(network.accounts, str(claims.get("sub")))
    if account is None:
        raise Refused(400, "Token could not be verified", "InvalidToken")
    return account


def _signature(network: Network, text: str) -> str:
    key = network.database.secret("sessions").encode()
    return urlsafe_b64encode(hmac.digest(key, text.encode(), "sha256")).decode().rstrip("=")


def _packed(value: dict[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _unpacked(text: str) -> dict[str, Any]:
    try:
        value = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, binascii.Error):
        return {}
    return value if isinstance(value, dict) else {}
