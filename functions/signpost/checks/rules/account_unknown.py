"""REF401: an account that the brand does not have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from signpost.checks.rule import Context, Overview, Rule
from signpost.checks.suggest import did_you_mean, surely_meant
from signpost.domain.diagnostics import Diagnostic, Fix, Span
from signpost.domain.post import Post


def check(context: Context) -> Iterator[Diagnostic]:
    """Accounts of posts, own texts of post folders, channels of options."""
    for post in context.posts:
        # A broken accounts.yaml has its own finding; every post would only repeat it.
        if f"{post.brand}/accounts.yaml" not in context.faulty:
            yield from _names_of(post, context)
        for channel in post.options:
            if channel not in context.specs:
                yield RULE.at(
                    post.span(f"options.{channel}"),
                    f"There is no channel `{channel}`.",
                    did_you_mean(channel, context.specs),
                    fix=_fix(post, f"options.{channel}", channel, context.specs, post.options),
                )


def across(overview: Overview) -> Iterator[Diagnostic]:
    """Channels of accounts, and accounts of blackouts."""
    for brand in overview.brands.values():
        for account in brand.accounts:
            if account.channel not in overview.specs:
                yield RULE.at(
                    account.span,
                    f"Account `{account.id}` is on `{account.channel}`, which has no connector.",
                    did_you_mean(account.channel, overview.specs),
                )
        if f"{brand.id}/accounts.yaml" in overview.faulty:
            continue
        accounts = [item.id for item in brand.accounts]
        for blackout in brand.blackouts:
            for name in blackout.accounts:
                if name not in accounts:
                    yield RULE.at(
                        blackout.span,
                        f"The blackout `{blackout.title}` names `{name}`, which is no account of "
                        f"`{brand.id}`.",
                        did_you_mean(name, accounts) or "Add it to accounts.yaml.",
                    )


def _fix(post: Post, key: str, word: str, known: Iterable[str], there: Iterable[str]) -> Fix | None:
    """The edit that writes the word that was meant, if it will not stand there twice."""
    known = tuple(known)
    new = surely_meant(word, known)
    others = [item for item in there if item != word]
    if new in others or new in [surely_meant(item, known) for item in others if item not in known]:
        return None
    return post.fix(key, word, new)


def _names_of(post: Post, context: Context) -> Iterator[Diagnostic]:
    """Accounts that the post names, and own texts that are named after one."""
    brand_of = context.brands.get(post.brand)
    accounts = [item.id for item in brand_of.accounts] if brand_of else []
    for index, name in enumerate(post.accounts):
        if name not in accounts:
            yield RULE.at(
                post.spans.get(f"accounts.{index}") or post.span("accounts"),
                f"Brand `{post.brand}` has no account `{name}`.",
                did_you_mean(name, accounts) or "Add it to accounts.yaml.",
                fix=_fix(post, f"accounts.{index}", name, accounts, post.accounts),
            )
    if len(post.bodies) > 1 or "" not in post.bodies:
        for key, body in post.bodies.items():
            if key and key not in accounts and key not in context.specs:
                yield RULE.at(
                    Span(body.path),
                    f"`{key}.md` names no channel and no account.",
                    did_you_mean(key, [*accounts, *context.specs]),
                )


RULE = Rule(
    code="REF401",
    name="unknown-account",
    title="An unknown account or channel",
    why="A post for an account that is mistyped would silently not go out there. The same goes "
    "for a text in a post folder whose name is no channel and no account.",
    example="accounts: [larkfell-shopp]",
    fix="accounts: [larkfell-shop]",
    source="our own rule, set 2026-11-22",
    check=check,
    across=across,
    fixable=True,
)
