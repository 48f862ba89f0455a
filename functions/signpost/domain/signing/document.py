"""JSON files that are signed: one canonical line, so that what is read is what was signed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from signpost.domain.canonical import canonical_json, digest
from signpost.errors import SigningError

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 8
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


class Members:
    """The members of a JSON object, each asked for once; what nobody asked for is refused.

    Args:
        values: the object.
        what: what it is, for messages: `root.json`.
    """

    def __init__(self, values: object, what: str) -> None:
        self.what = what
        if not isinstance(values, dict):
            raise self.wrong("is not an object")
        self._values: dict[str, Any] = dict(values)

    def text(self, name: str) -> str:
        """A member that is text, one line of it, and not empty."""
        value = self._take(name)
        if not isinstance(value, str) or not value or not value.isprintable():
            raise self.wrong(f"has no text as `{name}`")
        return value

    def identifier(self, name: str) -> str:
        """A member that is an id: lower-case letters, digits and hyphens."""
        value = self.text(name)
        if not is_id(value):
            raise self.wrong(f"has no id as `{name}`")
        return value

    def number(self, name: str) -> int:
        """A member that is a whole number, not negative."""
        value = self._take(name)
        if type(value) is not int or value < 0:
            raise self.wrong(f"has no whole number as `{name}`")
        return value

    def day(self, name: str) -> date:
        """A member that is a date such as 2026-12-01."""
        value = self.text(name)
        try:
            found = date.fromisoformat(value)
        except ValueError:
            found = None
        if found is None or found.isoformat() != value:
            raise self.wrong(f"has no date as `{name}`")
        return found

    def digest(self, name: str) -> str:
        """A member that is a digest: `sha256:` and 64 hexadecimal digits."""
        value = self.text(name)
        if not is_digest(value):
            raise self.wrong(f"has no digest as `{name}`")
        return value

    def digest_or_none(self, name: str) -> str | None:
        """A digest, or null."""
        if self._values.get(name, "") is None:
            self._values.pop(name)
            return None
        return self.digest(name)

    def has(self, name: str) -> bool:
        """Whether there is such a member, which nobody asked for yet."""
        return name in self._values

    def texts(self, name: str) -> tuple[str, ...]:
        """A member that is a sorted list of different texts."""
        value = self._take(name)
        fine = isinstance(value, list) and all(isinstance(item, str) and item for item in value)
        if not fine or value != sorted(set(value)):
            raise self.wrong(f"has no sorted list of different texts as `{name}`")
        return tuple(value)

    def mapping(self, name: str) -> dict[str, Any]:
        """A member that is an object."""
        value = self._take(name)
        if not isinstance(value, dict):
            raise self.wrong(f"has no object as `{name}`")
        return value

    def end(self) -> None:
        """Refuse members that nobody asked for: what is not understood is not signed blindly."""
        if self._values:
            names = ", ".join(f"`{name}`" for name in sorted(self._values))
            raise self.wrong(f"has members that are not known: {names[:200]}")

    def wrong(self, how: str) -> SigningError:
        """The error that says what is wrong."""
        return SigningError(
            f"{self.what} {how}.",
            "Let `signpost strategy` write it; a signed file is not edited by hand.",
            reason="document-form",
        )

    def _take(self, name: str) -> Any:
        if name not in self._values:
            raise self.wrong(f"lacks `{name}`")
        return self._values.pop(name)


def write(value: Mapping[str, Any]) -> bytes:
    """The bytes of a signed JSON file: canonical, one line."""
    return canonical_json(value) + b"\n"


def read(data: bytes, what: str) -> Members:
    """The object that a signed JSON file holds.

    Raises:
        SigningError: it is no JSON object, or not in the one canonical form.
    """
    if len(data) > MAX_BYTES:
        raise SigningError(f"{what} is too large.", reason="too-large")
    try:
        value = json.loads(data.decode(), parse_float=_no, parse_constant=_no)
        same = _depth(value) <= MAX_DEPTH and write(value) == data
    except (ValueError, TypeError, RecursionError):
        raise SigningError(
            f"{what} is not JSON.", "Restore it from git.", reason="document-form"
        ) from None
    if not same:
        raise SigningError(
            f"{what} is not in canonical form: sorted names, each once, no spaces, one line.",
            "Restore it from git; editors that reformat JSON break it.",
            reason="not-canonical",
        )
    return Members(value, what)


def sha256(data: bytes) -> str:
    """The digest of a file as other signed files name it."""
    return f"sha256:{digest(data)}"


def is_digest(text: str) -> bool:
    """Whether this is `sha256:` and 64 hexadecimal digits."""
    return _DIGEST.fullmatch(text) is not None


def is_id(text: str) -> bool:
    """Whether this may be the id of a person, role, brand or tier."""
    return _ID.fullmatch(text) is not None


def _no(text: str) -> Any:
    raise ValueError(text)


def _depth(value: object) -> int:
    if isinstance(value, dict):
        return 1 + max(map(_depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(_depth, value), default=0)
    return 0
