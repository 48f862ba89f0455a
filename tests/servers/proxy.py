"""A proxy between Signpost and a server, which does on request what networks and servers do wrong.

It speaks HTTP/1.1 on both sides, lets everything pass unless told otherwise, and writes down what
it did: so that a test can say that a server was handed a send once, twice or never.
"""

from __future__ import annotations

import contextlib
import http.client
import re
import select
import socket
import socketserver
import struct
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

HANG_UP_S = 60.0
"""How long a delayed answer waits for the client to give up."""

RETRY_AFTER_S = 90

PORTAL = b"<!doctype html><title>Welcome to the guest network</title>"


class Fault(StrEnum):
    """What happens to a request, in the words of docs/proof.md."""

    NONE = "none"
    DROPPED = "answer dropped after apply"
    LATE_ANSWER = "answer delayed past the deadline"
    LATE_APPLY = "applied long after the deadline"
    RESET_BEFORE_BODY = "reset before the body"
    RESET_AFTER_BODY = "reset after the body, not applied"
    RESET_AFTER_APPLY = "reset after the body, applied"
    THROTTLED = "429 with Retry-After"
    ERROR_BEFORE = "503, not applied"
    ERROR_AFTER = "500 after apply"
    TRUNCATED = "truncated body"
    PORTAL = "200 from somebody else, not applied"
    TWICE = "handed over twice"


_KEPT_BACK = frozenset(
    {Fault.RESET_AFTER_BODY, Fault.THROTTLED, Fault.ERROR_BEFORE, Fault.PORTAL, Fault.LATE_APPLY}
)


@dataclass
class Exchange:
    """One request that came, and what became of it.

    Args:
        answers: statuses of the server, one each time it was handed the request.
    """

    method: str
    path: str
    fault: Fault = Fault.NONE
    answers: list[int] = field(default_factory=list)


@dataclass
class _Rule:
    method: str
    path: re.Pattern[str]
    fault: Fault
    skip: int
    times: int


@dataclass(frozen=True)
class _Asked:
    """A request as it came."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class Proxy:
    """Runs from the moment it is made until `close`.

    Args:
        server: base address of the server behind it.
    """

    def __init__(self, server: str) -> None:
        self.exchanges: list[Exchange] = []
        self._upstream = urlsplit(server)
        self._rules: list[_Rule] = []
        self._lock = threading.Lock()
        self._late: list[tuple[_Asked, Exchange]] = []
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.proxy = self
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()

    def spoil(
        self,
        method: str,
        path: str,
        fault: Fault,
        *,
        skip: int = 0,
        times: int = 1,
    ) -> None:
        """Let matching requests meet a fault.

        Args:
            method: HTTP method; empty for any.
            path: regular expression, found anywhere in path and query.
            skip: how many pass first.
            times: how many meet it.
        """
        with self._lock:
            self._rules.append(_Rule(method, re.compile(path), fault, skip, times))

    def lift(self) -> None:
        """No more faults."""
        with self._lock:
            self._rules.clear()

    def hand_over(self) -> int:
        """Give the server what was kept back from it; how many requests that were."""
        with self._lock:
            late, self._late = self._late, []
        for asked, exchange in late:
            self._forward(asked, exchange)
        return len(late)

    def sent(self, method: str, path: str) -> list[Exchange]:
        """The matching requests so far."""
        return [one for one in self.exchanges if one.method == method and re.search(path, one.path)]

    # --- for the handler --------------------------------------------------------------------------

    def _judge(self, method: str, path: str) -> Exchange:
        with self._lock:
            exchange = Exchange(method, path)
            self.exchanges.append(exchange)
            for rule in self._rules:
                if rule.method not in {"", method} or not rule.path.search(path):
                    continue
                if rule.skip:
                    rule.skip -= 1
                elif rule.times:
                    rule.times -= 1
                    exchange.fault = rule.fault
                    break
            return exchange

    def _forward(self, asked: _Asked, exchange: Exchange) -> tuple[http.client.HTTPResponse, bytes]:
        upstream = http.client.HTTPConnection("127.0.0.1", self._upstream.port, timeout=60)
        try:
            upstream.request(asked.method, asked.path, asked.body, dict(asked.headers))
            answer = upstream.getresponse()
            body = answer.read()
            exchange.answers.append(answer.status)
            return answer, body
        finally:
            upstream.close()

    def _keep(self, asked: _Asked, exchange: Exchange) -> None:
        with self._lock:
            self._late.append((asked, exchange))


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    proxy: Proxy

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hung up is no error here."""


