"""Running rules: over posts one by one, and over what lies between them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from signpost.checks.collector import paused_collector
from signpost.checks.outline import outline_of
from signpost.checks.rule import Context, IdPlace, Outline, Overview, Rule, Target, targets_of
from signpost.checks.texts import texts_of
from signpost.domain.channel import ChannelSpec
from signpost.domain.diagnostics import Diagnostic
from signpost.domain.media import MediaFact
from signpost.domain.post import Post
from signpost.domain.workspace import Brand

_AT_ONCE = 100
"""So many posts go through all rules before the next ones do: few enough for a processor's cache,
many enough that what a rule prepares for a brand costs little."""


class Judged(NamedTuple):
    """What rules found in posts one by one, and the outlines of those posts."""

    findings: list[Diagnostic]
    outlines: list[Outline]


def judge_posts(
    rules: Collection[Rule],
    brands: Mapping[str, Brand],
    posts: Sequence[Post],
    specs: Mapping[str, ChannelSpec],
    media: Mapping[str, MediaFact],
    id_places: Mapping[str, IdPlace],
    faulty: Collection[str],
) -> Judged:
    """What rules find in posts one by one, and the outlines of the posts, in their order.

    Args:
        media: facts of media files by path.
        id_places: where posts' ids stand, by path.
        faulty: configuration files that could not be read as they were meant.
    """
    found: list[Diagnostic] = []
    outlines: list[Outline] = []
    shared: dict[str, Any] = {}
    with paused_collector():
        for some in _portions(posts):
            targets = tuple(targets_of(brands, some, specs))
            context = Context(
                brands=brands,
                posts=some,
                specs=specs,
                media=media,
                targets=targets,
                texts=tuple(texts_of(brands, some, specs)),
                faulty=faulty,
                shared=shared,
            )
            for rule in rules:
                if rule.check is not None:
                    found.extend(rule.check(context))
            mine: dict[str, list[Target]] = {}
            for target in targets:
                mine.setdefault(target.post.path, []).append(target)
            outlines += [
                outline_of(post, mine.get(post.path, ()), media, id_places.get(post.path))
                for post in some
            ]
    return Judged(found, outlines)


def _portions(posts: Sequence[Post]) -> Iterator[Sequence[Post]]:
    for begin in range(0, len(posts), _AT_ONCE):
        yield posts[begin : begin + _AT_ONCE]


def judge_between(rules: Iterable[Rule], overview: Overview) -> list[Diagnostic]:
    """What rules find between posts, in the configuration, and as of now."""
    found: list[Diagnostic] = []
    for rule in rules:
        if rule.across is not None:
            found.extend(rule.across(overview))
    return found


def in_file_order(found: Iterable[Diagnostic], selected: Callable[[str], bool]) -> list[Diagnostic]:
    """Findings of the selected files, each once, in the order of files and lines."""
    unique = dict.fromkeys(item for item in found if selected(item.span.path))
    return sorted(unique, key=lambda item: (item.span, item.code, item.cause))
