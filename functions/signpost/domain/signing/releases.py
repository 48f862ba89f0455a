"""One release judged by itself: are its files those of its manifest, and who signed that?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from signpost.domain.canonical import digest
from signpost.domain.signing import document, manifest
from signpost.domain.signing.counting import Check, Tally, count
from signpost.domain.signing.fault import Fault
from signpost.domain.signing.folder import WHOLE, Folder
from signpost.domain.signing.globs import matches
from signpost.domain.signing.release import FILES, NAME, Release, parse_release
from signpost.domain.signing.root import Kind, TrustRoot
from signpost.domain.signing.roots import Roots
from signpost.errors import SigningError

_RESTORE = "Restore the release from git: `git log` of its folder shows who changed it."


@dataclass(frozen=True, slots=True)
class JudgedRelease:
    """A release, judged apart from the others.

    Args:
        version: the name of its folder.
        digest: of its manifest: what is signed; empty where that is missing.
        release: None where it cannot be read.
        root: the trust root that it names, where that is in force or was.
        tally: who signed; None where no root can say who may.
        faults: what is wrong, and where.
    """

    version: str
    digest: str
    release: Release | None
    root: TrustRoot | None
    tally: Tally | None
    faults: tuple[Fault, ...]

    @property
    def signed(self) -> bool:
        """Whether nothing is wrong and enough people signed."""
        return not self.faults and self.tally is not None and self.tally.met


def judge_release(
    version: str, folder: Folder, roots: Roots, check: Check, *, whole: bool = True
) -> JudgedRelease:
    """Judge the folder of a release against the chain of roots.

    Args:
        version: the folder's name.
        whole: the signed files are there as well; else only what is signed of them, the manifest.
    """
    if WHOLE in folder.odd:
        return JudgedRelease(version, "", None, None, None, tuple(folder.oddities()))
    faults = [*folder.oddities(), *_differences(folder, whole=whole)]
    sealed = folder.files.get(manifest.NAME)
    signed_digest = document.sha256(sealed) if sealed is not None else ""
    release: Release | None = None
    try:
        release = parse_release(folder.files.get(NAME, b""))
    except SigningError as error:
        faults.append(Fault.of(error, NAME))
    if release is None or sealed is None:
        return JudgedRelease(version, signed_digest, release, None, None, tuple(faults))
    root = roots.by_digest(release.root)
    faults += _misplaced(version, release, signed_digest, roots, root)
    if root is None:
        return JudgedRelease(version, signed_digest, release, None, None, tuple(faults))
    told = {(fault.reason, fault.path) for fault in faults}
    faults += [
        fault
        for fault in _uncovered(folder if whole else _listed(sealed), root)
        if (fault.reason, fault.path) not in told
    ]
    tally = count(root, Kind.STRATEGY, root.strategy, sealed, folder.signatures, check)
    return JudgedRelease(version, signed_digest, release, root, tally, tuple(faults))


def _listed(sealed: bytes) -> Folder:
    """The files that a manifest names, without their content."""
    try:
        return Folder(dict.fromkeys(manifest.parse_manifest(sealed), b""))
    except SigningError:  # it is a fault already
        return Folder({})


def _differences(folder: Folder, *, whole: bool) -> Iterable[Fault]:
    """How the files differ from the manifest."""
    sealed = folder.files.get(manifest.NAME)
    if sealed is None:
        yield Fault("missing-file", manifest.NAME, "There is no manifest.", _RESTORE)
        return
    try:
        listed = manifest.parse_manifest(sealed)
    except SigningError as error:
        yield Fault.of(error, manifest.NAME)
        return
    there = {path: data for path, data in folder.signed_files.items() if path != manifest.NAME}
    for path in sorted({NAME, *(listed if whole else ())} - set(there)):
        if path not in folder.odd:
            yield Fault("missing-file", path, f"`{path}` is missing.", _RESTORE)
    for path in sorted(set(there) - set(listed)):
        yield Fault("extra-file", path, f"`{path}` is not in the manifest.", _RESTORE)
    for path in sorted(set(there) & set(listed)):
        if digest(there[path]) != listed[path]:
            yield _altered(path, there[path], listed[path])
            continue
        try:
            manifest.judge_content(path, there[path])
        except SigningError as error:
            yield Fault.of(error, path)


def _altered(path: str, data: bytes, wanted: str) -> Fault:
    if digest(data.replace(b"\r\n", b"\n")) == wanted:
        cause = f"`{path}` was altered: its lines end with CRLF now, the words are the same."
        return Fault("altered", path, cause, manifest.RESTORE_BYTES)
    return Fault("altered", path, f"`{path}` was altered: it is not what was signed.", _RESTORE)


def _misplaced(
    version: str, release: Release, signed_digest: str, roots: Roots, root: TrustRoot | None
) -> Iterable[Fault]:
    if release.version != version:
        cause = f"The folder is of version {version}, the release says {release.version}."
        yield Fault("version-folder", NAME, cause, _RESTORE)
    present = roots.present
    if present is None:
        cause = "No trust root is in force, so nobody can say who may sign it."
        remedy = "Look at the trust root first: `signpost strategy root show`."
        yield Fault("unknown-root", NAME, cause, remedy)
        return
    if root is None:
        cause = f"It names a trust root that is not in force: {release.root}."
        yield Fault("unknown-root", NAME, cause, "Make the release anew under the present root.")
        return
    if release.brand != root.brand:
        cause = f"It is of the brand `{release.brand}`, its trust root of `{root.brand}`."
        yield Fault("brand", NAME, cause, _RESTORE)
    if root.version != present.version and signed_digest not in present.accepted:
        cause = (
            f"It names trust root {root.version}; root {present.version}, the present one, does "
            "not list it among what was accepted before."
        )
        yield Fault("old-root", NAME, cause, "Make a new release under the present root.")


def _uncovered(folder: Folder, root: TrustRoot) -> Iterable[Fault]:
    """Files that the root does not want signed, and patterns that no file answers to."""
    paths = [path.removeprefix(FILES) for path in folder.signed_files if path.startswith(FILES)]
    for path in sorted(set(folder.signed_files) - {NAME, manifest.NAME}):
        if not path.startswith(FILES) or not matches(path.removeprefix(FILES), root.documents):
            cause = f"`{path}` is none of the documents that the trust root names."
            yield Fault("extra-file", path, cause, _RESTORE)
    for glob in root.documents:
        if not any(matches(path, [glob]) for path in paths):
            cause = f"There is no file for `{glob}`, which the trust root wants signed."
            yield Fault("missing-file", f"{FILES}{glob}", cause, _RESTORE)
