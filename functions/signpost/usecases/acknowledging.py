"""Somebody says "I have read this release": verified here, kept in the ledger, told in the bucket."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from signpost.domain.canonical import canonical_json, utc_text
from signpost.domain.gate import Released, ReleaseGate
from signpost.domain.people import Acknowledged
from signpost.errors import LedgerUnavailable, SigningError, SignpostError
from signpost.ports import Acknowledgements, Clock, Ledger, ObjectStore
from signpost.usecases.onboarding import reading_key

if TYPE_CHECKING:  # most of what `control` does needs no signature
    from signpost.domain.signing.counting import Check
    from signpost.domain.signing.root import TrustRoot

SCHEMA = 1
_TRIES = 5


class NotAcknowledged(SignpostError):
    """An acknowledgement that does not count."""

    code = "ACKNOWLEDGE"


@dataclass(frozen=True, slots=True)
class Acknowledging:
    """Takes acknowledgements.

    Args:
        book: where they are kept.
        roots: finds the trust root of a brand that was accepted last.
        check: the mathematics of signatures.
    """

    ledger: Ledger
    book: Acknowledgements
    objects: ObjectStore
    clock: Clock
    roots: Callable[[ReleaseGate], TrustRoot | None]
    check: Check

    def answer(self, text: Mapping[str, str]) -> dict[str, Any]:
        """As `take`, with the members of a message to `control`.

        Raises:
            NotAcknowledged, LedgerUnavailable, LedgerUnknown: as `take`.
        """
        names = ("brand", "person", "release", "signature", "actor")
        brand, person, release, signature, actor = (text.get(name, "") for name in names)
        return self.take(brand, person, release, signature=signature, actor=actor)

    def take(
        self, brand: str, person: str, release: str, *, signature: str, actor: str
    ) -> dict[str, Any]:
        """Verify and keep one; a second time nothing changes.

        Args:
            brand: id.
            person: who read, as the trust root has them.
            release: digest of the manifest.
            signature: the text of the signature's file.
            actor: who asks, as the audit trail names them.

        Returns:
            `person`, `version`, `release`, `at`, and `again`: it was there before.

        Raises:
            NotAcknowledged: it does not count, with the reason.
            LedgerUnavailable, LedgerUnknown: it is not sure that it was kept; ask again.
        """
        gate = self.ledger.gates([brand]).get(brand)
        if gate is None or not gate.root:
            raise NotAcknowledged(
                f"The stack has accepted no trust root of {brand[:64]}.",
                "`signpost push` brings it, once it is signed.",
            )
        released = self._release(gate, release)
        self._judge(gate, person, release, signature)
        said = Acknowledged(brand, person, release, released.version, self.clock.now(), signature)
        fresh = self.book.keep(said)
        if fresh:
            detail = {"brand": brand, "person": person, "version": released.version}
            self.ledger.audit(said.at, actor, "acknowledge", {**detail, "release": release})
        kept = self._tell(said)
        return {
            "person": person,
            "version": kept.version,
            "release": release,
            "at": utc_text(kept.at),
            "again": not fresh,
        }

    def _release(self, gate: ReleaseGate, digest: str) -> Released:
        """The release that is meant, if it is in force or will be."""
        present = gate.present(self.clock.now())
        for item in gate.releases:
            # One past its review date is still what there is to read.
            if item.digest == digest and (present is None or item.start >= present.start):
                return item
        raise NotAcknowledged(
            f"`{digest[:80]}` is no release of {gate.brand} that is in force, or will be.",
            f"Read {present.version}, and acknowledge that." if present else "Push it first.",
        )

    def _judge(self, gate: ReleaseGate, person: str, release: str, signature: str) -> None:
        from signpost.domain.signing.statement import Acknowledgement, decide

        try:
            root = self.roots(gate)
            statement = Acknowledgement(gate.brand, person, release)
            files = {f"{person}.sig": signature.encode()}
            tally = decide(statement, root, files, self.check) if root else None
        except SigningError as error:
            raise NotAcknowledged(error.cause, error.remedy) from error
        if tally is None or not tally.met:
            wrong = tally.uncounted[0] if tally else None
            raise NotAcknowledged(
                f"The signature of {person[:64]} does not count"
                + (f": {wrong.cause}" if wrong else "."),
                (wrong.remedy if wrong else "") or "Sign again: `signpost acknowledge`.",
            )

    def _tell(self, said: Acknowledged) -> Acknowledged:
        """Write the brand's file in the bucket from the ledger; what the ledger has of this one."""
        for _ in range(_TRIES):
            stored = self.objects.get(reading_key(said.brand))
            known = self.book.of(said.brand)
            document = {"schema": SCHEMA, "brand": said.brand,
                        "acknowledgements": [item.wire() for item in known]}  # fmt: skip
            data = canonical_json(document)
            etag = stored.etag if stored else None
            unchanged = stored is not None and stored.data == data
            if unchanged or self.objects.replace(
                reading_key(said.brand), data, "application/json", etag
            ):
                same = (said.person, said.release)
                return next(item for item in known if (item.person, item.release) == same)
        raise LedgerUnavailable("Others kept writing the file.", "Ask again.")
