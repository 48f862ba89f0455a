"""Lifting a stop where a trust root was accepted: as many of its people sign as it asks for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from signpost.domain.canonical import canonical_json
from signpost.domain.gate import ReleaseGate
from signpost.domain.stop import Stop
from signpost.errors import LedgerUnavailable, SigningError, SignpostError, StackError
from signpost.ports import Ledger, ObjectStore
from signpost.usecases.trusted import TrustedRoots

if TYPE_CHECKING:  # most stops are lifted where nobody signs
    from signpost.domain.signing.counting import Check
    from signpost.domain.signing.root import TrustRoot

_STATE = "state/deliveries.json"
_TRIES = 5


def lifted_key(brand: str) -> str:
    """Where the signatures that lifted stops lie in the bucket, by brand."""
    return f"state/lifted/{brand}.json"


class NotSigned(SignpostError):
    """Lifting a stop lacks signatures."""

    code = "RESUME"


def event_of(workspace: str, version: int) -> str:
    """Unique id of lifting what is stopped at this version of the switch; 0 where it is missing.

    Every stop and every resume makes another version, so that a signature serves once.
    """
    return f"{workspace}/stop/{version}"


def concerned(scope: str, brands: Mapping[str, str]) -> set[str]:
    """The brands whose trust roots decide about a scope.

    Args:
        scope: `*`, `brand:<id>` or `account:<id>`.
        brands: account → brand.
    """
    what, _, name = scope.partition(":")
    if what == "brand":
        return {name}
    if what == "account" and name in brands:
        return {brands[name]}
    return set(brands.values())


@dataclass(frozen=True, slots=True)
class Lifted:
    """A yes to lifting a stop, as it is kept.

    Args:
        statement: what was signed.
        signatures: name of the file → its text, of those that counted.
    """

    statement: str
    signatures: Mapping[str, str]

    def wire(self) -> dict[str, Any]:
        """As JSON members."""
        return {"statement": self.statement, "signatures": dict(self.signatures)}


def lifted(objects: ObjectStore, brand: str) -> list[Lifted]:
    """What was signed for lifting stops of a brand, the oldest first.

    Raises:
        StackError: the file cannot be read.
    """
    stored = objects.get(lifted_key(brand))
    return _read_lifted(brand, stored.data) if stored else []


def _read_lifted(brand: str, data: bytes) -> list[Lifted]:
    try:
        return [
            Lifted(
                str(item["statement"]),
                {str(name): str(text) for name, text in item["signatures"].items()},
            )
            for item in json.loads(data)["lifted"]
        ]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StackError(
            f"The bucket's file {lifted_key(brand)} cannot be read.",
            "Bring back the version before it: the bucket keeps them.",
        ) from error


@dataclass(frozen=True, slots=True)
class Resuming:
    """Judges whether a stop may be lifted, and keeps the signatures that say so.

    Args:
        workspace: id of the workspace.
        check: the mathematics of signatures.
    """

    workspace: str
    ledger: Ledger
    objects: ObjectStore
    check: Check

    def judge(self, scope: str, stop: Stop | None, signed: str) -> list[str]:
        """Who signed, as `<brand>/<person>`; nobody where no brand concerned has a trust root.

        What counted is kept before anything is lifted: a stop that was lifted by signatures that
        nobody can look at any more would be a yes without a proof.

        Args:
            scope: to be lifted.
            stop: the switch as it is.
            signed: JSON: brand → name of a signature's file → its text.

        Raises:
            NotSigned: signatures are missing, or serve for something else.
            LedgerUnavailable: they could not be kept; ask again.
            StackError: what was kept before cannot be read.
        """
        known, brands = self._brands()
        among = concerned(scope, brands) | (known if scope == "*" else set())
        gates = self.ledger.gates(among) if among else {}
        given = _parse(signed)
        signed_for = {
            brand: self._signed(gates[brand], scope, stop, given.get(brand, {}))
            for brand in sorted(gates)
            if gates[brand].root
        }
        for brand, (said, _people) in signed_for.items():
            self._keep(brand, said)
        return [f"{brand}/{person}" for brand in signed_for for person in signed_for[brand][1]]

    def _keep(self, brand: str, said: Lifted) -> None:
        for _ in range(_TRIES):
            stored = self.objects.get(lifted_key(brand))
            have = _read_lifted(brand, stored.data) if stored else []
            if said in have:
                return
            data = canonical_json({"lifted": [item.wire() for item in [*have, said]]})
            etag = stored.etag if stored else None
            if self.objects.replace(lifted_key(brand), data, "application/json", etag):
                return
        raise LedgerUnavailable("Others kept writing the file of signatures.", "Ask again.")

    def _signed(
        self, gate: ReleaseGate, scope: str, stop: Stop | None, files: Mapping[str, bytes]
    ) -> tuple[Lifted, list[str]]:
        from signpost.domain.signing.evidence import missing
        from signpost.domain.signing.statement import Resume, decide

        root = self._root(gate)
        statement = Resume(gate.brand, event_of(self.workspace, stop.version if stop else 0), scope)
        tally = decide(statement, root, files, self.check)
        if not tally.met:
            wrong = "".join(f" {item.file}: {item.cause}" for item in tally.uncounted[:1])
            raise NotSigned(
                f"Lifting {scope} needs signatures of {gate.brand}: {missing(tally, root.roles)}.{wrong}",
                "Each stop is signed for by itself: `signpost resume --prepare FOLDER` writes what "
                "is to be signed now, `signpost resume --signed FOLDER` brings it.",
            )
        counted = {item.file: files[item.file].decode() for item in tally.signed}
        return Lifted(statement.write().decode(), counted), [
            item.person.id for item in tally.signed
        ]

    def _root(self, gate: ReleaseGate) -> TrustRoot:
        try:
            root = TrustedRoots(self.objects, self.check)(gate)
        except SigningError as error:
            raise NotSigned(str(error), "Push again, then ask again.") from error
        if root is None:
            raise NotSigned(
                f"The trust root of {gate.brand} cannot be verified.", "Push again, then ask again."
            )
        return root

    def _brands(self) -> tuple[set[str], dict[str, str]]:
        """Brands with releases by the state file, which no push writes; accounts with brands."""
        stored = self.objects.get(_STATE)
        try:
            state = json.loads(stored.data) if stored else {}
            accounts = [entry["account"] for entry in state.get("accounts", {}).values()]
            brands = {str(item["id"]): str(item["brand"]) for item in accounts}
            return set(state.get("releases", {})), brands
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise NotSigned(
                "The state file cannot be read, so that it is not known who has to sign.",
                "It is written anew within a minute: ask again.",
            ) from error


def _parse(signed: str) -> dict[str, dict[str, bytes]]:
    try:
        value = json.loads(signed) if signed else {}
        return {
            str(brand): {str(name): str(text).encode() for name, text in files.items()}
            for brand, files in value.items()
        }
    except (ValueError, AttributeError, RecursionError) as error:
        raise NotSigned("The signatures cannot be read.", "Sign again.") from error
