"""The local stack in the background: what `signpost up` and `signpost down` call.

    python -m signpost.local.background up|down|serve --content DIR

`up` starts `serve` as a process of its own, which owns the stack until SIGTERM; `down` sends it
that and waits until everything is saved and gone.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from signpost.content.workspace_reader import read_workspace
from signpost.domain.workspace import Brand, Workspace
from signpost.errors import SignpostError, StackError
from signpost.local.layout import FOLDER, Layout, holder, read_json
from signpost.local.stack import LocalStack, end_quietly

START_S = 120.0
STOP_S = 60.0
POLL_S = 0.2


def layout_for(content: Path) -> Layout:
    """Where the stack of a content folder lies: the nearest `.signpost`, else beside the folder."""
    for folder in content.resolve().parents:
        if (folder / FOLDER).is_dir():
            return Layout(folder / FOLDER)
    return Layout(content.resolve().parent / FOLDER)


def up(content: Path) -> None:
    """Start the stack and return when it stands.

    Raises:
        StackError: it runs already, or it did not start.
    """
    layout = layout_for(content)
    _readable(content)
    layout.make()
    if running := holder(layout):
        raise StackError(
            f"The local stack is running already (process {running}).", "`signpost down` stops it."
        )
    log = layout.logs / "stack.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "signpost.local.background", "serve", "--content", str(content)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # it outlives the terminal that it was started in
        )
    print("starting an AWS emulator and a network, on 127.0.0.1 only …", flush=True)
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            sys.stderr.write(log.read_text(encoding="utf-8", errors="replace"))
            raise StackError("The local stack did not start.", f"What it said is in {log}, too.")
        if read_json(layout.local).get("pid") == process.pid:
            break
        time.sleep(POLL_S)
    else:
        process.terminate()
        raise StackError(
            f"The local stack did not stand after {START_S:.0f} s.", f"What it said is in {log}."
        )
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        print(line)
    network = read_json(layout.local)["network"]
    print(f"up. The feed: {str(network).replace('127.0.0.1', 'localhost')}")
    print("Next: `signpost push`, then `signpost status --watch`. `signpost down` stops it.")


def down(content: Path) -> None:
    """End the stack; returns when its state is saved.

    Raises:
        StackError: it does not end.
    """
    layout = layout_for(content)
    running = holder(layout)
    if not running:
        print("The local stack is not running.")
        return
    with contextlib.suppress(ProcessLookupError):
        os.kill(running, signal.SIGTERM)
    deadline = time.monotonic() + STOP_S
    while holder(layout):
        if time.monotonic() > deadline:
            raise StackError(
                f"Process {running} has not ended in {STOP_S:.0f} s.",
                f"Look at {layout.logs}; `kill -9 {running}` ends it, and its state is saved.",
            )
        time.sleep(POLL_S)
    print("The local stack is down; its state is kept.")


def serve(content: Path) -> None:
    """Own the stack until SIGTERM, or until a part of it falls.

    Raises:
        StackError: it did not start, or a part ended by itself.
    """
    asked: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda got, _frame: asked.append(got))
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    workspace, brands = _readable(content)
    stack = None
    try:
        stack = LocalStack.open(layout_for(content), lambda text: print(text, flush=True))
        stack.deploy(workspace.id, workspace.ages_s, lambda _text: None)
        stack.seed(brands)
        stack.announce()
        while not asked and not stack.fallen():
            time.sleep(POLL_S)
        if fallen := stack.fallen():
            raise StackError(f"The {fallen} ended by itself.", "`signpost up` starts it again.")
    finally:
        end_quietly(stack)


def _readable(content: Path) -> tuple[Workspace, list[Brand]]:
    read = read_workspace(content)
    if read.workspace is None:
        raise StackError(f"{content}/signpost.yaml cannot be used.", "See `signpost check`.")
    return read.workspace, list(read.brands.values())


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what was asked; 1 after an error, which is printed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("action", choices=("up", "down", "serve"))
    parser.add_argument("--content", type=Path, required=True)
    wish = parser.parse_args(arguments)
    try:
        {"up": up, "down": down, "serve": serve}[wish.action](wish.content)
    except SignpostError as error:
        print(f"error {error.code}: {error.cause}", file=sys.stderr)
        if error.remedy:
            print(f"  remedy: {error.remedy}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
