"""`signpost status`: what is live, what is next, what needs a person."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from signpost.cli.discovery import find_content
from signpost.cli.options import color_option, content_option, format_option
from signpost.cli.output import json as machine
from signpost.cli.output.human import Terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from signpost.cli.desk import Desk
    from signpost.cli.statefile import Entry, StateFile
    from signpost.domain.people import Reader

WATCH_S = 5.0


@click.command(
    epilog="""\b
Examples:
  signpost status
  signpost status --watch
  signpost status 7k2m9q4x1v3b
  signpost status larkfell/posts/2026/12/wax-your-boots.md
  signpost status --accounts
  signpost status --format json

States: SCHEDULED waits for its time, SENDING and PENDING are on their way, AMBIGUOUS is being
settled, PUBLISHED is public, HELD waits for a person, EXPIRED came too late, FAILED was refused,
CANCELLED was taken out of the content. "–" is what the channel did not report; it is never 0.

Of each account you see its last check, how many sends the channel still takes by its own words, how
many we sent in the present window, until when nothing is sent, and when its token ends. "not
reported" is what a channel does not tell; exit code 1 says that a token has ended.

Of one POST that needs approval you see who made it, who approved it and who is missing, and what was
said of it. Of every POST you see each attempt, what is public, its numbers at each age, and why it was made:
objective with its KPIs and targets, campaign, theme, persona and owner, as the content names them."""
)
@click.argument("post", required=False)
@content_option
@click.option("--watch", is_flag=True, help="Show it again whenever it changed, until Ctrl-C.")
@click.option("--all", "everything", is_flag=True, help="Cancelled deliveries, too.")
@click.option("--accounts", "of_accounts", is_flag=True, help="Accounts: budgets, checks, tokens.")
@format_option
@color_option
def command(
    *,
    post: str | None,
    content_dir: Path | None,
    watch: bool,
    everything: bool,
    of_accounts: bool,
    form: str,
) -> int:
    """Show all deliveries, everything about one POST, or all accounts.

    POST is a post's id (or its beginning), its file, its title, or a delivery id. The stack
    writes its state down at every push and once a minute, so what is shown may be that old.
    """
    from signpost.cli.desk import open_desk

    if of_accounts and post:
        raise click.UsageError("--accounts shows all accounts: leave POST out.")
    terminal = Terminal()
    desk = open_desk(find_content(content_dir))
    shown: object = None
    while True:
        with terminal.working("Reading the state"):
            state = desk.state()
        if of_accounts:
            view = _of_accounts(terminal, desk, state)
        elif post:
            view = _of_post(terminal, desk, state, post)
        else:
            view = _of_everything(terminal, desk, state, everything=everything)
        if view.document != shown:
            if form == "json":
                machine.show(view.document)
            else:
                if watch and shown is not None and terminal.out.isatty():
                    click.clear()
                view.show()
            shown = view.document
        if not watch:
            return view.code
        try:
            time.sleep(WATCH_S)
        except KeyboardInterrupt:  # how one ends a watch: nothing went wrong
            return 0


class _View(NamedTuple):
    """What is to be shown: for machines, for people, and the exit code."""

    document: dict[str, Any]
    show: Callable[[], None]
    code: int = 0


def _of_everything(terminal: Terminal, desk: Desk, state: StateFile, *, everything: bool) -> _View:
    from signpost.cli.output.deliveries import show_deliveries, state_document

    now = datetime.now(UTC)
    document = state_document(state, state.entries, now=now)
    late = ""
    if state.people:  # of brands that sign
        from signpost.cli.output.reading import reading_line
        from signpost.domain.people import reading_reminders

        found = _readers(desk, state, now)
        document["reading"] = None if found is None else reading_reminders(found, now)
        late = reading_line(found or ())

    def show() -> None:
        if late:
            terminal.warn(late)
        show_deliveries(terminal, state, desk.zone, everything=everything, now=now)

    return _View(document, show)


def _readers(desk: Desk, state: StateFile, now: datetime) -> list[Reader] | None:
    """Who has read what, as the stack knows it; None where that cannot be read."""
    from signpost.cli.evidence import known_gates
    from signpost.errors import StackError
    from signpost.usecases.onboarding import readers_of

    gates = [gate for gate in known_gates(state).values() if gate.releases]
    try:
        found = [readers_of(desk.objects, state.people, gate, now) for gate in gates]
    except StackError:
        return None
    return [reader for people in found for reader in people]


def _of_post(terminal: Terminal, desk: Desk, state: StateFile, post: str) -> _View:
    from signpost.cli.output.deliveries import show_delivery, state_document

    entries = state.known(post)
    whys = _whys(desk, entries)
    wanted = {entry.delivery.rpartition("/")[0] for entry in entries}
    gates = [gate for post, gate in state.approvals.items() if post in wanted]

    def show() -> None:
        from signpost.cli.output.approvals import show_gate

        for number, entry in enumerate(entries):
            if number:
                terminal.say()
            show_delivery(terminal, entry, desk.zone, whys[entry.delivery])
        for gate in gates:
            terminal.say()
            show_gate(terminal, gate, desk.zone)

    document = state_document(state, entries, whys)
    if gates:
        from signpost.cli.output.approvals import gate_document

        document["approvals"] = [gate_document(gate) for gate in gates]
    return _View(document, show)


def _of_accounts(terminal: Terminal, desk: Desk, state: StateFile) -> _View:
    from signpost.cli.account_standing import accounts_document
    from signpost.cli.output.accounts import show_accounts
    from signpost.connectors.registry import Registry

    document = accounts_document(desk.brands, state, Registry().spec, datetime.now(UTC))
    ended = any(item["token"]["ended"] for item in document["accounts"])
    return _View(document, lambda: show_accounts(terminal, document, desk.zone), int(ended))


def _whys(desk: Desk, entries: Sequence[Entry]) -> dict[str, dict[str, Any]]:
    """Why each delivery was made, in the words of the content as it is here and now."""
    from signpost.cli.why import why_document
    from signpost.cli.wiring import open_goals

    brands = {brand.id: brand for brand in desk.brands}
    goals = {name: open_goals(desk.content, name) for name in {entry.brand for entry in entries}}
    return {
        entry.delivery: why_document(
            entry.about,
            brands.get(entry.brand),
            goals[entry.brand],
            entry.due.astimezone(desk.zone).date(),
        )
        for entry in entries
    }
