"""Signatures that must not count: of another kind, another text, another form, another person."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator

from signpost.domain.signing import sshsig, wire
from signpost.domain.signing.curves import CURVES, ED25519_ORDER
from tests.signing.cases.good import KEYS, office_of
from tests.signing.keysmith import TestKey
from tests.signing.office import DOMAIN, JUNO, KASIMIR, OTTILIE, STRANGER, Office
from tests.signing.vector import Vector

Fields = dict[str, bytes]
NAMESPACE = "wrong namespace"


def vectors() -> Iterator[Vector]:
    """All of them."""
    yield from _namespaces()
    yield from _people()
    yield from _blobs()
    yield from _armor()
    yield from _numbers()


def drafted(key: TestKey = JUNO) -> Office:
    """A release that ottilie has signed: one signature is missing."""
    office = office_of(key)
    office.release(signers={"ottilie": OTTILIE})
    return office


def refused(name: str, what: str, office: Office, reason: str, attack: str = "") -> Vector:
    """The release stays unsigned, for this reason."""
    return Vector(f"signature-{name}", what, office.tree, "unsigned", (reason,), attack=attack)


def _namespaces() -> Iterator[Vector]:
    for name, namespace in (
        ("approval", f"approval@{DOMAIN}"),
        ("resume", f"resume@{DOMAIN}"),
        ("root", f"root@{DOMAIN}"),
        ("acknowledge", f"acknowledge@{DOMAIN}"),
        ("other-domain", "strategy@other.example"),
        ("no-domain", "strategy"),
        ("longer", f"strategy@{DOMAIN}.evil.example"),
        ("capitals", f"Strategy@{DOMAIN}"),
        ("file", "file"),
        ("git", "git"),
    ):
        office = drafted()
        office.sign("2026.1", "juno", JUNO, namespace=namespace)
        what = f"signed as `{namespace}`"
        yield refused(f"namespace-{name}", what, office, "namespace", NAMESPACE)
    office = drafted()
    office.sign("2026.1", "juno", JUNO, namespace="")
    yield refused("namespace-none", "signed without a namespace", office, "namespace", NAMESPACE)


def _people() -> Iterator[Vector]:
    for name, file, key, what, reason in (
        ("stranger", "juno", STRANGER, "by a key that is not in the trust root", "unknown-key"),
        ("borrowed", "juno", KASIMIR, "by another signer's key", "foreign-key"),
        ("again", "juno", OTTILIE, "by the key that has signed already", "foreign-key"),
        ("unknown", "finn", STRANGER, "by somebody who is not in the trust root", "unknown-person"),
        ("name", "Juno", JUNO, "in a file whose name is no person's", "signature-name"),
        ("name-space", "juno 2", JUNO, "in a file with a space in its name", "signature-name"),
        ("twice", "ottilie.2", OTTILIE, "the same person, twice", "twice"),
    ):
        office = drafted()
        office.sign("2026.1", file, key)
        attack = "one key counted twice (CVE-2020-6174)" if name in {"again", "twice"} else ""
        yield refused(f"person-{name}", what, office, reason, attack)
    second = TestKey("juno second")
    office = office_of((JUNO, second))
    office.release(signers={"juno": JUNO, "juno.2": second})
    yield refused("person-two-keys", "one person with two keys, in place of two people", office,
                  "twice", "one key counted twice (CVE-2020-6174)")  # fmt: skip
    office = drafted()
    office.sign("2026.1", "juno", JUNO, message=b"something else\n")
    yield refused("other-text", "a signature of another text", office, "bad-signature")
    office = drafted()
    head = office.tree[f"{office.place()}/release.json"]
    assert isinstance(head, bytes)
    office.sign("2026.1", "juno", JUNO, message=head)
    yield refused("head-only", "release.json was signed, not the manifest", office, "bad-signature")
    office = drafted()
    yield Vector("signature-missing", "one signature is missing", office.tree, "unsigned")
    office = office_of(JUNO)
    office.release(signers={"juno": JUNO, "kasimir": KASIMIR})
    yield Vector("signature-role-missing", "two signatures, the managing director's not among them",
                 office.tree, "unsigned")  # fmt: skip


def _blobs() -> Iterator[Vector]:
    def with_(**changes: bytes) -> Callable[[Fields], Fields]:
        return lambda fields: {**fields, **changes}

    def longer(fields: Fields) -> Fields:
        inner = fields["signature"][4:] + b"\0"
        return {**fields, "signature": wire.string(inner)}

    def other_key(fields: Fields) -> Fields:
        return {**fields, "key": wire.string(OTTILIE.blob)}

    certificate = wire.string("ssh-ed25519-cert-v01@openssh.com") + wire.string(b"x" * 32)
    dsa = wire.string("ssh-dss") + wire.positive(3) * 4
    table: tuple[tuple[str, str, Callable[[Fields], Fields], str], ...] = (
        ("magic", "it does not begin with SSHSIG", with_(magic=b"SSHSIX"), "not-sshsig"),
        ("version", "version 2 of the format", with_(version=b"\0\0\0\2"), "sshsig-version"),
        ("reserved", "the reserved field is used", with_(reserved=wire.string("x")), "reserved"),
        ("hash-sha1", "the file hashed with sha1", with_(hash=wire.string("sha1")), "hash"),
        ("hash-sha384", "the file hashed with sha384", with_(hash=wire.string("sha384")), "hash"),
        ("hash-swapped", "it says sha256 where sha512 was signed", with_(hash=wire.string("sha256")), "bad-signature"),
        ("trailing", "a byte after its end", with_(end=b"\0"), "trailing-bytes"),
        ("inner-trailing", "a byte after the inner signature's end", longer, "trailing-bytes"),
        ("namespace-swapped", "the namespace was changed afterwards", with_(namespace=wire.string(f"strategy@{DOMAIN}")), "bad-signature"),
        ("namespace-control", "a namespace with a line break", with_(namespace=wire.string(f"strategy@{DOMAIN}\n")), "not-ascii"),
        ("cut", "it is cut off", with_(signature=b"\0\0\1\0x"), "truncated"),
        ("key-swapped", "it names another key than made it", other_key, "signature-kind"),
        ("certificate", "made with a certificate", with_(key=wire.string(certificate)), "certificate"),
        ("dsa", "made with DSA", with_(key=wire.string(dsa)), "key-kind"),
        ("key-trailing", "its key has a byte too many", with_(key=wire.string(JUNO.blob + b"\0")), "trailing-bytes"),
    )  # fmt: skip
    for name, what, change, reason in table:
        office = drafted()
        space = f"approval@{DOMAIN}" if name == "namespace-swapped" else f"strategy@{DOMAIN}"
        office.sign("2026.1", "juno", JUNO, namespace=space, change=change)
        yield refused(f"blob-{name}", what, office, reason)


def _armor() -> Iterator[Vector]:
    office = drafted()
    good = office.sign("2026.1", "juno", JUNO)
    text = good.decode()
    blob = sshsig.unwrap(good)
    wide = base64.b64encode(blob).decode()
    rewrapped = "\n".join(wide[at : at + 76] for at in range(0, len(wide), 76))
    begin, end = text.splitlines()[0], text.splitlines()[-1]
    table = (
        ("empty", "an empty file", b"", "armor"),
        ("crlf", "lines that end with CRLF", text.replace("\n", "\r\n").encode(), "armor"),
        ("before", "text before it", b"\n" + good, "armor"),
        ("after", "text after it", good + b"\n", "armor"),
        ("no-end", "no last line", good.removesuffix(f"{end}\n".encode()), "armor"),
        ("no-newline", "its last line does not end", good[:-1], "armor"),
        ("width", "lines of 76 letters", f"{begin}\n{rewrapped}\n{end}\n".encode(), "armor"),
        ("pgp", "a PGP signature", text.replace("SSH", "PGP").encode(), "armor"),
        ("lower-case", "its first line in small letters", text.replace("BEGIN", "begin").encode(), "armor"),
        ("two", "two signatures in one file", good + good, "base64"),
        ("space", "a space within", text.replace("\nU1NI", "\n U1NI").encode(), "base64"),
        ("url-letters", "the other letters of base64", text.replace("U1NI", "U1N_").encode(), "base64"),
        ("not-ascii", "bytes that are no text", good.replace(b"U1NI", b"U1N\xff"), "armor"),
        ("large", "a file of 40 kB", good + b"A" * 40_000, "too-large"),
        ("blob", "the bytes without their armor", blob, "armor"),
    )  # fmt: skip
    for name, what, data, reason in table:
        office = drafted()
        office.tree[f"{office.place()}/signatures/juno.sig"] = data
        yield refused(f"armor-{name}", what, office, reason)


def _numbers() -> Iterator[Vector]:
    """The mathematics: numbers out of range, in another form, of another algorithm."""
    order = CURVES["nistp256"].order

    def inner(kind: str, body: bytes, rest: bytes = b"") -> Callable[[Fields], Fields]:
        whole = wire.string(kind) + wire.string(body) + rest
        return lambda fields: {**fields, "signature": wire.string(whole)}

    def pair(first: bytes, second: bytes) -> bytes:
        return first + second

    one, big = wire.positive(1), wire.positive(order)
    ecdsa = "ecdsa-sha2-nistp256"
    table = (
        ("r-zero", JUNO, ecdsa, pair(wire.string(b""), one), "r is 0", "number-form"),
        ("s-zero", JUNO, ecdsa, pair(one, wire.string(b"")), "s is 0", "number-form"),
        ("both-zero", JUNO, ecdsa, pair(wire.string(b"\0"), wire.string(b"\0")), "r and s are 0 (CVE-2022-21449)", "number-form"),
        ("r-order", JUNO, ecdsa, pair(big, one), "r is the order of the curve", "signature-form"),
        ("s-order", JUNO, ecdsa, pair(one, big), "s is the order of the curve", "signature-form"),
        ("negative", JUNO, ecdsa, pair(wire.string(b"\xff"), one), "r is negative", "number-form"),
        ("padded", JUNO, ecdsa, pair(wire.string(b"\0\1"), one), "r has a needless zero", "number-form"),
        ("ones", JUNO, ecdsa, pair(one, one), "r and s are 1", "bad-signature"),
        ("one-number", JUNO, ecdsa, one, "s is missing", "truncated"),
        ("three-numbers", JUNO, ecdsa, one + one + one, "a number too many", "trailing-bytes"),
        ("other-curve", JUNO, "ecdsa-sha2-nistp384", pair(one, one), "of another curve than the key", "signature-kind"),
        ("ed25519-zero", KEYS["ed25519"], "ssh-ed25519", bytes(64), "an Ed25519 signature of zeros", "bad-signature"),
        ("ed25519-short", KEYS["ed25519"], "ssh-ed25519", bytes(63), "an Ed25519 signature of 63 bytes", "signature-form"),
        ("ed25519-long", KEYS["ed25519"], "ssh-ed25519", bytes(65), "an Ed25519 signature of 65 bytes", "signature-form"),
        ("ed25519-large-s", KEYS["ed25519"], "ssh-ed25519", bytes(32) + ED25519_ORDER.to_bytes(32, "little"), "s of Ed25519 is the order", "signature-form"),
        ("ed25519-r-form", KEYS["ed25519"], "ssh-ed25519", b"\xff" * 31 + b"\x7f" + bytes(32), "R of Ed25519 in a second form", "signature-form"),
        ("rsa-zero", KEYS["rsa-2048"], "rsa-sha2-512", bytes(256), "an RSA signature of zeros", "bad-signature"),
        ("rsa-one", KEYS["rsa-2048"], "rsa-sha2-512", (1).to_bytes(256, "big"), "the RSA signature 1", "bad-signature"),
        ("rsa-short", KEYS["rsa-2048"], "rsa-sha2-512", bytes(255), "an RSA signature that is too short", "signature-form"),
        ("rsa-long", KEYS["rsa-2048"], "rsa-sha2-512", bytes(257), "an RSA signature that is too long", "signature-form"),
        ("rsa-large", KEYS["rsa-2048"], "rsa-sha2-512", b"\xff" * 256, "an RSA signature above its modulus", "bad-signature"),
    )  # fmt: skip
    for name, key, kind, body, what, reason in table:
        office = drafted(key)
        office.sign("2026.1", "juno", key, change=inner(kind, body))
        yield refused(f"number-{name}", what, office, reason)
    key = KEYS["rsa-2048"]
    office = drafted(key)
    office.sign("2026.1", "juno", key, rsa_hash="sha1")
    yield refused("number-rsa-sha1", "an RSA signature with SHA-1", office, "signature-kind")
    for label, key in KEYS.items():
        if label == "rsa-3072":
            continue
        office = drafted(key)
        made = sshsig.unwrap(office.sign("2026.1", "juno", key))
        # The last bit of the mathematics itself: flags, counters and what a browser says come after.
        at = _last_of_proof(made, key)
        bent = made[:at] + bytes([made[at] ^ 1]) + made[at + 1 :]
        office.tree[f"{office.place()}/signatures/juno.sig"] = sshsig.wrap(bent)
        yield refused(
            f"bit-{label}",
            f"one bit of a signature by {key.kind} is wrong",
            office,
            "bad-signature",
        )


def _last_of_proof(blob: bytes, key: TestKey) -> int:
    inner = wire.Reader(blob, "x")
    inner.take(10)
    for _ in range(4):
        inner.string()
    signature = inner.string()
    fields = wire.Reader(signature, "x")
    fields.string()
    proof = fields.string()
    position = blob.index(proof) + len(proof) - 1
    # Of Ed25519, the last byte decides about the form: take the first of s.
    return position - 31 if "ed25519" in key.kind else position
