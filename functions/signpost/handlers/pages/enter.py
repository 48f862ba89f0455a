"""The way into the closed site."""

from __future__ import annotations

from collections.abc import Sequence

from signpost.handlers.pages.template import html, items, page


def enter_page(site: str, brands: Sequence[str], who: str) -> str:
    """One button that leads to the site.

    Args:
        site: its origin; empty: there is none.
        brands: those whose pages this person may see.
    """
    if not site:
        body = html("<p>There is no site to enter here.</p>")
    elif not brands:
        body = html(
            "<p>You are not listed among any brand's people, so that there is nothing to enter. Ask "
            "who invited you for an entry; it holds from the next push on.</p>"
        )
    else:
        body = html(
            "<p>You may see:</p>{brands}"
            '<form data-do="visit" data-post="/api/enter" data-site="{site}">'
            "<button>Enter the site</button></form>"
            '<p class="quiet">It opens at {site} and lets you in for twelve hours at most.</p>',
            brands=items(brands),
            site=site,
        )
    return page("Enter the site", body, who=who)
