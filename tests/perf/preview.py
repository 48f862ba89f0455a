"""`signpost preview` of one post among 10,000, named by its file, its id and its title.

The issue grants a second of time on the clock. What is held against it is the time that the process
has a processor: on a quiet machine that is the same, and a busy one makes it no slower.
"""

from __future__ import annotations

import os
import resource
import statistics
import sys
import tempfile
from pathlib import Path

from tests.perf.craft import ROOT, make_workspace
from tests.perf.figure import Figure, process, python

BUDGET_S = 1.0
_PICTURE = "content/larkfell/posts/2026/12/first-light.jpg"


def preview(posts: int = 10_000, rounds: int = 7) -> Figure:
    """The slowest way to ask for one post; each also writes the page, with a picture."""
    with tempfile.TemporaryDirectory() as folder:
        content = make_workspace(Path(folder), posts)
        process(["git", "-C", folder, "init", "-q"])  # as all content is
        post = next((content / "larkfell" / "posts").rglob(f"post-{posts // 2}.md"))
        picture = post.with_name("picture.jpg")
        picture.write_bytes((ROOT / _PICTURE).read_bytes())
        text = post.read_text(encoding="utf-8")
        media = 'media:\n  - {file: picture.jpg, alt: "A hill at dawn."}\n'
        post.write_text(text.replace("\n---\n", f"\n{media}---\n", 1), encoding="utf-8")
        identifier = text.partition("id: ")[2].partition("\n")[0]
        environment = {**os.environ, "NO_COLOR": "1"}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed command has its bytecode
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))

        def ask(words: str) -> tuple[float, float]:
            arguments = ["preview", words, "--content", str(content), "--html", f"{folder}/p.html"]
            before = _busy_s()
            wall = process([sys.executable, "-m", "signpost.cli.main", *arguments], environment)
            return _busy_s() - before, wall

        ways = {"file": str(post), "id": identifier, "title": f"Number {posts // 2}"}
        took: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
        bare = []
        for number in range(rounds + 1):
            measured = {way: ask(words) for way, words in ways.items()}
            alone = python("pass", environment)
            if number:  # the first fills the file cache
                bare.append(alone)
                for way, times in measured.items():
                    took[way].append(times)
    busy = {way: statistics.median(item[0] for item in times) for way, times in took.items()}
    wall = {way: statistics.median(item[1] for item in times) for way, times in took.items()}
    return Figure(
        "preview_of_one_post", max(busy.values()), "s", BUDGET_S,
        "the issue's second: processor time; the clock's and a bare interpreter's beside it",
        {
            "posts": posts,
            **{f"by_{way}_ms": round(1000 * seconds, 1) for way, seconds in busy.items()},
            **{f"clock_by_{way}_ms": round(1000 * seconds, 1) for way, seconds in wall.items()},
            "bare_ms": round(1000 * statistics.median(bare), 1),
            "rounds": rounds,
        },
    )  # fmt: skip


def _busy_s() -> float:
    """Seconds that finished child processes had a processor."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
