"""`state/deliveries.json`: what plan, status and the site read instead of the database."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from signpost.domain.amendment import amended, is_amendment
from signpost.domain.approval import gate_wire, post_of
from signpost.domain.canonical import canonical_json, utc_text
from signpost.domain.delivery import BundleLine, members, parse_bundle
from signpost.domain.gate import ReleaseGate
from signpost.domain.lifecycle import OPEN, State
from signpost.domain.metrics import MetricSnapshot, last_compared
from signpost.domain.plan import Actual
from signpost.domain.row import Row
from signpost.domain.work import parse_task, reminders
from signpost.errors import LedgerUnavailable, StackError
from signpost.ports import Clock, Ledger, MetricStore, ObjectStore
from signpost.usecases.account_entries import account_entries, token_reminders
from signpost.usecases.gate_entries import gate_entry, release_reminders

KEY = "state/deliveries.json"
DAILY_KEY = "state/daily.json"
SCHEMA = 1
_TRIES = 5

_Member = Mapping[str, Any]
_Members = Sequence[_Member]


@dataclass(frozen=True, slots=True)
class StateWriter:
    """Writes the state file; several writers at once are put in order by its etag."""

    workspace: str
    ledger: Ledger
    objects: ObjectStore
    metrics: MetricStore
    clock: Clock

    def refresh(
        self,
        changed: Iterable[str],
        *,
        measured: Iterable[str] = (),
        brands: Iterable[str] = (),
    ) -> bool:
        """Bring the given deliveries up to date; everything, if the accepted bundle changed.

        Args:
            changed: ids whose rows may have moved.
            measured: ids whose metrics are to be read, too.
            brands: those whose releases may have changed; others are looked at where they have any.

        Returns:
            Whether the file was written.

        Raises:
            LedgerUnavailable: the ledger could not be read, or others kept writing first.
        """
        ids, with_metrics, asked = set(changed), set(measured), frozenset(brands)
        reminded = False
        for _ in range(_TRIES):
            stored = self.objects.get(KEY)
            state = _parse(stored.data) if stored else _EMPTY
            pointer, stop = self.ledger.pointer(), self.ledger.stop()
            # A file that cannot be read is made anew, with what is in no bundle any more.
            lost = state is None
            state = state or _EMPTY
            old: _Member = {**state["deliveries"], **state.get("amendments", {})}
            entries: dict[str, Any] = {**old}
            wanted = ids | self._unfinished(entries)
            if lost:
                wanted |= self._indexed()
            lines: Mapping[str, BundleLine] = {}
            moved = state["bundle"] != pointer.digest
            work: _Members = state.get("work", ())
            known = state.get("accounts")
            listed = [entry["account"] for entry in (known or {}).values()]
            people: _Members = state.get("people", ())
            if moved or known is None:
                lines, work, listed, people = self._bundle(pointer.digest)
            if moved:
                wanted |= set(lines) | set(entries)
            accounts = account_entries(self.ledger, listed)
            had = state.get("releases", {})
            among = asked.union(had, (str(item["brand"]) for item in listed) if moved else ())
            gates = self.ledger.gates(among) if among else {}
            releases = {name: gate_entry(gates[name]) for name in sorted(gates)}
            switch = (
                {"version": stop.version, "scopes": sorted(stop.scopes)}
                if stop is not None
                else None
            )
            now = self.clock.now()
            today = now.date().isoformat()
            same = (state["stop"], state.get("day"), known, had) == (
                switch, today, accounts, releases,
            )  # fmt: skip
            if not wanted and not moved and same and stored and not reminded:
                return False
            rows = self.ledger.rows(sorted(wanted))
            approvals = self._approvals(state.get("approvals", {}), rows, lines if moved else None)
            for name, row in rows.items():
                entry = self._entry(row, entries.get(name, {}), measured=name in with_metrics)
                if line := lines.get(name):
                    entry["about"] = members(line.about)
                if moved and not row.action:
                    entry["accepted"] = line.delivery.revision if line else ""
                entries[name] = entry
            document = {
                "schema": SCHEMA,
                "workspace": self.workspace,
                "at": utc_text(now),
                "day": today,
                "bundle": pointer.digest,
                "stop": switch,
                "work": list(work),
                "accounts": accounts,
                "releases": releases,
                "people": list(people),
                "approvals": approvals,
                "deliveries": {n: e for n, e in entries.items() if not is_amendment(n)},
                "amendments": {n: e for n, e in entries.items() if is_amendment(n)},
            }
            etag = stored.etag if stored else None
            news = (_ends(known or {}), had, state.get("approvals", {}), _waiting(old)) != (
                _ends(accounts), releases, approvals, _waiting(entries),
            )  # fmt: skip
            # What was written before another overtook may be older than what that one wrote.
            if moved or state.get("day") != today or news or reminded:
                # First: the day is done once the state file says so.
                reminded = True
                told = _awaiting(approvals, entries, now)
                self._remind(work, accounts.values(), gates.values(), people, told, now)
            if self.objects.replace(KEY, canonical_json(document), "application/json", etag):
                return True
        raise LedgerUnavailable("Others kept writing the state file.", "The next tick tries again.")

    def _approvals(
        self,
        had: Mapping[str, Any],
        rows: Mapping[str, Row],
        lines: Iterable[str] | None,
    ) -> dict[str, Any]:
        """What is known of approvals, by post: anew of posts whose rows may have moved.

        Args:
            lines: deliveries of the accepted bundle, where that is a new one.
        """
        kept = {post_of(name) for name in lines} if lines is not None else {*had}
        wanted = {
            post
            for name, row in rows.items()
            if (post := post_of(name)) in had or row.tiers or row.awaits
        }
        gates = self.ledger.approvals(wanted) if wanted else {}
        found = {post: had[post] for post in kept & {*had} - wanted}
        found |= {post: gate_wire(gate) for post, gate in gates.items() if gate.needs}
        return {post: found[post] for post in sorted(found)}

    def _entry(self, row: Row, old: Mapping[str, Any], *, measured: bool) -> dict[str, Any]:
        entry = row_entry(row)
        entry["about"] = old.get("about", {})
        entry["metrics"] = old.get("metrics")
        entry |= {key: old[key] for key in _KEPT if key in old}
        if row.awaits:
            same = old.get("awaits") and old["revision"] == row.revision
            entry["awaits_since"] = (same and old.get("awaits_since")) or entry["changed_at"]
        if measured and row.published_at and not row.action:
            known = self.metrics.snapshots(row.brand, row.published_at, row.delivery)
            if known:
                entry["metrics"] = metrics_entry(known[-1])
                # Not every age is compared: what differs does so until it is put right.
                if compared := last_compared(known):
                    entry["differs"] = compared.differs
                    entry["compared_at"] = utc_text(compared.measured_at)
                entry["series"] = series_entry(known)
        return entry

    def _unfinished(self, entries: Mapping[str, Any]) -> set[str]:
        """What the file calls open although its time is over: nobody may have watched it."""
        now = utc_text(self.clock.now())
        return {
            name
            for name, entry in entries.items()
            if entry["state"] in OPEN and entry["next_at"] <= now
        }

    def _indexed(self) -> set[str]:
        now = self.clock.now()
        public = self.ledger.published(after=_BEGINNING, until=now + timedelta(days=1))
        return {hint.delivery for hint in public}.union(self.ledger.open_rows())

    def _bundle(
        self, digest: str
    ) -> tuple[dict[str, BundleLine], _Members, list[_Member], _Members]:
        """The accepted bundle's lines by delivery, its work, its accounts, and its people."""
        stored = self.objects.get(f"bundles/{digest}.jsonl") if digest else None
        if stored is None:
            return {}, (), [], ()
        bundle = parse_bundle(stored.data)
        lines = {line.delivery.id: line for line in bundle.lines}
        return lines, bundle.work, list(bundle.known_accounts), bundle.people

    def _remind(
        self,
        work: _Members,
        accounts: Iterable[_Member],
        gates: Collection[ReleaseGate],
        people: _Members,
        awaiting: _Members | None,
        now: datetime,
    ) -> None:
        """Write the daily state file: what is due soon, late, or too late, and what ends.

        It is made anew each day, at each new bundle, where the end of a token or a release became
        known, and where something was approved, rejected, or awaits it no more. A writer that
        another overtook leaves the other's: both were made from the same work.
        """
        document = {
            "schema": SCHEMA,
            "workspace": self.workspace,
            "day": now.date().isoformat(),
            "at": utc_text(now),
            "reminders": reminders([parse_task(item) for item in work], now),
            "tokens": token_reminders(accounts, now),
            "releases": release_reminders(gates, now),
            "reading": self._reading(gates, people, now),
            "approvals": awaiting,
        }
        stored = self.objects.get(DAILY_KEY)
        etag = stored.etag if stored else None
        self.objects.replace(DAILY_KEY, canonical_json(document), "application/json", etag)

    def _reading(
        self, gates: Iterable[ReleaseGate], people: _Members, now: datetime
    ) -> list[_Member] | None:
        """Who is late with reading a release, or due soon; None where that cannot be known."""
        signing = [gate for gate in gates if gate.releases]
        if not signing or not people:
            return []
        # Imported by need: most workspaces sign nothing.
        from signpost.domain.people import reading_reminders
        from signpost.usecases.onboarding import readers_of

        try:
            found = [readers_of(self.objects, people, gate, now) for gate in signing]
        except StackError:  # nothing that goes out waits for it
            return None
        return [told for people in found for told in reading_reminders(people, now)]


