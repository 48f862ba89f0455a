"""`python -m signpost.local.network`: run the local network until it is told to stop."""

from __future__ import annotations

import argparse
import os
import signal
import sqlite3
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from signpost.local.network.api import ENDPOINTS
from signpost.local.network.limits import Settings
from signpost.local.network.network import Network
from signpost.local.network.server import HOST, Server


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve; returns 0 after a clean stop, 1 if it could not start."""
    wish = _parser().parse_args(arguments)
    settings = Settings(
        max_characters=wish.max_characters,
        media_processing_s=wish.media_processing,
        rate_limits=wish.rate_limits == "real",
    )
    try:
        network = Network(wish.data, ENDPOINTS, settings, seed=wish.seed)
    except (OSError, sqlite3.Error) as error:
        print(f"The local network cannot use {wish.data}: {error}", file=sys.stderr)
        print("Choose another folder with --data, or remove that one.", file=sys.stderr)
        return 1
    try:
        server = Server(network, wish.port)
    except OSError as error:
        network.database.close()
        print(f"The local network cannot listen on port {wish.port}: {error}", file=sys.stderr)
        print("Choose another port with --port; 0 takes a free one.", file=sys.stderr)
        return 1
    asked_to_stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked_to_stop.set())
    if wish.until_stdin_closes:
        threading.Thread(target=_watch_stdin, args=(asked_to_stop,), daemon=True).start()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}).start()
    print(f"local network ready on http://{HOST}:{server.port}", flush=True)
    asked_to_stop.wait()
    server.stop()
    network.database.close()
    return 0


def _watch_stdin(asked_to_stop: threading.Event) -> None:
    """A parent that dies in any way, kill -9 included, closes the pipe it gave us."""
    while os.read(sys.stdin.fileno(), 1024):
        pass
    asked_to_stop.set()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m signpost.local.network",
        description="A small social network on this computer, for trying things out.",
    )
    parser.add_argument("--port", type=int, default=0, help="0 (the default) takes a free one")
    parser.add_argument("--data", type=Path, required=True, help="folder for posts and media")
    parser.add_argument(
        "--rate-limits",
        choices=("real", "off"),
        default="real",
        help="real: refuse beyond Mastodon's own limits; off: only send the headers",
    )
    parser.add_argument(
        "--media-processing",
        type=float,
        default=0.0,
        metavar="SECONDS",
        help="how long an upload answers 202, then 206, before it is ready",
    )
    parser.add_argument("--max-characters", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0, help="for faults with a probability")
    parser.add_argument(
        "--until-stdin-closes", action="store_true", help="stop when standard input ends"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
