"""Handlers as Lambda calls them, over AWS as moto plays it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import botocore.loaders
import botocore.session
import pytest
from moto import mock_aws

from signpost import bootstrap, observability
from signpost.bootstrap import Wiring
from signpost.domain.stop import Stop
from tests.cloudformation import table_arguments

REGION = "eu-central-1"


@dataclass
class Context:
    """What Lambda tells a handler about its invocation."""

    function_name: str = "signpost-acme-test"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:eu-central-1:123456789012:function:test"
    aws_request_id: str = "4f2c8d1e-0000-0000-0000-000000000001"

    def get_remaining_time_in_millis(self) -> int:
        return 60_000


@pytest.fixture(scope="session", autouse=True)
def _one_loader() -> Iterator[None]:
    """The SDK's descriptions are read once: each test has a session of its own, as a function has."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.session, "create_loader", lru_cache(botocore.loaders.create_loader))
        yield


@pytest.fixture
def context() -> Context:
    return Context()


@pytest.fixture
def wired(monkeypatch: pytest.MonkeyPatch) -> Iterator[Wiring]:
    """A stack without functions, its environment, and the wiring that handlers find."""
    with mock_aws():
        monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
        from signpost.aws.session import Clients

        clients = Clients(region=REGION)
        dynamodb, sqs = clients.get("dynamodb"), clients.get("sqs")
        for resource in ("Ledger", "Metrics"):
            dynamodb.create_table(**table_arguments(resource, resource))
        clients.get("s3").create_bucket(
            Bucket="bucket", CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        environment = {
            "WORKSPACE": "acme",
            "BUCKET": "bucket",
            "LEDGER": "Ledger",
            "METRICS": "Metrics",
            "AGES": "60",
            "SECRETS_PATH": "/signpost/acme",
        }
        for name in ("PUBLISH_QUEUE", "PUBLISH_DLQ", "MEASURE_QUEUE"):
            environment[name] = sqs.create_queue(QueueName=name)["QueueUrl"]
        for name, value in environment.items():
            monkeypatch.setenv(f"SIGNPOST_{name}", value)
        bootstrap.wiring.cache_clear()
        wiring = bootstrap.wiring()
        wiring.ledger.swap_stop(Stop(1), expected=None)
        yield wiring
        bootstrap.wiring.cache_clear()


@pytest.fixture
def log() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """The log's entries so far."""
    stream = io.StringIO()
    handler: Any = observability.logger.registered_handler
    before = handler.setStream(stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    handler.setStream(before)


@pytest.fixture
def counted(capsys: pytest.CaptureFixture[str]) -> Callable[[], dict[str, float]]:
    """The metrics that were written out so far, summed up by name."""

    def read() -> dict[str, float]:
        sums: dict[str, float] = {}
        for line in capsys.readouterr().out.splitlines():
            entry = json.loads(line)
            for directive in entry["_aws"]["CloudWatchMetrics"]:
                assert directive["Namespace"] == "Signpost"
                assert [set(names) for names in directive["Dimensions"]] == [
                    {"service", "workspace"}
                ]
                for metric in directive["Metrics"]:
                    name = metric["Name"]
                    sums[name] = sums.get(name, 0) + sum(entry[name])
        return sums

    return read


def sqs_event(*bodies: Any) -> dict[str, Any]:
    """An event of an SQS event source; a body that is a text is sent as it is."""
    return {
        "Records": [
            {
                "messageId": f"{number:08d}-message",
                "receiptHandle": "handle",
                "body": body if isinstance(body, str) else json.dumps(body),
                "attributes": {"ApproximateReceiveCount": "1"},
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:eu-central-1:123456789012:queue",
                "awsRegion": REGION,
            }
            for number, body in enumerate(bodies)
        ]
    }


def created_event(key: str, bucket: str = "bucket") -> dict[str, Any]:
    """EventBridge's event for an object that was created."""
    return {
        "version": "0",
        "id": "5f2c8d1e-event",
        "detail-type": "Object Created",
        "source": "aws.s3",
        "account": "123456789012",
        "time": "2026-12-01T12:00:00Z",
        "region": REGION,
        "resources": [f"arn:aws:s3:::{bucket}"],
        "detail": {"version": "0", "bucket": {"name": bucket}, "object": {"key": key, "size": 1}},
    }