class _Handler(socketserver.StreamRequestHandler):
    server: _Server
    connection: socket.socket
    disable_nagle_algorithm = True

    def handle(self) -> None:
        """Requests of one connection, one after another."""
        with contextlib.suppress(ConnectionError, BrokenPipeError):
            while self._one():
                pass

    def _one(self) -> bool:
        """Serve one request; whether another may follow."""
        line = self.rfile.readline(65537).decode("latin-1").split()
        if len(line) != 3:
            return False
        method, path = line[0], line[1]
        headers = http.client.parse_headers(self.rfile)
        exchange = self.server.proxy._judge(method, path)
        if exchange.fault is Fault.RESET_BEFORE_BODY:
            return self._reset()
        body = self.rfile.read(int(headers.get("Content-Length") or 0))
        upstream = self.server.proxy._upstream
        passed = {
            name: value
            for name, value in headers.items()
            if name.lower() not in {"host", "connection", "content-length"}
        }
        # The server is spoken to by its own name, or it would send readers to the proxy.
        asked = _Asked(method, path, {**passed, "Host": upstream.netloc}, body)
        return self._spoilt(asked, exchange)

    def _spoilt(self, asked: _Asked, exchange: Exchange) -> bool:
        """Carry out the fault; whether the connection lives on."""
        if exchange.fault in _KEPT_BACK:
            return self._kept_back(asked, exchange)
        proxy, fault = self.server.proxy, exchange.fault
        if fault is Fault.TWICE:
            proxy._forward(asked, exchange)
        answer, body = proxy._forward(asked, exchange)
        kept = {
            name: value
            for name, value in answer.getheaders()
            if name.lower() not in {"connection", "transfer-encoding", "content-length"}
        }
        match fault:
            case Fault.DROPPED:
                return False
            case Fault.RESET_AFTER_APPLY:
                return self._reset()
            case Fault.LATE_ANSWER:
                self._await_hang_up()
                return False
            case Fault.ERROR_AFTER:
                return self._answer(500, {"Content-Type": "text/html"}, b"<h1>Server error</h1>")
            case Fault.TRUNCATED:
                self._answer(answer.status, kept, body[: len(body) // 2], length=len(body))
                return False
        return self._answer(answer.status, kept, body)

    def _kept_back(self, asked: _Asked, exchange: Exchange) -> bool:
        """The faults in which the server is not handed the request, or not yet."""
        match exchange.fault:
            case Fault.THROTTLED:
                return self._answer(429, {"Retry-After": str(RETRY_AFTER_S)}, b'{"error":"Slow"}')
            case Fault.ERROR_BEFORE:
                return self._answer(503, {"Content-Type": "text/html"}, b"<h1>Maintenance</h1>")
            case Fault.PORTAL:
                return self._answer(200, {"Content-Type": "text/html"}, PORTAL)
            case Fault.LATE_APPLY:
                self.server.proxy._keep(asked, exchange)
                self._await_hang_up()
                return False
        return self._reset()

    def _answer(
        self, status: int, headers: Mapping[str, str], body: bytes, *, length: int | None = None
    ) -> bool:
        lines = [f"HTTP/1.1 {status} {http.client.responses.get(status, 'Status')}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        lines += [f"Content-Length: {len(body) if length is None else length}", "", ""]
        self.wfile.write("\r\n".join(lines).encode("latin-1") + body)
        return True

    def _await_hang_up(self) -> None:
        select.select([self.connection], [], [], HANG_UP_S)

    def _reset(self) -> bool:
        """Close with RST, not FIN: what is under way is thrown away."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        return False
