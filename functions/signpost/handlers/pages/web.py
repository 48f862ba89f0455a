"""HTTP as API Gateway brings it, and what every answer of the sign-off pages carries.

Format 2.0 of HTTP APIs. Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/
http-api-develop-integrations-lambda.html (read 2026-11-22). Routing is a table of our own:
powertools' resolver loads a hundred modules at each cold start for what is twenty paths here.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote, urlsplit

from signpost.errors import SignpostError

MAX_BODY = 128 * 1024
COOKIE = "signpost-session"
_STATIC = "public, max-age=31536000, immutable"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "camera=(), geolocation=(), microphone=(), payment=(), usb=(), "
        "publickey-credentials-create=(self), publickey-credentials-get=(self)"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
}


class Refused(SignpostError):
    """A request that is not answered as asked.

    Args:
        status: of HTTP.
    """

    code = "REQUEST"

    def __init__(
        self, status: HTTPStatus, cause: str, remedy: str = "Load the page again."
    ) -> None:
        super().__init__(cause, remedy)
        self.status = status


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked.

    Args:
        path: decoded, without a query: no page has one.
        headers: names in lower case.
        cookies: by name.
        ip: of who asks, as API Gateway saw it.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    cookies: Mapping[str, str]
    body: bytes
    ip: str

    @property
    def parts(self) -> tuple[str, ...]:
        """The path's names."""
        return tuple(part for part in self.path.split("/") if part)

    def json(self) -> dict[str, Any]:
        """The body's members.

        Raises:
            Refused: it is no JSON object.
        """
        try:
            value = json.loads(self.body)
            # Half a character, written as an escape, can be stored and shown nowhere.
            json.dumps(value, ensure_ascii=False).encode()
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict):
            raise Refused(HTTPStatus.BAD_REQUEST, "The request is no JSON object.")
        return value


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered.

    Args:
        body: text, or bytes of a picture.
        cookie: a whole Set-Cookie value; empty for none.
        lasting: it may be kept for ever: its address changes with it.
    """

    body: str | bytes
    status: HTTPStatus = HTTPStatus.OK
    kind: str = "text/html; charset=utf-8"
    cookie: str = ""
    lasting: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)


def parse(event: Mapping[str, Any]) -> Request:
    """The request that an event is.

    Raises:
        Refused: its body is too large.
    """
    http = event["requestContext"]["http"]
    body = str(event.get("body") or "").encode()
    if event.get("isBase64Encoded"):
        try:
            body = base64.b64decode(body, validate=True)
        except binascii.Error:
            body = b""
    if len(body) > MAX_BODY:
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The request is too large.")
    pairs = (str(item).partition("=") for item in event.get("cookies") or ())
    return Request(
        method=str(http["method"]).upper(),
        path=unquote(str(event.get("rawPath", "/"))),
        headers={str(k).lower(): str(v) for k, v in (event.get("headers") or {}).items()},
        cookies={name.strip(): value for name, _, value in pairs},
        body=body,
        ip=str(http.get("sourceIp", "")),
    )


def judge_host(request: Request, origin: str) -> None:
    """Refuse requests for another host: a name that somebody pointed at us.

    Raises:
        Refused: it is one.
    """
    if request.headers.get("host", "").lower() != urlsplit(origin).netloc.lower():
        raise Refused(HTTPStatus.MISDIRECTED_REQUEST, "This is not the host of these pages.")


def judge_writing(request: Request, origin: str) -> None:
    """Refuse what another site's page could have sent in somebody's name.

    A form cannot send JSON, and a script of another origin cannot send this header without asking
    first, which is answered to nobody.

    Raises:
        Refused: it came from elsewhere.
    """
    headers = request.headers
    site = headers.get("sec-fetch-site", "same-origin")
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    same = headers.get("origin") == origin and site == "same-origin"
    if not same or headers.get("x-signpost") != "1":
        raise Refused(HTTPStatus.FORBIDDEN, "The request came from another page.")
    if kind != "application/json":
        raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "The request is not JSON.")


def session_name(origin: str) -> str:
    """The cookie's name; the prefix binds it to this host, and needs https."""
    return f"__Host-{COOKIE}" if origin.startswith("https:") else COOKIE


def session_cookie(origin: str, token: str, max_age_s: int) -> str:
    """The cookie of a session; without a token it ends it."""
    secure = "; Secure" if origin.startswith("https:") else ""
    return (
        f"{session_name(origin)}={token}; Path=/; HttpOnly; SameSite=Strict; "
        f"Max-Age={max_age_s if token else 0}{secure}"
    )


def members(
    value: Mapping[str, Any], *, status: HTTPStatus = HTTPStatus.OK, cookie: str = ""
) -> Answer:
    """A JSON answer."""
    return Answer(json.dumps(value), status, "application/json", cookie)


def written(answer: Answer, origin: str, *, body: bool) -> dict[str, Any]:
    """The answer as API Gateway wants it."""
    headers = {
        **_HEADERS,
        "Content-Type": answer.kind,
        "Cache-Control": _STATIC if answer.lasting else "no-store",
        **answer.headers,
    }
    if origin.startswith("https:"):
        headers["Strict-Transport-Security"] = "max-age=63072000"
    raw = isinstance(answer.body, bytes)
    text = base64.b64encode(answer.body).decode() if isinstance(answer.body, bytes) else answer.body
    value: dict[str, Any] = {
        "statusCode": int(answer.status),
        "headers": headers,
        "body": text if body else "",
        "isBase64Encoded": raw and body,
    }
    if answer.cookie:
        value["cookies"] = [answer.cookie]
    return value
