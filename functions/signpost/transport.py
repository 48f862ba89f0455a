"""HTTP over urllib3: one pool, no retries, one total deadline, nothing secret in any message.

The value of this module is that it knows the difference between "no byte of the request can
have reached the server" (`NotSent`: safe to try again) and everything else (`AnswerLost`: it
may have been acted on). It decides by what it did, not by the kind of the error: a flag is
raised just before the first byte is handed to the socket. The deadline covers the exchange from
name lookup to the last byte of the answer, so a server that drips a byte a second cannot hold a
worker. The only user of urllib3.
"""

from __future__ import annotations

import http.client
import io
import ipaddress
import json
import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NameResolutionError
from urllib3.filepost import encode_multipart_formdata

from signpost.domain.addresses import describes_the_machine
from signpost.errors import AnswerLost, NotSent, TransportError
from signpost.ports import FilePart, Request, Response

MAX_BODY_BYTES = 8 * 1024 * 1024
"""A longer answer counts as lost; a page of 40 statuses is far under 1 MB."""

REUSE_IDLE_S = 4.0
"""A connection idle for longer is closed, not used again: servers close theirs after 5 s or
more, and a request that races with that close would be ambiguous for no reason."""

_MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})

# urllib3 logs whole addresses, query included, at DEBUG and when an answer's headers are odd.
logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)
logging.getLogger("urllib3.connection").setLevel(logging.ERROR)


class HttpTransport:
    """The `Transport` port over real sockets. One instance a process; threads may share it.

    Args:
        ca_file: certificates to trust instead of the system's; for tests.
        max_body_bytes: cap of an answer, after decompression.
        monotonic: seconds; for deadlines.
    """

    def __init__(
        self,
        *,
        ca_file: str | None = None,
        max_body_bytes: int = MAX_BODY_BYTES,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ca_file = ca_file
        self._max_body_bytes = max_body_bytes
        self._monotonic = monotonic
        self._pool = urllib3.PoolManager(num_pools=8, maxsize=4)
        self._pool.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}

    def send(self, request: Request) -> Response:
        """Exchange one request; a GET follows up to five redirects.

        Secret headers are never sent to another origin than the one they were meant for.

        Raises:
            NotSent: the connection failed, or the request was refused here, before a byte of
                it was written.
            AnswerLost: anything else that ended without a complete answer.
        """
        exchange = _Exchange(self._monotonic, request.timeout_s)
        for _ in range(_MAX_REDIRECTS + 1):
            response = self._once(request, exchange)
            target = response.headers.get("location")
            if request.method != "GET" or response.status not in _REDIRECTS or not target:
                return response
            request = _redirected(request, target)
        raise AnswerLost(f"{_where(request)}: more than {_MAX_REDIRECTS} redirects.")

    def close(self) -> None:
        """Close idle connections."""
        self._pool.clear()

    def _once(self, request: Request, exchange: _Exchange) -> Response:
        _refuse(request)
        failure: TransportError | None = None
        _current.exchange = exchange
        try:
            return self._answer(request, exchange)
        except Exception as error:  # noqa: BLE001 - whatever it is, the answer is missing
            failure = exchange.failure(request, error)
        finally:
            _current.exchange = None
        # Raised outside the handler, so that the original, which may quote a header or a query,
        # does not travel along as the context.
        raise failure

    def _answer(self, request: Request, exchange: _Exchange) -> Response:
        headers = {"User-Agent": "signpost", **(request.headers or {})}
        body = request.data
        if request.json is not None:
            body = json.dumps(request.json, ensure_ascii=False, separators=(",", ":")).encode()
            headers["Content-Type"] = "application/json"
        elif request.form is not None:
            fields = {name: _field(value) for name, value in request.form.items()}
            body, headers["Content-Type"] = encode_multipart_formdata(fields)
        headers.update(request.secret_headers or {})
        if request.url.startswith("https:") and "ssl_context" not in self._pool.connection_pool_kw:
            self._pool.connection_pool_kw["ssl_context"] = ssl.create_default_context(
                cafile=self._ca_file
            )
        raw = self._pool.urlopen(
            request.method,
            _address(request),
            body=body,
            headers=headers,
            retries=False,
            redirect=False,
            preload_content=False,
            timeout=urllib3.Timeout(total=exchange.remaining()),
        )
        try:
            body = self._body(raw)
        except BaseException:
            raw.close()  # what is left of this answer must not meet the next request
            raise
        raw.release_conn()
        lower = {name.lower(): raw.headers[name] for name in raw.headers}
        return Response(raw.status, lower, body)

    def _body(self, raw: urllib3.BaseHTTPResponse) -> bytes:
        chunks, size = [], 0
        for chunk in raw.stream(65536, decode_content=True):
            size += len(chunk)
            if size > self._max_body_bytes:
                raise _TooLong
            chunks.append(chunk)
        return b"".join(chunks)


class _TooLong(Exception):
    """The answer is longer than the cap."""


class _Forbidden(OSError):
    """A name that leads to where the machine itself is described, and its credentials lie."""


class _OutOfTime(Exception):
    """The exchange's total time is over."""


