"""MED204: an alt text that describes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from signpost.checks.pattern import late
from signpost.checks.rule import Context, Rule
from signpost.checks.shortened import shortened
from signpost.domain.diagnostics import Diagnostic, Severity
from signpost.domain.post import Body, MediaRef, Post

_ENDING = late(
    r"\S+\.(?:jpe?g|png|gif|webp|avif|hei[cf]|tiff?|bmp|svg|mp4|m4v|mov|webm)", re.IGNORECASE
)
_CAMERA = late(
    r"(?:img|image|dsc[fn]?|dscn|pxl|mvi|gopr|dji|p|pic|photo|foto|bild|screen ?shot|screenshot|"
    r"bildschirmfoto|whatsapp image|untitled|unbenannt)[ _-]?\(?\d[\d ._:()-]*(?:at|um)?[\d .:]*",
    re.IGNORECASE,
)
_VERSION = late(
    r"[^\W_]+(?:[_-][^\W_]+)*[_-](?:final|v?\d+|copy|kopie|edit|edited|web|small|klein|large|gross|"
    r"new|neu|print|export)",
    re.IGNORECASE,
)
_OPENING = late(
    r"(?:an? |the |ein |eine |das |die )?"
    r"(?:(?:image|photo|photograph|picture|pic)s? (?:of|showing)\b"
    r"|(?:bild|foto|aufnahme)(?:er)? (?:von|vom|einer|eines|mit)\b"
    r"|(?:image|photo|picture|bild|foto) ?:)",
    re.IGNORECASE,
)
_LONGEST_NAME = 100
_SHORTEST = 20
"""A shorter description may well be words of the text, such as a name."""


def check(context: Context) -> Iterator[Diagnostic]:
    """Every described media file of every post."""
    for post in context.posts:
        if not (post.media or len(post.bodies) > 1):
            continue
        for item in post.every_media():
            alt = item.alt.strip()
            if alt:
                yield from _one(post, item, alt)


def _one(post: Post, item: MediaRef, alt: str) -> Iterator[Diagnostic]:
    opening = _OPENING.match(alt)
    if _is_file_name(item.file, alt):
        yield RULE.at(
            item.span,
            f"The alt text of `{item.file}` is `{shortened(alt)}`, which reads like the name of a file.",
            "Say what is to be seen in the picture.",
        )
    elif opening:
        yield RULE.at(
            item.span,
            f"The alt text of `{item.file}` begins with `{opening[0]}`.",
            "Begin with what is to be seen: a screen reader says by itself that it is a picture.",
            severity=Severity.WARNING,
        )
    elif any(_repeats(alt, body) for body in _texts(post, item)):
        yield RULE.at(
            item.span,
            f"The alt text of `{item.file}` stands in the post's text, word for word.",
            "Say what the picture adds; the text is read aloud anyway.",
            severity=Severity.WARNING,
        )


def _is_file_name(file: str, alt: str) -> bool:
    name = file.rpartition("/")[2]
    if len(alt) > _LONGEST_NAME:
        return False
    if alt in (name, name.rpartition(".")[0]):
        return True
    return any(pattern.fullmatch(alt) for pattern in (_ENDING, _CAMERA, _VERSION))


def _texts(post: Post, item: MediaRef) -> Iterator[Body]:
    """The texts that the media file goes out with."""
    for body in post.bodies.values():
        if item in (post.media if body.media is None else body.media):
            yield body


def _repeats(alt: str, body: Body) -> bool:
    if len(alt) < _SHORTEST:
        return False
    return _plain(alt).rstrip(".!") in _plain(body.text)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


RULE = Rule(
    code="MED204",
    name="alt-text-says-nothing",
    title="An alt text that describes nothing",
    why="A file name, read aloud letter by letter, helps nobody. `Image of` is said twice, because "
    "the screen reader says it first. And the words of the post are read anyway, so repeating them "
    "hides what only the picture shows. Kinds that tell something may stand first: map, drawing, "
    "screenshot.",
    example="media:\n  - file: IMG_2034.jpg\n    alt: IMG_2034",
    fix="media:\n  - file: IMG_2034.jpg\n"
    "    alt: Two brown leather boots in fresh snow, laces open.",
    source="https://www.w3.org/WAI/tutorials/images/tips/, noted 2026-11-22",
    check=check,
    silenceable=True,
)
