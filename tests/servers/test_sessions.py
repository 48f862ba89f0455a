"""Sessions on the real account server: they end, are renewed once for many, and begin anew."""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import pytest

from signpost.connectors.bluesky.connector import Bluesky
from signpost.domain.delivery import Part
from signpost.domain.outcome import Published, Rejected
from signpost.errors import AnswerLost, RefusedError
from signpost.ports import Channel, Request, Response
from tests.servers.bluesky_network import Person
from tests.servers.desks import BlueskyDesk
from tests.servers.live import Workbench
from tests.servers.proof import Proof
from tests.servers.proxy import Fault

SECTION = "Sessions: the account server's own tokens"
TWO_HOURS_S = 7200.0
LOGIN, RENEW = r"server\.createSession", r"server\.refreshSession"
KEY_OF_THE_TEST_SERVER = b"jwt-secret"
"""With which @atproto/dev-env signs. Source: its dist/const.js, version 0.6.7."""


@dataclass
class Seat:
    """An account of its own, so that nobody else's logins are counted with it."""

    bench: Workbench
    person: Person

    @property
    def channel(self) -> Channel:
        """What a worker would hand to the connector."""
        channel = self.bench.channel
        account = replace(channel.account, handle=self.person.handle)
        return replace(channel, account=account, token={"app_password": self.person.password})

    @property
    def aged(self) -> Channel:
        """The same, but the first login's token has ended already."""
        return replace(self.channel, transport=Aged(self.bench.transport))

    def write(self, text: str) -> str:
        """A post by the plain API; its address."""
        return str(self.person.write("app.bsky.feed.post", {"text": text})["uri"])

    def two_hours_pass(self) -> None:
        """Access tokens live as long."""
        self.bench.clock.advance(TWO_HOURS_S)

    @property
    def asked(self) -> tuple[int, int]:
        """Logins and renewals that the server was asked for."""
        proxy = self.bench.proxy
        return len(proxy.sent("POST", LOGIN)), len(proxy.sent("POST", RENEW))


@pytest.fixture
def seat(bluesky: BlueskyDesk) -> Iterator[Seat]:
    bench = Workbench(bluesky)
    yield Seat(bench, bluesky.network.person("session"))
    bench.close()


def test_a_session_is_renewed_by_its_refresh_token(seat: Seat, proof: Proof) -> None:
    connector, channel = Bluesky(), seat.channel
    (part,) = connector.render([Part("Words.")], link="", language="en", options={})
    connector.prepare(channel, part)
    assert seat.asked == (1, 0)
    for renewals in (1, 2, 3):
        seat.two_hours_pass()
        connector.prepare(channel, part)
        assert seat.asked == (1, renewals)
        assert connector.measure(channel, []) == []
    # The renewed token is one that the server takes.
    uri = seat.write("Seen")
    assert connector.delete(channel, uri) == Published(uri, "")
    proof.saw(SECTION, "the access token ends, three times over", "Bluesky", "1 login, 3 renewals")


def test_invariant_43_many_workers_one_renewal(seat: Seat, proof: Proof) -> None:
    connector, channel = Bluesky(), seat.channel
    (part,) = connector.render([Part("Words.")], link="", language="en", options={})
    with ThreadPoolExecutor(8) as pool:
        for _ in range(2):
            list(pool.map(lambda _: connector.prepare(channel, part), range(16)))
            seat.two_hours_pass()
    assert seat.asked == (1, 1)
    said = "1 login, then 1 renewal"
    proof.saw(SECTION, "16 preparations by 8 threads, before and after its end", "Bluesky", said)


@pytest.mark.parametrize(
    "fault", [Fault.DROPPED, Fault.ERROR_AFTER, Fault.TRUNCATED, Fault.RESET_AFTER_BODY]
)
def test_a_renewal_whose_answer_is_lost_can_be_repeated(seat: Seat, fault: Fault) -> None:
    """A refresh token is used up by a renewal; the server takes it again for a while."""
    connector, channel = Bluesky(), seat.channel
    (part,) = connector.render([Part("Words.")], link="", language="en", options={})
    connector.prepare(channel, part)
    seat.two_hours_pass()
    seat.bench.proxy.spoil("POST", RENEW, fault)
    with pytest.raises((AnswerLost, RefusedError)) as caught:
        connector.prepare(channel, part)
    assert getattr(caught.value, "permanent", False) is False
    connector.prepare(channel, part)
    assert seat.asked == (1, 2)


class Aged:
    """A transport whose first login is two hours old, signed by the server itself."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self._left = 1

    def send(self, request: Request) -> Response:
        response: Response = self._inner.send(request)
        if not self._left or "createSession" not in request.url or response.status != 200:
            return response
        self._left -= 1
        session = response.json()
        return replace(
            response, body=json.dumps({**session, "accessJwt": aged(session["accessJwt"])}).encode()
        )


def aged(token: str) -> str:
    """The same token, as the server would have made it three hours ago."""

    def piece(value: bytes) -> str:
        return base64.urlsafe_b64encode(value).decode().rstrip("=")

    head, body, _ = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    began = int(time.time()) - 3 * 3600
    body = piece(json.dumps({**claims, "iat": began, "exp": began + 7200}).encode())
    signed = hmac.new(KEY_OF_THE_TEST_SERVER, f"{head}.{body}".encode(), "sha256").digest()
    return f"{head}.{body}.{piece(signed)}"


def test_a_token_that_ended_early_is_refused_for_now_and_the_next_try_logs_in(
    seat: Seat, bluesky: BlueskyDesk, proof: Proof
) -> None:
    """As after a change of the server's clock: ours says that it lives, the server that it ended."""
    uri = seat.write("Words.")
    for act in ("delete", "publish"):
        connector = Bluesky()
        channel = seat.aged
        (part,) = connector.render([Part("More.")], link="", language="en", options={})
        key = connector.new_key("d", "r", 0, "n", seat.bench.clock.now())

        def once(
            act: str = act,
            connector: Bluesky = connector,
            channel: Channel = channel,
            part: Part = part,
            key: str = key,
        ) -> Any:
            if act == "delete":
                return connector.delete(channel, uri)
            return connector.publish(channel, part, {}, key, "")

        first = once()
        assert isinstance(first, Rejected), first
        assert first.permanent is False
        assert "ExpiredToken" in first.reason
        assert isinstance(once(), Published)
    assert [record["value"]["text"] for record in bluesky.network.records(seat.person.did)] == [
        "More."
    ]
    said = "refused for now, then done by a new login"
    proof.saw(SECTION, "the server says ExpiredToken to a send, or to a deletion", "Bluesky", said)


def test_what_may_be_repeated_is_repeated_with_a_new_session(seat: Seat) -> None:
    connector = Bluesky()
    uri = seat.write("Counted.")
    seat.person.wait_for(uri, lambda _: True)
    channel = seat.aged
    (counts,) = connector.measure(channel, [uri])
    assert counts["likes"] == 0
    assert seat.asked == (2, 0)
