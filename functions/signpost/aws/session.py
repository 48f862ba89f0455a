"""One SDK session for all clients: a second client on it costs 3 ms, on a new session 90 ms."""

from __future__ import annotations

from threading import RLock
from typing import Any

CONNECT_TIMEOUT_S = 2.0
READ_TIMEOUT_S = 3.0
_SLOW = {"lambda": 15.0}
"""A function answers once it is done: `control` may take that long."""

_ATTEMPTS = {
    # A write whose answer was lost must be seen as such, not be repeated behind our back.
    "dynamodb": 1,
    # Functions are invoked to stop, resume and release. A resume that is sent again by itself
    # could lift a stop that came after the first.
    "lambda": 1,
    "s3": 3,
    "sqs": 3,
    "ssm": 3,
}


class Clients:
    """Makes AWS clients when they are first asked for, and keeps them. Thread-safe.

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

    def when_used(self, service: str) -> Any:
        """A client that is made at its first call, for what a worker seldom needs.

        Making one costs a function's cold start as much as a hundred modules.
        """
        return _WhenUsed(self, service)

    def _make(self, service: str) -> Any:
        import botocore.session
        from botocore.config import Config

        if self._session is None:
            # boto3 would add its resources and transfer manager to this very session: 65 modules
            # and 40 ms at each cold start, for calls that nobody makes here.
            self._session = botocore.session.Session()
        config = Config(
            connect_timeout=CONNECT_TIMEOUT_S,
            read_timeout=max(self._read_timeout_s, _SLOW.get(service, 0.0)),
            retries={"total_max_attempts": _ATTEMPTS.get(service, 2), "mode": "standard"},
            # A worker keeps one connection; 20 are for schedule's parallel reads and writes.
            max_pool_connections=20,
        )
        return self._session.create_client(
            service,
            region_name=self._region,
            endpoint_url=self._endpoint,
            aws_access_key_id=self._access_key,
            aws_secret_access_key=self._secret_key,
            config=config,
        )


class _WhenUsed:
    def __init__(self, clients: Clients, service: str) -> None:
        self._clients = clients
        self._service = service

    def __getattr__(self, name: str) -> Any:
        return getattr(self._clients.get(self._service), name)
