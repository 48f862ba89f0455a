"""DOC964 and DOC965: a link that leads to no page, or to no place on it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from datetime import date
from urllib.parse import unquote

from signpost.checks.rule import Rule
from signpost.checks.suggest import did_you_mean
from signpost.domain.diagnostics import Diagnostic
from signpost.domain.handbook import Handbook, Link, Page

_ELSEWHERE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//")


def judge(handbook: Handbook, today: date) -> Iterator[Diagnostic]:
    """Every link that stays within the handbook."""
    del today
    for page in handbook.pages.values():
        for link in page.links:
            if not _ELSEWHERE.match(link.target):
                yield from _followed(handbook, page, link)


def target_of(page: Page, link: Link) -> tuple[str, str]:
    """Path below the docs folder, and anchor, that a link means."""
    path, _, anchor = link.target.partition("#")
    if not path:
        return page.path, unquote(anchor)
    found = posixpath.normpath(posixpath.join(posixpath.dirname(page.path), unquote(path)))
    return found, unquote(anchor)


def _followed(handbook: Handbook, page: Page, link: Link) -> Iterator[Diagnostic]:
    if link.target.startswith("/"):
        cause = f"The link `{link.target}` begins at the root of the server, not of the handbook."
        yield LINK.at(link.span, cause, "Write it as seen from this page: `../strategy/index.md`.")
        return
    path, anchor = target_of(page, link)
    found = handbook.pages.get(path)
    if found is None:
        if path in handbook.files:
            return
        cause = f"There is no page or file `{path}`."
        near = _near(path, [*handbook.pages, *handbook.files])
        yield LINK.at(link.span, cause, near or "Correct the link, or write the page.")
    elif anchor and anchor not in found.anchors:
        where = "This page" if found is page else f"`{path}`"
        cause = f"{where} has no heading `#{anchor}`."
        near = _near(anchor, found.anchors)
        yield ANCHOR.at(link.span, cause, near or "Link to the page, or to one of its headings.")


def _near(word: str, known: Iterable[str]) -> str:
    """The likeliest one, if any is; a list of all pages would help nobody."""
    hint = did_you_mean(word, known)
    return hint if hint.startswith("Did you") else ""


LINK = Rule(
    code="DOC964",
    name="broken-page-link",
    title="A link to a handbook page that is not there",
    why="A reader in a hurry meets an error page. Links are written as seen from the page, so that "
    "they hold on the site, in the repository and in a release alike.",
    example="[who approves](../team/approvals.md)",
    fix="[who approves](../team/index.md#who-approves)",
    source="https://www.mkdocs.org/user-guide/writing-your-docs/#linking-to-pages, noted 2026-11-22",
)
ANCHOR = Rule(
    code="DOC965",
    name="broken-page-anchor",
    title="A link to a heading that is not there",
    why="The page opens at its top, and the reader searches in vain for what was promised. A "
    "heading that is renamed takes its anchor along; `{#id}` behind it keeps one for good.",
    example="[limits](formats.md#limit)",
    fix="[limits](formats.md#limits)",
    source="https://www.mkdocs.org/user-guide/writing-your-docs/#linking-to-pages, noted 2026-11-22",
)
