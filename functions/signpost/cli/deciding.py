"""Approve or reject posts with an SSH key: what both commands do, from the look to the answer.

What is shown comes from the stack, and is checked here against what is signed: the text that somebody
reads is, byte for byte, the text that the signature binds.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from signpost.cli.connection import Connection
from signpost.cli.control import actor, ask_control
from signpost.cli.output import json as machine
from signpost.cli.output.approvals import show_item
from signpost.cli.output.human import Terminal, amount, plain
from signpost.cli.statefile import StateFile
from signpost.domain.canonical import digest
from signpost.domain.signing.root import Kind, TrustRoot
from signpost.domain.signing.statement import Approval, Rejection
from signpost.errors import SigningError, SignpostError

if TYPE_CHECKING:
    from signpost.domain.signing.keys import PublicKey


class ApprovalError(SignpostError):
    """A post that cannot be approved or rejected from here."""

    code = "APPROVAL"


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs for a brand, and with what."""

    person: str
    public: PublicKey
    file: Path | None
    root: TrustRoot

    def sign(self, message: bytes) -> str:
        """The signature's text."""
        from signpost.cli.signoff import keygen

        with tempfile.TemporaryDirectory(prefix="signpost-agent-") as folder:
            private = self.file or keygen.agent_file(self.public, Path(folder))
            namespace = self.root.namespace(Kind.APPROVAL)
            return keygen.sign(message, namespace, private).decode()


@dataclass(frozen=True, slots=True)
class Ballot:
    """One thing to sign: a post, for one tier."""

    item: Mapping[str, Any]
    tier: str
    statement: Approval | Rejection
    signer: Signer


def decide(
    posts: Sequence[str],
    *,
    content_dir: Path | None,
    person: str | None,
    key: Path | None,
    reason: str | None,
    yes: bool,
    dry: bool,
    form: str,
) -> int:
    """Show what the posts are, sign, and hand it to the stack.

    Args:
        posts: as people call them; several at once.
        reason: what should change, of a rejection; None approves.

    Raises:
        UnknownPost: the stack knows no such post.
        ApprovalError: a post needs no approval, or is not what would be signed.
    """
    from signpost.cli.discovery import find_content
    from signpost.cli.statefile import read_state
    from signpost.cli.wiring import connect, open_content
    from signpost.domain.timing import zone_info

    terminal = Terminal()
    content = find_content(content_dir)
    workspace, _brands = open_content(content)
    connection, objects = connect(content, workspace)
    state = read_state(objects, workspace.id)
    names = _names(state, posts)
    signers = {brand: _signer(content, brand, person, key) for brand in {b for b, _ in names}}
    ballots: list[Ballot] = []
    with terminal.working("Asking what it is"):
        for brand, signer in sorted(signers.items()):
            mine = [f"{b}/{post}" for b, post in names if b == brand]
            items = _items(connection, content, mine, signer.person)
            ballots += [b for item in items for b in _ballots(item, signer, reason)]
    if form == "human":
        _show(terminal, ballots, zone_info(workspace.zone))
    if dry:
        return _tell_dry(terminal, ballots, form)
    verb = "Approve" if reason is None else "Reject"
    count = len({(b.item["brand"], b.item["post"]) for b in ballots})
    who = ", ".join(sorted({b.signer.person for b in ballots}))
    if not yes:
        click.confirm(f"{verb} {amount(count, 'post')} as {who}?", abort=True, err=form != "human")
    answers = []
    for ballot in ballots:
        answer = _bring(connection, content, ballot, reason)
        answers.append(answer)
        if form == "human":
            _tell(terminal, ballot, answer)
    if form == "json":
        machine.show({"answers": answers})
    return 0


def _names(state: StateFile, posts: Sequence[str]) -> list[tuple[str, str]]:
    """Brand and id of each post that is meant."""
    found: dict[tuple[str, str], None] = {}
    for words in posts:
        named = {(entry.brand, entry.post) for entry in state.known(words)}
        if len(named) > 1:
            ids = ", ".join(sorted(post for _brand, post in named))
            raise ApprovalError(f"`{words}` means several posts: {ids}.", "Name one by its id.")
        found.update(dict.fromkeys(named))
    return list(found)


def _signer(content: Path, brand: str, person: str | None, key: Path | None) -> Signer:
    from signpost.cli.evidence import site_of
    from signpost.cli.signoff.evidence import Site, judge_site_roots
    from signpost.cli.signoff.whose_key import find_signer

    folder = site_of(content)
    root = judge_site_roots(Site(folder, brand)).present if folder else None
    if root is None:
        raise ApprovalError(
            f"There is no trust root of {brand} here, so that nobody can approve.",
            "`signpost strategy root init` makes one.",
        )
    people = {name: list(one.keys) for name, one in root.people.items()}
    who, public, file = find_signer(people, person, key)
    return Signer(who, public, file, root)


