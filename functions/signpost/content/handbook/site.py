"""The handbook of a workspace: pages, what their generated parts should be, and writing those."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from signpost.checks.handbook.stale_part import form_fault
from signpost.content.goals import read_goals
from signpost.content.handbook import brand_parts, team_parts
from signpost.content.handbook.limits import limits
from signpost.content.handbook.pages import read_pages
from signpost.content.handbook.rules_part import NAME as RULES_PART
from signpost.content.handbook.rules_part import rules
from signpost.domain.channel import ChannelSpec
from signpost.domain.handbook import Handbook, Page
from signpost.domain.workspace import Brand
from signpost.errors import ContentError

Making = Callable[[Brand], str]

_OF_BRAND: dict[str, Making] = {
    "voice": brand_parts.voice,
    "voice-limits": brand_parts.voice_limits,
    "personas": brand_parts.personas,
    "themes": brand_parts.themes,
    "campaigns": brand_parts.campaigns,
    "accounts": brand_parts.accounts,
    "calendar": brand_parts.calendar,
    "disclosures": brand_parts.disclosures,
    "responsibilities": team_parts.responsibilities,
    "stand-ins": team_parts.stand_ins,
    "departments": team_parts.departments,
    "core-team": team_parts.core_team,
    "workflow": team_parts.workflow,
    "approvals": team_parts.approvals,
}
PART_NAMES = (*_OF_BRAND, "objectives", "limits", RULES_PART)
"""Every part that a page may ask for with `<!-- generated: NAME -->`."""


def read_handbook(
    docs: Path, content: Path, brands: Mapping[str, Brand], specs: Mapping[str, ChannelSpec]
) -> Handbook:
    """The handbook as it lies there.

    Args:
        docs: the folder of its pages.
        content: the content folder, for goals.
        brands: by id.
        specs: of every channel that has a connector, by id.
    """
    shelf = read_pages(docs, brands)
    makings = {name: _makings(brand, content, specs) for name, brand in brands.items()}
    wanted = {}
    for page in shelf.pages.values():
        for part in page.parts:
            if part.name == RULES_PART:
                same = (p for p in shelf.pages.values() if p.brand in {"", page.brand})
                wanted[page.path, part.name] = _framed(rules(page, same))
            elif page.brand and part.name in makings[page.brand]:
                made = makings[page.brand][part.name](brands[page.brand])
                wanted[page.path, part.name] = _framed(made)
    return Handbook(
        pages=shelf.pages,
        brands=brands,
        files=frozenset(shelf.files),
        wanted=wanted,
        part_names=PART_NAMES,
        findings=tuple(shelf.findings),
    )


def _makings(brand: Brand, content: Path, specs: Mapping[str, ChannelSpec]) -> Mapping[str, Making]:
    goals = read_goals(content, brand.id)
    return {
        **_OF_BRAND,
        "objectives": lambda brand: brand_parts.objectives(brand, goals),
        "limits": lambda brand: limits(brand, specs),
    }


def renewed(handbook: Handbook) -> dict[str, str]:
    """Path and new text of every page whose generated parts are out of date.

    Raises:
        ContentError: a part has no end, or there is none of its name; nothing is to be written.
    """
    faults = [
        fault
        for page in handbook.pages.values()
        for part in page.parts
        if (fault := form_fault(handbook, page, part)) is not None
    ]
    if faults:
        raise ContentError(faults)
    made = {}
    for page in handbook.pages.values():
        text = _renewed(page, handbook)
        if text != page.text:
            made[page.path] = text
    return made


def write_handbook(docs: Path, read: Callable[[], Handbook]) -> list[str]:
    """Bring all generated parts up to date; the paths of the pages that were written.

    The list of rules names the headings of other pages, some of them generated: a second round
    finds those.

    Args:
        read: reads the handbook anew.

    Raises:
        ContentError: as `renewed`.
    """
    written: dict[str, None] = {}
    for _ in range(2):
        found = renewed(read())
        for path, text in found.items():
            (docs / path).write_text(text, encoding="utf-8", newline="")
            written[path] = None
    return list(written)


def _renewed(page: Page, handbook: Handbook) -> str:
    text = page.text
    for part in sorted(page.parts, key=lambda item: item.start, reverse=True):
        text = text[: part.start] + handbook.wanted[page.path, part.name] + text[part.end :]
    return text


def _framed(text: str) -> str:
    """Blank lines around it: Markdown reads a block after a comment only so."""
    return f"\n{text}\n\n"
