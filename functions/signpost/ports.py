"""What the use cases need of the world, as small protocols.

Adapters live in `aws/`, `transport.py` and `connectors/`; fakes for tests in `tests/fakes/`,
one file a port. A use case receives these and nothing else: no clock, environment or network
reaches it by another way.
One file of more than 400 lines: a port is read beside its neighbours, and most of it is docstrings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from signpost.domain.approval import ApprovalGate, ApprovalProof
from signpost.domain.budget import Budget, Seen
from signpost.domain.channel import ChannelSpec
from signpost.domain.delivery import Account, Part
from signpost.domain.gate import ReleaseGate
from signpost.domain.metrics import MetricSnapshot
from signpost.domain.outcome import Confirmation, Outcome
from signpost.domain.row import Row
from signpost.domain.stop import Stop

if TYPE_CHECKING:  # nothing that publishes needs it
    from signpost.domain.inspection import AccountReport
    from signpost.domain.people import Acknowledged
    from signpost.domain.website.publication import File


class Clock(Protocol):
    """Time. `now` may be off by seconds on any machine; `monotonic` never goes back."""

    def now(self) -> datetime:
        """This machine's idea of the present instant, aware UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds since some fixed point; for deadlines."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


# --- HTTP ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FilePart:
    """A file in a multipart form."""

    name: str
    data: bytes
    mime: str


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. `secret_headers` never appear in a repr, log or error.

    Args:
        json: sent as a JSON body; excludes `form` and `data`.
        form: sent as multipart/form-data.
        data: sent as it is (set a Content-Type header).
        timeout_s: total time for the exchange, connection included.
    """

    method: str
    url: str
    headers: Mapping[str, str] | None = None
    secret_headers: Mapping[str, str] | None = None
    query: Mapping[str, str] | None = None
    json: Any = None
    form: Mapping[str, str | FilePart] | None = None
    data: bytes | None = None
    timeout_s: float = 15.0

    def __repr__(self) -> str:
        return f"Request({self.method} {self.url})"


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP answer; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON; None where it is not JSON."""
        import json

        try:
            return json.loads(self.body)
        except ValueError:
            return None


class Transport(Protocol):
    """HTTP without retries and without redirects on anything but GET."""

    def send(self, request: Request) -> Response:
        """Exchange one request.

        Raises:
            NotSent: the connection failed before a byte of the request was written.
            AnswerLost: anything else that ended without a complete answer.
        """
        ...


# --- channels -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Channel:
    """What a connector may use for one account while it works.

    Args:
        token: the account's secret members, such as `{"access_token": …}`; its repr is `***`.
        media: reads media bytes by sha256.
        deadline_s: seconds that are left for the whole exchange.
    """

    account: Account
    token: Mapping[str, str]
    transport: Transport
    media: MediaReader
    clock: Clock
    deadline_s: float = 20.0

    def __repr__(self) -> str:
        return f"Channel({self.account.id}, token=***)"


@dataclass(frozen=True, slots=True)
class Sent:
    """What is known of a send that is to be confirmed.

    Args:
        key: the client key it was sent with.
        since: no earlier than this instant can it have been published (UTC, slack included).
        reply_to: external id of the part before; empty for a first part.
        pending_id: what the channel called it while processing; empty where unknown.
        bound: external ids that belong to other deliveries of the account.
    """

    part: Part
    key: str
    since: datetime
    reply_to: str = ""
    pending_id: str = ""
    bound: frozenset[str] = frozenset()


class Connector(Protocol):
    """Our adapter for a channel: the whole contract.

    Must: make exactly one request in `publish` that can make anything public (a login may come
    before it); answer `Ambiguous` for whatever is not on its list of definite refusals; add no
    retries. May: read limits from the server in `prepare`.
    Must not: read a clock, environment or file; publish anything in `prepare`; log a token.
    """

    spec: ChannelSpec

    def render(
        self, parts: Sequence[Part], *, link: str, language: str, options: Mapping[str, Any]
    ) -> tuple[Part, ...]:
        """At compile time, pure: fill each part's `text` and `payload` as they will be sent."""
        ...

    def prepare(self, channel: Channel, part: Part) -> Mapping[str, Any]:
        """Repeatable work before the send: uploads and waiting for processing.

        Returns:
            JSON members that `publish` needs; `{}` where there was nothing to do.

        Raises:
            RefusedError, ThrottledError, TransportError: it did not work; nothing is public.
        """
        ...

    def publish(
        self, channel: Channel, part: Part, prepared: Mapping[str, Any], key: str, reply_to: str
    ) -> Outcome:
        """The one request that makes the part public. Never raises for what the channel says."""
        ...

    def confirm(self, channel: Channel, sent: Sent) -> Confirmation:
        """Ask the channel whether it landed. A listing that is incomplete is `Unknown`."""
        ...

    def measure(self, channel: Channel, external_ids: Sequence[str]) -> list[Mapping[str, int]]:
        """Metrics of each id, in order; a metric that the channel does not report is left out.

        Raises:
            RefusedError, ThrottledError, TransportError: it could not be read.
        """
        ...

    def new_key(self, delivery: str, revision: str, part: int, nonce: str, due: datetime) -> str:
        """A client key in the form the channel wants, minted once before a part's first send.

        Args:
            nonce: differs from try to try. A channel whose keys live for ever leaves it out, so
                that even a ledger restored from before the send would mint the same key again.
            due: when the delivery goes out (UTC), for channels whose keys carry a time.
        """
        ...


