"""Releases that somebody is to read, and who has read them; `control` judges each word of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from signpost.domain.gate import Released
from signpost.domain.people import Member, Read, Reader, readers, visible_to
from signpost.domain.signing import manifest
from signpost.domain.signing.ceremony import HASH, Answer
from signpost.domain.signing.ceremony import sshsig as signature_of
from signpost.domain.signing.keys import parse_line
from signpost.domain.signing.release import order
from signpost.domain.signing.root import Kind, TrustRoot
from signpost.domain.signing.sshsig import to_sign
from signpost.domain.signing.statement import Acknowledgement
from signpost.domain.website.compared import Difference, compare
from signpost.ports import Clock, ControlDesk
from signpost.usecases.onboarding import read_known, read_reads
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


@dataclass(frozen=True, slots=True)
class Lesson:
    """A release that the visitor is to read, or has read.

    Args:
        digest: of its manifest.
        start: its first day.
        present: it is in force, and not only coming.
        due: the last day in time; None where nobody says.
        read: the visitor's word that they have; None: not yet.
        asked: whether they are asked to; who is not may all the same.
    """

    brand: str
    version: str
    digest: str
    start: date
    present: bool
    due: date | None
    read: Read | None
    asked: bool = True

    @property
    def address(self) -> str:
        """Where its page is."""
        return f"/acknowledge/{self.brand}/{self.version}"


@dataclass(frozen=True, slots=True)
class Opened:
    """A lesson with its text.

    Args:
        texts: path → text, as signed.
        untold: paths of signed files that are no text, or were not uploaded.
        since: the version that the visitor read last; empty where there is none.
        differences: since then; None where the words of that version are not here.
    """

    lesson: Lesson
    texts: dict[str, str]
    untold: tuple[str, ...]
    since: str
    differences: tuple[Difference, ...] | None

    @property
    def readable(self) -> bool:
        """Whether all its words are there; else nobody is asked to say that they read them."""
        return readable(self.untold)


@dataclass(frozen=True, slots=True)
class Listing:
    """Who of a brand has read what.

    Args:
        people: those who are the visitor's business, the most urgent first.
        whole: they are all.
        present: the release in force; None where there is none.
        names: of the brand's people, by id.
    """

    brand: str
    people: tuple[Reader, ...]
    whole: bool
    present: Released | None
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ReadingRoom:
    """Shows what is to be read, and hands "I have read it" to `control`.

    Args:
        origin: of the pages.
    """

    origin: str
    trust: TrustReader
    control: ControlDesk
    clock: Clock

    def lessons(self, visitor: Visitor) -> list[Lesson]:
        """What this person is to read or has read: in force and coming, of each brand.

        Raises:
            StackError: it cannot be read who has read what.
        """
        found = []
        members = read_known(self.trust.objects).members
        for brand in sorted(visitor.brands):
            if visitor.member(brand):
                found += self._lessons(visitor, visitor.brands[brand], members)
        return found

    def awaiting(self, visitor: Visitor) -> list[Lesson]:
        """What is in force, and the person is asked to read and has not.

        Raises:
            StackError: it cannot be read who has read what.
        """
        return [
            item
            for item in self.lessons(visitor)
            if item.present and item.asked and item.read is None
        ]

    def open(self, visitor: Visitor, brand: str, version: str) -> Opened:
        """One of them, with its text and what changed since the person's last version.

        Raises:
            NotThere: there is none for this person.
            StackError: it cannot be read who has read what.
        """
        lesson = self.lesson(visitor, brand, version)
        trust = visitor.brands[brand]
        texts = self._texts(trust, version)
        since = self._since(visitor, trust, lesson)
        before = self._texts(trust, since) if since else {}
        return Opened(
            lesson,
            texts,
            untold(_sealed(trust, version), texts),
            since,
            tuple(compare(before, texts)) if before else None,
        )

    def lesson(self, visitor: Visitor, brand: str, version: str) -> Lesson:
        """One of them.

        Raises:
            NotThere: there is none for this person.
            StackError: it cannot be read who has read what.
        """
        for item in self.lessons(visitor):
            if (item.brand, item.version) == (brand, version):
                return item
        raise NotThere("There is no such version for you to read.", "Go to the start.")

    def begin(self, visitor: Visitor, lesson: Lesson, digest: str) -> bytes:
        """What the passkey is asked to sign.

        Args:
            digest: of the release that was on the page.

        Raises:
            NotThere: it is another by now, or its text cannot be read here.
        """
        if digest != lesson.digest:
            raise NotThere("The version changed since you looked.", "Load the page again.")
        trust = visitor.brands[lesson.brand]
        texts = self._texts(trust, lesson.version)
        if not readable(untold(_sealed(trust, lesson.version), texts)):
            raise NotThere(UNREAD, UNREAD_REMEDY)
        statement = Acknowledgement(lesson.brand, visitor.person(lesson.brand).id, lesson.digest)
        return to_sign(self._namespace(visitor, lesson), HASH, statement.write())

    def finish(self, visitor: Visitor, lesson: Lesson, answer: Answer) -> dict[str, Any]:
        """Hand the signature to `control`; its answer.

        Raises:
            SigningError: the answer is not in the form of a signature.
        """
        namespace = self._namespace(visitor, lesson)
        file = signature_of(answer, parse_line(visitor.passkey.line), namespace, self.origin)
        return self.control.ask(
            {
                "action": "acknowledge",
                "brand": lesson.brand,
                "person": visitor.person(lesson.brand).id,
                "release": lesson.digest,
                "signature": file.decode(),
                "actor": visitor.actor,
            }
        )

    def listings(self, visitor: Visitor) -> list[Listing]:
        """Who has read what, as far as it is this person's business, of each brand.

        Whoever may sign the strategy sees everybody, others those whom they manage, and themselves.

        Raises:
            StackError: it cannot be read who has read what.
        """
        known = read_known(self.trust.objects).members
        found = []
        for brand in sorted(visitor.brands):
            root = visitor.brands[brand].roots.present
            if root is not None and visitor.member(brand):
                found.append(self._listing(visitor, brand, root, known))
        return found

    def _listing(
        self, visitor: Visitor, brand: str, root: TrustRoot, known: tuple[Member, ...]
    ) -> Listing:
        trust, now = visitor.brands[brand], self.clock.now()
        members = [item for item in known if item.brand == brand]
        reads = read_reads(self.trust.objects, brand)
        found = readers(members, trust.gate, reads, now, keyed=set(root.people))
        person = visitor.person(brand)
        whole = bool(set(person.roles) & set(root.strategy.roles))
        seen = tuple(visible_to(found, person.id, whole=whole))
        names = {item.id: item.name for item in root.people.values()}
        names |= {item.id: item.name for item in members}
        return Listing(brand, seen, whole, trust.gate.present(now), names)

    def _lessons(self, visitor: Visitor, trust: Trust, members: tuple[Member, ...]) -> list[Lesson]:
        person, now = visitor.person(trust.brand).id, self.clock.now()
        own = [item for item in members if (item.brand, item.id) == (trust.brand, person)]
        reads = read_reads(self.trust.objects, trust.brand)
        present = trust.gate.present(now)
        found = []
        for item in trust.gate.releases:
            if item.version not in trust.standing.releases:
                continue
            if present is not None and item.start < present.start:
                continue
            words = [read for read in reads if (read.person, read.release) == (person, item.digest)]
            if person in item.signers:
                words.append(Read(person, item.digest, item.version, how="signed"))
            due = own[0].due(item) if own and own[0].asked else None
            found.append(
                Lesson(
                    trust.brand, item.version, item.digest, item.start.date(), item == present,
                    due, words[0] if words else None, not own or own[0].asked,
                )
            )  # fmt: skip
        return found

    def _since(self, visitor: Visitor, trust: Trust, lesson: Lesson) -> str:
        """The newest version before it that this person read or signed."""
        person = visitor.person(lesson.brand).id
        read = {
            item.version
            for item in read_reads(self.trust.objects, lesson.brand)
            if item.person == person
        }
        for version, item in trust.standing.releases.items():
            if item.tally and any(one.person.id == person for one in item.tally.signed):
                read.add(version)
        before = [
            version
            for version in read & set(trust.standing.releases)
            if order(version) < order(lesson.version)
        ]
        return max(before, key=order, default="")

    def _texts(self, trust: Trust, version: str) -> dict[str, str]:
        digest = trust.standing.releases[version].digest
        return self.trust.texts(trust.brand, digest, _sealed(trust, version))

    def _namespace(self, visitor: Visitor, lesson: Lesson) -> str:
        root: TrustRoot | None = visitor.brands[lesson.brand].roots.present
        if root is None:
            raise NotKnown("Your passkey does not count here.", "Ask who invited you.")
        return root.namespace(Kind.ACKNOWLEDGE)


def _sealed(trust: Trust, version: str) -> bytes:
    return trust.proof.releases[version].files[manifest.NAME]
