"""How long a rendered part is, in the channel's own counting."""

from __future__ import annotations

from signpost.domain.channel import TextLimit
from signpost.domain.delivery import Part
from signpost.domain.textlen import count


def length(part: Part, limit: TextLimit) -> int:
    """Length of the payload members that the limit names (`a+b`: their sum), in its unit.

    A limit whose members the payload does not have counts the part's text.
    """
    members = [part.payload[name] for name in limit.field.split("+") if name in part.payload]
    return sum(count(str(text), limit) for text in (members or [part.text]))
