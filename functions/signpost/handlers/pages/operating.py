"""What an operator asks of the function `signoff`, invoked directly: invites, and who enrolled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from signpost.errors import SignpostError
from signpost.usecases.signoff.desk import SignoffDesk


def operate(desk: SignoffDesk, event: Mapping[str, Any]) -> dict[str, Any]:
    """Do it.

    Args:
        event: `action`, and its members; `signoff` lists them.

    Raises:
        SignpostError: it is not known, or something is missing.
    """
    text = {name: str(value) for name, value in event.items() if value is not None}
    action, brand, person = text.get("action"), text.get("brand", ""), text.get("person", "")
    if action == "pending":
        found = [item.members() for item in desk.enrolling.passkeys(brand)]
        return {"passkeys": found, "origin": desk.origin}
    actor = text.get("actor", "")
    if not actor:
        raise SignpostError("It is not said who asks.", "Give `actor`.")
    if action == "invite":
        return dict(desk.enrolling.invite(brand, person, text.get("name", ""), actor))
    if action == "revoke":
        keys = [str(key) for key in event.get("keys") or ()]
        ended = desk.enrolling.revoke(brand, person, actor, keys)
        return {"passkeys": [item.members() for item in ended]}
    raise SignpostError(f"'{action}' is unknown.", "docs/signoff.md lists the acts.")
