"""Serves a built site on loopback, with the headers of its headers.json."""

from __future__ import annotations

import gzip
import json
import mimetypes
import sys
from functools import lru_cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

from signpost.cli.website.make import OWN
from signpost.domain.website import headers
from signpost.errors import SettingsError

_COMPRESSED = (".html", ".css", ".js", ".json", ".svg", ".xml", ".txt", ".csv")
_TYPES = {".js": "text/javascript", ".json": "application/json", ".svg": "image/svg+xml",
          ".webp": "image/webp", ".avif": "image/avif"}  # fmt: skip


class SiteServer(ThreadingHTTPServer):
    """A server for one site.

    Args:
        folder: the built site.
        sent: headers of every answer.
    """

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, folder: Path, sent: dict[str, str], port: int) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.folder = folder
        self.sent = sent

    def handle_error(self, request: object, client_address: object) -> None:
        """Nothing where the reader went away; all else as ever."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # passed on


class Handler(BaseHTTPRequestHandler):
    """Answers with files of the site."""

    server: SiteServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer with the file, or with the page that says that there is none."""
        self._answer(body=True)

    def do_HEAD(self) -> None:
        """The same without the body."""
        self._answer(body=False)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its signature
        """Nothing: the terminal is the person's."""

    def _answer(self, *, body: bool) -> None:
        path = unquote(urlsplit(self.path).path)
        file = self._file(path)
        if file is not None and file.is_dir():
            # Only ever a path of this site: two slashes would lead to another host.
            self._send(HTTPStatus.MOVED_PERMANENTLY, b"", "text/plain", body=body,
                       more={"Location": f"/{urlsplit(self.path).path.strip('/')}/"})  # fmt: skip
            return
        found = HTTPStatus.OK if file is not None else HTTPStatus.NOT_FOUND
        file = file or self.server.folder / "404.html"
        data = file.read_bytes()
        kind = _TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "text/plain"
        more = {"Cache-Control": headers.caching(path)}
        if file.suffix in _COMPRESSED and "gzip" in self.headers.get("Accept-Encoding", ""):
            data = _packed(data)
            more |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        if kind.startswith("text/") or kind == "application/json":
            kind = f"{kind}; charset=utf-8"
        self._send(found, data, kind, body=body, more=more)

    def _file(self, path: str) -> Path | None:
        """The file of a path; a folder where the path lacks its last slash; None: there is none."""
        parts = [part for part in path.split("/") if part]
        if any(part in {".", ".."} or part.startswith(".") or "\\" in part or "\0" in part
               for part in parts):  # fmt: skip
            return None
        file = self.server.folder.joinpath(*parts)
        if file.is_dir():
            index = file / "index.html"
            if not index.is_file():
                return None
            return index if path.endswith("/") else file
        return file if file.is_file() and not path.endswith("/") else None

    def _send(
        self, status: HTTPStatus, data: bytes, kind: str, *, body: bool, more: dict[str, str]
    ) -> None:
        self.send_response(status)
        for name, value in {**self.server.sent, **more}.items():
            self.send_header(name, value)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if body:
            self.wfile.write(data)


def open_server(folder: Path, port: int = 0) -> SiteServer:
    """A server that listens already, on loopback.

    Args:
        port: 0 for a free one.

    Raises:
        SettingsError: there is no site, or the port is taken.
    """
    file = folder / OWN / headers.NAME
    if not file.is_file():
        raise SettingsError(f"There is no site in {folder}.", "Build it: `signpost site build`.")
    sent = json.loads(file.read_text(encoding="utf-8"))["headers"]
    try:
        return SiteServer(folder, sent, port)
    except OSError as error:
        raise SettingsError(
            f"Port {port} cannot be used: {error.strerror}.", "Name another with --port."
        ) from error


@lru_cache(maxsize=64)
def _packed(data: bytes) -> bytes:
    return gzip.compress(data, 6, mtime=0)
