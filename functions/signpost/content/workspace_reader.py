"""The way into the content folder: one call reads all of it and every fault of its form."""

# ruff: noqa: PTH110, PTH113, PTH208 - thousands of files: a Path each costs as much as reading a key.

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from signpost.checks.collector import paused_collector
from signpost.checks.rule import IdPlace, Outline
from signpost.checks.rules import value_type
from signpost.checks.silence import Silence
from signpost.content.config import ConfigReader
from signpost.content.media_files import MediaShelf
from signpost.content.memory import Fresh, Recalled, Remembering
from signpost.content.nodes import parse
from signpost.content.posts import PostFiles, read_post
from signpost.content.strays import strays, unused_media
from signpost.content.tree import Tree
from signpost.domain.diagnostics import Diagnostic, Span
from signpost.domain.media import MediaFact
from signpost.domain.post import Post
from signpost.domain.workspace import Brand, Workspace
from signpost.errors import SignpostError

if TYPE_CHECKING:  # most workspaces sign nothing
    from signpost.domain.signing.root import TrustRoot

ANY_ZONE = "UTC"
"""Stands in for the workspace's zone where that is not known; no time is judged then."""


class ReadResult(NamedTuple):
    """A content folder as it was read. All paths are relative to it, with `/`.

    Args:
        workspace: None where `signpost.yaml` could not be used.
        posts: every post whose front matter could be read, in order of their paths.
        ideas: the same of the brands' ideas; they are judged, but never compiled.
        diagnostics: what reading found; `checks.registry.run_checks` adds the rest.
        media: path → what was found of the file.
        id_places: path of a post → where its id stands.
        selected: whether findings of a path are asked for.
        silences: comments that let findings pass.
        whole: nothing was left out; else it cannot be said that there is no finding somewhere.
        kept_findings, kept_outlines: of unchanged posts, which are in none of the above.
        fresh: what was read of each post, for a memory to keep; by its path.
        kept_posts: how many posts were not read again, ideas not counted.
        trust: the present trust root of each brand that has one, where a tier asks for approval.
    """

    workspace: Workspace | None
    brands: Mapping[str, Brand]
    posts: tuple[Post, ...]
    ideas: tuple[Post, ...]
    diagnostics: tuple[Diagnostic, ...]
    media: Mapping[str, MediaFact]
    id_places: Mapping[str, IdPlace]
    selected: Callable[[str], bool]
    silences: tuple[Silence, ...] = ()
    whole: bool = True
    kept_findings: tuple[Diagnostic, ...] = ()
    kept_outlines: tuple[Outline, ...] = ()
    fresh: Mapping[str, Fresh] = MappingProxyType({})
    kept_posts: int = 0
    trust: Mapping[str, TrustRoot] = MappingProxyType({})


Recall = Callable[[Iterable[PostFiles]], Recalled]
"""Answers what is known of posts that did not change since."""


def read_workspace(
    content_dir: Path,
    paths: Sequence[Path] | None = None,
    *,
    remember: Remembering | None = None,
) -> ReadResult:
    """Read the workspace.

    Args:
        content_dir: the folder with `signpost.yaml`.
        paths: files or folders in it whose findings are asked for; None or none: all. The whole
            folder is read all the same, because an id may be used again anywhere.
        remember: knows what was read before; left out: everything is read.

    Raises:
        SignpostError: a path is not inside the content folder, or there is no such folder.
    """
    if not content_dir.is_dir():
        raise SignpostError(
            f"There is no content folder `{content_dir}`.", "Run it where `content/` is."
        )
    tree = Tree.at(content_dir)
    selected = _selection(tree, paths or ())
    config = ConfigReader(tree, remember.parse if remember else parse)
    workspace = config.workspace()
    brands: dict[str, Brand] = {}
    findings: list[Diagnostic] = []
    shelf = MediaShelf(tree)
    read = _Posts()
    if workspace is not None:
        findings.extend(_unlisted(tree, workspace))
        for brand_id in workspace.brands:
            brand = config.brand(brand_id, workspace.zone, workspace.brands)
            if brand is None:
                findings.extend(_faults_of_form(tree, brand_id, workspace.zone, shelf))
            else:
                brands[brand_id] = brand
        recall = remember.recalling(tree.root, config.sources) if remember else None
        read = _read_posts(tree, brands.values(), shelf, recall)
        if read.whole and len(brands) == len(workspace.brands):
            findings.extend(unused_media(tree, read.media))
    else:
        for brand_id in _folders_of_brands(tree):
            config.brand(brand_id, ANY_ZONE)
            findings.extend(_faults_of_form(tree, brand_id, ANY_ZONE, shelf))
    findings.extend(strays(tree.root, workspace.brands if workspace else _folders_of_brands(tree)))
    return ReadResult(
        workspace=workspace,
        brands=brands,
        posts=tuple(read.posts),
        ideas=tuple(read.ideas),
        diagnostics=(*config.findings, *tree.findings, *findings, *read.findings),
        media=shelf.facts,
        id_places=read.id_places,
        selected=selected,
        silences=(*config.silences, *read.silences),
        kept_findings=tuple(read.kept_findings),
        kept_outlines=tuple(read.kept_outlines),
        fresh=read.fresh,
        kept_posts=sum(not item.idea for item in read.kept_outlines),
        trust=_trust(content_dir, workspace),
    )