@runtime_checkable
class Editor(Protocol):
    """Optional: a channel on which a live post can be changed. Tested by `isinstance`.

    Editing twice leaves what editing once left, so that an unknown edit may be sent again.
    """

    def prepare_edit(self, channel: Channel, part: Part) -> Mapping[str, Any]:
        """Repeatable work before the edit, as `Connector.prepare`; changes nothing public.

        Raises:
            RefusedError, ThrottledError, TransportError: it did not work; nothing was changed.
        """
        ...

    def edit(
        self, channel: Channel, external_id: str, part: Part, prepared: Mapping[str, Any]
    ) -> Outcome:
        """The one request that changes a public part. Never raises for what the channel says.

        Returns:
            `Published` with the id and permalink where it is changed.
        """
        ...

    def confirm_edit(self, channel: Channel, external_id: str, part: Part) -> Confirmation:
        """Read it back: `Found` where the public part says this, `Absent` where it does not.

        A part that is gone, or a question without an answer, is `Unknown`.
        """
        ...


@runtime_checkable
class Retractor(Protocol):
    """Optional: a channel on which a live post can be deleted. Tested by `isinstance`.

    Deleting what is gone is done, so that an unknown deletion may be sent again.
    """

    def delete(self, channel: Channel, external_id: str) -> Outcome:
        """The one request that takes a public part away. Never raises for what the channel says.

        Returns:
            `Published` with the id and no permalink where it is gone, also if it was before.
        """
        ...

    def confirm_delete(self, channel: Channel, external_id: str) -> Confirmation:
        """Look for it: `Found` where it is gone, `Absent` where it is still public.

        `Absent` says that the *deletion* is absent. A question without an answer is `Unknown`.
        """
        ...


@runtime_checkable
class LimitsReader(Protocol):
    """Optional: a channel whose servers have limits of their own. Tested by `isinstance`."""

    def limits(self, channel: Channel) -> ChannelSpec:
        """The channel's spec with the limits that the account's server names.

        Raises:
            RefusedError, ThrottledError, TransportError: it could not be asked.
        """
        ...


@runtime_checkable
class BudgetReader(Protocol):
    """Optional: a channel whose answers tell an account's budget. Tested by `isinstance`."""

    def budget(self, headers: Mapping[str, str], now: datetime) -> Budget | None:
        """What the answer to a send says is left; None where it says nothing. Pure.

        Args:
            headers: of the answer, names in lower case.
            now: UTC; spans count from it.
        """
        ...


@runtime_checkable
class Inspector(Protocol):
    """Optional: a channel that can be asked about an account. Tested by `isinstance`."""

    def inspect(self, channel: Channel) -> AccountReport:
        """Log in and look around: reads, and a login where there is one; nothing else.

        Raises:
            RefusedError, ThrottledError, TransportError: it could not be asked.
        """
        ...


class Connectors(Protocol):
    """Finds connectors by channel id; imports one only when it is asked for."""

    def get(self, channel: str) -> Connector:
        """The connector.

        Raises:
            KeyError: no connector has that id.
        """
        ...


class Secrets(Protocol):
    """Reads account tokens."""

    def token(self, name: str) -> Mapping[str, str]:
        """The secret's members.

        Raises:
            SecretError: missing or unreadable.
        """
        ...


# --- storage ------------------------------------------------------------------------------------


