"""The HTTP server: loopback only, one thread a connection, standard library.

It refuses requests whose Host is not this machine (a page of another site whose name was
pointed at 127.0.0.1), and acts whose Origin is not its own (a form of another site).
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import threading
from dataclasses import replace
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import unquote, urlsplit

from signpost.local.network.api import Api, Truncated, dialect_of
from signpost.local.network.local_api import LocalApi
from signpost.local.network.network import Network
from signpost.local.network.pages import Pages
from signpost.local.network.refused import Refused
from signpost.local.network.wire import (
    READ_TYPES,
    Answer,
    BadBody,
    Request,
    read_body,
    read_query,
)

HOST = "127.0.0.1"
MAX_BODY = 104 * 1024 * 1024
HEARTBEAT_S = 15.0
IDLE_S = 65.0


class Server(ThreadingHTTPServer):
    """Serves a network on 127.0.0.1.

    Args:
        port: 0 lets the system choose.

    Raises:
        OSError: the port is taken.
    """

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, network: Network, port: int) -> None:
        self.api = Api(network)
        self.local = LocalApi(network)
        self.pages = Pages(network)
        self.network = network
        self.closing = threading.Event()
        super().__init__((HOST, port), _Handler)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay quiet about clients that went away; show anything else."""
        import sys

        if not isinstance(sys.exc_info()[1], ConnectionError | TimeoutError):
            super().handle_error(request, client_address)

    def stop(self) -> None:
        """End event streams and the accept loop; returns when it no longer listens."""
        self.closing.set()
        self.network.database.touch()
        self.shutdown()
        self.server_close()


def is_loopback(host: str) -> bool:
    """Whether a Host header names this machine."""
    name = urlsplit(f"//{host}").hostname or ""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    server_version = "signpost-local-network"
    sys_version = ""
    timeout = IDLE_S
    disable_nagle_algorithm = True
    security: ClassVar[dict[str, str]] = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }

    def do_GET(self) -> None:
        self._serve()

    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 - the base's names

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's name
        """Nothing: the request log is in the database, without tokens."""

    def _serve(self) -> None:
        body = self._body()
        if body is None:
            return
        host = self.headers.get("Host", "")
        if not is_loopback(host):
            self._send(Answer.error(421, "This server answers to localhost only."))
            return
        origin = f"http://{host}"
        url = urlsplit(self.path)
        if self._foreign(unquote(url.path), origin):
            self._send(Answer.error(403, "Requests from other sites are refused."))
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(
            method=self.command,
            path=unquote(url.path),
            query=read_query(url.query),
            headers=headers,
            fields={},
            files={},
            origin=origin,
            asked=url.query,
        )
        dialect = dialect_of(request)
        raw = dialect is not None and dialect.channel != "mastodon"
        try:
            if raw and request.mime not in READ_TYPES:
                request = replace(request, body=body)
            else:
                fields, files = read_body(headers.get("content-type", ""), body)
                request = replace(request, fields=fields, files=files)
        except BadBody as error:
            refused = Refused(400, str(error), "rest_invalid_json")
            self._send(dialect.error(refused) if dialect else Answer.error(400, str(error)))
            return
        if dialect is not None:
            self._deliver(self.server.api.answer(request))
        else:
            self._dispatch(request)

    def _dispatch(self, request: Request) -> None:
        if request.path.startswith("/_local/"):
            self._send(self.server.local.answer(request))
        elif request.path == "/_web/events" and request.method == "GET":
            self._stream()
        else:
            self._send(self.server.pages.answer(request))

    def _foreign(self, path: str, origin: str) -> bool:
        """Whether a page of another site is behind a request that changes something.

        The APIs are left out: their callers prove themselves by a token or password, which no
        browser adds by itself (it is never asked for one).
        """
        if self.command in {"GET", "HEAD"} or path.startswith(("/api/", "/xrpc/", "/blog/")):
            return False
        said = self.headers.get("Origin")
        if said is None:
            # Programs send none; browsers always do with these methods. A click must have one.
            return path.startswith("/_web/")
        return said != origin

    def _body(self) -> bytes | None:
        """The request's body; None if it was refused."""
        if self.headers.get("Transfer-Encoding"):
            self.close_connection = True
            self._send(Answer.error(411, "Send a Content-Length."))
            return None
        text = self.headers.get("Content-Length", "0")
        length = int(text) if text.isascii() and text.isdigit() else MAX_BODY + 1
        if length > MAX_BODY:
            self.close_connection = True
            self._send(Answer.error(413, "The body is too large."))
            return None
        body = self.rfile.read(length)
        if len(body) < length:
            self.close_connection = True
            return None
        return body

    def _deliver(self, answer: Answer | Truncated | None) -> None:
        if answer is None:
            self._hang_up()
        elif isinstance(answer, Truncated):
            head = self._head(answer.answer)
            half = answer.answer.body[: len(answer.answer.body) // 2]
            self.wfile.write(head + half)
            self._hang_up()
        else:
            self._send(answer)

    def _send(self, answer: Answer) -> None:
        body = b"" if self.command == "HEAD" else answer.body
        self.wfile.write(self._head(answer) + body)

    def _head(self, answer: Answer) -> bytes:
        headers = {
            "Date": self.date_time_string(),
            "Content-Type": answer.mime,
            "Content-Length": str(len(answer.body)),
            "Cache-Control": "private, no-store",
            **self.security,
            **answer.headers,
        }
        if self.close_connection:
            headers["Connection"] = "close"
        lines = [f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")

    def _hang_up(self) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def _stream(self) -> None:
        """Server-sent events: the feed's version, whenever it changes."""
        self.close_connection = True
        head = {
            "Content-Type": "text/event-stream",
            "Cache-Control": "no-store",
            "Connection": "close",
            **self.security,
        }
        lines = ["HTTP/1.1 200 OK", *(f"{name}: {value}" for name, value in head.items())]
        self.wfile.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        version = -1
        while not self.server.closing.is_set():
            seen = self.server.network.database.wait_for_change(version, HEARTBEAT_S)
            line = ": still here\n\n" if seen == version else f"data: {seen}\n\n"
            self.wfile.write(line.encode())
            version = seen
