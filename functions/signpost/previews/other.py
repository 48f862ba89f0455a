"""A channel that has no likeness of its own: the text as it is sent, and what goes with it."""

from __future__ import annotations

from signpost.domain.channel import ChannelSpec
from signpost.domain.delivery import Part
from signpost.domain.textlen import url_spans
from signpost.previews.folding import fold
from signpost.previews.view import Kind, Medium, Run, Shown


def show(part: Part, spec: ChannelSpec, media: tuple[Medium, ...], server: str) -> Shown:
    """The member of the payload that the channel's first limit counts, else the text."""
    del server
    names = spec.text[0].field.split("+") if spec.text else []
    text = str(part.payload.get(names[-1], part.text) if names else part.text)
    return Shown(
        text=fold(_runs(text), spec.fold, "Show more"),
        media=media,
        notes=(f"There is no likeness of {spec.name} yet: this is the text as it is sent.",),
    )


def _runs(text: str) -> list[Run]:
    runs, end = [], 0
    for start, stop in url_spans(text):
        runs += [
            Run(Kind.PLAIN, text[end:start]),
            Run(Kind.LINK, text[start:stop], text[start:stop]),
        ]
        end = stop
    return [run for run in [*runs, Run(Kind.PLAIN, text[end:])] if run.text]
