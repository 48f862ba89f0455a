"""What is signed, as the sign-off pages know it: by files in the bucket that no push can write.

The state file names the proof that `schedule` accepted; the proof carries trust roots and releases
with their signatures. Signatures that were made here and not brought into the repository yet lie
beside it, written by `control`. All of it is verified again here, with what the stack was told.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from signpost.domain.canonical import digest
from signpost.domain.gate import ReleaseGate
from signpost.domain.signing import manifest
from signpost.domain.signing.counting import FOLDER, Check
from signpost.domain.signing.document import sha256
from signpost.domain.signing.evidence import Evidence, unpack
from signpost.domain.signing.folder import Folder
from signpost.domain.signing.release import FILES
from signpost.domain.signing.release import NAME as RELEASE
from signpost.domain.signing.releases import JudgedRelease
from signpost.domain.signing.root import NAME as ROOT
from signpost.domain.signing.root import Person, TrustRoot
from signpost.domain.signing.roots import JudgedRoot, Roots, judge_roots
from signpost.domain.signing.standing import Standing, judge_standing
from signpost.errors import LedgerUnavailable, SigningError, SignpostError
from signpost.ports import ObjectStore
from signpost.usecases.gate_entries import parse_gate
from signpost.usecases.gatekeeper import evidence_key

STATE = "state/deliveries.json"
_KEPT = 64
"""Brands whose signatures are verified once: more of them at a visit are verified at each."""
_WORDS = (".md", ".yaml", ".yml", ".json", ".txt", ".csv")
"""Endings of signed files that people read."""
UNREAD = "Not all of its words are here, so that nobody can read what they would sign."
UNREAD_REMEDY = "Have somebody push again, then load the page."


class NotThere(SignpostError):
    """What a page was asked for does not exist."""

    code = "NOT-THERE"


@dataclass(frozen=True, slots=True)
class Trust:
    """All that is signed for a brand.

    Args:
        proof: as accepted, with the signatures that were made here.
        pinned: whether the stack was told the first trust root; else nothing counts yet.
        check: the mathematics that judged it.
    """

    brand: str
    gate: ReleaseGate
    proof: Evidence
    roots: Roots
    standing: Standing
    pinned: bool
    check: Check

    @property
    def proposed(self) -> JudgedRoot | None:
        """The next trust root, where one waits for signatures and nothing is wrong with it."""
        number = len(self.roots.accepted) + 1
        found = next((item for item in self.roots.waiting if item.number == number), None)
        return found if found and found.root and not found.faults else None

    def judges(self) -> list[TrustRoot]:
        """The root in force and the proposed one: whose people find something here."""
        proposed = self.proposed
        return [root for root in (self.roots.present, proposed and proposed.root) if root]

    def closed(self, item: JudgedRelease) -> str:
        """Why a release may not be signed any more; empty where it may.

        A proposal that was outrun would be a second release at one place, and neither would count;
        under an older trust root a late signature could be anybody's who left.
        """
        head, present = self.standing.head, self.roots.present
        if item.faults or item.release is None or item.root is None or present is None:
            return f"{item.version} is not as it should be."
        if not item.signed and item.release.previous != (head.digest if head else None):
            return f"{item.version} was made before {head.version if head else 'this'} was signed."
        if item.root.version < present.version:
            return (
                f"{item.version} belongs to trust root {item.root.version}, which is not in force."
            )
        return ""

    def owner(self, line: str) -> Person | None:
        """Whose key this is, by the root in force or the proposed one."""
        for root in self.judges():
            for person in root.people.values():
                if any(key.line == line for key in person.keys):
                    return person
        return None

    def member(self, line: str) -> Person | None:
        """Whose key this is by the root in force, which alone counts; nobody's without a pin."""
        present = self.roots.present if self.pinned else None
        found = self.owner(line) if present else None
        kept = present.people.get(found.id) if present and found else None
        return kept if kept and any(key.line == line for key in kept.keys) else None


