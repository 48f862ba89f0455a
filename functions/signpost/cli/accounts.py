"""`signpost accounts check`: who can log in, who may post, and what has to be mended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from signpost.cli.discovery import find_content
from signpost.cli.options import color_option, content_option, format_option
from signpost.cli.output import json as machine
from signpost.cli.output.human import Terminal, amount

if TYPE_CHECKING:
    from signpost.cli.connection import Connection
    from signpost.domain.workspace import AccountSettings, Brand

_MAY = {True: "yes", False: "no", None: "not known"}


@click.command(
    epilog="""\b
Examples:
  signpost accounts check
  signpost accounts check larkfell-shop
  signpost accounts check --brand larkfell --format json

The stack asks, since it alone has the tokens; nothing is posted. It goes by what was pushed: a new
account is known to it after `signpost push`, whether a post is for it or not. Exit code 1 says that
something has to be mended. "–" is what a channel does not tell; it is never 0. What was found is
shown by `signpost status --accounts`, too, within a minute or two."""
)
@click.argument("act", type=click.Choice(["check"]), metavar="check")
@click.argument("accounts", nargs=-1, metavar="[ACCOUNT]...")
@content_option
@click.option("--brand", metavar="ID", help="Only this brand's accounts.")
@format_option
@color_option
def command(
    *, act: str, accounts: tuple[str, ...], content_dir: Path | None, brand: str | None, form: str
) -> int:
    """Log in to each ACCOUNT, or all; say what is wrong and how to mend it. Posts nothing."""
    from signpost.cli.control import actor
    from signpost.cli.scope import check_scope
    from signpost.cli.wiring import connect, open_content

    del act  # there is one
    terminal = Terminal()
    content = find_content(content_dir)
    workspace, brands = open_content(content)
    for name in (None, *accounts):
        check_scope(workspace, brands, brand, name)
    chosen = _chosen(brands, brand, accounts)
    if not chosen:
        terminal.say("There are no accounts to check.", stderr=True)
    connection = connect(content, workspace)[0]
    who = actor(content)
    found = []
    for account in chosen:
        with terminal.working(f"Asking about {account.id}"):
            found.append(_asked(connection, account, who))
    if form == "json":
        machine.show({"accounts": found})
    elif found:
        _show(terminal, found)
    return 1 if any(item["faults"] for item in found) else 0


def _chosen(
    brands: Sequence[Brand], brand: str | None, accounts: Sequence[str]
) -> list[AccountSettings]:
    return [
        account
        for each in brands
        if brand in (None, each.id)
        for account in each.accounts
        if not accounts or account.id in accounts
    ]


def _asked(connection: Connection, account: AccountSettings, who: str) -> dict[str, Any]:
    """What the stack found; its refusal is a fault like any other, so that all are reported."""
    from signpost.cli.control import ControlRefused, ask_control

    head = {"account": account.id, "channel": account.channel}
    try:
        answer = ask_control(
            connection, {"action": "accounts", "account": account.id, "actor": who}
        )
    except ControlRefused as error:
        fault = {"cause": error.cause, "remedy": error.remedy}
        return {**head, "server": None, **_NOTHING, "may_post": None, "faults": [fault]}
    pushed = answer.pop("written")
    report = {**head, **_NOTHING, **answer}
    here = account.account()
    # On a local stack every server is the local network, whatever the content says.
    moved = not connection.network and answer["server"] != here.server
    if pushed != here.handle or moved:
        note = "accounts.yaml says something else than what was pushed. Push, then ask again."
        report["notes"] = [*report["notes"], note]
    return report


_NOTHING: dict[str, Any] = {
    "handle": "",
    "may_post": None,
    "limits": {},
    "budget": None,
    "token_until": None,
    "faults": [],
    "notes": [],
}


def _show(terminal: Terminal, found: Sequence[dict[str, Any]]) -> None:
    terminal.table(
        ("account", "channel", "known there as", "may post", "requests left", "token ends"),
        [
            (
                item["account"],
                item["channel"],
                item["handle"] or "–",
                _MAY[item["may_post"]],
                _budget(item["budget"]),
                (item["token_until"] or "–")[:10],
            )
            for item in found
        ],
    )
    for item in found:
        for fault in item["faults"]:
            terminal.error(item["account"], fault["cause"], fault["remedy"])
        for note in item["notes"]:
            terminal.warn(f"{item['account']}: {note}")
    faulty = sum(bool(item["faults"]) for item in found)
    mend = f"{faulty} to mend" if faulty else "nothing to mend"
    terminal.say(f"{amount(len(found), 'account')}, {mend}. Nothing was posted.")


def _budget(budget: dict[str, Any] | None) -> str:
    if budget is None:
        return "–"
    text = f"{budget['left']} of {budget['limit']}"
    if not budget["resets_at"]:
        return text
    return f"{text} until {datetime.fromisoformat(budget['resets_at']):%H:%M} UTC"
