"""Passkeys on the sign-off pages: what is taken, and everything that is refused."""

from __future__ import annotations

import base64
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from hypothesis import given
from hypothesis import strategies as st

from signpost.domain.signing import passkey, sshsig
from signpost.domain.signing.authenticator import parse_der
from signpost.domain.signing.ceremony import (
    HASH,
    Answer,
    Purpose,
    challenge,
    made,
    proven,
)
from signpost.domain.signing.ceremony import (
    sshsig as signature_of,
)
from signpost.domain.signing.keys import PublicKey
from signpost.errors import SigningError
from signpost.signatures import check
from tests.fakes.phone import ORIGIN, Phone

NONCE = b"n" * 32
NAMESPACE = "strategy@larkfell.example"
MESSAGE = b"what is signed\n"


def make(phone: Phone, nonce: bytes = NONCE, purpose: Purpose = Purpose.MAKE) -> PublicKey:
    return made(phone.make(challenge(purpose, nonce)), NONCE, ORIGIN).key


def log_in(phone: Phone, **how: Any) -> int:
    key = how.get("key") or make(Phone(phone.name))
    asked = challenge(how.get("purpose", Purpose.LOGIN), how.get("nonce", NONCE))
    return proven(phone.sign(asked), key, Purpose.LOGIN, NONCE, ORIGIN, check)


def test_a_new_key_is_one_that_openssh_knows(tmp_path: Path) -> None:
    found = made(Phone("juno").make(challenge(Purpose.MAKE, NONCE)), NONCE, ORIGIN)
    assert found.key.kind == "sk-ecdsa-sha2-nistp256@openssh.com"
    assert (found.key.application, found.id) == ("signoff.larkfell.example", Phone("juno").id)
    assert not found.synced
    (tmp_path / "key.pub").write_text(found.key.line + "\n")
    told = subprocess.run(
        ["ssh-keygen", "-l", "-f", tmp_path / "key.pub"], capture_output=True, text=True, check=True
    ).stdout
    assert found.key.fingerprint in told


def test_a_signature_is_one_that_openssh_verifies(tmp_path: Path) -> None:
    key = make(Phone("juno"))
    asked = sshsig.to_sign(NAMESPACE, HASH, MESSAGE)
    file = signature_of(Phone("juno").sign(asked), key, NAMESPACE, ORIGIN)
    found = sshsig.parse(file)
    passkey.judge(found, MESSAGE, [ORIGIN])
    assert check(found.key, found.proof, found.signed(MESSAGE))
    (tmp_path / "allowed").write_text(f'juno namespaces="{NAMESPACE}" {key.line}\n')
    (tmp_path / "sig").write_bytes(file)
    command = ["ssh-keygen", "-Y", "verify", "-f", "allowed", "-I", "juno", "-n", NAMESPACE]
    for message, code in ((MESSAGE, 0), (MESSAGE + b"!", 255)):
        done = subprocess.run(
            [*command, "-s", "sig"], cwd=tmp_path, input=message, capture_output=True, check=False
        )
        assert done.returncode == code, done.stderr


def test_who_enters_is_known_by_the_key() -> None:
    assert log_in(Phone("juno", counter=7)) == 7


BENT: dict[str, tuple[dict[str, Any], str]] = {
    "another site's page": ({"origin": "https://evil.example"}, "origin"),
    "another port": ({"origin": f"{ORIGIN}:444"}, "origin"),
    "a page in another site's": ({"said": {"crossOrigin": True}}, "cross-origin"),
    "a page with another above it": ({"said": {"topOrigin": "https://e.example"}}, "cross-origin"),
    "another site's passkey": ({"rp_id": "evil.example"}, "rp-id"),
    "the site above": ({"rp_id": "larkfell.example"}, "rp-id"),
    "no knowing who": ({"flags": 0x01}, "user-verification"),
    "nobody there": ({"flags": 0x04}, "user-presence"),
    "flags that nobody knows": ({"flags": 0x25}, "flags"),
    "synced though it may not be": ({"flags": 0x15}, "flags"),
    "another ceremony": ({"said": {"type": "payment.get"}}, "client-type"),
    "no challenge": ({"said": {"challenge": None}}, "challenge"),
    "padded challenge": ({"said": {"challenge": "="}}, "challenge"),
}


@pytest.mark.parametrize("name", BENT)
def test_what_is_bent_neither_makes_a_key_nor_enters(name: str) -> None:
    how, reason = BENT[name]
    for act in (make, log_in):
        with pytest.raises(SigningError) as refused:
            act(Phone("juno", **how))
        assert refused.value.reason == reason


