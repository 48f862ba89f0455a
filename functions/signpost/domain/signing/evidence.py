"""What proves a brand's releases without their texts: one file, small enough for a function.

The trust roots whole, and of each release `release.json`, the manifest and the signatures. The
manifest binds the texts, so that who verifies this verifies what everybody can read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from signpost.domain.canonical import canonical_json
from signpost.domain.gate import Released, ReleaseGate
from signpost.domain.signing import allowed, manifest, release, root
from signpost.domain.signing.counting import FOLDER, Check, Tally
from signpost.domain.signing.document import sha256
from signpost.domain.signing.folder import Folder
from signpost.domain.signing.roots import Roots, judge_roots
from signpost.domain.signing.standing import Standing, State, judge_standing
from signpost.errors import SigningError

SCHEMA = 1
MAX_BYTES = 8 * 1024 * 1024
_REMEDY = "Push again from a complete checkout."
_ROLLBACK = frozenset({"pinned-root", "rollback"})


@dataclass(frozen=True, slots=True)
class Evidence:
    """The folders of trust roots by version, and of releases by version; texts left out."""

    roots: Mapping[int, Folder]
    releases: Mapping[str, Folder]

    @property
    def first_root(self) -> str:
        """Digest of trust root 1, in which all trust begins; empty where it is missing."""
        folder = self.roots.get(1)
        data = folder.files.get(root.NAME) if folder else None
        return sha256(data) if data is not None else ""


def pack(roots: Mapping[int, Folder], releases: Mapping[str, Folder]) -> bytes:
    """The file of a brand; the same folders make the same bytes.

    What is no text is left out: nothing that counts is written so.
    """
    kept = {root.NAME, allowed.NAME}
    named = {release.NAME, manifest.NAME}
    return canonical_json(
        {
            "schema": SCHEMA,
            "roots": {str(number): _texts(roots[number], kept) for number in roots},
            "releases": {version: _texts(releases[version], named) for version in releases},
        }
    )


def unpack(data: bytes) -> Evidence:
    """Read the file back; nothing about it is believed yet.

    Raises:
        SigningError: it is not such a file.
    """
    if len(data) > MAX_BYTES:
        raise SigningError("The proof of the releases is too large.", _REMEDY, reason="too-large")
    try:
        value = json.loads(data)
        if value["schema"] != SCHEMA:
            raise SigningError(
                f"The proof of the releases has form {value['schema']}, {SCHEMA} is known.",
                "Deploy the newest version of the functions.",
                reason="schema",
            )
        roots = {int(number): _folder(files) for number, files in value["roots"].items()}
        releases = {str(name): _folder(files) for name, files in value["releases"].items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise SigningError(
            f"The proof of the releases cannot be read: {error!r}"[:300], _REMEDY, reason="form"
        ) from error
    return Evidence(roots, releases)


def judge_evidence(
    found: Evidence,
    before: ReleaseGate,
    *,
    anchor: str,
    today: date,
    check: Check,
) -> ReleaseGate:
    """The facts about a brand's releases after this evidence; `version` is left as it was.

    Args:
        found: of the brand.
        before: the facts so far.
        anchor: digest of the first trust root, which has to be in the chain.
        today: in UTC.
        check: the mathematics.

    Raises:
        SigningError: `rollback` where something that was accepted before is gone; `release` where
            the chain of trust roots does not hold.
    """
    known = before if before.anchor == anchor else ReleaseGate(before.brand)
    pins = {anchor, known.root} - {""}
    roots = judge_roots(found.roots, check, pins=pins, brand=before.brand)
    present = roots.present
    if present is None:
        raise _refused(roots)
    # A new root may drop a release that was accepted before: its people decided so.
    kept = known.root == roots.digest or known.head in present.accepted
    seen = {known.head} - {""} if kept else set()
    standing = judge_standing(found.releases, roots, today, check, seen=seen, whole=False)
    for fault in standing.faults:
        raise SigningError(
            fault.cause, fault.remedy, reason="rollback" if fault.reason in _ROLLBACK else "release"
        )
    head = standing.head
    return ReleaseGate(
        brand=before.brand,
        version=before.version,
        required=before.required,
        anchor=anchor,
        root=roots.digest,
        root_version=present.version,
        head=head.digest if head else "",
        evidence=before.evidence,
        releases=tuple(still_of_use(standing)),
        lacking=lacking(standing),
    )


def lacking(standing: Standing) -> str:
    """Why the newest release does not count, in words; empty where it does."""
    if not standing.releases:
        return "none was made"
    version, newest = list(standing.releases.items())[-1]
    if newest.faults:
        return f"{version} is {standing.states[version]}: {newest.faults[0].cause}"
    if newest.tally is None or newest.signed:
        return ""
    titles = standing.roots.present.roles if standing.roots.present else {}
    return f"signatures of {version} are missing: {missing(newest.tally, titles)}"


def missing(tally: Tally, titles: Mapping[str, str]) -> str:
    """Whose signatures a threshold lacks: roles by their titles, else how many people."""
    words = [
        titles.get(role, role) + (f" ({number})" if number > 1 else "")
        for role, number in tally.lacking_roles.items()
    ]
    more = tally.lacking - sum(tally.lacking_roles.values())
    if more > 0:
        holders = ", ".join(person.name for person in tally.missing)
        words.append(f"{more} of {holders}" if holders else f"{more} more")
    return ", ".join(words)


def still_of_use(standing: Standing) -> Iterable[Released]:
    """Signed releases in force today or later; what was superseded can never be again."""
    for version, item in standing.releases.items():
        if item.signed and item.release and standing.states[version] is not State.SUPERSEDED:
            yield Released(
                version,
                item.digest,
                _midnight(item.release.effective),
                _midnight(item.release.review_by) + timedelta(days=1),
                tuple(signed.person.id for signed in item.tally.signed) if item.tally else (),
            )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _refused(roots: Roots) -> SigningError:
    for fault in roots.faults:
        if fault.reason in _ROLLBACK:
            return SigningError(fault.cause, fault.remedy, reason="rollback")
    faults = [*roots.faults, *(fault for item in roots.waiting for fault in item.faults)]
    if faults:
        return SigningError(faults[0].cause, faults[0].remedy, reason="release")
    return SigningError(
        "No trust root carries all the signatures that it needs.",
        "See who is missing: `signpost strategy root show`.",
        reason="release",
    )


def _texts(folder: Folder, kept: Iterable[str]) -> dict[str, str]:
    found = {}
    for path in sorted(folder.files):
        if path in kept or path.startswith(FOLDER):
            try:
                found[path] = folder.files[path].decode()
            except UnicodeDecodeError:
                continue
    return found


def _folder(files: Mapping[str, str]) -> Folder:
    return Folder({path: text.encode() for path, text in files.items()})
