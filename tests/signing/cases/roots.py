"""Trust roots that must not be in force."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from signpost.domain.signing import allowed, document, wire
from signpost.domain.signing.root import Person, Threshold
from tests.signing.keysmith import TestKey
from tests.signing.office import (
    ANY,
    DOMAIN,
    JUNO,
    KASIMIR,
    OTTILIE,
    STRANGER,
    Office,
    next_root,
    people,
    usual_root,
)
from tests.signing.vector import Vector

SELF = "a new root that only signs itself (GHSA-r7vq-6425-j94w)"
TWO_IDS = "one key under two ids (GHSA-3633-5h82-39pq)"
ZERO = "threshold 0 (CVE-2026-23992)"
Json = dict[str, Any]


def vectors() -> Iterator[Vector]:
    """All of them."""
    yield from _signers()
    yield from _contents()
    yield from _keys()
    yield from _lines()
    yield from _chains()


def invalid(name: str, what: str, office: Office, *reasons: str, attack: str = "") -> Vector:
    """Nothing is in force, so the release names a root that is not."""
    return Vector(f"root-{name}", what, office.tree, "not valid",
                  tuple(sorted({"unknown-root", *reasons})), attack=attack)  # fmt: skip


def _signers() -> Iterator[Vector]:
    office = Office()
    office.root(signers={"ottilie": OTTILIE, "juno": JUNO})
    office.release()
    yield invalid("first-missing", "the first root lacks the signature of one it names", office)
    office = Office()
    office.root(signers={})
    office.release()
    yield invalid("first-none", "the first root, signed by nobody", office)
    office = Office()
    data = office.root(signers={"ottilie": OTTILIE, "juno": JUNO})
    office.tree["signoff/larkfell/roots/1/signatures/kasimir.sig"] = KASIMIR.sign(
        data, f"strategy@{DOMAIN}"
    )
    office.release()
    yield invalid("first-namespace", "a signature of the first root that was made for a strategy",
                  office, "namespace", attack="wrong namespace")  # fmt: skip
    ours = {"ottilie": TestKey("o2"), "juno": TestKey("j2"), "kasimir": TestKey("k2")}
    for name, what, signers in (
        ("self", "root 2 names new keys, which alone sign it", ours),
        ("none", "root 2, signed by nobody", {}),
        ("old-only", "root 2, signed by root 1's people, its own missing",
         {"ottilie": OTTILIE, "juno": JUNO}),
        ("too-few", "root 2, signed by one of root 1 and by its own", {**ours, "ottilie.2": OTTILIE}),
    ):  # fmt: skip
        office = Office()
        first = office.root(shown=False)
        office.root(next_root(first, people=people(**ours)), signers)
        office.tree["signoff/larkfell/root.json"] = first
        office.tree["signoff/larkfell/allowed_signers"] = allowed.write_allowed(usual_root())
        office.release(root=2, signers={"ottilie": ours["ottilie"], "juno": ours["juno"]})
        yield invalid(f"next-{name}", what, office, attack=SELF)


def _contents() -> Iterator[Vector]:
    """Roots that everybody signed, and that say what a root must not say."""
    usual: Json = json.loads(usual_root().write())

    def bent(path: str, value: Any) -> bytes:
        changed = json.loads(json.dumps(usual))
        place = changed
        *above, last = path.split("/")
        for part in above:
            place = place[part]
        if value is None:
            del place[last]
        else:
            place[last] = value
        return document.write(changed)

    text = usual_root().write()
    threshold = "thresholds/strategy"
    table: tuple[tuple[str, str, bytes, str, str], ...] = (
        ("spaces", "it is JSON with spaces", json.dumps(usual).encode() + b"\n", "not-canonical", ""),
        ("twice", "a name stands there twice", b'{"version":1,' + text[1:], "not-canonical", ""),
        ("empty", "it is empty", b"", "document-form", ""),
        ("more", "it says more than it should", bent("expires", "2030"), "document-form", ""),
        ("no-people", "it has no people", bent("people", None), "document-form", ""),
        ("threshold-zero", "a threshold of 0", bent(f"{threshold}/count", 0), "threshold", ZERO),
        ("threshold-negative", "a threshold below 0", bent(f"{threshold}/count", -1), "document-form", ZERO),
        ("threshold-true", "a threshold that is `true`", bent(f"{threshold}/count", True), "document-form", ZERO),
        ("threshold-word", "a threshold that is a word", bent(f"{threshold}/count", "2"), "document-form", ZERO),
        ("threshold-high", "a threshold above the number of people", bent(f"{threshold}/count", 4), "threshold", ""),
        ("threshold-role", "more of a role than hold it", bent(f"{threshold}/roles", {"head-of-sales": 2}), "threshold", ""),
        ("threshold-none", "a threshold of no roles", bent(f"{threshold}/roles", {}), "threshold", ""),
        ("threshold-unknown", "a threshold of a role that nobody has", bent(f"{threshold}/roles", {"owner": 0}), "role", ""),
        ("threshold-root-zero", "a threshold of 0 for roots", bent("thresholds/root/count", 0), "threshold", ZERO),
        ("threshold-resume-zero", "a threshold of 0 for resuming", bent("thresholds/resume/count", 0), "threshold", ZERO),
        ("threshold-tier-zero", "a threshold of 0 for a tier", bent("thresholds/approval/offers/count", 0), "threshold", ZERO),
        ("version-zero", "version 0", bent("version", 0), "document-form", ""),
        ("previous", "the first, with a root before it", bent("previous", f"sha256:{'0' * 64}"), "document-form", ""),
        ("wildcard", "a person called *", bent("people/*", usual["people"]["juno"]), "document-form", ""),
        ("no-key", "a person without a key", bent("people/juno/keys", []), "document-form", ""),
        ("no-role", "a person without a role", bent("people/juno/roles", []), "document-form", ""),
        ("role-unknown", "a person with a role that is not there", bent("people/juno/roles", ["owner"]), "document-form", ""),
        ("documents-none", "nothing to sign", bent("documents", []), "document-form", ""),
        ("documents-up", "documents outside", bent("documents", ["docs/../../etc/*"]), "path-dots", ""),
        ("documents-all", "documents without a beginning", bent("documents", ["**"]), "glob", ""),
        ("documents-set", "a pattern that is not taken", bent("documents", ["docs/[a-z]*/x.md"]), "glob", ""),
        ("documents-stars", "stars within a name", bent("documents", ["docs/a**b"]), "glob", ""),
        ("origin-http", "a page without encryption", bent("origins", ["http://signoff.larkfell.example"]), "origin", ""),
        ("origin-path", "an origin with a path", bent("origins", ["https://signoff.larkfell.example/x"]), "origin", ""),
        ("origin-user", "an origin with a user", bent("origins", ["https://a@signoff.larkfell.example"]), "origin", ""),
        ("origin-wildcard", "an origin with a wildcard", bent("origins", ["https://*.larkfell.example"]), "origin", ""),
        ("domain", "a domain that is none", bent("domain", "larkfell example"), "document-form", ""),
        ("domain-wildcard", "a domain with a wildcard", bent("domain", "*.example"), "document-form", ""),
        ("accepted", "accepted is no digest", bent("accepted", ["2026.1"]), "document-form", ""),
        ("accepted-order", "what was accepted is not sorted", bent("accepted", [f"sha256:{'1' * 64}", f"sha256:{'0' * 64}"]), "document-form", ""),
    )  # fmt: skip
    for name, what, data, reason, attack in table:
        office = Office()
        office.root(data=data)
        office.release()
        yield invalid(f"content-{name}", f"a root that everybody signed: {what}", office, reason,
                      attack=attack)  # fmt: skip


def _keys() -> Iterator[Vector]:
    """Keys that a root must not name."""
    plain = JUNO.line.split()[1]
    weak = TestKey("juno", "ssh-rsa", bits=1024)
    even = wire.string("ssh-rsa") + wire.positive(65537) + wire.positive(2**2048 - 2)
    small = wire.string("ssh-rsa") + wire.positive(3) + wire.positive(2**2048 - 1)
    off = JUNO.blob[:-1] + bytes([JUNO.blob[-1] ^ 1])
    infinite = wire.string("ecdsa-sha2-nistp256") + wire.string("nistp256") + wire.string(b"\0")
    compressed = (wire.string("ecdsa-sha2-nistp256") + wire.string("nistp256")
                  + wire.string(b"\2" + JUNO.public.point[1:33]))  # fmt: skip
    identity = wire.string("ssh-ed25519") + wire.string(b"\1" + bytes(31))
    order8 = wire.string("ssh-ed25519") + wire.string(
        bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")
    )
    second = wire.string("ssh-ed25519") + wire.string(b"\xee" + b"\xff" * 30 + b"\x7f")

    def line(blob: bytes, kind: str) -> str:
        return f"{kind} {base64.b64encode(blob).decode()}"

    certificate = "ssh-ed25519-cert-v01@openssh.com"
    table = (
        ("weak", "RSA of 1,024 bits", weak.line, "weak-key"),
        ("even", "RSA with an even modulus", line(even, "ssh-rsa"), "weak-key"),
        ("exponent", "RSA with the exponent 3", line(small, "ssh-rsa"), "weak-key"),
        ("off-curve", "a point that is not on its curve", line(off, JUNO.kind), "bad-point"),
        ("infinite", "the point at infinity", line(infinite, JUNO.kind), "bad-point"),
        ("compressed", "a compressed point", line(compressed, JUNO.kind), "bad-point"),
        ("identity", "an Ed25519 key for which anybody can sign", line(identity, "ssh-ed25519"), "bad-point"),
        ("order-8", "an Ed25519 key of order 8", line(order8, "ssh-ed25519"), "bad-point"),
        ("second-form", "an Ed25519 key in a second form", line(second, "ssh-ed25519"), "bad-point"),
        ("mismatch", "a line that says another kind than its key", f"ssh-ed25519 {plain}", "key-mismatch"),
        ("option", "a line with options before the key", f"cert-authority {JUNO.line}", "key-kind"),
        ("comment", "a line with a comment", f"{JUNO.line} juno@laptop", "key-line"),
        ("dsa", "a DSA key", line(wire.string("ssh-dss"), "ssh-dss"), "key-kind"),
        ("certificate", "a certificate", line(wire.string(certificate), certificate), "certificate"),
        ("base64", "a key in an unusual base64", JUNO.line[:-1] + chr(ord(JUNO.line[-1]) + 1)
         if not JUNO.line.endswith("=") else JUNO.line.rstrip("="), "base64"),
        ("trailing", "a key with a byte too many", line(JUNO.blob + b"\0", JUNO.kind), "trailing-bytes"),
    )  # fmt: skip
    for name, what, text, reason in table:
        office = Office()
        changed = json.loads(usual_root().write())
        changed["people"]["juno"]["keys"] = [text]
        office.root(data=document.write(changed))
        office.release()
        yield invalid(f"key-{name}", f"a root that names {what}", office, reason)
    hardware = TestKey("ottilie", "sk-ssh-ed25519@openssh.com")
    twins = replace(hardware.public, point=OTTILIE.public.point)
    dressed = wire.string(twins.kind) + wire.string(twins.point) + wire.string("ssh:")
    opposite = JUNO.public.point[:33] + (
        (2**256 - 2**224 + 2**192 + 2**96 - 1) - int.from_bytes(JUNO.public.point[33:], "big")
    ).to_bytes(32, "big")
    mirrored = wire.string(JUNO.kind) + wire.string("nistp256") + wire.string(opposite)
    for name, what, person, lines in (
        ("same", "the same key for two people", "juno", [OTTILIE.line]),
        ("dressed", "one secret as a plain key and as one in hardware", "juno",
         [line(dressed, hardware.kind)]),
        ("opposite", "a key and its opposite, which one secret serves", "kasimir",
         [line(mirrored, JUNO.kind)]),
        ("own-twice", "one secret twice for one person", "ottilie",
         sorted([OTTILIE.line, line(dressed, hardware.kind)])),
    ):  # fmt: skip
        office = Office()
        changed = json.loads(usual_root().write())
        changed["people"][person]["keys"] = lines
        office.root(data=document.write(changed))
        office.release()
        yield invalid(
            f"key-{name}", f"a root that names {what}", office, "same-key", attack=TWO_IDS
        )


def _lines() -> Iterator[Vector]:
    """Files for ssh-keygen that allow more than the root does."""
    good = allowed.write_allowed(usual_root()).decode()
    first = good.splitlines(keepends=True)[0]
    table = (
        ("wildcard", "a pattern in place of a person", good.replace("juno ", "* ", 1), "allowed-wildcard"),
        ("list", "two people in one line", good.replace("juno ", "juno,finn ", 1), "allowed-wildcard"),
        ("not", "everybody but one", good.replace("juno ", "!juno ", 1), "allowed-wildcard"),
        ("authority", "a certificate authority", good.replace("namespaces", "cert-authority,namespaces", 1), "allowed-option"),
        ("valid-after", "a key that is valid later", good.replace("namespaces", 'valid-after="20260101",namespaces', 1), "allowed-option"),
        ("no-namespace", "a key without namespaces", good.replace(first, f"juno {JUNO.line}\n", 1), "allowed-namespace"),
        ("any-namespace", "a key for any namespace", good.replace("strategy@larkfell.example", "*", 1), "allowed-wildcard"),
        ("empty-namespace", "an empty namespace", good.replace("strategy@", ",strategy@", 1), "allowed-wildcard"),
        ("more", "one person more", good + f'finn namespaces="strategy@{DOMAIN}" {STRANGER.line}\n', "allowed-differs"),
        ("key", "another key", good.replace(OTTILIE.line, STRANGER.line), "allowed-differs"),
        ("order", "its lines in another order", "".join(reversed(good.splitlines(keepends=True))), "allowed-differs"),
        ("comment", "a comment", "# ours\n" + good, "allowed-namespace"),
        ("crlf", "lines that end with CRLF", good.replace("\n", "\r\n"), "allowed-differs"),
        ("empty", "nothing at all", "", "allowed-differs"),
        ("not-ascii", "letters that are not ASCII", good.replace("juno ", "jünö ", 1), "allowed-form"),
    )  # fmt: skip
    for name, what, text, reason in table:
        office = Office()
        office.root(lines=text.encode())
        office.release()
        yield invalid(f"allowed-{name}", f"allowed_signers of the root has {what}", office, reason)
    office = Office()
    office.root()
    office.release()
    office.tree["signoff/larkfell/allowed_signers"] = good.replace(
        OTTILIE.line, STRANGER.line
    ).encode()
    yield invalid(
        "copy",
        "the copy for people who only have ssh-keygen allows a stranger",
        office,
        "root-copy",
    )


def _chains() -> Iterator[Vector]:
    both = {"ottilie": OTTILIE, "juno": JUNO}

    def two(**changes: Any) -> Office:
        office = Office()
        first = office.root(shown=False)
        office.root(next_root(first, **changes), both)
        if office.tree:
            office.tree["signoff/larkfell/root.json"] = first
            office.tree["signoff/larkfell/allowed_signers"] = allowed.write_allowed(usual_root())
        office.release(root=changes.get("version", 2))
        return office

    yield invalid("skip", "root 3 follows root 1", two(version=3), "root-version")
    wrong = f"sha256:{'0' * 64}"
    office = Office()
    first = office.root()
    office.root(replace(next_root(first), previous=wrong), both, shown=False)
    office.release(root=2)
    yield invalid("previous", "root 2 follows another root 1", office, "root-previous")
    yield invalid("brand", "root 2 is of another brand", two(brand="other"), "brand")
    office = Office()
    first = office.root()
    folder = "signoff/larkfell/roots"
    office.release()
    office.tree[f"{folder}/1/root.json"] = usual_root(resume=Threshold(1, ANY)).write()
    yield invalid(
        "altered", "root 1 was altered after everybody had signed", office, "bad-signature"
    )
    office = Office()
    office.root()
    office.release()
    office.tree[f"{folder}/1/notes.md"] = b"x\n"
    yield invalid("extra", "a file more beside root.json", office, "extra-file")
    office = Office()
    office.root()
    office.release()
    del office.tree[f"{folder}/1/root.json"]
    yield invalid("missing", "root.json is missing", office, "missing-file")
    office = Office()
    office.root()
    office.release()
    for name in [name for name in office.tree if name.startswith(f"{folder}/1/")]:
        office.tree[name.replace("/roots/1/", "/roots/2/")] = office.tree.pop(name)
    yield invalid("renamed", "root 1 in the folder of root 2", office, "root-version")
    yield from _pins()


def _pins() -> Iterator[Vector]:
    office = Office()
    office.root()
    office.release()
    yield Vector("root-pin", "another root than the pinned one", dict(office.tree), "not valid",
                 ("pinned-root", "unknown-root"), pins=(f"sha256:{'0' * 64}",))  # fmt: skip
    first = office.roots[1]
    newer = next_root(first)
    yield Vector("root-rollback", "root 2 was seen before, and is gone", dict(office.tree), "not valid",
                 ("pinned-root", "unknown-root"),
                 pins=(document.sha256(first), document.sha256(newer.write())),
                 attack="rollback to an older root (gittuf CVE-2026-44544)")  # fmt: skip
    attackers = {"ottilie": STRANGER}
    mine = {
        "ottilie": Person("ottilie", "Ottilie Nebelhorn", (STRANGER.public,), tuple(sorted(ANY)))
    }
    office = Office()
    office.root(
        usual_root(people=mine, strategy=Threshold(1, ANY), root=Threshold(1, ANY),
                   resume=Threshold(1, ANY)),
        attackers,
    )  # fmt: skip
    office.release(signers=attackers)
    yield Vector("root-replaced", "the whole chain was replaced by a stranger's", office.tree, "not valid",
                 ("pinned-root", "unknown-root"), pins=(document.sha256(first),))  # fmt: skip
    yield Vector("root-replaced-unpinned", "the same to somebody who pinned nothing: nothing shows it",
                 office.tree, "in force")  # fmt: skip
