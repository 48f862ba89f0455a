"""Whether a receiver accepts our signature: asked for a key that nothing was ever sent with."""

from __future__ import annotations

import hashlib

from signpost.connectors._http import budget
from signpost.connectors.webhook.session import Session
from signpost.domain.inspection import AccountReport, Fault


def inspect(session: Session) -> AccountReport:
    """What the receiver answers to a signed question; there is nothing to log in to.

    Raises:
        TransportError: it did not answer.
    """
    # No key of a delivery: those are digests of a text that has other separators.
    key = hashlib.sha256(f"inspect:{session.channel.account.id}".encode()).hexdigest()
    response = session.send(session.question(key))
    value = response.json()
    named = isinstance(value, dict) and value.get("key") == key
    may_post: bool | None = None
    faults: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = ()
    if response.status == 404 and named:
        may_post = True
    elif response.status in (401, 403):
        may_post = False
        faults = (
            Fault(
                f"The receiver refuses our signature: {session.words(response)}.",
                "Store the receiver's own `signing_key`; if it is right, look at its clock.",
            ),
        )
    elif response.status == 200 and named:
        may_post = False
        faults = (
            Fault(
                "The receiver says that it has done a key that was never sent.",
                "Let it answer 404 for keys that it does not know: see docs/channels/webhook.md.",
            ),
        )
    else:
        said = session.words(response)
        notes = (f"The receiver cannot be asked ({said}), or `server:` is not its address.",)
    return AccountReport(
        may_post=may_post,
        budget=budget(response.headers, session.channel.clock.now()),
        faults=faults,
        notes=notes,
    )
