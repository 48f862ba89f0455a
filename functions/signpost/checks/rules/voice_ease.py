"""VOI905: a text that is harder to read than the brand wants."""

from __future__ import annotations

from collections.abc import Iterator

from signpost.checks.readability import LEAST_WORDS, ease_of, ease_value, surely_as_easy
from signpost.checks.rule import Context, Rule
from signpost.checks.texts import Text
from signpost.domain.diagnostics import Diagnostic, Severity

_SHORTEST = LEAST_WORDS * 4
"""Characters below which a text has hardly so many words."""


def check(context: Context) -> Iterator[Diagnostic]:
    """Each text of a brand that minds."""
    for text in context.texts:
        least = text.brand.voice.get("reading_ease")
        if least is not None and len(text.raw) >= _SHORTEST:
            yield from _hard(text, least)


def _hard(text: Text, least: int) -> Iterator[Diagnostic]:
    language = text.post.language or text.brand.language or "en"
    clear = text.clear_hashtags is not None and "@" not in text.raw
    if clear and surely_as_easy(text.bare, language, least):
        return
    value = ease_value(text.prose, language)
    ease = ease_of(text.prose, language) if value is not None and value < least else None
    if ease is None:
        return
    words = ", ".join(f"`{word}`" for word in ease.hardest)
    yield RULE.at(
        text.span(ease.start),
        f"The reading ease is {ease.value:.0f}, on a scale where 100 is easiest, and "
        f"{text.brand.name} wants at least {least}. This is the longest sentence, with "
        f"{ease.words} words.",
        f"Make shorter sentences{f', and find shorter words than {words}' if words else ''}.",
        severity=Severity.WARNING,
    )


RULE = Rule(
    code="VOI905",
    name="voice-reading-ease",
    title="A text that is hard to read",
    why="Feeds are read in passing, often on a telephone, and not everybody reads with ease. The "
    "measure is Flesch's, for English, and Amstad's, for German: long sentences and long words "
    "lower it; 60 is plain, 30 is hard. The least that the brand wants stands in "
    f"`voice.reading_ease` of brand.yaml. Texts of fewer than {LEAST_WORDS} words and other "
    "languages are not measured. Syllables are estimated, so take the number for what it is.",
    example="Notwithstanding considerable meteorological uncertainty, participation necessitates "
    "comprehensive preparation and appropriate equipment …",
    fix="Nobody knows what the weather will do. So pack for rain, and pack for snow …",
    source="https://rdrr.io/cran/koRpus/man/flesch.html, noted 2026-11-22",
    check=check,
    silenceable=True,
)
