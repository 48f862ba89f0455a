"""What a version of the site is made of, before any page is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from signpost.domain.signing.releases import JudgedRelease
from signpost.domain.signing.standing import Standing, State
from signpost.domain.strategy import Decisions

NEXT = "next"
"""What the working tree is called."""


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature that counts, without the name of who made it: a site may be public.

    Args:
        roles: titles.
        method: `SSH key`, `SSH key in hardware` or `passkey`.
        key: its kind, such as `ssh-ed25519`.
    """

    roles: tuple[str, ...]
    method: str
    key: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Seal:
    """What is signed of a version, as far as that does not change with time.

    Args:
        version: of a release, or `next`.
        signed: whether nothing is wrong and enough people signed.
        altered: its bytes are not those of its manifest.
        digest: of the manifest; empty for the working tree.
        root: digest of the trust root that it names.
        root_version: empty where that root is not in force.
        lacking: how many people more it takes, and of which roles, in words.
        uncounted: signatures that do not count: why.
        faults: what is wrong, in words.
        files: path in the release → digest, as the manifest has it.
    """

    version: str
    signed: bool = False
    altered: bool = False
    digest: str = ""
    previous: str = ""
    root: str = ""
    root_version: str = ""
    namespace: str = ""
    effective: date | None = None
    review_by: date | None = None
    signatures: tuple[Signature, ...] = ()
    lacking: tuple[str, ...] = ()
    uncounted: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)

    @property
    def roles(self) -> tuple[str, ...]:
        """Titles of the roles that signed, each once."""
        return tuple(dict.fromkeys(role for item in self.signatures for role in item.roles))


@dataclass(frozen=True, slots=True)
class Version:
    """A version and its text.

    Args:
        brand: its id.
        title: what the site is called.
        pages: path below the docs folder, with the brand's folder → Markdown.
        data: name of a signed data file → its text.
        media: path below the docs folder → bytes.
        earlier: the releases before it, the newest first: what changed since each is told.
        decisions: what it decides; None where its files cannot be read by today's rules.
    """

    brand: str
    title: str
    seal: Seal
    pages: Mapping[str, str]
    data: Mapping[str, str] = field(default_factory=dict)
    media: Mapping[str, bytes] = field(default_factory=dict)
    earlier: tuple[Version, ...] = ()
    decisions: Decisions | None = None

    @property
    def name(self) -> str:
        """The version."""
        return self.seal.version

    @property
    def release(self) -> bool:
        """Whether it is a release, signed or not, and not the working tree."""
        return self.name != NEXT


def seal_of(item: JudgedRelease, standing: Standing, files: Mapping[str, str]) -> Seal:
    """What is signed of a release.

    Args:
        files: its manifest.
    """
    release, root, tally = item.release, item.root, item.tally
    titles = root.roles if root else {}
    lacking: list[str] = []
    if tally is not None and not tally.met:
        if tally.lacking:
            lacking.append(f"{tally.lacking} more {'person' if tally.lacking == 1 else 'people'}")
        lacking += [f"{n} of {titles.get(r, r)}" for r, n in tally.lacking_roles.items()]
    return Seal(
        version=item.version,
        signed=item.signed,
        altered=standing.states[item.version] is State.TAMPERED,
        digest=item.digest,
        previous=(release.previous or "") if release else "",
        root=release.root if release else "",
        root_version=str(root.version) if root else "",
        namespace=f"strategy@{root.domain}" if root else "",
        effective=release.effective if release else None,
        review_by=release.review_by if release else None,
        signatures=tuple(
            Signature(
                tuple(titles.get(role, role) for role in signed.roles),
                signed.method,
                signed.signature.key.kind,
                signed.signature.key.fingerprint,
            )
            for signed in (tally.signed if tally else ())
        ),
        lacking=tuple(lacking),
        # The causes name people; the reason in one word does not.
        uncounted=tuple(lost.reason for lost in (tally.uncounted if tally else ())),
        faults=tuple(fault.cause for fault in item.faults),
        files=files,
    )
