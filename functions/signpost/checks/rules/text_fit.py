"""TXT101: a text that does not fit its channel."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from signpost.checks.rule import Context, Rule, Target
from signpost.domain.channel import ChannelSpec, TextLimit, Unit
from signpost.domain.diagnostics import Diagnostic, Span
from signpost.domain.textlen import count, count_payload

_MOST = {
    Unit.GRAPHEME: 1,
    Unit.CODEPOINT: 1,
    Unit.UTF16: 2,
    Unit.UTF8_BYTES: 4,
    Unit.WEIGHTED: 2,
}


def check(context: Context) -> Iterator[Diagnostic]:
    """Each part of each ready post, once for each channel and text."""
    seen: set[tuple[str, str, int]] = set()
    for target in context.targets:
        if target.body is None or target.spec is None:
            if target.body is None and target.post.status == "ready":
                yield RULE.at(
                    Span(target.post.path),
                    f"There is no text for `{target.account.id}`.",
                    f"Write one into `index.md` or `{target.account.channel}.md`.",
                )
            continue
        key = (target.body.path, target.spec.id, len(target.post.media))
        if key not in seen:
            seen.add(key)
            yield from _target(target, target.spec)


def _target(target: Target, spec: ChannelSpec) -> Iterator[Diagnostic]:
    if target.post.thread and len(target.parts) > 1 and not spec.threads:
        yield RULE.at(
            target.post.span("thread"),
            f"{spec.name} has no threads.",
            f"Write one text into `{spec.id}.md`, or leave the account out.",
        )
    media = target.post.media
    if target.body is not None and target.body.media is not None:
        media = target.body.media
    for number, part in enumerate(target.parts):
        if not part.text and (number or not media):
            if target.post.status == "ready":
                yield RULE.at(
                    target.part_span(part),
                    "This part of the thread is empty."
                    if target.post.thread
                    else "The post has no text and no picture.",
                    "Write something, or take the `---` line away."
                    if target.post.thread
                    else "Write the text below the front matter.",
                )
            continue
        for limit in spec.text:
            if most(part.text, limit) > limit.max:
                length = count(part.text, limit)
                if length > limit.max:
                    yield too_long(target.part_span(part), spec, limit, length)


def payload_faults(
    span: Span, spec: ChannelSpec, payload: Mapping[str, Any]
) -> Iterable[Diagnostic]:
    """The same for a rendered payload, where a limit may cover more than the text."""
    for limit in spec.text:
        text = "".join(str(payload.get(name) or "") for name in limit.field.split("+"))
        if most(text, limit) > limit.max:
            length = count_payload(payload, limit)
            if length > limit.max:
                yield too_long(span, spec, limit, length)


def too_long(span: Span, spec: ChannelSpec, limit: TextLimit, length: int) -> Diagnostic:
    """The finding of a text over a limit."""
    return RULE.at(
        span,
        f"The text has {length:,} {_words(limit.unit)}{_counted(limit)}; {spec.name} takes "
        f"{limit.max:,}.",
        f"Shorten it by {length - limit.max:,}, or write `{spec.id}.md` in a post folder.",
    )


def most(text: str, limit: TextLimit) -> int:
    """At least the text's length in the limit's unit; cheap, so that few texts are counted."""
    most_here = len(text) * _MOST[limit.unit]
    return most_here + (limit.url_weight or 0) * text.count("://")


def _counted(limit: TextLimit) -> str:
    """What is counted beside the text, where there is such."""
    return ", the content warning included" if limit.field == "spoiler_text+status" else ""


def _words(unit: Unit) -> str:
    return {
        Unit.GRAPHEME: "characters",
        Unit.CODEPOINT: "code points",
        Unit.UTF16: "UTF-16 units",
        Unit.UTF8_BYTES: "bytes",
        Unit.WEIGHTED: "weighted characters",
    }[unit]


RULE = Rule(
    code="TXT101",
    name="text-does-not-fit",
    title="A text does not fit its channel",
    why="Each channel counts in its own way (characters as people see them, bytes, a fixed "
    "number for each link) and refuses what is longer. An empty text, or an empty part of a "
    "thread, is refused too.",
    example="---\nid: 7k2m9q4x1v3b\npublish: 2026-12-01 09:00\naccounts: [shop]\n---\n"
    "(501 characters for an account on Mastodon)",
    fix="Shorten the text, or give the channel its own: `mastodon.md` beside `index.md` in the "
    "post folder.",
    source="https://docs.joinmastodon.org/user/posting/#text, noted 2026-11-22; each limit "
    "with its own source in the channel's spec",
    check=check,
)
