"""Accounts as they stand: the table of `status --accounts`, and the one line of `status`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

from signpost.cli.output.changes import local
from signpost.cli.output.human import Terminal, amount
from signpost.domain.canonical import parse_utc
from signpost.domain.expiry import days_left

HEAD = ("account", "channel", "handle", "last check", "left by its own words", "sent by us",
        "waits until", "token")  # fmt: skip


def show_accounts(terminal: Terminal, document: Mapping[str, Any], zone: tzinfo) -> None:
    """Print the table, then what has to be done about tokens and checks."""
    accounts: Sequence[Mapping[str, Any]] = document["accounts"]
    if not accounts:
        terminal.say("There are no accounts. `accounts.yaml` of a brand lists them.")
        return
    terminal.table(HEAD, [_row(item, zone) for item in accounts])
    terminal.say()
    terminal.say(f"{amount(len(accounts), 'account')}; times are of {zone}.")
    for item in accounts:
        name, token = item["account"], item["token"]
        if not item["pushed"]:
            terminal.warn(f"{name}: the stack does not know it yet. `signpost push` tells it.")
        for fault in (item["check"] or {}).get("faults") or ():
            mend = f"Mend it, then `signpost accounts check {name}`."
            terminal.warn(f"{name}: the last check found: {fault['cause']} {mend}")
        renew = (
            f"Make a new one as docs/channels/{item['channel']}.md says, store it, then "
            f"`signpost accounts check {name}`."
        )
        if token["ended"]:
            terminal.error(name, f"Its token ended on {token['until'][:10]}.", renew)
        elif token["soon"]:
            when = f"{_in_days(token['days_left'])} ({token['until'][:10]})"
            terminal.warn(f"{name}: its token ends {when}. {renew}")


def tokens_line(tokens: Sequence[Mapping[str, Any]], now: datetime) -> str:
    """One line about tokens that have ended or end soon; empty where there is none."""
    if not tokens:
        return ""
    words = [f"{item['id']} ({_end(parse_utc(item['token_until']), now)})" for item in tokens]
    return f"Tokens to renew: {', '.join(words)}. `signpost status --accounts` says how."


def _end(until: datetime, now: datetime) -> str:
    if until <= now:
        return f"ended on {until:%Y-%m-%d}"
    return f"ends {_in_days(days_left(until, now))}"


def _in_days(days: int) -> str:
    return "within a day" if days < 1 else f"in {days} day{'s' * (days > 1)}"


def _row(item: Mapping[str, Any], zone: tzinfo) -> tuple[str, ...]:
    waits = item["waits_until"]
    return (
        item["account"],
        item["channel"],
        item["handle"] or "–",
        _check(item["check"], zone),
        _budget(item["budget"], zone),
        _sent(item["sent"]),
        local(parse_utc(waits), zone) if waits else "–",
        _token(item["token"]),
    )


def _check(check: Mapping[str, Any] | None, zone: tzinfo) -> str:
    if check is None:
        return "never"
    faults = len(check["faults"] or ())
    may = {True: "may post", False: "may not post", None: "not known"}[check["may_post"]]
    return f"{_minute(check['at'], zone)}, {f'{faults} to mend' if faults else may}"


def _budget(budget: Mapping[str, Any] | None, zone: tzinfo) -> str:
    if budget is None:
        return "not reported"
    left = f"{budget['left'] or 'none'} of {budget['limit']}"
    if budget["resets_at"] is None:
        return left
    word = "since" if budget["over"] else "until"
    return f"{left} {word} {_minute(budget['resets_at'], zone)}"


def _sent(sent: Mapping[str, Any] | None) -> str:
    if sent is None:
        return "–"
    return f"{sent['used'] or 'none'} of {sent['limit']} in {_span(sent['window_s'])}"


def _token(token: Mapping[str, Any]) -> str:
    if token["until"] is None:
        return {"never": "does not end"}.get(token["ends"], "not reported")
    day = token["until"][:10]
    if token["ended"]:
        return f"ended on {day}"
    return f"ends {_in_days(token['days_left'])}, on {day}"


def _minute(text: str, zone: tzinfo) -> str:
    return parse_utc(text).astimezone(zone).strftime("%Y-%m-%d %H:%M")


def _span(seconds: int) -> str:
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size and seconds % size == 0:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
