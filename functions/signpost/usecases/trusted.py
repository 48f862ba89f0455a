"""The trust root of a brand that was accepted last, verified from the proof in the bucket."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from signpost.domain.gate import ReleaseGate
from signpost.errors import SigningError
from signpost.ports import ObjectStore
from signpost.usecases.gatekeeper import evidence_key

if TYPE_CHECKING:  # most workspaces sign nothing
    from signpost.domain.signing.counting import Check
    from signpost.domain.signing.root import TrustRoot

Roots = Callable[[ReleaseGate], "TrustRoot | None"]
"""Finds the trust root that the facts about a brand's releases name; see TrustedRoots."""


def no_roots(_gate: ReleaseGate) -> TrustRoot | None:
    """The roots of a stack that knows no trust root."""
    return None


@dataclass(frozen=True, slots=True)
class TrustedRoots:
    """Reads and verifies trust roots; nothing is believed but what the ledger names by digest.

    Args:
        check: the mathematics of signatures.
    """

    objects: ObjectStore
    check: Check

    def __call__(self, gate: ReleaseGate) -> TrustRoot | None:
        """The root in force; None where none was ever accepted.

        Raises:
            SigningError: the proof is missing, or is not of the root that was accepted.
        """
        if not gate.root:
            return None
        # Imported by need: most workspaces sign nothing.
        from signpost.domain.signing.evidence import unpack
        from signpost.domain.signing.roots import judge_roots

        stored = self.objects.get(evidence_key(gate.brand, gate.evidence))
        folders = unpack(stored.data).roots if stored else {}
        pins = {gate.anchor, gate.root}
        roots = judge_roots(folders, self.check, pins=pins, brand=gate.brand)
        present = roots.present
        if present is None or roots.digest != gate.root:
            raise SigningError(
                f"The trust root of {gate.brand} cannot be verified.",
                "Push again, then ask again.",
                reason="unknown-root",
            )
        return present
