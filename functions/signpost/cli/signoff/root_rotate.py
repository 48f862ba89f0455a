"""`signpost strategy root rotate`: propose the next version of the trust root."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import click

from signpost.cli.options import color_option, content_option, format_option
from signpost.cli.signoff.evidence import find_site, judge_site, site_options, today
from signpost.cli.signoff.keygen import read_public
from signpost.cli.signoff.root_init import read_known, tell, warn_of_strangers
from signpost.cli.signoff.signers import pairs, signers, titles, with_thresholds
from signpost.domain.signing.root import Person, Threshold, TrustRoot
from signpost.domain.signing.standing import Standing
from signpost.errors import SigningError


@click.command(
    epilog="""\b
Examples:
  signpost strategy root rotate --drop finn
  signpost strategy root rotate --signer tilda:head-of-sales:tilda.pub --threshold strategy=3
  signpost strategy root rotate --key juno=new-laptop.pub
  signpost strategy root rotate --enrolled juno     passkeys; see signpost people
  signpost strategy root rotate --accept 2026.1 --drop finn     after a key was stolen

\b
What is not named stays. The next version lists the releases that were accepted before, so that a
dropped key cannot make another; after a theft, --accept names the ones that are meant. It counts
once enough people of the present version and of the next have signed it. Who changes a key signs
with both: signatures/juno.sig and signatures/juno.2.sig."""
)
@site_options
@content_option
@click.option("--signer", "words", multiple=True, metavar="ID:ROLE:KEY",
              help="Somebody new, or an old hand with other roles and keys.")  # fmt: skip
@click.option("--enrolled", multiple=True, metavar="ID[:ROLE]",
              help="Take in the passkeys that somebody enrolled, and drop their revoked ones.")  # fmt: skip
@click.option(
    "--drop", "dropped", multiple=True, metavar="ID", help="Somebody who may not sign any more."
)
@click.option("--key", "keys", multiple=True, metavar="ID=FILE",
              help="A .pub file in place of all of somebody's keys.")  # fmt: skip
@click.option("--role", "roles", multiple=True, metavar="ID=TITLE", help="A role's title.")
@click.option("--threshold", "thresholds", multiple=True, metavar="NAME=COUNT[:ROLES]",
              help="How many it takes: strategy, root, resume or approval.TIER.")  # fmt: skip
@click.option(
    "--documents",
    multiple=True,
    metavar="GLOB",
    help="All files to sign, in place of those before.",
)
@click.option("--origin", "origins", multiple=True, metavar="URL",
              help="All pages on which passkeys sign, in place of those before.")  # fmt: skip
@click.option("--accept", "accepted", multiple=True, metavar="VERSION",
              help="Only these releases stay valid. Left out: all that are.")  # fmt: skip
@click.option("--again", is_flag=True, help="Propose anew, in place of a version that still waits.")
@format_option
@color_option
def command(
    *,
    site_dir: Path | None,
    brand: str | None,
    content_dir: Path | None,
    words: tuple[str, ...],
    enrolled: tuple[str, ...],
    dropped: tuple[str, ...],
    keys: tuple[str, ...],
    roles: tuple[str, ...],
    thresholds: tuple[str, ...],
    documents: tuple[str, ...],
    origins: tuple[str, ...],
    accepted: tuple[str, ...],
    again: bool,
    form: str,
) -> int:
    """Propose trust root N+1; it is in force once people of N and of N+1 have signed it."""
    site = find_site(site_dir, brand)
    standing = judge_site(site, today())
    present = standing.roots.present
    if present is None:
        raise SigningError(
            "No trust root is in force yet.",
            "Let everybody sign the first: `signpost strategy root show` says who is missing.",
            reason="unknown-root",
        )
    folder = site.roots / str(present.version + 1)
    if folder.exists() and not again:
        raise SigningError(
            f"Trust root {present.version + 1} waits for signatures already.",
            "Sign it, or propose another in its place with --again; its signatures go.",
            reason="exists",
        )
    known = read_known(site, content_dir)
    people = _people(present, words, dropped, keys, known.names)
    if enrolled:
        from signpost.cli.enrolment.keys import ask_enrolled, with_enrolled

        passkeys, origin = ask_enrolled(content_dir, site.brand)
        people = with_enrolled(people, enrolled, passkeys)
        # Else what they sign there would not count.
        origins = tuple(sorted({*(origins or present.origins), origin}))
    named = {**known.titles, **present.roles}
    held = titles(people.values(), pairs(roles), named)
    root = replace(
        _fitting(present, held),
        version=present.version + 1,
        previous=standing.roots.digest,
        people=people,
        roles=held,
        documents=documents or present.documents,
        origins=origins or present.origins,
        accepted=tuple(_accepted(standing, accepted)),
    )
    root = with_thresholds(root, thresholds)
    from signpost.domain.signing.root import parse_root

    parse_root(root.write())  # before what waits is removed
    if again and folder.exists():
        shutil.rmtree(folder)
    tell(site, root, form, "People of both versions sign it")
    warn_of_strangers(site, set(people) - set(present.people), known, root.version)
    return 0


def _people(
    present: TrustRoot,
    words: Iterable[str],
    dropped: Iterable[str],
    keys: Iterable[str],
    names: dict[str, str],
) -> dict[str, Person]:
    people = {**present.people, **signers(words, names)}
    for name in dropped:
        if people.pop(name, None) is None:
            raise SigningError(
                f"`{name}` is not in the trust root.", f"It has {', '.join(sorted(people))}.",
                reason="unknown-person",
            )  # fmt: skip
    for name, file in pairs(keys).items():
        if name not in people:
            raise SigningError(
                f"`{name}` is not in the trust root.", "Add them with --signer.",
                reason="unknown-person",
            )  # fmt: skip
        people[name] = replace(people[name], keys=(read_public(Path(file).expanduser()),))
    return people


def _fitting(present: TrustRoot, roles: dict[str, str]) -> TrustRoot:
    """The present thresholds, without roles that nobody holds any more."""

    def without(threshold: Threshold) -> Threshold:
        kept = {role: least for role, least in threshold.roles.items() if role in roles}
        return Threshold(threshold.count, kept)

    return replace(
        present,
        strategy=without(present.strategy),
        root=without(present.root),
        resume=without(present.resume),
        approval={tier: without(item) for tier, item in present.approval.items()},
    )


def _accepted(standing: Standing, versions: tuple[str, ...]) -> Iterable[str]:
    """Digests of the releases that stay valid."""
    unknown = [name for name in versions if name not in standing.releases]
    if unknown:
        raise SigningError(
            f"There is no release `{unknown[0]}`.",
            f"Releases: {', '.join(standing.releases) or 'none'}.",
            reason="no-release",
        )
    for version, item in standing.releases.items():
        tally = item.tally
        if version in versions or (not versions and item.signed):
            if tally is None or not tally.met:
                raise SigningError(
                    f"{version} is not signed by enough people.", "Name one that is.",
                    reason="unsigned",
                )  # fmt: skip
            yield item.digest
