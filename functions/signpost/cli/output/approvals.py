"""Approvals in words: what a plan needs, and how a post stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from signpost.cli.asked import Asked
from signpost.cli.output.changes import local
from signpost.cli.output.human import Terminal, amount, plain
from signpost.cli.waiting import Waiting
from signpost.domain.approval import ApprovalGate, Decision, Need, post_of
from signpost.domain.canonical import parse_utc, utc_text
from signpost.domain.delivery import NOW, About
from signpost.domain.plan import ACTING, Change, Plan

_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Objection:
    """Changes that somebody asked for, of a post as the stack has it.

    Args:
        post: workspace, brand and post id, with `/` between.
        title: the post's, or else its id.
    """

    post: str
    title: str
    said: Decision

    def document(self) -> dict[str, Any]:
        """As JSON members."""
        said = self.said
        return {
            "post": self.post,
            "title": self.title,
            "person": said.person,
            "name": said.name,
            "tier": said.tier,
            "at": utc_text(said.at),
            "comment": said.comment,
        }


def objections(
    known: Mapping[str, ApprovalGate], touched: Iterable[Change], about: Mapping[str, About]
) -> list[Objection]:
    """What people asked to be changed of the posts that a push would touch.

    What was said of an earlier text is left out: the stack goes by it no more.

    Args:
        known: what the stack knows of approvals, by post.
        touched: what a push would move, or tell.
        about: title and file of each delivery.
    """
    titles = {post_of(c.delivery): about.get(c.delivery, About()).title for c in touched}
    return [
        Objection(post, titles[post] or known[post].name, said)
        for post in sorted(titles)
        if post in known
        for said in known[post].current
        if not said.approve
    ]


def tell_objections(terminal: Terminal, found: Sequence[Objection], zone: tzinfo) -> None:
    """Say who asked for what to be changed."""
    for item in found[:_SHOWN]:
        said = item.said
        text = (
            f"{item.title}: {said.name} asked for changes ({said.tier}, {local(said.at, zone)}): "
            f"{said.comment}"
        )
        terminal.say(terminal.paint(plain(text), "yellow"))
    if found[_SHOWN:]:
        terminal.say(f"{len(found) - _SHOWN} more asked for changes: `signpost status POST`.")


def asked_lines(asked: Asked, plan: Plan, about: Mapping[str, About]) -> list[str]:
    """A sentence for each post that a push would create or change, and that needs approval."""
    moved = {c.delivery.rpartition("/")[0]: c.delivery for c in plan.changes if c.action in ACTING}
    return [
        f"{about[moved[post]].title or post.rpartition('/')[2]} needs approval by "
        f"{'; and by '.join(_need(need) for need in asked.needs[post])}"
        f"{_authors(asked, post)}"
        for post in sorted(moved)
        if post in asked.needs and moved[post] in about
    ]


def tell_asked(terminal: Terminal, asked: Asked, plan: Plan, about: Mapping[str, About]) -> None:
    """Say what of a plan needs approval, and by whom."""
    lines = asked_lines(asked, plan, about)
    for line in lines[:_SHOWN]:
        terminal.say(terminal.paint(f"{plain(line)}.", "yellow"))
    if lines[_SHOWN:]:
        terminal.say(f"{amount(len(lines) - _SHOWN, 'post')} more need approval.")


def asked_document(asked: Asked) -> list[dict[str, Any]]:
    """The same for machines: every post that needs approval."""
    return [
        {
            "post": post,
            "tiers": [{"tier": n.tier, "needs": n.count, "from": [*n.signers]} for n in needs],
            "authors": list(asked.authors[post.split("/", 1)[1]].people),
            "strangers": asked.authors[post.split("/", 1)[1]].strangers,
        }
        for post, needs in sorted(asked.needs.items())
    ]


def show_gate(terminal: Terminal, gate: ApprovalGate, zone: tzinfo) -> None:
    """How the approvals of a post stand, and what was said of it."""
    tiers = ", ".join(need.tier for need in gate.needs)
    if gate.lacking:
        terminal.say(f"approval     {terminal.paint('missing', 'yellow')}: {plain(gate.lacking)}")
    else:
        terminal.say(f"approval     {terminal.paint('given', 'green')} ({tiers})")
    made = ", ".join(gate.authors.people)
    unknown = gate.authors.strangers
    if made or unknown:
        more = f"{amount(unknown, 'address')} of nobody known" if unknown else ""
        terminal.say(f"made by      {plain(', '.join(filter(None, (made, more))))}")
    for item in gate.decisions:
        word = "approved" if item.approve else "asked for changes"
        old = "" if gate.is_current(item) else " (an earlier revision)"
        comment = f": {plain(item.comment)}" if item.comment else ""
        when = local(item.at, zone)
        terminal.say(
            f"  {when}  {plain(item.name)} {word}{old}, {item.tier}, {item.method}{comment}"
        )


def gate_document(gate: ApprovalGate) -> dict[str, Any]:
    """The same for machines."""
    return {
        "post": gate.name,
        "brand": gate.brand,
        "tiers": [need.tier for need in gate.needs],
        "approved": not gate.lacking,
        "lacking": gate.lacking,
        "missing": {tier: list(people) for tier, people in gate.missing.items()},
        "authors": list(gate.authors.people),
        "strangers": gate.authors.strangers,
        "decisions": [
            {
                "person": item.person,
                "tier": item.tier,
                "approve": item.approve,
                "at": utc_text(item.at),
                "comment": item.comment,
                "method": item.method,
                "current": gate.is_current(item),
            }
            for item in gate.decisions
        ],
    }


def show_awaiting(
    terminal: Terminal, waiting: Sequence[Waiting], now: datetime, zone: tzinfo
) -> None:
    """The posts that await approval, as a table; nothing where none does."""
    if not waiting:
        return
    terminal.say()
    rows = [
        (
            "late" if item.warned(now) else "awaits approval",
            item.title,
            ", ".join(need.tier for need in item.gate.needs),
            item.gate.lacking,
            local(item.due, zone) if item.due else "",
        )
        for item in waiting
    ]
    terminal.table(("standing", "post", "tier", "lacks", "goes out"), rows)
    terminal.say()
    terminal.say(f"{amount(len(waiting), 'post')} await approval: `signpost approve POST`.")


def show_item(terminal: Terminal, item: Mapping[str, Any], zone: tzinfo) -> None:
    """One post as it would be sent, in full: what somebody has to see before they sign."""
    terminal.say(terminal.paint(f"{plain(item['title'] or item['post'])}", "bold"))
    terminal.say(
        f"  post       {plain(item['brand'])}/{plain(item['post'])}  {plain(item['source'])}"
    )
    if item["moved"] == "time":
        terminal.say(terminal.paint("  only the time moved since you approved it:", "yellow"))
    for one in item["deliveries"]:
        _show_delivery(terminal, one, zone, only_time=item["moved"] == "time")
    people = ", ".join(item["authors"])
    terminal.say(f"  made by    {plain(people) or 'nobody known'}")
    terminal.say(f"  lacking    {plain(item['lacking']) or 'nothing: it is approved'}")
    for said in item["decisions"]:
        if not said["approve"] and said["current"]:
            terminal.say(f"  {plain(said['name'])} asked for changes: {plain(said['comment'])}")


def _show_delivery(
    terminal: Terminal, one: Mapping[str, Any], zone: tzinfo, *, only_time: bool
) -> None:
    where = " ".join(filter(None, (one["channel"], one["handle"])))
    terminal.say(f"  → {plain(one['account'])} ({plain(where)})  {_due(one['due'], zone)}")
    was = one["was"]
    if was and was["due"] != one["due"]:
        terminal.say(f"    before: {_due(was['due'], zone)}")
    if only_time:
        return
    for number, part in enumerate(one["parts"], 1):
        if len(one["parts"]) > 1:
            terminal.say(f"    part {number}:")
        for line in str(part["text"]).splitlines() or [""]:
            terminal.say(f"    │ {plain(line)}")
        for media in part["media"]:
            terminal.say(
                f"    │ [{plain(media['mime'])} {media['sha256'][:12]}: {plain(media['alt'])}]"
            )
    if one.get("link"):
        terminal.say(f"    link: {plain(one['link'])}")


def _due(text: str, zone: tzinfo) -> str:
    if text == NOW:
        return "as soon as it is approved, or not at all half an hour after the merge"
    moment: datetime = parse_utc(text)
    return f"{local(moment, zone)} ({zone})"


def _need(need: Need) -> str:
    who = " or ".join(need.signers) or "whom the trust root names"
    number = "" if need.count == 1 else f"{need.count} of "
    return f"{number}{who} ({need.tier})"


def _authors(asked: Asked, post: str) -> str:
    made = asked.authors[post.split("/", 1)[1]]
    if not made.strangers:
        return ""
    return (
        f", and {made.strangers} more: {amount(made.strangers, 'author')} of it belong to nobody in "
        "people.yaml (.mailmap joins addresses)"
    )
