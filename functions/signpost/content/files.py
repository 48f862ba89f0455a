"""Reading content files: bytes to text, and front matter apart from the text below it."""

from __future__ import annotations

import os.path
import re
from pathlib import Path
from typing import NamedTuple

from signpost.checks.rules import (
    file_empty,
    file_encoding,
    file_fence,
    file_line_ends,
    file_mark,
    file_outside,
)
from signpost.checks.rules.yaml_hostile import RULE as REFUSED
from signpost.content.regular import NotRegularError, regular
from signpost.domain.diagnostics import Diagnostic, Span
from signpost.errors import ContentError

_CLOSING = re.compile(r"^---[ \t]*\r?$", re.MULTILINE)
_FIRST = 65_536
"""Read at once: asking for more would set a megabyte aside for each small file."""
_OPENING = re.compile(r"\ufeff?---[ \t]*(\r?\n)")


class Split(NamedTuple):
    r"""A content file in two.

    Args:
        head: the YAML between the fences; `head_start` is its place in the file in code points.
        body: the text, line ends as `\n`, without blank lines around it.
        body_line: the file's line on which the body begins.
        body_start: its place in the file in code points; -1 where line ends were changed.
        newline: the line ending of the opening fence.
    """

    head: str
    head_start: int
    body: str
    body_line: int
    newline: str
    body_start: int


def read_text(file: str | Path, path: str) -> str:
    """The file's text, line ends and byte order mark as they are.

    Args:
        path: relative to the content folder, for findings.

    Raises:
        ContentError: not UTF-8 (FIL601), a link that leads nowhere (FIL603), too large, no regular
            file, or unreadable (YML503).
    """
    try:
        with open(file, "rb", buffering=0, opener=regular) as stream:
            data = stream.read(_FIRST)
            if len(data) == _FIRST:
                data += stream.read(file_encoding.MAX_BYTES + 1 - _FIRST)
    except OSError as error:
        raise ContentError([_unreadable(file, path, error)]) from error
    if len(data) > file_encoding.MAX_BYTES:
        cause = f"The file has more than {file_encoding.MAX_BYTES:,} bytes."
        raise ContentError([REFUSED.at(Span(path), cause, "Split it.")])
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise ContentError([file_encoding.finding(path, data, error)]) from error
    if "\0" in text:
        at = text.index("\0")
        span = Span(path, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))
        cause = "A byte of zero stands here, which no text has."
        remedy = "Delete it, or save the file as UTF-8 text again."
        raise ContentError([file_encoding.RULE.at(span, cause, remedy)])
    return text


def _unreadable(file: str | Path, path: str, error: OSError) -> Diagnostic:
    if isinstance(error, NotRegularError):
        cause = "This is no regular file, but a folder, a named pipe or a device."
        return REFUSED.at(Span(path), cause, "Delete it, or write a text file in its place.")
    if os.path.islink(file) and not os.path.exists(file):  # noqa: PTH110, PTH114 - as above
        cause = f"The symbolic link leads nowhere: there is no `{os.readlink(file)}`."  # noqa: PTH115 - as above
        remedy = "Put the file itself here, or delete the link."
        return file_outside.RULE.at(Span(path), cause, remedy)
    cause = f"The file cannot be read: {error.strerror}."
    return REFUSED.at(Span(path), cause, "Check its permissions.")


def form_findings(text: str, path: str) -> list[Diagnostic]:
    """What is odd about a text that can be read all the same (FIL605, FIL606)."""
    marked = text.startswith(file_mark.MARK)
    if not marked and "\r" not in text:
        return []
    if file_empty.is_empty(text):  # FIL607 says it
        return []
    found = []
    if marked:
        found.append(file_mark.finding(path))
    if "\r" in text:
        found.append(file_line_ends.finding(text, path))
    return found


def refuse_empty(text: str, path: str, remedy: str) -> None:
    """Lets a text pass that holds something.

    Raises:
        ContentError: it holds nothing but blanks (FIL607).
    """
    if file_empty.is_empty(text):
        raise ContentError([file_empty.finding(path, len(text), remedy)])


def split(text: str, path: str) -> Split:
    """Front matter and body of a post.

    Raises:
        ContentError: a fence is missing (FIL602), or there is nothing in it (FIL607).
    """
    if text.startswith("---\n"):  # as nearly all do
        end = text.find("\n---", 3)
        if text[end : end + 5] == "\n---\n" and "\r" not in text:
            body, line, begin = plain_body(text, end + 4)
            return Split(text[4 : end + 1], 4, body, line, "\n", begin)
    refuse_empty(text, path, "Write the post, or delete the file; `signpost new` makes one.")
    opening = _OPENING.match(text)
    if opening is None:
        raise ContentError(
            [
                file_fence.RULE.at(
                    Span(path),
                    "The file does not begin with a line `---`.",
                    "Put the front matter between two lines of `---`, at the very top.",
                )
            ]
        )
    closing = _CLOSING.search(text, opening.end())
    if closing is None:
        raise ContentError(
            [
                file_fence.RULE.at(
                    Span(path),
                    "The front matter has no closing line `---`.",
                    "Put a line `---` between front matter and text.",
                )
            ]
        )
    body, line, begin = plain_body(text, closing.end())
    head = text[opening.end() : closing.start()]
    return Split(head, opening.end(), body, line, opening[1], begin)


def has_front_matter(text: str) -> bool:
    """Whether the text begins with a fence that is closed further down."""
    opening = _OPENING.match(text)
    return opening is not None and _CLOSING.search(text, opening.end()) is not None


def plain_body(text: str, start: int = 0) -> tuple[str, int, int]:
    """The body from `start` on, without blank lines around it, its line and its place.

    The place is -1 where line ends were changed, so that places in the body are not the file's.
    """
    rest = text[start:]
    if not start:
        rest = rest.removeprefix("\ufeff")
    bare = rest.lstrip()
    if not bare:
        return "", text.count("\n", 0, start) + (2 if start else 1), -1
    found = len(text) - len(bare)
    # From the beginning of its line, so that columns count from there.
    begin = max(text.rfind("\n", 0, found) + 1, len(text) - len(rest))
    body = text[begin:].rstrip()
    if "\r" in body:
        body = body.replace("\r\n", "\n").replace("\r", "\n")
        return body, text.count("\n", 0, begin) + 1, -1
    return body, text.count("\n", 0, begin) + 1, begin
