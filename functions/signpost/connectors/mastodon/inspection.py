"""Who the token is, and what it may: by reads alone."""

from __future__ import annotations

from signpost.connectors._http import budget
from signpost.connectors.mastodon.session import Session
from signpost.domain.channel import ChannelSpec
from signpost.domain.inspection import AccountReport, Fault, other_handle
from signpost.errors import RefusedError, ThrottledError

_NEW_TOKEN = "Make a new token and store it, as docs/channels/mastodon.md says."  # noqa: S105 - a sentence
_NEEDED = ("write:statuses", "write:media")


def inspect(session: Session, spec: ChannelSpec | None) -> AccountReport:
    """What the server says of the account.

    Args:
        session: of the account.
        spec: with the server's own limits; None: it did not tell them.

    Raises:
        RefusedError, ThrottledError, TransportError: the server does not know the token, or did
            not answer.

    Source: https://docs.joinmastodon.org/methods/accounts/#verify_credentials, 2026-11-22.
    """
    response = session.send(session.request("GET", "/api/v1/accounts/verify_credentials"))
    if response.status != 200:
        raise _explained(session.refusal(response, "logging in"), response.status)
    who = response.json()
    name = who.get("acct") if isinstance(who, dict) else None
    if not isinstance(name, str) or not name:
        raise RefusedError(
            "Logging in: the answer is no account.",
            "Is `server:` in accounts.yaml the address of a Mastodon server?",
        )
    faults = []
    if who.get("suspended") is True or who.get("moved"):
        state = "suspended" if who.get("suspended") is True else "moved elsewhere"
        faults.append(Fault(f"The account is {state}.", "Sign in on the server and look."))
    written = session.channel.account.handle
    if _local(written) != _local(name):
        faults.append(other_handle(written, f"@{name}"))
    missing = _missing_scopes(session)
    if missing:
        faults.append(Fault(f"The token lacks the scope {' and '.join(missing)}.", _NEW_TOKEN))
    limited = who.get("limited") is True
    return AccountReport(
        handle=f"@{name}",
        may_post=False if faults else (None if missing is None else True),
        limits=_limits(spec) if spec else {},
        budget=budget(response.headers, session.channel.clock.now()),
        faults=tuple(faults),
        notes=("The server limits the account: few people see its posts.",) if limited else (),
    )


def _limits(spec: ChannelSpec) -> dict[str, int]:
    return {
        "characters": spec.text[0].max,
        "images": spec.media[0].max_items,
        "image_bytes": spec.media[0].max_bytes,
        "alt_text": spec.alt_text_max,
    }


def _missing_scopes(session: Session) -> list[str] | None:
    """Scopes that the token's application does not have; None where the server does not say.

    Source: https://docs.joinmastodon.org/methods/apps/#verify_credentials (`scopes` since 4.3.0),
    2026-11-22.
    """
    response = session.send(session.request("GET", "/api/v1/apps/verify_credentials"))
    value = response.json() if response.status == 200 else None
    scopes = value.get("scopes") if isinstance(value, dict) else None
    if not isinstance(scopes, list):
        return None
    return [name for name in _NEEDED if name not in scopes and "write" not in scopes]


def _explained(error: RefusedError, status: int) -> RefusedError:
    if isinstance(error, ThrottledError) or status not in (401, 403):
        return error
    if status == 401:
        return RefusedError(f"{error.cause}. The server does not know the token.", _NEW_TOKEN)
    return RefusedError(
        f"{error.cause}. The token lacks `read:accounts`, or the account is disabled.",
        f"Sign in on the server and look. {_NEW_TOKEN}",
    )


def _local(handle: str) -> str:
    """The name without its server, which may go by two names: `@a@b.example` → `a`."""
    return handle.strip().removeprefix("@").partition("@")[0].casefold()
