"""VOI902: a promotion or contest without the words that have to be in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from signpost.checks.rule import Context, Rule
from signpost.checks.texts import Text
from signpost.domain.diagnostics import Diagnostic
from signpost.domain.workspace import Disclosure


def check(context: Context) -> Iterator[Diagnostic]:
    """Each text that goes out, of a type that needs words."""
    for text in context.texts:
        post = text.post
        if not text.brand.disclosures or not text.raw or post.status != "ready":
            continue
        if not text.accounts:
            continue
        for disclosure in text.brand.disclosures:
            if post.type in disclosure.types and disclosure.phrases:
                yield from _missing(text, disclosure)


def _missing(text: Text, disclosure: Disclosure) -> Iterator[Diagnostic]:
    form = _form(disclosure.phrases)
    start, end = text.ranges[0]
    if form.search(text.raw, start, end):
        return
    late = form.search(text.raw, end)
    phrases = " or ".join(f"`{phrase}`" for phrase in disclosure.phrases)
    why = f" {disclosure.why}" if disclosure.why else ""
    if late:
        yield RULE.at(
            text.span(late.start()),
            f"`{late[0]}` comes after the first part of the thread.{why}",
            "Put it into the first part: many read no other.",
        )
    else:
        yield RULE.at(
            text.span(0),
            f"A post of type `{text.post.type}` has to say {phrases}.{why}",
            "Write it where readers see it at once, not behind a row of hashtags.",
        )


@lru_cache(maxsize=64)
def _form(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """One of the phrases as whole words: `#ad` is not in `#adventure`."""
    forms = []
    for phrase in phrases:
        form = r"\s+".join(re.escape(word) for word in phrase.split())
        before = r"(?<!\w)" if phrase[:1].isalnum() else ""
        after = r"(?!\w)" if phrase[-1:].isalnum() else ""
        forms.append(f"{before}{form}{after}")
    return re.compile("|".join(forms), re.IGNORECASE)


RULE = Rule(
    code="VOI902",
    name="voice-disclosure",
    title="A required disclosure is missing",
    why="Readers must be able to tell an advertisement when they see it, and a contest needs its "
    "terms; in many countries the law says so. `disclosures` in brand.yaml names the types of post "
    "and the words, one of which every text of such a post must have, in a thread its first part.",
    example="type: contest\n---\nTell us your favourite hut and win two nights.",
    fix="type: contest\n---\nTell us your favourite hut and win two nights.\n"
    "Terms: https://shop.example/hut-book/terms",
    source="docs/reference/front-matter.md#disclosure, set 2026-11-22",
    check=check,
    silenceable=True,
)
