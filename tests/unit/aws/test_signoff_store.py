"""What the pages remember: the fake and DynamoDB (by moto) do the same; the trail is written once."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from signpost.aws.control import LambdaControl
from signpost.aws.session import Clients
from signpost.aws.signoff import DynamoSignoff
from signpost.errors import LedgerUnavailable, LedgerUnknown
from signpost.ports import SignoffStore
from tests.cloudformation import table_arguments
from tests.fakes.clock import FakeClock
from tests.fakes.signoff import FakeSignoff
from tests.unit.aws.conftest import Broken

ARCHIVE = "archive"
Made = Callable[[FakeClock], SignoffStore]


@pytest.fixture(scope="module")
def table(clients: Clients) -> str:
    clients.get("dynamodb").create_table(**table_arguments("Signoff", "Signoff"))
    clients.get("s3").create_bucket(
        Bucket=ARCHIVE, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    return "Signoff"


@pytest.fixture(params=["fake", "dynamodb"])
def store(
    request: pytest.FixtureRequest, clock: FakeClock, clients: Clients, table: str
) -> SignoffStore:
    if request.param == "fake":
        return FakeSignoff(clock)
    client = clients.get("dynamodb")
    for item in client.scan(TableName=table)["Items"]:
        client.delete_item(TableName=table, Key={name: item[name] for name in ("pk", "sk")})
    return DynamoSignoff(client, table, clients.get("s3"), ARCHIVE, clock)


def test_what_is_there_is_not_replaced(store: SignoffStore) -> None:
    assert store.add("invite", "a", {"for": "juno"})
    assert not store.add("invite", "a", {"for": "ottilie"})
    assert store.get("invite", "a") == {"for": "juno"}
    assert store.get("session", "a") is None


def test_what_is_taken_is_gone(store: SignoffStore) -> None:
    store.add("nonce", "a", {"for": "login"})
    assert store.take("nonce", "a") == {"for": "login"}
    assert store.take("nonce", "a") is None


def test_what_is_over_is_not_there(store: SignoffStore, clock: FakeClock) -> None:
    until = clock.now() + timedelta(minutes=5)
    store.add("nonce", "a", {"n": 1}, until=until)
    clock.advance(299)
    assert store.get("nonce", "a") == {"n": 1}
    clock.advance(1)
    assert store.get("nonce", "a") is None
    assert store.all("nonce") == {}
    assert not store.change("nonce", "a", {"n": 2})
    assert store.take("nonce", "a") is None
    # Whether the table has dropped it or not, its name is free.
    store.add("nonce", "b", {"n": 1}, until=clock.now())
    assert store.add("nonce", "b", {"n": 2}, until=clock.now() + timedelta(minutes=5))


def test_members_are_changed_and_the_others_stay(store: SignoffStore, clock: FakeClock) -> None:
    until = clock.now() + timedelta(minutes=5)
    store.add("passkey", "a", {"line": "x", "revoked": ""}, until=until)
    assert store.change("passkey", "a", {"revoked": "now"})
    assert store.get("passkey", "a") == {"line": "x", "revoked": "now"}
    assert not store.change("passkey", "b", {"revoked": "now"})
    clock.advance(300)
    assert store.get("passkey", "a") is None, "a change must not lengthen its life"


def test_all_of_a_kind_in_order(store: SignoffStore) -> None:
    for name in ("b", "a", "c"):
        store.add("passkey", name, {"n": name})
    store.add("session", "d", {})
    assert list(store.all("passkey")) == ["a", "b", "c"]
    store.remove("passkey", "b")
    store.remove("passkey", "b")
    assert list(store.all("passkey")) == ["a", "c"]


def test_counting_stops_at_the_limit_until_the_window_ends(
    store: SignoffStore, clock: FakeClock
) -> None:
    assert [store.count("ip/x", 2, 300) for _ in range(3)] == [True, True, False]
    assert store.count("ip/y", 2, 300)
    clock.advance(300)
    assert store.count("ip/x", 2, 300)


def test_the_trail_has_a_copy_that_is_written_once(
    clients: Clients, table: str, clock: FakeClock
) -> None:
    s3 = clients.get("s3")
    store = DynamoSignoff(clients.get("dynamodb"), table, s3, ARCHIVE, clock)
    store.audit(clock.now(), "larkfell/juno", "sign", {"release": "2026.2"})
    (kept,) = s3.list_objects_v2(Bucket=ARCHIVE)["Contents"]
    assert kept["Key"].startswith("signoff/2026-12-01/2026-12-01T09:00:00.000Z-")
    entry = json.loads(s3.get_object(Bucket=ARCHIVE, Key=kept["Key"])["Body"].read())
    assert entry == {
        "action": "sign", "actor": "larkfell/juno", "at": "2026-12-01T09:00:00.000Z",
        "detail": {"release": "2026.2"},
    }  # fmt: skip
    assert list(store.all("audit/2026-12-01").values()) == [entry]


def test_a_copy_whose_first_answer_was_lost_is_there(
    clients: Clients, table: str, clock: FakeClock
) -> None:
    """The SDK puts it again by itself, and hears that there is one: its own."""
    again = Broken(ClientError({"Error": {"Code": "PreconditionFailed"}}, "PutObject"))
    store = DynamoSignoff(clients.get("dynamodb"), table, again, ARCHIVE, clock)
    store.audit(clock.now() + timedelta(days=1), "larkfell/juno", "sign", {})
    assert len(store.all("audit/2026-12-02")) == 1


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ClientError({"Error": {"Code": "AccessDeniedException"}}, "x"), LedgerUnavailable),
        (ReadTimeoutError(endpoint_url="x"), LedgerUnknown),
    ],
)
def test_faults_are_those_of_the_ledger(
    error: Exception, expected: type[Exception], clock: FakeClock
) -> None:
    store = DynamoSignoff(Broken(error), "t", Broken(error), ARCHIVE, clock)
    for act in (
        lambda: store.add("a", "b", {}),
        lambda: store.take("a", "b"),
        lambda: store.count("a", 1, 1),
        lambda: store.audit(clock.now(), "a", "b", {}),
    ):
        with pytest.raises(expected):
            act()


class Answering:
    """A Lambda client with one answer."""

    def __init__(self, payload: bytes, **more: str) -> None:
        self._answer = {"Payload": io.BytesIO(payload), **more}

    def invoke(self, **_: Any) -> dict[str, Any]:
        return self._answer


def test_control_is_asked_once_and_never_believed_blindly() -> None:
    assert LambdaControl(Answering(b'{"ok": true}'), "c").ask({"action": "switch"}) == {"ok": True}
    wrong = (
        Answering(b"null"),
        Answering(b"{"),
        Answering(b'{"errorMessage": "x"}', FunctionError="Unhandled"),
        Broken(ReadTimeoutError(endpoint_url="x")),
    )
    for client in wrong:
        with pytest.raises(LedgerUnknown):
            LambdaControl(client, "c").ask({"action": "stop"})
