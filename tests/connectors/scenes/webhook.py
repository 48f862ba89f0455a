"""A webhook's conversation: a receiver that keeps the contract, and servers that do not know it."""

from __future__ import annotations

from typing import Any

from signpost.connectors.webhook.connector import Webhook
from signpost.domain.delivery import Account, Part
from signpost.domain.outcome import Absent, Found, Published
from signpost.ports import Request, Response
from tests.connectors.scene import CANARY, DUE, PICTURE, Scene
from tests.fakes.transport import answer

ADDRESS = "https://hooks.acme.example/signpost?to=newsletter"
ACCOUNT = Account("acme-newsletter", "webhook", "newsletter", ADDRESS, "webhook-acme")
TEXT = "New boots & old paths: https://acme.example/boots?a=1 #Winter"
URL = "https://acme.example/letters/7"

KEY = Webhook().new_key("d", "r", 0, "n", DUE)
"""The key that the contract tests send."""


def refused(status: int) -> Response:
    """A refusal that repeats the secret and worse."""
    return answer(status, {"error": f"no {CANARY}\u202e\n<b>x</b>" + "y" * 900})


def has(status: int, **members: Any) -> Any:
    """The receiver's word on the key that it is asked about."""

    def respond(_part: Part, request: Request) -> Response:
        assert request.url == ADDRESS
        assert request.query == {"key": (request.headers or {})["Idempotency-Key"]}
        return answer(status, {"key": request.query["key"], **members})

    return respond


def says(response: Response) -> Any:
    """This answer, whatever is asked."""
    return lambda _part, _request: response


def page(status: int) -> Response:
    """What a web server says that knows nothing of the contract."""
    return answer(status, raw=b"<!doctype html>", headers={"content-type": "text/html"})


SCENE = Scene(
    account=ACCOUNT,
    parts=(Part(text=TEXT, media=(PICTURE,)),),
    options={"title": "Boots & paths", "topic": "news"},
    # A medium is sent with its bytes, which no bundle carries.
    resolved=frozenset({"media"}),
    token={"signing_key": CANARY},
    wire_token="v1=",
    published=(
        (answer(200, {"id": "7", "url": URL}), Published("7", URL)),
        (answer(200, {"key": KEY, "id": 7}), Published("7", "")),
        (answer(201), Published(KEY, "")),
        (answer(202, {}), Published(KEY, "")),
        (answer(204), Published(KEY, "")),
        (answer(200, raw=b"ok", headers={"content-type": "text/plain"}), Published(KEY, "")),
        (answer(200, {"id": "", "url": "javascript:alert(1)"}), Published(KEY, "")),
        (answer(200, {"id": "a\u202eb", "url": "https://a.example/ b"}), Published(KEY, "")),
        (answer(200, {"id": "x" * 201, "url": f"https://{'a' * 2048}"}), Published(KEY, "")),
        (answer(200, {"id": True, "url": 7}), Published(KEY, "")),
        (answer(409, {"key": KEY, "id": "7", "url": URL}), Published("7", URL)),
        (answer(409, {"key": KEY}), Published(KEY, "")),
    ),
    refusals=tuple(
        refused(status) for status in (400, 401, 403, 404, 405, 410, 411, 413, 414, 415, 422)
    ),
    throttled=(
        (answer(429, {"error": "x"}, headers={"retry-after": "17"}), 17.0),
        (answer(429, headers={"retry-after": "-5; soon"}), None),
        (answer(429), None),
    ),
    surprises=(
        answer(200, {"key": "another"}),
        answer(200, {"key": None}),
        answer(200, raw=b'{"id": 7'),
        answer(200, raw=b"  <html>", headers={"content-type": "text/plain"}),
        page(200),
        answer(301, headers={"location": "/"}),
        answer(307, headers={"location": ADDRESS}),
        answer(304),
        # Others mean by it that the first request still runs, or that something collided.
        answer(409),
        answer(409, {"key": "another"}),
        answer(409, ["x"]),
        page(409),
        answer(402),
        answer(408),
        answer(425),
        answer(500, {"key": KEY}),
        answer(502),
        answer(503, headers={"retry-after": "600"}),
        answer(504),
    ),
    listings={
        "one": (has(200, id="7", url=URL), Found("7", URL)),
        "none": (has(404), Absent()),
        "no id": (has(200), Found("key", "")),
    },
    lost_listings={
        "no receiver": says(page(404)),
        "no word on the key": says(answer(404, {"error": "no route"})),
        "another key": says(answer(200, {"key": "another", "id": "7"})),
        "gone": has(410),
        "still at it": has(202),
        "unauthorised": says(answer(401, {"error": "signature"})),
        "cannot be asked": says(answer(405)),
        "no JSON": says(page(200)),
        "failed": has(500),
        "throttled": says(answer(429)),
        "moved": says(answer(301)),
    },
    measured=(),
)