class MediaReader(Protocol):
    """Reads media by content address."""

    def media(self, sha256: str) -> bytes:
        """The bytes; checked against the digest.

        Raises:
            BundleError: missing, or the bytes do not match.
        """
        ...


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object and the tag that changes when it changes."""

    data: bytes
    etag: str


class ObjectStore(MediaReader, Protocol):
    """The bucket: `bundles/`, `media/`, `releases/`, `verdicts/`, `state/`."""

    def get(self, key: str) -> StoredObject | None:
        """The object, or None where there is none."""
        ...

    def get_range(self, key: str, offset: int, length: int) -> bytes:
        """Part of an object.

        Raises:
            BundleError: missing, or shorter than that.
        """
        ...

    def exists(self, key: str) -> bool:
        """Whether there is such an object."""
        ...

    def create(self, key: str, data: bytes, content_type: str) -> bool:
        """Write unless it exists; False where it did."""
        ...

    def replace(self, key: str, data: bytes, content_type: str, etag: str | None) -> bool:
        """Write if its etag is still this one (None: if it does not exist); False if not."""
        ...


class Write(StrEnum):
    """How a conditional write ended. A lost answer raises LedgerUnknown instead."""

    DONE = "done"
    LOST = "lost"  # the row was moved by someone else
    CONFLICT = "conflict"  # a transaction was in the way; nothing was written


@dataclass(frozen=True, slots=True)
class RateState:
    """Sends of an account in the present window, and what the channel itself said of them.

    Args:
        window, used: our own count, in the fixed windows of the channel's spec.
        blocked_until: until when the channel wants silence.
        taken: sends since the account's first, whatever became of them.
        seen: what the channel's answers say is left; None: none told.
        token_until: when the account's token ends, as its secret says.
    """

    window: int = 0
    used: int = 0
    blocked_until: datetime | None = None
    taken: int = 0
    seen: Seen | None = None
    token_until: datetime | None = None

    def spent_until(self, now: datetime) -> datetime | None:
        """Until when the channel takes no more sends by its own words; None: it does now."""
        until = self.seen.budget.resets_at if self.seen else None
        if self.seen is None or until is None or until <= now or self.taken < self.seen.cap:
            return None
        return until


@dataclass(frozen=True, slots=True)
class Taken:
    """The answer to who wants to send; true where they may.

    Args:
        number: of this send, counted from the account's first; 0: it must wait.
        rate: the account's state, this send included.
    """

    number: int
    rate: RateState

    def __bool__(self) -> bool:
        return self.number > 0


@dataclass(frozen=True, slots=True)
class AccountState:
    """All that the ledger keeps of an account.

    Args:
        rate: its sends, and its token's end.
        check: what `accounts check` found last, as JSON members, its time under `at`; None: it
            was never checked.
    """

    rate: RateState
    check: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One consistent read of what a worker judges.

    Args:
        stop: None where the switch is missing: nothing may be sent then.
        server_now: the ledger's own time (whole seconds, rounded down), None if it gave none.
        gate: what is known of the releases of the row's brand; None: nothing.
        approval: what is known of the approvals of the row's post; None: nothing.
    """

    row: Row | None
    stop: Stop | None
    rate: RateState
    server_now: datetime | None
    gate: ReleaseGate | None = None
    approval: ApprovalGate | None = None


@dataclass(frozen=True, slots=True)
class Pointer:
    """The accepted bundle of the workspace; `digest` is empty before the first.

    Args:
        required: it was accepted as one that needs releases in force.
    """

    digest: str = ""
    at: datetime | None = None
    required: bool = False


@dataclass(frozen=True, slots=True)
class TickMark:
    """What the last tick did, so that the next knows where to go on."""

    ran_at: datetime
    horizon: datetime
    watched: tuple[str, ...] = ()
    bundle: str = ""
    stop_version: int = -1


@dataclass(frozen=True, slots=True)
class Due:
    """A hint from the index. It finds; it never decides."""

    delivery: str
    next_at: datetime


