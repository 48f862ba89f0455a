"""TAG711: a mention that its channel does not link, or not to whom it should."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from signpost.checks.rule import Context, Rule
from signpost.checks.shortened import shortened
from signpost.checks.texts import Text, first
from signpost.domain.channel import ChannelSpec
from signpost.domain.diagnostics import Diagnostic, Severity


def check(context: Context) -> Iterator[Diagnostic]:
    """Each mention in each text, once for each channel."""
    for text in context.texts:
        if "@" in text.raw and text.specs:
            yield from first(_findings(text))


def _findings(text: Text) -> Iterator[Diagnostic]:
    for mention in text.mentions:
        for spec in text.specs:
            said = _fault(text, spec, mention.text)
            if said:
                yield RULE.at(text.span(mention.start), said[0], said[1], severity=Severity.WARNING)


def _fault(text: Text, spec: ChannelSpec, written: str) -> tuple[str, str] | None:
    shown = f"`{shortened(written)}`"
    if spec.mention is None:
        # Alone on a blog, `@name` may well be meant as words.
        if len(text.specs) == 1:
            return None
        return (
            f"{spec.name} links no mentions, so {shown} stands there as it is.",
            f"Write the name, or a text for {spec.name} in `{spec.id}.md`.",
        )
    if _pattern(spec.mention.pattern).fullmatch(written):
        return None
    remedy = f"Write the name that they have there in full, such as `{spec.mention.example}`"
    if len(text.specs) > 1:
        remedy += f", in a text for {spec.name}: `{spec.id}.md`"
    own = [account for account in text.accounts if account.channel == spec.id]
    if "@" in spec.mention.example[1:] and "@" not in written[1:] and "." not in written:
        handles = {
            account.handle.removeprefix("@").lower()
            for account in text.brand.accounts
            if any(account.server == item.server for item in own)
        }
        if written[1:].lower() in handles:
            return None
        server = own[0].server.partition("://")[2] if own else ""
        return (
            f"{shown} on {spec.name} is whoever has that name on {server or 'our own server'}.",
            remedy + ".",
        )
    return f"{shown} is no mention on {spec.name}.", remedy + "."


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


RULE = Rule(
    code="TAG711",
    name="mention-form",
    title="A mention that does not reach whom it should",
    why="Each network has its own names. `@name` on Mastodon is whoever has that name on the "
    "account's own server; on Bluesky a name without a domain is nobody. A mention that is not "
    "resolved is dead text, and one that is resolved wrongly calls a stranger. Whether the account "
    "exists is not looked up. Names of the brand's own accounts on the same server are fine.",
    example="Thank you, @hutnebelstein, for the soup.",
    fix="Thank you, @hutnebelstein@mountains.example, for the soup.   (on Mastodon)\n"
    "Thank you, @nebelstein.example, for the soup.               (on Bluesky)",
    source="https://docs.joinmastodon.org/user/posting/#mentions and "
    "https://atproto.com/specs/handle, noted 2026-11-22",
    check=check,
    silenceable=True,
)
