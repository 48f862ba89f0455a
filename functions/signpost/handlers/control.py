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

from typing import Any

from signpost.bootstrap import Wiring, preload
from signpost.handlers._acts import ACTS
from signpost.handlers._answering import answered
from signpost.observability import observed


@observed
def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Run `usecases.stop`, or what else is asked."""
    return answered(event, ACTS)


preload(Wiring.control)
