"""Verifies a signed approval, resume or acknowledgement that lies in a file."""

from __future__ import annotations

from pathlib import Path

from signpost.cli.output import json as machine
from signpost.cli.output.human import Terminal
from signpost.cli.signoff.evidence import Site
from signpost.cli.signoff.folders import read_folder
from signpost.cli.signoff.told import fault_members, show_faults, show_tally, tally_members
from signpost.domain.signing.fault import Fault
from signpost.domain.signing.standing import Standing
from signpost.domain.signing.statement import decide, parse_statement
from signpost.errors import SigningError
from signpost.signatures import check


def verify_statement(site: Site, standing: Standing, file: Path, form: str) -> int:
    """Say who signed the statement and whether that is enough under the present trust root.

    Returns:
        The exit code: 0 where it is.
    """
    what = f"--statement {file}"
    root = standing.roots.present
    faults = list(standing.roots.faults)
    tally = None
    if root is not None:
        folder = read_folder(file.with_name(f"{file.name}.signatures"))
        try:
            tally = decide(parse_statement(file.read_bytes()), root, folder.files, check)
        except SigningError as error:
            faults.append(Fault.of(error, file.name))
    elif not faults:
        faults.append(Fault("unknown-root", "", "No trust root is in force."))
    met = not faults and tally is not None and tally.met
    clean = met and tally is not None and not tally.uncounted
    if form == "json":
        machine.show(
            {
                "brand": site.brand,
                "met": met,
                **tally_members(tally, what),
                "faults": [fault_members(fault) for fault in faults],
            }
        )
        return 0 if clean else 1
    terminal = Terminal()
    show_faults(terminal, faults, indent="")
    if tally is not None and root is not None:
        terminal.say(terminal.paint("signed", "green") if met else "not signed enough")
        show_tally(terminal, tally, root.roles, what)
    return 0 if clean else 1
