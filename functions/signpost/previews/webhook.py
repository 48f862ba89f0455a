"""What a receiver is handed. What becomes of it there, nobody here can know."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from signpost.domain.channel import ChannelSpec
from signpost.domain.delivery import Part
from signpost.domain.textlen import url_spans
from signpost.previews.folding import fold
from signpost.previews.view import Kind, Medium, Run, Shown

HANDED_OVER = "This is what is handed over; the receiver decides what its readers see."


def show(part: Part, spec: ChannelSpec, media: tuple[Medium, ...], server: str) -> Shown:
    """The text as it is sent, and what is said beside it.

    A link is no card here: whether anybody fetches its page, the receiver decides.
    """
    payload = part.payload
    beside = ((name, str(payload.get(name) or "")) for name in ("title", "link", "topic"))
    host = urlsplit(server).hostname or ""
    return Shown(
        text=fold(list(_runs(str(payload.get("text") or ""))), spec.fold, ""),
        media=media,
        notes=(
            *(f"Its {name}: {value}" for name, value in beside if value),
            f"{HANDED_OVER} It goes to {host}." if host else HANDED_OVER,
        ),
    )


def _runs(text: str) -> Iterator[Run]:
    end = 0
    for start, stop in url_spans(text):
        if text[end:start]:
            yield Run(Kind.PLAIN, text[end:start])
        yield Run(Kind.LINK, text[start:stop], text[start:stop])
        end = stop
    if text[end:]:
        yield Run(Kind.PLAIN, text[end:])
