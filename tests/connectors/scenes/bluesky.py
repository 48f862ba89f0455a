"""Bluesky's conversation, in the form that a server gives it."""

from __future__ import annotations

import base64
import json
from typing import Any

from signpost.connectors.bluesky.facets import MENTION
from signpost.connectors.bluesky.tid import created_at, mint
from signpost.domain.delivery import Account, Part
from signpost.domain.outcome import Absent, Found, Published
from signpost.ports import Request, Response
from tests.connectors.scene import CANARY, DUE, PICTURE, Scene
from tests.fakes.transport import answer

SERVER = "https://pds.example"
XRPC = f"{SERVER}/xrpc/"
DID = "did:plc:acme5a2k7q3mz4f6v8w9x1yb"
ANN = "did:plc:ann77aaaaaaaaaaaaaaaaaaa"
CID = "bafyreiacme"
ACCOUNT = Account("acme-bluesky", "bluesky", "@acme.bsky.example", SERVER, "bluesky-acme")
TEXT = "New boots – old paths, by @ann.hills.example: https://acme.example/boots?a=1 #Winter"
KEY = mint("d", "r", 0, DUE)
MISSING = answer(400, {"error": "RecordNotFound", "message": f"Could not locate record: {KEY}"})


def jwt(seconds: int = 7200, name: str = "access") -> str:
    """A token as a server makes it: it tells its own times."""
    claims = {"iat": 1_780_000_000, "exp": 1_780_000_000 + seconds, "scope": name}
    middle = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"eyJh.{middle}.{name}-signature"


def session(**members: Any) -> dict[str, Any]:
    """The answer to a login."""
    return {
        "accessJwt": jwt(),
        "refreshJwt": jwt(7_776_000, "refresh"),
        "did": DID,
        "handle": "acme.bsky.example",
        "active": True,
        **members,
    }


def uri(key: str = KEY) -> str:
    """The address of a post of the account."""
    return f"at://{DID}/app.bsky.feed.post/{key}"


def blob(number: int = 1) -> dict[str, Any]:
    """An uploaded image as the server names it."""
    ref = {"$link": f"bafkreiblob{number}"}
    return {"$type": "blob", "ref": ref, "mimeType": "image/png", "size": 33}


def welcome(request: Request) -> Response:
    """Answers to a login, and to nothing else."""
    assert request.url == f"{XRPC}com.atproto.server.createSession"
    return answer(200, session())


def payload_of(body: Any) -> dict[str, Any]:
    """The approved payload: a record without accounts and blobs."""
    record = dict(body["record"])
    handles = {ANN: "ann.hills.example"}
    record["facets"] = [
        {
            **facet,
            "features": [
                {"$type": MENTION, "handle": handles[feature["did"]]}
                if "did" in feature
                else feature
                for feature in facet["features"]
            ],
        }
        for facet in record["facets"]
    ]
    images = [
        {name: value for name, value in image.items() if name != "image"}
        for image in record["embed"]["images"]
    ]
    record["embed"] = {**record["embed"], "images": images}
    return record


def described(response: Response | None = None) -> Response:
    """The server's word that it keeps the account's repository."""
    return response or answer(200, {"did": DID, "handle": "acme.bsky.example", "collections": []})


def holds(response: Response | None = None, *, repo: Response | None = None, **changes: Any) -> Any:
    """Answers to describeRepo and getRecord: this one, or the part itself, changed."""

    def respond(part: Part, request: Request) -> Response:
        assert request.secret_headers is None
        if "describeRepo" in request.url:
            return described(repo)
        assert request.url.startswith(f"{XRPC}com.atproto.repo.getRecord?repo=did%3Aplc%3Aacme")
        if response is not None:
            return response
        key = request.url.rpartition("=")[2]
        value = {**part.payload, "createdAt": "2026-12-01T09:00:00.050Z", **changes}
        return answer(200, {"uri": uri(key), "cid": CID, "value": value})

    return respond


def counted(key: str = "7", **counts: Any) -> dict[str, Any]:
    """A post as the index shows it."""
    return {"uri": uri(key), "cid": CID, **counts}