@pytest.mark.parametrize(
    "head",
    [
        "a401010327200621582000",  # Ed25519
        "a50102032620022158200000",  # P-384
        "a5010203382220012158",  # ES384
        "a4010303390100205901",  # RSA
        "a5010203262001215821",
    ],
)
def test_keys_of_other_kinds_are_refused(head: str) -> None:
    with pytest.raises(SigningError) as refused:
        make(Phone("juno", cose=bytes.fromhex(head)))
    assert refused.value.reason == "key-kind"


def test_a_key_off_the_curve_is_refused() -> None:
    answer = Phone("juno").make(challenge(Purpose.MAKE, NONCE))
    bent = replace(answer, data=answer.data[:-1] + bytes([answer.data[-1] ^ 1]))
    with pytest.raises(SigningError) as refused:
        made(bent, NONCE, ORIGIN)
    assert refused.value.reason == "bad-point"


def test_what_a_security_key_adds_does_not_matter() -> None:
    added = bytes.fromhex("a16b6372656450726f7465637402")  # {"credProtect": 2}
    assert make(Phone("juno", extensions=added)) == make(Phone("juno"))


def test_a_nonce_serves_one_purpose() -> None:
    for purpose in (Purpose.MAKE, Purpose.TRY):
        with pytest.raises(SigningError, match="another text"):
            log_in(Phone("juno"), purpose=purpose)
    with pytest.raises(SigningError, match="another text"):
        make(Phone("juno"), purpose=Purpose.LOGIN)
    with pytest.raises(SigningError, match="another text"):
        log_in(Phone("juno"), nonce=b"m" * 32)


def test_entering_is_never_signing_and_signing_never_entering() -> None:
    key = make(Phone("juno"))
    signing = Phone("juno").sign(sshsig.to_sign(NAMESPACE, HASH, MESSAGE))
    with pytest.raises(SigningError, match="another text"):
        proven(signing, key, Purpose.LOGIN, NONCE, ORIGIN, check)
    entering = Phone("juno").sign(challenge(Purpose.LOGIN, NONCE))
    found = sshsig.parse(signature_of(entering, key, NAMESPACE, ORIGIN))
    with pytest.raises(SigningError, match="another text"):
        passkey.judge(found, MESSAGE, [ORIGIN])


def test_a_creation_does_not_enter() -> None:
    key = make(Phone("juno"))
    with pytest.raises(SigningError) as refused:
        proven(
            Phone("juno").make(challenge(Purpose.LOGIN, NONCE)),
            key, Purpose.LOGIN, NONCE, ORIGIN, check,
        )  # fmt: skip
    assert refused.value.reason == "client-type"


def test_another_key_does_not_enter() -> None:
    with pytest.raises(SigningError, match="another key"):
        log_in(Phone("juno"), key=make(Phone("ottilie")))


def test_a_signature_that_was_altered_does_not_enter() -> None:
    key, answer = make(Phone("juno")), Phone("juno").sign(challenge(Purpose.LOGIN, NONCE))
    spaced = answer.client_data.replace(b'"type":', b'"type": ')
    counted = answer.data[:-1] + b"\x01"
    for bent in (replace(answer, client_data=spaced), replace(answer, data=counted)):
        with pytest.raises(SigningError, match="another key"):
            proven(bent, key, Purpose.LOGIN, NONCE, ORIGIN, check)


@given(st.binary(max_size=250), st.binary(max_size=200), st.binary(max_size=90))
def test_rubbish_is_refused_and_breaks_nothing(data: bytes, client: bytes, signed: bytes) -> None:
    answer, key = Answer(data, client, signed), make(Phone("juno"))
    good = Phone("juno").sign(challenge(Purpose.LOGIN, NONCE))
    for bent in (answer, replace(good, data=data), replace(good, signature=signed)):
        with pytest.raises(SigningError):
            made(bent, NONCE, ORIGIN)
        with pytest.raises(SigningError):
            proven(bent, key, Purpose.LOGIN, NONCE, ORIGIN, check)


@given(st.integers(1, 2**256), st.integers(1, 2**256))
def test_numbers_come_back_from_their_one_form(first: int, second: int) -> None:
    encoded = encode_dss_signature(first, second)
    assert parse_der(encoded) == (first, second)
    for bent in (encoded + b"\0", encoded[:-1], b"\x31" + encoded[1:]):
        with pytest.raises(SigningError):
            parse_der(bent)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "3000",
        "3006020100020101",
        "30070202000102010a",
        "3006020181020101",
        "30800201010201010000",
    ],
)
def test_numbers_in_other_forms_are_refused(text: str) -> None:
    with pytest.raises(SigningError):
        parse_der(bytes.fromhex(text))


def test_base64_is_that_of_browsers() -> None:
    assert passkey.web_base64(b"\xfb\xff") == base64.urlsafe_b64encode(b"\xfb\xff").decode().strip(
        "="
    )
