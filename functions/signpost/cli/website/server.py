"""Serves a built site on loopback, with the headers of its headers.json and the door of production."""

from __future__ import annotations

import gzip
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TypeVar
from urllib.parse import unquote

from signpost.cli.website.finished import content_type
from signpost.cli.website.make import OWN
from signpost.domain.entrance.door import NOT_FOUND, answer, set_cookie
from signpost.domain.entrance.passes import COOKIE, Keyring
from signpost.domain.website import headers
from signpost.errors import SettingsError

_COMPRESSED = (".html", ".css", ".js", ".json", ".svg", ".xml", ".txt", ".csv")
_SWAP_S = 5.0
"""Longest wait for a site that is being replaced: two renames, on a busy disk."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Entrance:
    """What a closed site asks of everybody.

    Args:
        ring: the keys and revocations that hold at this moment; asked for with each request.
        signoff: where one gets a pass; empty where there is no such place.
    """

    ring: Callable[[], Keyring]
    signoff: str = ""


class SiteServer(ThreadingHTTPServer):
    """A server for one site.

    Args:
        folder: the built site. A new one may take its place at any time.
        entrance: None: the site is public.
    """

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, folder: Path, port: int, entrance: Entrance | None = None) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.folder = folder
        self.entrance = entrance

    def sent(self) -> dict[str, str]:
        """Headers of every answer, as the present build has them."""
        text = (self.folder / OWN / headers.NAME).read_text(encoding="utf-8")
        found: dict[str, str] = json.loads(text)["headers"]
        return found

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
        path, _, query = self.path.partition("?")
        pairs = (part.partition("=") for part in query.split("&"))
        entrance = self.server.entrance
        given = answer(
            path,
            {name: value for name, _, value in pairs},
            self._pass(),
            int(time.time()),
            entrance.ring() if entrance else None,
            entrance.signoff if entrance else "",
        )
        if given.path:
            self._send_file(given.path, body=body)
            return
        more = {"Cache-Control": "no-store"}
        if given.location:
            more["Location"] = given.location
        if given.cookie:
            more["Set-Cookie"] = set_cookie(*given.cookie)
        kind = "text/html; charset=utf-8"
        self._send(given.status, given.body.encode(), kind, body=body, more=more)

    def _pass(self) -> str:
        for part in self.headers.get("Cookie", "").split(";"):
            name, _, value = part.strip().partition("=")
            if name == COOKIE:
                return value
        return ""

    def _send_file(self, path: str, *, body: bool) -> None:
        file, data = _patiently(lambda: self._read(path))
        found = HTTPStatus.OK if file is not None else HTTPStatus.NOT_FOUND
        file = file or self.server.folder / NOT_FOUND.lstrip("/")
        more = {"Cache-Control": headers.caching(path)}
        if file.suffix in _COMPRESSED and "gzip" in self.headers.get("Accept-Encoding", ""):
            data = _packed(data)
            more |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        self._send(found, data, content_type(file.name), body=body, more=more)

    def _read(self, path: str) -> tuple[Path | None, bytes]:
        """The file of a path, or None with the page that says that there is none."""
        file = self._file(path)
        return file, (file or self.server.folder / NOT_FOUND.lstrip("/")).read_bytes()

    def _file(self, path: str) -> Path | None:
        """The file of a path; None: there is none."""
        parts = unquote(path).lstrip("/").split("/")
        if any(not part or part.startswith(".") or "\\" in part or "\0" in part for part in parts):
            return None
        file = self.server.folder.joinpath(*parts)
        return file if file.is_file() else None

    def _send(
        self, status: HTTPStatus, data: bytes, kind: str, *, body: bool, more: dict[str, str]
    ) -> None:
        sent = _patiently(self.server.sent)
        self.send_response(status)
        for name, value in {**sent, **more}.items():
            self.send_header(name, value)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if body:
            self.wfile.write(data)


def open_server(folder: Path, port: int = 0, entrance: Entrance | None = None) -> SiteServer:
    """A server that listens already, on loopback.

    Args:
        port: 0 for a free one.
        entrance: what a closed site asks; None: the site is public.

    Raises:
        SettingsError: there is no site, or the port is taken.
    """
    file = folder / OWN / headers.NAME
    if not file.is_file():
        raise SettingsError(f"There is no site in {folder}.", "Build it: `signpost site build`.")
    try:
        return SiteServer(folder, port, entrance)
    except OSError as error:
        raise SettingsError(
            f"Port {port} cannot be used: {error.strerror}.", "Name another with --port."
        ) from error


def _patiently(read: Callable[[], T]) -> T:
    """What is read, though a build may be putting a new site in the place of the old one."""
    end = time.monotonic() + _SWAP_S
    while True:
        try:
            return read()
        except FileNotFoundError:
            if time.monotonic() > end:
                raise
            time.sleep(0.01)


@lru_cache(maxsize=64)
def _packed(data: bytes) -> bytes:
    return gzip.compress(data, 6, mtime=0)
