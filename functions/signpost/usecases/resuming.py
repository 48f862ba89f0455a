"""Lifting a stop where a trust root was accepted: as many of its people sign as it asks for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from signpost.domain.gate import ReleaseGate
from signpost.domain.stop import Stop
from signpost.errors import SigningError, SignpostError
from signpost.ports import Ledger, ObjectStore
from signpost.usecases.trusted import TrustedRoots

if TYPE_CHECKING:  # most stops are lifted where nobody signs
    from signpost.domain.signing.counting import Check
    from signpost.domain.signing.root import TrustRoot

_STATE = "state/deliveries.json"


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
class Resuming:
    """Judges whether a stop may be lifted.

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

        Args:
            scope: to be lifted.
            stop: the switch as it is.
            signed: JSON: brand → name of a signature's file → its text.

        Raises:
            NotSigned: signatures are missing, or serve for something else.
        """
        known, brands = self._brands()
        among = concerned(scope, brands) | (known if scope == "*" else set())
        gates = self.ledger.gates(among) if among else {}
        given = _parse(signed)
        found = []
        for brand in sorted(gates):
            if gates[brand].root:
                files = given.get(brand, {})
                found += self._signers(gates[brand], scope, stop, files)
        return found

    def _signers(
        self, gate: ReleaseGate, scope: str, stop: Stop | None, files: Mapping[str, bytes]
    ) -> list[str]:
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
        return [f"{gate.brand}/{item.person.id}" for item in tally.signed]

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
