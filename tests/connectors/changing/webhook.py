"""Corrections and retractions of a webhook's receiver."""

from __future__ import annotations

from typing import Any

from signpost.domain.delivery import Part
from signpost.domain.outcome import Absent, Found, Published
from signpost.ports import Request, Response
from tests.connectors.changes import Asked, Changes, Respond, says
from tests.connectors.scenes.webhook import URL, page, refused
from tests.fakes.transport import answer

AIM = "7"
STATUSES = (400, 401, 403, 404, 405, 410, 411, 413, 414, 415, 422)


def has(status: int, **members: Any) -> Respond:
    """The receiver's word on the key that it was asked for."""

    def respond(_part: Part, request: Request) -> Response:
        key = (request.query or {})["key"]
        assert key == (request.headers or {})["Idempotency-Key"]
        return answer(status, {"key": key, **members})

    return respond


SURPRISES = (
    answer(200, {"key": "another"}),
    answer(200, raw=b'{"id": 7'),
    page(200),
    answer(301, headers={"location": "/"}),
    answer(304),
    answer(409),
    answer(409, {"key": "another"}),
    page(409),
    answer(402),
    answer(408),
    answer(425),
    answer(500),
    answer(502),
    answer(503, headers={"retry-after": "600"}),
    answer(504),
)

LOST = {
    "no receiver": says(page(404)),
    "no word on the key": says(answer(404, {"error": "no route"})),
    "another key": says(answer(200, {"key": "another", "id": "7"})),
    "gone": has(410),
    "unauthorised": says(answer(401)),
    "cannot be asked": says(answer(405)),
    "no JSON": says(page(200)),
    "failed": has(500),
    "throttled": says(answer(429)),
}

CHANGES = Changes(
    aim=AIM,
    edit=Asked(
        done=(
            (answer(200, {"id": "7", "url": URL}), Published(AIM, URL)),
            (answer(200, {"id": "8"}), Published(AIM, "")),
            (answer(202), Published(AIM, "")),
            (answer(204), Published(AIM, "")),
        ),
        refusals=tuple(refused(status) for status in STATUSES),
        surprises=SURPRISES,
        shown={
            "done": (has(200, id="7", url=URL), Found(AIM, URL)),
            "done, no id": (has(200), Found(AIM, "")),
            "not done": (has(404), Absent()),
        },
        lost=LOST,
    ),
    delete=Asked(
        done=(
            (answer(200, {"id": "7", "url": URL}), Published(AIM, "")),
            (answer(204), Published(AIM, "")),
        ),
        refusals=tuple(refused(status) for status in STATUSES),
        surprises=SURPRISES,
        shown={
            "done": (has(200, id="7", url=URL), Found(AIM, "")),
            "not done": (has(404), Absent()),
        },
        lost=LOST,
    ),
    hidden=frozenset({"Signpost-Timestamp"}),
)
