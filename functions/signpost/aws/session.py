"""One boto3 session for all clients: a second client on it costs 3 ms, on a new session 90 ms."""

from __future__ import annotations

from threading import RLock
from typing import Any

CONNECT_TIMEOUT_S = 2.0
READ_TIMEOUT_S = 3.0

_ATTEMPTS = {
    # A write whose answer was lost must be seen as such, not be repeated behind our back.
    "dynamodb": 1,
    "s3": 3,
    "sqs": 3,
    "ssm": 3,
}


class Clients:
    """Makes boto3 clients when they are first asked for, and keeps them. Thread-safe.

    Args:
        endpoint: address of an emulator; None: AWS itself, or what `AWS_ENDPOINT_URL` says.
        region: None: from the environment.
        access_key, secret_key: None: the SDK's usual search.
        read_timeout_s: seconds without a byte before a request is given up.
    """

    def __init__(
        self,
        *,
        endpoint: str | None = None,
        region: str | None = None,
        access_key: str | None = None,
        secret_key: str | None = None,
        read_timeout_s: float = READ_TIMEOUT_S,
    ) -> None:
        self._endpoint = endpoint
        self._region = region
        self._access_key = access_key
        self._secret_key = secret_key
        self._read_timeout_s = read_timeout_s
        self._lock = RLock()
        self._session: Any = None
        self._clients: dict[str, Any] = {}

    def get(self, service: str) -> Any:
        """The client of a service, such as `dynamodb`."""
        with self._lock:
            if service not in self._clients:
                self._clients[service] = self._make(service)
            return self._clients[service]

    def _make(self, service: str) -> Any:
        import boto3
        from botocore.config import Config

        if self._session is None:
            self._session = boto3.Session(
                aws_access_key_id=self._access_key,
                aws_secret_access_key=self._secret_key,
                region_name=self._region,
            )
        config = Config(
            connect_timeout=CONNECT_TIMEOUT_S,
            read_timeout=self._read_timeout_s,
            retries={"total_max_attempts": _ATTEMPTS.get(service, 2), "mode": "standard"},
            # A worker keeps one connection; 20 are for schedule's parallel reads and writes.
            max_pool_connections=20,
        )
        return self._session.client(service, endpoint_url=self._endpoint, config=config)
