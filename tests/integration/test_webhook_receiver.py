"""The receiver of docs/channels/webhook.md, exactly as it stands there, and our connector before it."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from json import loads
from pathlib import Path
from typing import Any

import pytest

from signpost.connectors.webhook.connector import Webhook
from signpost.domain.delivery import Account, Part
from signpost.domain.outcome import Absent, Ambiguous, Found, Outcome, Published, Rejected, Unknown
from signpost.errors import AnswerLost
from signpost.ports import Channel, Request, Response, Sent, Transport
from signpost.transport import HttpTransport
from tests.connectors.scene import CANARY, DUE, PICTURE, PIXEL, FakeMedia
from tests.fakes.clock import FakeClock

PAGE = Path(__file__).resolve().parents[2] / "docs/channels/webhook.md"
HOOK = Webhook()


def code_of(page: Path) -> str:
    """The one Python program that the page shows."""
    (code,) = re.findall(
        r"^```python\n(.*?)^```", page.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    return str(code)


@dataclass(frozen=True)
class Place:
    """A running receiver."""

    url: str
    book: Path

    def channel(
        self,
        transport: Transport,
        *,
        key: str = CANARY,
        at: float | None = None,
        url: str = "",
    ) -> Channel:
        """What a worker would use. The receiver's clock is the machine's, so ours starts there."""
        now = datetime.now(UTC).timestamp() if at is None else at
        return Channel(
            account=Account("letters", "webhook", "letters", url or f"{self.url}/in?list=a", "s"),
            token={"signing_key": key},
            transport=transport,
            media=FakeMedia(PIXEL),
            clock=FakeClock(datetime.fromtimestamp(now, UTC)),
        )

    def received(self) -> list[dict[str, Any]]:
        """The bodies that it has taken, in order."""
        with sqlite3.connect(self.book) as book:
            rows = book.execute("SELECT body FROM post WHERE body NOT NULL ORDER BY id").fetchall()
        book.close()
        return [loads(body) for (body,) in rows]


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("receiver") / "receiver.py"
    path.write_text(code_of(PAGE), encoding="utf-8")
    return path


@pytest.fixture
def place(program: Path, tmp_path: Path) -> Iterator[Place]:
    book = tmp_path / "received.sqlite3"
    environment = {**os.environ, "SIGNING_KEY": CANARY, "BOOK": str(book)}
    with subprocess.Popen(
        [sys.executable, str(program), "0"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            yield Place(line.split()[-1], book)
        finally:
            process.terminate()


@pytest.fixture
def transport() -> Iterator[HttpTransport]:
    made = HttpTransport()
    yield made
    made.close()


class Changed:
    """A transport that changes a request on its way, or loses its answer."""

    def __init__(self, inner: Transport, *, lose: bool = False, **changes: object) -> None:
        self._inner = inner
        self._lose = lose
        self._changes = changes

    def send(self, request: Request) -> Response:
        changes = dict(self._changes)
        if headers := changes.pop("headers", None):
            assert isinstance(headers, dict)
            changes["headers"] = {**(request.headers or {}), **headers}
        response = self._inner.send(replace(request, **changes))  # type: ignore[arg-type] # any member
        if self._lose:
            raise AnswerLost("lost")
        return response


def part(text: str = "New boots.", *others: str) -> tuple[Part, ...]:
    parts = [Part(text, (PICTURE,)), *(Part(other) for other in others)]
    return HOOK.render(parts, link="https://acme.example/b", language="en", options={"title": "T"})


def send(channel: Channel, one: Part, key: str, reply_to: str = "") -> Outcome:
    return HOOK.publish(channel, one, HOOK.prepare(channel, one), key, reply_to)


def key_of(number: int = 0) -> str:
    return HOOK.new_key("acme/shop/post/letters", "revision", number, "owner", DUE)


def test_a_post_arrives_once_with_its_picture(place: Place, transport: HttpTransport) -> None:
    (one,) = part()
    channel, sent = place.channel(transport), Sent(one, key_of(), DUE)
    assert HOOK.confirm(channel, sent) == Absent()
    assert send(channel, one, key_of()) == Published("1", "")
    assert HOOK.confirm(channel, sent) == Found("1", "")
    assert send(channel, one, key_of()) == Published("1", ""), "409, and it is done"
    (body,) = place.received()
    assert (body["text"], body["title"], body["account"]) == ("New boots.", "T", "letters")
    (media,) = body["media"]
    assert b64decode(media["data"]) == PIXEL


def test_a_lost_answer_is_found_and_a_repeat_does_nothing(
    place: Place, transport: HttpTransport
) -> None:
    (one,) = part()
    outcome = send(place.channel(Changed(transport, lose=True)), one, key_of())
    assert isinstance(outcome, Ambiguous)
    channel = place.channel(transport)
    assert HOOK.confirm(channel, Sent(one, key_of(), DUE)) == Found("1", "")
    assert send(channel, one, key_of()) == Published("1", "")
    assert len(place.received()) == 1


def test_a_thread_names_the_part_before(place: Place, transport: HttpTransport) -> None:
    channel, before = place.channel(transport), ""
    for number, one in enumerate(part("one", "two", "three")):
        outcome = send(channel, one, key_of(number), before)
        assert isinstance(outcome, Published)
        before = outcome.external_id
    assert [(body["text"], body["reply_to"]) for body in place.received()] == [
        ("one", ""),
        ("two", "1"),
        ("three", "2"),
    ]


def test_a_post_is_corrected_there_and_back_and_retracted(
    place: Place, transport: HttpTransport
) -> None:
    (one,), (better,) = part("New bots."), part("New boots.")
    channel, lossy = place.channel(transport), place.channel(Changed(transport, lose=True))
    assert send(channel, one, key_of()) == Published("1", "")
    assert HOOK.confirm_edit(channel, "1", better) == Absent()
    for wanted in (better, one, better):
        prepared = HOOK.prepare_edit(channel, wanted)
        assert isinstance(HOOK.edit(lossy, "1", wanted, prepared), Ambiguous)
        assert HOOK.confirm_edit(channel, "1", wanted) == Found("1", "")
        assert HOOK.edit(channel, "1", wanted, prepared) == Published("1", ""), "409"
        (body,) = place.received()
        assert body["text"] == wanted.text
        assert b64decode(body["media"][0]["data"]) == PIXEL
    assert HOOK.confirm_edit(channel, "1", one) == Absent()

    assert HOOK.confirm_delete(channel, "1") == Absent()
    assert isinstance(HOOK.delete(lossy, "1"), Ambiguous)
    assert HOOK.confirm_delete(channel, "1") == Found("1", "")
    assert HOOK.delete(channel, "1") == Published("1", ""), "409"
    assert place.received() == []
    # What is gone can be retracted again, and not be brought back by a correction.
    refused = HOOK.edit(channel, "1", one, {})
    assert isinstance(refused, Rejected)
    assert "no such post" in refused.reason
    assert HOOK.delete(channel, "9") == Published("9", "")
    assert send(channel, one, key_of()) == Published("1", ""), "nor by a repeat of the post"
    assert place.received() == []


def test_what_is_not_ours_is_refused_and_not_kept(place: Place, transport: HttpTransport) -> None:
    (one,) = part()
    now = datetime.now(UTC).timestamp()
    other = key_of(1)
    wrong = {
        "a key that it does not share": place.channel(transport, key="x" * 64),
        "an old request": place.channel(transport, at=now - 3600),
        "a request of tomorrow": place.channel(transport, at=now + 86_400),
        "an altered body": place.channel(Changed(transport, data=b'{"key":"x","version":1}')),
        "a body cut short": place.channel(Changed(transport, data=b"")),
        "a changed time": place.channel(
            Changed(transport, headers={"Signpost-Timestamp": str(int(now) + 1)})
        ),
        "much as its time": place.channel(
            Changed(transport, headers={"Signpost-Timestamp": "9" * 5000})
        ),
        "no number as its time": place.channel(
            Changed(transport, headers={"Signpost-Timestamp": "²"})
        ),
        "no signature": place.channel(Changed(transport, secret_headers=None)),
        "a signature of letters": place.channel(
            Changed(transport, secret_headers={"Signpost-Signature": "v1=é"})
        ),
        "another key in the header": place.channel(
            Changed(transport, headers={"Idempotency-Key": other})
        ),
        "too much": place.channel(Changed(transport, headers={"Content-Length": "6291457"})),
    }
    for name, channel in wrong.items():
        outcome = send(channel, one, key_of())
        assert isinstance(outcome, Rejected), name
        assert re.match(r"HTTP 4(00|01|13): ", outcome.reason), name
        assert CANARY not in outcome.reason
    assert place.received() == []
    # Nor is anything told to who cannot sign; and what was refused can still be sent.
    unsigned = place.channel(Changed(transport, secret_headers=None))
    assert isinstance(HOOK.confirm(unsigned, Sent(one, key_of(), DUE)), Unknown)
    assert send(place.channel(transport), one, key_of()) == Published("1", "")


def test_a_question_cannot_be_replayed_as_a_post(place: Place, transport: HttpTransport) -> None:
    """The signature of a question is over its key; as a body that is no JSON object."""
    (one,) = part()
    asked: list[Request] = []

    class Listening:
        def send(self, request: Request) -> Response:
            asked.append(request)
            return transport.send(request)

    HOOK.confirm(place.channel(Listening()), Sent(one, key_of(), DUE))
    replayed = replace(asked[0], method="POST", data=key_of().encode())
    assert transport.send(replayed).status == 400
    assert place.received() == []


def test_a_receiver_that_is_not_there_is_no_unknown(place: Place, transport: HttpTransport) -> None:
    (one,) = part()
    outcome = send(place.channel(transport, url="http://127.0.0.1:1/in"), one, key_of())
    assert isinstance(outcome, Rejected)
    assert outcome.permanent is False