@dataclass(slots=True)
class TrustReader:
    """Reads and verifies; what was verified is kept for as long as its bytes are the same.

    Args:
        anchors: digests of the brands' first trust roots, as the stack was told.
        check: the mathematics of signatures.
    """

    objects: ObjectStore
    anchors: tuple[str, ...]
    check: Check
    _known: dict[tuple[Any, ...], Trust] = field(default_factory=dict)

    def all(self, today: date) -> dict[str, Trust]:
        """By brand; brands whose proof cannot be read are left out."""
        found = {}
        for brand, gate in self.gates().items():
            try:
                trust = self.of(gate, today)
            except SigningError:
                continue
            if trust is not None:
                found[brand] = trust
        return found

    def one(self, brand: str, today: date) -> Trust:
        """A brand's.

        Raises:
            NotThere: nothing of it is signed.
        """
        found = self.all(today).get(brand)
        if found is None:
            raise NotThere(f"Nothing is signed for {brand}.", "Push its trust root first.")
        return found

    def gates(self) -> dict[str, ReleaseGate]:
        """What the stack knows of releases, by brand."""
        releases = self.state().get("releases", {})
        try:
            return {str(name): parse_gate(name, value) for name, value in releases.items()}
        except (KeyError, TypeError, ValueError) as error:
            raise LedgerUnavailable("The state file cannot be read.", "Try again.") from error

    def state(self) -> dict[str, Any]:
        """The state file; `{}` before the first."""
        stored = self.objects.get(STATE)
        try:
            value = json.loads(stored.data) if stored else {}
        except ValueError as error:
            raise LedgerUnavailable("The state file cannot be read.", "Try again.") from error
        return value if isinstance(value, dict) else {}

    def texts(self, brand: str, manifest_digest: str, sealed: bytes) -> dict[str, str]:
        """The signed texts of a release that were uploaded and are what the manifest says.

        Args:
            manifest_digest: of the manifest, `sha256:…`.
            sealed: the manifest.
        """
        stored = self.objects.get(texts_key(brand, manifest_digest))
        listed = manifest.parse_manifest(sealed)
        try:
            given = json.loads(stored.data) if stored else {}
            return {
                path.removeprefix(FILES): text
                for path, text in given.items()
                if path.startswith(FILES) and digest(text.encode()) == listed.get(path)
            }
        except (ValueError, AttributeError):
            return {}

    def of(self, gate: ReleaseGate, today: date) -> Trust | None:
        """What is signed, by the proof that was accepted; None where none was, or it is gone.

        Raises:
            SigningError: the proof cannot be read.
        """
        if not gate.evidence:
            return None
        made = self.objects.get(made_key(gate.brand))
        key = (gate, made.etag if made else "", today)
        if key not in self._known:
            stored = self.objects.get(evidence_key(gate.brand, gate.evidence))
            if stored is None or digest(stored.data) != gate.evidence:
                return None
            if len(self._known) >= _KEPT:
                del self._known[next(iter(self._known))]
            proof = joined(unpack(stored.data), made.data if made else b"")
            self._known[key] = self._judged(gate, proof, today)
        return self._known[key]

    def _judged(self, gate: ReleaseGate, proof: Evidence, today: date) -> Trust:
        pinned = proof.first_root in self.anchors
        pins = {proof.first_root, gate.root} - {""} if pinned else ()
        roots = judge_roots(proof.roots, self.check, pins=pins, brand=gate.brand)
        standing = judge_standing(proof.releases, roots, today, self.check, whole=False)
        return Trust(gate.brand, gate, proof, roots, standing, pinned, self.check)


def texts_key(brand: str, manifest_digest: str) -> str:
    """Where the texts of a release lie in the bucket."""
    return f"releases/{brand}/texts/{manifest_digest.removeprefix('sha256:')}.json"


def untold(sealed: bytes, texts: Mapping[str, str]) -> tuple[str, ...]:
    """Paths of signed files that are no text, or whose text is not there as it was signed.

    Args:
        sealed: the manifest.
        texts: as `TrustReader.texts` gives them.
    """
    return tuple(
        path
        for path in manifest.parse_manifest(sealed)
        if path != RELEASE and path.removeprefix(FILES) not in texts
    )


def readable(unshown: Iterable[str]) -> bool:
    """Whether nobody is asked to sign words that they cannot read: pictures may be missing."""
    return not any(path.endswith(_WORDS) for path in unshown)


def made_key(brand: str) -> str:
    """Where `control` keeps the signatures that were made on the pages."""
    return f"state/signoff/{brand}.json"


def joined(proof: Evidence, made: bytes) -> Evidence:
    """The proof with the signatures that were made here; those of another text are left out.

    Args:
        made: `{"releases" | "roots": {name: {"digest", "signatures": {file: text}}}}`, JSON.
    """
    try:
        value = json.loads(made) if made else {}
        roots = {
            number: _with(folder, ROOT, value.get("roots", {}).get(str(number)))
            for number, folder in proof.roots.items()
        }
        releases = {
            version: _with(folder, manifest.NAME, value.get("releases", {}).get(version))
            for version, folder in proof.releases.items()
        }
    except (ValueError, AttributeError, TypeError, KeyError):
        return proof
    return Evidence(roots, releases)


def _with(folder: Folder, sealed: str, made: Mapping[str, Any] | None) -> Folder:
    if not made or made["digest"] != sha256(folder.files.get(sealed, b"")):
        return folder
    files = dict(folder.files)
    for name, text in made["signatures"].items():
        files.setdefault(f"{FOLDER}{name}", str(text).encode())
    return Folder(files, folder.odd)
