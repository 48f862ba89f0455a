"""What must hold at the end of a universe, whatever went wrong in it."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from signpost.domain.amendment import Amend, amendment_of
from signpost.domain.lifecycle import BAD_ENDS, State
from signpost.domain.protocol import SEND_DEADLINE_S
from signpost.domain.row import BundleRef, Row
from tests.simulation.amended import check_amended, check_amendment
from tests.simulation.approved import unapproved
from tests.simulation.platform import KINDS, Item, Send
from tests.simulation.releases import intents_without_release
from tests.simulation.universe import PUBLISH_LIMIT_S, Universe
from tests.simulation.workload import CHANNELS, RETRYING

UNSETTLED = (State.SENDING, State.PENDING, State.AMBIGUOUS)
LATE_APPLY_S = 60.0
WIRE_S = 15.0
"""The longest that a request of a worker is under way before it is given up."""


@dataclass(slots=True)
class Findings:
    """The result of a check.

    Args:
        duplicates: parts that are public more than once, and have no business to be.
        retried_duplicates: the same for accounts that asked for a resend without a key.
        lost: deliveries that are not public, though nobody was told why.
        broken: other invariants, in words.
    """

    duplicates: list[str] = field(default_factory=list)
    retried_duplicates: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    states: Counter[str] = field(default_factory=Counter)
    held_unsure: int = 0
    parts: int = 0

    @property
    def clean(self) -> bool:
        """Nothing that the protocol forbids happened (guarded resends are counted apart)."""
        return not (self.duplicates or self.lost or self.broken)

    @property
    def faults(self) -> list[str]:
        """Everything that is wrong."""
        return [*self.duplicates, *self.lost, *self.broken]


def check(universe: Universe) -> Findings:
    """Judge a universe that has come to rest."""
    findings = Findings()
    rows = universe.rows()
    public: dict[str, list[Item]] = defaultdict(list)
    for server in universe.servers.values():
        for items in server.items.values():
            for item in items:
                public[item.tag.partition("@")[0]].append(item)
    _duplicates(public, findings)
    told = universe.told()
    for row in rows.values():
        if row.action:
            check_amendment(universe, row, told[row.delivery], findings, edition_of)
        else:
            _row(universe, row, public, told[row.delivery], findings)
    check_amended(universe, findings)
    for push in universe.pushes.values():
        if push.answered < float("inf"):
            missing = sorted(push.wanted - set(rows))
            findings.lost += [f"{name} was accepted and has no row" for name in missing]
    _intents(universe, findings)
    _sends(universe, findings)
    _moves(universe, findings)
    findings.broken += intents_without_release(universe)
    findings.broken += unapproved(universe)
    return findings


def _duplicates(public: dict[str, list[Item]], findings: Findings) -> None:
    for part, items in public.items():
        findings.parts += 1
        if len(items) > 1:
            text = f"{part} is public {len(items)} times: {', '.join(i.id for i in items)}"
            account = part.partition("#")[0].rpartition("/")[2]
            retried = account.endswith(f"-{RETRYING}")
            (findings.retried_duplicates if retried else findings.duplicates).append(text)


def _row(
    universe: Universe,
    row: Row,
    public: dict[str, list[Item]],
    told: set[State],
    findings: Findings,
) -> None:
    name, state = row.delivery, row.state
    findings.states[state] += 1
    shown = [public.get(f"{name}#{part}", []) for part in range(row.parts_total)]
    if amendment_of(name) not in universe.rows():
        _recorded(row, shown, edition_of(universe, row.bundle), findings)
    beyond = [n for n in range(len(row.parts), row.parts_total) if shown[n]]
    unknown = state in UNSETTLED and beyond[:1] == [row.part]
    if beyond and not unknown and not (state is State.HELD and row.maybe_live):
        findings.broken.append(f"{name} is {state}, yet part {beyond[0]} is public")
    findings.held_unsure += state is State.HELD and row.maybe_live
    if state is State.PUBLISHED:
        if len(row.parts) != row.parts_total:
            findings.lost.append(f"{name} is PUBLISHED with {len(row.parts)} parts")
    elif state in BAD_ENDS:
        if not row.reason:
            findings.lost.append(f"{name} is {state} without a reason")
        if state not in told:
            findings.lost.append(f"{name} is {state} and nobody was told")
    elif state is not State.CANCELLED:
        findings.lost.append(f"{name} is still {state} at the end: {row.reason}")


def _recorded(row: Row, shown: list[list[Item]], edition: str, findings: Findings) -> None:
    """What the row says is public is public, in this edition, and threads hang together."""
    name = row.delivery
    for number, part in enumerate(row.parts):
        item = {item.id: item for item in shown[number]}.get(part.external_id)
        if item is None:
            findings.lost.append(f"{name} part {number} is recorded as public and is not")
        elif item.tag != f"{name}#{number}@{edition}":
            findings.broken.append(f"{name} part {number} is public in another edition")
        elif number and item.reply_to != row.parts[number - 1].external_id:
            findings.broken.append(f"{name} part {number} answers the wrong part")


def edition_of(universe: Universe, ref: BundleRef) -> str:
    """The edition of the post that a bundle's line has."""
    data = universe.objects.content[f"bundles/{ref.digest}.jsonl"]
    line = json.loads(data[ref.offset : ref.offset + ref.length])
    tag: str = line["delivery"]["parts"][0]["payload"]["tag"]
    return tag.rpartition("@")[2]


