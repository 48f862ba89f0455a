"""Who has read which release: what the stack took, and what lies in the repository.

Both are signatures, and both are verified here under the trust roots of the repository.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from signpost.cli.signoff.evidence import Site
from signpost.cli.signoff.folders import read_folder
from signpost.cli.signoff.writing import keep_bytes, replace_file
from signpost.domain.canonical import parse_utc, utc_text
from signpost.domain.gate import ReleaseGate
from signpost.domain.people import Acknowledged, Read
from signpost.domain.signing.counting import Tally
from signpost.domain.signing.evidence import still_of_use
from signpost.domain.signing.fault import Fault
from signpost.domain.signing.standing import Standing
from signpost.domain.signing.statement import Acknowledgement, decide, parse_statement
from signpost.errors import SigningError
from signpost.ports import ObjectStore
from signpost.signatures import check
from signpost.usecases.onboarding import acknowledged

_TIME = "taken"
"""The file that says when the stack took it; it proves nothing."""


@dataclass(frozen=True, slots=True)
class Readings:
    """What was found of a brand's readers.

    Args:
        reads: whose signature counts.
        faults: of acknowledgements that do not count.
    """

    reads: tuple[Read, ...]
    faults: tuple[Fault, ...]


def place_of(site: Site, version: str, person: str) -> Path:
    """The statement's file in the repository; the signature lies beside it."""
    return site.signoff / "evidence" / "acknowledge" / version / f"{person}.json"


def gate_of(standing: Standing) -> ReleaseGate:
    """The facts about a brand's releases, as the stack would have them."""
    present = standing.roots.present
    return ReleaseGate(
        brand=present.brand if present else "",
        root=standing.roots.digest,
        root_version=present.version if present else 0,
        releases=tuple(still_of_use(standing)),
    )


def find_readings(site: Site, standing: Standing, taken: Iterable[Acknowledged]) -> Readings:
    """Every acknowledgement that counts, of the stack and of the repository.

    Args:
        standing: the releases and trust roots of the repository.
        taken: what the stack says it took.
    """
    found: dict[tuple[str, str], Read] = {}
    faults: list[Fault] = []
    for file, data, signatures, at in _archived(site):
        try:
            statement = parse_statement(data)
            if not isinstance(statement, Acknowledgement):
                raise _no_acknowledgement()
            read = _counted(statement, signatures, standing, at)
        except SigningError as error:
            faults.append(Fault.of(error, file.relative_to(site.folder).as_posix()))
        else:
            found[read.person, read.release] = read
    for read in _taken(taken, standing, faults):
        found[read.person, read.release] = read
    return Readings(tuple(found[key] for key in sorted(found)), tuple(faults))


def collect_acknowledgements(site: Site, standing: Standing, objects: ObjectStore) -> list[Path]:
    """Bring what the stack took into the repository; the files that are new.

    Only what counts is brought: nothing of it has to be believed afterwards.

    Raises:
        StackError: the stack's file cannot be read.
    """
    written = []
    for said in acknowledged(objects, site.brand):
        for read in _taken([said], standing, []):
            # Its name and version are those that were verified; so is where it is written.
            written += archive(site, replace(said, version=read.version))
    return written


def archive(site: Site, said: Acknowledged) -> list[Path]:
    """Write the statement and its signature into the repository; the files that are new."""
    file = place_of(site, said.version, said.person)
    signatures = file.with_name(f"{file.name}.signatures")
    wanted = {
        signatures / f"{said.person}.sig": said.signature.encode(),
        file.with_name(f"{said.person}.{_TIME}"): f"{utc_text(said.at)}\n".encode(),
        # Last: where it is, all of it is; what was cut off before is brought again.
        file: Acknowledgement(said.brand, said.person, said.release).write(),
    }
    if file.exists():  # the first that was brought stays
        return []
    for place, data in wanted.items():
        replace_file(place, data)
    keep_bytes(site.signoff / "evidence")
    return list(wanted)


def _taken(
    taken: Iterable[Acknowledged], standing: Standing, faults: list[Fault]
) -> Iterator[Read]:
    """What counts of what the stack says it took; faults take the rest."""
    for said in taken:
        statement = Acknowledgement(said.brand, said.person, said.release)
        files = {f"{said.person}.sig": said.signature.encode()}
        try:
            yield _counted(statement, files, standing, said.at)
        except SigningError as error:
            faults.append(Fault.of(error, f"acknowledgement of {said.person} ({said.version})"))


def _archived(
    site: Site,
) -> Iterable[tuple[Path, bytes, Mapping[str, bytes], datetime | None]]:
    """Each statement in the repository with its signatures, and when it was taken."""
    folder = site.signoff / "evidence" / "acknowledge"
    for file in sorted(folder.glob("*/*.json")):
        if file.is_symlink() or not file.is_file():
            continue
        signatures = read_folder(file.with_name(f"{file.name}.signatures")).files
        yield file, file.read_bytes(), signatures, _moment(file.with_suffix(f".{_TIME}"))


def _moment(file: Path) -> datetime | None:
    try:
        return parse_utc(file.read_text(encoding="utf-8").strip())
    except (OSError, ValueError):
        return None


def _counted(
    statement: Acknowledgement,
    signatures: Mapping[str, bytes],
    standing: Standing,
    at: datetime | None,
) -> Read:
    """What was read, if the signature counts under the newest root or one before it.

    Whoever changed their key since, or left, has read what they have read.

    Raises:
        SigningError: it counts under none, or is about a release that is not here.
    """
    versions = {item.digest: version for version, item in standing.releases.items()}
    version = versions.get(statement.release)
    if version is None:
        raise SigningError(
            f"It is about a release that is not here: {statement.release}.",
            "Bring the branch up to date: `git pull`.",
            reason="no-release",
        )
    tally: Tally | None = None
    for judged in reversed(standing.roots.accepted):
        if judged.root is None:
            continue
        found = decide(statement, judged.root, signatures, check)
        if found.met:
            return Read(statement.person, statement.release, version, at)
        tally = tally or found
    if tally and tally.uncounted:
        wrong = tally.uncounted[0]
        raise SigningError(wrong.cause, wrong.remedy, reason=wrong.reason)
    raise SigningError(
        f"Nobody signed that {statement.person} has read {version}.",
        "Let them do it: `signpost acknowledge`.",
        reason="unsigned",
    )


def _no_acknowledgement() -> SigningError:
    return SigningError(
        "It is no acknowledgement.", "Move it where it belongs.", reason="statement"
    )
