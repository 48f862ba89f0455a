"""One suite for everything that calls itself a MetricStore. Invariant 53: repeats change nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ReadTimeoutError

from signpost.aws.metrics import DynamoMetrics
from signpost.domain.metrics import MetricSnapshot
from signpost.errors import LedgerUnknown
from signpost.ports import MetricStore
from tests.fakes.metric_store import FakeMetricStore
from tests.unit.aws.conftest import Table

LIVE = datetime(2026, 12, 31, 23, 59, 59, 500_000, tzinfo=UTC)
SNAPSHOT = MetricSnapshot(
    "acme/shop/p/fedi", "shop", LIVE, 60, LIVE + timedelta(seconds=61), {"likes": 3, "replies": 0}
)


@pytest.fixture(params=["fake", "dynamo"])
def store(request: pytest.FixtureRequest) -> MetricStore:
    if request.param == "fake":
        return FakeMetricStore()
    table: Table = request.getfixturevalue("metrics_table")
    return DynamoMetrics(table.client, table.name)


def test_the_first_snapshot_of_an_age_stays(store: MetricStore) -> None:
    assert store.add(SNAPSHOT)
    assert not store.add(SNAPSHOT._replace(values={"likes": 9}))
    assert store.snapshots("shop", LIVE, SNAPSHOT.delivery) == (SNAPSHOT,)


def test_they_come_by_age(store: MetricStore) -> None:
    ages = [900, 60, 2_419_200, 86_400]
    for age_s in ages:
        assert store.add(SNAPSHOT._replace(age_s=age_s, values={"likes": age_s}))
    found = store.snapshots("shop", LIVE, SNAPSHOT.delivery)
    assert [(item.age_s, item.values) for item in found] == [
        (age_s, {"likes": age_s}) for age_s in sorted(ages)
    ]


def test_neighbours_are_not_mixed_up(store: MetricStore) -> None:
    store.add(SNAPSHOT)
    store.add(SNAPSHOT._replace(delivery="acme/shop/p/fedi2", age_s=900))
    store.add(SNAPSHOT._replace(brand="other", age_s=900))
    store.add(SNAPSHOT._replace(published_at=LIVE + timedelta(seconds=1), age_s=900))
    assert store.snapshots("shop", LIVE, SNAPSHOT.delivery) == (SNAPSHOT,)


def test_nothing_measured_is_nothing_and_nothing_reported_is_not_zero(store: MetricStore) -> None:
    assert store.snapshots("shop", LIVE, SNAPSHOT.delivery) == ()
    store.add(SNAPSHOT._replace(values={}))
    assert [item.values for item in store.snapshots("shop", LIVE, SNAPSHOT.delivery)] == [{}]


def test_an_answer_that_was_lost_is_unknown() -> None:
    class Silent:
        def put_item(self, **_: object) -> None:
            raise ReadTimeoutError(endpoint_url="https://dynamodb.test")

    with pytest.raises(LedgerUnknown):
        DynamoMetrics(Silent(), "metrics").add(SNAPSHOT)
