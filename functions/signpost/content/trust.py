"""The trust roots beside the content, as far as content is judged by them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from signpost.errors import SigningError

if TYPE_CHECKING:  # most workspaces sign nothing
    from signpost.domain.signing.root import TrustRoot

_MOST_BYTES = 1024 * 1024


def read_trust(content_dir: Path, brands: Iterable[str]) -> dict[str, TrustRoot]:
    """The present trust root of each brand that has one; what cannot be read is passed over.

    It lies in `strategy-site/signoff/<brand>/root.json`, beside the content or above it. That it is
    signed is `signpost strategy verify`'s to say, and the stack's; here it only tells of slips.
    """
    folder = content_dir.absolute().parent / "strategy-site" / "signoff"
    found = {}
    for brand in brands:
        file = folder / brand / "root.json"
        try:
            if not file.is_file() or file.stat().st_size > _MOST_BYTES:
                continue
            # Imported by need: only who signs pays for it.
            from signpost.domain.signing.root import parse_root

            found[brand] = parse_root(file.read_bytes())
        except (OSError, SigningError):
            continue
    return found
