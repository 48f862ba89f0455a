"""What `correct` and `retract` share: which deliveries are meant, what would be done, and how it went."""

from __future__ import annotations

import difflib
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from signpost.cli.discovery import find_content
from signpost.cli.output import json as machine
from signpost.cli.output.human import Terminal, plain
from signpost.domain.amendment import Amend

if TYPE_CHECKING:
    from signpost.cli.connection import Connection
    from signpost.cli.statefile import Entry

POLL_S = 1.0
WAIT_S = 60.0
"""Most are done within seconds; what takes longer is left to `status`."""

_OPEN = frozenset({"SCHEDULED", "SENDING", "PENDING", "AMBIGUOUS"})
_DONE = {Amend.CORRECT: "corrected", Amend.RETRACT: "retracted"}


def amend(
    action: Amend,
    *,
    post: str,
    content_dir: Path | None,
    accounts: Sequence[str],
    reason: str,
    dry_run: bool,
    yes: bool,
    form: str,
    again: bool = False,
) -> int:
    """Show what it would do, ask, have it done, and wait for the end.

    Returns:
        The exit code: 1 where something could not be done, or is not done yet.

    Raises:
        UnknownPost: the stack knows no such post, or not on these accounts.
        click.UsageError: nobody can be asked.
    """
    from signpost.cli.control import actor
    from signpost.cli.statefile import read_state
    from signpost.cli.wiring import connect, open_content

    terminal = Terminal()
    content = find_content(content_dir)
    workspace, _ = open_content(content)
    connection, objects = connect(content, workspace)
    entries = _chosen(read_state(objects, workspace.id).known(post), post, accounts)
    base = {"action": action, "actor": actor(content), "reason": reason}
    if again:
        base["again"] = "yes"
    offers: list[tuple[Entry, dict[str, Any]]] = []
    refused: list[tuple[Entry, dict[str, Any]]] = []
    for entry in entries:
        with terminal.working(f"Looking at {entry.account}"):
            found = _ask(connection, {**base, "delivery": entry.delivery, "dry": "yes"})
        (refused if "cause" in found else offers).append((entry, found))
    if form == "human":
        for entry, offer in offers:
            _show_offer(terminal, action, entry, offer)
        for entry, error in refused:
            terminal.error(entry.account, error["cause"], error["remedy"])
    done: list[dict[str, Any]] = []
    if offers and not dry_run:
        if not (yes or _agreed(terminal, action, len(offers), form)):
            return 1
        asked = [
            (entry, _ask(connection, {**base, "delivery": entry.delivery})) for entry, _ in offers
        ]
        with terminal.working("Waiting for the channels"):
            done = _wait(connection, base, asked)
        if form == "human":
            for item in done:
                _show_end(terminal, action, item)
    if form == "json":
        machine.show(
            {
                "action": action,
                "offers": [
                    {"account": entry.account, "delivery": entry.delivery, "parts": offer["parts"]}
                    for entry, offer in offers
                ],
                "refused": [{"account": entry.account, **error} for entry, error in refused],
                "done": done,
            }
        )
    codes = [error["code"] for _, error in refused]
    # Who names no account means those that can be edited.
    no_matter = {"CONTROL-DONE"} | ({"CONTROL-EDIT"} if offers and not accounts else set())
    if set(codes) - no_matter or any(item.get("state") != "PUBLISHED" for item in done):
        return 1
    return 0 if offers or action is Amend.RETRACT else 1


def _chosen(entries: Sequence[Entry], post: str, accounts: Sequence[str]) -> list[Entry]:
    """The deliveries that are meant; those of which nothing is public are told by the stack."""
    from signpost.cli.statefile import UnknownPost

    known = {entry.account for entry in entries}
    if lost := sorted(set(accounts) - known):
        raise UnknownPost(
            f"`{post}` does not go to {', '.join(lost)}, but to {', '.join(sorted(known))}.",
            "Name one of these with --account.",
        )
    if accounts:
        return [entry for entry in entries if entry.account in accounts]
    # A post that went nowhere yet is still named, so that the answer says so.
    return [entry for entry in entries if entry.parts] or list(entries)


def _ask(connection: Connection, request: dict[str, Any]) -> dict[str, Any]:
    """The control function's answer, or its refusal as cause and remedy."""
    from signpost.cli.control import ControlRefused, ask_control

    try:
        return ask_control(connection, request)
    except ControlRefused as error:
        return {"code": error.code, "cause": error.cause, "remedy": error.remedy}


def _show_offer(terminal: Terminal, action: Amend, entry: Entry, offer: dict[str, Any]) -> None:
    title = plain(str(entry.about.get("title") or entry.post))
    terminal.say(terminal.paint(f"{title}, {entry.account}", "bold"))
    for part in offer["parts"]:
        terminal.say(f"  {plain(part['permalink'])}")
        if action is Amend.RETRACT:
            terminal.say(terminal.paint(f"  - {_short(part['before'])}", "red"))
            continue
        if part["before"] == part["after"]:
            terminal.say("    the text stays as it is")
        lines = difflib.ndiff(part["before"].splitlines(), part["after"].splitlines())
        for line in lines if part["before"] != part["after"] else ():
            color = {"-": "red", "+": "green"}.get(line[0])
            if line[0] != "?":
                terminal.say(f"  {terminal.paint(plain(line), color) if color else plain(line)}")
        if part["media"]:
            terminal.say("    pictures, or their descriptions, change")


def _short(text: str) -> str:
    line = plain(" ".join(text.split()))
    return line if len(line) <= 72 else f"{line[:71]}…"


def _agreed(terminal: Terminal, action: Amend, number: int, form: str) -> bool:
    """Whether a person says yes; without one, the option has to."""
    if not sys.stdin.isatty() or form != "human":
        raise click.UsageError(f"Nobody can be asked here. Add --yes to {action}, or --dry-run.")
    where = "1 account" if number == 1 else f"{number} accounts"
    agreed = click.confirm(f"{action.capitalize()} on {where}?", default=False, err=True)
    if not agreed:
        terminal.say("Nothing was done.")
    return agreed


def _wait(
    connection: Connection,
    base: dict[str, Any],
    asked: Sequence[tuple[Entry, dict[str, Any]]],
) -> list[dict[str, Any]]:
    """How each ended, or how far it has come."""
    found = {entry.delivery: answer for entry, answer in asked}
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end:
        waiting = [name for name, item in found.items() if item.get("state") in _OPEN]
        if not waiting:
            break
        time.sleep(POLL_S)
        for name in waiting:
            look = {"action": "amendment", "actor": base["actor"], "delivery": name}
            answer = _ask(connection, look)
            if "cause" not in answer:  # a look that fails says nothing about what it looks at
                found[name] = answer
    return [{"account": entry.account, **found[entry.delivery]} for entry, _ in asked]


def _show_end(terminal: Terminal, action: Amend, item: dict[str, Any]) -> None:
    account = item["account"]
    if "cause" in item:
        terminal.error(account, item["cause"], item["remedy"])
        return
    half = f", {item['done']} of {item['parts']} parts" if item["parts"] > 1 else ""
    if item["state"] == "PUBLISHED":
        terminal.say(f"{account}: {terminal.paint(_DONE[action], 'green')}{half}.")
    elif item["state"] in _OPEN:
        terminal.warn(f"{account}: under way ({item['state']}{half}); see `signpost status POST`.")
    else:
        cause = f"It is {item['state']}{half}: {item['reason']}."
        first = "`signpost resume`" if item["reason"].startswith("stopped") else "Mend it"
        terminal.error(account, cause, f"{first}, then `signpost {action}` again.")
