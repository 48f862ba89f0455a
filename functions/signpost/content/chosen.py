"""A few posts of a large content folder: found and read without reading all the others."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path

from signpost.checks.silence import Silence
from signpost.content.config import ConfigReader
from signpost.content.files import split
from signpost.content.media_files import MediaShelf
from signpost.content.nodes import parse
from signpost.content.posts import PostFiles, read_post
from signpost.content.regular import regular
from signpost.content.schema import FRONT_MATTER
from signpost.content.tree import Tree
from signpost.content.values import Sink, read_mapping
from signpost.content.workspace_reader import ReadResult
from signpost.domain.diagnostics import Diagnostic
from signpost.domain.post import Post
from signpost.domain.workspace import Brand, Workspace
from signpost.errors import ContentError

LEAST_OF_ID = 4
"""So many characters of an id name a post."""
_HEAD_BYTES = 16_384
"""In which an id, a title and the names of media stand; a longer front matter is read whole when
the post is."""
_PLAIN_WORD = re.compile(r"[a-z0-9]+")
_WORD = re.compile(r"\w+")

Choose = Callable[["Search"], Iterable[PostFiles]]


class Search:
    """Finds posts of a workspace by what a person calls them, or by their files."""

    def __init__(self, tree: Tree, workspace: Workspace) -> None:
        self._tree = tree
        self._workspace = workspace

    def at(self, path: str) -> list[PostFiles]:
        """The post of a file, or all posts in a folder.

        Args:
            path: relative to the content folder.
        """
        found = self._tree.post_of(path)
        if found is not None:
            return [found] if self._listed(found) else []
        folder = f"{path.rstrip('/')}/"
        if path == ".":
            return list(self._all())
        inner = self._tree.post_of(f"{folder}.")
        if inner is not None:
            return [inner] if self._listed(inner) else []
        if not os.path.isdir(f"{self._tree.root}/{folder}"):  # noqa: PTH112 - words of any kind
            return []
        return [files for files in self._all() if files.path.startswith(folder)]

    def named(self, words: str) -> list[PostFiles]:
        """Posts with this id, else with this title, else whose id begins so."""
        wanted = words.strip()
        # Only what has all of its words can be it: most files are never parsed.
        runs = _PLAIN_WORD.findall(wanted.lower()) or _WORD.findall(wanted)
        clues = [run.encode() for run in runs]
        heads = [
            (files, *head_of(head))
            for files in self._all()
            if _has(head := _head(files.file), clues)
        ]
        tests: tuple[Callable[[str, str], bool], ...] = (
            lambda post, _title: post == wanted,
            lambda _post, title: title.casefold() == wanted.casefold(),
            lambda post, _title: len(wanted) >= LEAST_OF_ID and post.startswith(wanted),
        )
        for test in tests:
            if found := [files for files, post, title in heads if test(post, title)]:
                return found
        return []

    def of_files(self, paths: Iterable[str]) -> list[PostFiles]:
        """The posts that files belong to: as their text, in their folder, or as their media.

        Args:
            paths: relative to the content folder.
        """
        found: dict[str, PostFiles] = {}
        media: set[str] = set()
        for path in paths:
            files = self._tree.post_of(path)
            if files is not None and self._listed(files):
                found[files.path] = files
            elif files is None and not path.endswith((".md", ".yaml")):
                media.add(path)
        if media:
            found.update({files.path: files for files in self._showing(media)})
        return [found[path] for path in sorted(found)]

    def _showing(self, media: set[str]) -> Iterator[PostFiles]:
        """Posts that name one of the media files."""
        names = [os.fsencode(path.rpartition("/")[2]) for path in media]
        shelf = MediaShelf(self._tree)
        for files in self._all():
            heads = [_head(files.file), *(_head(file) for _, file in files.own.values())]
            if not any(name in head for name in names for head in heads):
                continue
            post = read_post(files, self._workspace.zone, shelf.find).post
            if post is not None and any(item.path in media for item in post.every_media()):
                yield files

    def _all(self) -> Iterator[PostFiles]:
        for brand in self._workspace.brands:
            yield from chain(self._tree.posts(brand), self._tree.ideas(brand))

    def _listed(self, files: PostFiles) -> bool:
        return files.brand in self._workspace.brands


def read_chosen(content_dir: Path, choose: Choose) -> tuple[ReadResult, bool]:
    """The chosen posts and what they refer to, as `read_workspace` would read them.

    Nothing is said of other posts: rules that compare posts have only these.

    Args:
        choose: is given the search, and answers what to read.

    Returns:
        What was read, and whether posts are missing because their brand cannot be used.
    """
    tree = Tree.at(content_dir)
    config = ConfigReader(tree)
    workspace = config.workspace()
    brands: dict[str, Brand | None] = {}
    posts: list[Post] = []
    ideas: list[Post] = []
    findings: list[Diagnostic] = []
    silences: list[Silence] = []
    places = {}
    mine: set[str] = set()
    shelf = MediaShelf(tree)
    for files in choose(Search(tree, workspace)) if workspace is not None else ():
        if files.brand not in brands:
            brands[files.brand] = config.brand(files.brand, workspace.zone if workspace else "")
        mine |= {files.path, *(path for path, _ in files.own.values())}
        brand = brands[files.brand]
        if brand is None:
            continue
        read = read_post(files, brand.zone, shelf.find)
        findings.extend(read.findings)
        silences.extend(read.silences)
        if read.post is not None:
            (ideas if files.idea else posts).append(read.post)
            if read.id_place is not None:
                places[files.path] = read.id_place
    usable = {name: brand for name, brand in brands.items() if brand is not None}
    read_all = ReadResult(
        workspace=workspace,
        brands=usable,
        posts=tuple(posts),
        ideas=tuple(ideas),
        diagnostics=(*config.findings, *tree.findings, *findings),
        media=shelf.facts,
        id_places=places,
        selected=mine.__contains__,
        silences=(*config.silences, *silences),
        whole=False,
    )
    return read_all, len(usable) < len(brands)


def head_of(data: bytes) -> tuple[str, str]:
    """Id and title of a post's file, as far as they can be read; empty where not."""
    try:
        head = split(data.decode(errors="replace"), "").head
        values = read_mapping(parse(head, "", 2), FRONT_MATTER, Sink("", 2))
    except ContentError:
        return "", ""
    return values.get("id") or "", values.get("title") or ""


def _has(head: bytes, clues: list[bytes]) -> bool:
    lower = head.lower()
    return all(clue in lower for clue in clues)


def _head(file: str) -> bytes:
    try:
        handle = regular(file)  # half the price of a file object, 10,000 times
    except OSError:
        return b""
    try:
        return os.read(handle, _HEAD_BYTES)
    except OSError:
        return b""
    finally:
        os.close(handle)
