"""`signpost onboarding status`: who has read which version, who is late, who has no key yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from signpost.cli.options import color_option, content_option, format_option
from signpost.cli.output import json as machine
from signpost.cli.output.human import Terminal
from signpost.cli.output.reading import lines_after, show_readers
from signpost.cli.signoff.evidence import (
    Site,
    find_folder,
    find_site,
    judge_site,
    site_options,
    today,
)
from signpost.cli.signoff.readings import Readings, find_readings, gate_of
from signpost.cli.signoff.told import fault_members, show_faults
from signpost.domain.gate import Released
from signpost.domain.people import Member, Reader, Standing, readers

LATE, NOTHING = 1, 3


@click.command(
    epilog="""\b
Examples:
  signpost onboarding status
  signpost onboarding status --brand larkfell --format json

Everybody in people.yaml, the most urgent first. A newcomer has read in time on the day that their
checklist says, everybody else `reading` days after the release's first day (people.yaml, 14d where
nothing is said). Whoever signed the release has read it. Each signature is verified here, under the
trust roots of the repository; what the stack has taken counts before `signpost collect` brings it.

\b
Exit codes: 0 nobody is late; 1 somebody is, or something is wrong with what is signed; 3 no
release is in force, so that there is nothing to read."""
)
@site_options
@content_option
@format_option
@color_option
def command(
    *, site_dir: Path | None, brand: str | None, content_dir: Path | None, form: str
) -> int:
    """Show who has read which version, who is late, and who has no key yet."""
    from signpost.cli.signoff.reading_stack import look_at_stack

    now = datetime.now(UTC)
    terminal = Terminal()
    sites = [find_site(site_dir, brand)] if brand else _sites(site_dir)
    told = []
    code = NOTHING
    for site in sites:
        stack = look_at_stack(site, content_dir)
        standing = judge_site(site, today())
        readings = find_readings(site, standing, stack.taken)
        gate = gate_of(standing)
        root = standing.roots.present
        keyed = set(root.people) if root else set()
        members, astray = _members(site, content_dir)
        found = readers(members, gate, readings.reads, now, keyed=keyed)
        unknown = sorted(keyed - {item.id for item in members})
        present = gate.present(now)
        wrong = bool(standing.faults or readings.faults)
        code = _worst(code, found, present, wrong=wrong)
        if form == "json":
            document = _document(site, found, readings, present, unknown, stack.why_not, now)
            told.append({**document, "without_checklist": astray})
            continue
        show_faults(terminal, (*standing.faults, *readings.faults), indent="")
        show_readers(terminal, site.brand, found, present, now)
        for line in lines_after(found, unknown, site.brand, now):
            terminal.say(line)
        if astray:
            names = ", ".join(astray)
            terminal.warn(
                f"people.yaml names checklists that are no page of onboarding/: {names}. `signpost docs "
                "check` says where."
            )
        if stack.why_not:
            terminal.say(f"Of the repository alone: {stack.why_not}", stderr=True)
    if form == "json":
        machine.show({"brands": told})
    return code


def _sites(site_dir: Path | None) -> list[Site]:
    """Every brand that has a trust root."""
    folder = find_folder(site_dir)
    brands = sorted(item.name for item in (folder / "signoff").glob("*") if item.is_dir())
    return [Site(folder, name) for name in brands] or [find_site(site_dir, None)]


def _members(site: Site, content_dir: Path | None) -> tuple[list[Member], list[str]]:
    """The people of the brand, as people.yaml has them; checklists of theirs that are no page."""
    from signpost.cli.discovery import find_content
    from signpost.cli.wiring import open_content, tell_people
    from signpost.domain.people import parse_member

    _workspace, brands = open_content(find_content(content_dir, site.folder))
    own = [item for item in brands if item.id == site.brand]
    pages = {file.stem for file in (site.docs / site.brand / "onboarding").glob("*.md")}
    named = {item.checklist for brand in own for item in brand.people.people}
    members = [parse_member(item) for item in tell_people(site.docs, own)]
    return members, sorted(named - pages - {""})


def _worst(code: int, found: Sequence[Reader], present: Released | None, *, wrong: bool) -> int:
    """The exit code after another brand: somebody late, nobody late, nothing to read."""
    if wrong or code == LATE or any(item.standing is Standing.LATE for item in found):
        return LATE
    return 0 if present is not None else code


def _document(
    site: Site,
    found: Sequence[Reader],
    readings: Readings,
    present: Released | None,
    unknown: Sequence[str],
    why_not: str,
    now: datetime,
) -> dict[str, object]:
    return {
        "brand": site.brand,
        "release": {"version": present.version, "digest": present.digest} if present else None,
        "people": [item.wire(now) for item in found],
        "without_entry": list(unknown),
        "faults": [fault_members(item) for item in readings.faults],
        "stack": why_not or None,
    }
