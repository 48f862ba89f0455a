"""TXT103: a text with something that one of its channels does not show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from signpost.checks.pattern import late
from signpost.checks.rule import Context, Rule
from signpost.checks.texts import Text
from signpost.domain.diagnostics import Diagnostic, Severity

LITTLE = 300
"""Characters below which a page of a blog is hardly one."""

_MARKUP = late(
    r"(?P<heading>^#{1,6}[ \t]+(?=\S)(?![^\n#]*[ \t]#\w))"
    r"|(?P<picture>!\[[^\]\[\n]{0,200}\]\([^()\n]{1,2048}\))"
    r"|(?P<link>\[[^\]\[\n]{1,200}\]\([^()\s]{1,2048}\))"
    r"|(?P<bold>\*\*(?=\S)[^*\n]{1,500}\*\*|(?<!\w)__(?=[^\W_])[^_\n]{1,500}__(?!\w))"
    r"|(?P<code>^```|`[^`\n]{1,200}`)",
    re.MULTILINE,
)
_SHOWN = {
    "heading": "the sign of a heading",
    "picture": "the signs of a Markdown picture, and no picture",
    "link": "the brackets of a Markdown link",
    "bold": "the signs around bold words",
    "code": "the signs around code",
}
_INSTEAD = {
    "heading": "Take the `#` and the space away",
    "picture": "Name the file under `media:`, with `file:` and `alt:`, and take this out",
    "link": "Write the address itself, or put it into `link:`",
    "bold": "Let the words stand without them",
    "code": "Let the words stand without them",
}
_HEADING = late(r"^#{1,6}[ \t]+\S", re.MULTILINE)


class _Habit(NamedTuple):
    """What people write on some channels only: its form, and where it is at home."""

    form: re.Pattern[str]
    home: frozenset[str]
    instead: str


_PICTURES = frozenset({"instagram", "tiktok", "snapchat"})
_HABITS = (
    _Habit(
        late(r"(?<!\w)links? in (?:the |our |my |der |unserer )?bio(?!\w)", re.IGNORECASE),
        _PICTURES,
        "Put the address into `link:`",
    ),
    _Habit(
        late(r"(?<!\w)swipe (?:up|left|right|through|for|to see)(?!\w)", re.IGNORECASE),
        _PICTURES,
        "Say where to look instead",
    ),
    _Habit(
        late(r"(?<!\w)(?:RT @\w|(?i:(?:please |pls )RT|retweet(?:e?n|s)?)(?!\w))"),
        frozenset({"x", "twitter"}),
        "Ask people to share it, or to pass it on",
    ),
)


def check(context: Context) -> Iterator[Diagnostic]:
    """Each text once."""
    for text in context.texts:
        if not text.specs:
            continue
        raw = text.raw
        if "`" in raw or "# " in raw or "](" in raw or "**" in raw or "__" in raw or "#\t" in raw:
            yield from _markup(text)
        if len(text.specs) > 1 or not text.specs[0].hashtags:
            yield from _hashtags(text)
            yield from _little(text)
        lower = raw.lower()
        if " bio" in lower or "swipe" in lower or "retweet" in lower or "RT" in raw:
            yield from _habits(text)


def _markup(text: Text) -> Iterator[Diagnostic]:
    """The first of each kind of markup, where a channel shows its signs."""
    plain = [spec.name for spec in text.specs if not spec.markup]
    if not plain:
        return
    kinds: dict[str, int] = {}
    for match in _MARKUP.finditer(text.raw):
        kinds.setdefault(match.lastgroup or "", match.start())
        if len(kinds) == len(_SHOWN):
            break
    for kind, start in kinds.items():
        yield RULE.at(
            text.span(start),
            f"Readers on {_and(plain)} see {_SHOWN[kind]}.",
            f"{_INSTEAD[kind]}.{_own(text)}",
            # A picture that is missing is more than an odd sign.
            severity=Severity.ERROR if kind == "picture" else Severity.WARNING,
        )


def _hashtags(text: Text) -> Iterator[Diagnostic]:
    without = [spec for spec in text.specs if not spec.hashtags]
    if without and text.hashtags:
        tag = text.hashtags[0]
        yield RULE.at(
            text.span(tag.start),
            f"`#{tag.text}` is no link on {_and([spec.name for spec in without])}.",
            f"Take hashtags out of that text; write one of its own into `{without[0].id}.md`.",
            severity=Severity.WARNING,
        )


def _little(text: Text) -> Iterator[Diagnostic]:
    """A short message that goes to a blog as well."""
    blogs = [spec for spec in text.specs if spec.markup]
    if not blogs or len(blogs) == len(text.specs) or not text.raw:
        return
    blog = blogs[0]
    if len(text.raw) < LITTLE:
        yield RULE.at(
            text.span(0),
            f"The text is a short message, and on {blog.name} it becomes a page.",
            f"Write the page's text into `{blog.id}.md`, or leave the account out.",
            severity=Severity.WARNING,
        )
    elif not text.post.options.get(blog.id, {}).get("title") and not _HEADING.search(text.raw):
        yield RULE.at(
            text.span(0),
            f"The text has no heading, so its first words become the title on {blog.name}.",
            f"Write `{blog.id}.md` with a `# heading`, or `title` under `options.{blog.id}`.",
            severity=Severity.WARNING,
        )


def _habits(text: Text) -> Iterator[Diagnostic]:
    for habit in _HABITS:
        strange = [spec.name for spec in text.specs if spec.id not in habit.home]
        match = habit.form.search(text.raw) if strange else None
        if match:
            said = match[0].partition("@")[0]
            yield RULE.at(
                text.span(match.start()),
                f"`{said.strip()}` is a habit of other networks; on {_and(strange)} it means nothing.",
                f"{habit.instead}.",
                severity=Severity.WARNING,
            )


def _own(text: Text) -> str:
    """The other way out, where a channel of the text would show it well."""
    well = [spec.id for spec in text.specs if spec.markup]
    return f" Text with markup belongs into `{well[0]}.md`." if well else ""


def _and(names: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


RULE = Rule(
    code="TXT103",
    name="text-forced-on-channel",
    title="A text has what one of its channels does not show",
    why="One text for all channels is written for one of them. Where there is no markup, readers "
    "see its signs. A blog makes no links of hashtags, and turns a short message into a thin page "
    "without a title. And nobody finds a link in a bio where there is none.",
    example="accounts: [shop, blog]\n---\nNew soles? **Ask us**: [prices](https://shop.example/soles)"
    "\n\n#MendIt",
    fix="Give the channel its own text: `index.md` for the network, `wordpress.md` with heading and "
    "markup for the blog.",
    source="https://docs.joinmastodon.org/spec/activitypub/#sanitization, noted 2026-11-22 "
    "(Mastodon makes HTML of plain text only); each channel's `markup` and `hashtags` in its spec",
    check=check,
    silenceable=True,
)
