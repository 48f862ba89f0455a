"""The suites of tests/dialects on the local network; on real servers: tests/servers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from signpost.local.network.process import NetworkProcess
from tests.dialects.bluesky import AtprotoSite, BlueskyDialect, Login
from tests.dialects.wordpress import BlogSite, WordPressDialect


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NetworkProcess]:
    process = NetworkProcess.start(tmp_path_factory.mktemp("network"))
    yield process
    process.stop()


@pytest.fixture(scope="module")
def atproto(running: NetworkProcess) -> AtprotoSite:
    brand, friend = (_login(running, name) for name in ("brand", "friend"))
    return AtprotoSite(running.url, brand, friend, index_s=2.0)


@pytest.fixture(scope="module")
def blog(running: NetworkProcess) -> BlogSite:
    def made(role: str, name: str) -> dict[str, Any]:
        wish = {"channel": "wordpress", "site": "blog.example", "username": name, "role": role}
        found: dict[str, Any] = running.control("POST", "/_local/accounts", wish)
        return found

    author, reader = made("author", "author"), made("subscriber", "reader")
    people = {one["username"]: one["secret"]["application_password"] for one in (author, reader)}
    return BlogSite(author["server"], people)


def _login(running: NetworkProcess, name: str) -> Login:
    wish = {"channel": "bluesky", "username": f"{name}.example"}
    made = running.control("POST", "/_local/accounts", wish)
    return Login(made["username"], made["did"], made["secret"]["app_password"])


class TestBluesky(BlueskyDialect):
    """Ours, held to the suite."""


class TestWordPress(WordPressDialect):
    """Ours, held to the suite."""
