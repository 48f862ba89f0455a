"""The generated part that lists the rules of `check`, each with the paragraphs that speak of it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping

from signpost.checks.handbook.page_links import target_of
from signpost.checks.registry import RULES
from signpost.content.handbook.brand_parts import NONE
from signpost.content.handbook.tables import words
from signpost.domain.handbook import Page

NAME = "rules"
_FAMILIES = {
    "TXT": "Text",
    "MED": "Pictures, video and alt text",
    "TIM": "Time",
    "REF": "Words and references",
    "YML": "How files are written",
    "FIL": "Files",
    "TAG": "Hashtags and mentions",
    "LNK": "Links",
    "VOI": "Voice",
    "TEA": "Team",
}


def rules(page: Page, pages: Iterable[Page]) -> str:
    """Every rule that the handbook speaks of, by family; `signpost explain` has all of them.

    Args:
        page: on which the part stands; links in it are seen from there.
        pages: of the same brand, and of all brands.
    """
    said = _said(page, pages)
    made = []
    family = ""
    for rule in RULES:
        if rule.code not in said:
            continue
        if rule.code[:3] != family:
            family = rule.code[:3]
            made.append(f"## {_FAMILIES.get(family, family)}")
        # Titles and reasons are our own, and Markdown already, as on the pages of the rules.
        lines = [f"### {rule.code}: {rule.title} {{#{rule.code.lower()}}}", rule.why]
        lines.append("In this handbook: " + ", ".join(said[rule.code]) + ".")
        made.append("\n\n".join(lines))
    return "\n\n".join(made) or NONE


def _said(page: Page, pages: Iterable[Page]) -> Mapping[str, list[str]]:
    """Code of a rule → links to the paragraphs that link to it."""
    codes = {rule.code.lower(): rule.code for rule in RULES}
    found: dict[str, dict[str, None]] = {}
    for other in pages:
        if other.path == page.path:
            continue
        titles = {head.id: head.text for head in other.headings}
        for link in other.links:
            path, anchor = target_of(other, link)
            if path != page.path or anchor not in codes:
                continue
            way = posixpath.relpath(other.path, posixpath.dirname(page.path))
            title = other.title
            if link.section in titles and titles[link.section] != title:
                title = f"{title}, {titles[link.section]}"
                way = f"{way}#{link.section}"
            found.setdefault(codes[anchor], {})[f"[{words(title)}]({way})"] = None
    return {code: list(links) for code, links in found.items()}
