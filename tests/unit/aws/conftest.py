"""AWS as moto plays it, with tables as infra/template.yaml makes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from threading import Lock
from typing import Any

import pytest
from moto import mock_aws

from signpost.aws.ledger import DynamoLedger
from signpost.aws.session import Clients
from tests.cloudformation import table_arguments
from tests.fakes.clock import FakeClock

WORKSPACE = "acme"
_numbers = count()


@dataclass(frozen=True)
class Table:
    """A table and a client that reaches it."""

    client: Any
    name: str

    def items(self) -> list[dict[str, Any]]:
        """Everything in it."""
        found: list[dict[str, Any]] = self.client.scan(TableName=self.name)["Items"]
        return found


class InTurn:
    """A client whose calls wait for each other: DynamoDB does that for an item, moto does not."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._lock = Lock()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(**arguments: Any) -> Any:
            with self._lock:
                return getattr(self._client, name)(**arguments)

        return call


class Broken:
    """A client whose every call ends alike."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(**_: Any) -> Any:
            raise self._error

        return call


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="module")
def clients() -> Iterator[Clients]:
    with mock_aws():
        yield Clients(region="eu-central-1", access_key="test", secret_key="test")


@pytest.fixture
def ledger_table(clients: Clients) -> Table:
    return _table(clients, "Ledger")


@pytest.fixture
def metrics_table(clients: Clients) -> Table:
    return _table(clients, "Metrics")


@pytest.fixture
def dynamo(ledger_table: Table, clock: FakeClock) -> DynamoLedger:
    return DynamoLedger(InTurn(ledger_table.client), ledger_table.name, WORKSPACE, clock)


def _table(clients: Clients, resource: str) -> Table:
    table = Table(clients.get("dynamodb"), f"{resource}-{next(_numbers)}")
    table.client.create_table(**table_arguments(resource, table.name))
    return table
