"""Deleting a post of Bluesky, in the form that a server gives it."""

from __future__ import annotations

from signpost.domain.outcome import Absent, Found, Published
from tests.connectors.changes import Asked, Changes
from tests.connectors.scene import CANARY
from tests.connectors.scenes.bluesky import ANN, CID, DID, KEY, MISSING, holds, uri
from tests.fakes.transport import answer

AIM = f"{uri()}#{CID}"

CHANGES = Changes(
    aim=AIM,
    delete=Asked(
        done=(
            (answer(200, {"commit": {"cid": "x", "rev": "y"}}), Published(AIM, "")),
            (answer(200, {}), Published(AIM, "")),
            (answer(200), Published(AIM, "")),
        ),
        refusals=(
            answer(
                400,
                {"error": "InvalidRequest", "message": f"no {CANARY}\u202e\n<b>x</b>" + "y" * 900},
            ),
            answer(401, {"error": "AccountTakedown", "message": f"x {CANARY}"}),
            answer(401, {"error": "AuthenticationRequired"}),
            answer(403, {"error": "AccountNotFound"}),
            answer(404, {"error": "XRPCNotSupported"}),
        ),
        surprises=(
            answer(200, raw=b"<html>"),
            answer(200, []),
            answer(200, raw=b'{"commit": {"ci'),
            answer(202),
            answer(302, headers={"location": "/"}),
            answer(400, {"error": "InvalidSwap", "message": "Record was at x"}),
            answer(400, {"message": "x"}),
            answer(400, raw=b"<html>Bad Request"),
            answer(408),
            answer(409),
            answer(500, {"error": "InternalServerError"}),
            answer(502, {"error": "UpstreamFailure"}),
            answer(503),
            answer(504),
        ),
        shown={
            "gone": (holds(MISSING), Found(AIM, "")),
            "there": (holds(answer(200, {"uri": uri(), "cid": CID, "value": {}})), Absent()),
            "changed by a person": (
                holds(answer(200, {"uri": uri(), "cid": "bafyreiother", "value": {"text": "x"}})),
                Absent(),
            ),
        },
        lost={
            "not kept here": holds(MISSING, repo=answer(400, {"error": "RepoNotFound"})),
            "taken down": holds(MISSING, repo=answer(400, {"error": "RepoTakendown"})),
            "another account": holds(MISSING, repo=answer(200, {"did": ANN})),
            "no account": holds(MISSING, repo=answer(200, {"handle": "x"})),
            "not asked": holds(MISSING, repo=answer(503)),
            "no JSON": holds(answer(200, raw=b"<html>")),
            "no record": holds(answer(200, {"uri": uri()})),
            "another key": holds(answer(200, {"uri": uri("3zzzzzzzzzzzz"), "cid": CID})),
            "not named": holds(answer(400, {"error": "InvalidRequest", "message": "Could not"})),
            "no such page": holds(answer(404)),
            "failed": holds(answer(503)),
            "throttled": holds(answer(429)),
        },
    ),
)

assert DID in AIM
assert KEY in AIM
