"""TAG701: more hashtags than the channel or the brand wants."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from signpost.checks.rule import Context, Rule
from signpost.checks.texts import Text, first
from signpost.domain.diagnostics import Diagnostic, Severity


def check(context: Context) -> Iterator[Diagnostic]:
    """Each text; in a thread each part, because each is a post."""
    for text in context.texts:
        if "#" in text.raw:
            names = text.clear_hashtags
            if _may_be_more(text, len(text.signs if names is None else names)):
                yield from first(_too_many(text))


def _may_be_more(text: Text, number: int) -> bool:
    """Whether so many are more than anybody wants; most texts are far from it."""
    own = text.brand.voice.get("hashtags")
    if own is not None and number > own:
        return True
    for spec in text.specs:
        if spec.hashtags and spec.hashtags_max is not None and number > spec.hashtags_max:
            return True
    return False


def _too_many(text: Text) -> Iterator[Diagnostic]:
    limits = [
        (spec.hashtags_max, f"{spec.name} takes {spec.hashtags_max} without penalty")
        for spec in text.specs
        if spec.hashtags and spec.hashtags_max is not None
    ]
    own = text.brand.voice.get("hashtags")
    if own is not None:
        limits.append((own, f"{text.brand.name} uses {own} at most"))
    most, who = min(limits)
    starts = [tag.start for tag in text.hashtags]
    for start, end in text.ranges:
        here = starts[bisect_left(starts, start) : bisect_left(starts, end)]
        if len(here) > most:
            yield RULE.at(
                text.span(here[most]),
                f"{len(here)} hashtags; {who}.",
                f"Keep those that readers follow, and take {len(here) - most} out.",
                severity=Severity.WARNING,
            )


RULE = Rule(
    code="TAG701",
    name="too-many-hashtags",
    title="More hashtags than the channel or the brand wants",
    why="A row of hashtags hides the message, and is read aloud word for word. What the brand allows stands in `voice.hashtags` of brand.yaml; what a channel takes "
    "stands in its spec.",
    example="Soup at the mill until three. #Hiking #Walking #Outdoors #Mountains #Soup #Weekend",
    fix="Soup at the mill until three. #Hiking #Soup",
    source="docs/reference/front-matter.md#voice, set 2026-11-22",
    check=check,
    silenceable=True,
)
