"""`signpost stop`: halt publishing."""

from __future__ import annotations

from pathlib import Path

import click

from signpost.cli.connection import Connection, find_connection
from signpost.cli.discovery import find_content
from signpost.cli.options import color_option, content_option, format_option
from signpost.cli.output import json as machine
from signpost.cli.output.human import Terminal
from signpost.domain.stop import scope_of
from signpost.errors import ContentError, SettingsError


@click.command(
    epilog="""\b
Examples:
  signpost stop --reason "wrong price in the sale posts"
  signpost stop --brand larkfell --reason "storm warning, nothing cheerful today"
  signpost stop --account larkfell-shop --reason "the account was taken over"

When this returns, nothing more is sent; a post that was on its way in that second may still
arrive. What is missed meanwhile is held, and each needs `signpost resume POST`."""
)
@content_option
@click.option("--brand", metavar="ID", help="Only this brand.")
@click.option("--account", metavar="ID", help="Only this account.")
@click.option("--reason", metavar="TEXT", default="", help="For the audit trail.")
@format_option
@color_option
def command(
    content_dir: Path | None, brand: str | None, account: str | None, reason: str, form: str
) -> None:
    """Halt publishing at once: everything, or one brand, or one account. Anyone may."""
    from signpost.cli.control import actor, ask_control

    if brand and account:
        raise click.UsageError("--brand or --account, not both.")
    terminal = Terminal()
    content = find_content(content_dir)
    connection = _stack(terminal, content, brand, account)
    scope = scope_of(brand, account)
    with terminal.working("Stopping"):
        answer = ask_control(
            connection,
            {"action": "stop", "scope": scope, "actor": actor(content), "reason": reason},
        )
    if form == "json":
        machine.show(answer)
        return
    terminal.say(terminal.paint(f"Stopped: {words(answer['scopes'])}.", "yellow"))
    terminal.say('Nothing is sent until `signpost resume --reason "…"`.')


def _stack(terminal: Terminal, content: Path, brand: str | None, account: str | None) -> Connection:
    """The stack to stop, after a look at whether the scope exists.

    The brake has to work while somebody is in the middle of an edit: to stop everything,
    signpost.yaml need not be readable where environment or local stack say which stack it is.
    """
    from signpost.cli.scope import check_scope
    from signpost.cli.wiring import connect, open_content

    try:
        workspace, brands = open_content(content)
    except ContentError:
        if brand or account:
            raise
        connection = _stack_without_settings(content)
        if connection is None:
            raise
        terminal.warn(f"signpost.yaml cannot be used; stopping {connection.place} all the same.")
        return connection
    check_scope(workspace, brands, brand, account)
    return connect(content, workspace)[0]


def _stack_without_settings(content: Path) -> Connection | None:
    try:
        return find_connection(content, {})
    except SettingsError:
        return None


def words(scopes: list[str]) -> str:
    """Scopes as people say them."""
    if "*" in scopes:
        return "the whole workspace"
    return ", ".join(scope.replace(":", " ") for scope in scopes)
