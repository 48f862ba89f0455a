"""Reads a brand's letterhead from the bytes of a `brand.yaml`, of today or of a release."""

from __future__ import annotations

from signpost.content import schema
from signpost.content.nodes import parse
from signpost.content.values import Sink, read_mapping
from signpost.domain.letterhead import INK, Letterhead
from signpost.errors import ContentError


def read_letterhead(data: bytes, brand_id: str) -> Letterhead:
    """The letterhead, as far as it can be read; the rest of the file may be of another time.

    What is wrong in the file of today is told by `check`, which reads it, too.

    Args:
        data: of `brand.yaml`.
        brand_id: the name where the file gives none.
    """
    try:
        text = data.decode()
        node = parse(text, "brand.yaml")
    except (UnicodeDecodeError, ContentError):
        return Letterhead(brand_id)
    values = read_mapping(node, schema.BRAND, Sink("brand.yaml"))
    head = values.get("letterhead") or {}
    return Letterhead(
        name=values.get("name") or brand_id,
        address=tuple(head.get("address") or ()),
        color=head.get("color") or INK,
        language=values.get("language") or "",
    )
