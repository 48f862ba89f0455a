"""The ledger in DynamoDB: one item a delivery, every write conditional on its fence.

Requests of a normal delivery: one BatchGetItem (row, stop switch, rate, releases, approvals), one UpdateItem
(rate), one TransactWriteItems (intent), one UpdateItem (outcome). The SDK repeats nothing; reads are repeated
here, writes never, but for those that a transaction stood in the way of (nothing was written).
More than 400 lines: the port is one, and its methods share how answers and faults are read.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from signpost.aws import items
from signpost.aws.expressions import (
    REFUSALS,
    ROOM,
    cancelled,
    fence_of,
    is_ours,
    server_time,
    update_of,
)
from signpost.aws.faults import code_of, fault
from signpost.aws.items import Item
from signpost.domain.amendment import brand_of
from signpost.domain.approval import ApprovalGate, ApprovalProof, post_of
from signpost.domain.budget import Seen
from signpost.domain.canonical import parse_utc, utc_text
from signpost.domain.gate import ReleaseGate
from signpost.domain.row import Row
from signpost.domain.stop import Stop
from signpost.errors import LedgerUnavailable
from signpost.ports import (
    AccountState,
    Clock,
    Due,
    Pointer,
    RateState,
    Reading,
    Taken,
    TickMark,
    Write,
)

READ_TRIES = 4
BATCH_TRIES = 5
CONFLICT_TRIES = 4
_BATCH = 100


class DynamoLedger:
    """Implements ports.Ledger. Safe to use from several threads.

    Args:
        client: a boto3 DynamoDB client whose retries are off.
        table: the ledger table's name.
        workspace: whose stop switch, bundle pointer and tick mark these are.
        clock: waits between repeated reads.
    """

    def __init__(self, client: Any, table: str, workspace: str, clock: Clock) -> None:
        self._client = client
        self._table = table
        self._workspace = workspace
        self._clock = clock
        self._windows: dict[str, int] = {}

    # --- rows ---

    def read(self, delivery: str, account: str) -> Reading:
        """Row, stop switch, rate state, releases and approvals in one consistent request."""
        keys = (
            items.row_key(delivery),
            self._key("STOP"),
            items.rate_key(account),
            self._key(items.gate_name(brand_of(delivery))),
            items.approval_key(post_of(delivery)),
        )
        found, server_now = self._batch(keys)
        row, stop, rate, gate, approval = (
            found.get((key["pk"]["S"], key["sk"]["S"])) for key in keys
        )
        state = items.rate_of(rate) if rate else RateState()
        self._windows[account] = state.window
        return Reading(
            row=items.row_of(row) if row else None,
            stop=items.stop_of(stop) if stop else None,
            rate=state,
            server_now=server_now,
            gate=items.gate_of(gate) if gate else None,
            approval=items.approval_of(approval) if approval else None,
        )

    def rows(self, deliveries: Iterable[str]) -> dict[str, Row]:
        """The rows that exist, read consistently, 100 a request."""
        wanted = list(dict.fromkeys(deliveries))
        rows: dict[str, Row] = {}
        for start in range(0, len(wanted), _BATCH):
            found, _ = self._batch([items.row_key(name) for name in wanted[start : start + _BATCH]])
            for item in found.values():
                row = items.row_of(item)
                rows[row.delivery] = row
        return {name: rows[name] for name in wanted if name in rows}

    def create(self, row: Row) -> Write:
        """Store a new row; LOST where one exists."""
        update = update_of(items.row_attributes(row), "attribute_not_exists(pk)")
        return self._conditional(items.row_key(row.delivery), update)[0]

    def write(self, row: Row, *, expected: Row) -> Write:
        """Replace a row if its fence is still the expected one; our own earlier write is DONE."""
        update = update_of(items.row_attributes(row), "#fence = :was", {":was": fence_of(expected)})
        answer, present = self._conditional(items.row_key(row.delivery), update)
        return Write.DONE if answer is Write.LOST and is_ours(present, row) else answer

    def intend(
        self,
        row: Row,
        *,
        expected: Row,
        stop: Stop,
        gate: ReleaseGate | None = None,
        approval: ApprovalGate | None = None,
    ) -> Write:
        """One transaction: the row moves as in `write`, the switch and the gates are as judged."""
        attributes = items.row_attributes(row)
        # The index entry stays as it is: rewriting its keys would cost two more writes.
        del attributes["next_at"], attributes[items.SHARD]
        update = update_of(attributes, "#fence = :was", {":was": fence_of(expected)})
        token = hashlib.sha256(f"{row.owner}|{row.delivery}|{row.fence}".encode()).hexdigest()[:36]
        judged = [(self._key("STOP"), stop.version)]
        if gate is not None:
            judged.append((self._key(items.gate_name(gate.brand)), gate.version))
        if approval is not None:
            judged.append((items.approval_key(approval.post), approval.version))
        checks = [
            {
                "TableName": self._table,
                "Key": key,
                "ConditionExpression": "#version = :version",
                "ExpressionAttributeNames": {"#version": "version"},
                "ExpressionAttributeValues": {":version": {"N": str(version)}},
            }
            for key, version in judged
        ]
        move = {"TableName": self._table, "Key": items.row_key(row.delivery), **update}
        try:
            self._client.transact_write_items(
                TransactItems=[{"Update": move}, *({"ConditionCheck": one} for one in checks)],
                ClientRequestToken=token,
            )
        except ClientError as error:
            if code_of(error) == "TransactionCanceledException":
                return cancelled(error, row)
            raise fault(error, write=True) from error
        except ParamValidationError:
            raise
        except BotoCoreError as error:
            raise fault(error, write=True) from error
        return Write.DONE

    # --- rate ---

    def take_rate(self, account: str, window: int, limit: int, *, now: datetime) -> Taken:
        """Count a send, unless the window is full or the channel's own budget is spent.

        A worker whose clock is behind counts in the newer window that another has opened.
        """
        values = {
            ":window": {"N": str(window)},
            ":one": {"N": "1"},
            ":now": items.MOMENT.encode(now),
        }
        names = {f"#{name}": name for name in ("window", "used", "taken", "cap", "resets_at")}
        count = {
            "UpdateExpression": "SET #used = #used + :one ADD #taken :one",
            "ConditionExpression": f"#window >= :window AND #used < :limit AND ({ROOM})",
            "ExpressionAttributeValues": {**values, ":limit": {"N": str(limit)}},
        }
        opening = {
            "UpdateExpression": "SET #window = :window, #used = :one ADD #taken :one",
            "ConditionExpression": "(attribute_not_exists(#window) OR #window < :window) "
            f"AND ({ROOM})",
            "ExpressionAttributeValues": values,
        }
        if limit < 1:
            return Taken(0, RateState())
        # What was read last says which of the two will do; the condition decides. So a normal
        # delivery needs one request, and a wrong guess a second.
        known = self._windows.get(account, -1) >= window
        for _ in range(3):
            request = {
                **(count if known else opening),
                "ExpressionAttributeNames": names,
                "ReturnValues": "ALL_NEW",
            }
            answer, present = self._conditional(items.rate_key(account), request)
            self._windows[account] = window
            state = items.rate_of(present or {})
            if answer is Write.DONE:
                return Taken(state.taken, state)
            known = "window" in (present or {}) and state.window >= window
            if state.spent_until(now) or (known and state.used >= limit):
                return Taken(0, state)
        raise LedgerUnavailable(f"The rate of {account} was contended.", "It is tried again.")

    def note_budget(self, account: str, seen: Seen) -> None:
        """Keep what an answer said is left, if it replaces what is kept (`budget.replaces`)."""
        condition = "attribute_not_exists(#resets_at) OR #resets_at <= :seen_at"
        if seen.budget.resets_at:
            condition += " OR (#seen_at < :resets_at AND #cap > :cap)"
        self._conditional(
            items.rate_key(account), update_of(items.seen_attributes(seen), condition)
        )

    def note_token(
        self, account: str, until: datetime | None, *, check: Mapping[str, Any] | None = None
    ) -> None:
        """Keep when the account's token ends (None: nobody says), and a check of the account."""
        attributes = {"token_until": items.MOMENT.encode(until) if until else None}
        if check is not None:
            attributes["check"] = items.JSON.encode(check)
        self._conditional(items.rate_key(account), update_of(attributes))

    def accounts(self, accounts: Iterable[str]) -> dict[str, AccountState]:
        """What is kept of accounts, read consistently, 100 a request."""
        wanted = list(dict.fromkeys(accounts))
        states: dict[str, AccountState] = {}
        for start in range(0, len(wanted), _BATCH):
            names = wanted[start : start + _BATCH]
            found, _ = self._batch([items.rate_key(name) for name in names])
            for name in names:
                key = items.rate_key(name)
                if item := found.get((key["pk"]["S"], key["sk"]["S"])):
                    states[name] = items.account_of(item)
        return states

    def block_rate(self, account: str, until: datetime) -> None:
        """Remember that the channel wants no request before this instant."""
        request = {
            "UpdateExpression": "SET #until = :until",
            "ConditionExpression": "attribute_not_exists(#until) OR #until < :until",
            "ExpressionAttributeNames": {"#until": "blocked_until"},
            "ExpressionAttributeValues": {":until": items.MOMENT.encode(until)},
        }
        self._conditional(items.rate_key(account), request)

    # --- the index ---

    def due(self, *, after: datetime | None, until: datetime) -> Iterator[Due]:
        """Open rows whose next_at is in (after, until], by the index."""
        return self._between("open", after, until)

    def open_rows(self) -> Iterator[str]:
        """Ids of rows that are open or held, by the index."""
        for shard in ("open", "held"):
            for item in self._query("#shard = :shard", {":shard": {"S": shard}}):
                yield items.delivery_of(item)

    def published(self, *, after: datetime, until: datetime) -> Iterator[Due]:
        """Rows published in (after, until], by the index; `next_at` is that time."""
        return self._between("published", after, until)

    def _between(self, shard: str, after: datetime | None, until: datetime) -> Iterator[Due]:
        # BETWEEN includes both ends; "Z!" is the next text after the instant's own "Z".
        first = utc_text(after) + "!" if after else "0"
        last = utc_text(until)
        if first > last:
            return
        values = {":shard": {"S": shard}, ":first": {"S": first}, ":last": {"S": last}}
        for item in self._query("#shard = :shard AND next_at BETWEEN :first AND :last", values):
            yield Due(items.delivery_of(item), parse_utc(item["next_at"]["S"]))

    def _query(self, condition: str, values: Item) -> Iterator[Item]:
        request: dict[str, Any] = {
            "TableName": self._table,
            "IndexName": items.INDEX,
            "KeyConditionExpression": condition,
            "ExpressionAttributeNames": {"#shard": items.SHARD},
            "ExpressionAttributeValues": values,
        }
        while True:
            answer = self._reading("query", request)
            yield from answer["Items"]
            if not answer.get("LastEvaluatedKey"):
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    # --- the workspace ---

    def pointer(self) -> Pointer:
        """The accepted bundle, read consistently."""
        item = self._get("BUNDLE")
        return items.pointer_of(item) if item else Pointer()

    def swap_pointer(
        self, digest: str, *, expected: str, at: datetime, required: bool = False
    ) -> Write:
        """Accept a bundle if the accepted one is still the expected."""
        attributes = {
            "digest": items.TEXT.encode(digest),
            "at": items.MOMENT.encode(at),
            "required": items.FLAG.encode(required) if required else None,
        }
        condition = "#digest = :was" if expected else "attribute_not_exists(#digest)"
        values = {":was": {"S": expected}} if expected else {}
        return self._conditional(self._key("BUNDLE"), update_of(attributes, condition, values))[0]

    def stop(self) -> Stop | None:
        """The stop switch, read consistently; None where it is missing."""
        item = self._get("STOP")
        return items.stop_of(item) if item else None

    def swap_stop(self, stop: Stop, *, expected: int | None) -> Write:
        """Replace the switch if its version is still the expected (None: if it is missing)."""
        attributes = {
            "version": items.NUMBER.encode(stop.version),
            "scopes": items.TEXTS.encode(sorted(stop.scopes)),
        }
        missing = expected is None
        condition = "attribute_not_exists(#version)" if missing else "#version = :was"
        values = {} if missing else {":was": {"N": str(expected)}}
        return self._conditional(self._key("STOP"), update_of(attributes, condition, values))[0]

    def gates(self, brands: Iterable[str]) -> dict[str, ReleaseGate]:
        """What is known of the releases of brands, read consistently, 100 a request."""
        wanted = sorted(set(brands))
        found: dict[str, ReleaseGate] = {}
        for start in range(0, len(wanted), _BATCH):
            keys = [self._key(items.gate_name(name)) for name in wanted[start : start + _BATCH]]
            for item in self._batch(keys)[0].values():
                gate = items.gate_of(item)
                found[gate.brand] = gate
        return found

    def swap_gate(self, gate: ReleaseGate, *, expected: int | None) -> Write:
        """Replace a brand's facts if their version is still the expected (None: if missing)."""
        missing = expected is None
        condition = "attribute_not_exists(#version)" if missing else "#version = :was"
        values = {} if missing else {":was": {"N": str(expected)}}
        update = update_of(items.gate_attributes(gate), condition, values)
        return self._conditional(self._key(items.gate_name(gate.brand)), update)[0]

    def approvals(self, posts: Iterable[str]) -> dict[str, ApprovalGate]:
        """What is known of the approvals of posts, read consistently, 100 a request."""
        wanted = sorted(set(posts))
        found: dict[str, ApprovalGate] = {}
        for start in range(0, len(wanted), _BATCH):
            keys = [items.approval_key(name) for name in wanted[start : start + _BATCH]]
            for item in self._batch(keys)[0].values():
                gate = items.approval_of(item)
                found[gate.post] = gate
        return found

    def swap_approval(self, gate: ApprovalGate, *, expected: int | None) -> Write:
        """Replace a post's facts if their version is still the expected (None: if missing)."""
        missing = expected is None
        condition = "attribute_not_exists(#version)" if missing else "#version = :was"
        values = {} if missing else {":was": {"N": str(expected)}}
        update = update_of(items.approval_attributes(gate), condition, values)
        return self._conditional(items.approval_key(gate.post), update)[0]

    def keep_proof(self, proof: ApprovalProof) -> None:
        """Keep a signature about a post; the first of a statement and person stays."""
        key = items.evidence_key(proof.post, proof.digest, proof.person)
        attributes = items.evidence_attributes(proof)
        self._conditional(key, update_of(attributes, "attribute_not_exists(pk)"))

    def proofs(self, wanted: Iterable[tuple[str, str, str]]) -> list[ApprovalProof]:
        """The signatures that there are, read consistently, 100 a request."""
        names = sorted(set(wanted))
        found: list[ApprovalProof] = []
        for start in range(0, len(names), _BATCH):
            keys = [items.evidence_key(*name) for name in names[start : start + _BATCH]]
            found += [items.evidence_of(item) for item in self._batch(keys)[0].values()]
        return sorted(found, key=lambda proof: (proof.post, proof.at, proof.person, proof.tier))

    def tick_mark(self) -> TickMark | None:
        """What the last tick left."""
        item = self._get("TICK")
        return items.mark_of(item) if item else None

    def set_tick_mark(self, mark: TickMark) -> None:
        """Leave a mark for the next tick."""
        attributes = {
            "ran_at": items.MOMENT.encode(mark.ran_at),
            "horizon": items.MOMENT.encode(mark.horizon),
            "watched": items.TEXTS.encode(mark.watched),
            "bundle": items.TEXT.encode(mark.bundle),
            "stop_version": items.NUMBER.encode(mark.stop_version),
        }
        self._conditional(self._key("TICK"), update_of(attributes))

    def audit(self, at: datetime, actor: str, action: str, detail: Mapping[str, Any]) -> None:
        """Append to the audit trail."""
        moment = utc_text(at)
        # The number only has to differ: two entries may bear the same millisecond.
        key = {"pk": {"S": f"AUDIT#{moment[:10]}"}, "sk": {"S": f"{moment}#{uuid.uuid4().hex[:8]}"}}
        attributes = {
            "actor": items.TEXT.encode(actor),
            "action": items.TEXT.encode(action),
            "detail": items.JSON.encode(detail),
        }
        self._conditional(key, update_of(attributes, "attribute_not_exists(pk)"))

    # --- requests ---

    def _key(self, name: str) -> Item:
        return items.workspace_key(self._workspace, name)

    def _get(self, name: str) -> Item | None:
        request = {"TableName": self._table, "Key": self._key(name), "ConsistentRead": True}
        item: Item | None = self._reading("get_item", request).get("Item")
        return item

    def _batch(self, keys: Iterable[Item]) -> tuple[dict[tuple[str, str], Item], datetime | None]:
        """Items by (pk, sk), and the server's time of the last answer."""
        found: dict[tuple[str, str], Item] = {}
        pending: Any = {self._table: {"Keys": list(keys), "ConsistentRead": True}}
        for attempt in range(BATCH_TRIES):
            answer = self._reading("batch_get_item", {"RequestItems": pending})
            for item in answer["Responses"].get(self._table, ()):
                found[item["pk"]["S"], item["sk"]["S"]] = item
            pending = answer.get("UnprocessedKeys")
            if not pending:
                return found, server_time(answer)
            self._clock.sleep(0.05 * 2**attempt)
        raise LedgerUnavailable("DynamoDB left keys unread.", "It is tried again.")

    def _reading(self, operation: str, request: dict[str, Any]) -> Any:
        for attempt in range(READ_TRIES):
            try:
                return getattr(self._client, operation)(**request)
            except ParamValidationError:
                raise
            except (ClientError, BotoCoreError) as error:
                last = fault(error, write=False)
                refused = isinstance(error, ClientError) and code_of(error) in REFUSALS
                if refused or attempt + 1 == READ_TRIES:
                    raise last from error
            self._clock.sleep(0.05 * 2**attempt)
        raise LedgerUnavailable("The ledger was not read.")

    def _conditional(self, key: Item, request: dict[str, Any]) -> tuple[Write, Item | None]:
        """One UpdateItem: DONE and what was asked for, or LOST and the item that was in the way.

        None where nothing was asked for, or there is no item.
        """
        arguments = {
            "TableName": self._table,
            "Key": key,
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            **request,
        }
        for attempt in range(CONFLICT_TRIES):
            try:
                done = self._client.update_item(**arguments)
            except ParamValidationError:
                raise
            except ClientError as error:
                code = code_of(error)
                if code == "ConditionalCheckFailedException":
                    return Write.LOST, error.response.get("Item")
                if code != "TransactionConflictException" or attempt + 1 == CONFLICT_TRIES:
                    raise fault(error, write=True) from error
                self._clock.sleep(0.03 * 2**attempt)
            except BotoCoreError as error:
                raise fault(error, write=True) from error
            else:
                return Write.DONE, done.get("Attributes")
        raise LedgerUnavailable("Transactions were in the way; nothing was written.")
