"""TAG703: a hashtag of several words without capitals."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from signpost.checks.rule import Context, Rule
from signpost.checks.shortened import shortened
from signpost.checks.texts import Text, first
from signpost.domain.diagnostics import Diagnostic, Severity
from signpost.domain.workspace import Brand

LONG = 15
"""Letters from which a hashtag in one case is taken for several words."""
_SINGLE = frozenset(
    {
        "administrations",
        "biodegradability",
        "characteristics",
        "congratulations",
        "counterproductive",
        "cryptocurrencies",
        "entrepreneurship",
        "environmentalism",
        "environmentalist",
        "environmentalists",
        "extraordinarily",
        "incomprehensible",
        "industrialisation",
        "intellectualism",
        "interchangeable",
        "interdependence",
        "interdisciplinary",
        "internationalism",
        "internationally",
        "misunderstanding",
        "misunderstandings",
        "multiculturalism",
        "neighbourliness",
        "parliamentarian",
        "personalisation",
        "personalization",
        "photojournalism",
        "photojournalist",
        "photojournalists",
        "professionalism",
        "recommendations",
        "representations",
        "representatives",
        "responsibilities",
        "standardisation",
        "straightforward",
        "thermoregulation",
        "transformational",
        "transformations",
        "weatherproofing",
    }
)
"""English words that are as long, and one word."""
_APART = frozenset({"en", "fr", "es", "it", "pt"})
"""Languages that write words apart; others make one long word of several."""
_WORDS = re.compile(r"[^\W_]+")


def check(context: Context) -> Iterator[Diagnostic]:
    """Each hashtag that is written in one case."""
    known: dict[str, Mapping[str, str]] = context.shared.setdefault(RULE.code, {})
    for text in context.texts:
        if "#" not in text.raw:
            continue
        clear = text.clear_hashtags
        if clear is not None and not any(name.islower() or name.isupper() for name in clear):
            continue
        names = known.get(text.brand.id)
        if names is None:
            names = known[text.brand.id] = _names(text.brand)
        yield from first(_findings(text, names))


def _findings(text: Text, names: Mapping[str, str]) -> Iterator[Diagnostic]:
    language = (text.post.language or text.brand.language)[:2]
    for tag in text.hashtags:
        if not tag.text.islower() and not tag.text.isupper():
            continue
        lower = tag.text.lower()
        ours = names.get(lower)
        if ours:
            yield RULE.at(
                text.span(tag.start),
                f"`#{tag.text}` is several words in one case.",
                f"Write `#{ours}`: screen readers then read it word by word.",
                severity=Severity.WARNING,
                fix=text.body.fix(tag.end - len(tag.text), tag.end, ours, f"Write `#{ours}`"),
            )
        elif len(lower) >= LONG and lower.isalpha() and language in _APART and lower not in _SINGLE:
            yield RULE.at(
                text.span(tag.start),
                f"`#{shortened(tag.text)}` looks like several words in one case.",
                "Begin each word with a capital: screen readers then read it word by word.",
                severity=Severity.WARNING,
            )


def _names(brand: Brand) -> dict[str, str]:
    """What the brand itself calls things in several words, as hashtags: `mendit` → `MendIt`."""
    entries = (*brand.campaigns, *brand.themes, *brand.personas, *brand.objectives)
    said = [brand.name, *(item.title for item in entries), *(item.id for item in entries)]
    found: dict[str, str] = {}
    for name in (*said, *brand.types):
        words = _WORDS.findall(name)
        if len(words) > 1:
            together = "".join(word[:1].upper() + word[1:] for word in words)
            found.setdefault(together.lower(), together)
    return found


RULE = Rule(
    code="TAG703",
    name="hashtag-case",
    title="A hashtag of several words without capitals",
    why="Screen readers speak `#MendIt` as two words and `#mendit` as one that does not exist; "
    "sighted readers stumble too. Found are hashtags in one case that are a name of brand.yaml in "
    f"several words (the brand, a campaign, a theme …), and those of {LONG} letters and more in "
    "languages that write words apart. Networks treat both spellings as the same hashtag.",
    example="#larkfelloutfitters #wintermountainwalks",
    fix="#LarkfellOutfitters #WinterMountainWalks",
    source="https://accessible-social.com/hashtags, noted 2026-11-22",
    check=check,
    silenceable=True,
    fixable=True,
)
