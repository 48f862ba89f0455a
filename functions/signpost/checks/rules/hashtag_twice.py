"""TAG704: the same hashtag twice in a post."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from signpost.checks.rule import Context, Rule
from signpost.checks.texts import Text, first
from signpost.domain.diagnostics import Diagnostic, Severity


def check(context: Context) -> Iterator[Diagnostic]:
    """Each text; in a thread each part."""
    for text in context.texts:
        if text.raw.count("#") < 2:
            continue
        clear = text.clear_hashtags
        if clear is None or len({name.lower() for name in clear}) < len(clear):
            yield from first(_findings(text))


def _findings(text: Text) -> Iterator[Diagnostic]:
    if len({tag.text.lower() for tag in text.hashtags}) == len(text.hashtags):
        return
    starts = [tag.start for tag in text.hashtags]
    for start, end in text.ranges:
        seen: dict[str, str] = {}
        for tag in text.hashtags[bisect_left(starts, start) : bisect_left(starts, end)]:
            before = seen.setdefault(tag.text.lower(), tag.text)
            if before is not tag.text:
                yield RULE.at(
                    text.span(tag.start),
                    f"`#{tag.text}` is here for the second time."
                    if before == tag.text
                    else f"`#{tag.text}` is the same hashtag as `#{before}` above.",
                    "Take one of them out, or the `#` of this one.",
                    severity=Severity.WARNING,
                )


RULE = Rule(
    code="TAG704",
    name="hashtag-twice",
    title="The same hashtag twice",
    why="A hashtag works once; capitals make no difference. The second one only takes room and is "
    "read aloud again.",
    example="#Hiking is good for you. See you on Sunday!\n\n#Walking #hiking",
    fix="#Hiking is good for you. See you on Sunday!\n\n#Walking",
    source="https://docs.joinmastodon.org/user/posting/#hashtags, noted 2026-11-22",
    check=check,
    silenceable=True,
)
