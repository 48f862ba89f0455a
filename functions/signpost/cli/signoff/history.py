"""`signpost strategy history`: every release, the newest first."""

from __future__ import annotations

from pathlib import Path

import click

from signpost.cli.options import color_option, format_option
from signpost.cli.output import json as machine
from signpost.cli.output.human import Terminal
from signpost.cli.signoff.evidence import find_site, judge_site, site_options, today
from signpost.cli.signoff.told import fault_members, release_members, show_faults
from signpost.domain.signing.releases import JudgedRelease


@click.command(
    epilog="""\b
Examples:
  signpost strategy history
  signpost strategy history --format json

One line a release. `signpost strategy verify VERSION` says everything about one. Exit code 1 says
that one was altered, or has no place in the chain."""
)
@site_options
@format_option
@color_option
def command(*, site_dir: Path | None, brand: str | None, form: str) -> int:
    """Show every release with its state, its dates and who signed it."""
    site = find_site(site_dir, brand)
    standing = judge_site(site, today())
    items = list(standing.releases.values())[::-1]
    wrong = bool(standing.faults) or any(item.faults for item in items)
    if form == "json":
        machine.show(
            {
                "brand": site.brand,
                "releases": [release_members(standing, item) for item in items],
                "faults": [fault_members(fault) for fault in standing.faults],
            }
        )
        return 1 if wrong else 0
    terminal = Terminal()
    show_faults(terminal, standing.faults, indent="")
    if not items:
        terminal.say("There is no release yet.")
        return 1 if wrong else 0
    terminal.table(
        ("version", "state", "from", "review by", "signed by", "manifest"),
        (
            (
                item.version,
                str(standing.states[item.version]),
                str(item.release.effective) if item.release else "–",
                str(item.release.review_by) if item.release else "–",
                _signers(item),
                item.digest[:19] or "–",
            )
            for item in items
        ),
    )
    return 1 if wrong else 0


def _signers(item: JudgedRelease) -> str:
    names = [signed.person.name for signed in item.tally.signed] if item.tally else []
    return ", ".join(names) or "nobody"
