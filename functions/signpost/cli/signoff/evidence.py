"""Finds the site's folder, and judges all that is signed for a brand."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeVar

import click

from signpost.cli.discovery import find_content
from signpost.cli.signoff.folders import named, numbered
from signpost.domain.signing.roots import Roots, judge_roots, judge_shown
from signpost.domain.signing.standing import Standing, judge_standing
from signpost.errors import SettingsError
from signpost.signatures import check

SITE = "strategy-site"
Decorated = TypeVar("Decorated", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Site:
    """Where the strategy site and what is signed of it lie.

    Args:
        folder: `strategy-site`.
        brand: its id.
    """

    folder: Path
    brand: str

    @property
    def signoff(self) -> Path:
        """The trust root's folder."""
        return self.folder / "signoff" / self.brand

    @property
    def roots(self) -> Path:
        """A folder for each version of the trust root."""
        return self.signoff / "roots"

    @property
    def releases(self) -> Path:
        """A folder for each release."""
        return self.folder / "releases" / self.brand

    @property
    def docs(self) -> Path:
        """The pages, those of all brands."""
        return self.folder / "docs"


def site_options(function: Decorated) -> Decorated:
    """`--site DIR` and `--brand ID`."""
    function = click.option(
        "--brand", metavar="ID", help="Whose strategy; needed where several brands have one."
    )(function)
    return click.option(
        "--site",
        "site_dir",
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="The folder strategy-site. Left out: it is searched from here upwards.",
    )(function)


def find_site(site_dir: Path | None, brand: str | None, *, new: bool = False) -> Site:
    """The site, and the brand that is meant.

    Args:
        new: the brand need not have a trust root yet.

    Raises:
        SettingsError: there is no site, or it is not clear which brand is meant.
    """
    folder = _folder(site_dir)
    brands = sorted(item.name for item in (folder / "signoff").glob("*") if item.is_dir())
    if brand is not None:
        if brand not in brands and not new:
            raise SettingsError(
                f"The brand `{brand}` has no trust root in {folder}.",
                f"Brands that have one: {', '.join(brands)}."
                if brands
                else "Make it: `signpost strategy root init`.",
            )
        return Site(folder, brand)
    if new:
        # Only a folder with pages is a handbook: pictures and styles lie beside them.
        brands = sorted({path.parts[-3] for path in (folder / "docs").glob("*/*/*.md")})
    if not brands:
        raise SettingsError(
            f"There is no {'handbook' if new else 'trust root'} in {folder}.",
            "Write one below docs/." if new else "Make it: `signpost strategy root init`.",
        )
    if len(brands) > 1:
        raise SettingsError(
            f"Several brands: {', '.join(brands)}.", "Say which one is meant with --brand."
        )
    return Site(folder, brands[0])


def find_folder(site_dir: Path | None) -> Path:
    """The folder `strategy-site`, whatever brands it has.

    Raises:
        SettingsError: there is none.
    """
    return _folder(site_dir)


def find_documents(site: Site, content_dir: Path | None) -> dict[str, Path]:
    """The folders that signed documents are taken from, by the word that patterns begin with."""
    return {"docs": site.docs, "content": find_content(content_dir, site.folder)}


def today() -> date:
    """The day by UTC, which all dates of releases are in."""
    return datetime.now(UTC).date()


def judge_site_roots(site: Site, pins: Iterable[str] = ()) -> Roots:
    """The chain of trust roots, from disk."""
    roots = judge_roots(numbered(site.roots), check, pins=pins, brand=site.brand)
    names = ("root.json", "allowed_signers")
    shown = {
        name: (site.signoff / name).read_bytes()
        for name in names
        if (site.signoff / name).is_file() and not (site.signoff / name).is_symlink()
    }
    return judge_shown(roots, shown)


def judge_site(
    site: Site, on: date, *, pins: Iterable[str] = (), seen: Iterable[str] = ()
) -> Standing:
    """Everything that is signed for the brand, judged as of a day.

    Args:
        pins: digests of trust roots that have to be in the chain.
        seen: digests of releases that have to be there.
    """
    roots = judge_site_roots(site, pins)
    return judge_standing(named(site.releases), roots, on, check, seen=seen)


def _folder(site_dir: Path | None) -> Path:
    if site_dir is not None:
        for folder in (site_dir, site_dir / SITE):
            if any((folder / name).is_dir() for name in ("docs", "signoff", "releases")):
                return folder.resolve()
        raise SettingsError(
            f"{site_dir} is no strategy site.", "Name the folder that holds signoff/ and releases/."
        )
    here = Path.cwd().resolve()
    for folder in (here, *here.parents):
        if (folder / SITE).is_dir():
            return folder / SITE
        if folder.name == SITE and (folder / "docs").is_dir():
            return folder
    raise SettingsError(
        f"No {SITE} was found in {here} or above it.",
        "Go to your repository, or name the folder with --site DIR.",
    )
