"""`signpost strategy verify`: what is signed, by whom, until when, and is it untouched?"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from signpost.cli.options import color_option, format_option
from signpost.cli.output import json as machine
from signpost.cli.output.human import Terminal
from signpost.cli.signoff.evidence import Site, find_site, judge_site, site_options, today
from signpost.cli.signoff.pins import Pin, digest_of, from_variable, read_pin, write_pin
from signpost.cli.signoff.told import (
    fault_members,
    release_members,
    roots_members,
    show_faults,
    show_release,
    show_tally,
)
from signpost.domain.signing.releases import JudgedRelease
from signpost.domain.signing.standing import Standing, State
from signpost.errors import SigningError

NOT_IN_FORCE, PAST_REVIEW = 3, 4
_CODES = {
    State.IN_FORCE: 0,
    State.SUPERSEDED: NOT_IN_FORCE,
    State.NOT_YET: NOT_IN_FORCE,
    State.PAST_REVIEW: PAST_REVIEW,
}


@click.command(
    epilog="""\b
Examples:
  signpost strategy verify                      what is in force
  signpost strategy verify 2026.1               this version
  signpost strategy verify --root sha256:…      trust this root from now on, and no other
  signpost strategy verify --on 2027-06-01      as it will be that day
  signpost strategy verify --statement approval.json

\b
The digest of the trust root stands on the certificate page and on the letterhead; ask somebody who
signed. It is kept in your own configuration; in CI, set SIGNPOST_ROOT. Without it the root is taken
on trust, and that is said. Once it is pinned, the newest root and release that were seen are kept,
too: older ones cannot come back.

\b
Exit codes: 0 signed, untouched and in force; 1 altered, not signed enough, or nothing is signed;
3 signed, but superseded or not yet in force; 4 past its review date."""
)
@click.argument("version", required=False)
@site_options
@click.option("--root", "digest", metavar="DIGEST", help="Trust this root; kept for next time.")
@click.option("--unpin", is_flag=True, help="Forget the pinned root first.")
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Judge as of this day (UTC). Left out: today.",
)
@click.option(
    "--statement",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Verify a signed approval, resume or acknowledgement; signatures in FILE.signatures/.",
)
@format_option
@color_option
def command(
    *,
    version: str | None,
    site_dir: Path | None,
    brand: str | None,
    digest: str | None,
    unpin: bool,
    on: datetime | None,
    statement: Path | None,
    form: str,
) -> int:
    """Check a release: who signed in which role, who is missing, in force or not, untouched or not.

    VERSION: left out, the one in force.
    """
    site = find_site(site_dir, brand)
    if unpin:
        write_pin(site.brand, None)
    pin = _wanted(read_pin(site.brand), digest)
    day = on.date() if on else today()
    standing = judge_site(
        site, day, pins=pin.roots if pin else (), seen=pin.releases if pin else ()
    )
    if pin is not None and not standing.faults:
        _keep(site, pin, standing, given=digest is not None)
    if statement is not None:
        from signpost.cli.signoff.statement import verify_statement

        return verify_statement(site, standing, statement, form)
    item = _chosen(standing, version, faulty=bool(standing.faults))
    if form == "json":
        machine.show(_members(site, standing, item, pin, day))
    else:
        _show(Terminal(), site, standing, item, pin)
    if standing.faults or item is None:
        return 1
    uncounted = item.tally is not None and bool(item.tally.uncounted)
    return 1 if uncounted else _CODES.get(standing.states[item.version], 1)


def _wanted(pin: Pin | None, digest: str | None) -> Pin | None:
    """The pin that has to hold: what was kept, and what was given just now."""
    if digest is None:
        return pin
    given = digest_of(digest)
    if pin is None:
        return Pin(given)
    return Pin(given, pin.newest_root or pin.root, pin.newest_release)


def _keep(site: Site, pin: Pin, standing: Standing, *, given: bool) -> None:
    """Remember the newest root and release of a chain that holds what is pinned."""
    head = standing.head
    newest = Pin(pin.root, standing.roots.digest, head.digest if head else pin.newest_release)
    if given or (newest != pin and not from_variable()):
        write_pin(site.brand, newest)


def _chosen(standing: Standing, version: str | None, *, faulty: bool) -> JudgedRelease | None:
    if version is not None and version not in standing.releases:
        known = ", ".join(standing.releases) or "none"
        raise SigningError(
            f"There is no release `{version}`.", f"Releases: {known}.", reason="no-release"
        )
    chosen = version or standing.present or next(reversed(list(standing.releases)), "")
    if not chosen and not faulty:
        raise SigningError(
            "There is no release yet.",
            "Make one: `signpost strategy release VERSION --effective DATE --review-by DATE`.",
            reason="no-release",
        )
    return standing.releases.get(chosen)


def _members(
    site: Site, standing: Standing, item: JudgedRelease | None, pin: Pin | None, day: date
) -> dict[str, Any]:
    return {
        "brand": site.brand,
        "on": day.isoformat(),
        "in_force": standing.present if standing.in_force else None,
        "trust": {
            "pinned": pin.root if pin else None,
            **roots_members(standing.roots),
        },
        "faults": [fault_members(fault) for fault in standing.faults],
        "release": release_members(standing, item) if item else None,
    }


def _show(
    terminal: Terminal, site: Site, standing: Standing, item: JudgedRelease | None, pin: Pin | None
) -> None:
    show_faults(terminal, standing.faults, indent="")
    if item is not None:
        show_release(terminal, standing, item, site.brand)
        if standing.states[item.version] is State.SUPERSEDED:
            terminal.say(f"  superseded by {standing.present}")
    _show_roots(terminal, standing)
    for other, state in standing.states.items():
        named = item is not None and other == item.version
        if not named and state in {State.TAMPERED, State.NOT_VALID}:
            terminal.warn(f"{other} is {state}: `signpost strategy verify {other}` says why")
    if pin is None:
        terminal.warn(
            f"no trust root is pinned; {standing.roots.digest or 'none'} was taken on trust. Compare "
            "it with the certificate, then: signpost strategy verify --root DIGEST"
        )


def _show_roots(terminal: Terminal, standing: Standing) -> None:
    """Print why a version of the trust root is not in force; in full where none is."""
    for root in standing.roots.waiting:
        for fault in root.faults:
            terminal.warn(
                f"trust root {root.number} is not in force: {fault.cause} {fault.remedy}".rstrip()
            )
    if standing.roots.accepted:
        return
    for root in standing.roots.waiting[:1]:
        for name, tally in root.tallies.items():
            terminal.say(f"trust root {root.number} is not in force; signatures of {name}:")
            show_tally(terminal, tally, root.root.roles if root.root else {}, "root")
