"""What people sign to lift a stop: written into a folder, and brought from there to the stack."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from signpost.cli.evidence import known_gates
from signpost.cli.statefile import StateFile
from signpost.domain.signing.statement import Resume
from signpost.domain.workspace import Brand
from signpost.errors import SignpostError
from signpost.usecases.resuming import concerned, event_of


def prepare(
    folder: Path, scope: str, state: StateFile, workspace: str, brands: Iterable[Brand]
) -> list[Path]:
    """Write the statement of each brand whose people have to sign; signatures there are removed.

    Args:
        folder: made where it is not there.
        scope: to be lifted.
        state: what the stack knows.
        workspace: its id.
        brands: of the content.

    Raises:
        SignpostError: nobody has to sign.
    """
    accounts = {item.id: brand.id for brand in brands for item in brand.accounts}
    gates = {name: gate for name, gate in known_gates(state).items() if gate.root}
    among = set(gates) if scope == "*" else concerned(scope, accounts) & set(gates)
    if not among:
        raise SignpostError(
            "Nobody has to sign: the stack has accepted no trust root of a brand concerned.",
            "`signpost resume --reason …` does.",
        )
    event = event_of(workspace, state.stop.version if state.stop else 0)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for brand in sorted(among):
        file = folder / f"{brand}.json"
        file.write_bytes(Resume(brand, event, scope).write())
        for old in (folder / f"{file.name}.signatures").glob("*.sig"):
            old.unlink()  # of another stop: it would not count
        written.append(file)
    return written


def collect(folder: Path) -> str:
    """The signatures in the folder, as the control function takes them.

    Raises:
        SignpostError: there are none.
    """
    found = {
        place.name.removesuffix(".json.signatures"): {
            file.name: file.read_text(encoding="utf-8", errors="replace")
            for file in sorted(place.glob("*.sig"))
        }
        for place in sorted(folder.glob("*.json.signatures"))
    }
    if not any(found.values()):
        raise SignpostError(
            f"There are no signatures in {folder}.",
            "`signpost strategy sign --statement FILE --as PERSON` makes them.",
        )
    return json.dumps(found)
