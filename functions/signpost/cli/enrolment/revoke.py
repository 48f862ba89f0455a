"""`signpost people revoke`: a lost phone, or somebody who left."""

from __future__ import annotations

from pathlib import Path

import click

from signpost.cli.options import color_option, content_option, format_option
from signpost.cli.output import json as machine
from signpost.cli.output.human import Terminal, amount


@click.command(
    epilog="""\b
Examples:
  signpost people revoke juno
  signpost people revoke juno --key SHA256:HiNIo8sfUwwa5sLjLAoAd1FLAZkEOyr2S7CTA9mJRsI

At once nobody enters the pages with these passkeys. A key that the trust root names still signs
until the next one leaves it out: `signpost strategy root rotate --enrolled PERSON` drops what was
revoked, and takes what was enrolled since."""
)
@click.argument("person")
@content_option
@click.option(
    "--brand", metavar="ID", help="Whose trust root is meant; needed where there are several."
)
@click.option("--key", "keys", multiple=True, metavar="SHA256:…",
              help="Only the passkey of this fingerprint. Left out: all of PERSON's.")  # fmt: skip
@format_option
@color_option
def command(
    person: str, content_dir: Path | None, brand: str | None, keys: tuple[str, ...], form: str
) -> None:
    """End passkeys, sessions and invites of PERSON at once."""
    from signpost.cli.control import actor
    from signpost.cli.enrolment.asking import ask_signoff, find_signoff
    from signpost.domain.signing.keys import parse_line

    told = find_signoff(content_dir, brand)
    terminal = Terminal()
    with terminal.working("Revoking"):
        answer = ask_signoff(
            told.connection,
            {
                "action": "revoke",
                "brand": told.brand.id,
                "person": person,
                "keys": list(keys),
                "actor": actor(told.content),
            },
        )
    prints = [parse_line(item["line"]).fingerprint for item in answer["passkeys"]]
    if form == "json":
        machine.show({"brand": told.brand.id, "person": person, "revoked": prints})
        return
    if prints:
        ended = amount(len(prints), "passkey")
        terminal.say(f"{ended} of {person} ended: nobody enters with them.")
        terminal.say(
            "The trust root still names them, if it did: "
            f"signpost strategy root rotate --enrolled {person}",
            stderr=True,
        )
    else:
        terminal.say(f"{person} has no passkey to revoke; open invites have ended.")
    _say_passes(terminal, person)


def _say_passes(terminal: Terminal, person: str) -> None:
    """The door believes a pass by itself, and this command has no right to write there."""
    terminal.say(
        "A pass to the closed site that they have is good until their session would have ended, "
        "twelve hours at most. To end it now (docs/hosting.md, Passes, says what to put in):\n"
        "aws cloudfront-keyvaluestore put-key --kvs-arn SITE-KEYS --if-match ETAG "
        f'--key revoked/{person} --value "$(date +%s)"',
        stderr=True,
    )
