"""Silences: comments that let a finding pass where it stands, with a reason.

`# signpost: allow CODE[, CODE…] reason in words`: at the end of a line it counts for that line, alone
on a line for the next line that is no comment, alone above the first key for the whole file.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from signpost.checks.rule import Rule
from signpost.checks.rules import silence_unused, silence_wrong
from signpost.domain.diagnostics import Diagnostic, Fix, Span

_COMMENT = re.compile(
    r"#[ \t]*signpost[ \t]*:[ \t]*(allow|disable|ignore|noqa|off|silence|skip)\b[ \t]*:?",
    re.IGNORECASE,
)
_CODE = re.compile(r"[ \t]*([^\s,]+)(?:[ \t]*(,)|(?=\s)|$)")
_BEFORE_REASON = " \t:;,.-–—"


class Word(NamedTuple):
    """A code as it stands in a comment, and how far from the comment's `#`, in code points."""

    text: str
    at: int


class Silence(NamedTuple):
    """One comment that lets findings pass.

    Args:
        span: where its `#` stands.
        text: the comment from the `#` to the end of its line.
        line: the line that it counts for; 0: every line.
        covers: the files that it counts for, its own first.
        start: place of its `#` in the file, in code points.
        cut: place from which its line is deleted with it, and where that ends.
    """

    span: Span
    text: str
    line: int
    covers: tuple[str, ...]
    start: int
    cut: tuple[int, int]

    @property
    def wording(self) -> tuple[str, tuple[Word, ...], str]:
        """The verb, the codes as they are written, and the reason."""
        match = _COMMENT.match(self.text)
        if match is None:
            return "", (), ""
        words: list[Word] = []
        at = match.end()
        while (found := _CODE.match(self.text, at)) is not None:
            words.append(Word(found[1].rstrip(":;"), found.start(1)))
            at = found.end()
            if not found[2]:
                break
        return match[1], tuple(words), self.text[at:].strip().lstrip(_BEFORE_REASON)

    @property
    def reason(self) -> str:
        """Why the findings may pass, in words."""
        return self.wording[2]

    def place(self, word: Word) -> Span:
        """Where a word of it stands."""
        return Span(self.span.path, self.span.line, self.span.column + word.at)


class Silenced(NamedTuple):
    """A finding that a silence lets pass."""

    finding: Diagnostic
    by: Silence


def is_silence(comment: str) -> bool:
    """Whether a comment, from its `#` on, means to silence something."""
    return _COMMENT.match(comment) is not None


def apply_silences(
    found: Iterable[Diagnostic],
    silences: Sequence[Silence],
    rules: Iterable[Rule],
    *,
    faulty: Collection[str] = frozenset(),
    whole: bool = True,
) -> tuple[list[Diagnostic], list[Silenced]]:
    """Take out what is silenced; add what is wrong with the silences themselves.

    Args:
        found: every finding, of files that were not asked for too.
        rules: all of them, whether they found something or not.
        faulty: files that could not be read as they were meant: what is not found there may only
            not have been looked for, so no silence is called useless.
        whole: all files were read; else nothing is called useless either.

    Returns:
        The findings that stay, and those that are silenced.
    """
    if not silences:
        return list(found), []
    known = {rule.code: rule for rule in rules}
    here: dict[str, list[Silence]] = {}
    kept: list[Diagnostic] = []
    allowed: dict[Silence, frozenset[str]] = {}
    for silence in silences:
        kept.extend(_faults(silence, known))
        allowed[silence] = _allowed(silence, known)
        for path in silence.covers:
            here.setdefault(path, []).append(silence)
    hidden: list[Silenced] = []
    used: set[tuple[Silence, str]] = set()
    for item in found:
        by = [
            silence
            for silence in here.get(item.span.path, ())
            if silence.line in {0, item.span.line} and item.code in allowed[silence]
        ]
        used.update((silence, item.code) for silence in by)
        if by:
            hidden.append(Silenced(item, by[0]))
        else:
            kept.append(item)
    if whole:
        for silence in silences:
            idle = [code for code in sorted(allowed[silence]) if (silence, code) not in used]
            if idle and not _in_doubt(silence, faulty):
                kept.append(_useless(silence, idle))
    return kept, hidden


def in_order(silenced: Iterable[Silenced]) -> list[Silenced]:
    """Each silenced finding once, in the order of files and lines."""
    unique = {item.finding: item for item in silenced}
    return sorted(unique.values(), key=lambda item: (item.finding.span, item.finding.code))


def _allowed(silence: Silence, known: Mapping[str, Rule]) -> frozenset[str]:
    verb, words, reason = silence.wording
    if verb.lower() != "allow" or not _is_words(reason) or _is_code(reason, known):
        return frozenset()
    return frozenset(w.text for w in words if w.text in known and known[w.text].silenceable)


def _is_words(reason: str) -> bool:
    return any(char.isalpha() for char in reason)


def _is_code(reason: str, known: Mapping[str, Rule]) -> bool:
    """Whether the reason begins with one more code: then a comma was left out."""
    return reason.partition(" ")[0].rstrip(",:;") in known


def _faults(silence: Silence, known: Mapping[str, Rule]) -> Iterator[Diagnostic]:
    """What is wrong with a silence as it is written."""
    verb, words, reason = silence.wording
    if verb.lower() != "allow":
        yield silence_wrong.other_verb(silence.span, verb)
        return
    if not words:
        yield silence_wrong.no_code(silence.span)
        return
    for word in words:
        if word.text not in known:
            yield silence_wrong.unknown(silence.place(word), word.text, known.values())
        elif not known[word.text].silenceable:
            yield silence_wrong.refused(silence.place(word), known[word.text])
    if _is_code(reason, known):
        yield silence_wrong.no_comma(silence.span)
    elif not _is_words(reason):
        yield silence_wrong.no_reason(silence.span, words[-1].text)


def _in_doubt(silence: Silence, faulty: Collection[str]) -> bool:
    brand = silence.span.path.partition("/")[0]
    return any(
        path in silence.covers
        or (path.endswith(".yaml") and path.partition("/")[0] in _above(brand))
        for path in faulty
    )


def _above(brand: str) -> tuple[str, str]:
    """First parts of the paths of a brand's configuration, and of the workspace's."""
    return brand, "signpost.yaml"


def _useless(silence: Silence, idle: Sequence[str]) -> Diagnostic:
    _, words, _ = silence.wording
    path = silence.span.path
    left = [word.text for word in words if word.text not in idle]
    if not left:
        fix = Fix(path, *silence.cut, "", "Delete the silence")
        return silence_unused.finding(silence.span, idle, fix)
    begin = silence.start + words[0].at
    end = silence.start + words[-1].at + len(words[-1].text)
    fix = Fix(path, begin, end, ", ".join(left), "Take out what silences nothing")
    first = next(word for word in words if word.text in idle)
    return silence_unused.finding(silence.place(first), idle, fix)
