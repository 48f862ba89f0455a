"""REF402: a post without an id, or with that of another."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from signpost.checks.rule import IdPlace, Outline, Overview, Rule
from signpost.domain.diagnostics import Diagnostic, Fix

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32: no i, l, o, u, so that ids survive being read aloud.

Source: https://www.crockford.com/base32.html, noted 2026-11-22.
"""
LENGTH = 12


def mint_id(random_bits: Callable[[int], int]) -> str:
    """A new post id: 60 random bits; among a million posts two are equal with odds of 1 : 2,000,000.

    Args:
        random_bits: returns so many random bits as an integer, such as `secrets.randbits`.
    """
    bits = random_bits(5 * LENGTH)
    return "".join(ALPHABET[bits >> 5 * place & 31] for place in reversed(range(LENGTH)))


def across(overview: Overview) -> Iterator[Diagnostic]:
    """Ids over the whole workspace; of several posts with one id, one keeps it."""
    holders: dict[str, list[Outline]] = {}
    for post in overview.outlines:
        if post.id:
            holders.setdefault(post.id, []).append(post)
        else:
            yield RULE.at(
                post.id_span,
                "The post has no id.",
                "Run `signpost check --fix`, which mints one.",
                fix=_fix(overview, post),
            )
    for post_id, posts in holders.items():
        if len(posts) < 2:
            continue
        posts.sort(key=overview.age)
        for post in posts[1:]:
            yield RULE.at(
                post.id_span,
                f"{posts[0].path} has the id `{post_id}` too.",
                "A copy needs an id of its own: run `signpost check --fix`.",
                fix=_fix(overview, post),
            )


def _fix(overview: Overview, post: Outline) -> Fix | None:
    if not post.id_place or not overview.mint:
        return None
    return IdPlace(*post.id_place).fix(post.path, overview.mint())


RULE = Rule(
    code="REF402",
    name="post-id",
    title="A post id that is missing or used twice",
    why="The id is what makes a post the same post after it was renamed, edited or moved: with it "
    "Signpost knows that it was already published. Two posts with one id would count as one, and "
    "one of them would never go out.",
    example="---\npublish: now    # no id\naccounts: [shop]\n---",
    fix="---\nid: 7k2m9q4x1v3b    # made by `signpost new` or `signpost check --fix`\n"
    "publish: now\naccounts: [shop]\n---",
    source="our own rule (invariant 15 of the publishing protocol), set 2026-11-22",
    across=across,
    fixable=True,
)
