"""Passkeys that were enrolled, as people of the next trust root."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from signpost.domain.signing.document import is_id
from signpost.domain.signing.keys import parse_line
from signpost.domain.signing.root import Person, TrustRoot
from signpost.errors import SettingsError, SigningError

Passkeys = Sequence[Mapping[str, Any]]


def in_force(content: Path, brand: str) -> TrustRoot | None:
    """The trust root in force, by the repository; None where there is none."""
    from signpost.cli.signoff.evidence import find_site, judge_site_roots

    for above in content.resolve().parents:
        if (above / "strategy-site").is_dir():
            try:
                site = find_site(above / "strategy-site", brand)
            except SettingsError:
                return None
            return judge_site_roots(site).present
    return None


def standing(passkey: Mapping[str, Any], root: TrustRoot | None) -> str:
    """`waits`, `counts`, `to drop` (ended, and the root names it still), or `ended`."""
    lines = {key.line for person in root.people.values() for key in person.keys} if root else ()
    named = passkey["line"] in lines
    if passkey["revoked"]:
        return "to drop" if named else "ended"
    return "counts" if named else "waits"


def with_enrolled(
    people: Mapping[str, Person], words: Iterable[str], passkeys: Passkeys
) -> dict[str, Person]:
    """The people, with the keys that those named have enrolled, and without what was revoked.

    Args:
        people: of the trust root before.
        words: `ID`, or `ID:ROLE[+ROLE]` for somebody new.
        passkeys: all of the brand.

    Raises:
        click.BadParameter: a word is of another form.
        SigningError: somebody has enrolled nothing new, or would have no key left.
    """
    found = dict(people)
    for word in words:
        name, _, rest = word.partition(":")
        roles = tuple(sorted(set(filter(None, rest.split("+")))))
        if not all(map(is_id, (name, *roles))):
            raise click.BadParameter(f"`{word}` is not ID or ID:ROLE[+ROLE].")
        own = [item for item in passkeys if item["person"] == name]
        before = found.get(name)
        if before is None and not roles:
            raise SigningError(
                f"`{name}` is not in the trust root, and it is not said in which role.",
                f"Say it: --enrolled {name}:ROLE.",
                reason="role",
            )
        ended = {item["line"] for item in own if item["revoked"]}
        keys = [key for key in (before.keys if before else ()) if key.line not in ended]
        known = {key.line for key in keys}
        new = [
            parse_line(item["line"])
            for item in own
            if not item["revoked"] and item["line"] not in known
        ]
        if not new and before is not None and len(keys) == len(before.keys):
            raise SigningError(
                f"`{name}` has enrolled nothing that the trust root does not name.",
                f"Invite them: `signpost people invite {name}`.",
                reason="no-key",
            )
        if not (keys or new):
            raise SigningError(
                f"`{name}` would have no key.",
                f"Let them enrol first (`signpost people invite {name}`), or --drop {name}.",
                reason="no-key",
            )
        shown = before.name if before else str(own[-1]["name"])
        held = roles or (before.roles if before else ())
        found[name] = Person(name, shown, (*keys, *new), held)
    return found


def ask_enrolled(content_dir: Path | None, brand: str) -> tuple[list[dict[str, Any]], str]:
    """All passkeys of the brand, and the origin of the pages on which they were made.

    Raises:
        SettingsError: the stack is not known, or has no sign-off pages.
    """
    from signpost.cli.enrolment.asking import ask_signoff, find_signoff

    told = find_signoff(content_dir, brand)
    answer = ask_signoff(told.connection, {"action": "pending", "brand": brand})
    return list(answer["passkeys"]), str(answer["origin"])
