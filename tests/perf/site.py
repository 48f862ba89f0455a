"""What building the site costs, beside plain mkdocs-material on the same pages."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.perf.figure import Figure

ROOT = Path(__file__).resolve().parents[2]
SIZES = (300, 2000)
BUDGET = 1.2
"""Of the issue: seals, certificate and the look through all pages may cost a fifth more."""


def site(sizes: tuple[int, ...] = SIZES, rounds: int = 3) -> Iterator[Figure]:
    """Processor time of `signpost site build` against `mkdocs build`.

    Args:
        sizes: pages of the handbook; those of the sample again and again, outside the short
            navigation.
        rounds: how often both are measured, side by side. The best of each counts: whatever else
            the machine does only ever adds.
    """
    for pages in sizes:
        yield _figure(pages, rounds)


def _figure(pages: int, rounds: int) -> Figure:
    with tempfile.TemporaryDirectory(prefix="signpost-bench-site-") as folder:
        place = Path(folder)
        shutil.copytree(ROOT / "content", place / "content",
                        ignore=shutil.ignore_patterns(".signpost"))  # fmt: skip
        shutil.copytree(ROOT / "strategy-site", place / "strategy-site",
                        ignore=shutil.ignore_patterns("releases", "signoff"))  # fmt: skip
        _fill(place / "strategy-site" / "docs" / "larkfell", pages)

        def ours() -> float:
            out = place / "ours"
            shutil.rmtree(out, ignore_errors=True)
            return _processor([sys.executable, "-m", "signpost.cli.main", "site", "build", "--site",
                               str(place / "strategy-site"), "--out", str(out)])  # fmt: skip

        def theirs() -> float:
            config = str(place / "strategy-site" / "mkdocs.yml")
            return _processor([sys.executable, "-m", "mkdocs", "build", "-q", "-f", config, "-d",
                               str(place / "theirs")])  # fmt: skip

        pairs = [(ours(), theirs()) for _ in range(rounds)]
    best, plain = (min(one) for one in zip(*pairs, strict=True))
    return Figure(
        "site build, processor time",
        best / plain,
        "ratio",
        BUDGET,
        f"mkdocs build of the same {pages} pages",
        {"ours_ms": round(1000 * best), "theirs_ms": round(1000 * plain), "rounds": rounds},
    )


def _fill(folder: Path, pages: int) -> None:
    """Copies of the sample's pages until there are so many."""
    there = sorted(folder.rglob("*.md"))
    for number in range(pages - len(there)):
        source = there[number % len(there)]
        # Beside the original, so that its links hold.
        shutil.copy(source, source.with_name(f"{source.stem}-{number}.md"))


def _processor(arguments: list[str]) -> float:
    """Seconds of processor time of a process that must succeed, and of what it started."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    path = os.pathsep.join(filter(None, [str(ROOT / "functions"), os.environ.get("PYTHONPATH")]))
    subprocess.run(
        arguments,
        check=True,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": path, "NO_MKDOCS_2_WARNING": "1"},
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)
