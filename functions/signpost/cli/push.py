"""`signpost push`: hand the content to the stack and print its answer."""

from __future__ import annotations

from pathlib import Path

import click

from signpost.cli.discovery import find_content
from signpost.cli.options import color_option, content_option, format_option
from signpost.cli.output import json as machine
from signpost.cli.output.human import Terminal


@click.command(
    epilog="""\b
Examples:
  signpost push
  signpost push --dry-run
  signpost push --approve-digest 4f1c09ab77e2

In CI, approve a mass change in the commit that is pushed, as a trailer of its message:
  Signpost-Approve: 4f1c09ab77e2…"""
)
@content_option
@click.option(
    "--approve-digest",
    metavar="DIGEST",
    default="",
    help="Approve a plan that needs it: its digest, or the first 12 characters or more.",
)
@click.option("--dry-run", is_flag=True, help="Show the plan and stop there.")
@click.option(
    "--wait",
    "wait_s",
    metavar="SECONDS",
    default=90.0,
    show_default=True,
    type=click.FloatRange(1, 900),
    help="How long to wait for the stack's answer.",
)
@format_option
@color_option
def command(
    *,
    content_dir: Path | None,
    approve_digest: str,
    dry_run: bool,
    wait_s: float,
    form: str,
) -> int:
    """Check, plan, upload, and wait for the stack's verdict.

    What lies in the content folder is what is sent. A post that is in the stack already is not
    sent again; what is public is never touched by a push.
    """
    from signpost.cli.desk import open_desk
    from signpost.cli.output.approvals import tell_asked
    from signpost.cli.output.changes import (
        is_held_for_approval,
        plan_document,
        show_plan,
        show_verdict,
        tell_drafts,
        verdict_document,
    )
    from signpost.cli.sending import send
    from signpost.domain.plan import Action

    terminal = Terminal()
    desk = open_desk(find_content(content_dir))
    terminal.say(f"Stack: {desk.connection.place}.", stderr=True)
    with terminal.working("Comparing the content with the stack") as told:
        draft = desk.draft(told)
    human = form == "human"
    if human:
        show_plan(terminal, draft.plan, draft.about, desk.zone, draft.force, draft.shut)
        tell_asked(terminal, draft.asked, draft.plan, draft.about)
        tell_drafts(terminal, draft.compiled.drafts)
        if desk.commit.dirty and draft.plan.acting:
            terminal.warn("Some content is not committed; what lies in the folder is sent.")
    if dry_run or not draft.acting:
        if not human:
            machine.show({"plan": plan_document(draft.plan, draft.about, draft.force, draft.shut)})
        return 0
    if human and not draft.plan.acting:
        terminal.say(f"{draft.news}: the stack is told, and nothing else moves.")
    sent = send(desk, draft, terminal, approve=approve_digest, wait_s=wait_s)
    if human:
        if sent.replanned:
            terminal.say("Another push came first, so it was planned again:")
            show_plan(
                terminal,
                sent.draft.plan,
                sent.draft.about,
                desk.zone,
                sent.draft.force,
                sent.draft.shut,
            )
        show_verdict(terminal, sent.verdict, sent.draft.about, desk.zone)
    else:
        machine.show(
            {
                "plan": plan_document(
                    sent.draft.plan, sent.draft.about, sent.draft.force, sent.draft.shut
                ),
                "verdict": verdict_document(sent.verdict),
            }
        )
    # What the plan called drift is no news; what became drift on the way was not carried out.
    known = {c.delivery for c in sent.draft.plan.changes if c.action is Action.DRIFT}
    lost = [
        change
        for change in sent.verdict.changes
        if change.state not in ("SCHEDULED", "CANCELLED")
        and change.delivery not in known
        and not is_held_for_approval(change)
    ]
    return 0 if sent.verdict.accepted and not lost else 1
