"""YML505: a silence that silences nothing any more."""

from __future__ import annotations

from collections.abc import Sequence

from signpost.checks.rule import Rule
from signpost.domain.diagnostics import Diagnostic, Fix, Severity, Span


def finding(span: Span, codes: Sequence[str], fix: Fix) -> Diagnostic:
    """What to say of a silence.

    Args:
        codes: those of the silence that were not found where it counts.
    """
    named = " or ".join(f"`{code}`" for code in codes)
    return RULE.at(
        span,
        f"This comment lets {named} pass, but no such finding is there any more.",
        "Delete the comment. If the finding is elsewhere, move it there: at the end of a line it "
        "counts for that line, on a line of its own for the next one, and above the first key "
        "for the whole file.",
        severity=Severity.WARNING,
        fix=fix,
    )


RULE = Rule(
    code="YML505",
    name="unused-silence",
    title="A silence that silences nothing any more",
    why="It would let pass, unseen, the next fault of that kind in the same place.",
    example="link: https://larkfell.example   # signpost: allow TXT102 said so on purpose",
    fix="link: https://larkfell.example",
    source="https://docs.astral.sh/ruff/rules/unused-noqa, noted 2026-11-22",
    fixable=True,
)
