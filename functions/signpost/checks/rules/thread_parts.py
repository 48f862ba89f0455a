"""TXT104: parts of a thread that are not what they were meant to be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from signpost.checks.pattern import late
from signpost.checks.rule import Context, Rule
from signpost.checks.texts import Text, first
from signpost.domain.diagnostics import Diagnostic, Severity
from signpost.domain.post import Post

_SEPARATOR = late(r"^---[^\S\n]*$", re.MULTILINE)
_N_OF_M = r"[(\[]?(\d{1,2})/(\d{1,2})[)\]]?"
_LINE = late(rf"^{_N_OF_M}[ \t]*🧵?$", re.MULTILINE)
_HEAD = late(rf"\s*(?:🧵\s*)?{_N_OF_M}(?!\S)")
_TAIL = late(rf"(?<!\S){_N_OF_M}\Z")
_LONGEST = len(" (12/34)")
_LETTERS = late(r"[^\W_]")


class _Marker(NamedTuple):
    """`2/5` in a part: its offset, the part's index from 0, what it says, if on its own line."""

    start: int
    part: int
    number: int
    total: int
    alone: bool


def check(context: Context) -> Iterator[Diagnostic]:
    """Texts of threads, and texts that look like one."""
    whole: dict[str, Post] = {}
    split: set[str] = set()
    for text in context.texts:
        post = text.post
        if not post.thread:
            if "---" in text.raw:
                yield from _meant(text)
            continue
        if len(text.ranges) == 1:
            whole[post.path] = post
        else:
            split.add(post.path)
            yield from first(_empty_words(text))
            yield from first(_numbering(text))
    for path, post in whole.items():
        if path not in split and any(body.text for body in post.bodies.values()):
            yield RULE.at(
                post.span("thread"),
                "`thread` is true, but no line of `---` splits the text.",
                "Put a line `---` between the parts, or take `thread` away.",
                severity=Severity.WARNING,
            )


def _meant(text: Text) -> Iterator[Diagnostic]:
    """A line of three hyphens where they would be shown; in Markdown they draw a line."""
    if text.specs and all(spec.markup or not spec.threads for spec in text.specs):
        return
    match = _SEPARATOR.search(text.raw)
    if match:
        yield RULE.at(
            text.span(match.start()),
            "This line of `---` is shown as it stands: the post is no thread.",
            "Add `thread: true` to the front matter, or take the line out.",
            severity=Severity.WARNING,
        )


def _empty_words(text: Text) -> Iterator[Diagnostic]:
    """Parts without a word of their own."""
    prose = text.prose
    for number, (start, end) in enumerate(text.ranges):
        said = text.raw[start:end].strip()
        if said and not _LETTERS.search(prose, start, end) and (number or not text.post.media):
            place = start + len(text.raw[start:end]) - len(text.raw[start:end].lstrip())
            if said[0] not in "#＃@h":
                continue  # an emoji, a number: somebody meant it
            yield RULE.at(
                text.span(place),
                f"Part {number + 1} of the thread is nothing but links, hashtags or mentions.",
                "Put them at the end of the part before, or say what they are for.",
                severity=Severity.WARNING,
            )


def _numbering(text: Text) -> Iterator[Diagnostic]:
    """Numbers such as `2/5` that are not the part's; an introduction may go uncounted."""
    if "/" not in text.bare:
        return
    found = [
        marker
        for part, (start, end) in enumerate(text.ranges)
        if (marker := _marker(text, part, start, end))
    ]
    if not found or (len(found) == 1 and not found[0].alone):
        return  # one fraction or date is no numbering
    parts = len(text.ranges)
    tried = [
        (skip, [item for item in found if _says(item) != (item.part + 1 - skip, parts - skip)])
        for skip in ((0,) if found[0].part == 0 else (0, 1))
    ]
    skip, wrong = min(tried, key=lambda pair: len(pair[1]))
    for item in wrong:
        yield RULE.at(
            text.span(item.start),
            f"`{item.number}/{item.total}` stands in part {item.part + 1} of {parts}.",
            f"Write `{item.part + 1 - skip}/{parts - skip}`, or leave numbers out: networks show the order.",
            severity=Severity.WARNING,
        )


def _says(item: _Marker) -> tuple[int, int]:
    return item.number, item.total


def _marker(text: Text, part: int, start: int, end: int) -> _Marker | None:
    """The number at the beginning or the end of a part, or on a line of its own."""
    alone = _LINE.search(text.bare, start, end)
    match = alone or _HEAD.match(text.bare, start, end)
    if match is None:
        last = start + len(text.prose[start:end].rstrip())
        match = _TAIL.search(text.prose, max(start, last - _LONGEST), last)
    if match is None:
        return None
    return _Marker(match.start(1), part, int(match[1]), int(match[2]), alone is not None)


RULE = Rule(
    code="TXT104",
    name="thread-parts",
    title="Parts of a thread are not what they seem",
    why="A line of `---` splits a text only with `thread: true`; without it readers see three "
    "hyphens. Numbers written by hand are wrong as soon as a part is added. A part with nothing "
    "but a link or a hashtag is a post of its own that says nothing.",
    example="---\nid: 7k2m9q4x1v3b\nthread: true\n---\n1/2 Your jacket lets water through?\n---\n"
    "2/2 Clean it, cold.\n---\n3/2 Rub in the wax.",
    fix="---\nid: 7k2m9q4x1v3b\nthread: true\n---\nYour jacket lets water through?\n---\n"
    "Clean it, cold.\n---\nRub in the wax.",
    source="docs/writing-posts.md#threads, set 2026-11-22",
    check=check,
    silenceable=True,
)
