"""The answer to a push, as it is stored: what `schedule` writes once and `push` waits for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from signpost.domain.canonical import canonical_json
from signpost.errors import BundleError
from signpost.usecases.bundle_checks import BundleFault

VERDICT_SCHEMA = 1


@dataclass(frozen=True, slots=True)
class VerdictChange:
    """What became of one delivery of the plan."""

    action: str
    delivery: str
    state: str
    due: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to a push, stored as `verdicts/<bundle>.json`.

    Args:
        code: `accepted`, or why not: `bundle`, `chain`, `force`, `faults`; of releases `release`
            (they cannot be verified), `rollback` (older than what was accepted), `gate` (it would
            take `publishing.require_release` off).
        plan: digest of the plan that was (or would be) carried out.
        changes: what was done, and what is drift: edited or gone from git, but public as it was.
    """

    bundle: str
    accepted: bool
    code: str
    reason: str
    plan: str
    at: str
    changes: tuple[VerdictChange, ...] = ()
    faults: tuple[BundleFault, ...] = ()

    def data(self) -> bytes:
        """The stored bytes."""
        return canonical_json(
            {
                "schema": VERDICT_SCHEMA,
                "bundle": self.bundle,
                "accepted": self.accepted,
                "code": self.code,
                "reason": self.reason,
                "plan": self.plan,
                "at": self.at,
                "changes": [
                    {
                        "action": c.action,
                        "delivery": c.delivery,
                        "state": c.state,
                        "due": c.due,
                        "reason": c.reason,
                    }
                    for c in self.changes
                ],
                "faults": [
                    {"delivery": f.delivery, "source": f.source, "cause": f.cause,
                     "remedy": f.remedy}
                    for f in self.faults
                ],
            }
        )  # fmt: skip


def parse_verdict(data: bytes) -> Verdict:
    """Read a stored verdict.

    Raises:
        BundleError: it is not one.
    """
    try:
        value: dict[str, Any] = json.loads(data)
        return Verdict(
            bundle=value["bundle"],
            accepted=value["accepted"],
            code=value["code"],
            reason=value["reason"],
            plan=value["plan"],
            at=value["at"],
            changes=tuple(VerdictChange(**change) for change in value["changes"]),
            faults=tuple(BundleFault(**fault) for fault in value["faults"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise BundleError(f"Not a verdict: {error!r}.") from error
