"""A running local network for the tests of this folder."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from signpost.local.network.process import NetworkProcess
from tests.integration.network.client import Client

_NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def _shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NetworkProcess]:
    process = NetworkProcess.start(tmp_path_factory.mktemp("network"))
    yield process
    process.stop()


@pytest.fixture
def network(_shared: NetworkProcess) -> Iterator[NetworkProcess]:
    """The module's network, without faults and with its settings at their start."""
    yield _shared
    _shared.control("DELETE", "/_local/faults")
    usual = {"max_characters": 500, "media_processing_s": 0, "rate_limits": True}
    _shared.control("POST", "/_local/settings", usual)


@pytest.fixture
def client(network: NetworkProcess) -> Client:
    """A new account of its own."""
    return Client(network.url, network.account(f"account_{next(_NUMBERS)}").token)


@pytest.fixture
def other(network: NetworkProcess) -> Client:
    """A second account."""
    return Client(network.url, network.account(f"account_{next(_NUMBERS)}").token)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for a network that the test starts itself."""
    return tmp_path / "network"
