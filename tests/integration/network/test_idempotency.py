from __future__ import annotations

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


def test_a_key_is_forgotten_after_an_hour(folder: Path) -> None:
    now = [datetime(2026, 11, 22, 9, 0, tzinfo=UTC)]
    network = Network(folder, ENDPOINTS, Settings(), now=lambda: now[0])
    try:
        account, _ = network.accounts.put("shop", "Shop", "")
        token, api = network.accounts.mint_token(account), Api(network)

        def send() -> str:
            headers = {"authorization": f"Bearer {token}", "idempotency-key": "hour"}
            wish = {"status": "Hello"}
            request = Request("POST", "/api/v1/statuses", {}, headers, wish, {}, "http://x")
            answer = api.answer(request)
            assert isinstance(answer, Answer)
            return str(answer.note["created"])

        assert send() != ""
        now[0] += timedelta(minutes=59, seconds=59)
        assert send() == ""
        now[0] += timedelta(seconds=2)
        assert send() != ""
    finally:
        network.database.close()
