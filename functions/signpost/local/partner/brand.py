"""The demo's second brand: a hut whose signed strategy is past its review date.

Its one post is due with the first ones and is held: so everybody who starts the demo sees what the
gate does, without waiting until a review date passes.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from signpost.errors import StackError

BRAND = "nebelstein"
POST = f"{BRAND}/posts/winter-room.md"
"""Path of its post below the content folder."""

_HERE = Path(__file__).parent
_BRANDS = re.compile(r"(?m)^brands:[ \t]*\n((?:[ \t]+-[ \t]*\S+[ \t]*\n)+)")


def add(folder: Path) -> None:
    """Put the brand, with its handbook, into a copy of the sample, and switch the gate on.

    Args:
        folder: holds `content` and `strategy-site`.

    Raises:
        StackError: signpost.yaml has no list of brands, or says something of publishing already.
    """
    shutil.copytree(_HERE / "content", folder / "content" / BRAND)
    shutil.copytree(_HERE / "docs", folder / "strategy-site" / "docs" / BRAND)
    settings = folder / "content" / "signpost.yaml"
    text, found = _BRANDS.subn(
        rf"brands:\n\g<1>  - {BRAND}\n", settings.read_text(encoding="utf-8"), count=1
    )
    if found != 1 or re.search(r"(?m)^publishing:", text):
        raise StackError(
            f"{settings} lacks a list `brands:`, or has a `publishing:` of its own.",
            "The demo writes the latter; take it out, and write the former a line a brand.",
        )
    told = (
        "\n# Nothing of a brand goes out unless a signed release of its strategy is in force.\n"
        "publishing: {require_release: true}\n"
    )
    settings.write_text(text.rstrip("\n") + "\n" + told, encoding="utf-8")
