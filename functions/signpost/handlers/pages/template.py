"""The one way by which a value gets into a page: escaped."""

from __future__ import annotations

import hashlib
import html as escaping
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

_ASSETS = Path(__file__).parent
PREVIEWS = "previews.css"
"""The style sheet of previews, shared with `signpost preview`."""
KINDS = {
    "signoff.css": "text/css; charset=utf-8",
    "signoff.js": "text/javascript; charset=utf-8",
    PREVIEWS: "text/css; charset=utf-8",
}


class Html(str):
    """Text that is HTML already; everything else is escaped where it is filled in."""

    __slots__ = ()


def html(template: str, **values: object) -> Html:
    """The template with its values, each escaped unless it is Html."""
    return Html(template.format(**{name: _safe(value) for name, value in values.items()}))


def joined(parts: Iterable[Html]) -> Html:
    """Pieces of HTML after one another."""
    return Html("".join(parts))


def items(parts: Iterable[object]) -> Html:
    """A list; nothing where there is nothing in it."""
    found = [html("<li>{part}</li>", part=part) for part in parts]
    return html("<ul>{found}</ul>", found=joined(found)) if found else Html("")


def asset(name: str) -> tuple[str, str]:
    """Address and text of a style sheet or the script."""
    text = _read(name)
    return f"/static/{hashlib.sha256(text.encode()).hexdigest()[:16]}/{name}", text


def page(title: str, body: Html, *, who: str = "", styles: tuple[str, ...] = ()) -> str:
    """A whole page.

    Args:
        title: its one heading.
        who: name of who is signed in; empty for nobody.
        styles: names of more style sheets.
    """
    sheets = joined(
        html('<link rel="stylesheet" href="{style}">\n', style=asset(name)[0])
        for name in ("signoff.css", *styles)
    )
    leave = html(
        '<form data-do="plain" data-post="/api/logout"><span>{who}</span> '
        '<button class="small">Sign out</button></form>',
        who=who,
    )
    return html(
        """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title} · Sign-off</title>
{sheets}<script src="{script}" defer></script>
</head>
<body>
<header><a href="/">Sign-off</a>{leave}</header>
<main>
<h1>{title}</h1>
<noscript><p class="loud">Passkeys need JavaScript; this site's own and no other runs here.</p>
</noscript>
{body}
<p id="told" role="status"></p>
</main>
</body>
</html>
""",
        title=title,
        sheets=sheets,
        script=asset("signoff.js")[0],
        leave=leave if who else Html(""),
        body=body,
    )


def _safe(value: object) -> str:
    return value if isinstance(value, Html) else escaping.escape(str(value), quote=True)


@lru_cache(maxsize=4)
def _read(name: str) -> str:
    if name == PREVIEWS:
        from signpost.previews.looks import styles

        return styles()
    return (_ASSETS / name).read_text(encoding="utf-8")
