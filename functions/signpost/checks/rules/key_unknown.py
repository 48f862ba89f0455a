"""YML501: a key that means nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from signpost.checks.rule import Context, Rule
from signpost.checks.shortened import shortened
from signpost.checks.suggest import did_you_mean, surely_meant
from signpost.domain.diagnostics import Diagnostic, Fix, Span


def finding(
    span: Span, key: str, known: Iterable[str], *, where: str = "", fix: Fix | None = None
) -> Diagnostic:
    """What to say of an unknown key; the reader raises it for each one."""
    place = f" in {where}" if where else ""
    return RULE.at(
        span, f"There is no key `{shortened(key)}`{place}.", did_you_mean(key, known), fix=fix
    )


def check(context: Context) -> Iterator[Diagnostic]:
    """Keys under `options.<channel>`, which only the channel's spec knows."""
    for post in context.posts:
        for channel, options in post.options.items():
            spec = context.specs.get(channel)
            for key in options if spec else ():
                if spec and key not in spec.options:
                    span = post.span(f"options.{channel}.{key}")
                    new = surely_meant(key, spec.options)
                    fix = None
                    if new not in options:
                        fix = post.fix(f"options.{channel}.{key}", key, new)
                    yield finding(span, key, spec.options, where=f"options.{channel}", fix=fix)


RULE = Rule(
    code="YML501",
    name="unknown-key",
    title="An unknown key",
    why="A mistyped key would be dropped without a word, and with it what the author wanted.",
    example="acounts: [shop]",
    fix="accounts: [shop]",
    source="our own rule, set 2026-11-22",
    check=check,
    fixable=True,
)
