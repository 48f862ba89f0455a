"""What awaits a person's signature under a release or a trust root, and signing it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from signpost.domain.signing import manifest
from signpost.domain.signing.ceremony import HASH, Answer
from signpost.domain.signing.ceremony import sshsig as signature_of
from signpost.domain.signing.counting import Tally
from signpost.domain.signing.keys import parse_line
from signpost.domain.signing.releases import JudgedRelease
from signpost.domain.signing.root import NAME as ROOT
from signpost.domain.signing.root import Kind, TrustRoot
from signpost.domain.signing.sshsig import to_sign
from signpost.domain.website.compared import Difference, compare
from signpost.ports import ControlDesk
from signpost.usecases.signoff.entering import NotKnown, Visitor
from signpost.usecases.signoff.trust import (
    UNREAD,
    UNREAD_REMEDY,
    NotThere,
    Trust,
    TrustReader,
    readable,
    untold,
)

RELEASES = "releases"
ROOTS = "roots"


@dataclass(frozen=True, slots=True)
class Paper:
    """Something to sign, and who did.

    Args:
        what: `releases` or `roots`.
        name: version of the release, or number of the root.
        digest: of what is signed.
        sealed: the bytes that are signed.
        root: by which signatures are judged: whose namespace it is.
        tallies: by whom it is judged → how many it has.
        mine: whether the visitor has signed it.
        asked: whether the visitor's signature would count.
    """

    what: str
    brand: str
    name: str
    digest: str
    sealed: bytes
    root: TrustRoot
    tallies: Mapping[str, Tally]
    mine: bool
    asked: bool

    @property
    def kind(self) -> Kind:
        """What a signature under it says yes to."""
        return Kind.STRATEGY if self.what == RELEASES else Kind.ROOT

    @property
    def met(self) -> bool:
        """Whether it has all the signatures that it needs."""
        return bool(self.tallies) and all(tally.met for tally in self.tallies.values())


@dataclass(frozen=True, slots=True)
class ReleaseText:
    """A release as somebody reads it before signing.

    Args:
        texts: path → text, as signed.
        untold: paths of signed files that are no text, or were not uploaded.
        since: the version that it is compared with; empty where there is none.
        own: whether that is the last one that the visitor signed.
        differences: since then; None where the words of that version are not here.
    """

    item: JudgedRelease
    texts: Mapping[str, str]
    untold: tuple[str, ...]
    since: str
    own: bool
    differences: tuple[Difference, ...] | None

    @property
    def readable(self) -> bool:
        """Whether all its words are there; else nobody is asked to sign them."""
        return readable(self.untold)


@dataclass(frozen=True, slots=True)
class Signing:
    """Shows what is to be signed, and hands signatures to `control`, which judges them.

    Args:
        origin: of the pages.
    """

    origin: str
    trust: TrustReader
    control: ControlDesk

    def awaiting(self, visitor: Visitor) -> list[Paper]:
        """What awaits this person, trust roots first: all else is signed under them."""
        found: list[Paper] = []
        for brand in sorted(visitor.brands):
            papers = self._papers(visitor, visitor.brands[brand])
            found += [paper for paper in papers if paper.asked and not paper.mine]
        return sorted(found, key=lambda paper: paper.what != ROOTS)

    def paper(self, visitor: Visitor, what: str, brand: str, name: str) -> Paper:
        """One thing to sign.

        Raises:
            NotThere: there is none, or it is not for this person to see.
        """
        trust = visitor.brands.get(brand)
        for paper in self._papers(visitor, trust) if trust else ():
            if (paper.what, paper.name) == (what, name):
                return paper
        raise NotThere(f"There is no {what.rstrip('s')} {name[:40]} to see.", "Go to the start.")

    def read(self, visitor: Visitor, paper: Paper) -> ReleaseText:
        """A release's text, and what changed since the visitor's last version."""
        standing = visitor.brands[paper.brand].standing
        item = standing.releases[paper.name]
        texts = self._texts(visitor.brands[paper.brand], paper.name)
        since, own = self._since(visitor, paper)
        before = self._texts(visitor.brands[paper.brand], since) if since else {}
        differences = tuple(compare(before, texts)) if before else None
        unshown = untold(paper.sealed, texts)
        return ReleaseText(item, texts, unshown, since, own, differences)

    def begin(self, visitor: Visitor, paper: Paper) -> bytes:
        """What the passkey is asked to sign.

        Raises:
            NotKnown: this person's signature would not count.
            NotThere: its text cannot be read here.
        """
        if not paper.asked:
            raise NotKnown("Your signature is not asked for here.", "See who signs what.")
        if paper.what == RELEASES:
            texts = self._texts(visitor.brands[paper.brand], paper.name)
            if not readable(untold(paper.sealed, texts)):
                raise NotThere(UNREAD, UNREAD_REMEDY)
        return to_sign(paper.root.namespace(paper.kind), HASH, paper.sealed)

    def finish(self, visitor: Visitor, paper: Paper, answer: Answer) -> dict[str, Any]:
        """Hand the signature to `control`; its answer.

        Raises:
            SigningError: the answer is not in the form of a signature.
        """
        namespace = paper.root.namespace(paper.kind)
        file = signature_of(answer, parse_line(visitor.passkey.line), namespace, self.origin)
        return self.control.ask(
            {
                "action": "sign-release" if paper.what == RELEASES else "sign-root",
                "brand": paper.brand,
                "name": paper.name,
                "digest": paper.digest,
                "person": visitor.person(paper.brand).id,
                "signature": file.decode(),
                "actor": visitor.actor,
            }
        )

    def _papers(self, visitor: Visitor, trust: Trust) -> Iterator[Paper]:
        person, line = visitor.person(trust.brand), visitor.passkey.line
        proposed = trust.proposed
        judged = (*trust.roots.accepted, *([proposed] if proposed else []))
        for root_item in judged:
            if root_item.root is None:
                continue
            tallies, root = root_item.tallies, root_item.root
            sealed = trust.proof.roots[root_item.number].files[ROOT]
            signed = {item.signature.key.line for one in tallies.values() for item in one.signed}
            asked = root_item is proposed and any(
                person.id == other.id and _has(other.keys, line)
                for tally in tallies.values()
                for other in (*tally.missing, *(item.person for item in tally.signed))
            )
            yield Paper(
                ROOTS, trust.brand, str(root_item.number), root_item.digest, sealed, root, tallies,
                line in signed, asked,
            )  # fmt: skip
        if not visitor.member(trust.brand):
            return  # who stands in a proposed root alone sees that root and nothing else
        for version, item in trust.standing.releases.items():
            if item.tally is None or item.root is None or item.faults:
                continue
            sealed = trust.proof.releases[version].files[manifest.NAME]
            mine = any(signed.person.id == person.id for signed in item.tally.signed)
            asked = not trust.closed(item) and any(
                other.id == person.id and _has(other.keys, line) for other in item.tally.missing
            )
            yield Paper(
                RELEASES, trust.brand, version, item.digest, sealed, item.root,
                {f"root {item.root.version}": item.tally}, mine, asked,
            )  # fmt: skip

    def _texts(self, trust: Trust, version: str) -> dict[str, str]:
        item = trust.standing.releases[version]
        sealed = trust.proof.releases[version].files[manifest.NAME]
        return self.trust.texts(trust.brand, item.digest, sealed)

    def _since(self, visitor: Visitor, paper: Paper) -> tuple[str, bool]:
        """The last version before it that this person signed; else the last that is signed."""
        trust = visitor.brands[paper.brand]
        person, versions = visitor.person(paper.brand), list(trust.standing.releases)
        earlier = versions[: versions.index(paper.name)]
        signed = ""
        for version in reversed(earlier):
            item = trust.standing.releases[version]
            if item.tally and any(one.person.id == person.id for one in item.tally.signed):
                return version, True
            signed = signed or (version if item.signed else "")
        return signed, False


def _has(keys: Any, line: str) -> bool:
    return any(key.line == line for key in keys)