class Ledger(Protocol):
    """What happened. Rows are read consistently; the index only finds.

    Every method may raise LedgerUnavailable (nothing done); writes may raise LedgerUnknown.
    """

    def read(self, delivery: str, account: str) -> Reading:
        """Row, stop switch, rate state, releases and approvals in one consistent request."""
        ...

    def rows(self, deliveries: Iterable[str]) -> dict[str, Row]:
        """The rows that exist, read consistently."""
        ...

    def create(self, row: Row) -> Write:
        """Store a new row; LOST where one exists."""
        ...

    def write(self, row: Row, *, expected: Row) -> Write:
        """Replace a row if its fence is still the expected one.

        A row that already is the one to be written (same fence and owner) counts as DONE.
        """
        ...

    def intend(
        self,
        row: Row,
        *,
        expected: Row,
        stop: Stop,
        gate: ReleaseGate | None = None,
        approval: ApprovalGate | None = None,
    ) -> Write:
        """One transaction: the row moves as in `write`, and the stop switch has this version.

        Args:
            row: after the move.
            expected: the row as it was read.
            stop: the switch as it was read.
            gate: the facts about releases that were judged, which must have this version, too;
                None where none are known.
            approval: the facts about approvals of its post, alike.
        """
        ...

    def take_rate(self, account: str, window: int, limit: int, *, now: datetime) -> Taken:
        """Count a send, unless the window is full or the channel's own budget is spent.

        Args:
            account: whose.
            window, limit: of the channel's spec.
            now: UTC; says whether the budget that was seen last still counts.
        """
        ...

    def note_budget(self, account: str, seen: Seen) -> None:
        """Keep what an answer said is left, if it replaces what is kept (`budget.replaces`)."""
        ...

    def note_token(
        self, account: str, until: datetime | None, *, check: Mapping[str, Any] | None = None
    ) -> None:
        """Keep when the account's token ends (None: nobody says), and a check of the account."""
        ...

    def accounts(self, accounts: Iterable[str]) -> dict[str, AccountState]:
        """What is kept of accounts; nothing for those that never sent and were never checked."""
        ...

    def block_rate(self, account: str, until: datetime) -> None:
        """Remember that the channel wants no request before this instant."""
        ...

    def due(self, *, after: datetime | None, until: datetime) -> Iterator[Due]:
        """Open rows whose next_at is in (after, until], by the index."""
        ...

    def open_rows(self) -> Iterator[str]:
        """Ids of rows that are open or held, by the index."""
        ...

    def published(self, *, after: datetime, until: datetime) -> Iterator[Due]:
        """Rows published in (after, until], by the index; `next_at` is that time."""
        ...

    def pointer(self) -> Pointer:
        """The accepted bundle, read consistently."""
        ...

    def swap_pointer(
        self, digest: str, *, expected: str, at: datetime, required: bool = False
    ) -> Write:
        """Accept a bundle if the accepted one is still the expected."""
        ...

    def gates(self, brands: Iterable[str]) -> dict[str, ReleaseGate]:
        """What is known of the releases of brands, read consistently; only where anything is."""
        ...

    def swap_gate(self, gate: ReleaseGate, *, expected: int | None) -> Write:
        """Replace a brand's facts if their version is still the expected (None: if missing)."""
        ...

    def approvals(self, posts: Iterable[str]) -> dict[str, ApprovalGate]:
        """What is known of the approvals of posts, read consistently; only where anything is.

        Args:
            posts: each as workspace, brand and post id, with `/` between.
        """
        ...

    def swap_approval(self, gate: ApprovalGate, *, expected: int | None) -> Write:
        """Replace a post's facts if their version is still the expected (None: if missing)."""
        ...

    def keep_proof(self, proof: ApprovalProof) -> None:
        """Keep a signature about a post; the first of a statement and person stays."""
        ...

    def proofs(self, wanted: Iterable[tuple[str, str, str]]) -> list[ApprovalProof]:
        """The signatures that there are, read consistently.

        Args:
            wanted: post, digest of the statement, person.
        """
        ...

    def stop(self) -> Stop | None:
        """The stop switch, read consistently; None where it is missing."""
        ...

    def swap_stop(self, stop: Stop, *, expected: int | None) -> Write:
        """Replace the switch if its version is still the expected (None: if it is missing)."""
        ...

    def tick_mark(self) -> TickMark | None:
        """What the last tick left."""
        ...

    def set_tick_mark(self, mark: TickMark) -> None:
        """Leave a mark for the next tick."""
        ...

    def audit(self, at: datetime, actor: str, action: str, detail: Mapping[str, Any]) -> None:
        """Append to the audit trail."""
        ...


@dataclass(frozen=True, slots=True)
class TrailEntry:
    """An act that is on the ledger's audit trail.

    Args:
        name: its own; begins with its time.
        at: when, UTC.
        actor: who asked, as they were named.
        detail: what it was about, as JSON members.
    """

    name: str
    at: datetime
    actor: str
    action: str
    detail: Mapping[str, Any]


class Trail(Protocol):
    """The ledger's audit trail, and a place for copies that are written once.

    Every method may raise LedgerUnavailable (nothing done); writes may raise LedgerUnknown.
    """

    def mark(self) -> datetime | None:
        """Up to when all is copied; None before the first time."""
        ...

    def set_mark(self, at: datetime) -> None:
        """Remember it."""
        ...

    def entries(self, day: date, since: datetime) -> Iterator[TrailEntry]:
        """Those of a day (UTC) from a moment on, in the order of their times."""
        ...

    def keep(self, entry: TrailEntry) -> None:
        """Copy it, unless there is a copy."""
        ...


