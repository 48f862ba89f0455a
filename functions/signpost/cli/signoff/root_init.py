"""`signpost strategy root init`: the first trust root of a brand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import click

from signpost.cli.options import color_option, content_option, format_option
from signpost.cli.output import json as machine
from signpost.cli.output.human import Terminal
from signpost.cli.signoff.evidence import Site, find_site, site_options
from signpost.cli.signoff.root_files import describe, propose
from signpost.cli.signoff.signers import pairs, signers, titles, usual, with_thresholds
from signpost.domain.signing.document import sha256
from signpost.domain.signing.root import TrustRoot
from signpost.errors import SettingsError, SigningError, SignpostError

DOCUMENTS = (
    "content/{brand}/brand.yaml",
    "content/{brand}/kpis.yaml",
    "content/{brand}/positions.yaml",
    "docs/{brand}/guidelines/**",
    "docs/{brand}/onboarding/**",
    "docs/{brand}/strategy/**",
)
"""What is signed where nobody says otherwise."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the content says.

    Args:
        names: of people, by id.
        titles: of positions, by id.
        host: of the website.
        file: the brand's people.yaml; None where there is none.
    """

    names: dict[str, str] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    host: str = ""
    file: Path | None = None


@click.command(
    epilog="""\b
Examples:
  signpost strategy root init --signer ottilie:managing-director:ottilie.pub
  signpost strategy root init --domain larkfell.example \\
    --signer ottilie:managing-director:keys/ottilie.pub \\
    --signer juno:head-of-marketing:keys/juno.pub \\
    --signer tilda:head-of-sales:keys/tilda.pub \\
    --threshold strategy=2:managing-director=1,head-of-marketing,head-of-sales

\b
--signer is ID:ROLE[+ROLE]:KEYFILE, the id as in people.yaml, the key a .pub file; again with the
same id adds a second key. A warning names who is not in people.yaml: a mistyped id, most likely.
Where no threshold is given: everybody signs a strategy, all but one may change the root (all,
where there are two), two let publishing go on. Then everybody signs it."""
)
@site_options
@content_option
@click.option("--signer", "words", multiple=True, metavar="ID:ROLE:KEY",
              help="Somebody who may sign; once for each.")  # fmt: skip
@click.option("--enrolled", multiple=True, metavar="ID:ROLE",
              help="Somebody who may sign with the passkeys that they enrolled.")  # fmt: skip
@click.option("--domain", metavar="DOMAIN",
              help="What signatures are made for. Left out: the website's in brand.yaml.")  # fmt: skip
@click.option("--role", "roles", multiple=True, metavar="ID=TITLE", help="A role's title.")
@click.option("--threshold", "thresholds", multiple=True, metavar="NAME=COUNT[:ROLES]",
              help="How many it takes: strategy, root, resume or approval.TIER.")  # fmt: skip
@click.option("--documents", multiple=True, metavar="GLOB",
              help="Files to sign, in place of the usual: content/… and docs/… .")  # fmt: skip
@click.option("--origin", "origins", multiple=True, metavar="URL",
              help="A page on which passkeys sign.")  # fmt: skip
@format_option
@color_option
def command(
    *,
    site_dir: Path | None,
    brand: str | None,
    content_dir: Path | None,
    words: tuple[str, ...],
    enrolled: tuple[str, ...],
    domain: str | None,
    roles: tuple[str, ...],
    thresholds: tuple[str, ...],
    documents: tuple[str, ...],
    origins: tuple[str, ...],
    form: str,
) -> int:
    """Make trust root 1: who may sign, with which keys, and how many it takes."""
    site = find_site(site_dir, brand, new=True)
    if any(site.roots.glob("*/root.json")):
        raise SigningError(
            f"{site.brand} has a trust root.",
            "`signpost strategy root rotate` proposes the next version.",
            reason="exists",
        )
    if not (words or enrolled):
        raise click.UsageError("Nobody would sign: --signer or --enrolled names who does.")
    known = read_known(site, content_dir)
    people = signers(words, known.names)
    if enrolled:
        from signpost.cli.enrolment.keys import ask_enrolled, with_enrolled

        passkeys, origin = ask_enrolled(content_dir, site.brand)
        people = with_enrolled(people, enrolled, passkeys)
        origins = tuple(sorted({*origins, origin}))
    held = titles(people.values(), pairs(roles), known.titles)
    if not (domain or known.host):
        raise SettingsError("It is not known for which domain.", "Name it with --domain.")
    usually = usual(len(people), held)
    root = TrustRoot(
        brand=site.brand,
        domain=domain or known.host,
        version=1,
        previous=None,
        people=people,
        roles=held,
        strategy=usually["strategy"],
        root=usually["root"],
        resume=usually["resume"],
        documents=tuple(documents or (item.format(brand=site.brand) for item in DOCUMENTS)),
        origins=origins,
    )
    tell(site, with_thresholds(root, thresholds), form, "Everybody it names signs it")
    warn_of_strangers(site, people, known, root.version)
    return 0


def tell(site: Site, root: TrustRoot, form: str, then: str) -> None:
    """Write a proposed root and say what comes next.

    Args:
        then: who signs it.
    """
    data = propose(site, root)
    folder = site.roots / str(root.version)
    if form == "json":
        machine.show({"brand": site.brand, "version": root.version, "digest": sha256(data),
                      "folder": str(folder)})  # fmt: skip
        return
    terminal = Terminal()
    for line in describe(root):
        terminal.say(line)
    terminal.say(f"{folder}: {sha256(data)}")
    terminal.say(f"Commit it. {then}, each in their clone:")
    for name in sorted(root.people):
        terminal.say(f"  signpost strategy sign root --as {name}")


def warn_of_strangers(site: Site, people: Iterable[str], known: Known, version: int) -> None:
    """Warn of signers whom people.yaml does not have: most likely an id was mistyped.

    Args:
        people: ids.
        version: of the trust root that names them, which was written just now.
    """
    strangers = sorted(set(people) - set(known.names)) if known.file else []
    if strangers:
        Terminal().warn(
            f"not in {known.file}: {', '.join(strangers)}. Such people can sign, but they do not enter "
            "the site and are not asked to read. Add each there under this id. If the id is mistyped, "
            f"remove {site.roots / str(version)} before anybody signs, and make it again."
        )


def read_known(site: Site, content_dir: Path | None) -> Known:
    """Names and titles, as far as there is content that can be read."""
    from signpost.cli.discovery import find_content
    from signpost.cli.wiring import open_content

    try:
        content = find_content(content_dir, site.folder)
        _workspace, brands = open_content(content)
    except SignpostError:
        return Known()
    brand = next((item for item in brands if item.id == site.brand), None)
    if brand is None:
        return Known()
    file = content / site.brand / "people.yaml"
    return Known(
        {person.id: person.name for person in brand.people.people},
        {position.id: position.title for position in brand.positions},
        (urlsplit(brand.website).hostname or "").removeprefix("www."),
        file if file.is_file() else None,
    )
