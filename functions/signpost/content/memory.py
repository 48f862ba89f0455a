"""What was found of each post, kept until its files, its brand, or the rules change.

The file lies in git's own folder, so that it is never committed. It holds nothing that could not
be found again: a memory that is missing, damaged or of another version is begun anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import marshal
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple, Self

from signpost.checks.rule import Outline
from signpost.content.holiday_table import KeptHolidays
from signpost.content.identity import GitLook, Identities
from signpost.content.kept_answer import KeptAnswer
from signpost.content.kept_nodes import KeptNodes
from signpost.content.nodes import Node, parse
from signpost.content.posts import PostFiles
from signpost.domain.diagnostics import Diagnostic, Fix, Severity, Span

_FORM = 5
_PREFIX = 8 + 32
"""Length and digest before each chunk of the file, in bytes."""
_FEW = 200
"""So many posts are added to the memory without writing all of it anew."""
_MOST_LINES = 50
_CODE = ("checks", "content", "domain", "connectors", "errors.py")
_DATA = ("holidays", "pyphen", "regex", "tzdata", "yaml")
"""Packages whose version decides what rules find."""


class Kept(NamedTuple):
    """What was found of one post.

    Args:
        outline: None where the post could not be read.
    """

    findings: Sequence[Diagnostic]
    outline: Outline | None


class Recalled(NamedTuple):
    """What is known of posts.

    Args:
        changed: posts of which nothing is known, or not as they are now; in their order.
        findings, outlines: of all others.
        media: files that the others name, there or not, relative to the content folder.
        unread: those of the others that could not be read.
    """

    changed: list[PostFiles]
    findings: list[Diagnostic]
    outlines: list[Outline]
    media: list[str]
    unread: list[str]


class Fresh(NamedTuple):
    """What was read of one post.

    Args:
        media: files that the post names, there or not, relative to the content folder.
        findings: of reading it.
    """

    files: PostFiles
    media: tuple[str, ...]
    findings: tuple[Diagnostic, ...]


class Memory:
    """The memory of one content folder.

    Args:
        identities: the names of the content folder's files.
        file: where it is kept.
        settings: what all findings depend on beside the posts: the bytes of the configuration.
        code: and what `code_key` says.
    """

    def __init__(
        self, identities: Identities, file: Path, settings: Iterable[bytes], code: bytes
    ) -> None:
        self._file = file
        self._identities = identities
        self._known = identities.known
        self.key = _key(code, settings)
        self._lines = 0
        self._rows = self._load()
        self._recalled: list[str] = []
        self._same: dict[Any, Any] = {}
        self._fresh: dict[str, Any] = {}

    def recall(self, posts: Iterable[PostFiles]) -> Recalled:
        """What is known of posts; those of which something is not as it was have to be read."""
        found = Recalled([], [], [], [], [])
        known = self._known.get
        of = self._identities.of
        rows = self._rows.get
        # One loop without a call for most posts: ten thousand are gone through at each `check`.
        for files in posts:
            _brand, path, _file, own_files, is_idea, beside_it = files
            row = rows(path)
            if row is None:
                found.changed.append(files)
                continue
            name, own, media, beside, idea, findings, outline = row
            if (
                name != (known(path) or of(path))
                or idea != is_idea
                or ((own or own_files) and own != {at: of(at) for at, _ in own_files.values()})
                or ((beside or beside_it) and beside != list(beside_it))
                or (media and any(of(at) != was for at, was in media.items()))
            ):
                found.changed.append(files)
                continue
            self._recalled.append(path)
            if findings:
                found.findings.extend(map(_finding, findings))
            if outline:
                found.outlines.append(Outline._make(outline))
            else:
                found.unread.append(path)
            if media:
                found.media.extend(media)
        return found

    def keep(self, files: PostFiles, media: Iterable[str], kept: Kept) -> None:
        """Remember what was found of a post that was read.

        Args:
            media: files that the post names, there or not, relative to the content folder.
        """
        of = self._identities.of
        name = of(files.path)
        own = {path: of(path) for path, _ in files.own.values()}
        shown = {path: of(path) for path in media}
        if name is None or None in own.values() or None in shown.values():
            return
        found = [_row(item) for item in kept.findings]
        outline = self._outline_row(kept.outline) if kept.outline else 0
        # Ten thousand rows are read at each `check`: what is empty is the shortest that is false.
        beside = list(files.beside) or 0
        row = (name, own or 0, shown or 0, beside, files.idea, found or 0, outline)
        self._fresh[files.path] = row

    def _outline_row(self, item: Outline) -> tuple[Any, ...]:
        """The members of an outline, in the form in which it is made of them at once.

        What posts have in common is one object, which is written, and read, once.
        """
        *plain, place, wordings = item
        words = [tuple(map(self._one, wording)) for wording in wordings]
        at = self._one(tuple(place)) if place else None
        return (*map(self._one, plain), at, tuple(words))

    def _one(self, member: Any) -> Any:
        """The one object that stands for all texts, and all lists, that are equal."""
        # Of numbers and flags there are equal ones that are not the same.
        return self._same.setdefault(member, member) if type(member) in {str, tuple} else member

    def keep_all(
        self,
        fresh: Mapping[str, Fresh],
        findings: Iterable[Diagnostic],
        outlines: Iterable[Outline],
    ) -> None:
        """Remember everything that was found of posts that were read.

        Args:
            findings: of rules about posts one by one; those of no post are left out.
        """
        owner = {path: name for name, item in fresh.items() for path in _paths(item.files)}
        mine: dict[str, list[Diagnostic]] = {name: list(fresh[name].findings) for name in fresh}
        for finding in findings:
            if finding.span.path in owner:
                mine[owner[finding.span.path]].append(finding)
        outline = {item.path: item for item in outlines}
        for name, item in fresh.items():
            self.keep(item.files, item.media, Kept(mine[name], outline.get(name)))

    def save(self) -> None:
        """Write what is new; a failure only makes the next run slower.

        A few changed posts are added at the end of the file; it is written anew where there are
        many, or where much of it is out of date.
        """
        if not self._fresh:
            return
        added = _chunk(self._fresh)
        with contextlib.suppress(OSError):
            if self._lines and self._lines < _MOST_LINES and len(self._fresh) < _FEW:
                with self._file.open("ab") as stream:
                    stream.write(added)
                return
            import tempfile  # brings `random` and more, and most runs write no new file

            living = {path: self._rows[path] for path in self._recalled} | self._fresh
            self._file.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._file.parent)
            with os.fdopen(handle, "wb") as stream:
                stream.write(f"{_FORM} {self.key}\n".encode())
                stream.write(_chunk(living))
            Path(name).replace(self._file)

    def _load(self) -> dict[str, Any]:
        """The rows of all chunks, the newest of each; nothing where one is damaged."""
        try:
            data = self._file.read_bytes()
        except OSError:
            return {}
        head, _, body = data.partition(b"\n")
        if head != f"{_FORM} {self.key}".encode():
            return {}
        rows: dict[str, Any] = {}
        chunks = 0
        while body:
            length, digest = int.from_bytes(body[:8], "big"), body[8:_PREFIX]
            chunk, body = body[_PREFIX : _PREFIX + length], body[_PREFIX + length :]
            if len(chunk) != length or _digest(chunk) != digest:
                return {}
            # Ours, by its digest; and who writes in git's folder can have git run hooks anyway.
            rows.update(marshal.loads(chunk))  # noqa: S302 - see above
            chunks += 1
        self._lines = chunks
        return rows


def _chunk(rows: dict[str, Any]) -> bytes:
    """Rows as they are stored: length, digest, and the form in which Python keeps its bytecode.

    That form is read four times as fast as JSON, and only by the Python that wrote it (the version
    is part of the memory's key). The digest keeps damaged bytes from it.
    """
    data = marshal.dumps(rows)
    return len(data).to_bytes(8, "big") + _digest(data) + data


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()  # processors have it built in: a fifth of others' time


def _paths(files: PostFiles) -> Iterator[str]:
    yield files.path
    for path, _ in files.own.values():
        yield path


class Remembering:
    """One run of `check` with a memory, where the content lies in git.

    Args:
        look: a look at git that was begun before; left out: it is begun now.
    """

    def __init__(self, content_dir: Path, look: GitLook | None = None) -> None:
        self._memory: Memory | None = None
        self._nodes: KeptNodes | None = None
        self.holidays: KeptHolidays | None = None
        self.schemas: KeptAnswer | None = None
        """Whether what editors know of the configuration is out of date."""
        root = os.path.realpath(content_dir)
        self._look = look or GitLook(root)
        self._code = code_key()
        folder = self._look.folder()
        self._file = None if folder is None else _file_in(Path(folder), root)
        if self._file is not None:
            name = self._file.name.replace("findings", "nodes")
            self._nodes = KeptNodes(self._file.with_name(name), self._code)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._look.close()

    def parse(self, text: str, path: str, *, start: int = 0) -> Node | None:
        """As `nodes.parse`, for configuration: each text only once.

        Raises:
            ContentError: as there.
        """
        if self._nodes is None:
            return parse(text, path, start=start)
        return self._nodes.parse(text, path, start=start)

    def recalling(
        self, root: str, settings: Sequence[bytes]
    ) -> Callable[[Iterable[PostFiles]], Recalled] | None:
        """Open the memory of a content folder."""
        if self._file is None:
            return None
        if self._nodes is not None:
            self._nodes.save()
        identities = Identities(root, self._look)
        self._memory = Memory(identities, self._file, settings, self._code)
        name = self._file.name.replace("findings", "schemas")
        self.schemas = KeptAnswer(self._file.with_name(name), self._memory.key)
        self.holidays = KeptHolidays(self._file.with_name("holidays.json"))
        return self._memory.recall

    def finish(
        self,
        fresh: Mapping[str, Fresh],
        findings: Iterable[Diagnostic],
        outlines: Iterable[Outline],
    ) -> None:
        """Keep what was found of the posts that were read, for the next run."""
        if self._memory is not None:
            self._memory.keep_all(fresh, findings, outlines)
            self._memory.save()


def memory_file(root: str) -> Path | None:
    """Where a content folder's memory lies: in git's folder of this work tree; None outside git."""
    folder = git_folder(root)
    return None if folder is None else _file_in(folder, root)


def git_folder(root: str) -> Path | None:
    """Git's folder of the work tree that a folder lies in; None outside git."""
    try:
        done = subprocess.run(
            ["git", "-C", root, "rev-parse", "--absolute-git-dir"],
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return None
    if done.returncode:
        return None
    return Path(done.stdout.rstrip("\n"))


def _file_in(folder: Path, root: str) -> Path:
    name = hashlib.sha256(os.fsencode(root)).hexdigest()[:16]
    return folder / "signpost" / f"findings-{name}.json"


def _key(code: bytes, settings: Iterable[bytes]) -> str:
    """The digest of everything but the posts: our code, and the configuration."""
    digest = hashlib.sha256(code)
    for data in settings:
        digest.update(b"%d\n" % len(data))
        digest.update(data)
    return digest.hexdigest()


def code_key() -> bytes:
    """What findings depend on beside the content: our code, Python, and data of packages."""
    digest = hashlib.sha256(sys.version.encode())
    package = Path(__file__).parents[1]
    for path in sorted(_code(str(package))):
        stat = os.stat(path)  # noqa: PTH116 - hundreds of files: a Path each costs more than this
        digest.update(f"{path} {stat.st_mtime_ns} {stat.st_size}\n".encode())
    for name in _DATA:
        spec = find_spec(name)
        origin = Path(spec.origin) if spec is not None and spec.origin else None
        digest.update(f"{name} {origin and origin.stat().st_mtime_ns}\n".encode())
    return digest.digest()


def _code(package: str) -> Iterator[str]:
    """Our files that findings depend on, and their folders."""
    for name in _CODE:
        yield f"{package}/{name}"
        for folder, _, names in os.walk(f"{package}/{name}"):
            for file in names:
                if file.endswith(".py"):
                    yield f"{folder}/{file}"


def _row(item: Diagnostic) -> list[Any]:
    fix = item.fix
    return [
        [item.span.path, item.span.line, item.span.column],
        item.code,
        item.cause,
        item.remedy,
        str(item.severity),
        [fix.path, fix.start, fix.end, fix.text, fix.title] if fix else None,
    ]


def _finding(row: list[Any]) -> Diagnostic:
    span, code, cause, remedy, severity, fix = row
    return Diagnostic(
        Span(*span), code, cause, remedy, Severity(severity), Fix(*fix) if fix else None
    )
