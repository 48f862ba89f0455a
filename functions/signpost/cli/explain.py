"""`signpost explain`: what a rule of `check` finds, why, and what to do instead."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from signpost.cli.options import color_option, format_option
from signpost.cli.output import json as machine
from signpost.cli.output.human import Terminal, terminal_width

if TYPE_CHECKING:
    from signpost.checks.rule import Rule

WIDEST = 100


@click.command(
    epilog="""\b
Examples:
  signpost explain
  signpost explain MED201
  signpost explain alt-text
  signpost explain TXT

docs/rules has the same as pages."""
)
@click.argument("code", default="", metavar="[CODE]")
@format_option
@color_option
def command(*, code: str, form: str) -> None:
    """Explain a rule: what it finds, why that is bad, an example, and what to write instead.

    CODE is a rule's code or name; the beginning of one or of several will do. Without it: the
    table of all rules.
    """
    from signpost.checks.handbook.registry import HANDBOOK_RULES
    from signpost.checks.registry import RULES

    terminal = Terminal()
    found = _found(code, (*RULES, *HANDBOOK_RULES))
    if form == "json":
        machine.show({"rules": [_document(rule) for rule in found]})
    elif len(found) == 1:
        _explain(terminal, found[0])
    else:
        rows = [(rule.code, rule.name, rule.title) for rule in found]
        terminal.table(("code", "name", "what it finds"), rows)
        terminal.say(f"\n`signpost explain {found[0].code}` says more of that one.")


def _found(word: str, rules: Sequence[Rule]) -> list[Rule]:
    """The rules that are meant: the one of that code or name, else all that begin so.

    Raises:
        click.UsageError: there is none.
    """
    from signpost.checks.suggest import did_you_mean

    code, name = word.strip().upper(), word.strip().lower().replace("_", "-")
    for matching in (
        [rule for rule in rules if code == rule.code or name == rule.name],
        [rule for rule in rules if rule.code.startswith(code)],
        [rule for rule in rules if rule.name.startswith(name)],
    ):
        if matching:
            return matching
    # A number in it: a code was meant; else a name.
    known = [rule.code if any(map(str.isdigit, word)) else rule.name for rule in rules]
    hint = did_you_mean(code if known[0].isupper() else name, known)
    raise click.UsageError(f"There is no rule `{word[:60]}`. {hint}")


def _document(rule: Rule) -> dict[str, Any]:
    return {
        "code": rule.code,
        "name": rule.name,
        "title": rule.title,
        "why": rule.why,
        "example": rule.example,
        "fix": rule.fix,
        "source": rule.source,
        "silenceable": rule.silenceable,
        "fixable": rule.fixable,
    }


def _explain(terminal: Terminal, rule: Rule) -> None:
    width = min(terminal_width(), WIDEST) - 2

    def part(head: str, text: str, *, fill: bool = True) -> None:
        terminal.say(f"\n{terminal.paint(head, 'bold')}")
        lines = textwrap.fill(text, width, break_long_words=False, break_on_hyphens=False)
        terminal.say(textwrap.indent(lines if fill else text, "  "))

    terminal.say(f"{terminal.paint(rule.code, 'bold')} {rule.name}")
    terminal.say(rule.title)
    part("Why", rule.why)
    part("Example", rule.example, fill=False)
    part("Use instead", rule.fix, fill=False)
    part("Mending", "`signpost check --fix` can." if rule.fixable else "By hand.")
    part(
        "Letting it pass",
        f"With a comment and a reason: `# signpost: allow {rule.code} reason in words`."
        if rule.silenceable
        else "It cannot be silenced.",
    )
    part("Source", f"{rule.source}.")
