"""Builds the whole site beside the old one, and puts it in its place at once."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from signpost.cli.website.gather import Material
from signpost.cli.website.press import Pressed, inputs_digest, kept, press, tree_digest
from signpost.cli.wiring import site_sources
from signpost.domain.canonical import digest
from signpost.domain.website import headers, status
from signpost.domain.website.source import Version
from signpost.errors import SettingsError, SigningError

OWN = ".signpost"
"""Folder of the site that is ours: what was built from what, and the headers. Never served."""
RECORD = "build.json"


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did.

    Args:
        built, kept: `brand/version` of what was built anew, and of what was not.
        warnings: what MkDocs said.
    """

    built: tuple[str, ...]
    kept: tuple[str, ...]
    warnings: tuple[str, ...]


def make(
    material: Material, out: Path, now: datetime, *, withhold: bool, told: Callable[[str], None]
) -> Built:
    """Build the site.

    Args:
        out: its folder; what is there stays whole until the new one is complete.
        withhold: show a page of warning in place of a release that was altered.
        told: hears of each version that is built.

    Raises:
        SigningError: a release's bytes are not those of its manifest.
        SettingsError: the folder holds something else, or tools are missing.
        StackError: a version cannot be built.
    """
    if material.altered and not withhold:
        brand, seal = material.altered[0]
        raise SigningError(
            f"Release {seal.version} of {brand} is not what was signed: {seal.faults[0]}",
            "Restore it from git. --withhold builds the others, and a page that warns of this one.",
            reason="altered",
        )
    _recover(out)
    old = _record(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}.new-"))
    try:
        new.chmod(0o755)
        built = _fill(material, old, out, new, now, told)
        _swap(new, out)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
    return built


def _fill(
    material: Material,
    old: Mapping[str, Any],
    out: Path,
    new: Path,
    now: datetime,
    told: Callable[[str], None],
) -> Built:
    record: dict[str, Any] = {}
    hashes: set[str] = set()
    warnings: list[str] = []
    fresh: list[str] = []

    def one(version: Version) -> tuple[str, str, Pressed, bool]:
        name = f"{version.brand}/{version.name}"
        sources = site_sources(version, material.settings, material.assets)
        inputs = inputs_digest(sources)
        before = _kept(old.get(name), inputs, out / name)
        if before is not None:
            shutil.copytree(out / name, new / name, copy_function=_link)
            return name, inputs, before, False
        told(name)
        with tempfile.TemporaryDirectory(prefix="signpost-site-") as work:
            return name, inputs, press(sources, Path(work), new / name), True

    with ThreadPoolExecutor(max_workers=max(1, min(4, os.cpu_count() or 1))) as pool:
        for name, inputs, pressed, anew in pool.map(one, material.versions):
            brand, _, version = name.partition("/")
            hashes |= pressed.hashes
            warnings += [f"{name}: {line}" for line in pressed.warnings]
            if anew:  # files of the others are shared with the old site: not to be written to
                fresh.append(name)
                where = status.sitemap(brand, version, pressed.pages)
                (new / name / "sitemap.xml").write_bytes(where)
            record[name] = {
                "inputs": inputs,
                "tree": tree_digest(new / name) if anew else old[name]["tree"],
                "hashes": sorted(pressed.hashes),
                "pages": list(pressed.pages),
            }
    _around(material, new, now)
    own = new / OWN
    own.mkdir()
    _write(own / headers.NAME, headers.document(hashes))
    paths = {file.relative_to(new): file for file in sorted(new.rglob("*")) if file.is_file()}
    around = {
        path.as_posix(): digest(file.read_bytes())
        for path, file in paths.items()
        if "/".join(path.parts[:2]) not in record
    }
    _write(own / RECORD, {"format": 1, "versions": record, "around": around})
    return Built(tuple(fresh), tuple(sorted(set(record) - set(fresh))), tuple(warnings))


def _around(material: Material, new: Path, now: datetime) -> None:
    """The small files that lead to the versions."""
    for brand, seal in material.altered:
        place = new / brand / seal.version
        place.mkdir(parents=True)
        (place / "index.html").write_text(status.withheld(seal), encoding="utf-8")
    for shelf in material.shelves:
        folder = new / shelf.brand
        (folder / "versions.json").write_bytes(status.versions_json(shelf))
        # A brand's pages ask in their own folder: on a closed site a client sees no other.
        (folder / "status.json").write_bytes(status.status_json((shelf,), now))
        _page(folder / "index.html", status.redirect(shelf.title, f"{shelf.opens}/"))
    _page(new / "index.html", status.first_page(material.shelves))
    _page(new / "404.html", status.not_found())
    (new / "status.json").write_bytes(status.status_json(material.shelves, now))


def _kept(record: object, inputs: str, folder: Path) -> Pressed | None:
    """What was built before of the same inputs, where it still lies there untouched."""
    if not isinstance(record, dict) or record.get("inputs") != inputs or not folder.is_dir():
        return None
    if tree_digest(folder) != record.get("tree"):
        return None
    return kept(record)


def _record(out: Path) -> Mapping[str, Any]:
    """What the present site was built from.

    Raises:
        SettingsError: the folder is there and is no site of ours.
    """
    file = out / OWN / RECORD
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise SettingsError(f"{out} is no folder.", "Name another one with --out.")
    if not file.is_file():
        if out.is_dir() and any(out.iterdir()):
            raise SettingsError(
                f"{out} holds something that is no site of Signpost's.",
                "It would be replaced whole: name another folder with --out.",
            )
        return {}
    try:
        found = json.loads(file.read_text(encoding="utf-8"))["versions"]
    except (ValueError, KeyError, TypeError):
        return {}
    return found if isinstance(found, dict) else {}


def _recover(out: Path) -> None:
    """Put a site back that an interrupted build had moved aside, and clear up after it."""
    aside = _aside(out)
    if not aside.is_dir():
        return
    if out.exists():
        shutil.rmtree(aside)
    else:
        aside.rename(out)


def _swap(new: Path, out: Path) -> None:
    aside = _aside(out)
    moved = out.is_dir()
    if moved:
        out.rename(aside)
    try:
        new.rename(out)
    except OSError:
        if moved:
            aside.rename(out)
        raise
    if moved:
        shutil.rmtree(aside)


def _aside(out: Path) -> Path:
    return out.with_name(f".{out.name}.old")


def _link(source: str, target: str) -> str:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target


def _page(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")


def _write(file: Path, value: object) -> None:
    file.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
