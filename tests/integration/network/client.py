"""A plain HTTP client of the local network: no retries, nothing hidden."""

from __future__ import annotations

import http.client
import json
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

BOUNDARY = "tests-boundary"


@dataclass(frozen=True)
class Got:
    """An answer; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Client:
    """Calls as one account; without a token where `token` is empty."""

    url: str
    token: str = ""
    timeout_s: float = 10.0

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        form: Mapping[str, Any] | None = None,
        raw: tuple[str, bytes] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Got:
        """One exchange on a connection of its own."""
        sent = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        data = b""
        if body is not None:
            sent["Content-Type"], data = "application/json", json.dumps(body).encode()
        if form is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
            data = urlencode(form, doseq=True).encode()
        if raw is not None:
            sent["Content-Type"], data = raw
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=self.timeout_s)
        try:
            connection.request(method, path, data, {**sent, **(headers or {})})
            answer = connection.getresponse()
            got = {name.lower(): value for name, value in answer.getheaders()}
            return Got(answer.status, got, answer.read())
        finally:
            connection.close()

    def post(self, text: str, *, key: str = "", **more: Any) -> Got:
        """Create a status."""
        headers = {"Idempotency-Key": key} if key else {}
        return self.call("POST", "/api/v1/statuses", {"status": text, **more}, headers=headers)

    def upload(
        self, data: bytes, *, name: str = "picture.png", mime: str = "image/png", **fields: str
    ) -> Got:
        """Upload a media file."""
        parts = [
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n'.encode()
            + value.encode()
            + b"\r\n"
            for field, value in fields.items()
        ]
        head = (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
            f"Content-Type: {mime}\r\n\r\n"
        )
        parts.append(head.encode() + data + f"\r\n--{BOUNDARY}--\r\n".encode())
        return self.call(
            "POST",
            "/api/v2/media",
            raw=(f"multipart/form-data; boundary={BOUNDARY}", b"".join(parts)),
        )


def png(width: int = 6, height: int = 4) -> bytes:
    """A valid picture in one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)

    rows = b"".join(b"\0" + b"\x2f\x7d\x71" * width for _ in range(height))
    size = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", size)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )
