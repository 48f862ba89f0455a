from __future__ import annotations

import http.client
import time
from typing import Any

import pytest

from signpost.errors import StackError
from signpost.local.network.process import NetworkProcess
from tests.integration.network.client import Client


def _fault(network: NetworkProcess, effect: str, **more: Any) -> dict[str, Any]:
    wish = {"effect": effect, "endpoint": "create_status", **more}
    made: dict[str, Any] = network.control("POST", "/_local/faults", wish)
    return made


def _texts(network: NetworkProcess) -> list[str]:
    return [post["text"] for post in network.control("GET", "/_local/posts")["posts"]]


def test_drop_applies_and_closes_without_an_answer(client: Client, network: NetworkProcess) -> None:
    _fault(network, "drop", times=1)
    with pytest.raises(http.client.RemoteDisconnected):
        client.post("Dropped", key="dropped")
    assert "Dropped" in _texts(network)
    assert client.post("Dropped", key="dropped").status == 200
    assert _texts(network).count("Dropped") == 1


def test_throttle_applies_nothing_and_says_until_when(
    client: Client, network: NetworkProcess
) -> None:
    _fault(network, "throttle", times=1, seconds=120)
    got = client.post("Throttled")
    assert got.status == 429
    assert got.headers["x-ratelimit-remaining"] == "0"
    assert got.headers["x-ratelimit-reset"] > time.strftime("%Y-%m-%dT%H:%M", time.gmtime())
    assert "Throttled" not in _texts(network)


def test_errors_come_before_or_after_it_is_applied(client: Client, network: NetworkProcess) -> None:
    _fault(network, "error_before", times=1, status=503)
    _fault(network, "error_after", times=1)
    assert client.post("Not applied").status == 503
    assert client.post("Applied").status == 500
    assert "Not applied" not in _texts(network)
    assert "Applied" in _texts(network)


def test_truncate_applies_and_sends_half(client: Client, network: NetworkProcess) -> None:
    _fault(network, "truncate", times=1)
    with pytest.raises(http.client.IncompleteRead):
        client.post("Cut")
    assert "Cut" in _texts(network)


def test_slow_waits_before_it_applies(client: Client, network: NetworkProcess) -> None:
    _fault(network, "slow", times=1, seconds=0.4)
    started = time.monotonic()
    assert client.post("Slow").status == 200
    assert time.monotonic() - started >= 0.4


def test_late_apply_makes_it_public_later(client: Client, network: NetworkProcess) -> None:
    _fault(network, "late_apply", times=1, seconds=0.5)
    with pytest.raises(http.client.RemoteDisconnected):
        client.post("Late", key="late")
    assert "Late" not in _texts(network)
    deadline = time.monotonic() + 5
    while "Late" not in _texts(network) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert _texts(network).count("Late") == 1
    keys = network.control("GET", "/_local/log")["keys"]
    assert keys["late"] == {"requests": 1, "created": 1, "replayed": 0}


def test_ignored_keys_make_a_duplicate(client: Client, network: NetworkProcess) -> None:
    _fault(network, "ignore_keys")
    assert client.post("Twice", key="t").json["id"] != client.post("Twice", key="t").json["id"]
    keys = network.control("GET", "/_local/log")["keys"]
    assert keys["t"] == {"requests": 2, "created": 2, "replayed": 0}


def test_a_lagging_list_hides_the_young_but_not_by_id(
    client: Client, network: NetworkProcess
) -> None:
    me = client.call("GET", "/api/v1/accounts/verify_credentials").json["id"]
    made = client.post("Young").json["id"]
    rule = _fault(network, "list_lag", endpoint="list_statuses", seconds=60)
    assert client.call("GET", f"/api/v1/accounts/{me}/statuses").json == []
    assert client.call("GET", f"/api/v1/statuses/{made}").status == 200
    network.control("DELETE", f"/_local/faults/{rule['id']}")
    assert len(client.call("GET", f"/api/v1/accounts/{me}/statuses").json) == 1


def test_a_modifier_goes_together_with_an_outcome(client: Client, network: NetworkProcess) -> None:
    _fault(network, "ignore_keys")
    _fault(network, "error_after", times=1)
    assert client.post("Both", key="both").status == 500
    assert client.post("Both", key="both").status == 200
    assert _texts(network).count("Both") == 2


def test_skip_times_account_and_probability(
    client: Client, other: Client, network: NetworkProcess
) -> None:
    name = client.call("GET", "/api/v1/accounts/verify_credentials").json["username"]
    _fault(network, "error_before", account=name, skip=1, times=2)
    assert [client.post("x").status for _ in range(4)] == [200, 500, 500, 200]
    assert network.control("GET", "/_local/faults")["rules"] == []
    _fault(network, "error_before", account=name)
    assert other.post("y").status == 200
    network.control("DELETE", "/_local/faults")
    _fault(network, "error_before", probability=0.5)
    found = [client.post(f"z {n}").status for n in range(30)]
    assert 3 < found.count(500) < 27


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ({"effect": "explode"}, "`effect` is one of"),
        ({"effect": "slow"}, "needs `seconds`"),
        ({"effect": "drop", "endpoint": "nowhere"}, "`endpoint` is"),
        ({"effect": "drop", "tims": 1}, "Unknown: tims"),
        ({"effect": "drop", "probability": 2}, "`probability` is a number from 0 to 1"),
    ],
)
def test_a_mistaken_rule_is_refused_with_the_reason(
    network: NetworkProcess, wish: dict[str, Any], said: str
) -> None:
    with pytest.raises(StackError, match=said):
        network.control("POST", "/_local/faults", wish)
    assert network.control("GET", "/_local/faults")["rules"] == []


def test_the_log_never_holds_a_token(client: Client, network: NetworkProcess) -> None:
    client.post("Logged", key="logged")
    log = network.control("GET", "/_local/log?key=logged")["requests"]
    assert [entry["endpoint"] for entry in log] == ["create_status"]
    assert client.token not in str(network.control("GET", "/_local/log"))
    for path in network.data.rglob("*"):
        if path.is_file():
            assert client.token.encode() not in path.read_bytes(), path
