"""`signpost strategy status`: what is in force, what waits for whom, and what to do next."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from signpost.cli.options import color_option, format_option
from signpost.cli.output import json as machine
from signpost.cli.output.human import Terminal, amount
from signpost.cli.signoff.evidence import find_site, judge_site, site_options, today
from signpost.cli.signoff.pins import read_pin
from signpost.cli.signoff.told import fault_members, release_members, show_faults, show_release
from signpost.domain.gate import WARNED_DAYS
from signpost.domain.signing.releases import JudgedRelease
from signpost.domain.signing.standing import Standing, State


@click.command(
    epilog="""\b
Examples:
  signpost strategy status
  signpost strategy status --on 2027-05-20 --format json

Exit code 1 says that nothing is in force, or that something is wrong."""
)
@site_options
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="As of this day (UTC). Left out: today.",
)
@format_option
@color_option
def command(*, site_dir: Path | None, brand: str | None, on: datetime | None, form: str) -> int:
    """Show the release in force and its review date, and what waits for signatures."""
    site = find_site(site_dir, brand)
    day = on.date() if on else today()
    pin = read_pin(site.brand)
    standing = judge_site(
        site, day, pins=pin.roots if pin else (), seen=pin.releases if pin else ()
    )
    left = days_left(standing, day)
    if form == "json":
        machine.show(
            {
                "brand": site.brand,
                "on": day.isoformat(),
                "in_force": standing.present if standing.in_force else None,
                "days_left": left,
                "faults": [fault_members(fault) for fault in standing.faults],
                "releases": [release_members(standing, item) for item in _telling(standing)],
                "root_waiting": [item.number for item in standing.roots.waiting],
            }
        )
        return 0 if standing.in_force else 1
    terminal = Terminal()
    show_faults(terminal, standing.faults, indent="")
    told = _telling(standing)
    for item in told:
        show_release(terminal, standing, item, site.brand)
    if not told:
        terminal.say("No release is signed or waits. `signpost strategy release` makes one.")
    if left is not None and left <= max(WARNED_DAYS):
        terminal.warn(_words(standing, left))
    for root in standing.roots.waiting:
        terminal.warn(
            f"trust root {root.number} waits: `signpost strategy root show` says for whom."
        )
    return 0 if standing.in_force else 1


def days_left(standing: Standing, day: date) -> int | None:
    """Days until the review date of the present release; negative after it; None without one."""
    item = standing.releases.get(standing.present)
    return (item.release.review_by - day).days if item and item.release else None


def _words(standing: Standing, left: int) -> str:
    if left < 0:
        return (
            f"{standing.present} is {amount(-left, 'day')} past its review date: nothing is in force. "
            "Review it, then `signpost strategy release`."
        )
    when = "today" if left == 0 else f"in {amount(left, 'day')}"
    return f"the review date of {standing.present} is {when}. Prepare the next release."


def _telling(standing: Standing) -> list[JudgedRelease]:
    """What a person has to know of now: all but what was superseded."""
    return [
        item
        for version, item in standing.releases.items()
        if standing.states[version] is not State.SUPERSEDED
    ]
