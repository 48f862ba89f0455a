"""All releases of a brand judged together: which is in force today, and what became of the others.

Each names the one before it, so they are a chain: at each place exactly one is valid.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from signpost.domain.signing.counting import Check
from signpost.domain.signing.fault import Fault
from signpost.domain.signing.folder import Folder
from signpost.domain.signing.release import NAME, Release, judge_version, order
from signpost.domain.signing.releases import JudgedRelease, judge_release
from signpost.domain.signing.roots import Roots
from signpost.errors import SigningError

_MISPLACED = frozenset(
    {"brand", "effective-order", "fork", "old-root", "previous", "root-order", "unknown-root",
     "version-folder", "version-order"}
)  # fmt: skip
"""What is wrong with a release whose files are untouched: its place, or who could sign it."""
_REMEDY = "Make it anew: `signpost strategy release`."


class State(StrEnum):
    """What a release is today."""

    TAMPERED = "tampered"
    NOT_VALID = "not valid"
    UNSIGNED = "unsigned"
    NOT_YET = "not yet in force"
    IN_FORCE = "in force"
    PAST_REVIEW = "past review"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class Standing:
    """What every release of a brand is.

    Args:
        roots: the chain that decided who may sign.
        releases: version → the release, older versions first.
        states: version → what it is today.
        present: the version that is in force or past its review; empty where there is none.
        faults: of the whole, such as a newer release that was seen before and is gone.
    """

    roots: Roots
    releases: Mapping[str, JudgedRelease]
    states: Mapping[str, State]
    present: str = ""
    faults: tuple[Fault, ...] = ()

    @property
    def in_force(self) -> bool:
        """Whether a release is in force today, and nothing is wrong with the whole."""
        return not self.faults and self.states.get(self.present) is State.IN_FORCE

    @property
    def head(self) -> JudgedRelease | None:
        """The last release that is signed, in force or not yet."""
        signed = [item for item in self.releases.values() if item.signed]
        return signed[-1] if signed else None


def judge_standing(
    folders: Mapping[str, Folder],
    roots: Roots,
    today: date,
    check: Check,
    *,
    seen: Iterable[str] = (),
    whole: bool = True,
) -> Standing:
    """Judge every release, and what each is today.

    Args:
        folders: version → its folder.
        today: in UTC.
        seen: digests of releases that were accepted before; each still has to be here.
        whole: the signed files are there as well, not only their manifests.
    """
    judged = {
        version: judge_release(version, folders[version], roots, check, whole=whole)
        for version in sorted(folders, key=_sorted_by)
    }
    judged = _chained(judged)
    signed = [item.release for item in judged.values() if item.signed and item.release]
    effective = [release for release in signed if release.effective <= today]
    present = effective[-1].version if effective else ""
    states = {version: _state(item, today, present) for version, item in judged.items()}
    held = {item.digest for item in judged.values() if item.signed}
    faults = [
        *roots.faults,
        *(
            Fault(
                "rollback",
                "",
                f"A release that was accepted before ({digest}) is gone or no longer valid.",
                "An older state was put in its place: restore the newest from git.",
            )
            for digest in sorted(set(seen))
            if digest not in held
        ),
    ]
    return Standing(roots, judged, states, present, tuple(faults))


def _sorted_by(version: str) -> tuple[int, tuple[int, ...], str]:
    try:
        judge_version(version)
    except SigningError:
        return 1, (), version
    return 0, order(version), version


def _state(item: JudgedRelease, today: date, present: str) -> State:
    if any(fault.reason not in _MISPLACED for fault in item.faults) or item.release is None:
        return State.TAMPERED
    if item.faults:
        return State.NOT_VALID
    if not item.signed:
        return State.UNSIGNED
    if item.release.effective > today:
        return State.NOT_YET
    if item.version != present:
        return State.SUPERSEDED
    return State.PAST_REVIEW if item.release.review_by < today else State.IN_FORCE


def _chained(judged: dict[str, JudgedRelease]) -> dict[str, JudgedRelease]:
    """The releases, with what is wrong about their places in the chain.

    Only signed ones have a place: a draft beside them takes nobody's.
    """
    found = dict(judged)
    places = Counter(
        item.release.previous for item in judged.values() if item.signed and item.release
    )
    digests = {item.digest: version for version, item in judged.items()}
    for version, item in judged.items():
        if item.release is None or item.faults:
            continue
        shared = item.signed and places[item.release.previous] > 1
        fault = _place(
            item,
            item.release,
            found.get(digests.get(item.release.previous or "", "")),
            shared=shared,
        )
        if fault is not None:
            found[version] = replace(item, faults=(*item.faults, fault))
    return found


def _place(
    item: JudgedRelease, release: Release, before: JudgedRelease | None, *, shared: bool
) -> Fault | None:
    """What is wrong with a release's place, if anything is.

    Args:
        before: the release that it names as the one before it.
        shared: another signed release stands at the same place.
    """
    if shared:
        after = f"after {release.previous}" if release.previous else "at the beginning of the chain"
        cause = f"Two signed releases stand {after}; neither counts."
        remedy = "Let the next trust root list the one that was meant: `root rotate --accept`."
        return Fault("fork", NAME, cause, remedy)
    if release.previous is None:
        return None
    if before is None or before.release is None or (item.signed and not before.signed):
        cause = f"The release before it ({release.previous}) is missing, or does not count."
        return Fault("previous", NAME, cause, "Restore the release before it from git.")
    if order(release.version) <= order(before.release.version):
        cause = f"It follows {before.release.version}, which is not an older version."
        return Fault("version-order", NAME, cause, _REMEDY)
    if release.effective < before.release.effective:
        cause = f"It would be in force before {before.release.version}, which it follows."
        return Fault("effective-order", NAME, cause, _REMEDY)
    if item.root and before.root and item.root.version < before.root.version:
        cause = (
            f"It names trust root {item.root.version}; the release before it was signed under "
            f"root {before.root.version} already."
        )
        return Fault("root-order", NAME, cause, _REMEDY)
    return None
