"""What the site's server does with a request: serve which file, lead where, or keep out.

The local server asks this module. In production the same is decided by `SiteEntrance` in
infra/template.yaml, in the language that CloudFront runs; `tests/infra/test_site_functions.py` holds both
to each other, answer by answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote, unquote_to_bytes

from signpost.domain.entrance.passes import (
    COOKIE,
    EVERY_BRAND,
    Keyring,
    Pass,
    Refusal,
    Use,
    exchange,
    verify,
)
from signpost.domain.website.escaping import markup

ENTER = "/.enter"
"""Where a ticket becomes a cookie: `/.enter?ticket=…&to=/a/page/`."""
NOT_FOUND = "/404.html"
ENDINGS = (
    "avif", "css", "csv", "gif", "html", "ico", "jpeg", "jpg", "js", "json", "pdf", "png", "svg",
    "txt", "webp", "xml",
)  # fmt: skip
"""Of the files that a site holds. All else is a folder: `2026.2` has a dot, too."""

_FOREIGN = re.compile(r"//|/\.|\\|[^\x21-\x7e]|%(?:00|2e|2f|5c)", re.IGNORECASE)
"""What no address of the site holds: empty or hidden parts, and other ways of writing a slash."""
_FILE = re.compile(rf"\.(?:{'|'.join(ENDINGS)})\Z", re.IGNORECASE)
_BROKEN = re.compile(r"%(?![0-9A-Fa-f]{2})")
_TARGET = re.compile(r"/(?!/)[A-Za-z0-9._~!$&'()*+,;=:@%/-]{0,1000}\Z")


@dataclass(frozen=True, slots=True)
class Answer:
    """What to do with a request.

    Args:
        status: 200 to serve `path`, else the answer is complete in itself.
        path: of the file, such as `/acme/2026.2/index.html`.
        location: where a redirect leads; always a path of this site.
        cookie: the new cookie's value and its seconds to live.
        body: the page to show.
    """

    status: HTTPStatus
    path: str = ""
    location: str = ""
    cookie: tuple[str, int] | None = None
    body: str = ""


def answer(
    path: str,
    query: Mapping[str, str],
    cookie: str,
    now: int,
    ring: Keyring | None,
    signoff: str = "",
) -> Answer:
    """Decide.

    Args:
        path: as it came, percent-encoded.
        query: name → value, as it came.
        cookie: the pass; empty where none came.
        now: seconds since 1970.
        ring: what the door knows; None: the site is public.
        signoff: address of the sign-off origin; empty where there is none yet.
    """
    if path == ENTER:
        return _enter(query, now, ring, signoff)
    if not path.startswith("/") or _FOREIGN.search(path):
        return _absent()
    if ring is not None:
        kept_out = _kept_out(path, verify(cookie, Use.PASS, now, ring), signoff)
        if kept_out is not None:
            return kept_out
    if path.endswith("/"):
        return Answer(HTTPStatus.OK, path=f"{path}index.html")
    if _FILE.search(path):
        return Answer(HTTPStatus.OK, path=path)
    return Answer(HTTPStatus.FOUND, location=f"{path}/")


def _kept_out(path: str, found: Pass | Refusal, signoff: str) -> Answer | None:
    """What is said in place of the file; None where the holder of the pass may see it."""
    if isinstance(found, Refusal):
        return _closed(found, path, signoff)
    if path in {"/", "/index.html"} and EVERY_BRAND not in found.brands:
        if len(found.brands) == 1:
            return Answer(HTTPStatus.FOUND, location=f"/{found.brands[0]}/")
        return Answer(HTTPStatus.OK, body=_choice(found.brands))
    if path == NOT_FOUND or found.opens(path.split("/")[1]):
        return None
    return _closed(Refusal.ELSEWHERE, path, signoff)


def safe_target(wanted: str) -> str:
    """Where a ticket's holder is led to: a path of this site, whatever was asked for.

    Args:
        wanted: as it came, percent-encoded.
    """
    try:
        path = "" if _BROKEN.search(wanted) else unquote_to_bytes(wanted).decode()
    except UnicodeDecodeError:
        return "/"
    return path if _TARGET.match(path) and not _FOREIGN.search(path) else "/"


def set_cookie(value: str, seconds: int) -> str:
    """The header's value."""
    return f"{COOKIE}={value}; Max-Age={seconds}; {COOKIE_ATTRIBUTES}"


COOKIE_ATTRIBUTES = "Path=/; Secure; HttpOnly; SameSite=Lax"
"""Lax: the first page after signing in is reached from another origin."""


def entry(site: str, ticket: str, to: str) -> str:
    """The address to which the sign-off origin sends somebody with a ticket.

    Args:
        site: the site's origin, such as `https://handbook.example`.
        to: the path that they wanted.
    """
    return f"{site}{ENTER}?ticket={ticket}&to={quote(to, safe='')}"


def closed_page(why: Refusal, path: str, signoff: str) -> str:
    """What somebody without a pass is shown.

    Args:
        path: that they asked for; the sign-off origin hears of it.
        signoff: empty where there is none.
    """
    lead = "<p>Where one gets a pass is not set up yet. Ask the person who sent you here.</p>"
    if signoff:
        href = markup(f"{signoff}?to={quote(path, safe=_LIKE_JAVASCRIPT)}")
        lead = f'<p><a href="{href}">Sign in at {markup(signoff)}</a></p>'
    return _page(
        "This site is closed", f"<h1>This site is closed</h1>\n<p>{_SAID[why]}</p>\n{lead}"
    )


_LIKE_JAVASCRIPT = "!'()*-._~"  # what encodeURIComponent leaves as it is
_SAID = {
    Refusal.NONE: "It is for people with a pass. You have none.",
    Refusal.FORGED: "It is for people with a pass. Yours is not known here.",
    Refusal.ENDED: "Your pass has ended. A new one lets you in again.",
    Refusal.REVOKED: "Your pass was taken back.",
    Refusal.ELSEWHERE: "Your pass is for other pages than this.",
}


def _enter(query: Mapping[str, str], now: int, ring: Keyring | None, signoff: str) -> Answer:
    target = safe_target(query.get("to", ""))
    if ring is None:
        return Answer(HTTPStatus.FOUND, location=target)
    found = exchange(query.get("ticket", ""), now, ring)
    if isinstance(found, Refusal):
        return _closed(found, target, signoff)
    given, value = found
    return Answer(HTTPStatus.FOUND, location=target, cookie=(value, given.until - now))


def _closed(why: Refusal, path: str, signoff: str) -> Answer:
    return Answer(HTTPStatus.FORBIDDEN, body=closed_page(why, path, signoff))


def _absent() -> Answer:
    return Answer(HTTPStatus.NOT_FOUND, body=_page("Not found", "<h1>There is no such page</h1>"))


def _choice(brands: tuple[str, ...]) -> str:
    # The list in the site names every brand: whose customers the others are is nobody's business.
    items = "\n".join(f'<li><a href="/{brand}/">{brand}</a></li>' for brand in sorted(brands))
    return _page("Handbooks", f"<h1>Handbooks</h1>\n<ul>\n{items}\n</ul>")


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n</head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )
