"""Posts of every shape, as an editor writes them, compiled as a push compiles them."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from PIL import Image

from signpost.cli.connection import Connection
from signpost.cli.wiring import Compiled, compile_content, media_bytes
from signpost.domain.delivery import About, Delivery
from signpost.errors import ContentError
from tests.pictures import written

WORKSPACE = "proof"
BRAND = "brand"
ACCOUNTS = ("bluesky", "mastodon", "wordpress")
"""One account a channel, called like it."""

ALTS = (
    "Ein grünes Feld bei Köln, darüber ein »weiter« Himmel.",
    'A red square with "quotes" & <angles>.',
    "צילום של שביל, בעברית",
    "👩‍👩‍👧‍👦 on a bench",
)
LONG_PARAGRAPHS = 400
PHOTO_SIZE = (1500, 2400)
"""Width and height of `photo` as it is seen."""


@dataclass(frozen=True)
class Shape:
    """One kind of post.

    Args:
        text: the file's body; `{mark}` makes it unlike any other.
        front: further lines of front matter.
        pictures: how many files of `picture` are its media.
        photo: its medium is `photo.jpg`.
        card: that is for the card of its link.
    """

    name: str
    text: str
    front: tuple[str, ...] = ()
    pictures: int = 0
    photo: bool = False
    card: bool = False

    def body(self, mark: str, names: Mapping[str, str]) -> str:
        """The text as written."""
        text = self.text.replace("{mark}", mark)
        for name, value in names.items():
            text = text.replace("{" + name + "}", value)
        return text


BLUESKY = (
    Shape("short text", "Good morning. {mark}"),
    Shape(
        "links, mentions, hashtags, emoji",
        "👩‍👩‍👧‍👦 Grüße an @{friend}! Mehr: https://example.org/wege?a=1&b=ü – "
        "#Wandern #Überraschung 🏔️ {mark}",
    ),
    Shape("four pictures with alt texts", "Four pictures. {mark}", pictures=4),
    Shape("link card", "A card below. {mark}", ("link: https://example.org/guides/wool",)),
    Shape(
        "thread of three",
        "One of three, {mark}\n\n---\n\nTwo of three, {mark}, with https://example.org/2\n\n---\n\n"
        "Three of three, {mark} 🧵",
        ("thread: true",),
    ),
    Shape("language", "Bom dia, caminhos molhados. {mark}", ("language: pt-BR",)),
    Shape(
        "label", "Not for breakfast. {mark}", ("options: {bluesky: {label: graphic-media}}",),
        pictures=1,
    ),
)  # fmt: skip

MASTODON = (
    Shape(
        "thread of three",
        "One of three, {mark}\n\n---\n\nTwo of three, {mark}\n\n---\n\nThree of three, {mark}",
        ("thread: true",),
    ),
)

_ARTICLE = """# Mending {mark}

