"""What a print says about its release: state, signatures, files, and how to check all that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from signpost.cli.output.human import amount
from signpost.cli.signoff.told import still_needed
from signpost.domain.signing.counting import Tally
from signpost.domain.signing.fault import Fault
from signpost.domain.signing.folder import Folder
from signpost.domain.signing.manifest import parse_manifest
from signpost.domain.signing.release import FILES
from signpost.domain.signing.releases import JudgedRelease
from signpost.domain.signing.root import Kind, TrustRoot
from signpost.domain.signing.standing import Standing, State
from signpost.errors import SigningError

DRAFT, TAMPERED, NOT_VALID = "DRAFT – not signed", "TAMPERED", "NOT VALID"


def banner(standing: Standing, item: JudgedRelease) -> str:
    """The words that stand in large letters on every page; empty where all is well.

    Nothing here depends on the day: paper does not know what became of a release.
    """
    state = standing.states[item.version]
    if state is State.TAMPERED:
        return TAMPERED
    if state is State.NOT_VALID or standing.faults:
        return NOT_VALID
    return DRAFT if state is State.UNSIGNED else ""


def about(standing: Standing, item: JudgedRelease) -> dict[str, Any]:
    """The facts of the first page."""
    release = item.release
    return {
        "version": item.version,
        "effective": release.effective.isoformat() if release else "unknown",
        "review_by": release.review_by.isoformat() if release else "unknown",
        "previous": (release.previous or "none: it is the first") if release else "unknown",
        "manifest": item.digest or "missing",
        "root": release.root if release else "unknown",
        "root_version": item.root.version if item.root else None,
        "faults": [_fault(fault) for fault in [*standing.faults, *item.faults]],
        "signed": item.signed and not standing.faults,
    }


def signatures(item: JudgedRelease) -> dict[str, Any]:
    """Who signed in which role, what does not count, who is missing, and how many it takes."""
    tally, root = item.tally, item.root
    if tally is None or root is None:
        return {"known": False, "signed": [], "uncounted": [], "missing": [], "needs": "",
                "lacking": ""}  # fmt: skip
    return {
        "known": True,
        "needs": _needs(tally, root),
        "lacking": still_needed(tally, root.roles),
        "signed": [
            {
                "name": signed.person.name,
                "id": signed.person.id,
                "roles": [root.roles.get(role, role) for role in signed.roles],
                "method": signed.method,
                "kind": signed.signature.key.kind,
                "fingerprint": signed.signature.key.fingerprint,
            }
            for signed in tally.signed
        ],
        "uncounted": [
            {"file": f"signatures/{lost.file}", "cause": lost.cause} for lost in tally.uncounted
        ],
        "missing": [
            {
                "name": person.name,
                "roles": [root.roles.get(role, role) for role in person.roles],
                "command": f"signpost strategy sign {item.version} --as {person.id}",
            }
            for person in tally.missing
        ],
    }


def listed(folder: Folder, labels: Mapping[str, str]) -> list[dict[str, str]]:
    """The lines of the manifest, each with the place at which its file is printed."""
    try:
        lines = parse_manifest(folder.files.get("manifest.txt", b""))
    except SigningError:
        return []
    return [
        {"path": path, "digest": digest, "label": labels.get(path.removeprefix(FILES), "")}
        for path, digest in lines.items()
    ]


def commands(brand: str, item: JudgedRelease) -> list[dict[str, str]]:
    """How somebody checks the release who has a clone, and nothing of ours."""
    release, root = item.release, item.root
    steps = [
        {
            "say": "Go to the release in a clone of the repository.",
            "run": f"cd strategy-site/releases/{brand}/{item.version}",
        },
        {
            "say": "The digest has to be that of the manifest, as on the first page.",
            "run": "sha256sum manifest.txt",
        },
        {
            "say": "Every file has to be OK, and there must be no others than these, "
            "manifest.txt and signatures/.",
            "run": "sha256sum --strict -c manifest.txt\nfind . -type f -o -type l",
        },
    ]
    if release is None or root is None:
        return steps
    place = f"../../../signoff/{brand}/roots/{root.version}"
    steps.append(
        {
            "say": "The digest has to be that of the trust root, as on the first page. Its first "
            "version is to be compared with what the people themselves say, not with this print.",
            "run": f"sha256sum {place}/root.json",
        }
    )
    names = [(s.person.id, s.file) for s in item.tally.signed] if item.tally else []
    for person, file in names:
        steps.append(
            {
                "say": f'For {person} it has to say Good "{root.namespace(Kind.STRATEGY)}" '
                "signature, with the fingerprint of this print.",
                "run": f"ssh-keygen -Y verify -f {place}/allowed_signers -I {person} \\\n"
                f"  -n {root.namespace(Kind.STRATEGY)} -s signatures/{file} < manifest.txt",
            }
        )
    return steps


def with_signpost(brand: str, item: JudgedRelease) -> str:
    """The command that does all of it, and says what became of the release since."""
    digest = item.release.root if item.release and item.root else "DIGEST"
    return f"signpost strategy verify {item.version} --brand {brand} \\\n  --root {digest}"


def _fault(fault: Fault) -> dict[str, str]:
    return {"reason": fault.reason, "cause": fault.cause, "remedy": fault.remedy}


def _needs(tally: Tally, root: TrustRoot) -> str:
    who = [root.roles.get(role, role) for role in sorted(tally.threshold.roles)]
    least = [f"{count} of {root.roles.get(role, role)}"
             for role, count in sorted(tally.threshold.roles.items()) if count]  # fmt: skip
    said = f"{amount(tally.threshold.count, 'signature')} of different people: {', '.join(who)}"
    return f"{said}; at least {' and '.join(least)}." if least else f"{said}."
