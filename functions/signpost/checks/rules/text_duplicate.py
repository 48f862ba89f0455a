"""TXT102: the same text twice on one account."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from signpost.checks.rule import Outline, Overview, Rule, Wording
from signpost.domain.diagnostics import Diagnostic, Span


def across(overview: Overview) -> Iterator[Diagnostic]:
    """Compares ready posts with the same text, media and account; the copy is reported."""
    alike: dict[tuple[str, str, str], list[tuple[Outline, Wording]]] = {}
    first_of: dict[tuple[str, str, str], tuple[Outline, Sequence[Any]]] = {}
    for post in overview.outlines:
        if post.status == "ready":
            for wording in post.wordings:
                account, digest = wording[0], wording[1]
                if not digest:
                    continue
                key = (post.brand, account, digest)
                if key not in first_of:
                    first_of[key] = post, wording
                    continue
                if key not in alike:
                    there, words = first_of[key]
                    alike[key] = [(there, Wording(*words))]
                alike[key].append((post, Wording(*wording)))
    for found in alike.values():
        (first, _), *copies = sorted(found, key=lambda item: overview.age(item[0]))
        for post, copy in copies:
            yield RULE.at(
                Span(copy.path or post.path, copy.line),
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
