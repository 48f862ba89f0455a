"""The examples of docs/calendar.md, made by the commands that they show.

Run `python -m tests.docs.calendar_page` with `functions` on the path after the sample content or the
output changed, and read what it changed.
"""

from __future__ import annotations

import io
import os
import re
import shlex
import shutil
import sys
from collections.abc import Iterator
from contextlib import chdir, contextmanager, redirect_stdout
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

from signpost.cli.main import run
from signpost.cli.output import deliveries
from tests.unit.cli import test_status_post

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "calendar.md"
NOW = datetime(2026, 12, 2, 19, 0, tzinfo=UTC)
COLUMNS = "100"
EXAMPLE = re.compile(r"^```console\n\$ (signpost [^\n]+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NO_STACK = ("SIGNPOST_BUCKET", "SIGNPOST_CONTENT", "SIGNPOST_WORKSPACE", "SIGNPOST_ENDPOINT")


@contextmanager
def sample() -> Iterator[None]:
    """The sample content where no stack is, on the day and the terminal of the page."""
    kept = {name: value for name, value in os.environ.items() if name not in NO_STACK}
    with (
        TemporaryDirectory() as folder,
        mock.patch.dict(os.environ, {**kept, "COLUMNS": COLUMNS}, clear=True),
        mock.patch.object(deliveries, "utc_now", return_value=NOW),
    ):
        shutil.copytree(ROOT / "content", Path(folder) / "content")
        with chdir(folder):
            yield


def said(command: str) -> str:
    """What a command line of the page prints."""
    if command.startswith("signpost status"):
        return test_status_post.GOLDEN
    out = io.StringIO()
    with redirect_stdout(out):
        code = run(shlex.split(command)[1:])
    if code:
        raise RuntimeError(f"{command} ended with {code}")
    return out.getvalue()


def page(text: str) -> str:
    """The page with its examples made anew."""
    with sample():
        return EXAMPLE.sub(lambda found: f"```console\n$ {found[1]}\n{said(found[1])}```", text)


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    sys.exit(0)
