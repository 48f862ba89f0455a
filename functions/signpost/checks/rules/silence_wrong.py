"""YML504: a silence that does not do what its author thinks."""

from __future__ import annotations

from collections.abc import Iterable

from signpost.checks.rule import Rule
from signpost.checks.suggest import did_you_mean
from signpost.domain.diagnostics import Diagnostic, Span

_FORM = "`# signpost: allow CODE reason in words`"


def other_verb(span: Span, verb: str) -> Diagnostic:
    """A word other than `allow`."""
    return RULE.at(span, f"`signpost: {verb}` silences nothing.", f"Write {_FORM}.")


def no_code(span: Span) -> Diagnostic:
    """No code behind `allow`."""
    return RULE.at(span, "The silence names no code.", f"Write {_FORM}.")


def unknown(span: Span, word: str, rules: Iterable[Rule]) -> Diagnostic:
    """A word where a code is meant, of which there is no rule."""
    codes, names = set(), {}
    for rule in rules:
        codes.add(rule.code)
        names[rule.name] = rule.code
    shown = word if len(word) <= 60 else word[:60] + "…"
    code = names.get(word.lower())
    remedy = f"Did you mean `{code}`?" if code else did_you_mean(word.upper(), codes)
    return RULE.at(span, f"There is no rule `{shown}`.", remedy)


def refused(span: Span, rule: Rule) -> Diagnostic:
    """A rule that nobody may silence."""
    return RULE.at(
        span,
        f"`{rule.code}` ({rule.name}) cannot be silenced.",
        f"Mend what it finds and delete this; `signpost explain {rule.code}` says why.",
    )


def no_comma(span: Span) -> Diagnostic:
    """A second code without a comma before it."""
    return RULE.at(span, "Between two codes there is no comma.", "Write `TXT102, MED204 reason`.")


def no_reason(span: Span, code: str) -> Diagnostic:
    """Nothing behind the codes."""
    return RULE.at(
        span,
        f"The silence of `{code}` has no reason.",
        "Say why it may pass, behind the code, in words that the next reader understands.",
    )


RULE = Rule(
    code="YML504",
    name="wrong-silence",
    title="A silence that is wrong: no reason, an unknown code, a code that cannot be silenced",
    why="A silence that does nothing looks as if it did something. And one without a reason leaves "
    "the next reader with a choice between two mistakes: to trust it, or to delete it.",
    example="# signpost: allow TXT102\naccounts: [shop]",
    fix="# signpost: allow TXT102 the opening hours are the same every week\naccounts: [shop]",
    source="our own rule, set 2026-11-22",
)