class Queue(Protocol):
    """Delayed messages to workers. Delivered at least once, in any order."""

    def publish(self, delivery: str, *, delay_s: int) -> None:
        """Ask a publish worker to look at a delivery."""
        ...

    def measure(self, delivery: str, age_s: int, *, delay_s: int) -> None:
        """Ask a measure worker for a snapshot at an age."""
        ...

    def dead_letter(self, delivery: str, reason: str) -> None:
        """Put a poison delivery where the alarm sees it."""
        ...


class MetricStore(Protocol):
    """Snapshots. The first one of an age stays."""

    def add(self, snapshot: MetricSnapshot) -> bool:
        """Store unless there is one for that age; False where there was."""
        ...

    def snapshots(
        self, brand: str, published_at: datetime, delivery: str
    ) -> tuple[MetricSnapshot, ...]:
        """All snapshots of a delivery, by age, the youngest first; none before the first."""
        ...


class Acknowledgements(Protocol):
    """Who has read which release, in the ledger. May raise as the ledger does."""

    def keep(self, said: Acknowledged) -> bool:
        """Keep it, unless this person acknowledged this release before; False where they did."""
        ...

    def of(self, brand: str) -> list[Acknowledged]:
        """Those of a brand, read consistently, in order of release and person."""
        ...


class PassKey(Protocol):
    """The key that signs passes to the closed site; the site's door knows it, too."""

    def current(self) -> tuple[str, str]:
        """Its id and its text.

        Raises:
            SecretError: it is missing, or cannot be read.
        """
        ...


class SignoffStore(Protocol):
    """What the sign-off pages remember, by kind and id. Nothing in it decides what counts.

    What is past its `until` is not there, whether the table has dropped it or not. Every method
    may raise LedgerUnavailable; those that write, LedgerUnknown.
    """

    def add(
        self, kind: str, name: str, value: Mapping[str, Any], *, until: datetime | None = None
    ) -> bool:
        """Store unless there is one of that name; False where there was."""
        ...

    def get(self, kind: str, name: str) -> Mapping[str, Any] | None:
        """What is stored, read consistently."""
        ...

    def take(self, kind: str, name: str) -> Mapping[str, Any] | None:
        """Remove it, and give it to one caller only, however many ask at once."""
        ...

    def change(self, kind: str, name: str, value: Mapping[str, Any]) -> bool:
        """Set members of what is there, the others stay; False where there is nothing."""
        ...

    def remove(self, kind: str, name: str) -> None:
        """Remove it; nothing where it is not there."""
        ...

    def all(self, kind: str) -> dict[str, Mapping[str, Any]]:
        """Everything of a kind, by name, in order."""
        ...

    def count(self, name: str, limit: int, window_s: int) -> bool:
        """Count something within the present window; False where the limit was reached."""
        ...

    def audit(self, at: datetime, actor: str, action: str, detail: Mapping[str, Any]) -> None:
        """Append to the audit trail of the pages, and to its write-once copy."""
        ...


class ControlDesk(Protocol):
    """The `control` function, as the sign-off pages ask it."""

    def ask(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Its answer: `{"ok": true, …}`, or `{"ok": false, "code", "cause", "remedy"}`.

        Raises:
            LedgerUnknown: it failed, or gave no answer: it is not known whether it took effect.
        """
        ...


# --- the site -----------------------------------------------------------------------------------


class SiteStore(Protocol):
    """The bucket of the site: its files, and one record of what is published."""

    def mode(self) -> str:
        """`closed` or `public`, as it was deployed."""
        ...

    def record(self) -> StoredObject | None:
        """What is published, as it was written; None before the first publication."""
        ...

    def replace_record(self, data: bytes, etag: str | None) -> str | None:
        """Write it if its etag is still this one (None: if there is none).

        Returns:
            The new etag; None where somebody else was faster.
        """
        ...

    def put(self, path: str, data: bytes, file: File) -> None:
        """Write a file of the site, with its headers."""
        ...

    def remove(self, paths: Iterable[str]) -> None:
        """Take files away; those that are not there are no fault."""
        ...


class Distribution(Protocol):
    """What people read the site through."""

    def invalidate(self, addresses: Iterable[str], reference: str) -> None:
        """Have addresses asked for again, at every edge.

        Args:
            addresses: such as `/acme/2026.2/*`.
            reference: the same for the same request, should it be sent twice.
        """
        ...
