"""TXT105: characters that nobody sees, and letters that are none."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from signpost.checks.pattern import late
from signpost.checks.rule import Context, Rule
from signpost.checks.texts import Text, first
from signpost.domain.diagnostics import Diagnostic, Severity

_CONTROL = r"\x00-\x08\x0b-\x1f\x7f-\x9f"
_NOTHING = r"\u00ad\u180e\u200b\u2060-\u2064\ufeff"
_JOINERS = r"\u200c\u200d"
_MARKS = r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_BLANK = r"\u115f\u1160\u2800\u3164\uffa0"
_BREAK = r"\u2028\u2029"
_BROKEN = r"\ufffd\ue000-\uf8ff"
_TAGS = r"\U000e0000-\U000e007f"
_FANCY = r"\u24b6-\u24e9\U0001d400-\U0001d7ff\U0001f130-\U0001f149\U0001f150-\U0001f169"

_ANY = late(f"[{_CONTROL}{_NOTHING}{_JOINERS}{_MARKS}{_BLANK}{_BREAK}{_BROKEN}{_TAGS}{_FANCY}]")
_RUN = late(
    f"(?P<control>[{_CONTROL}]+)|(?P<nothing>[{_NOTHING}]+)|(?P<joiner>[{_JOINERS}]+)"
    f"|(?P<mark>[{_MARKS}]+)|(?P<blank>[{_BLANK}]+)|(?P<break>[{_BREAK}]+)|(?P<broken>[{_BROKEN}]+)|(?P<tag>[{_TAGS}]+)"
    f"|(?P<fancy>[{_FANCY}](?:[ '’-]?[{_FANCY}])*)"
)
_SPACED = late("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
"""Thai, Lao, Burmese and Khmer write no spaces: a zero-width one says where a line may break."""
_JOINED = late("[\u0600-\u109f\u1780-\u18af\u1900-\u1cff\ua800-\uabff\ufb50-\ufefc]")
"""Scripts whose letters join, from Arabic to the scripts of India: joiners are their spelling."""
_RIGHT_TO_LEFT = late("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_EMOJI = late("[\u2190-\u2bff\u3030-\u3299\ufe0f\U0001f000-\U0001faff\U000e007f]")
_OVERRIDE = late("[\u202a-\u202e]")
_FLAG = "\U0001f3f4"

_TITLE = "Take invisible characters out"
_MENDED = frozenset({"control", "nothing", "joiner"})
_SAYS = {
    "control": ("{} stands here; nobody sees it.", "Take it out."),
    "nothing": (
        "{} stands here; nobody sees it.",
        "Take it out: it breaks words for search, links and screen readers.",
    ),
    "joiner": ("{} stands here and joins nothing; nobody sees it.", "Take it out."),
    "mark": (
        "{} stands here: it can show a text in another order than it has.",
        "Take it out, and read what is there then.",
    ),
    "tag": ("{} stands here; nobody sees it.", "Take it out: such characters can hide words."),
    "blank": (
        "{} stands here to make an empty place.",
        "Leave a line blank instead; a screen reader says its name aloud.",
    ),
    "break": ("{} stands here; not every app breaks the line at it.", "Press Enter instead."),
    "broken": (
        "{} stands here: a character that was lost, or that few devices have.",
        "Type what was meant.",
    ),
    "fancy": (
        "`{}` is not written in letters, but in mathematical signs.",
        "Type it in ordinary letters: screen readers spell such signs or skip them.",
    ),
}


def check(context: Context) -> Iterator[Diagnostic]:
    """Each text that has such characters at all."""
    for text in context.texts:
        raw = text.raw
        if raw.isascii() and raw.replace("\n", "").isprintable():
            continue
        if _ANY.search(raw):
            yield from first(_findings(text))


def _findings(text: Text) -> Iterator[Diagnostic]:
    rtl = _RIGHT_TO_LEFT.search(text.raw) is not None
    for match in _RUN.finditer(text.raw):
        kind = match.lastgroup or ""
        if _belongs(kind, match, rtl=rtl):
            continue
        start, end = match.span()
        cause, remedy = _SAYS[kind]
        fix = text.body.fix(start, end, "", _TITLE) if kind in _MENDED else None
        shown = unicodedata.normalize("NFKC", match[0])[:40]
        if kind != "fancy":
            shown = _name(match[0][0])
        yield RULE.at(
            text.span(start), cause.format(shown), remedy, severity=Severity.WARNING, fix=fix
        )


def _belongs(kind: str, match: re.Match[str], *, rtl: bool) -> bool:
    """Whether such characters have a meaning where they stand."""
    text, (start, end) = match.string, match.span()
    before, after = text[start - 1 : start], text[end : end + 1]
    if kind == "fancy":
        return end - start < 2  # a variable of a formula
    if kind == "nothing":
        return _SPACED.search(before + after) is not None
    if kind == "joiner":
        emoji = _EMOJI.match(before) is not None and _EMOJI.match(after) is not None
        return emoji or _JOINED.match(before) is not None
    if kind == "mark":
        return rtl and _OVERRIDE.search(match[0]) is None
    return kind == "tag" and _FLAG in text[max(0, start - 2) : start]


def _name(char: str) -> str:
    """`U+200B (zero width space)`."""
    name = unicodedata.name(char, "control character" if ord(char) < 0xA0 else "private use")
    return f"U+{ord(char):04X} ({name.lower()})"


RULE = Rule(
    code="TXT105",
    name="hidden-characters",
    title="Invisible or unsafe characters in a text",
    why="Characters without width come along when text is copied. They break words for search and "
    "for screen readers, and links and hashtags at once. Marks of direction can show another text "
    'than the one that was approved. Bold or cursive "fonts" are mathematical signs: screen '
    'readers spell them, skip them, or say "mathematical bold small b".',
    example="Our 𝗻𝗲𝘄 soles  (four mathematical signs)\n#Mend\u200bIt  (a zero-width space inside)",
    fix="Our new soles\n#MendIt",
    source="https://www.unicode.org/reports/tr36/ (order of display), and "
    "https://adrianroselli.com/2025/03/dont-use-fake-bold-or-italic-in-social-media.html, "
    "noted 2026-11-22",
    check=check,
    silenceable=True,
    fixable=True,
)
