"""An operator stops, resumes, releases, corrects, retracts, or looks at an account; invoked directly.

    {"action": "stop" | "resume", "scope": "*" | "brand:<id>" | "account:<id>", "actor", "reason", "signed"}
    {"action": "release", "delivery", "actor", "reason", "checked", "external_id", "permalink"}
    {"action": "correct" | "retract" | "amendment", "delivery", "actor", "reason", "dry", "again"}
    {"action": "switch", "actor"}: what is stopped, at which version of the switch
    {"action": "sign-release" | "sign-root", "brand", "name", "digest", "person", "signature", "actor"}
    {"action": "acknowledge", "brand", "person", "release", "signature", "actor"}
    {"action": "accounts", "account", "actor"}: logs in and reads, posts nothing; see docs/security.md
Answers `{"ok": true, …}`, or `{"ok": false, "code", "cause", "remedy"}` for what a person can mend.
"""

from __future__ import annotations

import re
from typing import Any

from signpost.bootstrap import Wiring, preload, wiring
from signpost.errors import LedgerError, SignpostError
from signpost.observability import logger, observed

_SCOPE = re.compile(r"\*|(?:brand|account):[^:\s]+")


@observed
def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Run `usecases.stop`."""
    text = {name: str(value) for name, value in event.items() if value is not None}
    logger.append_keys(**{name: text.get(name, "") for name in ("action", "scope", "actor")})
    try:
        answer = _act(text)
    except LedgerError:
        raise  # it is not sure that it took effect: the caller must see an error, and ask again
    except SignpostError as error:
        logger.warning("refused", extra={"reason": str(error)})
        return {"ok": False, "code": error.code, "cause": error.cause, "remedy": error.remedy}
    logger.info("done", extra=answer)
    return {"ok": True, **answer}


def _act(text: dict[str, str]) -> dict[str, Any]:
    action, scope = text.get("action", ""), text.get("scope", "")
    actor, reason = text.get("actor", ""), text.get("reason", "")
    if not actor:
        raise SignpostError("It is not said who asks.", "Give `actor`.")
    if action == "accounts" and text.get("account"):
        account, report = wiring().accounts().run(text["account"], actor=actor)
        return {"server": account.server, "written": account.handle, **report.wire()}
    if action in ("correct", "retract", "amendment") and text.get("delivery"):
        return wiring().amender().answer(action, text["delivery"], text)
    if action in ("sign-release", "sign-root"):
        return wiring().taking().take(action, text, actor)
    if action == "acknowledge":
        return wiring().acknowledging().answer(text)
    control = wiring().control()
    if action == "switch":
        switch = control.ledger.stop()
        return {
            "version": switch.version if switch else 0,
            "scopes": sorted(switch.scopes) if switch else ["*"],
        }
    if action in ("stop", "resume") and _SCOPE.fullmatch(scope):
        signed = text.get("signed", "")
        stop = control.switch(action, scope, actor=actor, reason=reason, signed=signed)
        return {"version": stop.version, "scopes": sorted(stop.scopes)}
    if action == "release" and text.get("delivery"):
        chosen = {key: text.get(key, "") for key in ("checked", "external_id", "permalink")}
        row = control.release(text["delivery"], actor=actor, reason=reason, **chosen)
        return {"delivery": row.delivery, "state": row.state}
    raise SignpostError(f"'{action}' of '{scope}' is unknown.", "docs/security.md lists the acts.")


preload(Wiring.control)
