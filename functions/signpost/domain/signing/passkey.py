"""What has to be true of a signature that a hardware key or a passkey made.

ssh-keygen checks that the browser's challenge is what was to be signed and that the page's origin
is the one beside it. It does not judge whose origin that is, nor whether the key knew its owner;
this does. Source: https://www.w3.org/TR/webauthn-2/#sctn-verifying-assertion (read 2026-11-22).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Collection
from typing import Any
from urllib.parse import urlsplit

from signpost.domain.signing.sshsig import Browser, Hardware, Signature, to_sign
from signpost.errors import SigningError

_PRESENT = 0x01
_VERIFIED = 0x04
_BACKUP_ELIGIBLE = 0x08
_BACKED_UP = 0x10
_EXTENSIONS = 0x80
_KNOWN = _PRESENT | _VERIFIED | _BACKUP_ELIGIBLE | _BACKED_UP | _EXTENSIONS
_REMEDY = "Sign again on the sign-off page."


def judge(signature: Signature, message: bytes, origins: Collection[str]) -> None:
    """Refuse what a key in hardware must not have signed; plain keys pass.

    Args:
        message: what the signature should be of.
        origins: pages on which this company signs, such as `https://signoff.example.com`.

    Raises:
        SigningError: nobody touched the key, it did not know its owner, or it was another page,
            another challenge, another site's key.
    """
    hardware, browser = signature.hardware, signature.browser
    if hardware is None:
        return
    if not hardware.flags & _PRESENT:
        raise SigningError("Nobody touched the key.", "Sign again.", reason="user-presence")
    if hardware.flags & ~_KNOWN:
        raise SigningError(
            "The key set flags that a signature does not have.", "Sign again.", reason="flags"
        )
    if browser is None:
        if signature.key.passkey:
            raise SigningError(
                "A passkey's key signed outside a browser.", _REMEDY, reason="not-webauthn"
            )
        return
    _judge_browser(signature, hardware, browser, message, origins)


def _judge_browser(
    signature: Signature,
    hardware: Hardware,
    browser: Browser,
    message: bytes,
    origins: Collection[str],
) -> None:
    if not hardware.flags & _VERIFIED:
        raise SigningError(
            "The key did not ask for PIN, fingerprint or face.", _REMEDY, reason="user-verification"
        )
    if bool(hardware.flags & _EXTENSIONS) != bool(browser.extensions):
        raise SigningError("Extensions and their flag differ.", _REMEDY, reason="flags")
    if bool(hardware.flags & _BACKED_UP) and not hardware.flags & _BACKUP_ELIGIBLE:
        raise SigningError("A passkey that is synced and may not be.", _REMEDY, reason="flags")
    if browser.origin not in origins:
        raise SigningError(
            f"It was signed on {browser.origin[:80]}, which is no page of this trust root.",
            _REMEDY,
            reason="origin",
        )
    host = urlsplit(browser.origin).hostname or ""
    application = signature.key.application
    if host != application and not host.endswith(f".{application}"):
        raise SigningError(
            f"The passkey belongs to {application[:80]}, the page to {host[:80]}.",
            _REMEDY,
            reason="rp-id",
        )
    statement = to_sign(signature.namespace, signature.hash, message)
    judge_said(browser.client_data, "webauthn.get", statement, browser.origin)
    challenge = web_base64(statement)
    start = f'{{"type":"webauthn.get","challenge":"{challenge}","origin":"{browser.origin}"'
    if not browser.client_data.startswith(start.encode()):
        raise SigningError(
            "The browser's statement is in an unusual form.", _REMEDY, reason="client-data"
        )


def judge_said(client_data: bytes, kind: str, challenge: bytes, origin: str) -> None:
    """Refuse what a browser says of a ceremony unless it is this one.

    Args:
        client_data: its JSON.
        kind: `webauthn.get` or `webauthn.create`.
        challenge: what it was asked to sign.
        origin: of the page that asked.

    Raises:
        SigningError: another kind, challenge or origin, or a page within another site's.
    """
    said = _client_data(client_data)
    if said.get("type") != kind:
        raise SigningError(f"A passkey did not do this ({kind}).", _REMEDY, reason="client-type")
    if said.get("challenge") != web_base64(challenge):
        raise SigningError("It was signed for another text.", _REMEDY, reason="challenge")
    if said.get("origin") != origin:
        raise SigningError("Two origins in one signature.", _REMEDY, reason="origin")
    if said.get("crossOrigin", False) is not False or "topOrigin" in said:
        raise SigningError(
            "It was signed inside another site's page.", _REMEDY, reason="cross-origin"
        )


def web_base64(data: bytes) -> str:
    """Base64 as browsers write it: for addresses, without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _client_data(data: bytes) -> dict[str, Any]:
    """What the browser says; members beyond the known ones are its own affair."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({name for name, _ in pairs}) != len(pairs):
            raise ValueError("twice")
        return dict(pairs)

    try:
        said = json.loads(data, object_pairs_hook=once)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise SigningError(
            "The browser's statement is not JSON with each name once.",
            _REMEDY,
            reason="client-data",
        )
    return said