class _Exchange:
    """One exchange's deadline, and whether a byte of a request may have left."""

    def __init__(self, monotonic: Callable[[], float], timeout_s: float) -> None:
        self._monotonic = monotonic
        self._timeout_s = timeout_s
        self._end = monotonic() + timeout_s
        self.sent = False

    def remaining(self) -> float:
        """Seconds left.

        Raises:
            _OutOfTime: none.
        """
        left = self._end - self._monotonic()
        if left <= 0:
            raise _OutOfTime
        return left

    def failure(self, request: Request, error: Exception) -> TransportError:
        """Our error for theirs. Only kinds of errors are named: their texts may hold secrets."""
        reason = f"no complete exchange within {self._timeout_s:g} s"
        if not _chain_has(error, TimeoutError, _OutOfTime, urllib3.exceptions.TimeoutError):
            reason = next(
                (text for kind, text in _REASONS if _chain_has(error, kind)), type(error).__name__
            )
        if self.sent:
            return AnswerLost(f"{_where(request)}: {reason}; the request may have been received.")
        return NotSent(f"{_where(request)}: {reason}; nothing was sent.")


_REASONS: tuple[tuple[type[BaseException], str], ...] = (
    (_TooLong, "the answer is too long"),
    (_Forbidden, "the name leads to a link-local or metadata address"),
    (NameResolutionError, "the name is not known"),
    (socket.gaierror, "the name is not known"),
    (ConnectionRefusedError, "connection refused"),
    (ssl.SSLCertVerificationError, "the certificate is not accepted"),
    (ssl.SSLError, "TLS failed"),
    (http.client.RemoteDisconnected, "the server hung up"),  # a kind of the next one
    (ConnectionResetError, "connection reset"),
    (urllib3.exceptions.IncompleteRead, "the answer was cut off"),
    (http.client.IncompleteRead, "the answer was cut off"),
    (urllib3.exceptions.DecodeError, "the answer cannot be decompressed"),
)


def _chain_has(error: BaseException | None, *kinds: type[BaseException]) -> bool:
    while error is not None:
        if isinstance(error, kinds):
            return True
        error = error.__cause__ or error.__context__
    return False


class _Current(threading.local):
    exchange: _Exchange | None = None


_current = _Current()


def _exchange() -> _Exchange:
    if _current.exchange is None:  # pragma: no cover - only ever used inside HttpTransport
        raise RuntimeError("no exchange on this thread")
    return _current.exchange


class _TimedReader(io.RawIOBase):
    """Reads from a socket; each wait is cut to what is left of the whole exchange."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(_exchange().remaining())
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _TimedResponse(http.client.HTTPResponse):
    """Status line, headers and body under the deadline; a time-out a read would not be."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp.close()
        self.fp = io.BufferedReader(_TimedReader(sock))


class _TimedConnection(HTTPConnection):
    """A connection whose every step is under the current exchange's deadline."""

    response_class = _TimedResponse
    _used_at: float | None = None

    def _new_conn(self) -> socket.socket:
        exchange = _exchange()
        last: OSError | None = None
        for family, kind, protocol, _, address in _resolve(self._dns_host, self.port):
            if describes_the_machine(address[0]):
                last = last or _Forbidden()
                continue
            sock = socket.socket(family, kind, protocol)
            try:
                sock.settimeout(exchange.remaining())
                sock.connect(address)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            except OSError as error:
                sock.close()
                last = error
                continue
            except _OutOfTime:
                sock.close()
                raise
            return sock
        raise last or OSError("no address")

    @property
    def is_connected(self) -> bool:
        if self._used_at is not None and time.monotonic() - self._used_at > REUSE_IDLE_S:
            return False
        return super().is_connected

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        exchange = _exchange()
        self.sock.settimeout(exchange.remaining())
        exchange.sent = True
        self._used_at = time.monotonic()
        super().send(data)


class _TimedHttpsConnection(_TimedConnection, HTTPSConnection):
    """The same over TLS; a handshake as a whole is under the time-out that `_new_conn` set."""


class _HttpPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _TimedConnection


class _HttpsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _TimedHttpsConnection


def _resolve(host: str, port: int) -> list[Any]:
    # RFC 6761 section 6.3: names under .localhost are loopback; not every resolver knows.
    name = "localhost" if host.lower().rstrip(".").endswith(".localhost") else host
    return socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)


def _refuse(request: Request) -> None:
    """Raises NotSent for addresses that must not be spoken to."""
    parts = urlsplit(request.url)
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not host:
        raise NotSent("The address is not an http(s) address.", "Correct the account's server.")
    if parts.username is not None or parts.password is not None:
        raise NotSent("The address holds a user name.", "Keep credentials in the secret.")
    if parts.scheme == "http" and not is_loopback(host):
        raise NotSent(
            f"{_where(request)}: plain http would show the token on the way.", "Use https."
        )


def is_loopback(host: str) -> bool:
    """Whether a host is this machine by name or number, without asking a resolver."""
    name = host.lower().rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False


def _redirected(request: Request, target: str) -> Request:
    url = urljoin(request.url, target)
    same = _origin(url) == _origin(request.url)
    # The query was part of the first address; the new one says what it wants itself. Headers
    # that are not secret stay: they say what is asked for.
    return replace(
        request, url=url, query=None, secret_headers=request.secret_headers if same else None
    )


def _origin(url: str) -> tuple[str, str, int]:
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return parts.scheme, (parts.hostname or "").lower(), port


def _address(request: Request) -> str:
    if not request.query:
        return request.url
    return f"{request.url}{'&' if '?' in request.url else '?'}{urlencode(request.query)}"


def _field(value: str | FilePart) -> str | tuple[str, bytes, str]:
    return (value.name, value.data, value.mime) if isinstance(value, FilePart) else value


def _where(request: Request) -> str:
    """Method and origin: some channels carry the token in the path, so the path is left out."""
    parts = urlsplit(request.url)
    return f"{request.method} {parts.scheme}://{parts.hostname}"
