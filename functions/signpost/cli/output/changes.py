"""A plan and a verdict, for people and for machines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from types import MappingProxyType
from typing import Any

from signpost.cli.output.human import Terminal, amount, plain
from signpost.cli.output.releases import shut_document, shut_lines
from signpost.domain.approval import AWAITING
from signpost.domain.canonical import parse_utc, utc_text
from signpost.domain.delivery import About
from signpost.domain.plan import Action, Change, Plan
from signpost.usecases.verdict import Verdict, VerdictChange

ORDER = (Action.CREATE, Action.UPDATE, Action.CANCEL, Action.DRIFT)
"""In which the kinds of change are shown."""
_DRAFTS_SHOWN = 5
_SIGN = {Action.CREATE: "+", Action.UPDATE: "~", Action.CANCEL: "-", Action.DRIFT: "!"}


def show_plan(
    terminal: Terminal,
    plan: Plan,
    about: Mapping[str, About],
    zone: tzinfo,
    force: str,
    shut: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Print what a push would do.

    Args:
        about: title and file of each delivery.
        zone: the workspace's, in which times are shown.
        force: why the plan needs approval; empty where it does not.
        shut: deliveries that would find no release in force at their time → why.
    """
    rows = []
    for action in ORDER:
        of_kind = [item for item in plan.changes if item.action is action]
        for change in sorted(of_kind, key=by_time):
            told = about.get(change.delivery, About())
            rows.append(
                (
                    _SIGN[action],
                    str(action),
                    when(change, zone),
                    change.delivery.split("/")[3],
                    told.title or change.delivery.split("/")[2],
                    reason(change) if action in (Action.DRIFT, Action.CANCEL) else told.source,
                )
            )
    if rows:
        terminal.table(("", "change", f"due ({zone})", "account", "post", ""), rows)
        terminal.say()
    terminal.say(counted(plan))
    if plan.acting:
        terminal.say(f"Plan {plan.digest}")
    if plan.count(Action.DRIFT):
        terminal.say(
            "Drift: what is public stays as it is; a push does not touch it. Once the edit is "
            "pushed, `signpost correct POST` or `signpost retract POST` carries it out."
        )
    if force:
        terminal.say(terminal.paint(f"Needs approval: {plain(force)}.", "yellow"))
    for line in shut_lines(shut, about):
        terminal.warn(line)


def reason(change: Change) -> str:
    """Why it is so, and what a person may do about it."""
    return f"{change.reason}; {_ANSWERS[change.answer]}" if change.answer else change.reason


_ANSWERS = {"correct": "to carry it out: correct", "retract": "to take it away: retract"}


def tell_drafts(terminal: Terminal, drafts: Sequence[str]) -> None:
    """Say what stays here, for whoever took one of two lines out of a post and not the other."""
    if not drafts:
        return
    shown = ", ".join(plain(title) for title in drafts[:_DRAFTS_SHOWN])
    more = f" and {len(drafts) - _DRAFTS_SHOWN} more" if len(drafts) > _DRAFTS_SHOWN else ""
    number = "1 draft is" if len(drafts) == 1 else f"{len(drafts)} drafts are"
    terminal.say(f"{number} not sent while `status: draft` stands there: {shown}{more}.")


def counted(plan: Plan) -> str:
    """How many changes there are of each kind, as a sentence."""
    kept = f"{plan.count(Action.KEEP)} kept, {plan.count(Action.DRIFT)} drift"
    if not plan.acting:
        return f"Nothing to do: the stack has what the content says ({kept})."
    counts = ", ".join(
        f"{plan.count(action)} to {action}"
        for action in (Action.CREATE, Action.UPDATE, Action.CANCEL)
    )
    return f"{counts}; {kept}."


def by_time(change: Change) -> tuple[str, str]:
    """Order of the list: `now` first, then by time."""
    moment = change.due or (change.was_due if change.action is not Action.CREATE else None)
    return (utc_text(moment) if moment else "", change.delivery)


def when(change: Change, zone: tzinfo) -> str:
    """The time of a change as people read it."""
    if change.action is Action.CANCEL:
        return local(change.was_due, zone)
    if change.due is None and change.action in (Action.CREATE, Action.UPDATE):
        return "now"
    text = local(change.due or change.was_due, zone)
    if change.moves and change.was_due:
        return f"{local(change.was_due, zone)} → {text}"
    return text


def local(moment: datetime | None, zone: tzinfo) -> str:
    """An instant in the zone, to the minute; seconds only where there are any."""
    if moment is None:
        return "–"
    there = moment.astimezone(zone)
    return there.strftime("%Y-%m-%d %H:%M:%S" if there.second else "%Y-%m-%d %H:%M")


