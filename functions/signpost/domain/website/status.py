"""What the site asks at run time, and the small files that lead to its versions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from signpost.domain.canonical import utc_text
from signpost.domain.signing.standing import State
from signpost.domain.website.escaping import markup
from signpost.domain.website.seal import day
from signpost.domain.website.source import NEXT, Seal


@dataclass(frozen=True, slots=True)
class Shelf:
    """The versions of a brand, and what each is today.

    Args:
        brand: its id.
        title: what its site is called.
        seals: of the releases, the oldest first.
        states: version → what it is today.
        present: the version in force or past its review; empty where there is none.
        faults: of the whole, in words.
        gate: the content says that nothing of the brand goes out without a release in force.
        signoff: origin of the sign-off pages, by the trust root; empty where it names none.
    """

    brand: str
    title: str
    seals: tuple[Seal, ...] = ()
    states: Mapping[str, State] | None = None
    present: str = ""
    faults: tuple[str, ...] = ()
    gate: bool = False
    signoff: str = ""

    @property
    def opens(self) -> str:
        """The version that a reader is led to: the newest in force, else the working text."""
        return NEXT if self.faults or not self.present else self.present


def status_json(shelves: Iterable[Shelf], now: datetime) -> bytes:
    """`status.json`: no names, no money, nobody's lateness; a site may be public."""
    return _json(
        {
            "format": 1,
            "made": utc_text(now),
            "brands": {shelf.brand: _members(shelf) for shelf in shelves},
        }
    )


def _members(shelf: Shelf) -> dict[str, Any]:
    return {
        "present": shelf.present or None,
        "in_force": shelf.opens != NEXT
        and (shelf.states or {}).get(shelf.present) is State.IN_FORCE,
        "sound": not shelf.faults,
        "gate": shelf.gate,
        "signoff": shelf.signoff or None,
        "versions": [
            {
                "version": seal.version,
                "state": str((shelf.states or {})[seal.version]),
                "signed": seal.signed,
                "altered": seal.altered,
                "digest": seal.digest,
                "effective": seal.effective.isoformat() if seal.effective else None,
                "review_by": seal.review_by.isoformat() if seal.review_by else None,
                "roles": list(seal.roles),
            }
            for seal in shelf.seals
        ],
    }


def versions_json(shelf: Shelf) -> bytes:
    """`versions.json` in the form that the theme's selector reads, the newest first.

    Source: https://github.com/jimporter/mike, "versions.json" (noted 2026-11-22).
    """
    rows = [
        {"version": seal.version, "title": _titled(seal), "aliases": []}
        for seal in reversed(shelf.seals)
    ]
    return _json([*rows, {"version": NEXT, "title": f"{NEXT} (draft)", "aliases": []}])


def _titled(seal: Seal) -> str:
    # The selector puts titles into the page as they are.
    version = markup(seal.version)
    if seal.altered:
        return f"{version} (altered)"
    return version if seal.signed else f"{version} ({'not valid' if seal.faults else 'not signed'})"


def redirect(title: str, target: str) -> str:
    """A page that leads to another, with or without scripts."""
    return _plain_page(
        markup(title),
        f'<p>The handbook is at <a href="{markup(target)}">{markup(target)}</a>.</p>',
        f'<meta http-equiv="refresh" content="0; url={markup(target)}">\n',
    )


def first_page(shelves: Sequence[Shelf]) -> str:
    """`/`: it leads to the newest version in force, or lets the reader choose among the brands."""
    if len(shelves) > 1:
        return choice(shelves)
    return redirect(shelves[0].title, f"{shelves[0].brand}/{shelves[0].opens}/")


def choice(shelves: Iterable[Shelf]) -> str:
    """The first page of a site of several brands, and what each leads to."""
    items = "\n".join(
        f'<li><a href="{markup(shelf.brand)}/">{markup(shelf.title)}</a>: {_led_to(shelf)}</li>'
        for shelf in shelves
    )
    return _plain_page("Handbooks", f"<h1>Handbooks</h1>\n<ul>\n{items}\n</ul>")


def _led_to(shelf: Shelf) -> str:
    """What a brand's link opens. Dates are told, not what holds today: the page is built before."""
    seals = {seal.version: seal for seal in shelf.seals}
    if shelf.faults:
        return "the working text; what is signed here cannot be trusted as a whole"
    if shelf.present:
        due = day(seals[shelf.present].review_by)
        expired = (shelf.states or {}).get(shelf.present) is State.PAST_REVIEW
        said = (
            f"past its review date, {due}: not in force" if expired else f"to be reviewed by {due}"
        )
        return f"version {markup(shelf.present)}, signed, {said}"
    coming = next((seal for seal in shelf.seals if seal.signed), None)
    if coming is not None:
        version = (
            f"version {markup(coming.version)} is signed, in force from {day(coming.effective)}"
        )
        return f"the working text; {version}"
    return "the working text; nothing is signed yet"


def not_found() -> str:
    """What is shown for an address that leads nowhere."""
    return _plain_page(
        "Not found",
        '<h1>There is no such page</h1>\n<p>It may be in another version. <a href="/">Begin at the '
        "newest</a>.</p>",
    )


def withheld(seal: Seal) -> str:
    """In place of a release whose bytes are not those that were signed."""
    faults = "\n".join(f"<li>{markup(fault)}</li>" for fault in seal.faults)
    return _plain_page(
        f"Version {markup(seal.version)} is not shown",
        f"<h1>Version {markup(seal.version)} is not shown</h1>\n"
        f"<p>Its files are not those that were signed. Do not use any copy of it.</p>\n"
        f'<ul>\n{faults}\n</ul>\n<p><a href="../">The newest version</a></p>',
    )


def sitemap(brand: str, version: str, pages: Iterable[str]) -> bytes:
    """The addresses of a version's pages; the selector looks here for the same page in another.

    Args:
        pages: addresses below the version, such as `strategy/`.
    """
    # The theme replaces the host by the site's own; where the site will be, a build cannot know.
    rows = "\n".join(
        f"<url><loc>https://site.invalid/{markup(brand)}/{markup(version)}/{markup(page)}</loc></url>"
        for page in pages
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{rows}\n</urlset>\n'
    ).encode()


def _plain_page(title: str, body: str, head: str = "") -> str:
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f'<link rel="icon" href="data:,">\n{head}'
        f"<title>{title}</title>\n"
        f"</head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
