"""A built site of a workspace, and a server for it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

from click.testing import CliRunner

from signpost.cli.site import command
from signpost.cli.website.server import open_server
from tests.website.house import ON


def build(place: Path) -> None:
    """Build the site of a workspace, as of the day that tests look at it."""
    words = ["build", "--site", str(place / "strategy-site"), "--content", str(place / "content"),
             "--on", ON.isoformat()]  # fmt: skip
    done = CliRunner().invoke(command, words, standalone_mode=False)
    if done.exception is not None:
        raise done.exception


def serve(folder: Path) -> Iterator[str]:
    """Serve a built site; its address."""
    server = open_server(folder)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
