"""`check` and compile of 10,000 posts, against reading, hashing and parsing the same files."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import time
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path

import yaml

from signpost.checks.registry import run_checks
from signpost.connectors.registry import Registry
from signpost.content.workspace_reader import read_workspace
from signpost.usecases.compile import compile_posts
from tests.fakes.pictures import FakePictures
from tests.perf.figure import Figure, paired

ROOT = Path(__file__).resolve().parents[2]
BRAND = "larkfell"
BOTH_EVERY = 10
_OPENS, _A_DAY = 8, 12
_HOLIDAY = "TIM306"
"""Posts of years cannot but fall on holidays, which are warned of."""
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_POST = """---
id: {id}
publish: {publish}
accounts: [{accounts}]
title: Number {number}
summary: What number {number} is about, in a sentence that an editor would write.
type: story
objective: community
theme: places
persona: weekend-walker
owner: social-lead
language: en
tags: [morning, number-{number}]
---

Post number {number}: minus four, no wind, one very loud wren on the way up Lark Head.

The good thing about this month: you can watch the sunrise and still have slept until six.
https://larkfell.example/stories/{number}?utm_source=mastodon&utm_medium=social

#Hiking #WinterWalks
"""


def _identifier(number: int) -> str:
    letters = []
    for _ in range(12):
        number, rest = divmod(number, 32)
        letters.append(_ALPHABET[rest])
    return "".join(reversed(letters))


def make_workspace(folder: Path, posts: int) -> Path:
    """The sample brand with that many posts instead of its own; returns the content folder."""
    content = folder / "content"
    shutil.copytree(ROOT / "content", content)
    shutil.rmtree(content / BRAND / "posts")
    first = datetime.now(UTC).replace(hour=_OPENS, minute=0) + timedelta(days=120)
    for number in range(posts):
        # Outside of the sample's quiet hours, and behind its blackouts.
        moment = first + timedelta(days=number // _A_DAY, hours=number % _A_DAY)
        path = content / BRAND / "posts" / f"{moment:%Y}" / f"{moment:%m}" / f"post-{number}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        # As in the sample, most posts go to one account; every tenth goes to both.
        both = number % BOTH_EVERY == 0
        text = _POST.format(
            id=_identifier(7**12 + number),
            publish=f"{moment:%Y-%m-%d %H:%M}+00:00",
            accounts="larkfell-shop, larkfell-workshop" if both else "larkfell-shop",
            number=number,
        )
        path.write_text(text, encoding="utf-8")
    return content


def craft(posts: int = 10_000, rounds: int = 3) -> Figure:
    """The time of `check` and compile as a multiple of the least any tool would have to do."""
    with tempfile.TemporaryDirectory() as folder:
        content = make_workspace(Path(folder), posts)
        deliveries = posts + ceil(posts / BOTH_EVERY)
        registry = Registry()
        specs = {name: registry.get(name).spec for name in registry.ids()}

        def ours() -> float:
            begin = time.perf_counter()
            read = read_workspace(content)
            findings = run_checks(read, specs, datetime.now(UTC))
            other = [item for item in findings if item.code != _HOLIDAY]
            if other or read.workspace is None:
                raise RuntimeError(f"the bench's own content has findings: {other[:3]}")
            pictures = FakePictures(read.media)
            done = compile_posts(
                read.workspace, read.brands, read.posts, registry, read.media, pictures
            )
            if len(done) != deliveries:
                raise RuntimeError(f"{len(done)} deliveries, not {deliveries}")
            for delivery, _ in done:
                _ = delivery.revision
            return time.perf_counter() - begin

        def theirs() -> float:
            begin = time.perf_counter()
            for path in sorted(content.rglob("*.md")):
                data = path.read_bytes()
                hashlib.sha256(data).hexdigest()
                head = data.decode().split("---\n", 2)[1]
                for _ in yaml.parse(head, Loader=yaml.CSafeLoader):
                    pass
            return time.perf_counter() - begin

        result = paired(ours, theirs, rounds)
    return Figure(
        "check_and_compile", result.pop("ratio"), "ratio", 3.0,
        "reading, hashing and yaml.parse (C parser) of the same files",
        {"posts": posts, "deliveries": deliveries, **result},
    )  # fmt: skip
