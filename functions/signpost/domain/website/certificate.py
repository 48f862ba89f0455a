"""The certificate of a version: who signed in which role, and how anybody checks that alone."""

from __future__ import annotations

from signpost.domain.website.escaping import fenced, inline, markup
from signpost.domain.website.seal import day, listed
from signpost.domain.website.source import NEXT, Version

NAME = "certificate.md"


def certificate(version: Version) -> str:
    """The page, as Markdown."""
    if not version.release:
        return _HEAD.format(title="No certificate") + _DRAFT
    seal = version.seal
    return "\n".join(
        [
            _HEAD.format(title=f"Certificate of version {markup(seal.version)}"),
            *_state(version),
            "## Who signed",
            "",
            *_signatures(version),
            "## What was signed",
            "",
            "| | |",
            "|---|---|",
            f"| Version | {inline(seal.version)} of `{inline(version.brand)}` |",
            f"| In force from | {day(seal.effective)} (UTC) |",
            f"| To be reviewed by | {day(seal.review_by)} (UTC); after this day it is not in force |",
            f"| Manifest | <code>{inline(seal.digest)}</code> |",
            f"| Release before it | <code>{inline(seal.previous or 'none, it is the first')}</code> |",
            f"| Trust root | version {inline(seal.root_version or '–')}, <code>{inline(seal.root)}</code> |",
            f"| Signed as | <code>{inline(seal.namespace)}</code> |",
            "",
            (
                "The trust root says who may sign. Compare its digest with what somebody told you who "
                "signed: by telephone, or on the letterhead. A site cannot vouch for itself."
            ),
            "",
            "## Check it yourself {#check}",
            "",
            "You need a clone of the repository, `sha256sum` and `ssh-keygen`, and nothing of ours.",
            "",
            fenced(commands(version), "sh"),
            (
                "Every line has to end in `OK`, or begin with `Good`. The two digests have to be those "
                "above. Who signed is the name of each file in `signatures/`; their roles are in "
                "`root.json`. With Signpost, one command does all of it: `signpost strategy verify "
                f"{inline(seal.version)} --root {inline(seal.root)}`."
            ),
            "",
            "## Files",
            "",
            "| File | SHA-256 |",
            "|---|---|",
            *(
                f"| <code>{inline(path)}</code> | <code>{inline(found)}</code> |"
                for path, found in seal.files.items()
            ),
            "",
        ]
    )


def commands(version: Version) -> str:
    """What an auditor types, from the repository's root."""
    seal = version.seal
    root = f"../../../signoff/{version.brand}/roots/{seal.root_version or 'N'}"
    return (
        f"cd strategy-site/releases/{version.brand}/{seal.version}\n"
        "sha256sum -c manifest.txt\n"
        f"sha256sum manifest.txt {root}/root.json\n"
        "for signature in signatures/*.sig; do\n"
        f"  ssh-keygen -Y verify -f {root}/allowed_signers \\\n"
        f'    -I "$(basename "$signature" .sig)" -n {seal.namespace} \\\n'
        '    -s "$signature" < manifest.txt\n'
        "done\n"
    )


def _state(version: Version) -> list[str]:
    seal = version.seal
    lines: list[str] = []
    if seal.faults:
        lines += ['!!! danger "Not valid"', ""]
        lines += [f"    - {inline(fault)}" for fault in seal.faults]
        lines.append("")
    elif not seal.signed:
        lines += [
            '!!! warning "Not signed yet"',
            "",
            (
                f"    It still needs {inline(listed(seal.lacking) or 'signatures')}. Until then the "
                "version before it stays in force."
            ),
            "",
        ]
    return lines


def _signatures(version: Version) -> list[str]:
    seal = version.seal
    if not seal.signatures:
        return ["Nobody yet.", ""]
    lines = ["| Role | How | Key | Fingerprint |", "|---|---|---|---|"]
    lines += [
        f"| {inline(listed(item.roles))} | {inline(item.method)} | {inline(item.key)} | "
        f"<code>{inline(item.fingerprint)}</code> |"
        for item in seal.signatures
    ]
    lines.append("")
    if seal.uncounted:
        lines += [
            (
                f"Signatures that do not count: {len(seal.uncounted)} "
                f"({inline(', '.join(seal.uncounted))})."
            ),
            "",
        ]
    return lines


_HEAD = """# {title}
"""
_DRAFT = f"""
This is the working text (`{NEXT}`). Nobody has signed it, so there is nothing to certify.

[The newest signed version](../../){{data-leave}} has a certificate, if there is one.
"""
