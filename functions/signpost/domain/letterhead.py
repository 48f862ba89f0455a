"""What stands at the head of a brand's letters."""

from __future__ import annotations

from typing import NamedTuple

INK = "#1b2530"
"""The colour of a letterhead that names none."""


class Letterhead(NamedTuple):
    """A brand's letterhead.

    Args:
        name: of the brand.
        address: lines below it, none where the brand gives none.
        color: as `#1f4d3a`.
        language: BCP 47, of the documents; empty where it is not said.
    """

    name: str
    address: tuple[str, ...] = ()
    color: str = INK
    language: str = ""
