"""The chain of trust roots: which versions are in force, judged without a clock.

Root 1 is signed by everybody it names. Root N+1 needs the `root` threshold of root N and its own,
and its version is exactly N+1. The newest that has both is the present one; what follows and lacks
signatures is proposed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from signpost.domain.signing import allowed, document
from signpost.domain.signing.counting import Check, Tally, count
from signpost.domain.signing.fault import Fault
from signpost.domain.signing.folder import WHOLE, Folder
from signpost.domain.signing.root import NAME, Kind, Threshold, TrustRoot, parse_root
from signpost.errors import SigningError


@dataclass(frozen=True, slots=True)
class JudgedRoot:
    """One version of the trust root.

    Args:
        number: the version that its folder has.
        digest: of `root.json`; empty where it is missing.
        root: None where it cannot be read.
        tallies: by whom it needs signatures → how many it has: the root before, and itself.
        faults: what is wrong with it.
    """

    number: int
    digest: str
    root: TrustRoot | None
    tallies: Mapping[str, Tally]
    faults: tuple[Fault, ...]

    @property
    def signed(self) -> bool:
        """Whether nothing is wrong and nobody is missing."""
        return (
            self.root is not None
            and not self.faults
            and bool(self.tallies)
            and all(tally.met for tally in self.tallies.values())
        )


@dataclass(frozen=True, slots=True)
class Roots:
    """The chain.

    Args:
        accepted: the versions in force, 1 first; the last is the present one.
        waiting: versions after it that lack signatures or are wrong.
        faults: of the chain as a whole, such as a pin that it does not hold.
    """

    accepted: tuple[JudgedRoot, ...]
    waiting: tuple[JudgedRoot, ...] = ()
    faults: tuple[Fault, ...] = ()

    @property
    def present(self) -> TrustRoot | None:
        """The root in force; None where there is none, or the chain is not the pinned one."""
        return self.accepted[-1].root if self.accepted and not self.faults else None

    @property
    def digest(self) -> str:
        """The present root's; empty without one."""
        return self.accepted[-1].digest if self.accepted and not self.faults else ""

    def by_digest(self, digest: str) -> TrustRoot | None:
        """The accepted root of that digest."""
        if self.faults:
            return None
        return next((item.root for item in self.accepted if item.digest == digest), None)


def judge_roots(
    folders: Mapping[int, Folder], check: Check, *, pins: Iterable[str] = (), brand: str = ""
) -> Roots:
    """Judge every version, the first one first.

    Args:
        folders: version → its folder.
        pins: digests of roots that the chain has to hold: of the one that was handed over by a
            trusted way, and of the newest that was seen.
        brand: whose it has to be; anybody's where left out.
    """
    accepted: list[JudgedRoot] = []
    waiting: list[JudgedRoot] = []
    for number in sorted(folders):
        before = accepted[-1] if accepted else None
        judged = _judge(number, folders[number], before, check, brand)
        if judged.signed and not waiting:
            accepted.append(judged)
        else:
            waiting.append(judged)
    held = {item.digest for item in accepted}
    faults = [
        Fault(
            "pinned-root",
            "",
            f"The trust root {pin} is pinned, and the chain here does not hold it.",
            "An older or another root was put in its place, or the pin is wrong: ask the people "
            "who signed.",
        )
        for pin in sorted(set(pins))
        if pin not in held
    ]
    return Roots(tuple(accepted), tuple(waiting), tuple(faults))


def _judge(
    number: int, folder: Folder, before: JudgedRoot | None, check: Check, brand: str
) -> JudgedRoot:
    faults = folder.oddities()
    if WHOLE in folder.odd:
        return JudgedRoot(number, "", None, {}, tuple(faults))
    for path in sorted(set(folder.signed_files) - {NAME, allowed.NAME}):
        cause = f"`{path}` does not belong to a trust root."
        faults.append(Fault("extra-file", path, cause, "Remove it."))
    data = folder.files.get(NAME)
    if data is None:
        faults.append(Fault("missing-file", NAME, f"There is no {NAME}.", "Restore it from git."))
        return JudgedRoot(number, "", None, {}, tuple(faults))
    digest = document.sha256(data)
    try:
        root = parse_root(data)
    except SigningError as error:
        return JudgedRoot(number, digest, None, {}, (*faults, Fault.of(error, NAME)))
    faults += _misplaced(number, root, before, brand)
    try:
        allowed.judge_allowed(folder.files.get(allowed.NAME, b""), root)
    except SigningError as error:
        faults.append(Fault.of(error, allowed.NAME))
    tallies: dict[str, Tally] = {}
    if number == 1:
        everybody = Threshold(len(root.people), dict.fromkeys(root.roles, 0))
        tallies["everybody"] = count(root, Kind.ROOT, everybody, data, folder.signatures, check)
    elif before is not None and before.root is not None:
        for name, judge in ((f"root {before.number}", before.root), (f"root {number}", root)):
            tallies[name] = count(judge, Kind.ROOT, judge.root, data, folder.signatures, check)
        tallies = _without_the_others(tallies)
    return JudgedRoot(number, digest, root, tallies, tuple(faults))


def _without_the_others(tallies: Mapping[str, Tally]) -> dict[str, Tally]:
    """The tallies, each silent about signatures that count for the other version.

    Who leaves is in the one, who comes or changes a key is in the other.
    """
    counted = {item.file for tally in tallies.values() for item in tally.signed}
    return {
        name: replace(
            tally, uncounted=tuple(item for item in tally.uncounted if item.file not in counted)
        )
        for name, tally in tallies.items()
    }


def _misplaced(
    number: int, root: TrustRoot, before: JudgedRoot | None, brand: str
) -> Iterable[Fault]:
    remedy = "Let `signpost strategy root rotate` make the next version."
    if root.version != number:
        cause = f"The folder is of version {number}, the root says {root.version}."
        yield Fault("root-version", NAME, cause, remedy)
    if brand and root.brand != brand:
        cause = f"It is the root of `{root.brand}`, not of `{brand}`."
        yield Fault("brand", NAME, cause, remedy)
    if number > 1 and (before is None or before.number != number - 1):
        cause = f"Root {number - 1}, which has to stand before it, is missing or not signed."
        yield Fault("root-version", NAME, cause, remedy)
    elif before is not None and root.previous != before.digest:
        cause = f"It does not follow root {before.number}: it names another digest."
        yield Fault("root-previous", NAME, cause, remedy)


def judge_shown(roots: Roots, shown: Mapping[str, bytes]) -> Roots:
    """The chain, with a fault where the copies for people do not say what the present root says.

    Args:
        shown: `root.json` and `allowed_signers` as they lie beside the versions: what somebody
            uses who has nothing but ssh-keygen.
    """
    present = roots.present
    if present is None:
        return roots
    wanted = {NAME: present.write(), allowed.NAME: allowed.write_allowed(present)}
    faults = [
        Fault(
            "root-copy",
            name,
            f"`{name}` beside the trust roots is not that of root {present.version}, the present.",
            "Write it anew: `signpost strategy root show --write`.",
        )
        for name, data in wanted.items()
        if shown.get(name) != data
    ]
    return replace(roots, faults=(*roots.faults, *faults))
