"""Members of a request's JSON, each judged before anything looks at it."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from signpost.domain.signing.ceremony import Answer as Ceremony
from signpost.domain.signing.passkey import web_base64
from signpost.handlers.pages.web import Refused

MAX_FIELD = 4000


def text_of(given: Mapping[str, Any], name: str) -> str:
    """A text that is there and not too long.

    Raises:
        Refused: it is not.
    """
    value = given.get(name)
    if not isinstance(value, str) or not value or len(value) > MAX_FIELD:
        raise Refused(HTTPStatus.BAD_REQUEST, f"`{name}` is missing.")
    return value


def hex_of(given: Mapping[str, Any], name: str) -> str:
    """A text of whole bytes in hexadecimal.

    Raises:
        Refused: it is none.
    """
    value = text_of(given, name)
    if len(value) > 128 or set(value) - set("0123456789abcdef") or len(value) % 2:
        raise Refused(HTTPStatus.BAD_REQUEST, f"`{name}` is malformed.")
    return value


def bytes_of(value: Any, name: str) -> bytes:
    """Bytes that came as base64.

    Raises:
        Refused: they did not.
    """
    text = value.get(name) if isinstance(value, dict) else None
    try:
        return base64.b64decode(str(text or ""), validate=True)
    except ValueError:  # binascii.Error among them
        raise Refused(HTTPStatus.BAD_REQUEST, f"`{name}` is malformed.") from None


def ceremony(value: Any) -> Ceremony:
    """What a passkey answered.

    Raises:
        Refused: it is malformed.
    """
    data, client, signature = (bytes_of(value, name) for name in ("data", "client", "signature"))
    return Ceremony(data, client, signature)


def ceremonies(given: Mapping[str, Any], count: int) -> list[Ceremony]:
    """As many answers as there were challenges.

    Raises:
        Refused: they are more or fewer, or malformed.
    """
    found = given.get("answers")
    if not isinstance(found, list) or len(found) != count:
        raise Refused(HTTPStatus.BAD_REQUEST, "The signatures are missing.")
    return [ceremony(item) for item in found]


def web64(value: Any) -> Any:
    """Bytes as the script of the pages reads them, in a list, too; anything else as it is."""
    if isinstance(value, list):
        return [web64(item) for item in value]
    return web_base64(value) if isinstance(value, bytes) else value
