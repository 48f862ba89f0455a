"""The seal: what each page says of the version that it belongs to.

Whether a release was superseded or is past its review date, a page cannot know by itself: a script
asks `status.json` and puts the answer in the place that is marked for it. Without the script the
page says where to look.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from signpost.domain.website.escaping import markup
from signpost.domain.website.source import NEXT, Seal


def seal_html(seal: Seal, brand: str, up: str, path: str = "") -> str:
    """The seal of a page, as one block of HTML that Markdown passes on.

    Args:
        up: the way from the page to the version's folder, such as `../../`; empty on its first.
        path: of the page's source in the release; empty where it has none of its own.
    """
    source = ""
    if path in seal.files:
        source = (
            f'<details class="sp-source"><summary>The signed text of this page</summary><p>'
            f"<code>{markup(path)}</code> in release {markup(seal.version)}, "
            f"<code>sha256:{markup(seal.files[path])}</code></p></details>\n"
        )
    elif seal.version != NEXT:
        source = (
            '<p class="sp-note">This page is made from the release; it is not signed itself.</p>\n'
        )
    return (
        f'<aside class="sp-seal {_kind(seal)}" aria-label="What is signed" data-search-exclude '
        f'data-brand="{markup(brand)}" data-version="{markup(seal.version)}" '
        f'data-digest="{markup(seal.digest)}" data-site="{up}../../">\n'
        f"<p>{said(seal, up)}</p>\n"
        f'<p class="sp-now" role="status">{_without_script(seal, up)}</p>\n'
        f"{source}</aside>\n\n"
    )


def said(seal: Seal, up: str) -> str:
    """What is known for good, as HTML."""
    certificate = f'<a href="{up}certificate/">Certificate</a>'
    if seal.version == NEXT:
        return (
            "<strong>Not signed.</strong> This is the working text, as it may become. "
            f'<a href="{up}../">The newest signed version</a>'
        )
    version = f"Version {markup(seal.version)}"
    dates = f"in force from {day(seal.effective)}, to be reviewed by {day(seal.review_by)}"
    if seal.signed:
        return (
            f"<strong>Signed</strong> by {markup(listed(seal.roles))}. {version}, {dates}. "
            f"{certificate}"
        )
    if seal.faults:
        return f"<strong>Not valid.</strong> {version}: {markup(seal.faults[0])} {certificate}"
    return (
        f"<strong>Not signed yet.</strong> {version} is a proposal, {dates}. "
        f"It still needs {markup(listed(seal.lacking) or 'signatures')}. {certificate}"
    )


def listed(words: Iterable[str]) -> str:
    """`a, b and c`."""
    found = list(words)
    return f"{', '.join(found[:-1])} and {found[-1]}" if len(found) > 1 else "".join(found)


def day(value: date | None) -> str:
    """A date for readers and machines; a dash where it cannot be read."""
    if value is None:
        return "–"
    return f'<time datetime="{value.isoformat()}">{value.isoformat()}</time>'


def _kind(seal: Seal) -> str:
    if seal.version == NEXT:
        return "sp-draft"
    return "sp-signed" if seal.signed else "sp-loud"


def _without_script(seal: Seal, up: str) -> str:
    if seal.version == NEXT:
        return ""
    return (
        "Whether it is still in force, this page cannot know by itself: "
        f'<a href="{up}certificate/#check">check it yourself</a>, or open '
        f'<a href="{up}../">the newest version</a>.'
    )