def _items(
    connection: Connection, content: Path, posts: Sequence[str], person: str
) -> list[dict[str, Any]]:
    request = {
        "action": "awaiting", "actor": actor(content), "person": person, "posts": list(posts),
    }  # fmt: skip
    items: list[dict[str, Any]] = ask_control(connection, request)["items"]
    known = {f"{item['brand']}/{item['post']}" for item in items}
    for post in posts:
        if post not in known:
            raise ApprovalError(f"{post} needs no approval.", "`signpost queue` shows what does.")
    return items


def _ballots(item: Mapping[str, Any], signer: Signer, reason: str | None) -> Iterator[Ballot]:
    """What this person signs of a post: a yes for each tier of theirs, or one no."""
    for one in item["deliveries"]:
        if digest(one["wire"].encode()) != one["revision"]:
            raise ApprovalError(
                f"What {one['delivery']} would say cannot be shown: the stack has no line of that "
                "revision.",
                "Push again, then look again. Nothing was signed.",
            )
    held = set(signer.root.people[signer.person].roles)
    tiers = [
        need["tier"]
        for need in item["needs"]
        if (threshold := signer.root.approval.get(need["tier"])) and held & set(threshold.roles)
    ]
    if not tiers:
        raise ApprovalError(
            f"{signer.person} holds no role that decides about {item['brand']}/{item['post']}.",
            f"It lacks {item['lacking']}." if item["lacking"] else "It is approved.",
        )
    # In the order in which they were said: the last of a tier is what the next one names.
    latest = {d["tier"]: d["statement"] for d in item["decisions"] if d["person"] == signer.person}
    said = {
        d["tier"]: d for d in item["decisions"] if d["person"] == signer.person and d["current"]
    }
    revisions = {one["delivery"]: one["revision"] for one in item["deliveries"]}
    for tier in tiers:
        before, after = said.get(tier), latest.get(tier, "")
        statement: Approval | Rejection
        if reason is not None:
            statement = Rejection(item["brand"], tier, item["post"], revisions, reason, after)
            yield Ballot(item, tier, statement, signer)
            return  # one no holds the post
        if before is not None and before["approve"]:
            continue  # said already
        statement = Approval(item["brand"], tier, item["post"], revisions, after)
        yield Ballot(item, tier, statement, signer)


def _show(terminal: Terminal, ballots: Sequence[Ballot], zone: tzinfo) -> None:
    shown = set()
    for ballot in ballots:
        name = (ballot.item["brand"], ballot.item["post"])
        if name not in shown:
            show_item(terminal, ballot.item, zone)
            terminal.say()
        shown.add(name)
        terminal.say(f"What is signed, for tier {ballot.tier}:")
        terminal.say(plain(ballot.statement.write().decode().rstrip()))
    if not ballots:
        terminal.say("You have approved all of it already.")
        return
    signer = ballots[0].signer
    public = signer.public
    terminal.say(f"Who signs: {signer.person}, with {public.kind} {public.fingerprint}")


def _tell_dry(terminal: Terminal, ballots: Sequence[Ballot], form: str) -> int:
    if form == "json":
        machine.show(
            {
                "sign": [
                    {
                        "brand": b.item["brand"], "post": b.item["post"], "tier": b.tier,
                        "person": b.signer.person, "statement": b.statement.write().decode(),
                    }
                    for b in ballots
                ],
                "items": [b.item for b in ballots],
            }
        )  # fmt: skip
    else:
        terminal.say("Nothing was signed.")
    return 0


def _bring(
    connection: Connection, content: Path, ballot: Ballot, reason: str | None
) -> dict[str, Any]:
    message = ballot.statement.write()
    try:
        signature = ballot.signer.sign(message)
    except SigningError as error:
        raise ApprovalError(error.cause, error.remedy) from error
    request = {
        "action": "approve" if reason is None else "reject",
        "actor": actor(content),
        "brand": ballot.item["brand"],
        "post": ballot.item["post"],
        "tier": ballot.tier,
        "deliveries": dict(ballot.statement.deliveries),
        "signatures": {f"{ballot.signer.person}.sig": signature},
        "reason": reason,
    }
    return ask_control(connection, request)


def _tell(terminal: Terminal, ballot: Ballot, answer: Mapping[str, Any]) -> None:
    title = plain(ballot.item["title"] or answer["post"])
    if isinstance(ballot.statement, Rejection):
        terminal.say(f"{title}: held. It goes out once it is changed, or you approve it.")
        return
    if not answer["met"]:
        terminal.say(f"{title}: your approval is kept; it still lacks {plain(answer['lacking'])}.")
        return
    states = ", ".join(
        f"{name.rsplit('/', 1)[1]} {state}" for name, state in sorted(answer["states"].items())
    )
    terminal.say(f"{title}: {terminal.paint('approved', 'green')} ({states}).")
