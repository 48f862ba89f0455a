"""REF403: a type, objective, campaign, theme, persona or owner that the brand does not have."""

from __future__ import annotations

from collections.abc import Iterator

from signpost.checks.rule import Context, Rule
from signpost.checks.suggest import did_you_mean, surely_meant
from signpost.domain.diagnostics import Diagnostic
from signpost.domain.workspace import Brand

_FILES = {"objective": ("kpis.yaml",), "owner": ("positions.yaml", "people.yaml")}
"""Where the words of a key are declared, if not in `brand.yaml`."""


def check(context: Context) -> Iterator[Diagnostic]:
    """Each word of each post."""
    words = {brand.id: _words(brand, context) for brand in context.brands.values()}
    for post in context.posts:
        for key, known in words.get(post.brand, ()):
            value = getattr(post, key)
            if value and value not in known:
                yield RULE.at(
                    post.span(key),
                    f"Brand `{post.brand}` has no person and no position `{value}`."
                    if key == "owner"
                    else f"Brand `{post.brand}` has no {key} `{value}`.",
                    did_you_mean(value, known),
                    fix=post.fix(key, value, surely_meant(value, known)),
                )


def _words(brand: Brand, context: Context) -> tuple[tuple[str, frozenset[str]], ...]:
    """The front-matter keys whose values the brand lists.

    An empty list binds nothing: a brand may do without campaigns. Nor does a file that could not
    be read as it was meant: its own finding is enough.
    """
    people = {person.id for person in brand.people.people}
    lists = (
        ("type", frozenset(brand.types)),
        ("objective", frozenset(item.id for item in brand.objectives)),
        ("campaign", frozenset(item.id for item in brand.campaigns)),
        ("theme", frozenset(item.id for item in brand.themes)),
        ("persona", frozenset(item.id for item in brand.personas)),
        ("owner", frozenset(people | {item.id for item in brand.positions})),
    )
    return tuple(
        (key, known)
        for key, known in lists
        if known
        and not any(
            f"{brand.id}/{name}" in context.faulty for name in _FILES.get(key, ("brand.yaml",))
        )
    )


RULE = Rule(
    code="REF403",
    name="undeclared-word",
    title="A type, objective, campaign, theme, persona or owner that is not declared",
    why="Numbers are counted by these words: a post whose campaign is mistyped is missing in the "
    "campaign's report, and one whose owner does not exist has nobody who answers for it. A list "
    "that is empty, or not there, binds nothing.",
    example="type: storry\ncampaign: long-night\nowner: fin",
    fix="type: story\ncampaign: long-nights\nowner: finn",
    source="our own rule, set 2026-11-22",
    check=check,
    fixable=True,
)
