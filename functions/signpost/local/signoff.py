"""The sign-off pages of the local stack: HTTP on loopback, handed to the function as its API would.

Browsers resolve every name below `localhost` to this machine, and passkeys refuse bare addresses: so
the pages are at http://signoff.localhost:PORT. Source: https://www.rfc-editor.org/rfc/rfc6761#section-6.3
(read 2026-11-22).
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from signpost.errors import StackError

HOST = "signoff.localhost"
FIRST_PORT = 4650
"""What a new stack asks for."""
_MAX_BODY = 1024 * 1024

Function = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""Takes an event of an HTTP API (format 2.0), gives its answer."""


def origin_at(port: int) -> str:
    """Where the pages are."""
    return f"http://{HOST}:{port}"


class SignoffServer:
    """Serves the pages while it lives.

    Args:
        function: the handler, or what invokes it.
        port: 0 for any that is free.

    Raises:
        StackError: the port is taken.
    """

    def __init__(self, function: Function, port: int = 0) -> None:
        try:
            self._server = _Server(function, port)
        except OSError as error:
            raise StackError(f"Port {port} cannot be used: {error.strerror}.") from error
        self.port = int(self._server.server_address[1])
        self._thread = Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def origin(self) -> str:
        """Where the pages are."""
        return origin_at(self.port)

    def stop(self) -> None:
        """End it."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def invoked(client: Any, function: str) -> Function:
    """The deployed function.

    Args:
        client: a boto3 Lambda client.
        function: its name.
    """

    def call(event: Mapping[str, Any]) -> Mapping[str, Any]:
        answer = client.invoke(FunctionName=function, Payload=json.dumps(event).encode())
        value = json.loads(answer["Payload"].read() or b"null")
        if answer.get("FunctionError") or not isinstance(value, dict):
            return {"statusCode": 502, "body": "The function failed.", "headers": {}}
        return value

    return call


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, function: Function, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.function = function

    def handle_error(self, request: object, client_address: object) -> None:
        """Nothing where the reader went away; all else as ever."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # passed on


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._pass_on()

    def do_HEAD(self) -> None:
        self._pass_on()

    def do_POST(self) -> None:
        self._pass_on()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its signature
        """Nothing: the terminal is the person's."""

    def _pass_on(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > _MAX_BODY:
            self.close_connection = True
            self.send_error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return
        answer = self.server.function(self._event(self.rfile.read(length)))
        body = str(answer.get("body", ""))
        data = base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()
        self.send_response(int(answer["statusCode"]))
        for name, value in answer.get("headers", {}).items():
            self.send_header(str(name), str(value))
        for cookie in answer.get("cookies", ()):
            self.send_header("Set-Cookie", str(cookie))
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def _event(self, body: bytes) -> dict[str, Any]:
        """Format 2.0: names in lower case, cookies apart."""
        address = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        cookies = headers.pop("cookie", "")
        return {
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": address.path,
            "rawQueryString": address.query,
            "headers": headers,
            "cookies": [item.strip() for item in cookies.split(";") if item.strip()],
            "body": base64.b64encode(body).decode(),
            "isBase64Encoded": True,
            "requestContext": {
                "http": {
                    "method": self.command,
                    "path": address.path,
                    "sourceIp": self.client_address[0],
                }
            },
        }
