"""A small company in memory: trust roots and releases, signed by test keys, to be bent by tests."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from signpost.domain.signing import allowed, document, manifest
from signpost.domain.signing.release import FILES, NAME, Release
from signpost.domain.signing.root import Person, Threshold, TrustRoot
from tests.signing.keysmith import Assertion, TestKey

BRAND = "larkfell"
DOMAIN = "larkfell.example"
OTTILIE = TestKey("ottilie")
JUNO = TestKey("juno", "ecdsa-sha2-nistp256")
KASIMIR = TestKey("kasimir", "ssh-rsa")
STRANGER = TestKey("stranger")
PASSKEY = TestKey("juno", "sk-ecdsa-sha2-nistp256@openssh.com", application=DOMAIN)
ROLES = {
    "head-of-marketing": "Head of marketing",
    "head-of-sales": "Head of sales",
    "managing-director": "Managing director",
}
ANY = dict.fromkeys(ROLES, 0)
DOCUMENTS = {
    "content/larkfell/kpis.yaml": b"targets:\n  - {kpi: visits, by: 2027-03-31, value: 450}\n",
    "docs/larkfell/strategy/index.md": b"# Strategy\n\nWe mend before we sell.\n",
}
ON = date(2026, 12, 15)


@dataclass(frozen=True)
class Link:
    """A symbolic link in place of a file."""

    target: str


Tree = dict[str, "bytes | Link"]
"""Path below `strategy-site` → content."""


@dataclass
class Office:
    """A tree that grows: roots, releases, statements.

    Args:
        roots: version → bytes of root.json.
        sealed: version of a release → bytes of its manifest.
    """

    tree: Tree = field(default_factory=dict)
    roots: dict[int, bytes] = field(default_factory=dict)
    sealed: dict[str, bytes] = field(default_factory=dict)

    def root(
        self,
        root: TrustRoot | None = None,
        signers: Mapping[str, TestKey] | None = None,
        *,
        data: bytes | None = None,
        lines: bytes | None = None,
        shown: bool = True,
    ) -> bytes:
        """Add a version of the trust root; its bytes.

        Args:
            signers: name of a signature's file, without `.sig` → key; the usual three.
            data: in place of what the root writes.
            lines: in place of its allowed_signers.
            shown: whether it is the one that people see.
        """
        root = root or usual_root()
        data = root.write() if data is None else data
        lines = allowed.write_allowed(root) if lines is None else lines
        place = f"signoff/{BRAND}/roots/{root.version}"
        self.tree[f"{place}/root.json"] = data
        self.tree[f"{place}/allowed_signers"] = lines
        if shown:
            self.tree[f"signoff/{BRAND}/root.json"] = data
            self.tree[f"signoff/{BRAND}/allowed_signers"] = lines
        usual = {"ottilie": OTTILIE, "juno": JUNO, "kasimir": KASIMIR}
        for name, key in (usual if signers is None else signers).items():
            made = key.sign(data, f"root@{root.domain}", assertion=passkey_of(key))
            self.tree[f"{place}/signatures/{name}.sig"] = made
        self.roots[root.version] = data
        return data

    def release(
        self,
        version: str = "2026.1",
        *,
        previous: str | None = None,
        root: int = 1,
        effective: date = date(2026, 12, 1),
        review_by: date = date(2027, 5, 31),
        documents: Mapping[str, bytes] = DOCUMENTS,
        head: bytes | None = None,
        seal: bytes | None = None,
        signers: Mapping[str, TestKey] | None = None,
        **how: Any,
    ) -> bytes:
        """Add a release; its manifest.

        Args:
            previous: version of the release before.
            head: in place of its release.json.
            seal: in place of its manifest.
            signers: person → key; the usual two.
            how: for `TestKey.sign`.
        """
        release = Release(
            brand=BRAND,
            version=version,
            previous=document.sha256(self.sealed[previous]) if previous else None,
            root=document.sha256(self.roots[root]),
            effective=effective,
            review_by=review_by,
        )
        head = release.write() if head is None else head
        files = {NAME: head, **{f"{FILES}{path}": data for path, data in documents.items()}}
        if seal is None:
            seal = manifest.format_digests(
                {path: hashlib.sha256(data).hexdigest() for path, data in files.items()}
            )
        place = self.place(version)
        for path, data in {**files, manifest.NAME: seal}.items():
            self.tree[f"{place}/{path}"] = data
        usual = {"ottilie": OTTILIE, "juno": JUNO}
        for name, key in (usual if signers is None else signers).items():
            self.sign(version, name, key, seal, **how)
        self.sealed[version] = seal
        return seal

    def sign(
        self,
        version: str,
        name: str,
        key: TestKey,
        message: bytes | None = None,
        namespace: str = f"strategy@{DOMAIN}",
        **how: Any,
    ) -> bytes:
        """Add a signature to a release; its file."""
        message = self.sealed[version] if message is None else message
        how.setdefault("assertion", passkey_of(key))
        made = key.sign(message, namespace, **how)
        self.tree[f"{self.place(version)}/signatures/{name}.sig"] = made
        return made

    @staticmethod
    def place(version: str = "2026.1") -> str:
        """The folder of a release."""
        return f"releases/{BRAND}/{version}"


def usual_root(**changes: Any) -> TrustRoot:
    """Three people, of whom two sign a strategy, the managing director among them."""
    root = TrustRoot(
        brand=BRAND,
        domain=DOMAIN,
        version=1,
        previous=None,
        people=people(),
        roles=ROLES,
        strategy=Threshold(2, {**ANY, "managing-director": 1}),
        root=Threshold(2, ANY),
        resume=Threshold(2, ANY),
        approval={"offers": Threshold(1, {"managing-director": 0})},
        documents=("content/larkfell/*.yaml", "docs/larkfell/**"),
        origins=("https://signoff.larkfell.example",),
    )
    return replace(root, **changes)


def next_root(before: bytes, **changes: Any) -> TrustRoot:
    """The version after one, with changes."""
    number = changes.pop("version", 2)
    return usual_root(version=number, previous=document.sha256(before), **changes)


def people(**keys: TestKey | tuple[TestKey, ...]) -> dict[str, Person]:
    """The usual three, each with the keys that are named, or the usual one."""
    named: dict[str, TestKey | tuple[TestKey, ...]] = {
        "ottilie": OTTILIE, "juno": JUNO, "kasimir": KASIMIR, **keys
    }  # fmt: skip
    names = {
        "ottilie": ("Ottilie Nebelhorn", "managing-director"),
        "juno": ("Juno Abendrot", "head-of-marketing"),
        "kasimir": ("Kasimir Nadelöhr", "head-of-sales"),
    }
    return {
        name: Person(
            name,
            names[name][0],
            tuple(item.public for item in (key if isinstance(key, tuple) else (key,))),
            (names[name][1],),
        )
        for name, key in named.items()
    }


def passkey_of(key: TestKey) -> Assertion | None:
    """How a key answers: a passkey's in a browser."""
    hardware = key.kind.startswith("sk-")
    return Assertion() if hardware and not key.application.startswith("ssh:") else None
