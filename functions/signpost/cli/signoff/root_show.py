"""`signpost strategy root show`: who may sign, and the digest to pin."""

from __future__ import annotations

from pathlib import Path

import click

from signpost.cli.options import color_option, format_option
from signpost.cli.output import json as machine
from signpost.cli.output.human import Terminal, plain
from signpost.cli.signoff.evidence import find_site, judge_site_roots, site_options
from signpost.cli.signoff.root_files import describe, write_shown
from signpost.cli.signoff.told import roots_members, show_faults, show_tally


@click.command(
    epilog="""\b
Examples:
  signpost strategy root show
  signpost strategy root show --format json
  signpost strategy root show --write           bring root.json and allowed_signers up to date

Exit code 1 says that no root is in force, or that something is wrong."""
)
@site_options
@click.option("--write", is_flag=True, help="Write the copies of the present root anew.")
@format_option
@color_option
def command(*, site_dir: Path | None, brand: str | None, write: bool, form: str) -> int:
    """Show every version of the trust root: who, which keys, how many it takes, who is missing."""
    site = find_site(site_dir, brand)
    roots = judge_site_roots(site)
    if write:
        write_shown(site, roots)
        roots = judge_site_roots(site)
    fine = roots.present is not None and not any(item.faults for item in roots.waiting)
    if form == "json":
        machine.show({"brand": site.brand, **roots_members(roots)})
        return 0 if fine else 1
    terminal = Terminal()
    show_faults(terminal, roots.faults, indent="")
    if roots.present is not None:
        for line in describe(roots.present):
            terminal.say(plain(line))
        terminal.say(f"  digest {roots.digest}")
        terminal.say("  Others pin it: signpost strategy verify --root DIGEST")
    for item in roots.waiting:
        terminal.say(f"Trust root {item.number} is proposed, {item.digest}:")
        if item.root is not None:
            for line in describe(item.root):
                terminal.say(plain(f"  {line}"))
        show_faults(terminal, item.faults)
        for name, tally in item.tallies.items():
            terminal.say(f"  for {name}:")
            show_tally(terminal, tally, item.root.roles if item.root else {}, "root", "    ")
    if not roots.accepted and not roots.waiting:
        terminal.say("There is no trust root. `signpost strategy root init` makes it.")
    return 0 if fine else 1
