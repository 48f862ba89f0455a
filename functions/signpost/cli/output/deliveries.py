"""Deliveries as they stand: the table of `status`, and everything about one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any

from signpost.cli.evidence import known_gates
from signpost.cli.output.accounts import tokens_line
from signpost.cli.output.changes import local
from signpost.cli.output.human import Terminal, amount, plain
from signpost.cli.output.releases import reminder_lines
from signpost.cli.output.whys import show_series, why_lines
from signpost.cli.statefile import Entry, StateFile
from signpost.cli.why import why_document
from signpost.domain.amendment import Amend, amendment_of
from signpost.domain.canonical import parse_utc
from signpost.domain.goals import Goals
from signpost.domain.lifecycle import BAD_ENDS, State
from signpost.domain.metrics import NAMES
from signpost.usecases.account_entries import token_reminders
from signpost.usecases.gate_entries import release_reminders

STALE_S = 300
"""The state file is written at least so often while something moves; older is worth a word."""

HEAD = ("account", "state", "post", "permalink or reason", "metrics")
"""Columns after the time, whose own head names the zone."""


def show_deliveries(
    terminal: Terminal, state: StateFile, zone: tzinfo, *, everything: bool, now: datetime
) -> None:
    """Print the table: what needs a person first, then by time.

    Args:
        everything: cancelled ones, too.
    """
    if state.stop is None and state.at is not None:
        terminal.warn("The stop switch is missing, so nothing is sent. `signpost resume` sets it.")
    elif state.stop and state.stop.scopes:
        from signpost.cli.stop import words

        terminal.warn(f"Stopped: {words(sorted(state.stop.scopes))}. See `signpost resume`.")
    if line := tokens_line(token_reminders(state.accounts.values(), now), now):
        terminal.warn(line)
    for line in reminder_lines(release_reminders(known_gates(state).values(), now)):
        terminal.warn(line)
    shown = [e for e in state.entries if everything or e.state != "CANCELLED"]
    if state.entries and not shown:
        cancelled = amount(len(state.entries), "delivery")
        terminal.say(f"Nothing waits: {cancelled} cancelled; --all shows them.")
        return
    if not shown:
        terminal.say("Nothing has been pushed yet. `signpost push` sends the content.")
        return
    shown.sort(key=lambda e: (e.state not in BAD_ENDS, e.due, e.delivery))
    terminal.table((f"due ({zone})", *HEAD), [_row(entry, zone) for entry in shown])
    terminal.say()
    terminal.say(summary(shown))
    hidden = len(state.entries) - len(shown)
    if hidden:
        terminal.say(f"{amount(hidden, 'cancelled delivery')} not shown; --all shows them.")
    if state.at and (now - state.at).total_seconds() > STALE_S and _expecting(shown, now):
        terminal.warn(f"This is of {local(state.at, zone)} ({zone}): does `tick` still run?")


def summary(entries: Sequence[Entry]) -> str:
    """How many are in each state, as the table names it: what was retracted is not public."""
    counts: dict[str, int] = {}
    for entry in entries:
        counts[entry.standing] = counts.get(entry.standing, 0) + 1
    return ", ".join(f"{number} {name}" for name, number in sorted(counts.items())) + "."


def show_delivery(
    terminal: Terminal, entry: Entry, zone: tzinfo, why: Mapping[str, Any] | None = None
) -> None:
    """Print everything that is known of one delivery.

    Args:
        why: what `why_document` tells of it; None: its ids alone.
    """
    reasons = why or why_document(entry.about, None, Goals(), entry.due.date())
    about = entry.about
    terminal.say(terminal.paint(plain(str(about.get("title") or entry.post)), "bold"))
    lines = [
        ("delivery", entry.delivery),
        ("file", str(about.get("source", ""))),
        ("account", entry.account),
        ("state", terminal.paint(entry.standing, _color(entry))),
        ("reason", plain(entry.reason)),
        ("due", f"{local(entry.due, zone)} ({zone})"),
        ("published", f"{local(entry.published_at, zone)} ({zone})" if entry.published_at else ""),
        ("parts", f"{len(entry.parts)} of {entry.parts_total}" if entry.parts_total > 1 else ""),
        ("revision", entry.revision),
        *[(label, plain(text)) for label, text in why_lines(reasons)],
        ("differs", _DIFFERS if entry.differs else ""),
        ("metrics", "" if entry.series else metrics_text(entry)),
    ]
    for label, text in lines:
        if text:
            terminal.say(f"  {label:<10} {text}")
    amendment = entry.amendment
    parts = amendment.parts if amendment and retracting(amendment) else ()
    gone = {part["external_id"] for part in parts}
    for number, part in enumerate(entry.parts, 1):
        which = f"part {number} " if entry.parts_total > 1 else ""
        retracted = entry.standing == "RETRACTED" or part["external_id"] in gone
        word = "was at" if retracted else "live"
        terminal.say(f"  {word:<10} {which}{plain(part['permalink'])}")
    if entry.amendment:
        show_amendment(terminal, entry.amendment, zone)
    if entry.series:
        terminal.say("  metrics")
        show_series(terminal, entry.series, age, " " * 4)
    _show_attempts(terminal, "attempts", entry, zone)
    if entry.state == "HELD":
        checked = " --checked absent|live=ID" if entry.maybe_live else ""
        terminal.say(
            f"  To let it go: signpost resume {entry.post} --account {entry.account} "
            f'--reason "…"{checked}'
        )


def show_amendment(terminal: Terminal, amendment: Entry, zone: tzinfo) -> None:
    """Print how far the correction or retraction of a delivery has come, and who asked for it."""
    total = amendment.parts_total
    done = f", {len(amendment.parts)} of {total} parts" if total > 1 else ""
    reason = f": {plain(amendment.reason)}" if amendment.reason else ""
    state = _DONE.get(amendment.state, str(amendment.state))
    terminal.say(f"  {amendment.action:<10} {state}{done}{reason}")
    terminal.say(f"  {'asked by':<10} {plain(amendment.note)}")
    _show_attempts(terminal, f"attempts to {amendment.action}", amendment, zone)
    if amendment.state in (State.HELD, State.FAILED):
        reason = ' --reason "…"' if retracting(amendment) else ""
        where = f"{amendment.post} --account {amendment.account}"
        terminal.say(f"  To try again: signpost {amendment.action} {where}{reason}")


def retracting(entry: Entry) -> bool:
    """Whether it is the row of a retraction."""
    return entry.action == Amend.RETRACT


_DIFFERS = (
    "what is public is not what was sent: somebody edited it there; `correct --again` undoes that"
)

_DONE = {"PUBLISHED": "done", "published": "done", "confirmed": "read back: done"}
"""What the words of a publication mean where it is edited or deleted instead."""


def _show_attempts(terminal: Terminal, head: str, entry: Entry, zone: tzinfo) -> None:
    if not entry.attempts:
        return
    terminal.say(f"  {head}")
    for attempt in entry.attempts:
        number = attempt["part"] + 1
        if retracting(entry):  # from the last part to the first
            number = entry.parts_total - attempt["part"]
        which = f" part {number}" if entry.parts_total > 1 else ""
        reason = f": {plain(attempt['reason'])}" if attempt["reason"] else ""
        moment = local(parse_utc(attempt["at"]), zone)
        outcome = attempt["outcome"]
        word = _DONE.get(outcome, outcome) if entry.action else outcome
        terminal.say(f"    {moment}{which} {word}{reason}")


def metrics_text(entry: Entry) -> str:
    """The newest numbers; what the channel did not report is not mentioned, and never 0."""
    if not entry.metrics:
        return ""
    values: Mapping[str, int] = entry.metrics["values"]
    known = [name for name in NAMES if name in values]
    known += sorted(set(values) - set(known))
    if not known:
        return "none reported"
    told = ", ".join(f"{name} {values[name]}" for name in known)
    return f"{told} (at {age(entry.metrics['age_s'])})"


def age(seconds: int) -> str:
    """An age as people say it: `15 min`, `7 d`."""
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size and seconds % size == 0:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def state_document(
    state: StateFile,
    entries: Sequence[Entry],
    whys: Mapping[str, Mapping[str, Any]] | None = None,
    now: datetime | None = None,
) -> dict[str, Any]:
    """What `status` shows, for machines: the stack's own document, cut to the entries asked for.

    Args:
        whys: what `why_document` tells of a delivery, by its id.
        now: UTC, for tokens and releases that end soon; None: the present instant.
    """
    deliveries = state.raw.get("deliveries", {})
    amendments = state.raw.get("amendments", {})
    told: dict[str, Any] = {}
    for entry in sorted(entries, key=lambda entry: entry.delivery):
        name = entry.delivery
        told[name] = {**deliveries[name], "standing": entry.standing}
        if amendment_of(name) in amendments:
            told[name]["amendment"] = amendments[amendment_of(name)]
        if whys and name in whys:
            told[name]["why"] = whys[name]
    return {
        "at": state.raw.get("at"),
        "workspace": state.raw.get("workspace"),
        "bundle": state.bundle,
        "stop": state.raw.get("stop"),
        "tokens": token_reminders(state.accounts.values(), now or utc_now()),
        "releases": release_reminders(known_gates(state).values(), now or utc_now()),
        "deliveries": told,
    }


def _row(entry: Entry, zone: tzinfo) -> tuple[str, ...]:
    link = entry.permalink if entry.state not in BAD_ENDS else ""
    return (
        local(entry.due, zone),
        entry.account,
        entry.standing,
        str(entry.about.get("title") or entry.post),
        link or entry.reason or "–",
        metrics_text(entry) or "–",
    )


def _color(entry: Entry) -> str:
    from signpost.cli.output.human import STATE_COLORS

    return STATE_COLORS.get(entry.state, "bold")


def _expecting(entries: Sequence[Entry], now: datetime) -> bool:
    return any(e.state not in BAD_ENDS and e.state != "PUBLISHED" and e.due < now for e in entries)


def utc_now() -> datetime:
    """The present instant."""
    return datetime.now(UTC)