def _trust(content_dir: Path, workspace: Workspace | None) -> Mapping[str, TrustRoot]:
    if workspace is None or not workspace.approvals:
        return {}
    from signpost.content.trust import read_trust  # few workspaces ask for approval

    return read_trust(content_dir, workspace.brands)


class _Posts:
    """What was read of posts and ideas, and what was recalled."""

    def __init__(self) -> None:
        self.posts: list[Post] = []
        self.ideas: list[Post] = []
        self.findings: list[Diagnostic] = []
        self.id_places: dict[str, IdPlace] = {}
        self.silences: list[Silence] = []
        self.kept_findings: list[Diagnostic] = []
        self.kept_outlines: list[Outline] = []
        self.fresh: dict[str, Fresh] = {}
        self.media: set[str] = set()
        """Every file that a post or an idea names, there or not."""
        self.whole = True
        """Each could be read: no other file is named."""


def _read_posts(
    tree: Tree, brands: Iterable[Brand], shelf: MediaShelf, recall: Recall | None
) -> _Posts:
    found = _Posts()
    with paused_collector():
        for brand in brands:
            posts = [*tree.posts(brand.id), *tree.ideas(brand.id)]
            if recall:
                posts, findings, outlines, media, unread = recall(posts)
                found.kept_findings += findings
                found.kept_outlines += outlines
                found.media.update(media)
                found.whole = found.whole and not unread
            for files in posts:
                shelf.asked = []
                read = read_post(files, brand.zone, shelf.find)
                found.media.update(shelf.asked)
                found.silences.extend(read.silences)
                if recall and not read.silences:  # few have any: those are read each time
                    asked, faults = tuple(shelf.asked), tuple(read.findings)
                    found.fresh[files.path] = Fresh(files, asked, faults)
                found.findings.extend(read.findings)
                if read.post is not None:
                    (found.ideas if files.idea else found.posts).append(read.post)
                    if read.id_place is not None:
                        found.id_places[files.path] = read.id_place
                else:
                    found.whole = False
    return found


def _faults_of_form(tree: Tree, brand_id: str, zone: str, shelf: MediaShelf) -> list[Diagnostic]:
    """What is wrong with posts whose brand cannot be used; rules that need it do not run."""
    return [
        item
        for files in chain(tree.posts(brand_id), tree.ideas(brand_id))
        for item in read_post(files, zone, shelf.find).findings
    ]


def _folders_of_brands(tree: Tree) -> list[str]:
    return [
        name
        for name in sorted(os.listdir(tree.root))
        if os.path.isfile(f"{tree.root}/{name}/brand.yaml")
    ]


def _unlisted(tree: Tree, workspace: Workspace) -> list[Diagnostic]:
    """Folders that look like brands but are not in `signpost.yaml`: nothing of them would go out."""
    return [
        value_type.RULE.at(
            Span(f"{name}/brand.yaml"),
            f"The brand `{name}` is not in the list `brands` of signpost.yaml.",
            "Add it there, or delete the folder.",
        )
        for name in _folders_of_brands(tree)
        if name not in workspace.brands
    ]


def _selection(tree: Tree, paths: Sequence[Path]) -> Callable[[str], bool]:
    chosen: list[str] = []
    for path in paths:
        real = os.path.realpath(path)
        if not os.path.exists(real):
            raise SignpostError(f"There is no `{path}`.", "Name a file or folder of the content.")
        if real == tree.root:
            return _everything
        if not real.startswith(tree.root + os.sep):
            raise SignpostError(
                f"`{path}` is not inside the content folder.", "Name a file or folder in it."
            )
        chosen.append(os.path.relpath(real, tree.root).replace(os.sep, "/"))
    if not chosen:
        return _everything

    def selected(path: str) -> bool:
        return any(path == item or path.startswith(item + "/") for item in chosen)

    return selected


def _everything(_path: str) -> bool:
    return True
