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
_ASCII_WORD = re.compile(r"[a-z]+(?:'[a-z]+)*")
"""The same for small letters of ASCII, and faster."""
_LETTER = re.compile(r"[^\W\d_]")
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
    return _ease(text[:MOST_CHARACTERS], code)


def surely_as_easy(text: str, language: str, least: float) -> bool:
    """Whether a text is at least so easy, or not measured; False where that takes a closer look.

    Most texts end their sentences with a point behind a word. Those alone are counted here, which
    are never more than there are, so the text is at least as easy as it seems.

    Args:
        text: without addresses; what begins with `#` is passed over.
    """
    code = language[:2].lower()
    if code not in _TOKENS:
        return True
    total = sum(map(_TOKENS[code].__getitem__, text[:MOST_CHARACTERS].split()))
    words = total // _WORD_HERE & _MASK
    if words < LEAST_WORDS:
        return True
    return _formula(code, words / max(1, total // _END_HERE), (total & _MASK) / words) >= least


def _ease(text: str, code: str) -> float | None:
    lower = text.lower()
    words = (_ASCII_WORD if lower.isascii() else _WORD).findall(lower)
    if len(words) < LEAST_WORDS:
        return None
    sentences = sum(1 for piece in _SENTENCE_END.split(text) if _LETTER.search(piece))
    long = len(words) / sentences
    heavy = sum(map(_SYLLABLES[code].__getitem__, words)) / len(words)
    return _formula(code, long, heavy)


def _formula(code: str, long: float, heavy: float) -> float:
    """The ease by the words of a sentence and the syllables of a word."""
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


class _Counted(dict[str, int]):
    """Word → its syllables; the same few thousand words make up most of all texts."""

    _MOST = 20_000

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language

    def __missing__(self, word: str) -> int:
        count = syllables(word, self._language)
        if len(self) < self._MOST:
            self[word] = count
        return count


_SYLLABLES = {"en": _Counted("en"), "de": _Counted("de")}

# What is known of a token (what stands between two blanks) is one number, so that those of a text
# are added up at once: from below 20 bits of syllables, as many of words, and ends of sentences.
_MASK = (1 << 20) - 1
_WORD_HERE = 1 << 20
_END_HERE = 1 << 40
_TOKEN_END = re.compile(r"[.!?…:;][\"”“’)\]]*\Z")


class _Tokens(dict[str, int]):
    """Token → what is known of it."""

    _MOST = 20_000

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language

    def __missing__(self, token: str) -> int:
        words = [] if token.startswith("#") else _WORD.findall(token.lower())
        count = sum(syllables(word, self._language) for word in words) + len(words) * _WORD_HERE
        if words and _TOKEN_END.search(token):
            count += _END_HERE
        if len(self) < self._MOST:
            self[token] = count
        return count


_TOKENS = {"en": _Tokens("en"), "de": _Tokens("de")}
