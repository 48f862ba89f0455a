"""DynamoDB and S3 requests of a delivery, counted through the real adapters, and their price."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any

import boto3
from moto import mock_aws

from signpost.aws import items
from signpost.aws.session import Clients
from signpost.bootstrap import Wiring
from signpost.domain.delivery import About, make_bundle
from signpost.domain.metrics import DEFAULT_AGES_S
from signpost.ports import Request, Response
from signpost.settings import Settings
from signpost.usecases.job import World
from signpost.usecases.measure import Measurer
from signpost.usecases.publish import Publisher
from tests.perf.canned import BUCKET, TABLE, WORKSPACE, delivery
from tests.perf.figure import Figure

REGION = "eu-central-1"
PRICE = {"write": 0.625e-6, "read": 0.125e-6, "put": 5e-6, "get": 0.4e-6}
"""US dollars a DynamoDB write or read request unit (on demand), and an S3 PUT or GET.

Source: https://aws.amazon.com/dynamodb/pricing/on-demand/ and https://aws.amazon.com/s3/pricing/,
us-east-1, as known on 2026-11-22.
"""


class _Clock:
    """Time that the bench moves."""

    def __init__(self) -> None:
        self.moment = datetime.now(UTC).replace(microsecond=0)

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return self.moment.timestamp()

    def sleep(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


class _Channel:
    """A transport whose channel answers at once."""

    def send(self, request: Request) -> Response:
        status = {"id": "1", "url": "https://social.example/1", "replies_count": 2,
                  "reblogs_count": 1, "favourites_count": 5}  # fmt: skip
        return Response(200, {}, json.dumps(status).encode())


class _Counter:
    """Counts requests as they are made, with the units DynamoDB charges for them."""

    def __init__(self, clients: Clients) -> None:
        self.calls: Counter[str] = Counter()
        self.units: Counter[str] = Counter()
        for service in ("dynamodb", "s3"):
            clients.get(service).meta.events.register("before-call.*", self._count)

    def _count(self, model: Any, params: Any, **_: object) -> None:
        name = model.name
        self.calls[name] += 1
        self.units.update(_units(name, params.get("body") or b""))

    def cost(self) -> float:
        """US dollars."""
        return sum(PRICE[kind] * count for kind, count in self.units.items())

    def clear(self) -> tuple[dict[str, int], dict[str, int], float]:
        """Calls, units and cost since the last time."""
        result = dict(self.calls), dict(self.units), self.cost()
        self.calls.clear()
        self.units.clear()
        return result


def _units(operation: str, body: object) -> dict[str, int]:
    """Request units that a request costs, from its own body."""
    request = json.loads(body) if isinstance(body, bytes | str) and body else {}
    match operation:
        case "UpdateItem":
            # An entry of the index that moves is deleted and written: two more.
            index = 2 if ":was" in request["ExpressionAttributeValues"] else 1
            moves = "next_at" in request["ExpressionAttributeNames"].values()
            return {"write": _kilobytes(request) + (index if moves else 0)}
        case "PutItem":
            return {"write": 1}
        case "TransactWriteItems":
            update, _ = request["TransactItems"]
            return {"write": 2 * _kilobytes(update["Update"]) + 2}
        case "BatchGetItem":
            return {"read": sum(len(table["Keys"]) for table in request["RequestItems"].values())}
        case "GetItem" | "Query":
            return {"read": 1}
        case "PutObject":
            return {"put": 1}
        case "GetObject" | "HeadObject":
            return {"get": 1}
    raise ValueError(f"no price for {operation}")


def _kilobytes(update: dict[str, Any]) -> int:
    """Size of the item an update leaves, rounded up: names and values of what it sets, and keys."""
    values = [*update["ExpressionAttributeValues"].values(), *update["Key"].values()]
    names = [*update["ExpressionAttributeNames"].values(), *update["Key"]]
    size = sum(len(str(next(iter(value.values())))) for value in values) + sum(map(len, names))
    return max(1, ceil(size / 1024))


def _stack() -> Settings:
    """Make bucket, tables, queues and a token in moto; the names of them."""
    table = {
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
    }
    keys = ("pk", "sk", items.SHARD, "next_at")
    db = boto3.client("dynamodb", region_name=REGION)
    db.create_table(
        TableName=TABLE,
        AttributeDefinitions=[{"AttributeName": k, "AttributeType": "S"} for k in keys],
        GlobalSecondaryIndexes=[
            {
                "IndexName": items.INDEX,
                "KeySchema": [
                    {"AttributeName": items.SHARD, "KeyType": "HASH"},
                    {"AttributeName": "next_at", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
        **table,
    )
    db.create_table(
        TableName="Metrics",
        AttributeDefinitions=[{"AttributeName": k, "AttributeType": "S"} for k in keys[:2]],
        **table,
    )
    boto3.client("s3", region_name=REGION).create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    sqs = boto3.client("sqs", region_name=REGION)
    queue, dead, measure = (
        sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("publish", "dead", "measure")
    )
    boto3.client("ssm", region_name=REGION).put_parameter(
        Name=f"/signpost/{WORKSPACE}/main", Value='{"access_token": "x"}', Type="SecureString"
    )
    return Settings(
        workspace=WORKSPACE,
        bucket=BUCKET,
        ledger=TABLE,
        metrics="Metrics",
        publish_queue=queue,
        publish_dlq=dead,
        measure_queue=measure,
        ages_s=DEFAULT_AGES_S,
        secrets_path=f"/signpost/{WORKSPACE}",
    )


def counted(posts: int = 20, ages: Sequence[int] = DEFAULT_AGES_S) -> Iterator[Figure]:
    """Requests of `posts` deliveries through schedule, publish and every measurement.

    Ticks are not in it: they cost the same whether there is one post a month or a thousand.
    """
    os.environ.update(AWS_ACCESS_KEY_ID="bench", AWS_SECRET_ACCESS_KEY="bench")
    with mock_aws():
        clock = _Clock()
        clients = Clients(region=REGION)
        wiring = Wiring(_stack(), clients, clock)
        world: World = replace(wiring.world, transport=_Channel())
        wiring.ledger.swap_stop(_running(), expected=None)
        wanted = [_numbered(number, clock.now()) for number in range(posts)]
        bundle = make_bundle(WORKSPACE, [(one, About()) for one in wanted], previous="")
        wiring.objects.create(f"bundles/{bundle.digest}.jsonl", bundle.data, "text/plain")
        counter = _Counter(clients)
        verdict = wiring.scheduler().run(bundle.digest, owner="schedule")
        if not verdict.accepted:
            raise RuntimeError(str(verdict))
        schedule = counter.clear()
        publisher = Publisher(world)
        per_delivery = Counter[str]()
        for number, one in enumerate(wanted):
            result = publisher.run(one.id, owner=f"worker-{number}", remaining_s=60)
            if result.did != "published":
                raise RuntimeError(str(result))
        publish = counter.clear()
        per_delivery.update(publish[0])
        measurer = Measurer(world, wiring.metrics)
        for age_s in ages:
            for one in wanted:
                measurer.run(one.id, age_s)
        measure = counter.clear()
    db = sum(n for call, n in publish[0].items() if not call.endswith("Object"))
    yield Figure(
        "dynamodb_requests_publish", db / posts, "requests", 4.0,
        "counted at the client, one delivery at a time", {"calls": dict(publish[0]), "posts": posts},
    )  # fmt: skip
    total = schedule[2] + publish[2] + measure[2]
    yield Figure(
        "cost_1000_posts", 1000 * total / posts, "USD", 0.015,
        "counted request units × list price, without ticks and logs",
        {
            "schedule": schedule[1], "publish": publish[1], "measure": measure[1],
            "posts": posts, "ages": len(ages),
        },
    )  # fmt: skip


def _running() -> Any:
    from signpost.domain.stop import Stop

    return Stop(1)


def _numbered(number: int, now: datetime) -> Any:
    one = delivery("https://social.example", post=f"post{number:04d}")
    due = now  # the ledger tells the true time, so it has to be due in truth
    part = replace(one.parts[0], text=f"Post {number}", payload={"status": f"Post {number}"})
    local = due.replace(tzinfo=None).isoformat(sep=" ")
    return replace(one, due=due, local=local, parts=(part,))
