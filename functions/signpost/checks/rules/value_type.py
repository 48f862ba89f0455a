"""YML502: a value of the wrong form, or a missing one."""

from __future__ import annotations

from collections.abc import Iterator

from signpost.checks.rule import Context, Rule
from signpost.checks.suggest import did_you_mean
from signpost.domain.channel import Option
from signpost.domain.diagnostics import Diagnostic
from signpost.domain.post import Post


def check(context: Context) -> Iterator[Diagnostic]:
    """The values of `options.<channel>`, which only the channel's spec knows."""
    for post in context.posts:
        if post.options:
            yield from _options(context, post)


def _options(context: Context, post: Post) -> Iterator[Diagnostic]:
    for channel, options in post.options.items():
        spec = context.specs.get(channel)
        for key, value in options.items():
            option = spec.options.get(key) if spec else None
            if option is None or _fits(option, value):
                continue
            if option.kind == "flag" and value in ("true", "false"):
                yield RULE.at(
                    post.span(f"options.{channel}.{key}"),
                    f"`{key}` is the text `{value}`, because of its quotation marks.",
                    f"Write `{key}: {value}` without them.",
                )
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
    "includes periods that end before they begin, and things that are described twice.",
    example="late: half an hour",
    fix="late: 30m",
    source="our own rule, set 2026-11-22",
    check=check,
    fixable=True,
)
