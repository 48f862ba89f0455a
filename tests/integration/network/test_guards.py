"""What keeps pages of other sites out of the local network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from signpost.local.network.process import NetworkProcess
from tests.integration.network.client import Client


def _like(client: Client, status: str, headers: Mapping[str, str]) -> int:
    wish = {"visitor": "mara_lind", "status_id": status, "action": "like"}
    return client.call("POST", "/_web/act", form=wish, headers=headers).status


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "192.0.2.7", ""])
def test_a_foreign_host_is_refused(client: Client, host: str) -> None:
    for path in ("/", "/_local/posts", "/api/v2/instance", "/_web/events"):
        assert client.call("GET", path, headers={"Host": host}).status == 421


@pytest.mark.parametrize("host", ["localhost", "signoff.localhost:8080", "127.0.0.1", "[::1]:9"])
def test_names_of_this_machine_are_taken(client: Client, host: str) -> None:
    assert client.call("GET", "/_local/health", headers={"Host": host}).status == 200


def test_a_click_needs_this_pages_origin(client: Client) -> None:
    status = client.post("Like me").json["id"]
    path = f"/api/v1/statuses/{status}"
    for headers in ({}, {"Origin": "null"}, {"Origin": "https://evil.example"}):
        assert _like(client, status, headers) == 403
        assert client.call("GET", path).json["favourites_count"] == 0
    assert _like(client, status, {"Origin": client.url}) == 303
    assert client.call("GET", path).json["favourites_count"] == 1


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/_local/accounts", {"username": "thief"}),
        ("POST", "/_local/faults", {"effect": "drop"}),
        ("DELETE", "/_local/faults", None),
    ],
)
def test_the_control_api_refuses_other_sites(
    client: Client, method: str, path: str, body: Any
) -> None:
    foreign = {"Origin": "https://evil.example"}
    assert client.call(method, path, body, headers=foreign).status == 403
    assert client.call(method, path, form=body or {}, headers=foreign).status == 403


def test_pages_forbid_everything_from_elsewhere(client: Client) -> None:
    for path in ("/", "/faults", "/nowhere"):
        got = client.call("GET", path)
        policy = got.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert got.headers["cross-origin-resource-policy"] == "same-origin"
        assert "access-control-allow-origin" not in got.headers
        assert b"style=" not in got.body


def test_hostile_text_stays_text(client: Client, network: NetworkProcess) -> None:
    nasty = "<script>alert(1)</script><img src=x onerror=alert(2)> https://e.org/\"onclick='x"
    network.account("nasty", nasty, nasty)
    picture = b"GIF89a\x01\x00\x01\x00;"
    media = client.upload(picture, description=nasty).json["id"]
    client.post(nasty, spoiler_text=nasty, media_ids=[media])
    for path in ("/", "/faults", "/@nasty"):
        body = client.call("GET", path).body.decode()
        assert "<script>alert" not in body
        assert "<img src=x" not in body
        assert "\"onclick='x" not in body
    drawn = client.call("GET", "/avatars/nasty.svg").body
    assert b"<script" not in drawn


@pytest.mark.parametrize(
    "path",
    [
        "/_web/static/../pages.py",
        "/_web/static/%2e%2e/pages.py",
        "/media/../network.sqlite3",
        "/media/%2e%2e%2fnetwork.sqlite3",
    ],
)
def test_no_path_leads_out_of_the_folders(client: Client, path: str) -> None:
    assert client.call("GET", path).status == 404


def test_a_body_without_length_or_too_long_is_refused(client: Client) -> None:
    chunked = {"Transfer-Encoding": "chunked"}
    assert client.call("POST", "/api/v1/statuses", headers=chunked).status == 411
    huge = {"Content-Length": str(10**12)}
    assert client.call("POST", "/api/v1/statuses", headers=huge).status == 413
    assert client.call("POST", "/api/v1/statuses", raw=("text/plain", b"x")).status == 400
    assert client.call("POST", "/api/v1/statuses", raw=("application/json", b"[1]")).status == 400
