"""Releases at the wrong place: rollback, fork, fast-forward, a dropped key's late work."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from signpost.domain.signing import document
from signpost.domain.signing.release import Release
from tests.signing.keysmith import TestKey
from tests.signing.office import BRAND, DOCUMENTS, JUNO, KASIMIR, OTTILIE, Office, next_root, people
from tests.signing.vector import Vector

FORK = "a second release at one place of the chain"
FORWARD = "fast-forward"
DROPPED = "a key dropped from the root"
BACK = "rollback to an older validly signed release (gittuf CVE-2026-44544)"
OTHER = {**DOCUMENTS, "docs/larkfell/strategy/index.md": b"# Strategy\n\nAnother one.\n"}
WITHOUT = {name: item for name, item in people().items() if name != "kasimir"}


def vectors() -> Iterator[Vector]:
    """All of them."""
    yield from _forks()
    yield from _places()
    yield from _dropped()


def one() -> Office:
    """Root 1 and a release."""
    office = Office()
    office.root()
    office.release()
    return office


def _forks() -> Iterator[Vector]:
    office = one()
    office.release("2026.2", previous="2026.1", effective=date(2026, 12, 5))
    office.release("2026.3", previous="2026.1", effective=date(2026, 12, 6), documents=OTHER)
    for version in ("2026.2", "2026.3"):
        yield Vector(f"fork-{version}", "two signed releases after one: neither counts", office.tree,
                     "not valid", ("fork",), version=version, attack=FORK)  # fmt: skip
    yield Vector(
        "fork-before", "the one before a fork goes on", office.tree, "in force", attack=FORK
    )
    office = one()
    office.release("2026.2", effective=date(2026, 12, 5), documents=OTHER)
    yield Vector("fork-first", "two signed releases at the beginning of the chain", office.tree,
                 "not valid", ("fork",), version="2026.2", attack=FORK)  # fmt: skip
    office.release("2026.3", previous="2026.2", effective=date(2026, 12, 6), documents=OTHER)
    yield Vector("fork-after", "what follows a release that does not count", office.tree, "not valid",
                 ("previous",), version="2026.3", attack=FORK)  # fmt: skip
    office = one()
    first = office.roots[1]
    office.release("2026.2", previous="2026.1", effective=date(2026, 12, 5))
    office.release("2026.3", previous="2026.1", effective=date(2026, 12, 6), documents=OTHER)
    meant = (office.sealed["2026.1"], office.sealed["2026.2"])
    office.root(
        next_root(first, accepted=tuple(sorted(map(document.sha256, meant)))),
        {"ottilie": OTTILIE, "juno": JUNO},
    )
    yield Vector("fork-settled", "root 2 lists the one that was meant", office.tree, "in force",
                 version="2026.2", attack=FORK)  # fmt: skip
    yield Vector("fork-lost", "the other one of a fork that root 2 settled", office.tree, "not valid",
                 ("old-root",), version="2026.3", attack=FORK)  # fmt: skip


def _places() -> Iterator[Vector]:
    office = one()
    office.release("2026.2", previous="2026.1", effective=date(2026, 12, 5))
    office.release("2026.3", previous="2026.2", effective=date(2026, 12, 6))
    gone = {path: data for path, data in office.tree.items() if "/2026.2/" not in path}
    yield Vector("forward-gap", "the release before it is missing", gone, "not valid", ("previous",),
                 version="2026.3", attack=FORWARD)  # fmt: skip
    unsigned = {
        path: data for path, data in office.tree.items() if "/2026.2/signatures/" not in path
    }
    yield Vector("forward-unsigned", "the release before it lost its signatures", unsigned, "not valid",
                 ("previous",), version="2026.3", attack=FORWARD)  # fmt: skip
    broken = {
        **office.tree,
        f"{office.place('2026.2')}/files/content/larkfell/kpis.yaml": b"targets: []\n",
    }
    yield Vector("forward-broken", "the release before it was altered", broken, "not valid",
                 ("previous",), version="2026.3", attack=FORWARD)  # fmt: skip
    office = one()
    head = Release(BRAND, "2026.2", f"sha256:{'0' * 64}", document.sha256(office.roots[1]),
                   date(2026, 12, 5), date(2027, 5, 31))  # fmt: skip
    office.release("2026.2", head=head.write())
    yield Vector("forward-nowhere", "it follows a release that never was", office.tree, "not valid",
                 ("previous",), version="2026.2", attack=FORWARD)  # fmt: skip
    office = one()
    office.release("2025.9", previous="2026.1", effective=date(2026, 12, 5))
    yield Vector("place-version", "an older version follows a newer one", office.tree, "not valid",
                 ("version-order",), version="2025.9")  # fmt: skip
    office = one()
    office.release("2026.2", previous="2026.1", effective=date(2026, 11, 1))
    yield Vector("place-effective", "in force before the one that it follows", office.tree, "not valid",
                 ("effective-order",), version="2026.2")  # fmt: skip
    office = one()
    office.release("2026.2", previous="2026.1", effective=date(2026, 12, 5))
    seen = (document.sha256(office.sealed["2026.2"]),)
    back = {path: data for path, data in office.tree.items() if "/2026.2/" not in path}
    yield Vector("rollback", "a newer release was seen before, and is gone", back, "in force",
                 ("rollback",), seen=seen, attack=BACK)  # fmt: skip
    unsigned = {
        path: data for path, data in office.tree.items() if "/2026.2/signatures/" not in path
    }
    yield Vector("rollback-signatures", "a newer release was seen before, and lost its signatures",
                 unsigned, "in force", ("rollback",), seen=seen, attack=BACK)  # fmt: skip
    renamed = {
        path.replace("/2026.1/", "/2026.9/"): data
        for path, data in office.tree.items()
        if "/2026.2/" not in path
    }
    yield Vector("rollback-renamed", "an older release under a newer name", renamed, "not valid",
                 ("version-folder",), version="2026.9", attack=BACK)  # fmt: skip


def _dropped() -> Iterator[Vector]:
    office = Office()
    first = office.root(shown=False)
    old = office.release(signers={"ottilie": OTTILIE, "kasimir": KASIMIR})
    listed = (document.sha256(old),)
    office.root(
        next_root(first, people=WITHOUT, accepted=listed), {"ottilie": OTTILIE, "juno": JUNO}
    )
    yield Vector("dropped-before", "what a dropped key had signed before stays signed", dict(office.tree),
                 "in force", attack=DROPPED)  # fmt: skip
    late = Office(dict(office.tree), dict(office.roots), dict(office.sealed))
    late.release("2026.2", previous="2026.1", effective=date(2026, 12, 5), documents=OTHER,
                 signers={"ottilie": OTTILIE, "kasimir": KASIMIR})  # fmt: skip
    yield Vector("dropped-late", "a late release under root 1, after root 2 dropped a key", late.tree,
                 "not valid", ("old-root",), version="2026.2", attack=DROPPED)  # fmt: skip
    late = Office(dict(office.tree), dict(office.roots), dict(office.sealed))
    late.release("2026.2", previous="2026.1", root=2, effective=date(2026, 12, 5),
                 signers={"ottilie": OTTILIE, "kasimir": KASIMIR})  # fmt: skip
    yield Vector("dropped-key", "the dropped key signs under root 2", late.tree, "unsigned",
                 ("unknown-person",), version="2026.2", attack=DROPPED)  # fmt: skip
    fresh = TestKey("juno second")
    office = Office()
    first = office.root(shown=False)
    office.root(next_root(first, people=people(juno=fresh)),
                {"ottilie": OTTILIE, "juno": JUNO, "juno.2": fresh})  # fmt: skip
    office.release(root=2, signers={"ottilie": OTTILIE, "juno": JUNO})
    yield Vector("dropped-old-key", "a person signs with the key that root 2 replaced", office.tree,
                 "unsigned", ("unknown-key",), attack=DROPPED)  # fmt: skip
    office = Office()
    first = office.root(shown=False)
    office.release()
    office.root(next_root(first), {"ottilie": OTTILIE, "juno": JUNO})
    yield Vector("dropped-theft", "after a theft, root 2 does not list the forged release", office.tree,
                 "not valid", ("old-root",), attack=DROPPED)  # fmt: skip
    office = Office()
    both = {"ottilie": OTTILIE, "juno": JUNO}
    first = office.root(shown=False)
    old = office.release()
    second = office.root(next_root(first, accepted=(document.sha256(old),)), both, shown=False)
    newer = office.release("2026.2", previous="2026.1", root=2, effective=date(2026, 12, 5))
    head = Release(BRAND, "2026.3", document.sha256(newer), document.sha256(first),
                   date(2026, 12, 6), date(2027, 5, 31))  # fmt: skip
    late_seal = office.release("2026.3", head=head.write(), documents=OTHER)
    three = tuple(sorted(map(document.sha256, (old, newer, late_seal))))
    office.root(next_root(second, version=3, accepted=three), both)
    yield Vector("dropped-root-order", "a release under root 1 after one under root 2", office.tree,
                 "not valid", ("root-order",), version="2026.3", attack=DROPPED)  # fmt: skip
    yield Vector("root-three", "three roots; a release under the second", office.tree, "in force",
                 version="2026.2")  # fmt: skip
