"""One account's conversation with its site: address, password, deadline, refusals."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from signpost.connectors._http import refusal, words
from signpost.errors import RefusedError
from signpost.ports import Channel, Request, Response

MAX_SEND_S = 20.0
_READ_S = 15.0
_CODE = re.compile(r"[A-Za-z0-9_.-]{1,60}")


def code_of(response: Response) -> str:
    """WordPress' own name of a refusal, such as `rest_cannot_edit`; empty where there is none."""
    value = response.json()
    code = value.get("code") if isinstance(value, dict) else None
    return code if isinstance(code, str) and _CODE.fullmatch(code) else ""


def is_number(external_id: str) -> bool:
    """Whether this is an id of a post, and nothing that would lead a path elsewhere."""
    return external_id.isascii() and external_id.isdecimal()


class Session:
    """Requests of one account, all under one deadline that starts when this is made.

    Args:
        plain: address the API as `/?rest_route=…`: the site has plain permalinks. A read that
            meets a site without `/wp-json` finds that out by itself.

    Raises:
        RefusedError: the account has no server, or its secret lacks a member.

    Source: https://developer.wordpress.org/rest-api/using-the-rest-api/authentication/ and
    https://developer.wordpress.org/rest-api/key-concepts/, 2026-11-22.
    """

    def __init__(self, channel: Channel, *, plain: bool = False) -> None:
        self.channel = channel
        self.server = channel.account.server.rstrip("/")
        self.plain = plain
        user = channel.token.get("username", "").strip()
        password = channel.token.get("application_password", "").strip()
        self._end = channel.clock.monotonic() + channel.deadline_s
        if not self.server:
            raise RefusedError(
                f"Account {channel.account.id} has no server.",
                "Add the blog's address as `server:` to accounts.yaml.",
            )
        for name, value in (("username", user), ("application_password", password)):
            if not value:
                raise RefusedError(
                    f"The secret of account {channel.account.id} has no `{name}`.",
                    "Store both members as docs/channels/wordpress.md says.",
                )
        self._basic = b64encode(f"{user}:{password}".encode()).decode()
        self._secrets = [self._basic, password, password.replace(" ", "")]

    @property
    def remaining_s(self) -> float:
        """Seconds left for all of it; may be negative."""
        return self._end - self.channel.clock.monotonic()

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        longest_s: float = _READ_S,
        **body: Any,
    ) -> Request:
        """A request to the site.

        Args:
            method: HTTP method.
            path: below `wp/v2`, begins with a slash.
            query: for the route itself.
            longest_s: cap of its time-out, seconds; the session's deadline cuts it further.
            body: `json` or `form` of the request.
        """
        if self.plain:
            url, query = f"{self.server}/", {"rest_route": f"/wp/v2{path}", **(query or {})}
        else:
            url = f"{self.server}/wp-json/wp/v2{path}"
        # A deadline that has passed leaves the transport a time-out it refuses at once, unsent.
        return Request(
            method,
            url,
            secret_headers={"Authorization": f"Basic {self._basic}"},
            query=query,
            timeout_s=max(0.0, min(longest_s, self.remaining_s)),
            **body,
        )

    def send(self, request: Request) -> Response:
        """The answer, whatever it is.

        Raises:
            TransportError: there was none.
        """
        return self.channel.transport.send(request)

    def ask(self, path: str, *, query: Mapping[str, str] | None = None) -> Response:
        """The answer to a GET, whatever it is.

        A site with plain permalinks has no `/wp-json`: its web server says 404, or it shows its
        front page. The route is then asked for by `?rest_route=`, and so are all that follow.

        Raises:
            TransportError: there was no answer.
        """
        response = self.send(self.request("GET", path, query=query))
        if not self.plain and _is_page(response):
            self.plain = True
            response = self.send(self.request("GET", path, query=query))
        return response

    def read(self, path: str, *, doing: str, query: Mapping[str, str] | None = None) -> Response:
        """A GET that has to succeed; see `ask`.

        Raises:
            RefusedError, ThrottledError: it did not.
            TransportError: there was no answer.
        """
        response = self.ask(path, query=query)
        if response.status != 200:
            raise self.refusal(response, doing)
        return response

    def items(
        self, path: str, *, doing: str, query: Mapping[str, str] | None = None
    ) -> list[Mapping[str, Any]]:
        """The objects that a GET lists; each has a number as its id.

        Raises:
            RefusedError: what it answered is no such list, or see `read`.
            ThrottledError, TransportError: see `read`.
        """
        found = self.read(path, doing=doing, query=query).json()
        if not isinstance(found, list) or not all(
            isinstance(item, dict) and isinstance(item.get("id"), int) for item in found
        ):
            raise RefusedError(f"{doing}: the answer is no list of objects.", permanent=False)
        return found

    def refusal(self, response: Response, doing: str) -> RefusedError:
        """The error for an answer that was not the one hoped for."""
        if 300 <= response.status < 400:
            return RefusedError(
                f"{doing}: HTTP {response.status}, the site wants another address.",
                "Write the address that the site itself uses as `server:`, https and www included.",
            )
        code = code_of(response)
        error = refusal(
            response,
            doing=f"{doing} ({code})" if code else doing,
            now=self.channel.clock.now(),
            secrets=self._secrets,
        )
        if response.status == 401 or _is_stranger(response):
            return RefusedError(
                f"{error.cause}. The site does not know the account.",
                "Check user, application password and role (Author). If they are right, the web "
                "server drops the Authorization header.",
            )
        return error

    def words(self, response: Response) -> str:
        """The site's own words and code, without the password."""
        code = code_of(response)
        said = words(response, self._secrets)
        return f"{said} ({code})" if code else said


def _is_page(response: Response) -> bool:
    """Whether this is a page of the site, or its web server's, and not an answer of the API."""
    if response.json() is not None:
        return False
    html = "html" in response.headers.get("content-type", "")
    return response.status == 404 or (response.status == 200 and html)


def _is_stranger(response: Response) -> bool:
    """Whether the site refused the question for drafts, as it does to anybody not signed in."""
    if response.status != 400 or code_of(response) != "rest_invalid_param":
        return False
    data = response.json().get("data")
    params = data.get("params") if isinstance(data, dict) else None
    return isinstance(params, dict) and "status" in params
