"""Which posts the tests of this folder want: each has a mark of its own.

They are compiled all at once, so that a test costs no reading of files.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from tests.servers.content import PHOTOS, SHAPES, Wish
from tests.servers.proxy import Fault

FAULTS: list[Fault] = [fault for fault in Fault if fault is not Fault.NONE]
PARTS = 3
THREAD = "thread of three"
THREADED = ("bluesky", "mastodon")
REAL = ("bluesky", "wordpress")

BREAKS = (Fault.DROPPED, Fault.RESET_BEFORE_BODY, Fault.LATE_APPLY, Fault.THROTTLED)
"""What happens to a part of a thread."""

STEPS = {"bluesky": 7, "wordpress": 10}
"""Requests of a delivery with pictures, and one more: a run in which no answer is lost."""

RICHEST = {"bluesky": "four pictures with alt texts", "wordpress": "featured and further pictures"}
"""The shape with the most requests."""

HELD = ("nobody answers", "never applied", "answers of another")

PLAINEST = {"bluesky": "short text", "wordpress": "headings, lists, links, code"}

REFUSED = {
    "bluesky": (
        "a wrong app password",
        "more tags than a post may have",
        "a language that is none",
    ),
    "wordpress": (
        "a wrong application password",
        "an account that may not publish",
        "a category that the site has not",
        "a slug that another post has",
    ),
}

COUNTED = {
    "bluesky": ("short text", THREAD),
    "wordpress": ("headings, lists, links, code", "excerpt and slug"),
}

STACK = {
    "bluesky": ("four pictures with alt texts", THREAD),
    "wordpress": ("headings, lists, links, code", "featured and further pictures"),
}
"""What goes out on the deployed stack; of the second of each, an answer is lost."""

CHANGED = "edited"
"""Posts of each shape that are edited afterwards."""

CONFIRMED = {"bluesky": "language", "wordpress": "long article"}


def mark_of(*words: object) -> str:
    """The mark of a post: an id that these words make, and that no other words do."""
    return "p" + sha256("\0".join(map(str, words)).encode()).hexdigest()[:11]


def all_wishes() -> list[Wish]:
    """Every post."""
    wanted: list[tuple[Any, ...]] = [("bluesky", COUNTED["bluesky"][0], "gone")]
    for channel in REAL:
        wanted += [(channel, *words) for words in _on_real_servers(channel)]
    for channel in THREADED:
        for part in range(PARTS):
            wanted += [(channel, THREAD, part, what) for what in (*BREAKS, "dies")]
    every = {name: (*SHAPES[name], *PHOTOS.get(name, ())) for name in SHAPES}
    shapes = {(channel, shape.name): shape for channel in every for shape in every[channel]}
    return [
        Wish(shapes[channel, name], mark_of(channel, name, *words), (channel,))
        for channel, name, *words in wanted
    ]


def _on_real_servers(channel: str) -> Iterator[tuple[object, ...]]:
    """Shape and further words of each post."""
    for shape in SHAPES[channel]:
        yield (shape.name,)
        yield from ((shape.name, fault) for fault in FAULTS)
    yield from ((shape.name,) for shape in PHOTOS[channel])
    yield from ((RICHEST[channel], "step", step) for step in range(STEPS[channel]))
    yield from ((RICHEST[channel], name) for name in HELD)
    yield from ((PLAINEST[channel], name) for name in REFUSED[channel])
    yield from ((name, "counted") for name in COUNTED[channel])
    yield (CONFIRMED[channel], "confirmed")
    yield from ((name, "stack") for name in STACK[channel])
    if channel == "wordpress":
        yield from ((shape.name, CHANGED) for shape in SHAPES[channel])
