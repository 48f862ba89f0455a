"""Brings the signatures that lifted stops into the repository, each verified first."""

from __future__ import annotations

from pathlib import Path

from signpost.cli.signoff.counted import why_uncounted
from signpost.cli.signoff.evidence import Site
from signpost.cli.signoff.writing import keep_bytes, replace_file
from signpost.domain.signing.document import sha256
from signpost.domain.signing.statement import Resume, parse_statement
from signpost.errors import SigningError
from signpost.ports import ObjectStore
from signpost.usecases.resuming import Lifted, lifted


def collect_lifted(site: Site, objects: ObjectStore) -> tuple[list[Path], list[SigningError]]:
    """Write what people signed for lifting stops of a brand, where it is new and counts.

    Args:
        site: of the brand.
        objects: the stack's bucket.

    Returns:
        The signatures written, and why others were not.

    Raises:
        StackError: the stack's file cannot be read.
    """
    written: list[Path] = []
    faults: list[SigningError] = []
    for said in lifted(objects, site.brand):
        try:
            written += _keep(site, said)
        except SigningError as error:
            faults.append(error)
    return written, faults


def _keep(site: Site, said: Lifted) -> list[Path]:
    data = said.statement.encode()
    statement = parse_statement(data)
    if not isinstance(statement, Resume) or statement.brand != site.brand:
        raise SigningError(
            f"What the stack holds as signed for lifting a stop of {site.brand} is none.",
            "Look at the audit trail; nothing of it was written.",
            reason="altered",
        )
    place = site.signoff / "evidence" / "resume"
    name = f"{sha256(data)[7:19]}.json"
    signatures = {file: text.encode() for file, text in said.signatures.items()}
    about = f"lifting {statement.scope} ({statement.event})"
    for file, signature in signatures.items():
        if fault := why_uncounted(site, statement, file, signature, about):
            raise fault
    new = {
        target: signatures[file]
        for file in sorted(signatures)
        if not (target := place / f"{name}.signatures" / file).is_file()
    }
    if new:
        keep_bytes(site.signoff / "evidence")
        replace_file(place / name, data)
        for target, signature in new.items():
            replace_file(target, signature)
    return list(new)
