"""VOI903: words in capitals."""

from __future__ import annotations

import re
from collections.abc import Iterator

from signpost.checks.rule import Context, Rule
from signpost.checks.shortened import shortened
from signpost.checks.texts import Text, first
from signpost.domain.diagnostics import Diagnostic, Severity

LEAST = 4
_WORD = re.compile(rf"(?<![\w'’])[^\W\d_a-zß-öø-ÿ]{{{LEAST},}}(?!\w)")
_CAPITAL = "[A-ZÀ-ÞĀ-ɏͰ-ϿЀ-ԯ]"
_SIGN = re.compile(f"{_CAPITAL}{_CAPITAL}{{{LEAST - 1}}}")
"""Found at once in texts that have no such word, as most have none."""
_ROMAN = re.compile(r"[IVXLCDM]+")


def check(context: Context) -> Iterator[Diagnostic]:
    """Each text of a brand that minds."""
    allowed: dict[str, frozenset[str]] = {}
    for text in context.texts:
        words = text.brand.voice.get("capitals")
        if words is None:
            continue
        if text.brand.id not in allowed:
            pieces = (piece for word in words for piece in (word, *re.split(r"[\W_]+", word)))
            allowed[text.brand.id] = frozenset(piece.upper() for piece in pieces if piece)
        if _SIGN.search(text.raw):
            yield from first(_findings(text, allowed[text.brand.id]))


def _findings(text: Text, allowed: frozenset[str]) -> Iterator[Diagnostic]:
    for match in _WORD.finditer(text.prose):
        word = match[0]
        if word.isupper() and word not in allowed and not _ROMAN.fullmatch(word):
            yield RULE.at(
                text.span(match.start()),
                f"`{shortened(word)}` is in capitals.",
                "Write it in small letters; a name goes into `voice.capitals` of brand.yaml.",
                severity=Severity.WARNING,
            )


RULE = Rule(
    code="VOI903",
    name="voice-capitals",
    title="A word in capitals",
    why="Capitals shout, are harder to read, and some screen readers spell them. A brand that "
    "minds lists in `voice.capitals` the words that may stand so, such as names; all others of "
    f"{LEAST} letters and more are found. Addresses, hashtags, mentions and Roman numbers are "
    "left alone.",
    example="LAST DAYS of the winter sale.",
    fix="The winter sale runs until Sunday.",
    source="docs/reference/front-matter.md#voice, set 2026-11-22",
    check=check,
    silenceable=True,
)
