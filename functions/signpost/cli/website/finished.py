"""Reads a built site that is to be published, and sees to it that it is complete."""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from signpost.cli.website.make import OWN, RECORD
from signpost.cli.website.press import tree_digest
from signpost.domain.canonical import digest
from signpost.domain.website import headers
from signpost.domain.website.disclosure import findings
from signpost.domain.website.publication import File
from signpost.errors import SettingsError, StackError

MOST_POLICY = 1900
"""Bytes of a page's policy: metadata of an object may have 2 KB.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html (2026-11-22).
"""
_TYPES = {".js": "text/javascript", ".json": "application/json", ".svg": "image/svg+xml",
          ".webp": "image/webp", ".avif": "image/avif", ".xml": "application/xml"}  # fmt: skip
_TEXT = ("text/", "application/json", "application/xml", "image/svg+xml")
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Finished:
    """A complete site.

    Args:
        folder: where it lies.
        files: path → what is sent of it.
    """

    folder: Path
    files: Mapping[str, File]

    def read(self, path: str) -> bytes:
        """The bytes of a file."""
        return (self.folder / path).read_bytes()


def read_finished(folder: Path) -> Finished:
    """A site as `signpost site build` left it.

    Raises:
        SettingsError: there is none.
        StackError: it is not complete, or was changed since.
    """
    record = _members(folder, RECORD)
    sent = _members(folder, headers.NAME)
    try:
        versions, around = dict(record["versions"]), dict(record["around"])
        policy = str(sent["headers"]["Content-Security-Policy"])
    except (KeyError, TypeError, ValueError) as error:
        raise _unfinished("it was built by an older Signpost") from error
    faults = list(_faults(folder, versions, around))
    if faults:
        raise _unfinished(_some(faults))
    if len(policy.encode()) > MOST_POLICY or not policy.isascii():
        raise _unfinished("its Content-Security-Policy is too long for a header that S3 keeps")
    paths = sorted(
        path
        for file in folder.rglob("*")
        if file.is_file()
        and not (path := file.relative_to(folder).as_posix()).startswith(f"{OWN}/")
    )
    return Finished(folder, {path: _file(folder / path, path, policy) for path in paths})


def refuse_disclosures(site: Finished, names: Iterable[str]) -> None:
    """See to it that the data of a public site says nothing of people and money.

    Args:
        names: of people, and their addresses.

    Raises:
        StackError: it does.
    """
    known = list(names)
    found = [
        said
        for path in site.files
        if path.endswith(".json")
        for said in findings(path, site.read(path), known)
    ]
    if found:
        raise StackError(
            f"This site would be public, and its data says too much: {_some(found)}",
            "Take it out of the text, or keep the page out of search (`search: {exclude: true}` in "
            "its front matter); or close the site: `make deploy` without --public-site.",
        )


def content_type(path: str) -> str:
    """The `Content-Type` of a file."""
    kind = _TYPES.get(Path(path).suffix.lower()) or mimetypes.guess_type(path)[0] or "text/plain"
    return f"{kind}; charset=utf-8" if kind.startswith(_TEXT) else kind


def _file(file: Path, path: str, policy: str) -> File:
    return File(
        digest(file.read_bytes()),
        content_type(path),
        headers.caching(path),
        policy if path.endswith(".html") else "",
    )


def _faults(folder: Path, versions: Mapping[str, Any], around: Mapping[str, str]) -> Iterator[str]:
    for name, version in versions.items():
        if not (folder / name).is_dir():
            yield f"{name} is missing"
        elif tree_digest(folder / name) != version.get("tree"):
            yield f"{name} was changed"
    brands = {name.partition("/")[0] for name in versions}
    needed = {"index.html", "404.html", "status.json", f"{OWN}/{headers.NAME}"}
    needed |= {f"{brand}/{name}" for brand in brands
               for name in ("index.html", "versions.json", "status.json")}  # fmt: skip
    yield from (f"{path} is missing" for path in sorted(needed - set(around)))
    for path, found in around.items():
        file = folder / path
        if not file.is_file():
            yield f"{path} is missing"
        elif digest(file.read_bytes()) != found:
            yield f"{path} was changed"
    for file in sorted(folder.rglob("*")):
        path = file.relative_to(folder).as_posix()
        ours = path in around or path == f"{OWN}/{RECORD}"
        if file.is_symlink() or (file.is_file() and not ours and not _of(path, versions)):
            yield f"{path} is not of the build"


def _of(path: str, versions: Mapping[str, Any]) -> bool:
    return "/".join(path.split("/")[:2]) in versions


def _members(folder: Path, name: str) -> dict[str, Any]:
    file = folder / OWN / name
    if not file.is_file():
        raise SettingsError(f"There is no site in {folder}.", "Build it: `signpost site build`.")
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise _unfinished(f"{OWN}/{name} is damaged") from error
    return found if isinstance(found, dict) else {}


def _some(said: list[str]) -> str:
    more = len(said) - _SHOWN
    words = "; ".join(item.rstrip(".") for item in said[:_SHOWN])
    return f"{words}{f'; and {more} more' if more > 0 else ''}."


def _unfinished(why: str) -> StackError:
    return StackError(
        f"This site is not as it was built: {why.rstrip('.')}.",
        "Build it again: `signpost site build`; then publish it.",
    )
