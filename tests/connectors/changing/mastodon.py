"""Editing and deleting a status, in the form that Mastodon gives it."""

from __future__ import annotations

from typing import Any

from signpost.domain.delivery import Part
from signpost.domain.outcome import Absent, Found, Published
from signpost.ports import Request, Response
from tests.connectors.changes import Asked, Changes, Respond, says
from tests.connectors.scene import CANARY
from tests.connectors.scenes.mastodon import SERVER, status
from tests.fakes.transport import answer

AIM = "7"
PAGE = f"{SERVER}/@acme/7"
GONE = answer(404, {"error": "Record not found"})
NO_PAGE = answer(404, raw=b"<html>", headers={"content-type": "text/html"})
UNHEARD = answer(404, {"error": "Not Found"})


def changed(source: Response | None = None, **members: Any) -> Respond:
    """The status as the part says it, changed by members; its source too, unless another is given.

    Members that begin with `source_` change the source.
    """
    written = {name.removeprefix("source_"): members.pop(name) for name in list(members)
               if name.startswith("source_")}  # fmt: skip

    def respond(part: Part, request: Request) -> Response:
        if request.url.endswith("/source"):
            said = {"text": part.text, "spoiler_text": part.payload.get("spoiler_text", "")}
            return source or answer(200, {"id": AIM, **said, **written})
        sensitive = bool(part.payload.get("sensitive") or part.payload.get("spoiler_text"))
        shown = {"sensitive": sensitive, "language": part.payload.get("language"), **members}
        return answer(200, status(part, **shown))

    return respond


def refused(status_: int) -> Response:
    """A refusal that repeats the token and worse."""
    return answer(status_, {"error": f"no {CANARY}\u202e\n<b>x</b>" + "y" * 900})


SURPRISES = (
    answer(200),
    answer(200, raw=b"<html>"),
    answer(200, raw=b'{"id": "7'),
    answer(200, []),
    answer(202),
    answer(301, headers={"location": "/"}),
    answer(400, {"error": "x"}),
    answer(408),
    answer(409),
    answer(500, {"error": "x"}),
    answer(502),
    answer(503, headers={"retry-after": "600"}),
    answer(504),
)

CHANGES = Changes(
    aim=AIM,
    edit=Asked(
        done=(
            (answer(200, {"id": "7", "url": PAGE}), Published("7", PAGE)),
            (answer(200, {"id": 7, "uri": PAGE}), Published("7", PAGE)),
        ),
        refusals=tuple(refused(status_) for status_ in (401, 403, 404, 410, 422)),
        surprises=SURPRISES,
        shown={
            "edited": (changed(), Found(AIM, PAGE)),
            "the old text": (changed(source_text="New boots"), Absent()),
            "the old warning": (changed(source_spoiler_text="Rain"), Absent()),
            "the old description": (changed(media_attachments=[{"description": "B"}]), Absent()),
            "without its picture": (changed(media_attachments=[]), Absent()),
            "hidden": (changed(sensitive=False), Absent()),
            "in another language": (changed(language="de"), Absent()),
            "no source, as readers see it": (changed(UNHEARD), Found(AIM, PAGE)),
            "no source, another text": (changed(UNHEARD, content="<p>Boots!</p>"), Absent()),
        },
        lost={
            "gone": says(GONE),
            "another status": says(answer(200, {"id": "8"})),
            "no status": says(answer(200, [])),
            "unauthorised": says(answer(401, {"error": "x"})),
            "failed": says(answer(503)),
            "throttled": says(answer(429)),
            "source failed": changed(answer(500)),
            "source throttled": changed(answer(429)),
            "no words of the source": changed(answer(200, {"id": "7"})),
        },
    ),
    delete=Asked(
        done=(
            (answer(200, {"id": "7", "text": "New boots"}), Published(AIM, "")),
            (answer(200, {"id": 7}), Published(AIM, "")),
            (answer(200, {}), Published(AIM, "")),
            (GONE, Published(AIM, "")),
            (answer(410, {"error": "Gone"}), Published(AIM, "")),
        ),
        refusals=tuple(refused(status_) for status_ in (401, 403, 422)),
        surprises=(*SURPRISES, answer(200, {"id": "8"}), NO_PAGE, answer(410, raw=b"<html>")),
        reads=says(GONE),
        shown={
            "gone": (says(GONE), Found(AIM, "")),
            "gone for good": (says(answer(410, {"error": "Gone"})), Found(AIM, "")),
            "there": (changed(), Absent()),
        },
        lost={
            "no page": says(NO_PAGE),
            "another status": says(answer(200, {"id": "8"})),
            "no status": says(answer(200, raw=b"<html>")),
            "unauthorised": says(answer(401, {"error": "x"})),
            "failed": says(answer(503)),
            "throttled": says(answer(429)),
            "moved": says(answer(301)),
        },
    ),
)
