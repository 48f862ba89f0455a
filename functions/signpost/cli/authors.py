"""Who made a post, by git: the authors of the commits that changed its files."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from signpost.cli.control import actor
from signpost.cli.git import ask_git

_AT_ONCE = 4
_MAIL = re.compile(r"<([^<>]*)>")
CUT_OFF = "history-is-cut-off@invalid"
"""Stands for whoever wrote what a shallow clone does not have: it belongs to nobody."""


def emails_of(
    content: Path, posts: Mapping[str, Sequence[str]], since: Mapping[str, str]
) -> dict[str, set[str]]:
    """The e-mail addresses of each post's authors, `Co-authored-by` included.

    What is not committed was written by whoever pushes. The project's .mailmap counts.

    Args:
        content: the folder.
        posts: post → its files, relative to the folder; its own file first.
        since: post → the commit at which it was approved last; empty for none.
    """
    if not posts:
        return {}
    me = actor(content)
    if shutil.which("git") is None or not ask_git(content, "rev-parse", "--verify", "-q", "HEAD"):
        return {post: {me} for post in posts}
    dirty = set(_dirty(content))
    shallow = ask_git(content, "rev-parse", "--is-shallow-repository") == "true"

    def one(post: str) -> set[str]:
        files = posts[post]
        found: set[str] = {me} if dirty.intersection(files) else set()
        commit = since.get(post, "")
        base = commit.partition("#")[0]
        reachable = bool(base) and _is_before(content, base)
        span = f"{base}..HEAD" if reachable else "HEAD"
        for number, file in enumerate(files):
            found |= _authors(content, span, file, follow=number == 0)
        if shallow and not reachable:
            found.add(CUT_OFF)
        return found or {ask_git(content, "log", "-1", "--format=%aE")}  # who moved it otherwise

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return dict(zip(posts, pool.map(one, posts), strict=True))


def _authors(content: Path, span: str, file: str, *, follow: bool) -> set[str]:
    told = ask_git(
        content, "log", *(["--follow"] if follow else []),
        "--format=<%aE>%n%(trailers:key=Co-authored-by,valueonly,unfold)", span, "--", file,
    )  # fmt: skip
    return {found.casefold() for found in _MAIL.findall(told)}


def _is_before(content: Path, commit: str) -> bool:
    """Whether HEAD comes after the commit; a history that was rewritten does not."""
    base = ask_git(content, "merge-base", commit, "HEAD")
    return bool(base) and base == ask_git(content, "rev-parse", "--verify", "-q", commit)


def _dirty(content: Path) -> Iterable[str]:
    changed = ask_git(content, "diff", "--name-only", "--relative", "-z", "HEAD", "--", ".")
    others = ask_git(content, "ls-files", "-z", "--others", "--exclude-standard", "--", ".")
    return (name.strip("\n") for name in (*changed.split("\0"), *others.split("\0")) if name)
