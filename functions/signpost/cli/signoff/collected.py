"""Brings signatures that were made on the sign-off pages into the repository, each verified first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from signpost.cli.signoff.evidence import Site, today
from signpost.cli.signoff.folders import named, numbered
from signpost.cli.signoff.writing import replace_file
from signpost.domain.signing.counting import FOLDER, Tally
from signpost.domain.signing.evidence import Evidence
from signpost.domain.signing.folder import Folder
from signpost.domain.signing.roots import judge_roots
from signpost.domain.signing.standing import judge_standing
from signpost.ports import ObjectStore
from signpost.signatures import check
from signpost.usecases.signoff.trust import joined, made_key


def collect_signatures(site: Site, objects: ObjectStore) -> list[Path]:
    """Write the signatures under releases and trust roots that are new and count.

    Args:
        site: of one brand.
        objects: the stack's bucket.

    Returns:
        The files that were written.
    """
    made = objects.get(made_key(site.brand))
    if made is None:
        return []
    have = Evidence(numbered(site.roots), named(site.releases))
    proof = joined(have, made.data)
    roots = judge_roots(proof.roots, check, brand=site.brand)
    standing = judge_standing(proof.releases, roots, today(), check, whole=False)
    written: list[Path] = []
    for item in (*roots.accepted, *roots.waiting):
        place, number = site.roots / str(item.number), item.number
        written += _write(place, have.roots[number], proof.roots[number], item.tallies.values())
    for version, release in standing.releases.items():
        tallies = [release.tally] if release.tally else []
        place = site.releases / version
        written += _write(place, have.releases[version], proof.releases[version], tallies)
    return written


def _write(place: Path, have: Folder, given: Folder, tallies: Iterable[Tally]) -> Iterator[Path]:
    counted = {item.file for tally in tallies for item in tally.signed}
    for file in sorted(counted):
        name = f"{FOLDER}{file}"
        if name not in have.files:
            target = place / FOLDER / file
            replace_file(target, given.files[name])
            yield target
