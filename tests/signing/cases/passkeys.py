"""Passkeys: what ssh-keygen lets pass and we do not, and what neither does."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tests.signing.cases.signatures import drafted, refused
from tests.signing.keysmith import Assertion, TestKey
from tests.signing.office import DOMAIN, PASSKEY
from tests.signing.vector import Vector

ORIGIN = "https://signoff.larkfell.example"


def vectors() -> Iterator[Vector]:
    """All of them."""
    duplicated = b'{"type":"webauthn.get","type":"webauthn.get"}'
    reordered = json.dumps({"challenge": "x", "type": "webauthn.get", "origin": ORIGIN}).encode()
    for name, what, assertion, reason in (
        ("origin", "signed on another site", Assertion(origin="https://evil.example"), "origin"),
        ("origin-suffix", "signed on a site whose name ends alike", Assertion(origin="https://signoff.evillarkfell.example"), "origin"),
        ("origin-http", "signed on the page without encryption", Assertion(origin="http://signoff.larkfell.example"), "origin"),
        ("origin-port", "signed on another port", Assertion(origin=f"{ORIGIN}:8443"), "origin"),
        ("origin-sibling", "signed on another page of the domain", Assertion(origin="https://shop.larkfell.example"), "origin"),
        ("origin-lied", "the browser says one origin, the signature another",
         Assertion(client={"origin": "https://evil.example"}), "origin"),
        ("type", "the answer to an enrolment, not to a signature", Assertion(kind="webauthn.create"), "client-type"),
        ("type-payment", "a payment's confirmation", Assertion(kind="payment.get"), "client-type"),
        ("challenge", "signed for another text", Assertion(challenge=b"another text"), "challenge"),
        ("challenge-empty", "signed for no text", Assertion(challenge=b""), "challenge"),
        ("user-verification", "touched, without PIN, fingerprint or face", Assertion(flags=0x01), "user-verification"),
        ("user-presence", "nobody touched it", Assertion(flags=0x04), "user-presence"),
        ("no-flags", "no flags at all", Assertion(flags=0), "user-presence"),
        ("cross-origin", "signed inside another site's page", Assertion(client={"crossOrigin": True}), "cross-origin"),
        ("cross-origin-word", "crossOrigin is a word", Assertion(client={"crossOrigin": "no"}), "cross-origin"),
        ("top-origin", "it names the page around it", Assertion(client={"topOrigin": "https://evil.example"}), "cross-origin"),
        ("enrolment-flag", "with the flag of an enrolment", Assertion(flags=0x45), "flags"),
        ("extensions-flag", "the flag of extensions, and none", Assertion(flags=0x85), "flags"),
        ("extensions", "extensions without their flag", Assertion(extensions=b"\xa0"), "flags"),
        ("backup", "synced, though it may not be", Assertion(flags=0x15), "flags"),
        ("not-json", "the browser's statement is no JSON", Assertion(raw_client=b"{"), "client-data"),
        ("twice", "a name stands twice in the browser's statement", Assertion(raw_client=duplicated), "client-data"),
        ("order", "the browser's statement in another order", Assertion(raw_client=reordered), "challenge"),
    ):  # fmt: skip
        office = drafted(PASSKEY)
        office.sign("2026.1", "juno", PASSKEY, assertion=assertion)
        yield refused(f"passkey-{name}", f"a passkey: {what}", office, reason, "passkey")
    office = drafted(PASSKEY)
    office.sign("2026.1", "juno", PASSKEY, assertion=None)
    yield refused("passkey-plain", "a passkey's key that signed outside a browser", office,
                  "not-webauthn", "passkey")  # fmt: skip
    for name, host, what in (
        ("rp-id", "evil.example", "of another host, on our page"),
        ("rp-id-part", "ignoff.larkfell.example", "of a host whose name the page's ends in"),
    ):
        other = TestKey("juno", PASSKEY.kind, application=host)
        office = drafted(other)
        office.sign("2026.1", "juno", other, assertion=Assertion())
        # It could not sign the trust root either, which everybody has to.
        yield Vector(f"signature-passkey-{name}", f"a passkey: {what}", office.tree, "not valid",
                     ("rp-id", "unknown-root"), attack="passkey")  # fmt: skip
    for kind in ("ssh-ed25519", "ecdsa-sha2-nistp256", "sk-ssh-ed25519@openssh.com"):
        plain = TestKey("juno", kind)
        office = drafted(plain)
        # Its own numbers, dressed as a browser's answer.
        office.sign("2026.1", "juno", plain, assertion=Assertion())
        yield refused(f"passkey-key-{kind.split('@', maxsplit=1)[0]}", f"a browser's answer by {kind}",
                      office, "signature-kind", "passkey: key of another type")  # fmt: skip
    hardware = TestKey("juno", "sk-ssh-ed25519@openssh.com")
    office = drafted(hardware)
    office.sign("2026.1", "juno", hardware, flags=0)
    yield refused(
        "hardware-untouched", "a key in hardware that nobody touched", office, "user-presence"
    )
    dressed = TestKey("juno", PASSKEY.kind, application=f"{DOMAIN}")
    office = drafted(PASSKEY)
    office.sign("2026.1", "juno", dressed, assertion=Assertion(shown_origin="https://evil.example"))
    yield refused("passkey-shown-origin", "another origin beside what the browser says", office,
                  "origin", "passkey")  # fmt: skip