def _waiting(entries: _Member) -> set[str]:
    """What is held for its approval."""
    return {name for name, entry in entries.items() if entry.get("awaits")}


def _awaiting(approvals: _Member, entries: _Member, now: datetime) -> _Members | None:
    """The posts that await approval; None where that cannot be known."""
    if not approvals:
        return []
    # Imported by need: most workspaces ask for no approval.
    from signpost.usecases.approval_entries import approval_reminders

    try:
        return approval_reminders(approvals, entries, now)
    except (KeyError, TypeError, ValueError):  # of another version; nothing waits for it
        return None


def row_entry(row: Row) -> dict[str, Any]:
    """A row as the state file shows it."""
    return {
        "brand": row.brand,
        "account": row.account,
        "state": row.state,
        "revision": row.revision,
        "due": utc_text(row.due),
        "next_at": utc_text(row.next_at),
        "reason": row.reason,
        "parts_total": row.parts_total,
        "parts": [asdict(part) for part in row.parts],
        "published_at": utc_text(row.published_at) if row.published_at else None,
        "maybe_live": row.maybe_live,
        "resends": row.resends,
        "attempts": [
            {"at": utc_text(a.at), "part": a.part, "outcome": a.outcome, "reason": a.reason}
            for a in row.history
        ],
        "changed_at": utc_text(row.changed_at),
        "touched": is_touched(row),
        **({"awaits": True} if row.awaits else {}),
        **({"made_from": row.made_from} if row.made_from else {}),
        **({"action": row.action, "live": row.live, "note": row.note} if row.action else {}),
    }


