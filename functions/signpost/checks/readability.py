"""How easy a text is to read: Flesch's formula, with syllables counted by their vowels.

Hyphenation patterns would be no better a count of English syllables ("about" is never divided),
and reading them takes longer than checking a thousand posts.
"""

from __future__ import annotations

import re
from typing import NamedTuple

LEAST_WORDS = 40
"""A shorter text has too few words for an average to say something."""
MOST_CHARACTERS = 40_000
"""So much of a text is read: some 6,000 words tell how the rest is written."""

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SENTENCE_END = re.compile(r"[.!?…:;][.!?…:;]*[\"”“’)\]]*(?=\s|$)|\n\n*")
# Each way begins with one character, not with a repetition: so the search can jump to it.
_TOKEN_END = re.compile(r"[.!?…:;][\"”“’)\]]*\Z")
"""The end of what stands between two blanks, where a sentence ends with it."""
_ENGLISH = re.compile(r"[aeiouyàâäéèêëïîôöùûü]+")
_GERMAN = re.compile(r"aa|ai|au|ay|äu|ee|ei|eu|ey|ie|ii|oo|ou|oi|[aeiouyäöüéèêàâôû]")
_SPLIT = re.compile(
    r"(?<![tscgx])i[ao](?!u)|(?<![tscgx])ious|ie(?=n[ct]|t\b)|ea(?=s?\b)|crea(?=t)|[^qg]u[aeo]"
    r"|eo(?=s?\b|lo|g)|eum\b|[aeiou]ing\b|[aeo]y[aeiou]|(?:s|th)ms?\b"
)
_SILENT = re.compile(r"(?:[^aeiouyl]|[aeiouy]l)e$|[^aeiouytd]ed$|[^aeiouyscxzgh]es$")


class Ease(NamedTuple):
    """How easy a text is.

    Args:
        value: 100 is very easy, 60 plain, 30 hard; it can be above and below.
        start: offset of the longest sentence.
        words: its number of words.
        hardest: the words with most syllables, if they have four or more.
    """

    value: float
    start: int
    words: int
    hardest: tuple[str, ...]


def ease_value(text: str, language: str) -> float | None:
    """The reading ease alone, which is all that most texts are asked for; None as `ease_of`."""
    code = language[:2].lower()
    if code not in ("en", "de"):
        return None
    known = _TOKENS[code]
    counted = sentences = 0
    for line in text[:MOST_CHARACTERS].split("\n"):
        tokens = line.split()
        if tokens:
            here = sum(map(known.__getitem__, tokens))
            counted += here
            last = known[tokens[-1]]
            if here < _BARE_END and (last & (_END | _BARE_END) or last & _WORDS):
                sentences += here // _END + (not last & _END)
            else:
                sentences += _sentences(tokens, known)
    words = (counted & _WORDS) // _ONE_WORD
    if words < LEAST_WORDS:
        return None
    long = words / sentences
    heavy = (counted & _SYLLABLES) / words
    return 206.835 - 1.015 * long - 84.6 * heavy if code == "en" else 180 - long - 58.5 * heavy


def ease_of(text: str, language: str) -> Ease | None:
    """The reading ease of a text; None for few words, or a language without a formula here.

    Args:
        text: words only; lines count as sentences of their own.
        language: a code such as `en` or `de-AT`.

    Source: https://rdrr.io/cran/koRpus/man/flesch.html, 2026-11-22 (the formulas of Flesch, and of
    Amstad for German).
    """
    value = ease_value(text, language)
    if value is None:
        return None
    text = text[:MOST_CHARACTERS]
    longest = (0, 0)
    many: dict[str, int] = {}
    begin = 0
    for end in (*(match.end() for match in _SENTENCE_END.finditer(text)), len(text)):
        found = list(_WORD.finditer(text, begin, end))
        begin = end
        if len(found) > longest[1]:
            longest = found[0].start(), len(found)
        for match in found:
            count = syllables(match[0].lower(), language[:2].lower())
            if count > 3:
                many[match[0]] = count
    hardest = sorted(many, key=lambda word: -many[word])[:3]
    return Ease(value, *longest, tuple(hardest))


def syllables(word: str, language: str) -> int:
    """About how many syllables a word in small letters has; never less than one."""
    if language == "de":
        return max(1, len(_GERMAN.findall(word)))
    count = len(_ENGLISH.findall(word)) + len(_SPLIT.findall(word))
    if count > 1 and _SILENT.search(word):
        count -= 1
    return max(1, count)


# What is known of a token (what stands between two blanks) is one number, so that those of a line
# are added up at once: syllables, words, and how many end a sentence.
_SYLLABLES = (1 << 20) - 1
_ONE_WORD = 1 << 20
_WORDS = _SYLLABLES << 20
_END = 1 << 40
"""It has a word, and ends a sentence."""
_BARE_END = 1 << 60
"""It has no word, such as `2026:`, and ends a sentence: if there is one."""


class _Tokens(dict[str, int]):
    """Token → what is known of it; the same few thousand make up most of all texts."""

    _MOST = 20_000

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language

    def __missing__(self, token: str) -> int:
        words = _WORD.findall(token.lower())
        count = sum(syllables(word, self._language) for word in words) + len(words) * _ONE_WORD
        if _TOKEN_END.search(token):
            count += _END if words else _BARE_END
        if len(self) < self._MOST:
            self[token] = count
        return count


_TOKENS = {"en": _Tokens("en"), "de": _Tokens("de")}


def _sentences(tokens: list[str], known: _Tokens) -> int:
    """How many sentences a line has: what has no word in it is none."""
    count = 0
    said = False
    for token in tokens:
        number = known[token]
        said = said or bool(number & _WORDS)
        if number >= _END:
            count += said
            said = False
    return count + said
