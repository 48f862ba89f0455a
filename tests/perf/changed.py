"""`signpost check` after one of 10,000 files changed, against `git status` on the same files."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.perf.craft import BRAND, make_workspace
from tests.perf.figure import Figure, process

START_MS = 400.0
"""What the issue grants beside 1.5 × `git status`: an interpreter has to start."""


def changed(posts: int = 10_000, rounds: int = 9) -> Figure:
    """The time of `check` as a part of 1.5 × `git status` + 400 ms; at most 1.

    Each round changes another post, so that none is known from before.
    """
    with tempfile.TemporaryDirectory() as folder:
        content = make_workspace(Path(folder), posts)
        environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "NO_COLOR": "1"}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed command has its bytecode
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))

        def git(*words: str) -> float:
            return process(["git", "-C", str(content), *words], environment)

        def check() -> float:
            words = [sys.executable, "-m", "signpost.cli.main", "check", "--content", str(content)]
            return process(words, environment)

        git("init", "-q")
        git("add", ".")
        author = ("-c", "user.name=bench", "-c", "user.email=bench@localhost")
        subprocess.run(
            ["git", *author, "commit", "-qm", "posts"],
            cwd=content, env=environment, check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        files = sorted((content / BRAND / "posts").rglob("*.md"))
        cold = check()
        ours, theirs = [], []
        for number in range(rounds):
            path = files[number * len(files) // rounds]
            path.write_text(f"{path.read_text(encoding='utf-8')}\nOne more line.\n", "utf-8")
            theirs.append(git("status", "--short"))
            ours.append(check())
    shares = [1000 * a / (1500 * b + START_MS) for a, b in zip(ours, theirs, strict=True)]
    return Figure(
        "check_of_one_changed", statistics.median(shares), "share", 1.0,
        "1.5 × git status + 400 ms, alternately",
        {
            "posts": posts,
            "ours_ms": round(1000 * statistics.median(ours), 1),
            "git_status_ms": round(1000 * statistics.median(theirs), 1),
            "cold_ms": round(1000 * cold, 1),
            "rounds": rounds,
        },
    )  # fmt: skip
