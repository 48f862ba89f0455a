"""HTTP messages as values: a request with its body parsed, and the answer to it.

The Mastodon API takes the same parameters as a query, a JSON object, a URL-encoded form or
multipart; `Request.fields` is one mapping for all four, with `name[]` folded into a list.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from typing import Any
from urllib.parse import parse_qs, parse_qsl


class BadBody(Exception):
    """A body that cannot be read as what its Content-Type says."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in a multipart body."""

    filename: str
    mime: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Request:
    """One request; header names in lower case."""

    method: str
    path: str
    query: Mapping[str, Any]
    headers: Mapping[str, str]
    fields: Mapping[str, Any]
    files: Mapping[str, Upload]
    origin: str
    """The address this server answers as, `http://host:port`."""
    body: bytes = b""
    """The body as it came, where it is neither JSON nor a form."""
    asked: str = ""
    """The query as it came: XRPC writes a list as a name that repeats."""

    def listed(self, name: str) -> list[str]:
        """A list parameter of a query in XRPC's manner."""
        return parse_qs(self.asked, keep_blank_values=True).get(name, [])

    @property
    def mime(self) -> str:
        """The type of the body, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def text(self, name: str) -> str | None:
        """A parameter as text, or None where it is absent or null."""
        value = self.fields.get(name, self.query.get(name))
        return None if value is None or isinstance(value, list | dict) else str(value)

    def flag(self, name: str) -> bool:
        """A parameter as a truth value, read as Rails reads it."""
        value = self.fields.get(name, self.query.get(name))
        return str(value).lower() in {"true", "1", "on", "t", "yes"}

    def items(self, name: str) -> list[str]:
        """A list parameter; empty where it is absent."""
        value = self.fields.get(name, self.query.get(name))
        return [str(item) for item in value] if isinstance(value, list) else []

    @property
    def token(self) -> str:
        """The bearer token; empty where there is none."""
        scheme, _, value = self.headers.get("authorization", "").partition(" ")
        return value.strip() if scheme.lower() == "bearer" else ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back. `note` is for the request log only and is never sent."""

    status: int
    body: bytes
    mime: str = "application/json; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    note: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def json(
        cls,
        value: Any,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        note: Mapping[str, Any] | None = None,
    ) -> Answer:
        """A JSON answer."""
        body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        return cls(status, body, headers=headers or {}, note=note or {})

    @classmethod
    def error(cls, status: int, message: str) -> Answer:
        """An error in Mastodon's form."""
        return cls.json({"error": message}, status)


READ_TYPES = frozenset(
    {"", "application/json", "application/x-www-form-urlencoded", "multipart/form-data"}
)
"""Bodies that are read as parameters."""


def read_query(text: str) -> dict[str, Any]:
    """A URL-encoded query or form; `a[]=1&a[]=2` becomes `{"a": ["1", "2"]}`."""
    found: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        _put(found, name, value)
    return found


def read_body(mime: str, body: bytes) -> tuple[dict[str, Any], dict[str, Upload]]:
    """Parameters and files of a request body.

    Raises:
        BadBody: the body is not what its type says.
    """
    header = Message()
    header["content-type"] = mime or "application/octet-stream"
    kind = header.get_content_type()
    if not body:
        return {}, {}
    if kind == "application/json":
        try:
            value = json.loads(body)
        except ValueError as error:
            raise BadBody("The body is not JSON.") from error
        if not isinstance(value, dict):
            raise BadBody("The body is not a JSON object.")
        return value, {}
    if kind == "application/x-www-form-urlencoded":
        try:
            return read_query(body.decode()), {}
        except ValueError as error:
            raise BadBody("The form is not UTF-8.") from error
    if kind == "multipart/form-data":
        boundary = header.get_param("boundary")
        if not isinstance(boundary, str) or not boundary:
            raise BadBody("The multipart body has no boundary.")
        return _read_multipart(boundary.encode(), body)
    raise BadBody(f"Bodies of type {kind} are not read here.")


def _read_multipart(boundary: bytes, body: bytes) -> tuple[dict[str, Any], dict[str, Upload]]:
    fields: dict[str, Any] = {}
    files: dict[str, Upload] = {}
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary)
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):
        raise BadBody("The multipart body is cut off.")
    for piece in pieces[1:-1]:
        head, found, data = piece.lstrip(b" \t").removeprefix(b"\r\n").partition(b"\r\n\r\n")
        if not found:
            raise BadBody("A part of the multipart body has no end of headers.")
        part = Message()
        for line in head.decode("utf-8", "replace").split("\r\n"):
            name, _, value = line.partition(":")
            part[name.strip()] = value.strip()
        field_name = part.get_param("name", header="content-disposition")
        if not isinstance(field_name, str):
            raise BadBody("A part of the multipart body has no name.")
        filename = part.get_filename()
        if filename is None:
            _put(fields, field_name, data.decode("utf-8", "replace"))
        else:
            files[field_name] = Upload(filename, part.get_content_type(), data)
    return fields, files


def _put(found: dict[str, Any], name: str, value: str) -> None:
    if name.endswith("[]"):
        found.setdefault(name[:-2], []).append(value)
    else:
        found[name] = value
