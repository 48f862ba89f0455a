"""Posts that are corrected and retracted once they are public: each in two editions.

They are compiled in two folders, as a push and the push of an edit compile them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from tests.servers.cases import FAULTS, PARTS, mark_of
from tests.servers.content import Shape, Wish, Written, write
from tests.servers.live import CHANGES

TYPO, GOOD = "boost", "boots"
WORD = "{word}"

ONE = Shape("one post", "Wax your {word} before winter. {mark}")
THREAD = Shape(
    "thread of three",
    "\n\n---\n\n".join(f"{number} of three: the {WORD}. {{mark}}" for number in (1, 2, 3)),
    ("thread: true",),
)
ARTICLE = Shape("article", "# Mending {mark}\n\nWax your *{word}* & coats.")
PICTURED = replace(
    ARTICLE,
    name="article with a picture more",
    front=("options: {wordpress: {excerpt: 'On {word}.', tags: 'Wool, {word}'}}",),
    pictures=1,
)

SHAPES = {"bluesky": THREAD, "mastodon": THREAD, "wordpress": ARTICLE}
"""What meets faults."""

PARTS_OF = {"bluesky": PARTS, "mastodon": PARTS, "wordpress": 1}

WHOLE = {
    ("bluesky", "delete"): ONE,
    ("mastodon", "edit"): ONE,
    ("mastodon", "delete"): ONE,
    ("wordpress", "edit"): PICTURED,
    ("wordpress", "delete"): PICTURED,
}
"""What is amended without a fault, and looked at closely."""

DIES = "dies"
HELD = ("never applied", "nobody answers")
HALF = "half-done"
STOPPED = "stopped"
BY_HAND = "edited by hand"
UNEDITABLE = "cannot be edited"

VERBS = [(channel, verb) for channel, verbs in CHANGES.items() for verb in verbs]
EVERY_PART = [(channel, verb, part) for channel, verb in VERBS for part in range(PARTS_OF[channel])]


@dataclass(frozen=True)
class Editions:
    """What was published, and what it is corrected to."""

    first: Written
    second: Written


def write_editions(folder: Path, names: Mapping[str, str]) -> Editions:
    """Compile both editions of every post."""
    made = []
    for place, word in (("first", TYPO), ("second", GOOD)):
        wishes = [replace(wish, shape=_with(wish.shape, word)) for wish in _wishes()]
        made.append(write(folder / place / "content", wishes, names))
    return Editions(*made)


def _with(shape: Shape, word: str) -> Shape:
    text = shape.text.replace(WORD, word)
    front = tuple(line.replace(WORD, word) for line in shape.front)
    more = int(bool(shape.pictures) and word == GOOD)
    return replace(shape, text=text, front=front, pictures=shape.pictures + more)


def _wishes() -> Iterator[Wish]:
    for channel, verb in VERBS:
        words: list[tuple[object, ...]] = [
            (part, what) for part in range(PARTS_OF[channel]) for what in (*FAULTS, DIES)
        ]
        words += [(what,) for what in (*HELD, HALF, STOPPED)]
        for more in words:
            yield _wish(SHAPES[channel], channel, verb, *more)
        yield _wish(WHOLE[channel, verb], channel, verb)
        if verb == "edit":
            yield _wish(SHAPES[channel], channel, verb, BY_HAND)
    yield _wish(ONE, "bluesky", "edit", UNEDITABLE)


def _wish(shape: Shape, channel: str, *words: object) -> Wish:
    return Wish(shape, mark(channel, *words), (channel,))


def mark(channel: str, *words: object) -> str:
    """The mark of a post that is amended."""
    return mark_of("amended", channel, *words)
