"""Which posts the tests of this folder want: each has a mark of its own.

They are compiled all at once, so that a test costs no reading of files.
"""

from __future__ import annotations

from hashlib import sha256

from tests.servers.content import SHAPES, Wish
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

COUNTED = {
    "bluesky": ("short text", THREAD),
    "wordpress": ("headings, lists, links, code", "excerpt and slug"),
}

STACK = {
    "bluesky": ("four pictures with alt texts", THREAD),
    "wordpress": ("headings, lists, links, code", "featured and further pictures"),
}
"""What goes out on the deployed stack; of the second of each, an answer is lost."""

CONFIRMED = {"bluesky": "language", "wordpress": "long article"}


def mark_of(*words: object) -> str:
    """The mark of a post: an id that these words make, and that no other words do."""
    return "p" + sha256("\0".join(map(str, words)).encode()).hexdigest()[:11]


def all_wishes() -> list[Wish]:
    """Every post."""
    found: list[Wish] = []

    def want(channel: str, name: str, *words: object) -> None:
        shape = next(one for one in SHAPES[channel] if one.name == name)
        found.append(Wish(shape, mark_of(channel, name, *words), (channel,)))

    for channel in REAL:
        for shape in SHAPES[channel]:
            want(channel, shape.name)
            for fault in FAULTS:
                want(channel, shape.name, fault)
        for step in range(STEPS[channel]):
            want(channel, RICHEST[channel], "step", step)
        for name in HELD:
            want(channel, RICHEST[channel], name)
        for name in COUNTED[channel]:
            want(channel, name, "counted")
        want(channel, CONFIRMED[channel], "confirmed")
        for name in STACK[channel]:
            want(channel, name, "stack")
    want("bluesky", COUNTED["bluesky"][0], "gone")
    for channel in THREADED:
        for part in range(PARTS):
            for fault in BREAKS:
                want(channel, THREAD, part, fault)
            want(channel, THREAD, part, "dies")
    return found
