"""Prints for a pull request's comment: Markdown in which nothing of a file can act.

What comes from files (titles, texts, paths, causes) stands in code only: in a code span or a fenced
block. There GitHub and GitLab take no mention, reference, link, image, HTML or quick action, and a
fence longer than any run of backticks inside cannot be closed from inside.

Source: https://github.github.com/gfm/#code-spans and #fenced-code-blocks (noted 2026-11-22).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import tzinfo
from types import MappingProxyType

from signpost.cli.output.approvals import Objection
from signpost.cli.output.changes import ORDER, by_time, counted, local, reason, when
from signpost.cli.output.human import amount, plain
from signpost.cli.output.releases import shut_lines
from signpost.domain.delivery import About
from signpost.domain.diagnostics import Diagnostic, Severity
from signpost.domain.plan import Action, Change, Plan

MAX_BYTES = 20_000
"""UTF-8 bytes of one command's Markdown. Check, plan and preview stand together in one comment, and
GitHub refuses one of more than 65,536 characters.
Source: https://docs.github.com/en/rest/issues/comments (noted 2026-11-22): 422, "body is too long"."""
ROOM = MAX_BYTES - 2_500
"""Bytes of the one long piece (table, list) among them; the rest is for what stands around it."""
MAX_CELL = 100
MAX_SAID = 6_000
"""Bytes of what people asked to be changed."""

