"""How `control` hears a request and answers it, whoever may ask."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from signpost.errors import LedgerError, SignpostError
from signpost.handlers._acts import Act, act
from signpost.observability import logger

_LONG = ("awaiting", "proofs")
"""What is answered by whole posts and signatures; no log needs them."""


def answered(event: Mapping[str, Any], acts: Mapping[str, Act]) -> dict[str, Any]:
    """`{"ok": true, …}`, or `{"ok": false, "code", "cause", "remedy"}` for what a person can mend.

    Raises:
        LedgerError: it is not sure that it took effect: the caller must see it, and ask again.
    """
    text = {
        name: json.dumps(value) if isinstance(value, dict | list) else str(value)
        for name, value in event.items()
        if value is not None
    }
    logger.append_keys(**{name: text.get(name, "") for name in ("action", "scope", "actor")})
    try:
        answer = act(text, acts)
    except LedgerError:
        raise
    except SignpostError as error:
        logger.warning("refused", extra={"reason": str(error)})
        return {"ok": False, "code": error.code, "cause": error.cause, "remedy": error.remedy}
    logger.info("done", extra={} if text.get("action") in _LONG else answer)
    return {"ok": True, **answer}