def metrics_entry(snapshot: MetricSnapshot) -> dict[str, Any]:
    """A snapshot as the state file shows it."""
    return {
        "age_s": snapshot.age_s,
        "measured_at": utc_text(snapshot.measured_at),
        "values": dict(snapshot.values),
    }


def series_entry(snapshots: Sequence[MetricSnapshot]) -> dict[str, Any]:
    """All snapshots in columns, oldest first; null is what was not reported at that age.

    A delivery with seven ages of four numbers takes some 200 bytes so, a fifth of what the
    snapshots would take one by one: the file holds every delivery and is written every minute.
    """
    names = sorted({name for snapshot in snapshots for name in snapshot.values})
    return {
        "ages_s": [snapshot.age_s for snapshot in snapshots],
        "values": {name: [item.values.get(name) for item in snapshots] for name in names},
    }


def is_touched(row: Row) -> bool:
    """Whether something of the delivery is, or may be, public."""
    live = (State.PUBLISHED, State.SENDING, State.PENDING, State.AMBIGUOUS)
    return row.state in live or bool(row.parts) or row.maybe_live or row.resends > 0


def actual_of(row: Row, amendment: Row | None = None) -> Actual:
    """A row, and that of its amendment where it has one, as a plan sees them."""
    actual = Actual(row.state, row.revision, row.due, is_touched(row), made_from=row.made_from)
    if amendment is None:
        return actual
    return amended(
        actual,
        amendment.action,
        amendment.state,
        revision=amendment.revision,
        live=amendment.live,
        reason=amendment.reason,
        begun=bool(amendment.parts) or amendment.maybe_live,
        made_from=amendment.made_from,
    )


def _ends(accounts: Mapping[str, _Member]) -> dict[str, str]:
    """When tokens end, by account."""
    return {name: entry["token_until"] for name, entry in accounts.items() if entry["token_until"]}


_KEPT = ("series", "accepted", "differs", "compared_at")
"""What the last writer of an entry may know better than its row."""

_EMPTY: Mapping[str, Any] = {"bundle": "", "stop": None, "deliveries": {}}
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


def _parse(data: bytes) -> Mapping[str, Any] | None:
    """The file's content; None where it is damaged, or of another form."""
    try:
        state = json.loads(data)
    except ValueError:
        return None
    usable = (
        isinstance(state, dict) and state.get("schema") == SCHEMA and _EMPTY.keys() <= state.keys()
    )
    return state if usable else None
