"""Who signed something, whether that is enough, and who could still do so."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from signpost.domain.signing import passkey, sshsig
from signpost.domain.signing.keys import PublicKey
from signpost.domain.signing.root import Kind, Person, Threshold, TrustRoot
from signpost.domain.signing.sshsig import Proof, Signature
from signpost.errors import SigningError

FOLDER = "signatures/"
_REMEDIES = {
    "bad-signature": "Restore from git what they signed, `git log` shows who changed it; if the new "
    "text is meant, let them read and sign it: `signpost strategy sign`.",
    "foreign-key": "Let the person sign whose name the file has, with their own key.",
    "namespace": "Let them sign it for this: `signpost strategy sign`.",
    "role": "Remove it: other people decide this; `signpost strategy root show` says who.",
    "same-key": "Remove one of the two files: a key counts once.",
    "signature-name": "Call it PERSON.sig, the person as the trust root has them.",
    "twice": "Remove one of the two files: a person counts once.",
    "unknown-key": "Let them sign with the key that the trust root has, or take the new one into "
    "the next: `signpost strategy root rotate --key`.",
    "unknown-person": "Remove it, or take them into the next trust root: `signpost strategy root "
    "rotate --signer`.",
}
_FILE = re.compile(r"([a-z0-9][a-z0-9-]{0,63})(?:\.([2-9]))?\.sig")


class Check(Protocol):
    """The mathematics of signatures; `signpost.signatures.check` is the one that is used."""

    def __call__(self, key: PublicKey, proof: Proof, message: bytes) -> bool:
        """Whether the key made the signature of the message."""
        ...


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature that counts.

    Args:
        file: its name within the folder of signatures.
        roles: those of the person's that the threshold asks for.
        signature: as it was taken apart.
    """

    file: str
    person: Person
    roles: tuple[str, ...]
    signature: Signature

    @property
    def method(self) -> str:
        """How it was signed: `SSH key`, `SSH key in hardware` or `passkey`."""
        if self.signature.browser is not None:
            return "passkey"
        return "SSH key" if self.signature.hardware is None else "SSH key in hardware"


@dataclass(frozen=True, slots=True)
class Uncounted:
    """A signature that does not count, and why.

    Args:
        file: its name within the folder.
        reason: for machines, such as `namespace`.
    """

    file: str
    reason: str
    cause: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """The signatures under one thing, counted.

    Args:
        missing: people who could sign and have not, in order of their ids.
    """

    threshold: Threshold
    signed: tuple[Signed, ...]
    uncounted: tuple[Uncounted, ...]
    missing: tuple[Person, ...]

    @property
    def lacking(self) -> int:
        """How many people more it takes; 0 where only a role is missing."""
        return max(0, self.threshold.count - len(self.signed))

    @property
    def lacking_roles(self) -> dict[str, int]:
        """Role → how many of its holders more it takes."""
        have = [role for item in self.signed for role in item.roles]
        return {
            role: least - have.count(role)
            for role, least in sorted(self.threshold.roles.items())
            if least > have.count(role)
        }

    @property
    def met(self) -> bool:
        """Whether it is enough."""
        return not self.lacking and not self.lacking_roles


def count(
    root: TrustRoot,
    kind: Kind,
    threshold: Threshold,
    message: bytes,
    signatures: Mapping[str, bytes],
    check: Check,
) -> Tally:
    """Count the signatures of a message.

    Different people count, and different keys: whatever stands in the root, nobody counts twice
    and no key does.

    Args:
        signatures: file's name → content, such as `ottilie.sig`.
    """
    signed: list[Signed] = []
    uncounted: list[Uncounted] = []
    for file in sorted(signatures):
        try:
            found = _judge(root, kind, threshold, message, file, signatures[file], check)
            if any(found.person.id == other.person.id for other in signed):
                raise _refused(f"{found.person.id} has signed already", "twice")
            if any(found.signature.key.raw == other.signature.key.raw for other in signed):
                raise _refused("This key has signed already", "same-key")
        except SigningError as error:
            uncounted.append(Uncounted(file, error.reason, error.cause, error.remedy))
        else:
            signed.append(found)
    have = {item.person.id for item in signed}
    missing = tuple(person for person in root.holders(threshold.roles) if person.id not in have)
    return Tally(threshold, tuple(signed), tuple(uncounted), missing)


def person_of(file: str) -> str:
    """Whose signature a file's name says it is; a second key's is `ottilie.2.sig`.

    Raises:
        SigningError: it is no name of a signature.
    """
    found = _FILE.fullmatch(file)
    if found is None:
        raise _refused(f"`{file[:80]}` is no name of a signature", "signature-name")
    return found[1]


def _judge(
    root: TrustRoot,
    kind: Kind,
    threshold: Threshold,
    message: bytes,
    file: str,
    data: bytes,
    check: Check,
) -> Signed:
    name = person_of(file)
    person = root.people.get(name)
    if person is None:
        raise _refused(f"`{name}` is not in trust root {root.version}", "unknown-person")
    signature = sshsig.parse(data)
    wanted = root.namespace(kind)
    if signature.namespace != wanted:
        raise _refused(
            f"It was signed as `{signature.namespace[:80]}`, not as `{wanted}`", "namespace"
        )
    if signature.key.blob not in {key.blob for key in person.keys}:
        others = [
            other.id
            for other in root.people.values()
            if any(signature.key.blob == key.blob for key in other.keys)
        ]
        whose = f"It is {others[0]}'s key" if others else "It is nobody's key"
        raise _refused(
            f"{whose} in trust root {root.version}, not {name}'s "
            f"({signature.key.fingerprint})", "foreign-key" if others else "unknown-key",
        )  # fmt: skip
    passkey.judge(signature, message, root.origins)
    if not check(signature.key, signature.proof, signature.signed(message)):
        raise _refused("It is a signature of another text, or was altered", "bad-signature")
    roles = tuple(role for role in person.roles if role in threshold.roles)
    if not roles:
        raise _refused(f"{name} holds no role that decides this", "role")
    return Signed(file, person, roles, signature)


def _refused(cause: str, reason: str) -> SigningError:
    return SigningError(f"{cause}.", _REMEDIES[reason], reason=reason)
