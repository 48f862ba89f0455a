"""`signpost status`: what is live, what is next, what needs a person."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from signpost.cli.discovery import find_content
from signpost.cli.options import color_option, content_option, format_option
from signpost.cli.output import json as machine
from signpost.cli.output.human import Terminal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signpost.cli.desk import Desk
    from signpost.cli.statefile import Entry

WATCH_S = 5.0


@click.command(
    epilog="""\b
Examples:
  signpost status
  signpost status --watch
  signpost status 7k2m9q4x1v3b
  signpost status larkfell/posts/2026/12/wax-your-boots.md
  signpost status --format json

States: SCHEDULED waits for its time, SENDING and PENDING are on their way, AMBIGUOUS is being
settled, PUBLISHED is public, HELD waits for a person, EXPIRED came too late, FAILED was refused,
CANCELLED was taken out of the content. "–" is what the channel did not report; it is never 0.

Of one POST you see each attempt, what is public, its numbers at each age, and why it was made:
objective with its KPIs and targets, campaign, theme, persona and owner, as the content names them."""
)
@click.argument("post", required=False)
@content_option
@click.option("--watch", is_flag=True, help="Show it again whenever it changed, until Ctrl-C.")
@click.option("--all", "everything", is_flag=True, help="Cancelled deliveries, too.")
@format_option
@color_option
def command(
    *, post: str | None, content_dir: Path | None, watch: bool, everything: bool, form: str
) -> int:
    """Show all deliveries, or everything about one POST.

    POST is a post's id (or its beginning), its file, its title, or a delivery id. The stack
    writes its state down at every push and once a minute, so what is shown may be that old.
    """
    from signpost.cli.desk import open_desk
    from signpost.cli.output.deliveries import (
        show_deliveries,
        show_delivery,
        state_document,
        utc_now,
    )

    terminal = Terminal()
    desk = open_desk(find_content(content_dir))
    shown: object = None
    while True:
        with terminal.working("Reading the state"):
            state = desk.state()
        entries = state.find(post) if post else list(state.entries)
        if post and not entries:
            terminal.error(
                "STATUS",
                f"The stack knows no post `{post}`.",
                "`signpost status` lists what it knows. A draft is never there (take out `status: "
                "draft`), and what was pushed just now is there within a minute.",
            )
            return 1
        whys = _whys(desk, entries) if post else {}
        document = state_document(state, entries, whys)
        if document != shown:
            if form == "json":
                machine.show(document)
            else:
                if watch and shown is not None and terminal.out.isatty():
                    click.clear()
                if post:
                    for number, entry in enumerate(entries):
                        if number:
                            terminal.say()
                        show_delivery(terminal, entry, desk.zone, whys[entry.delivery])
                else:
                    show_deliveries(
                        terminal, state, desk.zone, everything=everything, now=utc_now()
                    )
            shown = document
        if not watch:
            return 0
        try:
            time.sleep(WATCH_S)
        except KeyboardInterrupt:  # how one ends a watch: nothing went wrong
            return 0


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
