"""The signature of a request: HMAC-SHA256 over its time and its content, in hexadecimal.

Source: RFC 2104 (HMAC; a key shorter than the digest's 32 bytes is discouraged, section 3),
https://www.rfc-editor.org/rfc/rfc2104, 2026-11-22.
"""

from __future__ import annotations

import hmac

VERSION = "v1"
MIN_KEY = 32
"""Characters a signing key must have."""


def signature(signing_key: str, timestamp: str, content: bytes) -> str:
    """The value of `Signpost-Signature`: `v1=` and 64 hexadecimal digits.

    Args:
        signing_key: the secret that sender and receiver share.
        timestamp: seconds since 1970 in decimal digits, exactly as in `Signpost-Timestamp`.
        content: of a POST its body; of a question (GET, no body) the key that it asks about. A body
            begins with `{` and a key never does, so neither can be passed off as the other.
    """
    signed = f"{timestamp}.".encode() + content
    return f"{VERSION}={hmac.new(signing_key.encode(), signed, 'sha256').hexdigest()}"
