"""A small workspace whose posts have every shape that a preview has to show, for one channel."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

WORKSPACE = "workspace: shapes\nzone: Europe/Berlin\nbrands: [fjell]\n"
BRAND = "name: Fjell Outdoor\nzone: Europe/Berlin\nlanguage: en\n"
ACCOUNTS = """accounts:
  - {id: toot, channel: mastodon, handle: "@fjell", name: Fjell Outdoor,
     server: "https://social.example", secret: toot}
  - {id: sky, channel: bluesky, handle: fjell.example, name: Fjell Outdoor, secret: sky}
  - {id: blog, channel: wordpress, handle: editor, name: Fjell Journal,
     server: "https://journal.example", secret: blog}
"""
ACCOUNT = {"mastodon": "toot", "bluesky": "sky", "wordpress": "blog"}

COLOURS = ("#c0392b", "#1e8449", "#1f618d", "#b7950b")
"""One for each picture, so that a screenshot tells which of them is where."""
LEFT, RIGHT = "#7d3c98", "#d35400"
"""Halves of the wide picture whose focal point lies on the right."""

LONG_ADDRESS = "https://www.fjell.example/guides/winter/how-to-wax-your-boots?from=feed"
SHAPES = {
    "short": ("", "Minus four, no wind, one very loud wren.\n\nHow was your way up?"),
    "long": ("", "\n".join(f"Stop {number}" for number in range(1, 37))),
    "card": (f"link: {LONG_ADDRESS}\n", f"Wax before the snow comes.\nHow: {LONG_ADDRESS} (free)."),
    "pictures-1": ("", "One picture."),
    "pictures-2": ("", "Two pictures."),
    "pictures-3": ("", "Three pictures."),
    "pictures-4": ("", "Four pictures."),
    "thread": (
        "thread: true\n",
        "First, brush them.\n\nThen wait.\n\n---\n\nSecond: wax, warm & thin.\n\n---\n\nThird, rest.",
    ),
    "marks": (
        "",
        """Thanks @mara and @theo.example! <b>Not bold</b> & "quoted" 👩‍👩‍👧 🇳🇴

שלום עולם, مرحبا بالعالم

冬の山で靴を手入れする。

#WinterWalks #雪 https://a.example/""",
    ),
    "focus": ("", "Mind the right side."),
}
ARTICLE = """# Wax your boots

Dry leather **cracks**; *wax* keeps it soft. See [the guide](https://fjell.example/wax).

## What you need

1. A brush
2. Wax
   - warm
   - thin

> Less is more.

| step | minutes |
|---|--:|
| brush | 5 |

```
brush && wait
```
"""


def lay_out(folder: Path, channel: str) -> Path:
    """Write the workspace; returns its content folder."""
    content = folder / channel / "content"
    posts = content / "fjell" / "posts"
    posts.mkdir(parents=True)
    (content / "signpost.yaml").write_text(WORKSPACE)
    (content / "fjell" / "brand.yaml").write_text(BRAND)
    (content / "fjell" / "accounts.yaml").write_text(ACCOUNTS)
    for number, colour in enumerate(COLOURS, 1):
        Image.new("RGB", (640, 480), colour).save(posts / f"{number}.png")
    wide = Image.new("RGB", (1600, 400), LEFT)
    wide.paste(RIGHT, (1100, 0, 1600, 400))
    wide.save(posts / "wide.png")
    for day, (shape, (head, text)) in enumerate(SHAPES.items(), 1):
        article = shape == "thread" and channel == "wordpress"  # a blog has no threads
        (posts / f"{shape}.md").write_text(
            f"---\nid: shape{day:02}\ntitle: A post of the shape {shape}\n"
            f"publish: 2026-12-{day:02} 09:00\naccounts: [{ACCOUNT[channel]}]\n"
            f"{'' if article else head}{_media(shape)}---\n\n{ARTICLE if article else text}\n",
            encoding="utf-8",
        )
    return content


def _media(shape: str) -> str:
    if shape == "focus":
        entries = [
            '  - {file: wide.png, alt: "Two halves.", focus: [1, 0]}\n',
            '  - {file: 1.png, alt: "Red."}\n',
        ]
    elif shape.startswith("pictures-"):
        entries = [
            f'  - {{file: {number}.png, alt: "Picture {number}: all of one colour."}}\n'
            for number in range(1, int(shape[-1]) + 1)
        ]
    else:
        return ""
    return "media:\n" + "".join(entries)
