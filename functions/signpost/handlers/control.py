"""An operator stops, resumes, releases, corrects, retracts, or looks at an account; invoked directly.

    {"action": "stop" | "resume", "scope": "*" | "brand:<id>" | "account:<id>", "actor", "reason", "signed"}
    {"action": "release", "delivery", "actor", "reason", "checked", "external_id", "permalink"}
    {"action": "correct" | "retract" | "amendment", "delivery", "actor", "reason", "dry", "again"}
    {"action": "switch", "actor"}: what is stopped, at which version of the switch
    {"action": "sign-release" | "sign-root", "brand", "name", "digest", "person", "signature", "actor"}
    {"action": "acknowledge", "brand", "person", "release", "signature", "actor"}
    {"action": "awaiting", "person", "posts"}: what awaits approval, as it would be sent
    {"action": "approve" | "reject", "brand", "post", "tier", "deliveries", "signatures", "reason"}
    {"action": "proofs", "posts"}: what was signed about posts
    {"action": "accounts", "account", "actor"}: logs in and reads, posts nothing; see docs/security.md
Answers `{"ok": true, …}`, or `{"ok": false, "code", "cause", "remedy"}` for what a person can mend.
"""

from __future__ import annotations

import json
from typing import Any

from signpost.bootstrap import Wiring, preload
from signpost.errors import LedgerError, SignpostError
from signpost.handlers._acts import act
from signpost.observability import logger, observed

_LONG = ("awaiting", "proofs")
"""What is answered by whole posts and signatures; no log needs them."""


@observed
def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Run `usecases.stop`."""
    text = {
        name: json.dumps(value) if isinstance(value, dict | list) else str(value)
        for name, value in event.items()
        if value is not None
    }
    logger.append_keys(**{name: text.get(name, "") for name in ("action", "scope", "actor")})
    try:
        answer = act(text)
    except LedgerError:
        raise  # it is not sure that it took effect: the caller must see an error, and ask again
    except SignpostError as error:
        logger.warning("refused", extra={"reason": str(error)})
        return {"ok": False, "code": error.code, "cause": error.cause, "remedy": error.remedy}
    logger.info("done", extra={} if text.get("action") in _LONG else answer)
    return {"ok": True, **answer}


preload(Wiring.control)
