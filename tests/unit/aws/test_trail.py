"""The trail in the ledger's table, as `DynamoLedger.audit` writes it, and its copies."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from signpost.aws.ledger import DynamoLedger
from signpost.aws.session import Clients
from signpost.aws.trail import DynamoTrail
from signpost.errors import LedgerUnavailable, LedgerUnknown
from signpost.usecases.trail import export
from tests.fakes.clock import FakeClock
from tests.unit.aws.conftest import WORKSPACE, Broken, Table

ARCHIVE = "trail-archive"


@pytest.fixture(scope="module")
def s3(clients: Clients) -> Any:
    client = clients.get("s3")
    client.create_bucket(
        Bucket=ARCHIVE, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    return client


@pytest.fixture
def trail(s3: Any, ledger_table: Table) -> DynamoTrail:
    return DynamoTrail(ledger_table.client, ledger_table.name, WORKSPACE, s3, ARCHIVE)


def test_it_is_copied_as_it_was_written(
    trail: DynamoTrail, dynamo: DynamoLedger, s3: Any, clock: FakeClock
) -> None:
    now = clock.now()
    assert trail.mark() is None
    dynamo.audit(now, "ada", "stop", {"scope": "*", "reason": "wrong price"})
    dynamo.audit(now + timedelta(seconds=1), "ben", "resume", {"scope": "*"})
    assert export(trail, now + timedelta(minutes=1)) == 2
    assert trail.mark() == now + timedelta(minutes=1)
    keys = sorted(item["Key"] for item in s3.list_objects_v2(Bucket=ARCHIVE)["Contents"])
    assert [key.rpartition("-")[0] for key in keys] == [
        "ledger/2026-12-01/2026-12-01T09:00:00.000Z",
        "ledger/2026-12-01/2026-12-01T09:00:01.000Z",
    ]
    assert json.loads(s3.get_object(Bucket=ARCHIVE, Key=keys[0])["Body"].read()) == {
        "action": "stop", "actor": "ada", "at": "2026-12-01T09:00:00.000Z",
        "detail": {"reason": "wrong price", "scope": "*"},
    }  # fmt: skip
    # A copy that is there stays, and is no fault.
    s3.put_object(Bucket=ARCHIVE, Key=keys[0], Body=b"first")
    assert export(trail, now + timedelta(minutes=2)) == 2
    assert s3.get_object(Bucket=ARCHIVE, Key=keys[0])["Body"].read() == b"first"


def test_entries_are_read_page_by_page(
    trail: DynamoTrail, dynamo: DynamoLedger, clock: FakeClock
) -> None:
    now = clock.now()
    for number in range(40):
        dynamo.audit(now + timedelta(seconds=number), "ada", "note", {"text": "x" * 40_000})
    assert len(list(trail.entries(now.date(), now + timedelta(seconds=5)))) == 35


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ClientError({"Error": {"Code": "AccessDenied"}}, "x"), LedgerUnavailable),
        (ReadTimeoutError(endpoint_url="x"), LedgerUnknown),
    ],
)
def test_faults_are_those_of_the_ledger(
    error: Exception,
    expected: type[Exception],
    trail: DynamoTrail,
    dynamo: DynamoLedger,
    clock: FakeClock,
) -> None:
    dynamo.audit(clock.now(), "ada", "stop", {})
    (entry,) = trail.entries(clock.now().date(), clock.now())
    broken = DynamoTrail(Broken(error), "t", WORKSPACE, Broken(error), ARCHIVE)
    with pytest.raises(expected):
        broken.keep(entry)
    with pytest.raises(expected):
        broken.set_mark(clock.now())
    with pytest.raises(LedgerUnavailable):
        broken.mark()
    with pytest.raises(LedgerUnavailable):
        list(broken.entries(clock.now().date(), clock.now()))
