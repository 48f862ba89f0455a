"""The pass to a closed site: a signed value, given out by the sign-off origin, kept as a cookie.

A pass says who may see the folders of which brands, and until when. It is written

    1.<key id>.<payload, base64url>.<HMAC-SHA256 of all before the last dot, base64url>

and the payload is canonical JSON: `brands`, `issued`, `person`, `until`, `use`; instants are whole
seconds since 1970. The function of the distribution (`SiteEntrance` in infra/template.yaml) reads
the same form; a test holds both to each other.

A cookie belongs to one host, and the sign-off origin is another one. So it gives out a *ticket*: the
same form with another `use`, good for two minutes, which the site's own address `/.enter` changes into
the cookie.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from signpost.domain.canonical import canonical_json

COOKIE = "__Host-signpost"
"""The prefix makes browsers refuse it without `Secure`, with a `Domain`, or off the root path.

Source: https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Set-Cookie (2026-11-22).
"""
EVERY_BRAND = "*"
MAX_S = 12 * 3600
"""Longest life of a pass, in seconds."""
TICKET_S = 120
"""How long a ticket can be used, in seconds; it travels in an address, which browsers remember."""
SKEW_S = 60
"""How far the clock of who issues may be ahead, in seconds."""
MOST_BRANDS = 50

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}", re.ASCII)
_FORM = re.compile(r"1\.([a-z0-9][a-z0-9_-]{0,63})\.([A-Za-z0-9_-]{1,6000})\.([A-Za-z0-9_-]{43})")
_LEAST_KEY = 43
"""Characters: 256 bits in base64url."""


class Use(StrEnum):
    """What a signed value is for; one never serves as the other."""

    PASS = "pass"  # noqa: S105 - no password
    TICKET = "ticket"


class Refusal(StrEnum):
    """Why nobody comes in; said to people in `door.closed_page`."""

    NONE = "none"  # there is no pass, or nothing that could be one
    FORGED = "forged"  # not signed with a key that is known here
    ENDED = "ended"  # expired, or not begun
    REVOKED = "revoked"
    ELSEWHERE = "elsewhere"  # a good pass, for other brands


@dataclass(frozen=True, slots=True)
class Pass:
    """Who may see what.

    Args:
        person: an id of people.yaml.
        brands: ids of the brands whose folders are open; `*` for all, and for the list of brands.
        issued: when it was given out, in seconds since 1970.
        until: from when on it is of no use; at most twelve hours after `issued`.
        use: a pass, or a ticket for one.
    """

    person: str
    brands: tuple[str, ...]
    issued: int
    until: int
    use: Use = Use.PASS

    def opens(self, brand: str) -> bool:
        """Whether the brand's folder is open to its holder."""
        return EVERY_BRAND in self.brands or brand in self.brands

    @property
    def sound(self) -> bool:
        """Whether it says what a pass may say."""
        return (
            _NAME.fullmatch(self.person) is not None
            and 0 < len(self.brands) <= MOST_BRANDS
            and all(item == EVERY_BRAND or _NAME.fullmatch(item) for item in self.brands)
            and 0 < self.issued < self.until <= self.issued + MAX_S
        )


@dataclass(frozen=True, slots=True)
class Keyring:
    """What a door knows; in production it lies in the distribution's key-value store.

    Args:
        keys: key id → key, as text of 256 random bits or more. Under `key/<id>` in the store.
        not_before: person → seconds since 1970: what was issued to them up to then is revoked. Under
            `revoked/<person>` in the store.
    """

    keys: Mapping[str, str] = field(repr=False)
    not_before: Mapping[str, int] = field(default_factory=dict)


def issue(given: Pass, key_id: str, key: str) -> str:
    """Sign a pass or a ticket.

    Raises:
        ValueError: it says what no pass may say, or the key is none.
    """
    if not given.sound:
        raise ValueError("not a pass: check person, brands and times")
    if not _NAME.fullmatch(key_id) or len(key) < _LEAST_KEY or not key.isascii():
        raise ValueError("not a key for passes")
    payload = canonical_json(
        {
            "brands": sorted(set(given.brands)),
            "issued": given.issued,
            "person": given.person,
            "until": given.until,
            "use": str(given.use),
        }
    )
    signed = f"1.{key_id}.{_coded(payload)}"
    return f"{signed}.{_coded(_mac(signed, key))}"


def verify(token: str, use: Use, now: int, ring: Keyring) -> Pass | Refusal:
    """What a signed value says, or why it is not believed.

    Args:
        token: what came with the request; empty where nothing came.
        use: what it has to be for.
        now: seconds since 1970.
    """
    found = _FORM.fullmatch(token)
    if found is None:
        return Refusal.NONE if not token else Refusal.FORGED
    key = ring.keys.get(found[1])
    signed = token.rpartition(".")[0]
    if (
        key is None
        or len(key) < _LEAST_KEY
        or not hmac.compare_digest(_coded(_mac(signed, key)), found[3])
    ):
        return Refusal.FORGED
    given = _read(found[2])
    if given is None or given.use is not use:
        return Refusal.FORGED
    last = given.until if use is Use.PASS else min(given.until, given.issued + TICKET_S)
    if now >= last or given.issued > now + SKEW_S:
        return Refusal.ENDED
    if given.issued <= ring.not_before.get(given.person, 0):
        return Refusal.REVOKED
    return given


def exchange(ticket: str, now: int, ring: Keyring) -> tuple[Pass, str] | Refusal:
    """The pass for a ticket, signed with the ticket's own key."""
    given = verify(ticket, Use.TICKET, now, ring)
    if isinstance(given, Refusal):
        return given
    key_id = ticket.split(".")[1]
    made = replace(given, use=Use.PASS)
    return made, issue(made, key_id, ring.keys[key_id])


def _read(payload: str) -> Pass | None:
    try:
        members: dict[str, Any] = json.loads(
            base64.b64decode(payload + "=" * (-len(payload) % 4), b"-_", True)
        )
        given = Pass(
            person=members["person"],
            brands=tuple(members["brands"]) if isinstance(members["brands"], list) else (),
            issued=members["issued"],
            until=members["until"],
            use=Use(members["use"]),
        )
        return given if type(given.issued) is type(given.until) is int and given.sound else None
    except (binascii.Error, ValueError, KeyError, TypeError):
        return None


def _mac(signed: str, key: str) -> bytes:
    return hmac.digest(key.encode(), signed.encode(), hashlib.sha256)


def _coded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
