"""VOI901: words that the brand avoids."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from signpost.checks.rule import Context, Rule
from signpost.checks.shortened import shortened
from signpost.checks.texts import first
from signpost.domain.diagnostics import Diagnostic, Severity
from signpost.domain.post import MediaRef
from signpost.domain.workspace import Brand

_FIRST_WORD = re.compile(r"\w+|\W+")
_PREFERRED = 5
"""So many of the words that the brand likes are named."""


class _Phrases(NamedTuple):
    """What a brand avoids: a sign that a text may have it, and all of it as one pattern."""

    signs: tuple[str, ...]
    form: re.Pattern[str]
    instead: str

    def may_be_in(self, text: str) -> bool:
        """Whether one may be there. Most texts have not even the first word of any phrase."""
        lower = text.lower()
        for sign in self.signs:  # noqa: SIM110 - `any` would be a call more for each text
            if sign in lower:
                return True
        return False


def check(context: Context) -> Iterator[Diagnostic]:
    """Each text, and the alt texts of its media."""
    phrases: dict[str, _Phrases | None] | None = context.shared.get(RULE.code)
    if phrases is None:
        phrases = {name: _phrases(brand) for name, brand in context.brands.items()}
        context.shared[RULE.code] = phrases
    for text in context.texts:
        mine = phrases.get(text.brand.id)
        if mine is None:
            continue
        if not mine.may_be_in(text.raw):
            continue
        for match in first(mine.form.finditer(text.raw)):
            if "://" not in text.raw or text.bare[match.start()] != " ":  # not in an address
                yield RULE.at(
                    text.span(match.start()),
                    f"{text.brand.name} avoids `{shortened(' '.join(match[0].split()))}`.",
                    mine.instead,
                    severity=Severity.WARNING,
                )
    for post in context.posts:
        mine = phrases.get(post.brand)
        if mine is not None and (post.media or len(post.bodies) > 1):
            yield from _alt(post.every_media(), mine, context.brands[post.brand])


def _alt(media: Iterator[MediaRef], phrases: _Phrases, brand: Brand) -> Iterator[Diagnostic]:
    for item in media:
        match = phrases.form.search(item.alt) if phrases.may_be_in(item.alt) else None
        if match:
            yield RULE.at(
                item.span,
                f"{brand.name} avoids `{shortened(match[0])}`, which stands in this alt text.",
                phrases.instead,
                severity=Severity.WARNING,
            )


def _phrases(brand: Brand) -> _Phrases | None:
    avoided = [" ".join(phrase.split()) for phrase in brand.voice.get("avoid") or ()]
    avoided = [phrase for phrase in avoided if phrase]
    if not avoided:
        return None
    signs = {(_FIRST_WORD.match(phrase.lower()) or [phrase])[0].strip() for phrase in avoided}
    forms = (_form(phrase) for phrase in sorted(avoided, key=len, reverse=True))
    preferred = tuple(brand.voice.get("prefer") or ())[:_PREFERRED]
    instead = "Say it in other words."
    if preferred:
        words = ", ".join(f"`{word}`" for word in preferred)
        instead = f"Say it in other words; the brand likes {words}."
    return _Phrases(tuple(signs), re.compile("|".join(forms), re.IGNORECASE), instead)


def _form(phrase: str) -> str:
    """The phrase between word borders, over line ends, with either kind of apostrophe."""
    words = (re.escape(word).replace("'", "['’]") for word in phrase.replace("’", "'").split())
    form = r"\s+".join(words)
    before = r"(?<!\w)" if phrase[0].isalnum() else ""
    after = r"(?!\w)" if phrase[-1].isalnum() else ""
    return f"{before}{form}{after}"


RULE = Rule(
    code="VOI901",
    name="voice-avoid",
    title="A word that the brand avoids",
    why="The brand's guidelines name words that it does not use; they stand in `voice.avoid` of "
    "brand.yaml. Whole words are found, in capitals or not, in texts and alt texts; other forms of "
    "a word (`conquers`) have to be named too. In a quotation a word may be right: allow it there, "
    "with the reason.",
    example="An epic weekend in the hills.",
    fix="Two days, eleven huts and one very wet dog.",
    source="docs/reference/front-matter.md#voice, set 2026-11-22",
    check=check,
    silenceable=True,
)
