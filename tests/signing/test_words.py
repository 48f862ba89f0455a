"""Digests as words."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from signpost.domain.signing.wordlist import WORDS
from signpost.domain.signing.words import words


def test_the_list_is_the_one_that_everybody_has() -> None:
    text = "".join(f"{word}\n" for word in WORDS)
    known = "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda"
    assert hashlib.sha256(text.encode()).hexdigest() == known
    assert len({word[:4] for word in WORDS}) == 2048


def test_words_say_the_digests_beginning() -> None:
    assert words("sha256:" + "0" * 64) == ("abandon",) * 12
    assert words("f" * 64) == ("zoo",) * 12
    assert words("002" + "0" * 61)[:2] == ("ability", "abandon")


@given(st.binary(min_size=32, max_size=32), st.integers(0, 131))
def test_a_bit_that_differs_is_another_word(data: bytes, place: int) -> None:
    other = int.from_bytes(data, "big") ^ 1 << 255 - place
    assert words(data.hex()) != words(other.to_bytes(32, "big").hex())
