"""`signpost people invite`: a link with which one person enrols a passkey."""

from __future__ import annotations

from pathlib import Path

import click

from signpost.cli.options import color_option, content_option, format_option
from signpost.cli.output import json as machine
from signpost.cli.output.human import Terminal, plain
from signpost.errors import SettingsError


@click.command(
    epilog="""\b
Examples:
  signpost people invite juno
  signpost people invite bela --brand acme --name "Bela Birke"

Send the link to that person alone: who opens it first enrols. It serves once, and for three days.
The new passkey counts once a trust root names it: `signpost people pending` shows it."""
)
@click.argument("person")
@content_option
@click.option(
    "--brand", metavar="ID", help="Whose trust root is meant; needed where there are several."
)
@click.option("--name", metavar="NAME", help="Left out: as people.yaml has it.")
@format_option
@color_option
def command(
    person: str, content_dir: Path | None, brand: str | None, name: str | None, form: str
) -> None:
    """Make a link with which PERSON (an id of people.yaml) enrols a passkey; it serves once."""
    from signpost.cli.control import actor
    from signpost.cli.enrolment.asking import ask_signoff, find_signoff

    told = find_signoff(content_dir, brand)
    names = {item.id: item.name for item in told.brand.people.people}
    if not (name or person in names):
        raise SettingsError(
            f"people.yaml of {told.brand.id} has nobody called `{person}`.",
            f"Name one of {', '.join(sorted(names)) or 'its people'}, or say who it is with --name.",
        )
    terminal = Terminal()
    with terminal.working("Making the invite"):
        answer = ask_signoff(
            told.connection,
            {
                "action": "invite",
                "brand": told.brand.id,
                "person": person,
                "name": name or names[person],
                "actor": actor(told.content),
            },
        )
    if form == "json":
        machine.show({"brand": told.brand.id, "person": person, **answer})
        return
    terminal.say(answer["link"])
    terminal.say(
        f"For {plain(name or names[person])} alone: it serves once, until {answer['until']}.",
        stderr=True,
    )
