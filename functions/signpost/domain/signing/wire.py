"""Reads and writes the fields that SSH keys and signatures are made of, each in one form only.

Source: https://www.rfc-editor.org/rfc/rfc4251#section-5 (read 2026-11-22).
"""

from __future__ import annotations

import base64
import binascii

from signpost.errors import SigningError

_REMEDY = "Make the file again with ssh-keygen."


class Reader:
    """Takes field after field out of bytes; nothing may be left at the end.

    Args:
        data: the bytes.
        what: what they are, for messages: `the key`.
    """

    def __init__(self, data: bytes, what: str) -> None:
        self._data = data
        self._what = what
        self._at = 0

    def take(self, count: int) -> bytes:
        """That many bytes as they are.

        Raises:
            SigningError: fewer are left.
        """
        end = self._at + count
        if end > len(self._data):
            raise SigningError(f"{self._what} is cut off.", _REMEDY, reason="truncated")
        taken = self._data[self._at : end]
        self._at = end
        return taken

    def number(self) -> int:
        """An unsigned number of four bytes."""
        return int.from_bytes(self.take(4), "big")

    def string(self) -> bytes:
        """Bytes with their length before them."""
        return self.take(self.number())

    def text(self) -> str:
        """A string that is printable ASCII.

        Raises:
            SigningError: it is not.
        """
        data = self.string()
        if not all(0x20 <= byte < 0x7F for byte in data):
            raise SigningError(
                f"{self._what} holds a name that is not plain text.", _REMEDY, reason="not-ascii"
            )
        return data.decode("ascii")

    def positive(self) -> int:
        """A positive whole number in its shortest form.

        Raises:
            SigningError: it is negative, zero, or has needless zeros before it.
        """
        data = self.string()
        value = int.from_bytes(data, "big", signed=True)
        if value <= 0 or data != _shortest(value):
            raise SigningError(
                f"{self._what} holds a number that is not in its shortest form.",
                _REMEDY,
                reason="number-form",
            )
        return value

    def end(self) -> None:
        """Make sure that nothing is left.

        Raises:
            SigningError: something is.
        """
        left = len(self._data) - self._at
        if left:
            raise SigningError(
                f"{self._what} has {left} bytes too many at its end.",
                _REMEDY,
                reason="trailing-bytes",
            )


def string(data: bytes | str) -> bytes:
    """A string as it is written."""
    raw = data.encode() if isinstance(data, str) else data
    return len(raw).to_bytes(4, "big") + raw


def positive(value: int) -> bytes:
    """A positive whole number as it is written."""
    return string(_shortest(value))


def from_base64(text: str, what: str) -> bytes:
    """The bytes of base64 text that is written in the one canonical way.

    Raises:
        SigningError: it is not base64, or another text stands for the same bytes.
    """
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise SigningError(f"{what} is not base64.", _REMEDY, reason="base64") from None
    if base64.b64encode(data).decode() != text:
        raise SigningError(f"{what} is base64 in an unusual form.", _REMEDY, reason="base64")
    return data


def _shortest(value: int) -> bytes:
    """Two's complement with room for the sign and no byte more."""
    return value.to_bytes(value.bit_length() // 8 + 1, "big")
