"""The mathematics, held to OpenSSL asked directly, and to the textbooks (`reference`).

The same answer for every key, text and bent signature.
"""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, utils
from hypothesis import given, settings
from hypothesis import strategies as st

from signpost.domain.signing.curves import CURVES, ED25519_ORDER, edwards_y, of_small_order
from signpost.domain.signing.keys import parse_line
from signpost.domain.signing.sshsig import Proof
from signpost.errors import SigningError
from signpost.signatures import check
from tests.signing import reference
from tests.signing.cases.good import KEYS
from tests.signing.keysmith import TestKey

MESSAGE = b"what was signed\n"
HASHES: dict[str, Any] = {
    "sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()
}  # fmt: skip
PLAIN = ("ed25519", "ecdsa-256", "ecdsa-384", "ecdsa-521", "rsa-2048", "rsa-3072")


def openssl(key: TestKey, proof: Proof, message: bytes) -> bool:
    """What OpenSSL says."""
    public = key.private.public_key()
    try:
        if key.kind == "ssh-rsa":
            public.verify(proof.data, message, padding.PKCS1v15(), HASHES[proof.hash])
        elif key.kind == "ssh-ed25519":
            public.verify(proof.data, message)
        else:
            der = utils.encode_dss_signature(*proof.numbers)
            public.verify(der, message, ec.ECDSA(HASHES[proof.hash]))
    except InvalidSignature:
        return False
    return True


def proof_of(key: TestKey, message: bytes) -> Proof:
    """A good signature."""
    if key.kind == "ssh-rsa":
        return Proof("sha512", data=key.private.sign(message, padding.PKCS1v15(), hashes.SHA512()))
    if key.kind == "ssh-ed25519":
        return Proof("", data=key.private.sign(message))
    name = CURVES[key.public.curve].hash
    der = key.private.sign(message, ec.ECDSA(HASHES[name], deterministic_signing=True))
    return Proof(name, utils.decode_dss_signature(der))


@pytest.mark.parametrize("name", PLAIN)
def test_a_good_signature_is_good_and_no_other_text_is(name: str) -> None:
    key = KEYS[name]
    proof = proof_of(key, MESSAGE)
    assert check(key.public, proof, MESSAGE)
    assert not check(key.public, proof, MESSAGE + b"\n")
    assert not check(TestKey("stranger", key.kind).public, proof, MESSAGE)


@settings(max_examples=40)  # the textbooks are slow
@given(st.sampled_from(PLAIN), st.binary(max_size=200), st.data())
def test_openssl_and_the_textbooks_say_the_same(
    name: str, message: bytes, data: st.DataObject
) -> None:
    key = KEYS[name]
    proof = proof_of(key, message)
    if proof.numbers:
        order = CURVES[key.public.curve].order
        near = st.sampled_from([0, 1, order - 1, order, order + 1, *proof.numbers])
        number = near | st.integers(0, 2 * order)
        r, s = proof.numbers
        bent = data.draw(
            st.sampled_from([(r, s), (r, order - s), (s, r)]) | st.tuples(number, number)
        )
        proof = Proof(proof.hash, bent)
    else:
        at = data.draw(st.integers(0, 8 * len(proof.data) - 1) | st.just(-1))
        if at >= 0:
            flipped = proof.data[at // 8] ^ (1 << at % 8)
            proof = Proof(
                proof.hash,
                data=proof.data[: at // 8] + bytes([flipped]) + proof.data[at // 8 + 1 :],
            )
    said = check(key.public, proof, message)
    assert said == openssl(key, proof, message)
    assert said == reference.check(key.public, proof, message)


@pytest.mark.parametrize("name", ["ecdsa-256", "ecdsa-384", "ecdsa-521"])
def test_a_sum_at_infinity_is_refused(name: str) -> None:
    """Who has the secret can make the last sum vanish, a case that libraries have stumbled over."""
    key = KEYS[name]
    curve = CURVES[key.public.curve]
    secret = key.private.private_numbers().private_value
    number = int.from_bytes(hashlib.new(curve.hash, MESSAGE).digest(), "big")
    r = -number * pow(secret, -1, curve.order) % curve.order
    for s in (1, 2, curve.order - 1):
        assert not check(key.public, Proof(curve.hash, (r, s)), MESSAGE)
        assert not reference.check(key.public, Proof(curve.hash, (r, s)), MESSAGE)


def test_rsa_takes_one_encoding_only() -> None:
    """The padding is built, not read: what forgeries of old changed in it changes everything."""
    key = KEYS["rsa-2048"]
    numbers = key.private.private_numbers()
    modulus = numbers.public_numbers.n
    info = bytes.fromhex("3051300d060960864801650304020305000440")
    hashed = hashlib.sha512(MESSAGE).digest()

    def signed(block: bytes) -> Proof:
        number = pow(int.from_bytes(block, "big"), numbers.d, modulus)
        return Proof("sha512", data=number.to_bytes(256, "big"))

    fill = 256 - 3 - len(info) - len(hashed)
    good = b"\0\1" + b"\xff" * fill + b"\0" + info + hashed
    assert check(key.public, signed(good), MESSAGE)
    bad = (
        b"\0\1" + b"\xff" * 8 + b"\0" + info + hashed + b"\0" * (fill - 8),  # rubbish after it
        b"\0\2" + good[2:],
        b"\0\1" + b"\xff" * (fill - 1) + b"\xfe\0" + info + hashed,
        b"\0\1" + b"\xff" * (fill + len(info)) + b"\0" + hashed,  # no name of the hash
        b"\0\1" + b"\xff" * (fill + 2) + b"\0" + info.replace(b"\5\0", b"", 1) + hashed,
        good[:-64] + hashlib.sha512(b"other").digest(),
    )
    for block in bad:
        assert len(block) == 256
        assert not check(key.public, signed(block), MESSAGE)
    again = int.from_bytes(signed(good).data, "big") + modulus
    if again < 2**2048:
        assert not check(key.public, Proof("sha512", data=again.to_bytes(256, "big")), MESSAGE)


def test_points_of_small_order_are_known() -> None:
    """All eight, as https://eprint.iacr.org/2020/1244 lists them (noted 2026-11-22)."""
    small = (
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    )
    for text in small:
        y = edwards_y(bytes.fromhex(text))
        assert y is not None
        assert of_small_order(y)
    good = edwards_y(KEYS["ed25519"].public.point)
    assert good is not None
    assert not of_small_order(good)


@pytest.mark.parametrize("name", CURVES)
def test_the_curves_are_those_of_openssl(name: str) -> None:
    key = TestKey("any", f"ecdsa-sha2-{name}")
    assert CURVES[name].order == key.private.curve.group_order
    assert CURVES[name].size == (key.private.key_size + 7) // 8
    assert CURVES[name].point(key.public.point) is not None


def test_a_second_s_of_ed25519_is_refused() -> None:
    key = KEYS["ed25519"]
    data = proof_of(key, MESSAGE).data
    larger = int.from_bytes(data[32:], "little") + ED25519_ORDER
    assert not check(key.public, Proof("", data=data[:32] + larger.to_bytes(32, "little")), MESSAGE)


@given(st.binary(max_size=80))
def test_no_bytes_break_the_reader_of_keys(data: bytes) -> None:
    import base64

    line = f"ssh-ed25519 {base64.b64encode(data).decode()}"
    with pytest.raises(SigningError):
        parse_line(line)
