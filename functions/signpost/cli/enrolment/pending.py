"""`signpost people pending`: who enrolled, and whose passkeys no trust root names yet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from signpost.cli.options import color_option, content_option, format_option
from signpost.cli.output import json as machine
from signpost.cli.output.human import Terminal, plain


@click.command(
    epilog="""\b
Examples:
  signpost people pending
  signpost people pending --all --format json

Compare each fingerprint with what that person reads to you from their phone, then
`signpost strategy root rotate --enrolled PERSON`."""
)
@content_option
@click.option(
    "--brand", metavar="ID", help="Whose trust root is meant; needed where there are several."
)
@click.option(
    "--all", "everything", is_flag=True, help="Those that count and those that ended, too."
)
@format_option
@color_option
def command(content_dir: Path | None, brand: str | None, everything: bool, form: str) -> None:  # noqa: FBT001 - a flag
    """Show the passkeys that were enrolled and that the trust root in force does not name."""
    from signpost.cli.enrolment.asking import ask_signoff, find_signoff
    from signpost.cli.enrolment.keys import in_force, standing

    told = find_signoff(content_dir, brand)
    terminal = Terminal()
    with terminal.working("Asking"):
        answer = ask_signoff(told.connection, {"action": "pending", "brand": told.brand.id})
    present = in_force(told.content, told.brand.id)
    entries = [_entry(item, standing(item, present)) for item in answer["passkeys"]]
    shown = [item for item in entries if everything or item["standing"] in ("waits", "to drop")]
    if form == "json":
        machine.show({"brand": told.brand.id, "origin": answer["origin"], "passkeys": shown})
        return
    if not shown:
        terminal.say("No passkey waits: `signpost people invite PERSON` makes a link.")
        return
    for item in shown:
        terminal.say(
            f"{item['person']}  {plain(item['name'])}  {item['standing']}  {item['at'][:10]}"
        )
        terminal.say(f"  {item['fingerprint']}{'  synced' if item['synced'] else ''}")
    people = sorted({item["person"] for item in shown})
    words = " ".join(f"--enrolled {person}" for person in people)
    terminal.say(f"Into the next trust root: signpost strategy root rotate {words}", stderr=True)


def _entry(item: dict[str, Any], standing: str) -> dict[str, Any]:
    from signpost.domain.signing.keys import parse_line

    kept = ("brand", "person", "name", "at", "synced", "revoked", "line")
    found = {name: item[name] for name in kept}
    return {**found, "fingerprint": parse_line(item["line"]).fingerprint, "standing": standing}
