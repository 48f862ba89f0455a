"""Has MkDocs build one version, and looks through what came of it."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from signpost.domain.website.active import active, script_hashes, theme_scripts
from signpost.errors import SettingsError, StackError

FORMAT = "1"
"""Changes when this module makes something else of the same sources."""
_TOOLS = ("mkdocs", "mkdocs-material", "Markdown", "pymdown-extensions", "Jinja2", "Pygments")
_NEEDLESS = ("404.html", "sitemap.xml.gz", "sitemap.xml")
# MkDocs makes millions of small objects, hardly any of them in circles: looking for those as often as
# Python does by itself is a tenth of a build. Not never, so that thousands of pages fit into memory.
_MKDOCS = """\
import gc
gc.set_threshold(100_000, 50, 100)
from mkdocs.__main__ import cli
cli(prog_name="mkdocs")
"""


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a build gave.

    Args:
        hashes: of the theme's inline scripts.
        pages: addresses below the version.
        warnings: what MkDocs said.
    """

    hashes: frozenset[str]
    pages: tuple[str, ...]
    warnings: tuple[str, ...] = ()


def inputs_digest(sources: Mapping[str, bytes]) -> str:
    """Digest of all that decides what a build gives: sources and tools.

    Raises:
        SettingsError: the tools are not installed.
    """
    hasher = hashlib.sha256(f"{FORMAT} {'.'.join(map(str, sys.version_info[:3]))}\n".encode())
    try:
        for name in _TOOLS:
            hasher.update(f"{name} {version(name)}\n".encode())
    except PackageNotFoundError as error:
        raise SettingsError(
            f"{error.name} is not installed; it builds the site.",
            'Install Signpost with it: pip install "signpost[cli,docs]".',
        ) from error
    for path in sorted(sources):
        hasher.update(f"{len(path.encode())} {path} {len(sources[path])}\n".encode())
        hasher.update(sources[path])
    return hasher.hexdigest()


def press(sources: Mapping[str, bytes], work: Path, target: Path) -> Pressed:
    """Build a version.

    Args:
        work: an empty folder for the sources.
        target: where the version goes.

    Raises:
        StackError: MkDocs failed, or a page would run something.
    """
    for path, data in sources.items():
        file = work / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    # Its own process: MkDocs loads themes and extensions, which need not stay in ours. -P: a file of
    # the folder where somebody stands is no module of its.
    done = subprocess.run(
        [sys.executable, "-P", "-c", _MKDOCS, "build", "-q", "-f", str(work / "mkdocs.yml"),
         "-d", str(target)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1", "NO_COLOR": "1"},
    )  # fmt: skip
    said = [line for line in done.stderr.splitlines() if line.strip()]
    if done.returncode:
        raise StackError(
            f"MkDocs failed: {said[-1] if said else 'it gave no reason'}",
            "Mend what it names; `signpost docs check` finds most of it earlier.",
        )
    for name in _NEEDLESS:
        (target / name).unlink(missing_ok=True)
    for file in target.rglob("*.map"):  # three times the site, for people who debug the theme
        file.unlink()
    return _looked_through(target, tuple(said))


def tree_digest(folder: Path) -> str:
    """Digest of every file below a folder, names included."""
    hasher = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            found = hashlib.sha256(file.read_bytes()).hexdigest()
            hasher.update(f"{found}  {file.relative_to(folder).as_posix()}\n".encode())
    return hasher.hexdigest()


def _looked_through(target: Path, warnings: tuple[str, ...]) -> Pressed:
    """The hashes of inline scripts.

    Raises:
        StackError: a page would run something that is not the theme's.
    """
    # This page holds words of ours alone: what runs there is the theme's.
    theme = theme_scripts((target / "certificate" / "index.html").read_text(encoding="utf-8"))
    hashes: set[str] = set()
    pages = []
    faults = []
    for file in sorted(target.rglob("*.html")):
        place = file.relative_to(target).as_posix()
        page = file.read_text(encoding="utf-8")
        pages.append(place.removesuffix("index.html"))
        faults += [f"{place}: {found}" for found in active(page, theme)]
        hashes |= script_hashes(page)
    if faults:
        raise StackError(
            f"The text would run or load something: {'; '.join(faults[:5])}.",
            "Write it as code, between backticks, or leave it out.",
        )
    return Pressed(frozenset(hashes), tuple(pages), warnings)


def kept(record: object) -> Pressed | None:
    """What an earlier build gave, as its record has it; None where that cannot be read."""
    try:
        members = json.loads(json.dumps(record))
        return Pressed(frozenset(members["hashes"]), tuple(members["pages"]))
    except (TypeError, KeyError, ValueError):
        return None
