"""Walking the content folder: which files are posts, and what never leaves the tree."""

# ruff: noqa: PTH112, PTH113 - thousands of files: a Path each costs as much as reading a key.

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from signpost.checks.rules import file_name, file_outside, file_unread
from signpost.checks.rules.yaml_hostile import RULE as REFUSED
from signpost.content.posts import PostFiles
from signpost.domain.diagnostics import Diagnostic, Span
from signpost.domain.media import ACTIVE, claimed_type

INDEX = "index.md"
POSTS = "posts"
IDEAS = "ideas"
_MAX_DEPTH = 20
_NO_OWN: Mapping[str, tuple[str, str]] = MappingProxyType({})


def _is_media(name: str) -> bool:
    """By its ending; what a picture was made from (SVG, PDF) is none."""
    return claimed_type(name) not in {"", *ACTIVE}


class Tree:
    """The content folder on disk, and the findings about its links.

    Args:
        root: real path of the content folder.
    """

    def __init__(self, root: str) -> None:
        self.root = root
        self.findings: list[Diagnostic] = []
        self.loose: list[str] = []
        """Media files that lie among posts of one file each."""
        self._links: set[str] = set()
        """Folders that were found to be symbolic links."""

    @classmethod
    def at(cls, folder: Path) -> Tree:
        """The tree below a folder; the folder itself may be reached through a link."""
        return cls(os.path.realpath(folder))

    def posts(self, brand: str) -> list[PostFiles]:
        """The posts of a brand, in order of their paths."""
        return self._below(brand, POSTS)

    def ideas(self, brand: str) -> list[PostFiles]:
        """The ideas of a brand, in order of their paths."""
        return [files._replace(idea=True) for files in self._below(brand, IDEAS)]

    def post_of(self, path: str) -> PostFiles | None:
        """The post that a file belongs to by its place: its own text, or anything in its folder.

        Args:
            path: relative to the content folder, with `/`; it need not exist any more.

        Returns:
            None where no post is there: then it is no post's text, though it may be its picture.
        """
        brand, *names = path.split("/")
        if len(names) < 2 or names[0] not in {POSTS, IDEAS} or any(n[:1] == "." for n in names):
            return None
        idea = names[0] == IDEAS
        for end in range(1, len(names)):
            folder = "/".join((brand, *names[:end]))
            if os.path.isfile(f"{self.root}/{folder}/{INDEX}") and self.inside(folder):
                files, folders = self._listing(folder)
                return self._folder(brand, folder, files, folders)._replace(idea=idea)
        if path.endswith(".md") and os.path.isfile(f"{self.root}/{path}") and self.inside(path):
            return PostFiles(brand, path, f"{self.root}/{path}", {}, idea)
        return None

    def _below(self, brand: str, folder: str) -> list[PostFiles]:
        path = f"{brand}/{folder}"
        found: list[PostFiles] = []
        if os.path.isdir(f"{self.root}/{path}") and self.keeps(path):
            self._walk(brand, path, 0, set(), found)
        return found

    def _walk(
        self, brand: str, path: str, depth: int, followed: set[str], found: list[PostFiles]
    ) -> None:
        if depth == _MAX_DEPTH:
            cause = f"Folders lie more than {_MAX_DEPTH} deep."
            self.findings.append(REFUSED.at(Span(path), cause, "Move the posts up."))
            return
        files, folders = self._listing(path)
        texts = [name for name in files if name.endswith(".md")]
        self._judge_names(path, files, folders, others=len(texts) < len(files))
        if INDEX in files:
            found.append(self._folder(brand, path, files, folders))
            return
        if texts and len(texts) < len(files) and path.split("/", 2)[1] == POSTS:
            # A folder of media alone is one that posts share.
            self.loose += [f"{path}/{name}" for name in files if _is_media(name)]
        at = f"{self.root}/{path}"
        found += [PostFiles(brand, f"{path}/{name}", f"{at}/{name}", _NO_OWN) for name in texts]
        for name in folders:
            inner = f"{path}/{name}"
            if inner not in self._links or self._follows(inner, followed):
                self._walk(brand, inner, depth + 1, followed, found)

    def _follows(self, path: str, followed: set[str]) -> bool:
        """Whether a link to a folder is walked; says so where that hides posts.

        Args:
            followed: real paths of folders that other links led to.
        """
        real = os.path.realpath(f"{self.root}/{path}")
        above = os.path.realpath(os.path.dirname(f"{self.root}/{path}"))  # noqa: PTH120 - as above
        if _is_in(above, real):
            cause = "The symbolic link leads back to a folder that it lies in."
        elif self._is_walked(real) or any(_is_in(real, item) for item in followed):
            if not _has_texts(real):  # pictures that posts name through the link
                return False
            cause = "The symbolic link leads to posts that are read where they lie."
        else:
            followed.add(real)
            return True
        remedy = "Delete the link: it is not followed, since each post would count twice."
        self.findings.append(file_outside.RULE.at(Span(path), cause, remedy))
        return False

    def real(self, path: str) -> str:
        """What a path means: links followed, if there are any in the tree."""
        return os.path.realpath(f"{self.root}/{path}") if self._links else path

    def _is_walked(self, real: str) -> bool:
        """Whether a folder lies among a brand's posts or ideas, or holds them."""
        names = Path(os.path.relpath(real, self.root)).parts
        if len(names) == 1:
            return any(os.path.isdir(f"{real}/{folder}") for folder in (POSTS, IDEAS))
        return names[1] in {POSTS, IDEAS}

    def _judge_names(
        self, path: str, files: list[str], folders: list[str], *, others: bool
    ) -> None:
        """Names that break somewhere (FIL608), and files that nothing reads (FIL609).

        Args:
            others: there are other files than texts.
        """
        broken = list(file_name.findings(path, [*files, *folders])) if files or folders else []
        self.findings.extend(broken)
        if not others:
            return
        told = {item.span.path for item in broken}
        for name in files:
            if not name.endswith(".md") and f"{path}/{name}" not in told:
                unread = file_unread.among_posts(f"{path}/{name}")
                if unread is not None:
                    self.findings.append(unread)

    def _folder(self, brand: str, path: str, files: list[str], folders: list[str]) -> PostFiles:
        """A post folder. Text files below it name no channel: they are kept, to be refused."""
        names = [name for name in files if name.endswith(".md") and name != INDEX]
        for folder in folders:
            inner, _ = self._listing(f"{path}/{folder}")
            names += [f"{folder}/{name}" for name in inner if name.endswith(".md")]
        own = {
            name.removesuffix(".md"): (f"{path}/{name}", f"{self.root}/{path}/{name}")
            for name in names
        }
        here = f"{path}/{INDEX}"
        beside = tuple(f"{path}/{name}" for name in files if _is_media(name))
        return PostFiles(brand, here, f"{self.root}/{here}", own, beside=beside)

    def _listing(self, path: str) -> tuple[list[str], list[str]]:
        """Names of files and of folders, sorted; hidden ones and links that leave left out."""
        files: list[str] = []
        folders: list[str] = []
        with os.scandir(f"{self.root}/{path}") as entries:
            for entry in entries:
                name = entry.name
                if name[0] == ".":
                    continue
                if entry.is_symlink():
                    inner = f"{path}/{name}"
                    if not self.keeps(inner):
                        continue
                    # A link to itself: asking the entry would be an error.
                    is_folder = os.path.isdir(f"{self.root}/{inner}")
                    if is_folder:
                        self._links.add(inner)
                else:
                    is_folder = entry.is_dir()
                (folders if is_folder else files).append(name)
        files.sort()
        folders.sort()
        return files, folders

    def keeps(self, path: str) -> bool:
        """Whether the path, links followed, stays inside; reports it where it does not."""
        if self.inside(path):
            return True
        cause = "The symbolic link leads out of the content folder."
        self.findings.append(
            file_outside.RULE.at(Span(path), cause, "Put a copy of the file here.")
        )
        return False

    def inside(self, path: str) -> bool:
        """Whether the path, links followed, lies in the content folder."""
        real = os.path.realpath(f"{self.root}/{path}")
        return real.startswith(self.root + os.sep)


def _is_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder + os.sep)


def _has_texts(folder: str) -> bool:
    return any(name.endswith(".md") for _, _, names in os.walk(folder) for name in names)