def _intents(universe: Universe, findings: Findings) -> None:
    """Stop and deletion bind every intent that commits after they were answered."""
    gone: dict[str, list[tuple[float, float]]] = defaultdict(list)
    known: set[str] = set()
    pushes = universe.chain()
    for number, push in enumerate(pushes):
        for name in known - push.wanted:
            back = next((p.asked for p in pushes[number + 1 :] if name in p.wanted), 1e9)
            gone[name].append((push.answered, back))
        known |= push.wanted
    tokens: Counter[tuple[str, int]] = Counter()
    for move in universe.moves:
        if move.kind != "intend":
            continue
        row, at = move.after, move.at
        covers = ("*", f"brand:{row.brand}", f"account:{row.account}")
        for span in universe.spans if row.action != Amend.RETRACT else ():
            if span.scope in covers and span.start < move.step < span.end:
                findings.broken.append(f"{row.delivery}: an intent after stop ({span.scope})")
        tokens[row.account, int(at // 60)] += 1
        for start, end in gone.get(row.delivery, ()):
            if start < at < end and not row.parts and not row.resends:
                findings.broken.append(f"{row.delivery}: an intent after it was deleted")
    for (account, minute), count in tokens.items():
        # A token that was taken at the end of a minute may be used at the beginning of the next.
        if count > 2 * universe.settings.sends:
            findings.broken.append(f"{account}: {count} intents in minute {minute}")


def _sends(universe: Universe, findings: Findings) -> None:
    """Not early, not late, not past the deadline, with one key, no more often than allowed."""
    _quiet(universe, findings)
    _dispatched(universe, findings)
    intents: dict[str, list[tuple[float, Row]]] = defaultdict(list)
    absences: Counter[str] = Counter()
    for move in universe.moves:
        part = f"{move.after.delivery}#{move.after.part}"
        if move.kind == "intend":
            intents[part].append((move.at, move.after))
        elif move.before and move.after.resends > move.before.resends:
            absences[part] += 1
    sends: dict[str, list[Send]] = defaultdict(list)
    for server in universe.servers.values():
        for send in server.sends:
            sends[send.tag.partition("@")[0]].append(send)
    for part, made in sends.items():
        for send in made:
            _one_send(universe, part, send, intents[part], findings)
        taken = sum(send.did != "refused" for send in made)
        if taken > 1 + absences[part]:
            findings.broken.append(f"{part}: {taken} sends, {absences[part]} absences")
        if len(made) > 40:
            findings.broken.append(f"{part}: sent {len(made)} times")


def _dispatched(universe: Universe, findings: Findings) -> None:
    """A worker lets go of a request only within the deadline of the intent that it holds."""
    latest: dict[str, float] = {}
    intents = [(m.at, m.after.key) for m in universe.moves if m.kind == "intend"]
    events = sorted([(at, 0, key) for at, key in intents] + [(at, 1, k) for at, k in universe.sent])
    for at, kind, key in events:
        if kind == 0:
            latest[key] = at
        elif at > latest.get(key, -1e9) + SEND_DEADLINE_S:
            findings.broken.append(
                f"{key}: let go {at - latest.get(key, 0.0):.0f} s after its intent"
            )


def _quiet(universe: Universe, findings: Findings) -> None:
    """A part that was asked to wait is not sent again before.

    A worker knows the time as of its read of the ledger. Where that answer was under way for long
    its time lags by as much, at most by what a function may take; never early, but hasty here.
    """
    for server in universe.servers.values():
        until: dict[str, float] = {}
        for send in server.sends:
            if send.at < until.get(send.tag, 0.0) - PUBLISH_LIMIT_S:
                findings.broken.append(f"{send.tag}: sent again before Retry-After")
            if send.quiet_until:
                until[send.tag] = send.quiet_until


def _one_send(
    universe: Universe,
    part: str,
    send: Send,
    intents: list[tuple[float, Row]],
    findings: Findings,
) -> None:
    intent = next(((at, row) for at, row in reversed(intents) if row.key == send.key), None)
    if intent is None or intent[0] > send.at:
        earlier = [(at, row) for at, row in intents if row.key == send.key and at <= send.at]
        if not earlier:
            findings.broken.append(f"{part}: sent with a key that no intent recorded")
            return
        intent = earlier[-1]
    at, row = intent
    if send.at > at + SEND_DEADLINE_S + WIRE_S + LATE_APPLY_S:
        findings.broken.append(f"{part}: sent {send.at - at:.0f} s after its intent")
    if send.at < universe.kernel.seconds(row.due):
        findings.broken.append(f"{part}: sent before it was due")
    allowed = row.grace_s + PUBLISH_LIMIT_S + LATE_APPLY_S + WIRE_S
    if row.part == 0 and send.at > universe.kernel.seconds(row.due) + allowed:
        findings.broken.append(f"{part}: sent after its grace")


def _moves(universe: Universe, findings: Findings) -> None:
    """Fences grow by one, what is public stays, keys stay with their part, nothing bursts."""
    fences: dict[str, int] = {}
    for move in universe.moves:
        before, after = move.before, move.after
        name = after.delivery
        if before is not None and after.fence != fences.get(name, before.fence) + 1:
            findings.broken.append(f"{name}: fence {fences.get(name)} became {after.fence}")
        fences[name] = after.fence
        if before is None:
            continue
        if before.state is State.PUBLISHED and not before.action:
            findings.broken.append(f"{name}: moved after it was PUBLISHED")
        if after.resends > before.resends and not _may_resend(after):
            findings.broken.append(f"{name}: sent again without a key, {after.on_ambiguous}")
        if before.key and after.key and before.key != after.key and before.part == after.part:
            findings.broken.append(f"{name}: part {before.part} got a second key")
        held = before.state is State.HELD and after.state is State.SCHEDULED
        free = before.action or before.awaits or name in universe.released
        if held and after.revision == before.revision and not free:
            findings.broken.append(f"{name}: let go though nobody released it")


def _may_resend(row: Row) -> bool:
    if row.action:
        return True
    channel = CHANNELS[int(row.account.rpartition("-")[2])]
    usable = next(kind.key != "none" for kind in KINDS if kind.id == channel)
    return usable or (row.on_ambiguous == "retry" and row.resends <= 1)
