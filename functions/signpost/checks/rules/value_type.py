"""YML502: a value of the wrong form, or a missing one."""

from __future__ import annotations

from collections.abc import Iterator

from signpost.checks.rule import Context, Rule
from signpost.checks.suggest import did_you_mean
from signpost.domain.channel import Option
from signpost.domain.diagnostics import Diagnostic
from signpost.domain.post import Post
from signpost.domain.workspace import Brand


def check(context: Context) -> Iterator[Diagnostic]:
    """Words that the brand must know, and the values of `options.<channel>`."""
    words = {name: _words(brand) for name, brand in context.brands.items()}
    for post in context.posts:
        for key, known in words.get(post.brand, ()):
            value = getattr(post, key)
            if value and value not in known:
                yield RULE.at(
                    post.span(key),
                    f"Brand `{post.brand}` has no {key} `{value}`.",
                    did_you_mean(value, known),
                )
        if post.options:
            yield from _options(context, post)


def _words(brand: Brand) -> tuple[tuple[str, frozenset[str]], ...]:
    """The front-matter keys whose values the brand lists; an empty list binds nothing."""
    people = {person.id for person in brand.people.people}
    lists = (
        ("type", frozenset(brand.types)),
        ("objective", frozenset(item.id for item in brand.objectives)),
        ("campaign", frozenset(item.id for item in brand.campaigns)),
        ("theme", frozenset(item.id for item in brand.themes)),
        ("persona", frozenset(item.id for item in brand.personas)),
        ("owner", frozenset(people | {item.id for item in brand.positions})),
    )
    return tuple((key, known) for key, known in lists if known)


def _options(context: Context, post: Post) -> Iterator[Diagnostic]:
    for channel, options in post.options.items():
        spec = context.specs.get(channel)
        for key, value in options.items():
            option = spec.options.get(key) if spec else None
            if option is None or _fits(option, value):
                continue
            yield RULE.at(
                post.span(f"options.{channel}.{key}"),
                f"`{value}` does not fit `{key}`: {option.meaning}".rstrip(".") + ".",
                _remedy(option, str(value)),
            )


def _fits(option: Option, value: object) -> bool:
    if option.kind == "flag":
        return isinstance(value, bool)
    return isinstance(value, str) and (option.kind != "choice" or value in option.choices)


def _remedy(option: Option, value: str) -> str:
    if option.kind == "flag":
        return "Write `true` or `false`."
    if option.kind == "choice":
        return did_you_mean(value, option.choices)
    return "Put the text in quotation marks."


RULE = Rule(
    code="YML502",
    name="wrong-type",
    title="A value of the wrong form, or one that is missing",
    why="A value that is not what its key takes would have to be guessed or dropped. That "
    "includes words which the brand's own lists do not have.",
    example="late: half an hour\ntype: storry",
    fix="late: 30m\ntype: story",
    source="our own rule, set 2026-11-22",
    check=check,
)
