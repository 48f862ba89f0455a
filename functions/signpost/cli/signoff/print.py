"""`signpost strategy print`: a release on letterhead, as PDF."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from signpost.cli.options import color_option, format_option
from signpost.cli.output import json as machine
from signpost.cli.output.human import Terminal
from signpost.cli.signoff.evidence import Site, find_site, judge_site, site_options, today
from signpost.cli.signoff.folders import read_folder
from signpost.cli.signoff.pins import read_pin
from signpost.cli.signoff.told import STATE_COLORS, fault_members, show_faults
from signpost.domain.signing.folder import Folder
from signpost.domain.signing.release import FILES
from signpost.domain.signing.releases import JudgedRelease
from signpost.domain.signing.standing import Standing
from signpost.errors import SigningError

TITLE = "Strategy, guidelines and onboarding"


@click.command(
    epilog="""\b
Examples:
  signpost strategy print 2026.1
  signpost strategy print 2026.1 --out board/strategy.pdf
  signpost strategy print 2026.1 --fonts fonts/     for scripts that the built-in fonts lack

The PDF holds every signed text, who signed in which role with which key, who is missing, the
digests, and the commands that check them. The same release with the same signatures gives the same
bytes. What is not signed, or was altered, says so on every page.

\b
Exit codes: 0 printed; 1 printed, and marked as tampered or not valid."""
)
@click.argument("version")
@site_options
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Where the PDF goes. Left out: BRAND-VERSION.pdf, here.",
)
@click.option(
    "--fonts",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="Fonts for scripts that the built-in ones lack, such as Chinese.",
)
@format_option
@color_option
def command(
    *,
    version: str,
    site_dir: Path | None,
    brand: str | None,
    out: Path | None,
    fonts: Path | None,
    form: str,
) -> int:
    """Print VERSION on the brand's letterhead as PDF, with its signatures and how to check them."""
    from signpost.cli.signoff.writing import replace_file

    site = find_site(site_dir, brand)
    pin = read_pin(site.brand)
    standing = judge_site(
        site, today(), pins=pin.roots if pin else (), seen=pin.releases if pin else ()
    )
    item = standing.releases.get(version)
    if item is None:
        known = ", ".join(standing.releases) or "none"
        raise SigningError(
            f"There is no release `{version}`.", f"Releases: {known}.", reason="no-release"
        )
    place = out or Path(f"{site.brand}-{version}.pdf")
    made, banner = print_release(site, standing, item, fonts)
    replace_file(place, made)
    faults = [*standing.faults, *item.faults]
    if form == "json":
        machine.show(
            {
                "brand": site.brand,
                "version": version,
                "file": str(place),
                "bytes": len(made),
                "marked": banner or None,
                "digest": item.digest,
                "faults": [fault_members(fault) for fault in faults],
            }
        )
        return 1 if faults else 0
    terminal = Terminal()
    terminal.say(f"{place}: {site.brand} {version}, {len(made):,} bytes")
    if banner:
        color = STATE_COLORS[standing.states[version]]
        terminal.say(f"  every page says: {terminal.paint(banner, color)}")
    show_faults(terminal, faults)
    return 1 if faults else 0


def print_release(
    site: Site, standing: Standing, item: JudgedRelease, fonts: Path | None = None
) -> tuple[bytes, str]:
    """The PDF of a release, and the words that all of its pages bear; none where it is signed.

    Raises:
        SettingsError: Typst is not installed.
        StackError: it refused the print.
    """
    from signpost.cli.letter import seal
    from signpost.cli.letter.documents import pictures_of, print_documents
    from signpost.cli.letter.press import Press

    folder = read_folder(site.releases / item.version)
    files = {
        path.removeprefix(FILES): data
        for path, data in folder.files.items()
        if path.startswith(FILES)
    }
    press = Press(fonts)
    printed = print_documents(files, press.drawable(pictures_of(files)))
    letter = _letter(site.brand, standing, item, files)
    letter |= {
        "blocks": printed.blocks,
        "listed": _listed(folder, printed.labels),
    }
    day = item.release.effective if item.release else None
    return press.print(letter, printed.pictures, day), seal.banner(standing, item)


def _letter(
    brand: str, standing: Standing, item: JudgedRelease, files: dict[str, bytes]
) -> dict[str, Any]:
    from signpost.cli.letter import seal, tree
    from signpost.cli.wiring import open_letterhead

    head = open_letterhead(files.get(f"content/{brand}/brand.yaml", b""), brand)
    about = seal.about(standing, item)
    signatures = seal.signatures(item)
    for entry in [*about["faults"], *signatures["uncounted"]]:
        entry |= {name: tree.text(entry[name]) for name in ("cause", "remedy") if name in entry}
    return {
        "name": head.name,
        "address": list(head.address),
        "color": head.color,
        "language": head.language.partition("-")[0] or "en",
        "title": f"{TITLE}, version {item.version}",
        "banner": seal.banner(standing, item),
        "about": about,
        "signatures": signatures,
        "steps": [
            {"say": step["say"], "run": tree.lines(step["run"])["v"]}
            for step in seal.commands(brand, item)
        ],
        "verify": tree.lines(seal.with_signpost(brand, item))["v"],
    }


def _listed(folder: Folder, labels: dict[str, str]) -> list[dict[str, Any]]:
    from signpost.cli.letter import seal, tree

    return [{**line, "path": tree.code(line["path"])["v"]} for line in seal.listed(folder, labels)]
