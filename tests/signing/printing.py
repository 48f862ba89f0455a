"""A release whose print shows everything that a print can show, and its text as it should be.

`python -m tests.signing.printing` writes the text anew after a wanted change; look at it, and at
the pages, before you commit it.
"""

from __future__ import annotations

import re
import tempfile
import textwrap
from io import BytesIO
from pathlib import Path

from PIL import Image
from pypdf import PdfReader

from signpost.cli.signoff.evidence import Site, judge_site
from signpost.cli.signoff.print import print_release
from tests.signing.office import (
    BRAND,
    KASIMIR,
    ON,
    OTTILIE,
    PASSKEY,
    Link,
    Office,
    people,
    usual_root,
)

GOLDEN = Path(__file__).parent / "golden" / "print.txt"
VERSION = "2026.1"
_DOTS = re.compile(r"(?: \.){3,}")


def picture(kind: str = "PNG", color: str = "#1f4d3a") -> bytes:
    """A small picture."""
    stream = BytesIO()
    Image.new("RGB", (60, 40), color).save(stream, kind)
    return stream.getvalue()


BRAND_FILE = b"""name: Larkfell Outfitters
zone: UTC
language: en
letterhead:
  color: "#1f4d3a"
  address: [1 Sample Street, larkfell.example]
"""
INDEX = b"""---
title: Strategy
owner: social-lead
---

# Strategy

We mend **before** we *sell*, on [Mastodon](channels.md#main) and in the [team](../team/index.md#lead).
<!-- Comments are not printed. -->

!!! note "A draft, signed by `nobody`"

    Until somebody signs.

- [ ] Read it
- [x] Understand it

3. Plan
4. Publish
   - measure

> Said once.

Pages: [Channels](channels.md), [Budget](budget.md).
"""
CHANNELS = b"""# Channels

## Main {#main}

| Channel | Answers | Decision |
|---|--:|:-:|
| Mastodon | 3 | **Main**, see [the report](https://report.example/2026 "Annual") |
| Bluesky | 2 | `trial` |

![Two boots](boots.png) ![Broken](broken.png)

```sh
signpost status   # 4 spaces:
    indented
```

### Emoji \xf0\x9f\x98\x80

Mail <lead@larkfell.example>.\\
The end.

---

<b>Bold</b>
"""
BUDGET = b"Money without a heading: 5 $ and #1.\n"
DOCUMENTS = {
    f"content/{BRAND}/brand.yaml": BRAND_FILE,
    f"content/{BRAND}/kpis.yaml": b"targets:\n  - {kpi: visits, by: 2027-03-31, value: 450}\n",
    f"docs/{BRAND}/guidelines/index.md": b"# Guidelines\n\nPlain words.\n",
    f"docs/{BRAND}/strategy/boots.png": picture(),
    f"docs/{BRAND}/strategy/broken.png": picture()[:60],
    f"docs/{BRAND}/strategy/budget.md": BUDGET,
    f"docs/{BRAND}/strategy/channels.md": CHANNELS,
    f"docs/{BRAND}/strategy/index.md": INDEX,
}


def signed_office(documents: dict[str, bytes] | None = None) -> Office:
    """Trust root 1, and a release that Ottilie signed by key and Juno by passkey."""
    office = Office()
    keys = {"ottilie": OTTILIE, "juno": PASSKEY}
    office.root(usual_root(people=people(juno=PASSKEY)), {**keys, "kasimir": KASIMIR})
    office.release(VERSION, documents=documents or DOCUMENTS, signers=keys)
    return office


def lay_out(office: Office, place: Path) -> Site:
    """Write the office's files to a folder that becomes `strategy-site`."""
    for path, data in office.tree.items():
        file = place / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(data, Link):
            file.symlink_to(data.target)
        else:
            file.write_bytes(data)
    return Site(place, BRAND)


def printed(site: Site, version: str = VERSION) -> bytes:
    """The print of a release."""
    standing = judge_site(site, ON)
    return print_release(site, standing, standing.releases[version])[0]


def pages_of(pdf: bytes) -> list[str]:
    """The text of every page."""
    return [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]


def golden_text(pdf: bytes) -> str:
    """The words of every page, apart from where their lines end."""
    pages = (_DOTS.sub(" …", " ".join(page.split())) for page in pages_of(pdf))
    pages = (textwrap.fill(page, 100, break_on_hyphens=False) for page in pages)
    return "\n\n".join(f"=== {number}\n{page}" for number, page in enumerate(pages, 1)) + "\n"


def main() -> None:
    """Write the golden text."""
    with tempfile.TemporaryDirectory() as folder:
        text = golden_text(printed(lay_out(signed_office(), Path(folder))))
    GOLDEN.parent.mkdir(exist_ok=True)
    GOLDEN.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
