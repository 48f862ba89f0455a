"""Reads what the site is made of: releases from their own copies, `next` from the working tree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

from signpost.cli.signoff.evidence import Site, judge_site
from signpost.cli.signoff.folders import read_folder
from signpost.cli.signoff.pins import read_pin
from signpost.cli.signoff.versions import decided, laid_out
from signpost.cli.wiring import open_content, site_settings
from signpost.domain.canonical import digest
from signpost.domain.signing import manifest
from signpost.domain.signing.release import FILES
from signpost.domain.signing.standing import Standing, State
from signpost.domain.strategy import Decisions
from signpost.domain.website.source import NEXT, Seal, Version, seal_of
from signpost.domain.website.status import Shelf
from signpost.errors import ContentError, SettingsError, SigningError

MEDIA = frozenset(
    {".avif", ".csv", ".gif", ".jpeg", ".jpg", ".pdf", ".png", ".svg", ".txt", ".webp"}
)
"""Files beside the pages that the site takes along; scripts and pages of HTML are none of them."""
_ASSETS = ("signpost.css", "signpost.js")
_DATA = ("brand", "kpis", "positions")


@dataclass(frozen=True, slots=True)
class Material:
    """All that a build works from.

    Args:
        settings: those of mkdocs.yml.
        assets: our script and style sheet.
        shelves: the brands, and what each version of theirs is.
        versions: all that can be shown.
        altered: releases whose bytes are not those of their manifest, with their brand.
        left: files of the docs folder that the site does not take along.
    """

    settings: dict[str, Any]
    assets: dict[str, bytes]
    shelves: tuple[Shelf, ...]
    versions: tuple[Version, ...]
    altered: tuple[tuple[str, Seal], ...]
    left: tuple[str, ...]


def gather(folder: Path, content: Path, on: date) -> Material:
    """Read and judge everything.

    Args:
        folder: strategy-site.
        on: the day as of which releases are judged, UTC.

    Raises:
        SettingsError: no page of any brand is there.
        ContentError: the content folder cannot be used.
    """
    settings = site_settings(folder / "mkdocs.yml")
    workspace, brands = open_content(content)
    present = [brand for brand in brands if (folder / "docs" / brand.id).is_dir()]
    if not present:
        raise SettingsError(
            f"There is no handbook in {folder / 'docs'}.",
            "It needs a folder for each brand of the content; `signpost init` writes one.",
        )
    ids = {brand.id for brand in brands}
    assets = _assets(folder / "docs", settings)
    left: list[str] = []
    shelves, versions, altered = [], [], []
    for brand in present:
        site = Site(folder, brand.id)
        title = str(settings.get("site_name") or "") if len(present) == 1 else ""
        title = title or f"{brand.name} handbook"
        standing, seals = _judged(site, on)
        shelves.append(_shelf(site, title, standing, seals, gate=workspace.require_release))
        altered += [(brand.id, seal) for seal in seals.values() if seal.altered]
        releases: list[Version] = []
        for seal in seals.values():
            if not seal.altered:
                earlier = tuple(reversed(releases))
                releases.append(_release(site, content, title, seal, earlier))
        earlier = tuple(reversed(releases))
        versions += [*releases, _working(site, content, title, ids, earlier, left)]
    return Material(
        settings,
        assets,
        tuple(shelves),
        tuple(versions),
        tuple(altered),
        tuple(path for path in left if Path(path).name not in assets),
    )


def _judged(site: Site, on: date) -> tuple[Standing, dict[str, Seal]]:
    pin = read_pin(site.brand)
    standing = judge_site(site, on, pins=pin.roots if pin else (), seen=pin.releases if pin else ())
    seals = {}
    for version, item in standing.releases.items():
        files: dict[str, str] = {}
        sealed = site.releases / version / manifest.NAME
        if standing.states[version] is not State.TAMPERED and sealed.is_file():
            files = dict(manifest.parse_manifest(sealed.read_bytes()))
        seals[version] = seal_of(item, standing, files)
    return standing, seals


def _shelf(
    site: Site, title: str, standing: Standing, seals: dict[str, Seal], *, gate: bool
) -> Shelf:
    return Shelf(
        site.brand,
        title,
        tuple(seals.values()),
        standing.states,
        standing.present,
        tuple(fault.cause for fault in standing.faults),
        gate,
        next(iter(standing.roots.present.origins), "") if standing.roots.present else "",
    )


def _release(
    site: Site, content: Path, title: str, seal: Seal, earlier: tuple[Version, ...]
) -> Version:
    """A release from its own copies.

    Raises:
        SigningError: a file changed since it was judged.
    """
    files = {
        path.removeprefix(FILES): data
        for path, data in read_folder(site.releases / seal.version).files.items()
        if path.startswith(FILES)
    }
    # What is shown is held against the manifest, and not what was read a moment before.
    if any(digest(data) != seal.files.get(f"{FILES}{path}") for path, data in files.items()):
        raise SigningError(
            f"Release {seal.version} was changed just now.", "Try again.", reason="altered"
        )
    docs = {p.removeprefix("docs/"): data for p, data in files.items() if p.startswith("docs/")}
    own = f"content/{site.brand}/"
    data = {
        path.removeprefix(own).removesuffix(".yaml"): text.decode("utf-8", "replace")
        for path, text in sorted(files.items())
        if path.startswith(own) and path.endswith(".yaml") and "/" not in path.removeprefix(own)
    }
    return _version(site, title, seal, docs, data, earlier, _decided(site.brand, content, files))


def _working(
    site: Site,
    content: Path,
    title: str,
    brands: set[str],
    earlier: tuple[Version, ...],
    left: list[str],
) -> Version:
    docs = {}
    for path, file in _below(site.docs):
        first, slash, _rest = path.partition("/")
        if slash and first in brands and first != site.brand:
            continue
        if path.endswith(".md") or Path(path).suffix.lower() in MEDIA:
            docs[path] = file.read_bytes()
        else:
            left.append(path)
    # Without a release there is nothing to compare it with.
    pages = {f"docs/{path}": data for path, data in docs.items()}
    found = _decided(site.brand, content, pages) if earlier else None
    return _version(site, title, Seal(NEXT), docs, {}, earlier, found)


def _decided(brand: str, content: Path, files: Mapping[str, bytes]) -> Decisions | None:
    """What a version decides; None where today's rules cannot read its files."""
    try:
        with laid_out(content, files, posts=False) as place:
            return decided(place, brand, files)
    except (ContentError, SigningError):
        return None