def plan_document(
    plan: Plan,
    about: Mapping[str, About],
    force: str,
    shut: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, Any]:
    """The plan for machines; kept deliveries are counted, not listed, unless they would be held."""
    return {
        "without_release": shut_document(shut),
        "digest": plan.digest,
        "counts": {str(action): plan.count(action) for action in Action},
        "needs_approval": force,
        "changes": [
            {
                "action": str(change.action),
                "delivery": change.delivery,
                "revision": change.revision,
                "due": utc_text(change.due) if change.due else None,
                "was_due": utc_text(change.was_due) if change.was_due else None,
                "reason": change.reason,
                "answer": change.answer,
                "title": about.get(change.delivery, About()).title,
                "source": about.get(change.delivery, About()).source,
            }
            for change in plan.changes
            if change.action is not Action.KEEP
        ],
    }


def show_verdict(
    terminal: Terminal, verdict: Verdict, about: Mapping[str, About], zone: tzinfo
) -> None:
    """Print the stack's answer to a push."""
    if not verdict.accepted:
        remedy = {
            "force": "Look at `signpost plan`; if it is what you want: "
            f"`signpost push --approve-digest {verdict.plan[:16]}`.",
            "chain": "Push again.",
            "bundle": "Make a new commit and push again.",
            "faults": "Mend these, then push again:",
            "rollback": "Push from a checkout that has the newest trust root and releases.",
            "release": "See `signpost strategy verify`, mend it, and push again.",
            "gate": "docs/signing.md says how it is taken off.",
        }.get(verdict.code, "")
        cause = f"The stack refused: {verdict.reason}."
        terminal.error(f"PUSH-{verdict.code.upper()}", cause, remedy)
        for fault in verdict.faults:
            where = fault.source or fault.delivery
            text = f"  {plain(where)}: {plain(fault.cause)}. {plain(fault.remedy)}"
            terminal.say(text, stderr=True)
        return
    done = [
        f"{_count(verdict, action)} {word}" for action, word in _DONE if _count(verdict, action)
    ]
    terminal.say(f"{terminal.paint('accepted', 'green')}: {', '.join(done) or 'nothing changed'}.")
    coming = sorted(c.due for c in verdict.changes if c.state == "SCHEDULED")
    if coming:
        terminal.say(f"The next goes out {local(parse_utc(coming[0]), zone)} ({zone}).")
    drift = [change for change in verdict.changes if change.action == Action.DRIFT]
    for change in drift:
        told = about.get(change.delivery, About())
        terminal.warn(f"{told.title or change.delivery}: {change.reason}.")
    if drift:
        terminal.say(f"{len(drift)} drift: what is public stays as it is.", stderr=True)
    odd = [
        change
        for change in verdict.changes
        if change.state not in ("SCHEDULED", "CANCELLED")
        and change not in drift
        and not is_held_for_approval(change)
    ]
    waiting = [change for change in verdict.changes if is_held_for_approval(change)]
    for change in waiting:
        told = about.get(change.delivery, About())
        terminal.say(f"{plain(told.title or change.delivery)}: {plain(change.reason)}.")
    if waiting:
        terminal.say("`signpost approve POST` approves; `signpost queue` shows what awaits whom.")
    for change in odd:
        told = about.get(change.delivery, About())
        terminal.warn(f"{told.title or change.delivery}: {change.state}, {change.reason}.")
    if odd:
        terminal.say(f"{amount(len(odd), 'delivery')} will not go out.", stderr=True)


def is_held_for_approval(change: VerdictChange) -> bool:
    """Whether a delivery awaits approval, as it should, and goes out once it is given."""
    return change.state == "HELD" and change.reason.startswith(AWAITING)


_DONE = (("create", "created"), ("update", "updated"), ("cancel", "cancelled"))


def _count(verdict: Verdict, action: str) -> int:
    return sum(change.action == action for change in verdict.changes)


def verdict_document(verdict: Verdict) -> dict[str, Any]:
    """The verdict for machines."""
    return {
        "bundle": verdict.bundle,
        "accepted": verdict.accepted,
        "code": verdict.code,
        "reason": verdict.reason,
        "plan": verdict.plan,
        "at": verdict.at,
        "changes": [
            {
                "action": change.action,
                "delivery": change.delivery,
                "state": change.state,
                "due": change.due,
                "reason": change.reason,
            }
            for change in verdict.changes
        ],
        "faults": [
            {
                "delivery": fault.delivery,
                "source": fault.source,
                "cause": fault.cause,
                "remedy": fault.remedy,
            }
            for fault in verdict.faults
        ],
    }
