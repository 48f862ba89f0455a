"""TXT102: the same text twice on one account."""

from __future__ import annotations

from collections.abc import Iterator

from signpost.checks.rule import Context, Rule, Target
from signpost.domain.diagnostics import Diagnostic


def check(context: Context) -> Iterator[Diagnostic]:
    """Compares ready posts with the same text, media and account; the copy is reported."""
    alike: dict[tuple[str, str, str, tuple[str, ...]], list[Target]] = {}
    for target in context.targets:
        post, body = target.post, target.body
        if body is None or post.status != "ready":
            continue
        media = post.media if body.media is None else body.media
        files = tuple(_content_of(item.path, context) for item in media) if media else ()
        text = " ".join(body.text.split()).casefold()
        if not text and not files:
            continue
        alike.setdefault((post.brand, target.account.id, text, files), []).append(target)
    for targets in alike.values():
        if len(targets) < 2:
            continue
        first, *copies = sorted(targets, key=lambda item: context.age(item.post))
        for copy in copies:
            yield RULE.at(
                copy.part_span(copy.parts[0]),
                f"`{copy.account.id}` gets the same text and media in {first.post.path}.",
                "Change the words, or take the account out of one of the two posts.",
            )


def _content_of(path: str, context: Context) -> str:
    fact = context.media.get(path)
    return fact.sha256 if fact else path


RULE = Rule(
    code="TXT102",
    name="duplicate-text",
    title="The same text twice on one account",
    why="Some channels treat repeated posts as spam, readers as carelessness. And when the answer to a "
    "send is lost, Signpost looks for the text on the account to learn whether it landed: two "
    "posts that read the same cannot be told apart.",
    example="Two files whose text is `Our winter range is here.`, both for the account `shop`.",
    fix="Say it differently the second time, or send it to another account.",
    source="https://help.x.com/en/rules-and-policies/platform-manipulation, noted 2026-11-22; "
    "our own rule, set 2026-11-22",
    check=check,
)