SCENE = Scene(
    account=ACCOUNT,
    parts=(
        Part(text=TEXT, media=(PICTURE,)),
        Part("And a second part, in reply to the first."),
    ),
    options={"label": "graphic-media"},
    token={"app_password": CANARY},
    prepared={"blobs": [blob()], "dids": {"ann.hills.example": ANN}},
    payload_of=payload_of,
    welcome=welcome,
    login="com.atproto.server.createSession",
    published=(
        (
            answer(200, {"uri": uri(), "cid": CID, "commit": {"cid": "x", "rev": "y"}}),
            Published(f"{uri()}#{CID}", f"https://bsky.app/profile/{DID}/post/{KEY}"),
        ),
        # A repeat of the same record: nothing is written, so there is no commit.
        (
            answer(200, {"uri": uri(), "cid": CID, "validationStatus": "valid"}),
            Published(f"{uri()}#{CID}", f"https://bsky.app/profile/{DID}/post/{KEY}"),
        ),
    ),
    refusals=(
        answer(
            400, {"error": "InvalidRequest", "message": f"no {CANARY}\u202e\n<b>x</b>" + "y" * 900}
        ),
        answer(400, {"error": "InvalidMimeType", "message": "x"}),
        answer(400, {"error": "InvalidSize", "message": "x"}),
        answer(401, {"error": "AccountTakedown", "message": f"x {CANARY}"}),
        answer(401, {"error": "AuthenticationRequired"}),
        answer(403, {"error": "AccountNotFound"}),
        answer(404, {"error": "XRPCNotSupported"}),
        answer(413, {"error": "PayloadTooLarge"}),
    ),
    throttled=(
        (
            answer(
                429,
                {"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"},
                headers={"ratelimit-reset": str(int(DUE.timestamp()) + 300)},
            ),
            300.0,
        ),
        (answer(429, headers={"retry-after": "17"}), 17.0),
        (answer(429), None),
    ),
    surprises=(
        answer(200),
        answer(200, raw=b"<html>"),
        answer(200, raw=b'{"uri": "at'),
        answer(200, []),
        answer(200, {"uri": uri()}),
        answer(200, {"uri": uri(), "cid": None}),
        answer(200, {"uri": uri("3zzzzzzzzzzzz"), "cid": CID}),
        answer(200, {"uri": uri().replace(DID, ANN), "cid": CID}),
        answer(202, {"uri": uri(), "cid": CID}),
        answer(302, headers={"location": "/"}),
        answer(400, {"error": "InvalidSwap", "message": "Record was at bafyreiother"}),
        answer(400, {"message": "x"}),
        answer(400, raw=b"<html>Bad Request"),
        answer(408),
        answer(409, {"error": "x"}),
        answer(500, {"error": "InternalServerError"}),
        answer(502, {"error": "UpstreamFailure"}),
        answer(503, {"error": "NotEnoughResources"}),
        answer(504),
    ),
    listings={
        "one": (
            holds(),
            Found(
                f"{uri('key')}#{CID}",
                f"https://bsky.app/profile/{DID}/post/key",
                DUE.replace(microsecond=50_000),
            ),
        ),
        "none": (holds(MISSING), Absent()),
    },
    lost_listings={
        "not kept here": holds(repo=answer(400, {"error": "RepoNotFound"})),
        "taken down": holds(repo=answer(400, {"error": "RepoTakendown"})),
        "no account": holds(repo=answer(200, {"handle": "x"})),
        "an account that is none": holds(repo=answer(200, {"did": 7})),
        "not asked": holds(repo=answer(503)),
        "no JSON": holds(answer(200, raw=b"<html>")),
        "no record": holds(answer(200, {"uri": uri("key")})),
        "another key": holds(answer(200, {"uri": uri(), "cid": CID, "value": {}})),
        "not named": holds(answer(400, {"error": "InvalidRequest", "message": "Could not locate"})),
        "gone": holds(answer(404)),
        "failed": holds(answer(503)),
        "throttled": holds(answer(429)),
        "another text": holds(text="Something else."),
        "no value": holds(answer(200, {"uri": uri("key"), "cid": CID})),
    },
    measured=(
        (
            answer(
                200,
                {
                    "posts": [
                        counted(
                            likeCount=3, replyCount=1, repostCount=2, quoteCount=4, bookmarkCount=5
                        )
                    ]
                },
            ),
            {"replies": 1, "reposts": 2, "likes": 3, "quotes": 4},
        ),
        (
            answer(200, {"posts": [counted(likeCount=0, replyCount=0)]}),
            {"replies": 0, "likes": 0},
        ),
        (
            answer(
                200,
                {
                    "posts": [
                        counted(replyCount=None, repostCount="2", likeCount=True, quoteCount=-1)
                    ]
                },
            ),
            {},
        ),
    ),
    thread=(
        [
            answer(
                200,
                {
                    "posts": [
                        counted("9", likeCount=9, replyCount=1),
                        counted("7", likeCount=7, replyCount=2),
                    ]
                },
            )
        ],
        ["7", f"{uri('8')}#{CID}#7#{CID}", f"{uri('9')}#{CID}#7#{CID}"],
        [{"likes": 7, "replies": 1}, {}, {"likes": 9, "replies": 1}],
    ),
)

assert created_at(KEY).startswith("2026-12-01T09:00:00.")