def _version(
    site: Site,
    title: str,
    seal: Seal,
    docs: dict[str, bytes],
    data: dict[str, str],
    earlier: tuple[Version, ...],
    decisions: Decisions | None,
) -> Version:
    return Version(
        brand=site.brand,
        title=title,
        seal=seal,
        pages={
            path: text.decode("utf-8", "replace").replace("\r\n", "\n")
            for path, text in docs.items()
            if path.endswith(".md")
        },
        data=data,
        media={p: text for p, text in docs.items() if Path(p).suffix.lower() in MEDIA},
        earlier=earlier,
        decisions=decisions,
    )


def _below(docs: Path) -> Iterator[tuple[str, Path]]:
    """Every file that is one, in order; links and hidden ones are left out."""
    for file in sorted(docs.rglob("*")):
        path = file.relative_to(docs).as_posix()
        hidden = any(part.startswith(".") for part in path.split("/"))
        if not hidden and file.is_file() and not file.is_symlink():
            yield path, file


def _assets(docs: Path, settings: dict[str, Any]) -> dict[str, bytes]:
    """Our script and style sheet, and the style sheets that mkdocs.yml names."""
    package = resources.files("signpost.cli.website")
    found = {name: package.joinpath(name).read_bytes() for name in _ASSETS}
    named = settings.get("extra_css")
    for path in named if isinstance(named, list) else []:
        file = docs / str(path)
        if file.suffix == ".css" and file.is_file() and file.resolve().is_relative_to(docs):
            found.setdefault(file.name, file.read_bytes())
    return found
