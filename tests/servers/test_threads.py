"""A thread that breaks at any part goes on behind the part that is public, in order and once."""

from __future__ import annotations

import pytest

from signpost.domain.lifecycle import State
from signpost.domain.row import Row
from signpost.ports import Write
from tests.servers.cases import BREAKS, PARTS, THREAD, THREADED, mark_of
from tests.servers.conftest import DeskOf, Play
from tests.servers.proof import Proof
from tests.servers.proxy import Fault
from tests.servers.stage import Stage
from tests.servers.test_faults import EXPECTED, assert_public_once, spoil_send

SECTION = "Threads of three: what happens to part k"
NAMES = {"bluesky": "Bluesky", "mastodon": "Mastodon (local network)"}


@pytest.mark.parametrize("fault", BREAKS)
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("channel", THREADED)
def test_a_break_resumes(
    channel: str, part: int, fault: Fault, play: Play, desk_of: DeskOf, proof: Proof
) -> None:
    desk, mark = desk_of(channel), mark_of(channel, THREAD, part, fault)
    stage, proxy = play(channel, mark)
    spoil_send(stage, proxy, desk, fault, skip=part)
    row = stage.finish()
    assert row.state is State.PUBLISHED, row
    assert_public_once(desk, mark, stage)
    assert len(proxy.sent(*desk.send)) == PARTS + ("published" in EXPECTED[fault][0])
    proof.saw(SECTION, f"{part + 1}: {fault}", NAMES[channel], EXPECTED[fault][2])


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("channel", THREADED)
def test_a_worker_that_dies_after_a_part_is_followed(
    channel: str, part: int, play: Play, desk_of: DeskOf, proof: Proof
) -> None:
    """The channel has accepted part k; the ledger was never told."""
    desk, mark = desk_of(channel), mark_of(channel, THREAD, part, "dies")
    stage, proxy = play(channel, mark)
    dies_after(stage, part)
    with pytest.raises(WorkerDied):
        stage.finish()
    assert stage.row.state is State.SENDING
    assert (stage.row.part, len(desk.public(mark))) == (part, part + 1)
    stage.wake()
    row = stage.finish()
    assert row.state is State.PUBLISHED, row
    assert_public_once(desk, mark, stage)
    assert len(proxy.sent(*desk.send)) == PARTS
    proof.saw(SECTION, f"{part + 1}: the worker dies after the send", NAMES[channel],
              "1, found")  # fmt: skip


class WorkerDied(BaseException):
    """As when a process is killed: no `except Exception` sees it."""


def dies_after(stage: Stage, part: int) -> None:
    """Let the worker die between the answer to the send of a part and the write of it."""
    write = stage.ledger.write

    def dying(row: Row, *, expected: Row) -> Write:
        if len(row.parts) == part + 1:
            stage.ledger.write = write  # type: ignore[method-assign] # one fault
            raise WorkerDied
        return write(row, expected=expected)

    stage.ledger.write = dying  # type: ignore[method-assign] # one fault
