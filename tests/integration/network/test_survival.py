from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from signpost.errors import StackError
from signpost.local.network.process import NetworkProcess
from tests.integration.network.client import Client, png


def test_what_was_acknowledged_survives_kill_9(folder: Path) -> None:
    network = NetworkProcess.start(folder)
    token = network.account("shop", "Shop").token
    client = Client(network.url, token)
    picture = client.upload(png(), description="Kept").json["id"]
    first = client.post("With a picture", key="kept", media_ids=[picture]).json
    acknowledged: list[str] = []

    def keep_posting() -> None:
        for n in range(10_000):
            try:
                acknowledged.append(client.post(f"post {n}", key=f"key {n}").json["id"])
            except (OSError, ValueError):
                return

    writer = threading.Thread(target=keep_posting)
    writer.start()
    deadline = time.monotonic() + 20
    while len(acknowledged) < 25 and time.monotonic() < deadline:
        time.sleep(0.01)
    network.kill()
    writer.join()
    assert len(acknowledged) >= 25

    network = NetworkProcess.start(folder)
    try:
        client = Client(network.url, token)
        posts = network.control("GET", "/_local/posts")["posts"]
        assert {post["id"] for post in posts} >= {first["id"], *acknowledged}
        assert len(posts) <= len(acknowledged) + 2, "at most the one in flight is there on top"
        assert client.post("Again", key="kept").json["id"] == first["id"]
        image = client.call("GET", f"/api/v1/statuses/{first['id']}").json["media_attachments"][0]
        assert client.call("GET", image["url"].removeprefix(network.url)).body == png()
        assert client.post("After").json["id"] > acknowledged[-1], "ids go on rising"
    finally:
        network.stop()


def test_it_ends_when_its_parent_is_killed(folder: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path;"
        " from signpost.local.network.process import NetworkProcess;"
        " n = NetworkProcess.start(Path(sys.argv[1])); print(n.pid, n.url, flush=True);"
        " time.sleep(60)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code, str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": str(Path(__file__).parents[3] / "functions")},
    )
    assert parent.stdout is not None
    with parent.stdout:
        pid, url = parent.stdout.readline().split()
    assert Client(url).call("GET", "/_local/health").status == 200
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            Client(url).call("GET", "/_local/health")
        except OSError:
            return
        time.sleep(0.1)
    os.kill(int(pid), signal.SIGKILL)
    pytest.fail("the network outlived its parent")


def test_a_taken_port_is_named_with_a_remedy(folder: Path) -> None:
    network = NetworkProcess.start(folder)
    try:
        port = int(network.url.rpartition(":")[2])
        with pytest.raises(StackError, match=f"cannot listen on port {port}.*another port"):
            NetworkProcess.start(folder.with_name("second"), port=port)
    finally:
        network.stop()


def test_a_stop_is_clean_even_while_a_page_listens(folder: Path) -> None:
    network = NetworkProcess.start(folder)
    listening = threading.Thread(
        target=lambda: Client(network.url).call("GET", "/_web/events"), daemon=True
    )
    listening.start()
    time.sleep(0.2)
    started = time.monotonic()
    network.stop()
    assert time.monotonic() - started < 5
    assert not network.alive
    assert (folder / "network.log").read_text() == ""


def test_a_second_token_for_an_account_leaves_the_first_valid(folder: Path) -> None:
    network = NetworkProcess.start(folder)
    try:
        tokens = [network.account("shop", name).token for name in ("Shop", "The Shop")]
        assert tokens[0] != tokens[1]
        for token in tokens:
            got = Client(network.url, token).call("GET", "/api/v1/accounts/verify_credentials")
            assert got.json["display_name"] == "The Shop"
        listed = network.control("GET", "/_local/accounts")
        assert [item["username"] for item in listed["accounts"]] == ["shop"]
        assert not any(token in json.dumps(listed) for token in tokens)
    finally:
        network.stop()
