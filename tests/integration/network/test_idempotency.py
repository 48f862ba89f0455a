from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

from signpost.local.network.api import ENDPOINTS, Api
from signpost.local.network.limits import Settings
from signpost.local.network.network import Network
from signpost.local.network.process import NetworkProcess
from signpost.local.network.wire import Answer, Request
from tests.integration.network.client import Client


def test_a_repeated_key_answers_the_first_status(client: Client, network: NetworkProcess) -> None:
    first = client.post("Once", key="k-1")
    again = client.post("Once, differently", key="k-1")
    assert again.status == 200
    assert again.json["id"] == first.json["id"]
    assert client.post("Once", key="k-2").json["id"] != first.json["id"]
    seen = network.control("GET", "/_local/log")["keys"]["k-1"]
    assert seen == {"requests": 2, "created": 1, "replayed": 1}


def test_a_key_belongs_to_one_account(client: Client, other: Client) -> None:
    assert client.post("A", key="same").json["id"] != other.post("B", key="same").json["id"]


def test_many_at_once_with_one_key_make_one(client: Client, network: NetworkProcess) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: client.post("Race", key="race").json["id"], range(16)))
    assert len(set(found)) == 1
    assert network.control("GET", "/_local/log")["keys"]["race"]["created"] == 1


def test_a_refused_status_does_not_use_up_its_key(client: Client) -> None:
    assert client.post("", key="spare").status == 422
    assert client.post("Now with text", key="spare").status == 200


def _send(network: Network, token: str, key: str) -> str:
    """Create a status in this process; returns the id of what was made, empty if nothing was."""
    headers = {"authorization": f"Bearer {token}", "idempotency-key": key}
    request = Request("POST", "/api/v1/statuses", {}, headers, {"status": "x"}, {}, "http://x")
    answer = Api(network).answer(request)
    assert isinstance(answer, Answer)
    assert answer.status == 200
    return str(answer.note["created"])


def _token(network: Network) -> str:
    account, _ = network.accounts.put("shop", "Shop", "")
    return network.accounts.mint_token(account)


def test_requests_that_overlap_with_one_key_make_one(folder: Path) -> None:
    def slow_now() -> datetime:
        time.sleep(0.02)  # keeps each request between asking for the key and storing it
        return datetime.now(UTC)

    network = Network(folder, ENDPOINTS, Settings(), now=slow_now)
    try:
        token = _token(network)
        with ThreadPoolExecutor(6) as pool:
            made = list(pool.map(lambda _: _send(network, token, "race"), range(6)))
        assert len([status for status in made if status]) == 1
    finally:
        network.database.close()


def test_a_key_is_forgotten_after_an_hour(folder: Path) -> None:
    now = [datetime(2026, 11, 22, 9, 0, tzinfo=UTC)]
    network = Network(folder, ENDPOINTS, Settings(), now=lambda: now[0])
    try:
        token = _token(network)
        assert _send(network, token, "hour") != ""
        now[0] += timedelta(minutes=59, seconds=59)
        assert _send(network, token, "hour") == ""
        now[0] += timedelta(seconds=2)
        assert _send(network, token, "hour") != ""
    finally:
        network.database.close()
