"""TAG702: a hashtag that channels read otherwise than it is meant."""

from __future__ import annotations

import re
from collections.abc import Iterator

from signpost.checks.pattern import late
from signpost.checks.rule import Context, Rule
from signpost.checks.shortened import shortened
from signpost.checks.texts import Text, first
from signpost.domain.channel import ChannelSpec
from signpost.domain.diagnostics import Diagnostic, Severity

_RANK = 3
"""Digits of a number that is hardly meant as a hashtag: our #1 tip, room #204."""
_POSSESSIVE = frozenset({"'s", "’s"})
_EMOJI = "\u203c-\u3299\U0001f000-\U0001faff"

_SIGN = late(
    r"(?<![\w/&#＃])[#＃](?:"
    r"(?P<digits>[\d_]++(?![\w·]))"
    r"|(?P<broken>[\w·]++(?P<rest>(?:['’&+.-][^\W_]|#\w)[\w·'’&+#-]*))"
    r"|(?P<double>[#＃]++\w+)"
    r"|(?P<apart>[ \t]+(?P<next>[^\W\d]\w*))"
    rf"|(?P<emoji>\w*[{_EMOJI}])"
    r")"
)
# Linear: after a sign each form is one run after another, and a run cannot hold what ends it.


def check(context: Context) -> Iterator[Diagnostic]:
    """Each text, by the rules of the channels that make links of hashtags."""
    for text in context.texts:
        if ("#" in text.raw or "＃" in text.raw) and text.clear_hashtags is None:
            specs = [spec for spec in text.specs if spec.hashtags]
            if specs or not text.specs:
                yield from first(_findings(text, specs))


def _findings(text: Text, specs: list[ChannelSpec]) -> Iterator[Diagnostic]:
    breaks = [spec for spec in specs if spec.hashtag_breaks]
    bare, passed = text.bare, 0
    for at in text.signs:
        match = _SIGN.match(bare, at) if at >= passed else None
        if match is None:
            continue
        passed, written = match.end(), match[0]
        said: tuple[str, str] | None = None
        if match["digits"]:
            if len(match["digits"]) > _RANK:
                said = f"`{written}` has no letter, so it is no hashtag.", "Add a word to it"
        elif match["broken"]:
            if match["rest"].lower() not in _POSSESSIVE:
                said = _broken(match, _names(breaks), split=bool(breaks) or not specs)
        elif match["double"]:
            said = f"`{written}` has two signs, so it is no hashtag.", "Write one `#`"
        elif match["apart"]:
            if _apart(text.bare, match):
                said = (
                    f"`# {match['next']}` is no hashtag: there is a space after the sign.",
                    f"Write `#{match['next']}`",
                )
        elif match["emoji"]:
            said = _emoji(written, breaks, specs)
        if said:
            place = text.span(match.start())
            yield RULE.at(place, said[0], f"{said[1]}.", severity=Severity.WARNING)


def _broken(match: re.Match[str], names: str, *, split: bool) -> tuple[str, str] | None:
    """A hashtag that ends sooner than it was meant to."""
    tag = match["broken"].removesuffix(match["rest"])
    if not split:
        return None
    where = f" on {names}" if names else ""
    if match["rest"].startswith("#"):
        return (
            f"`{shortened(match[0])}` is one hashtag at most{where}: there is no space in between.",
            "Put a space before each `#`",
        )
    whole = match["broken"].replace("&", " And ").replace("'", "").replace("’", "")
    together = "".join(part[:1].upper() + part[1:] for part in re.split(r"[^\w·]+", whole) if part)
    space = "ut a space after the hashtag"
    return (
        f"`{shortened(match[0])}` becomes the hashtag `#{tag}`{where}.",
        f"P{space}"
        if match["rest"].startswith(".")
        else f"Write `#{shortened(together)}`, or p{space}",
    )


def _apart(text: str, match: re.Match[str]) -> bool:
    """Not a heading of Markdown: that begins its line, and has no hashtags in it."""
    if match.start() and text[match.start() - 1] != "\n":
        return True
    end = text.find("\n", match.end())
    return " #" in text[match.end() : end if end >= 0 else len(text)][:500]


def _emoji(
    written: str, breaks: list[ChannelSpec], specs: list[ChannelSpec]
) -> tuple[str, str] | None:
    if len(written) == 2:
        if breaks or not specs:
            return f"`{written}` has no letter, so it is no hashtag.", "Write a word"
        return None
    keeps = [spec for spec in specs if not spec.hashtag_breaks]
    if not keeps:
        return None
    return (
        f"On {_names(keeps)} the emoji becomes a part of the hashtag `{written}`.",
        "Put a space between them",
    )


def _names(specs: list[ChannelSpec]) -> str:
    return " and ".join(spec.name for spec in specs)


RULE = Rule(
    code="TAG702",
    name="hashtag-form",
    title="A hashtag that channels read otherwise",
    why="A hashtag ends at the first hyphen, apostrophe or other sign (on Bluesky at the next "
    "space) and needs a letter. What was meant as one word becomes half a word, or no link at all, "
    'and nobody finds the post under it. A number of up to three digits, as in "our #1 tip", is '
    "taken for a number.",
    example="#winter-walks #2026 #don't # Hiking #Mending#Repair",
    fix="#WinterWalks #Winter2026 #DoNot #Hiking #Mending #Repair",
    source="https://github.com/mastodon/mastodon/blob/main/app/models/tag.rb and "
    "https://github.com/bluesky-social/atproto/blob/main/packages/api/src/rich-text/util.ts, "
    "noted 2026-11-22",
    check=check,
    silenceable=True,
)
