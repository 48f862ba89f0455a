"""Metric snapshots in DynamoDB: a brand's month of publication is one partition."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from signpost.aws.faults import fault, was_met
from signpost.aws.items import FLAG, JSON, MOMENT, NUMBER, TEXT, Item
from signpost.domain.canonical import utc_text
from signpost.domain.metrics import MetricSnapshot

_AGE_DIGITS = 10


class DynamoMetrics:
    """Implements ports.MetricStore.

    Args:
        client: a boto3 DynamoDB client.
        table: the metrics table's name.
    """

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def add(self, snapshot: MetricSnapshot) -> bool:
        """Store unless there is one for that age; False where there was.

        Raises:
            LedgerUnavailable: not stored.
            LedgerUnknown: the answer was lost; adding it again is harmless.
        """
        item = {
            **_key(snapshot.brand, snapshot.published_at, snapshot.delivery, snapshot.age_s),
            "delivery": TEXT.encode(snapshot.delivery),
            "brand": TEXT.encode(snapshot.brand),
            "published_at": MOMENT.encode(snapshot.published_at),
            "age_s": NUMBER.encode(snapshot.age_s),
            "measured_at": MOMENT.encode(snapshot.measured_at),
            "metrics": JSON.encode(snapshot.values),
        }
        if snapshot.differs is not None:
            item["differs"] = FLAG.encode(snapshot.differs)
        return was_met(
            self._client.put_item,
            TableName=self._table,
            Item=item,
            ConditionExpression="attribute_not_exists(pk)",
        )

    def snapshots(
        self, brand: str, published_at: datetime, delivery: str
    ) -> tuple[MetricSnapshot, ...]:
        """All snapshots of a delivery, by age, the youngest first; none before the first.

        One request, and one read unit: seven ages are some 2 kB of the 4 that a unit covers, and
        of the megabyte that a page of the answer can hold.

        Raises:
            LedgerUnavailable: it could not be read.
        """
        key = _key(brand, published_at, delivery, 0)
        try:
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression="pk = :pk AND begins_with(sk, :delivery)",
                ExpressionAttributeValues={
                    ":pk": key["pk"],
                    ":delivery": {"S": f"{delivery}#"},
                },
                ConsistentRead=True,
            )
        except (ClientError, BotoCoreError) as error:
            raise fault(error, write=False) from error
        return tuple(_snapshot(item) for item in answer["Items"])


def _key(brand: str, published_at: datetime, delivery: str, age_s: int) -> Item:
    month = utc_text(published_at)[:7]
    return {
        "pk": {"S": f"B#{brand}#{month}"},
        "sk": {"S": f"{delivery}#{age_s:0{_AGE_DIGITS}d}"},
    }


def _snapshot(item: Item) -> MetricSnapshot:
    return MetricSnapshot(
        delivery=TEXT.decode(item["delivery"]),
        brand=TEXT.decode(item["brand"]),
        published_at=MOMENT.decode(item["published_at"]),
        age_s=NUMBER.decode(item["age_s"]),
        measured_at=MOMENT.decode(item["measured_at"]),
        values=JSON.decode(item["metrics"]),
        differs=FLAG.decode(item["differs"]) if "differs" in item else None,
    )