A *short* start with a [link](https://example.org/a?b=1&c=2) and `code` & more <kept>.

## A list

- wool
- down
  1. goose
  2. duck

```sh
signpost check --fix
```

| what | grams |
|---|---|
| jacket | 320 |
"""

_ALPHABETS = """# Größe, Maß & Übermut {mark}

Straße, Ærø, Łódź, naïve. 👩‍👩‍👧‍👦 🏳️‍🌈 🇩🇪

עברית מימין לשמאל, والعربية من اليمين.

日本語の文。
"""

WORDPRESS = (
    Shape("headings, lists, links, code", _ARTICLE),
    Shape("featured and further pictures", "# Pictures {mark}\n\nSee below.", pictures=3),
    Shape(
        "categories and tags",
        "# Filed {mark}\n\nIn its place.",
        (
            'options: {wordpress: {categories: "News, Boots & paths", tags: "Flicken, Über & unter"}}',
        ),
    ),
    Shape(
        "excerpt and slug",
        "# An address of its own {mark}\n\nText.",
        ("options: {wordpress: {excerpt: 'Dry & light, <really>.', slug: own-{mark}}}",),
    ),
    Shape("umlauts, emoji, right to left", _ALPHABETS),
    Shape(
        "long article",
        "# Long {mark}\n\n"
        + "\n\n".join(
            f"Paragraph {number}: " + "wool, wax and a needle; " * 12
            for number in range(LONG_PARAGRAPHS)
        ),
    ),
)

PHOTOS: Mapping[str, tuple[Shape, ...]] = {
    "bluesky": (
        Shape("photo larger than the limit, with its place", "A photo. {mark}", photo=True),
        Shape(
            "link card with a picture",
            "A card with a picture. {mark}",
            ("link: https://example.org/guides/wax",),
            photo=True,
            card=True,
        ),
    ),
    "wordpress": (
        Shape(
            "photo larger than the limit, with its place",
            "# A photo {mark}\n\nAbove.",
            photo=True,
        ),
    ),
}
"""Posts whose picture has to be made to fit; sent without faults, which do not mind pictures."""

SHAPES: Mapping[str, tuple[Shape, ...]] = {
    "bluesky": BLUESKY,
    "mastodon": MASTODON,
    "wordpress": WORDPRESS,
}


def shape(channel: str, name: str) -> Shape:
    """A shape by its name."""
    return next(one for one in SHAPES[channel] if one.name == name)


@dataclass
class Wish:
    """A post that is wanted.

    Args:
        mark: stands in its text, and is its id.
        accounts: channels it goes to.
    """

    shape: Shape
    mark: str
    accounts: tuple[str, ...]


@dataclass
class Written:
    """A content folder that was compiled: deliveries by mark and account."""

    folder: Path
    compiled: Compiled
    lines: dict[tuple[str, str], tuple[Delivery, About]] = field(default_factory=dict)

    def media(self) -> Iterable[bytes]:
        """The bytes of every media file that is sent."""
        every = {sha for line, _ in self.compiled.lines for sha in line.media}
        return (media_bytes(self.compiled, sha)[0] for sha in sorted(every))


def write(folder: Path, wishes: Iterable[Wish], names: Mapping[str, str]) -> Written:
    """Write the posts as files and compile them, with every rule that a push has.

    Args:
        names: what stands in texts for `{friend}` and the like.
    """
    (folder / BRAND / "posts").mkdir(parents=True)
    (folder / "signpost.yaml").write_text(f"workspace: {WORKSPACE}\nzone: UTC\nbrands: [{BRAND}]\n")
    (folder / BRAND / "brand.yaml").write_text("name: Brand\nlanguage: en\n")
    accounts = [
        f'  - {{id: {name}, channel: {name}, handle: "@brand", server: "https://{name}.example"}}'
        for name in ACCOUNTS
    ]
    (folder / BRAND / "accounts.yaml").write_text("\n".join(["accounts:", *accounts, ""]))
    for number, _alt in enumerate(ALTS):
        (folder / BRAND / "posts" / f"picture{number}.png").write_bytes(picture(number))
    (folder / BRAND / "posts" / "photo.jpg").write_bytes(photo())
    for wish in wishes:
        path = folder / BRAND / "posts" / f"{wish.mark}.md"
        path.write_text(_file(wish, names), encoding="utf-8")
    try:
        compiled = compile_content(folder, Connection(bucket="none"), {})
    except ContentError as error:
        raise AssertionError("\n".join(map(str, error.diagnostics[:5]))) from error
    lines = {(one.post, one.account.id): (one, about) for one, about in compiled.lines}
    return Written(folder, compiled, lines)


def alt_of(number: int, mark: str) -> str:
    """The alt text of a post's picture: unlike any other, so that a blog has it not yet."""
    return f"{ALTS[number]} {mark}"


def picture(number: int) -> bytes:
    """A PNG of a size and colour of its own."""
    width, height = 60 + 10 * number, 40
    row = b"\0" + bytes((40 * number, 120, 80)) * width

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(row * height))
        + chunk(b"IEND", b"")
    )


@cache
def photo() -> bytes:
    """A JPEG of some megabytes that lies on its side and says where it was taken."""
    grain = Image.effect_noise((PHOTO_SIZE[1], PHOTO_SIZE[0]), 60)
    grain.paste(255, (0, 0, 300, PHOTO_SIZE[0]))
    return written(grain.convert("RGB"), "image/jpeg", orientation=6, place=True, quality=92)


def _file(wish: Wish, names: Mapping[str, str]) -> str:
    front = [f"id: {wish.mark}", "publish: now", f"accounts: [{', '.join(wish.accounts)}]"]
    front += [line.replace("{mark}", wish.mark) for line in wish.shape.front]
    if wish.shape.pictures:
        front.append("media:")
        for number in range(wish.shape.pictures):
            quoted = alt_of(number, wish.mark).replace("'", "''")
            front += [f"  - file: picture{number}.png", f"    alt: '{quoted}'"]
    if wish.shape.photo:
        front += ["media:", "  - file: photo.jpg", f"    alt: Grain {wish.mark}"]
        front += ["    card: true"] if wish.shape.card else []
    return "\n".join(["---", *front, "---", "", wish.shape.body(wish.mark, names), ""])
