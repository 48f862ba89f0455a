"""TXT102: the same text twice on one account."""

from __future__ import annotations

from collections.abc import Iterator

from signpost.checks.rule import Outline, Overview, Rule, Wording
from signpost.domain.diagnostics import Diagnostic, Span


def across(overview: Overview) -> Iterator[Diagnostic]:
    """Compares ready posts with the same text, media and account; the copy is reported."""
    alike: dict[tuple[str, str, str], list[tuple[Outline, Wording]]] = {}
    for post in overview.outlines:
        if post.status == "ready":
            for wording in post.wordings:
                if wording.digest:
                    key = (post.brand, wording.account, wording.digest)
                    alike.setdefault(key, []).append((post, wording))
    for found in alike.values():
        if len(found) < 2:
            continue
        (first, _), *copies = sorted(found, key=lambda item: overview.age(item[0]))
        for _, copy in copies:
            yield RULE.at(
                Span(copy.path, copy.line),
                f"`{copy.account}` gets the same text and media in {first.path}.",
                "Change the words, or take the account out of one of the two posts.",
            )


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
    across=across,
    silenceable=True,
)
