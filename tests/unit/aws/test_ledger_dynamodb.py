"""What only the DynamoDB adapter has: requests, faults, server time, items of other versions.

Invariant 17: rows are read consistently; the index only finds.
Invariant 27: an unreadable or throttled switch is an error, never "nothing is stopped".
Invariant 56: a new version of the code meets rows that an old one wrote, and the reverse.
More than 400 lines: one adapter over one table.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
)

from signpost.aws import items
from signpost.aws.ledger import READ_TRIES, DynamoLedger
from signpost.domain.lifecycle import Event
from signpost.domain.row import Row
from signpost.domain.stop import Stop
from signpost.errors import LedgerUnavailable, LedgerUnknown
from signpost.ports import Write
from tests.craft_row import NOON, a_row
from tests.fakes.clock import FakeClock
from tests.unit.aws.conftest import WORKSPACE, Table

ENDPOINT = "https://dynamodb.test"
STOP = Stop(1)


class Scripted:
    """A client that counts its calls, and answers some of them with an error before or after.

    Args:
        inner: who answers the rest.
    """

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self.calls: list[str] = []
        self.arguments: list[dict[str, Any]] = []
        self.before: list[Exception] = []
        self.after: list[Exception] = []

    def __getattr__(self, name: str) -> Any:
        def call(**arguments: Any) -> Any:
            self.calls.append(name)
            self.arguments.append(arguments)
            if self.before:
                raise self.before.pop(0)
            answer = getattr(self._inner, name)(**arguments)
            if self.after:
                raise self.after.pop(0)
            return answer

        return call


@pytest.fixture
def client(ledger_table: Table) -> Scripted:
    return Scripted(ledger_table.client)


@pytest.fixture
def ledger(client: Scripted, ledger_table: Table, clock: FakeClock) -> DynamoLedger:
    return DynamoLedger(client, ledger_table.name, WORKSPACE, clock)


@pytest.fixture
def stored(ledger: DynamoLedger, client: Scripted) -> Row:
    row = a_row()
    ledger.create(row)
    ledger.swap_stop(STOP, expected=None)
    client.calls.clear()
    client.arguments.clear()
    return row


def refusal(code: str, status: int = 400, **more: Any) -> ClientError:
    answer: Any = {
        "Error": {"Code": code, "Message": "as scripted"},
        "ResponseMetadata": {"HTTPStatusCode": status},
        **more,
    }
    return ClientError(answer, "Operation")


def cancelled(*codes: str) -> ClientError:
    reasons = [{"Code": code} for code in codes]
    return refusal("TransactionCanceledException", CancellationReasons=reasons)


def intent_of(row: Row) -> Row:
    return row.moved(Event.INTENT, owner="worker", at=NOON, key="k")


LOST_ANSWERS = (
    ReadTimeoutError(endpoint_url=ENDPOINT),
    refusal("InternalServerError", 500),
    refusal("ServiceUnavailable", 503),
    refusal("TransactionInProgressException"),
)
REFUSALS = (
    refusal("ProvisionedThroughputExceededException"),
    refusal("ThrottlingException"),
    refusal("AccessDeniedException"),
    EndpointConnectionError(endpoint_url=ENDPOINT),
    ConnectTimeoutError(endpoint_url=ENDPOINT),
)


def name_of(error: Exception) -> str:
    return error.response["Error"]["Code"] if isinstance(error, ClientError) else repr(error)[:20]


# --- requests -----------------------------------------------------------------------------------


def test_a_normal_delivery_takes_four_requests(
    ledger: DynamoLedger, client: Scripted, stored: Row
) -> None:
    ledger.take_rate(stored.account, 9, 5, now=NOON)
    client.calls.clear()
    reading = ledger.read(stored.delivery, stored.account)
    assert reading.row is not None
    assert reading.stop is not None
    assert ledger.take_rate(stored.account, 9, 5, now=NOON)
    intent = intent_of(reading.row)
    assert ledger.intend(intent, expected=reading.row, stop=reading.stop) is Write.DONE
    done = intent.moved(Event.PUBLISHED, owner="worker", at=NOON, published_at=NOON)
    assert ledger.write(done, expected=intent) is Write.DONE
    assert client.calls == ["batch_get_item", "update_item", "transact_write_items", "update_item"]


@pytest.mark.parametrize("window", [9, 10])
def test_the_first_send_of_a_window_takes_one_request_too(
    ledger: DynamoLedger, client: Scripted, stored: Row, window: int
) -> None:
    ledger.take_rate(stored.account, 9, 5, now=NOON)
    ledger.read(stored.delivery, stored.account)
    client.calls.clear()
    assert ledger.take_rate(stored.account, window, 5, now=NOON)
    assert client.calls == ["update_item"]


def test_a_wrong_guess_about_the_window_is_mended(
    ledger: DynamoLedger, client: Scripted, ledger_table: Table, clock: FakeClock, stored: Row
) -> None:
    other = DynamoLedger(ledger_table.client, ledger_table.name, WORKSPACE, clock)
    ledger.read(stored.delivery, stored.account)
    assert other.take_rate(stored.account, 9, 2, now=NOON)
    client.calls.clear()
    assert ledger.take_rate(stored.account, 9, 2, now=NOON)
    assert client.calls == ["update_item", "update_item"]
    assert not ledger.take_rate(stored.account, 9, 2, now=NOON)


def test_reads_are_consistent(ledger: DynamoLedger, client: Scripted, stored: Row) -> None:
    ledger.read(stored.delivery, stored.account)
    ledger.rows([stored.delivery])
    for request in client.arguments:
        assert all(table["ConsistentRead"] for table in request["RequestItems"].values())
    client.arguments.clear()
    ledger.stop()
    ledger.pointer()
    assert all(request["ConsistentRead"] for request in client.arguments)


def test_an_intent_touches_no_key_of_the_index(
    ledger: DynamoLedger, client: Scripted, stored: Row
) -> None:
    ledger.intend(intent_of(stored), expected=stored, stop=STOP)
    update = client.arguments[0]["TransactItems"][0]["Update"]
    assert not {"next_at", items.SHARD} & set(update["ExpressionAttributeNames"].values())


def test_the_intents_token_is_the_owners_and_the_fences(
    ledger: DynamoLedger, client: Scripted, stored: Row
) -> None:
    intent = intent_of(stored)
    for row in (intent, intent, replace(intent, owner="other")):
        ledger.intend(row, expected=stored, stop=STOP)
    tokens = [request["ClientRequestToken"] for request in client.arguments]
    assert tokens[0] == tokens[1] != tokens[2]
    assert all(0 < len(token) <= 36 for token in tokens)


def test_the_index_is_read_page_by_page(ledger: DynamoLedger, client: Scripted) -> None:
    for number in range(5):
        ledger.create(a_row(f"acme/shop/p{number}/fedi"))
    inner = client._inner

    class Paged:
        def query(self, **arguments: Any) -> Any:
            return inner.query(**arguments, Limit=2)

    client._inner = Paged()
    client.calls.clear()
    assert len(list(ledger.due(after=None, until=NOON))) == 5
    assert client.calls == ["query"] * 3


# --- the server's time --------------------------------------------------------------------------


def test_the_servers_time_is_that_of_the_answer(
    ledger: DynamoLedger, client: Scripted, stored: Row
) -> None:
    with answering(client, date="Tue, 01 Dec 2026 11:59:58 GMT"):
        reading = ledger.read(stored.delivery, stored.account)
    assert reading.server_now == datetime(2026, 12, 1, 11, 59, 58, tzinfo=UTC)


@pytest.mark.parametrize("date", ["", "yesterday"])
def test_no_time_is_better_than_a_wrong_one(
    ledger: DynamoLedger, client: Scripted, stored: Row, date: str
) -> None:
    with answering(client, date=date):
        assert ledger.read(stored.delivery, stored.account).server_now is None


@contextmanager
def answering(client: Scripted, *, date: str) -> Iterator[None]:
    inner = client._inner

    class Dated:
        def batch_get_item(self, **arguments: Any) -> Any:
            answer = inner.batch_get_item(**arguments)
            answer["ResponseMetadata"]["HTTPHeaders"]["date"] = date
            return answer

    client._inner = Dated()
    yield
    client._inner = inner


# --- faults -------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", LOST_ANSWERS, ids=name_of)
def test_a_write_whose_answer_was_lost_is_unknown_and_recognised_later(
    ledger: DynamoLedger, client: Scripted, stored: Row, error: Exception
) -> None:
    mine = replace(stored, fence=2, owner="me")
    client.after = [error]
    with pytest.raises(LedgerUnknown):
        ledger.write(mine, expected=stored)
    assert client.calls == ["update_item"]
    assert ledger.write(mine, expected=stored) is Write.DONE


@pytest.mark.parametrize("error", LOST_ANSWERS, ids=name_of)
def test_an_intent_whose_answer_was_lost_is_unknown_and_recognised_later(
    ledger: DynamoLedger, client: Scripted, stored: Row, error: Exception
) -> None:
    intent = intent_of(stored)
    client.after = [error]
    with pytest.raises(LedgerUnknown):
        ledger.intend(intent, expected=stored, stop=STOP)
    assert client.calls == ["transact_write_items"]
    assert ledger.intend(intent, expected=stored, stop=STOP) is Write.DONE


@pytest.mark.parametrize("error", REFUSALS, ids=name_of)
def test_a_refused_write_wrote_nothing(
    ledger: DynamoLedger, client: Scripted, stored: Row, error: Exception
) -> None:
    client.before = [error]
    with pytest.raises(LedgerUnavailable):
        ledger.write(replace(stored, fence=2, owner="me"), expected=stored)
    client.before = [error]
    with pytest.raises(LedgerUnavailable):
        ledger.intend(intent_of(stored), expected=stored, stop=STOP)
    assert client.calls == ["update_item", "transact_write_items"]


@pytest.mark.parametrize(
    "error", [cancelled("None", "TransactionConflict"), cancelled("ThrottlingError", "None")]
)
def test_a_conflict_wrote_nothing_and_may_be_tried_again(
    ledger: DynamoLedger, client: Scripted, stored: Row, error: Exception
) -> None:
    client.before = [error]
    assert ledger.intend(intent_of(stored), expected=stored, stop=STOP) is Write.CONFLICT
    assert ledger.intend(intent_of(stored), expected=stored, stop=STOP) is Write.DONE


def test_a_conflict_beside_a_failed_condition_is_lost(
    ledger: DynamoLedger, client: Scripted, stored: Row
) -> None:
    client.before = [cancelled("TransactionConflict", "ConditionalCheckFailed")]
    assert ledger.intend(intent_of(stored), expected=stored, stop=STOP) is Write.LOST


def test_an_intent_cancelled_for_another_reason_is_unavailable(
    ledger: DynamoLedger, client: Scripted, stored: Row
) -> None:
    client.before = [cancelled("ValidationError", "None")]
    with pytest.raises(LedgerUnavailable, match="ValidationError"):
        ledger.intend(intent_of(stored), expected=stored, stop=STOP)


def test_a_write_waits_for_a_transaction_to_pass(
    ledger: DynamoLedger, client: Scripted, stored: Row, clock: FakeClock
) -> None:
    client.before = [refusal("TransactionConflictException")] * 2
    assert ledger.write(replace(stored, fence=2), expected=stored) is Write.DONE
    assert len(clock.slept) == 2
    client.before = [refusal("TransactionConflictException")] * 9
    with pytest.raises(LedgerUnavailable):
        ledger.write(replace(stored, fence=3), expected=replace(stored, fence=2))


@pytest.mark.parametrize("error", [*LOST_ANSWERS[:3], REFUSALS[0]], ids=name_of)
def test_reads_are_repeated_and_then_unavailable(
    ledger: DynamoLedger, client: Scripted, stored: Row, error: Exception
) -> None:
    client.before = [error] * (READ_TRIES - 1)
    assert ledger.read(stored.delivery, stored.account).row == stored
    client.before = [error] * READ_TRIES
    with pytest.raises(LedgerUnavailable):
        ledger.read(stored.delivery, stored.account)


def test_a_switch_that_may_not_be_read_is_an_error(
    ledger: DynamoLedger, client: Scripted, stored: Row
) -> None:
    client.before = [refusal("AccessDeniedException")]
    with pytest.raises(LedgerUnavailable):
        ledger.read(stored.delivery, stored.account)
    assert client.calls == ["batch_get_item"]


def test_keys_left_unread_are_asked_for_again(
    ledger: DynamoLedger, client: Scripted, stored: Row
) -> None:
    inner = client._inner

    class Partial:
        """Reads one key at a time and leaves the rest, the stop switch among them."""

        def batch_get_item(self, *, RequestItems: Any) -> Any:  # noqa: N803 - the SDK's name
            ((table, wanted),) = RequestItems.items()
            first, rest = wanted["Keys"][:1], wanted["Keys"][1:]
            answer = inner.batch_get_item(RequestItems={table: {**wanted, "Keys": first}})
            if rest:
                answer["UnprocessedKeys"] = {table: {**wanted, "Keys": rest}}
            return answer

    client._inner = Partial()
    reading = ledger.read(stored.delivery, stored.account)
    assert (reading.row, reading.stop) == (stored, STOP)
    with pytest.raises(LedgerUnavailable):
        ledger.rows([stored.delivery, *(f"a/b/{name}/d" for name in "cefgh")])


# --- versions -----------------------------------------------------------------------------------


def test_a_row_is_small(ledger: DynamoLedger, stored: Row, ledger_table: Table) -> None:
    (item,) = (item for item in ledger_table.items() if item["sk"]["S"] == "STATE")
    optional = {"attempts", "key", "intent_at", "prepared", "parts", "history", "reason"}
    assert not optional & set(item)
    assert sum(len(name) + len(str(value)) for name, value in item.items()) < 1024


def test_a_row_of_an_older_version_is_read(
    ledger: DynamoLedger, stored: Row, ledger_table: Table
) -> None:
    """An older version knew fewer fields: whatever has a default may be missing."""
    (item,) = (item for item in ledger_table.items() if item["sk"]["S"] == "STATE")
    needed = {f.name for f in fields(Row) if f.name in items.REQUIRED}
    bare = {name: item[name] for name in (*needed, "pk", "sk", items.SHARD)}
    ledger_table.client.put_item(TableName=ledger_table.name, Item=bare)
    read = ledger.rows([stored.delivery])[stored.delivery]
    assert read == replace(stored, fence=0, owner="")
    # Such a row has no fence; the first write of the new version gives it one.
    ledger_table.client.put_item(TableName=ledger_table.name, Item={**bare, "fence": {"N": "4"}})
    present = replace(read, fence=4)
    assert ledger.write(replace(present, fence=5), expected=present) is Write.DONE


def test_what_a_newer_version_stored_survives(
    ledger: DynamoLedger, stored: Row, ledger_table: Table
) -> None:
    key = items.row_key(stored.delivery)
    ledger_table.client.update_item(
        TableName=ledger_table.name,
        Key=key,
        UpdateExpression="SET novelty = :x, history = :h, parts = :p",
        ExpressionAttributeValues={
            ":x": {"M": {"a": {"N": "1"}}},
            ":h": {"S": '[["2026-12-01T12:00:00.000Z",0,"published","","something new"]]'},
            ":p": {"S": '[["1","https://x.test/1",{"edited":true}]]'},
        },
    )
    read = ledger.rows([stored.delivery])[stored.delivery]
    assert read.parts[0].external_id == "1"
    assert read.history[0].outcome == "published"
    ledger.write(replace(read, fence=2), expected=read)
    ledger.intend(intent_of(replace(read, fence=2)), expected=replace(read, fence=2), stop=STOP)
    item = ledger_table.client.get_item(TableName=ledger_table.name, Key=key)["Item"]
    assert item["novelty"] == {"M": {"a": {"N": "1"}}}
    assert item["fence"] == {"N": "3"}


def test_a_state_of_a_newer_version_stops_the_old_code(
    ledger: DynamoLedger, stored: Row, ledger_table: Table
) -> None:
    ledger_table.client.update_item(
        TableName=ledger_table.name,
        Key=items.row_key(stored.delivery),
        UpdateExpression="SET #s = :s",
        ExpressionAttributeNames={"#s": "state"},
        ExpressionAttributeValues={":s": {"S": "CORRECTING"}},
    )
    with pytest.raises(LedgerUnavailable, match="newest version"):
        ledger.read(stored.delivery, stored.account)


def test_every_field_of_a_row_is_stored() -> None:
    assert {f.name for f in fields(Row)} == {"delivery", *items.ROW}
