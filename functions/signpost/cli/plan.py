"""`signpost plan`: what a push would change."""

from __future__ import annotations

from pathlib import Path

import click

from signpost.cli.discovery import find_content
from signpost.cli.options import color_option, comment_format_option, content_option
from signpost.cli.output import json as machine
from signpost.cli.output.human import Terminal


@click.command(
    epilog="""\b
Examples:
  signpost plan
  signpost plan --format json | jq .digest
  signpost plan --format markdown >comment.md

A plan needs approval by its digest (`signpost push --approve-digest DIGEST`, in CI a commit
trailer `Signpost-Approve: DIGEST`) if it cancels or moves more than 30 % of at least 20 queued
deliveries, or anything that is due within 15 minutes. Creating never needs it."""
)
@content_option
@comment_format_option
@color_option
def command(content_dir: Path | None, form: str) -> None:
    """Compare the content with what the stack has; nothing is changed.

    The digest covers what would be created, updated and cancelled, and nothing else: it stays
    the same while other posts go live.
    """
    from signpost.cli.desk import open_desk
    from signpost.cli.output.approvals import (
        asked_document,
        asked_lines,
        objections,
        tell_asked,
        tell_objections,
    )
    from signpost.cli.output.changes import plan_document, show_plan, tell_drafts

    terminal = Terminal()
    desk = open_desk(find_content(content_dir))
    terminal.say(f"Stack: {desk.connection.place}.", stderr=True)
    with terminal.working("Comparing the content with the stack") as told:
        draft = desk.draft(told)
    said = objections(draft.asked.known, draft.touched, draft.about)
    if form == "json":
        machine.show(
            {
                "workspace": draft.compiled.workspace,
                "bundle": draft.state.bundle,
                **plan_document(draft.plan, draft.about, draft.force, draft.shut),
                "approvals": asked_document(draft.asked),
                "changes_asked": [item.document() for item in said],
            }
        )
    elif form == "markdown":
        from signpost.cli.output import markdown

        markdown.show(
            markdown.plan_text(
                draft.plan,
                draft.about,
                desk.zone,
                draft.force,
                draft.shut,
                asked_lines(draft.asked, draft.plan, draft.about),
                said,
            )
        )
    else:
        show_plan(terminal, draft.plan, draft.about, desk.zone, draft.force, draft.shut)
        tell_asked(terminal, draft.asked, draft.plan, draft.about)
        tell_objections(terminal, said, desk.zone)
        tell_drafts(terminal, draft.compiled.drafts)
