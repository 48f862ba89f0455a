"""MED209: a picture or film that says where it was taken."""

from __future__ import annotations

from collections.abc import Iterator

from signpost.checks.media_lists import named_media
from signpost.checks.rule import Context, Rule
from signpost.domain.diagnostics import Diagnostic, Severity
from signpost.domain.media import DECODED


def check(context: Context) -> Iterator[Diagnostic]:
    """Every media file of every post."""
    for item, fact in named_media(context):
        if fact is None or not fact.position:
            continue
        if fact.mime in DECODED:
            yield RULE.at(
                item.span,
                f"`{item.file}` says where it was taken: its {fact.position} data hold a position. "
                "It is taken out of what is published, and stays in the repository.",
                f"Take it out here too: `exiftool -gps:all= -xmp:geotag= {item.file}`.",
                severity=Severity.WARNING,
            )
            continue
        film = fact.kind == "video"
        what = "its head holds" if film else f"its {fact.position} data hold"
        by_hand = f", or take it out: `exiftool -gps:all= -xmp:geotag= {item.file}`"
        yield RULE.at(
            item.span,
            f"`{item.file}` says where it was taken: {what} a position.",
            f"Export it without the place{'' if film else by_hand}.",
        )


RULE = Rule(
    code="MED209",
    name="position-data",
    title="A picture that says where it was taken",
    why="Telephones and cameras write the place into each picture, to a few metres: the photo of a "
    "colleague's dog gives away where the colleague lives. In a repository everybody who may read it "
    "can see it, in its history for good. What is published of a JPEG, PNG, WebP or GIF never holds "
    "it, so there it is a warning; films and HEIC pictures are sent as they are, so there it is an "
    "error.",
    example="media:\n  - {file: dog.jpg, alt: A dog on a sofa.}    # Exif: 47.1234 N, 11.5678 E",
    fix="media:\n  - {file: dog.jpg, alt: A dog on a sofa.}    # exported without the place",
    source="https://www.cipa.jp/std/documents/e/DC-008-Translation-2019-E.pdf, 4.6.6, noted "
    "2026-11-22; https://exiftool.org/exiftool_pod.html, noted 2026-11-22",
    check=check,
    silenceable=True,
)
