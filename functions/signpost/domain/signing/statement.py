"""What else people sign: approvals of posts, letting publishing go on, "I have read version X".

Who verifies writes the statement from what it knows itself and asks whether that was signed; what
came with the signatures is not believed. So a yes to one thing never serves for another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from signpost.domain.signing import document
from signpost.domain.signing.counting import Check, Tally, count
from signpost.domain.signing.root import Kind, Threshold, TrustRoot
from signpost.errors import SigningError

REJECTION = "rejection"
"""What the bytes of a rejection call it."""


@dataclass(frozen=True, slots=True)
class Approval:
    """A yes to one post as it stands.

    Args:
        tier: how much approval a post of its kind takes.
        post: its id.
        deliveries: id of each delivery → its revision, which binds text, media, account and time.
        after: digest of what one said of the post for this tier before, yes or no, of any revision;
            empty where there is nothing. So what was said before never undoes what was said after.
    """

    brand: str
    tier: str
    post: str
    deliveries: Mapping[str, str]
    after: str = ""

    kind = Kind.APPROVAL

    def write(self) -> bytes:
        """The bytes that are signed."""
        return document.write(
            {
                "brand": self.brand,
                "deliveries": dict(self.deliveries),
                "kind": str(self.kind),
                "post": self.post,
                "tier": self.tier,
                **({"after": self.after} if self.after else {}),
            }
        )


@dataclass(frozen=True, slots=True)
class Rejection:
    """A no to one post as it stands, and what should change.

    It is signed in the namespace of approvals, since it decides the same question; the kind in its
    bytes keeps it from ever being a yes.

    Args:
        reason: what should change; one line.
        after: digest of what one said of the post for this tier before; as Approval's.
    """

    brand: str
    tier: str
    post: str
    deliveries: Mapping[str, str]
    reason: str
    after: str = ""

    kind = Kind.APPROVAL

    def write(self) -> bytes:
        """The bytes that are signed."""
        return document.write(
            {
                "brand": self.brand,
                "deliveries": dict(self.deliveries),
                "kind": REJECTION,
                "post": self.post,
                "reason": self.reason,
                "tier": self.tier,
                **({"after": self.after} if self.after else {}),
            }
        )


@dataclass(frozen=True, slots=True)
class Resume:
    """A yes to letting publishing go on after one stop.

    Args:
        event: unique id of what is decided, so that the yes serves once.
        scope: what was stopped, such as `*` or `brand:larkfell`.
    """

    brand: str
    event: str
    scope: str

    kind = Kind.RESUME

    def write(self) -> bytes:
        """The bytes that are signed."""
        return document.write(
            {"brand": self.brand, "event": self.event, "kind": str(self.kind), "scope": self.scope}
        )


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """A person's "I have read this release".

    Args:
        release: digest of its manifest.
    """

    brand: str
    person: str
    release: str

    kind = Kind.ACKNOWLEDGE

    def write(self) -> bytes:
        """The bytes that are signed."""
        return document.write(
            {
                "brand": self.brand,
                "kind": str(self.kind),
                "person": self.person,
                "release": self.release,
            }
        )


Statement = Approval | Rejection | Resume | Acknowledgement


def parse_statement(data: bytes) -> Statement:
    """The statement that these bytes are.

    Raises:
        SigningError: they are none.
    """
    members = document.read(data, "The statement")
    kind, brand = members.text("kind"), members.identifier("brand")
    found: Statement
    if kind == Kind.APPROVAL:
        found = Approval(
            brand, members.identifier("tier"), members.text("post"), _revisions(members),
            _after(members),
        )  # fmt: skip
    elif kind == REJECTION:
        found = Rejection(
            brand, members.identifier("tier"), members.text("post"), _revisions(members),
            members.text("reason"), _after(members),
        )  # fmt: skip
    elif kind == Kind.RESUME:
        found = Resume(brand, members.text("event"), members.text("scope"))
    elif kind == Kind.ACKNOWLEDGE:
        found = Acknowledgement(brand, members.identifier("person"), members.digest("release"))
    else:
        raise members.wrong(f"is of the kind `{kind[:40]}`, which is none")
    members.end()
    return found


def decide(
    statement: Statement, root: TrustRoot, signatures: Mapping[str, bytes], check: Check
) -> Tally:
    """Who signed the statement, and whether that is enough.

    Raises:
        SigningError: the statement is another brand's, or of a tier that the root does not have.
    """
    if statement.brand != root.brand:
        raise SigningError(
            f"The statement is about `{statement.brand}`, the trust root of `{root.brand}`.",
            "Use the trust root of that brand.",
            reason="brand",
        )
    if isinstance(statement, Acknowledgement):
        person = root.people.get(statement.person)
        roles = person.roles if person else tuple(root.roles)
        threshold = Threshold(1, dict.fromkeys(roles, 0))
        own = {f"{statement.person}.sig", f"{statement.person}.2.sig"}
        signatures = {name: data for name, data in signatures.items() if name in own}
    else:
        tier = statement.tier if isinstance(statement, Approval | Rejection) else ""
        threshold = root.threshold(statement.kind, tier)
        if isinstance(statement, Rejection):  # whoever may approve may reject
            threshold = Threshold(1, dict.fromkeys(threshold.roles, 0))
    return count(root, statement.kind, threshold, statement.write(), signatures, check)


def _after(members: document.Members) -> str:
    return members.digest("after") if members.has("after") else ""


def _revisions(members: document.Members) -> dict[str, str]:
    found = members.mapping("deliveries")
    if not found or not all(isinstance(value, str) and value for value in found.values()):
        raise members.wrong("names no revision of a delivery")
    return found
