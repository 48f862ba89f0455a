"""Shapes × faults: whatever happens to a send, one post is public and the ledger knows it."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from signpost.domain.lifecycle import State
from signpost.domain.row import Row
from tests.servers.cases import FAULTS, REAL, RICHEST, STEPS, mark_of
from tests.servers.conftest import DeskOf, Play
from tests.servers.content import SHAPES
from tests.servers.desks import Desk, WordPressDesk
from tests.servers.proof import Proof
from tests.servers.proxy import RETRY_AFTER_S, Fault, Proxy
from tests.servers.stage import Stage

FOUND = ["ambiguous", "confirmed"]
AGAIN = ["ambiguous", "absent", "published"]
EXPECTED = {
    Fault.DROPPED: (FOUND, 1, "1, found"),
    Fault.LATE_ANSWER: (FOUND, 1, "1, found"),
    Fault.LATE_APPLY: (FOUND, 1, "1, found later"),
    Fault.RESET_BEFORE_BODY: (AGAIN, 1, "1, sent again"),
    Fault.RESET_AFTER_BODY: (AGAIN, 1, "1, sent again"),
    Fault.RESET_AFTER_APPLY: (FOUND, 1, "1, found"),
    Fault.THROTTLED: (["throttled", "published"], 1, "1, waited"),
    Fault.ERROR_BEFORE: (AGAIN, 1, "1, sent again"),
    Fault.ERROR_AFTER: (FOUND, 1, "1, found"),
    Fault.TRUNCATED: (FOUND, 1, "1, found"),
    Fault.PORTAL: (AGAIN, 1, "1, sent again"),
    Fault.TWICE: (["published"], 2, "1"),
}
"""Fault → what the attempts end in, how often the server is handed the send, and in words."""

CASES = [
    pytest.param(channel, shape.name, fault, id=f"{channel}-{shape.name}-{fault}")
    for channel in REAL
    for shape in SHAPES[channel]
    for fault in FAULTS
]


@pytest.mark.parametrize(("channel", "name", "fault"), CASES)
def test_one_post(
    channel: str, name: str, fault: Fault, play: Play, desk_of: DeskOf, proof: Proof
) -> None:
    desk, mark = desk_of(channel), mark_of(channel, name, fault)
    stage, proxy = play(channel, mark)
    spoil_send(stage, proxy, desk, fault)
    began = stage.clock.now()
    row = stage.finish()

    history, handed_over, words = EXPECTED[fault]
    parts = len(stage.delivery.parts)
    assert row.state is State.PUBLISHED, row
    assert stage.history == history + ["published"] * (parts - 1)
    assert_public_once(desk, mark, stage)
    sends = proxy.sent(*desk.send)
    assert sends[0].fault is fault
    assert sum(len(send.answers) for send in sends) == parts - 1 + handed_over
    assert {status for send in sends for status in send.answers} == {200}
    if fault is Fault.THROTTLED:
        assert (stage.clock.now() - began).total_seconds() >= RETRY_AFTER_S
        assert row.attempts == 1  # being asked to wait is no try
    proof.saw(f"{type(desk).__name__.removesuffix('Desk')}: shapes × faults of the send", fault,
              name, words)  # fmt: skip


@pytest.mark.parametrize(
    ("channel", "step"), [(channel, step) for channel in REAL for step in range(STEPS[channel])]
)
def test_each_answer_lost_once(
    channel: str, step: int, play: Play, desk_of: DeskOf, proof: Proof
) -> None:
    """Logins, uploads, drafts, questions: whichever answer is lost, one post comes of it."""
    desk, mark = desk_of(channel), mark_of(channel, RICHEST[channel], "step", step)
    stage, proxy = play(channel, mark)
    proxy.spoil("", "", Fault.DROPPED, skip=step)
    row = stage.finish()
    assert row.state is State.PUBLISHED, row
    assert_public_once(desk, mark, stage)
    hit = [one for one in proxy.exchanges if one.fault is Fault.DROPPED]
    assert len(hit) == (step < STEPS[channel] - 1)
    if hit:
        proof.saw(
            "Each request of a delivery with pictures: its answer dropped after apply",
            f"{step + 1}", type(desk).__name__.removesuffix("Desk"),
            f"{_called(hit[0].method, hit[0].path)}: 1",
        )  # fmt: skip


def _called(method: str, path: str) -> str:
    last = path.partition("?")[0].rstrip("/").rpartition("/")
    name = last[2] if not last[2].isdigit() else f"{last[0].rpartition('/')[2]}/ID"
    return f"`{method} {name}`"


def spoil_send(stage: Stage, proxy: Proxy, desk: Desk, fault: Fault, *, skip: int = 0) -> None:
    """Let a send meet a fault; one that is applied late is applied once it was asked for."""
    spoil_request(stage, proxy, desk.send, fault, lambda: stage.row, skip=skip)


def spoil_request(
    stage: Stage,
    proxy: Proxy,
    request: tuple[str, str],
    fault: Fault,
    row: Callable[[], Row],
    *,
    skip: int = 0,
) -> None:
    """Let a request meet a fault.

    Args:
        request: method and path.
        row: whose send it is.
        skip: how many pass first, of those that are still to come.
    """
    earlier = len(proxy.sent(*request))
    proxy.spoil(*request, fault, skip=skip)
    if fault in {Fault.LATE_ANSWER, Fault.LATE_APPLY}:
        stage.transport.hurry(*request, skip=skip)
    if fault is Fault.LATE_ANSWER:
        stage.until(lambda: row().state is State.AMBIGUOUS)
        # The stage's clock runs ahead: a slow server would seem to have applied it after hours.
        deadline = time.monotonic() + 30
        while not any(send.answers for send in proxy.sent(*request)[earlier + skip :]):
            assert time.monotonic() < deadline, "the server did not apply it"
            time.sleep(0.02)
    if fault is Fault.LATE_APPLY:
        stage.until(lambda: row().asks > 0 or row().reason.endswith("yet; asking again"))
        assert proxy.hand_over() == 1


def assert_public_once(desk: Desk, mark: str, stage: Stage) -> None:
    """Every part is public once, in order, under the id that the ledger has."""
    row = stage.row
    public = desk.public(mark)
    assert [live.id for live in public] == desk.ids([part.external_id for part in row.parts])
    assert len(public) == len(stage.delivery.parts)
    if isinstance(desk, WordPressDesk):
        # Nor a draft left over, nor a second address.
        posts = desk.blog.all_posts(search=mark)
        assert [(str(post["id"]), post["status"]) for post in posts] == [(public[0].id, "publish")]
        assert posts[0]["slug"] == stage.delivery.parts[0].payload["slug"]
