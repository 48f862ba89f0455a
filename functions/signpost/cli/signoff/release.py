"""`signpost strategy release`: freeze the committed documents as a version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import click

from signpost.cli.options import color_option, content_option, format_option
from signpost.cli.output import json as machine
from signpost.cli.output.human import Terminal, amount, plain
from signpost.cli.signoff.evidence import (
    Site,
    find_documents,
    find_site,
    judge_site,
    site_options,
    today,
)
from signpost.cli.signoff.told import outrun
from signpost.domain.signing import manifest
from signpost.domain.signing.document import sha256
from signpost.domain.signing.release import FILES, NAME, Release, judge_version, order
from signpost.domain.signing.standing import Standing
from signpost.errors import SigningError

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command(
    epilog="""\b
Examples:
  signpost strategy release 2026.1 --effective 2026-12-01 --review-by 2027-05-31
  signpost strategy release 2026.2 --effective 2027-02-01 --review-by 2027-07-31 --format json

The files are those of the last commit that the trust root names; a page with a table that is out of
date (`signpost docs check`, DOC966) is not frozen. The folder appears at once, with
its manifest; it is signed with `signpost strategy sign VERSION`. Until enough people have signed,
the version before stays in force. Commit the folder: signers get it with git.

This command asks no stack. Where people sign on the sign-off pages, run `signpost collect` first: what
they signed there counts here once it is collected. A warning names releases that still wait."""
)
@click.argument("version")
@site_options
@content_option
@click.option("--effective", type=_DAY, required=True, metavar="DATE", help="First day (UTC).")
@click.option(
    "--review-by",
    type=_DAY,
    required=True,
    metavar="DATE",
    help="Last day (UTC); after it nothing is in force until a new version is signed.",
)
@format_option
@color_option
def command(
    *,
    version: str,
    site_dir: Path | None,
    brand: str | None,
    content_dir: Path | None,
    effective: datetime,
    review_by: datetime,
    form: str,
) -> int:
    """Freeze the committed strategy, guidelines, onboarding, targets and voice as VERSION."""
    from signpost.cli.signoff.git_files import committed_documents
    from signpost.cli.signoff.writing import keep_bytes, write_folder

    site = find_site(site_dir, brand)
    standing = judge_site(site, today())
    release = _release(site, standing, version, effective, review_by)
    root = standing.roots.present
    documents = committed_documents(
        find_documents(site, content_dir), root.documents if root else ()
    )
    _refuse_stale(site, content_dir, documents)
    waiting = _waiting(standing)
    files = {NAME: release.write(), **{f"{FILES}{path}": data for path, data in documents.items()}}
    sealed = manifest.format_manifest(files)
    place = site.releases / version
    write_folder(place, {**files, manifest.NAME: sealed})
    keep_bytes(site.folder / "releases")
    if form == "json":
        machine.show({"brand": site.brand, "version": version, "digest": sha256(sealed),
                      "folder": str(place), "files": sorted(files), "waiting": waiting})  # fmt: skip
        _warn(waiting, version, place)
        return 0
    terminal = Terminal()
    terminal.say(f"{place}: {amount(len(documents), 'document')}, manifest {sha256(sealed)}")
    terminal.say("Commit it. Then these people run, each in their clone:")
    for person in root.holders(root.strategy.roles) if root else ():
        terminal.say(f"  signpost strategy sign {version} --as {person.id}")
    terminal.say(f"It takes {amount(root.strategy.count if root else 0, 'signature')}.")
    _warn(waiting, version, place)
    return 0


def _waiting(standing: Standing) -> list[str]:
    """Releases that people can still sign, and may have signed where this repository cannot see it.

    The next release names the last one that is signed: as soon as one of these is, the next cannot
    be signed any more, and if both are, neither counts.
    """
    return [
        version
        for version, item in standing.releases.items()
        if not (item.signed or item.faults or outrun(standing, item))
    ]


def _warn(waiting: Sequence[str], version: str, place: Path) -> None:
    if waiting:
        names = plain(", ".join(waiting))
        Terminal().warn(
            f"as far as this repository knows, {names} still waits for signatures. Of it and "
            f"{version} only one can count. Where people may have signed it on the sign-off pages, remove "
            f"{place}, run `signpost collect`, and freeze again. If it is given up, remove its folder."
        )


def _refuse_stale(site: Site, content_dir: Path | None, documents: Mapping[str, bytes]) -> None:
    """Refuse to freeze a page with a table that no longer says what the data says.

    Raises:
        SigningError: names the pages.
    """
    from signpost.checks.handbook import stale_part
    from signpost.cli.wiring import open_handbook

    handbook = open_handbook(site.docs, find_documents(site, content_dir)["content"])
    found = {f"docs/{item.span.path}": item for item in stale_part.judge(handbook, today())}
    stale = sorted(set(found) & set(documents))
    if stale:
        first = found[stale[0]]
        raise SigningError(
            f"{', '.join(stale[:10])}: {first.cause} People would sign what nobody works by.",
            "`signpost docs write`, read what changed, commit it, and freeze again.",
            reason="stale",
        )


def _release(
    site: Site, standing: Standing, version: str, effective: datetime, review_by: datetime
) -> Release:
    """What the new release says of itself, after a look at its place in the chain.

    Raises:
        SigningError: there is no trust root, something there is wrong, or it cannot stand there.
    """
    root = standing.roots.present
    if root is None or standing.faults:
        cause = standing.faults[0].cause if standing.faults else "No trust root is in force."
        raise SigningError(cause, "See `signpost strategy root show`.", reason="unknown-root")
    judge_version(version)
    head = standing.head
    before = head.release if head else None
    if before and order(version) <= order(before.version):
        raise SigningError(
            f"{version} is not after {before.version}, the newest that is signed.",
            "Choose a later version.",
            reason="version-order",
        )
    if before and effective.date() < before.effective:
        raise SigningError(
            f"{before.version} is in force from {before.effective} only.",
            "Choose a first day that is not before it.",
            reason="effective-order",
        )
    if review_by < effective:
        raise SigningError(
            "The review date is before the first day.",
            "Choose a later --review-by.",
            reason="review-before-effective",
        )
    return Release(
        brand=site.brand,
        version=version,
        previous=head.digest if head else None,
        root=standing.roots.digest,
        effective=effective.date(),
        review_by=review_by.date(),
    )
