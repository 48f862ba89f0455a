"""Writes a version of the trust root, and the copies of the present one that people look at."""

from __future__ import annotations

from collections.abc import Iterator

from signpost.cli.signoff.evidence import Site
from signpost.cli.signoff.writing import keep_bytes, replace_file, write_folder
from signpost.domain.signing import allowed
from signpost.domain.signing.root import NAME, Threshold, TrustRoot, parse_root
from signpost.domain.signing.roots import Roots


def propose(site: Site, root: TrustRoot) -> bytes:
    """Write a new version, to be signed; its bytes.

    Raises:
        SigningError: it cannot be meant: two people with one key, a threshold that is too high.
    """
    data = root.write()
    parse_root(data)
    files = {NAME: data, allowed.NAME: allowed.write_allowed(root)}
    write_folder(site.roots / str(root.version), files)
    keep_bytes(site.folder / "signoff")
    return data


def write_shown(site: Site, roots: Roots) -> bool:
    """Bring the copies beside the versions up to date; whether a root is in force at all."""
    root = roots.accepted[-1].root if roots.accepted else None
    if root is None:
        return False
    replace_file(site.signoff / NAME, root.write())
    replace_file(site.signoff / allowed.NAME, allowed.write_allowed(root))
    return True


def describe(root: TrustRoot) -> Iterator[str]:
    """What a root says, a line a fact."""
    yield f"Trust root {root.version} of {root.brand}, for {root.domain}"
    for person in root.holders(root.roles):
        held = ", ".join(root.roles[role] for role in person.roles)
        yield f"  {person.name} ({person.id}): {held}"
        for key in person.keys:
            where = f", passkey of {key.application}" if key.passkey else ""
            yield f"    {key.kind} {key.fingerprint}{where}"
    for name, threshold in root.thresholds():
        yield f"  {name} takes {_words(root, threshold)}"
    yield f"  signs {', '.join(root.documents)}"
    if root.origins:
        yield f"  passkeys sign on {', '.join(root.origins)}"
    for digest in root.accepted:
        yield f"  accepted before: {digest}"


def _words(root: TrustRoot, threshold: Threshold) -> str:
    least = [
        f"{count} of them {root.roles[role]}" for role, count in threshold.roles.items() if count
    ]
    roles = ", ".join(root.roles[role] for role in threshold.roles)
    return "; ".join([f"{threshold.count} of: {roles}", *least])