_TICKS = re.compile(r"`+")
# What a parser may take for the end of a line.
_BREAKS = re.compile(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile(r"\s+")


def show(text: str) -> None:
    """Print Markdown on standard output, as UTF-8 whatever the locale says."""
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    sys.stdout.flush()


def code(text: str, *, max_chars: int = MAX_CELL) -> str:
    """The text as one code span, fit for a sentence and for the cell of a table.

    Args:
        max_chars: code points that are shown; a longer text ends in `…`.
    """
    line = _SPACES.sub(" ", plain(_BREAKS.sub(" ", text))).strip()
    # A bar ends a table's cell even in code, and its escape is not read alike everywhere.
    line = line.replace("|", "¦")
    if len(line) > max_chars:
        line = line[: max_chars - 1] + "…"
    if not line:
        return "–"
    ticks = "`" * (1 + _longest_run(line))
    inner = f" {line} " if line.startswith("`") or line.endswith("`") else line
    return f"{ticks}{inner}{ticks}"


def block(text: str) -> str:
    """The text as a fenced block, line breaks kept."""
    lines = plain(_BREAKS.sub("\n", text))
    fence = "`" * max(3, 1 + _longest_run(lines))
    return f"{fence}text\n{lines}\n{fence}"


def clip(pieces: Iterable[str], rest: str, *, max_bytes: int = MAX_BYTES) -> str:
    """As many whole pieces as fit, a blank line between two; then what to do for the rest.

    Args:
        pieces: headings, paragraphs, tables, blocks: cut between two, never inside one.
        rest: a sentence that stands at the end if something was left out.
        max_bytes: UTF-8 bytes of the whole.
    """
    room = max_bytes - _size(rest) - 2
    kept: list[str] = []
    for piece in pieces:
        room -= _size(piece) + 2
        if room < 0:
            kept.append(rest)
            break
        kept.append(piece)
    return "\n\n".join(kept) + "\n"


def findings_text(diagnostics: Sequence[Diagnostic], posts: int, silenced: int = 0) -> str:
    """What `check` found, errors first.

    Args:
        posts: how many were read.
        silenced: how many findings a comment lets pass.
    """
    passed = f" {amount(silenced, 'finding')} silenced." if silenced else ""
    if not diagnostics:
        return f"## Check\n\n{amount(posts, 'post')} checked: nothing found.{passed}\n"
    ordered = sorted(diagnostics, key=lambda item: item.severity is not Severity.ERROR)
    errors = sum(item.severity is Severity.ERROR for item in diagnostics)
    warnings = len(diagnostics) - errors
    verdict = "**This cannot go live yet.**" if errors else "This can go live."
    counts = f"{amount(errors, 'error')} and {amount(warnings, 'warning')}"
    listed = [
        f"{item.span}: {item.severity} {item.code} {item.cause}\n    {item.remedy}".rstrip()
        for item in ordered
    ]
    shown = _fitting(listed, ROOM)
    pieces = ["## Check", f"{verdict} Found: {counts}.{passed}"]
    if shown:
        pieces.append(block("\n".join(shown)))
    if len(shown) < len(listed):
        pieces.append(f"{len(listed) - len(shown)} more: `signpost check` shows all.")
    return clip(pieces, "`signpost check` shows all.")


def plan_text(
    plan: Plan,
    about: Mapping[str, About],
    zone: tzinfo,
    force: str,
    shut: Mapping[str, str] = MappingProxyType({}),
    asked: Sequence[str] = (),
    said: Sequence[Objection] = (),
) -> str:
    """What a merge would do, as a table.

    Args:
        about: title and file of each delivery.
        zone: the workspace's, in which times are shown.
        force: why the plan needs approval; empty where it does not.
        shut: deliveries that would find no release in force at their time → why.
        asked: which posts need approval, and by whom.
        said: what people asked to be changed of the posts that it touches.
    """
    pieces = ["## Plan", counted(plan)]
    lines = [_said(item, zone) for item in said]
    kept = _fitting(lines, MAX_SAID)
    pieces += kept
    if len(kept) < len(lines):
        pieces.append(f"{len(lines) - len(kept)} more asked for changes: `signpost status POST`.")
    if force:
        pieces.append(
            f"**Needs approval:** {code(force, max_chars=300)}. If that is what you want, end the "
            f"message of the merge commit with the line `Signpost-Approve: {plan.digest}`."
        )
    pieces += [f"**Held:** {code(line, max_chars=600)}" for line in shut_lines(shut, about)[:5]]
    pieces += [f"**Approval:** {code(line, max_chars=600)}" for line in asked[:10]]
    rows = [
        _row(change, about.get(change.delivery, About()), zone)
        for action in ORDER
        for change in sorted((c for c in plan.changes if c.action is action), key=by_time)
    ]
    shown = _fitting(rows, ROOM - _size("".join(pieces[2:])))
    if shown:
        head = f"| change | due ({zone}) | account | post | file or reason |"
        pieces.append("\n".join([head, "|---|---|---|---|---|", *shown]))
    if len(shown) < len(rows):
        pieces.append(f"{len(rows) - len(shown)} more: `signpost plan` shows all.")
    if plan.count(Action.DRIFT):
        pieces.append("Drift: what is public stays as it is; a merge does not touch it.")
    if plan.acting:
        pieces.append(f"Plan `{plan.digest}`")
    return clip(pieces, "`signpost plan` shows all.")


def error_text(command: str, cause: str, remedy: str) -> str:
    """Why the section of a command is missing.

    Args:
        command: its name, one of our own words.
    """
    told = f"{cause}\n{remedy}".rstrip()
    return f"## {command.capitalize()}\n\nThis could not be made:\n\n{block(told[:4_000])}\n"


def _row(change: Change, told: About, zone: tzinfo) -> str:
    why = reason(change) if change.action in (Action.DRIFT, Action.CANCEL) else told.source
    _workspace, _brand, post, account = change.delivery.split("/")
    cells = (when(change, zone), code(account), code(told.title or post), code(why))
    return f"| {change.action} | {' | '.join(cells)} |"


def _said(item: Objection, zone: tzinfo) -> str:
    said = item.said
    return (
        f"**Changes asked for:** {code(item.title)}, by {code(said.name)} ({code(said.tier)}, "
        f"{local(said.at, zone)}): {code(said.comment, max_chars=2_000)}"
    )


def _fitting(lines: Sequence[str], room: int) -> list[str]:
    """The first lines, as many as have room.

    Args:
        room: UTF-8 bytes.
    """
    kept = []
    for line in lines:
        room -= _size(line) + 1
        if room < 0:
            break
        kept.append(line)
    return kept


def _longest_run(text: str) -> int:
    """Backticks in the longest run of them."""
    return max((len(run) for run in _TICKS.findall(text)), default=0)


def _size(text: str) -> int:
    return len(text.encode("utf-8", "replace"))
