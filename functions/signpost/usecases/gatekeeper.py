"""Judge the releases that a push brings, and keep what is known of them in the ledger.

The proof lies in the bucket under its digest, which the bundle names; the digest of a brand's first
trust root is a parameter of the stack, in reach of no push. See docs/adr/0054.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from signpost.domain.canonical import digest
from signpost.domain.delivery import Bundle
from signpost.domain.gate import ReleaseGate, Require
from signpost.errors import LedgerUnavailable, SigningError, SignpostError
from signpost.ports import Ledger, ObjectStore, Pointer, Write

if TYPE_CHECKING:  # most functions verify nothing
    from signpost.domain.signing.counting import Check

_DIGEST = re.compile("[0-9a-f]{64}")
_UNKNOWN_ROOT = "the stack does not know its trust root (parameter SignoffRoot)"
_BRAND = re.compile("[a-z0-9][a-z0-9-]{0,63}")


def evidence_key(brand: str, evidence: str) -> str:
    """Where the proof of a brand's releases lies in the bucket."""
    return f"releases/{brand}/{evidence}.json"


class GateRefusal(SignpostError):
    """A bundle that cannot be accepted for what it says of releases.

    Args:
        verdict: the verdict's code: `release`, `rollback` or `gate`.
    """

    code = "GATE"

    def __init__(self, cause: str, remedy: str = "", *, verdict: str) -> None:
        super().__init__(cause, remedy)
        self.verdict = verdict


def judge_nothing(_data: bytes, before: ReleaseGate, _today: date) -> ReleaseGate:
    """The judge of a stack without a trust root: no release counts."""
    return ReleaseGate(before.brand, before.version, before.required, lacking=_UNKNOWN_ROOT)


class ReleaseJudge:
    """Verifies the proof of a brand's releases.

    Args:
        anchors: digests of the brands' first trust roots; empty: nothing is trusted.
        check: the mathematics of signatures.
    """

    def __init__(self, anchors: tuple[str, ...], check: Check) -> None:
        self._anchors, self._check = frozenset(anchors), check

    def judge(self, data: bytes, before: ReleaseGate, today: date) -> ReleaseGate:
        """The facts about a brand's releases after this proof.

        Args:
            data: the proof.
            before: the facts so far.
            today: in UTC.

        Raises:
            SigningError: of reason `rollback` where something older was put in the place of what
                was accepted; else it cannot be verified.
        """
        # Imported by need: most workspaces sign nothing.
        from signpost.domain.signing.evidence import judge_evidence, unpack

        found = unpack(data)
        first = found.first_root
        if first not in self._anchors:
            if before.anchor in self._anchors:
                raise SigningError(
                    f"The trust root of {before.brand} is not the one that was accepted.",
                    "Ask the people who signed.",
                    reason="rollback",
                )
            return judge_nothing(data, before, today)
        return judge_evidence(found, before, anchor=first, today=today, check=self._check)


@dataclass(frozen=True, slots=True)
class Gatekeeper:
    """Keeps the facts about releases of one workspace.

    Args:
        judge: verifies; see ReleaseJudge.
        require: what the stack says of `publishing.require_release`.
    """

    ledger: Ledger
    objects: ObjectStore
    judge: Callable[[bytes, ReleaseGate, date], ReleaseGate]
    require: Require = Require.CONTENT

    def required(self, bundle: Bundle) -> bool:
        """Whether the bundle's deliveries need a release in force."""
        said = {Require.ALWAYS: True, Require.NEVER: False}
        return said.get(self.require, bundle.require_release)

    def judged(
        self,
        bundle: Bundle,
        before: Mapping[str, ReleaseGate],
        pointer: Pointer,
        today: date,
    ) -> dict[str, ReleaseGate]:
        """The facts after the bundle, of every brand of which there are any; nothing is written.

        Args:
            bundle: to be accepted, or accepted already: that cannot be refused any more, so that
                facts that cannot be judged stay as they are.
            before: the facts so far, read before the pointer.
            pointer: the accepted bundle.
            today: in UTC.

        Raises:
            GateRefusal: the bundle cannot be accepted.
        """
        accepted = pointer.digest == bundle.digest
        required = self.required(bundle)
        latched = pointer.required and self.require is Require.CONTENT
        if latched and not required and not accepted:
            raise GateRefusal(
                "publishing.require_release was accepted, and a push alone cannot take it off",
                "Deploy the stack with RequireRelease=never, or put the setting back.",
                verdict="gate",
            )
        found = {}
        for brand in sorted(bundle.brands):
            have = before.get(brand) or ReleaseGate(brand)
            try:
                facts = self._facts(bundle, have, today)
            except GateRefusal:
                if not accepted:
                    raise
                facts = have
            gate = replace(facts, required=required)
            if gate != have or (brand not in before and required):
                found[brand] = replace(gate, version=have.version + 1)
        return found

    def keep(
        self,
        wanted: Mapping[str, ReleaseGate],
        before: Mapping[str, ReleaseGate],
        *,
        still: Callable[[], bool],
    ) -> None:
        """Write the facts that were judged.

        Args:
            wanted: by brand, as `judged` made them.
            before: what they were judged against.
            still: whether the bundle is the accepted one.

        Raises:
            LedgerUnavailable: a newer bundle was accepted, or the facts keep moving.
        """
        for brand, gate in wanted.items():
            have = before.get(brand)
            if self.ledger.swap_gate(gate, expected=have.version if have else None) is Write.DONE:
                continue
            # Another run of this bundle wrote the same, or an earlier answer of ours was lost.
            if self.ledger.gates([brand]).get(brand) == gate:
                continue
            if not still():
                raise LedgerUnavailable("A newer bundle was accepted.", "Its verdict is written.")
            raise LedgerUnavailable(f"The releases of {brand} moved.", "It is tried again.")

    def _facts(self, bundle: Bundle, have: ReleaseGate, today: date) -> ReleaseGate:
        evidence = bundle.releases.get(have.brand)
        if evidence is None:
            return have  # what was accepted stays: leaving it out takes nothing back
        if not _DIGEST.fullmatch(evidence) or not _BRAND.fullmatch(have.brand):
            raise GateRefusal(
                f"the releases of {have.brand[:64]} are named by no digest", verdict="release"
            )
        stored = self.objects.get(evidence_key(have.brand, evidence))
        if stored is None or digest(stored.data) != evidence:
            raise GateRefusal(
                f"the releases of {have.brand} were not uploaded", "Push again.", verdict="release"
            )
        try:
            found = self.judge(stored.data, have, today)
        except SigningError as error:
            rolled = error.reason == "rollback"
            raise GateRefusal(
                f"the releases of {have.brand} are refused: {error.cause}",
                error.remedy,
                verdict="rollback" if rolled else "release",
            ) from error
        return replace(found, evidence=evidence)
