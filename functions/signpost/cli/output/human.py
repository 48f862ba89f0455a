"""Prints for people: colour where a terminal is, tables, findings, progress, errors."""

from __future__ import annotations

import os
import shutil
import sys
import threading
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TextIO

from signpost.domain.diagnostics import Diagnostic, Severity
from signpost.domain.plain import plain

__all__ = [
    "PROGRESS_AFTER_S", "STATE_COLORS", "Terminal", "amount", "plain", "show_findings",
    "terminal_width", "width",
]  # fmt: skip

PROGRESS_AFTER_S = 1.0
_CODES = {"red": "31", "green": "32", "yellow": "33", "blue": "34", "bold": "1", "dim": "2"}


class Terminal:
    """Where a command prints.

    Args:
        out: results; standard output where left out.
        err: progress, warnings and errors; standard error where left out.
    """

    def __init__(self, out: TextIO | None = None, err: TextIO | None = None) -> None:
        self.out = sys.stdout if out is None else out
        self.err = sys.stderr if err is None else err

    def say(self, text: str = "", *, stderr: bool = False) -> None:
        """Print a line."""
        stream = self.err if stderr else self.out
        try:
            print(text, file=stream, flush=True)
        except UnicodeEncodeError:  # a terminal of the C locale: rather `?` than a traceback
            encoding = stream.encoding or "ascii"
            print(text.encode(encoding, "replace").decode(encoding), file=stream, flush=True)

    def paint(self, text: str, color: str, *, stderr: bool = False) -> str:
        """The text in a colour, where the stream shows colour and nobody asked for none."""
        stream = self.err if stderr else self.out
        # https://no-color.org (read 2026-11-22): any value but the empty one switches it off.
        if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" or not stream.isatty():
            return text
        return f"\x1b[{_CODES[color]}m{text}\x1b[0m"

    def error(self, code: str, cause: str, remedy: str) -> None:
        """Print what is wrong and what to do about it."""
        head = self.paint(f"error {code}:", "red", stderr=True)
        self.say(f"{head} {plain(cause)}", stderr=True)
        if remedy:
            self.say(f"  remedy: {plain(remedy)}", stderr=True)

    def warn(self, text: str) -> None:
        """Print something that deserves attention but stops nothing."""
        self.say(f"{self.paint('warning:', 'yellow', stderr=True)} {plain(text)}", stderr=True)

    @contextmanager
    def working(self, what: str) -> Iterator[Callable[[int, int], None]]:
        """Say what is going on, if it takes longer than a second.

        Yields:
            What may be told how many pictures of how many are made.
        """
        done = threading.Event()
        step = [""]
        thread = threading.Thread(target=self._show_work, args=(what, step, done), daemon=True)
        thread.start()

        def told(number: int, of: int) -> None:
            step[0] = f", {number:,} of {of:,} pictures made" if number < of else ""

        try:
            yield told
        finally:
            done.set()
            thread.join()

    def _show_work(self, what: str, step: list[str], done: threading.Event) -> None:
        begin = time.monotonic()
        if done.wait(PROGRESS_AFTER_S):
            return
        if not self.err.isatty():
            self.say(f"{what}{step[0]} …", stderr=True)
            return
        while True:
            self.err.write(f"\r{what}{step[0]} … {time.monotonic() - begin:.0f} s\x1b[K")
            self.err.flush()
            if done.wait(1.0):
                break
        self.err.write("\r\x1b[K")
        self.err.flush()

    def table(self, head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Print columns; the widest cell decides, and nothing is cut off."""
        lines = [list(head), *([plain(cell) for cell in row] for row in rows)]
        widths = [max(width(line[n]) for line in lines) for n in range(len(head))]
        for number, line in enumerate(lines):
            cells = (
                cell + " " * (widths[n] - width(cell)) if n < len(line) - 1 else cell
                for n, cell in enumerate(line)
            )
            text = "  ".join(cells).rstrip()
            if number == 0:
                self.say(self.paint(text, "bold"))
            else:
                self.say(self._state_colored(text, line))

    def _state_colored(self, text: str, cells: Sequence[str]) -> str:
        for cell in cells:
            if cell in STATE_COLORS:
                return text.replace(cell, self.paint(cell, STATE_COLORS[cell]), 1)
        return text


STATE_COLORS = {
    "PUBLISHED": "green",
    "SCHEDULED": "blue",
    "SENDING": "blue",
    "PENDING": "blue",
    "AMBIGUOUS": "yellow",
    "HELD": "yellow",
    "EXPIRED": "red",
    "FAILED": "red",
    "CANCELLED": "dim",
    "create": "green",
    "update": "blue",
    "cancel": "red",
    "drift": "yellow",
}
"""The colour of each state and action; the word always stands beside it."""


def width(text: str) -> int:
    """How many terminal columns the text takes."""
    columns = 0
    for char in text:
        if unicodedata.combining(char):
            continue
        columns += 2 if unicodedata.east_asian_width(char) in "WF" else 1
    return columns


def terminal_width() -> int:
    """Columns of the terminal; 80 where there is none."""
    return shutil.get_terminal_size((80, 24)).columns


def show_findings(
    terminal: Terminal, diagnostics: Sequence[Diagnostic], *, stderr: bool = False
) -> None:
    """Print each finding on a line of its own, remedy below, and their number at the end."""
    for item in diagnostics:
        color = "red" if item.severity is Severity.ERROR else "yellow"
        # The word as well as the colour: not everybody sees colour, and editors read the line.
        label = item.code if item.severity is Severity.ERROR else f"warning {item.code}"
        code = terminal.paint(label, color, stderr=stderr)
        terminal.say(f"{plain(str(item.span))}: {code} {plain(item.cause)}", stderr=stderr)
        if item.remedy:
            terminal.say(f"    {plain(item.remedy)}", stderr=stderr)
    errors = sum(item.severity is Severity.ERROR for item in diagnostics)
    warnings = len(diagnostics) - errors
    words = [amount(errors, "error"), *([amount(warnings, "warning")] if warnings else [])]
    files = len({item.span.path for item in diagnostics})
    terminal.say(f"{' and '.join(words)} in {amount(files, 'file')}.", stderr=stderr)
    if any(item.fix for item in diagnostics):
        terminal.say("`signpost check --fix` mends what is safe to mend.", stderr=stderr)
    if diagnostics:
        terminal.say(f"`signpost explain {diagnostics[0].code}` says why.", stderr=stderr)


def amount(number: int, thing: str) -> str:
    """`1 post`, `2 posts`, `no posts`; words that end in y become -ies."""
    if number == 1:
        return f"1 {thing}"
    many = f"{thing[:-1]}ies" if thing.endswith("y") else f"{thing}s"
    return f"{number or 'no'} {many}"
