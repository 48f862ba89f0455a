"""MED211: a film that cannot be played, or is longer than a channel takes."""

from __future__ import annotations

from collections.abc import Iterator

from signpost.checks.media_lists import named_media, shown_media
from signpost.checks.rule import Context, Rule
from signpost.domain.diagnostics import Diagnostic, Severity


def check(context: Context) -> Iterator[Diagnostic]:
    """Every MP4 and QuickTime film once, and its length for each channel; only heads were read."""
    for item, fact in named_media(context):
        film = fact.film if fact is not None else None
        if film is None:
            continue
        if not film.whole or not film.index:
            yield RULE.at(
                item.span,
                f"`{item.file}` is cut off: it is shorter than it says."
                if not film.whole
                else f"`{item.file}` has no index (`moov`): it was cut off, or never finished.",
                "Export it again.",
            )
        elif not film.early:
            yield RULE.at(
                item.span,
                f"The index of `{item.file}` stands at its end: nobody sees anything before all of "
                "it is loaded.",
                f"Move it: `ffmpeg -i {item.file} -c copy -movflags +faststart new.mp4`.",
                severity=Severity.WARNING,
            )
    for spec, items in shown_media(context):
        longest = {limit.kind: limit.max_seconds for limit in spec.media if limit.max_seconds}
        for item in items if longest else ():
            fact = context.media.get(item.path)
            most = longest.get(fact.kind) if fact is not None else None
            if fact is None or fact.film is None or most is None:
                continue
            seconds = fact.film.seconds or 0.0
            if seconds > most:
                yield RULE.at(
                    item.span,
                    f"`{item.file}` lasts {seconds:,.1f} s, {spec.name} takes {most:,.0f} s.",
                    "Cut it shorter.",
                )


RULE = Rule(
    code="MED211",
    name="film-head",
    title="A film that cannot be played, or is too long",
    why="Films are sent as they are. One whose index is missing cannot be played by anybody; where "
    "the index stands behind the data, a viewer waits until all of it is loaded; and one that is too "
    "long is refused only when the post is due.",
    example="media:\n  - {file: hut.mp4, alt: A walk to the hut.}    # the recording was broken off",
    fix="media:\n  - {file: hut.mp4, alt: A walk to the hut.}    # exported again, for the web",
    source="https://developer.apple.com/documentation/quicktime-file-format/movie_atom, noted "
    "2026-11-22; ISO/IEC 14496-12; each limit in the channel's spec",
    check=check,
)
