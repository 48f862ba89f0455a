"""What a server refuses for good is FAILED, with its own words; nothing is public, and it is not asked twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from signpost.domain.delivery import About, Delivery
from signpost.domain.lifecycle import State
from tests.servers.cases import PLAINEST, REFUSED, mark_of
from tests.servers.content import Written
from tests.servers.desks import Desk, WordPressDesk
from tests.servers.proof import Proof
from tests.servers.proxy import Proxy
from tests.servers.stage import Stage

SECTION = "Refused for good by the server: FAILED, with its own words"


@dataclass(frozen=True)
class Refusal:
    """One thing that a server does not take.

    Args:
        what: in words.
        said: what the reason has to hold.
        token: the secret's members, where they are what is wrong.
        change: makes the delivery wrong, past all checks of ours.
        sends: how often the one request that makes a post public was made.
    """

    channel: str
    what: str
    said: str
    token: Callable[[Desk], dict[str, str]] | None = None
    change: Callable[[Delivery], Delivery] | None = None
    sends: int = 0


def _payload(**members: object) -> Callable[[Delivery], Delivery]:
    def change(delivery: Delivery) -> Delivery:
        (part,) = delivery.parts
        changed = replace(part, payload={**part.payload, **members})
        return replace(delivery, parts=(changed,))

    return change


def _contributor(desk: Desk) -> dict[str, str]:
    assert isinstance(desk, WordPressDesk)
    password = desk.blog.people["contributor"]
    return {"username": "contributor", "application_password": password}


CASES = (
    Refusal(
        "bluesky", REFUSED["bluesky"][0], "logging in: HTTP 401: AuthenticationRequired",
        token=lambda _desk: {"app_password": "aaaa-bbbb-cccc-dddd"},
    ),
    Refusal(
        "bluesky", REFUSED["bluesky"][1], "HTTP 400: InvalidRequest",
        change=_payload(tags=["t"] * 9), sends=1,
    ),
    Refusal(
        "bluesky", REFUSED["bluesky"][2], "HTTP 400: InvalidRequest",
        change=_payload(langs=["not a language!"]), sends=1,
    ),
    Refusal(
        "wordpress", REFUSED["wordpress"][0], "The site does not know the account",
        token=lambda _desk: {"username": "author", "application_password": "aaaa bbbb cccc dddd"},
    ),
    Refusal("wordpress", REFUSED["wordpress"][1], "rest_cannot_publish", _contributor, sends=1),
    Refusal(
        "wordpress", REFUSED["wordpress"][2], "The site has no category `Nonesuch`.",
        change=_payload(categories=["Nonesuch"]),
    ),
    Refusal(
        "wordpress", REFUSED["wordpress"][3], "has the slug `hello-world` already",
        change=_payload(slug="hello-world"),
    ),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.channel}-{case.what}")
def test_refused(
    case: Refusal, desk_of: Callable[[str], Desk], written: Written, proof: Proof
) -> None:
    desk = desk_of(case.channel)
    mark = mark_of(case.channel, PLAINEST[case.channel], case.what)
    line: tuple[Delivery, About] = written.lines[mark, case.channel]
    if case.change is not None:
        line = (case.change(line[0]), line[1])
    token = case.token(desk) if case.token else desk.token
    proxy = Proxy(desk.url)
    stage = Stage(line, server=proxy.url, handle=desk.handle, token=token, media=())
    try:
        row = stage.finish()
    finally:
        stage.close()
        proxy.close()
    assert row.state is State.FAILED, row
    assert case.said in row.reason
    assert all(str(secret) not in row.reason for secret in token.values() if len(secret) > 12)
    assert desk.public(mark) == []
    assert len(proxy.sent(*desk.send)) == case.sends
    name = type(desk).__name__.removesuffix("Desk")
    proof.saw(SECTION, case.what, name, f"“{case.said}”")
