"""Where nobody can know, a person is asked: held, with the reason, and never a second post."""

from __future__ import annotations

import re

import pytest

from signpost.connectors.bluesky.tid import mint
from signpost.domain.lifecycle import State
from tests.servers.cases import HELD, REAL, RICHEST, mark_of
from tests.servers.conftest import DeskOf, Play
from tests.servers.desks import BlueskyDesk, Desk, WordPressDesk
from tests.servers.proof import Proof
from tests.servers.proxy import Fault, Proxy
from tests.servers.stage import Stage

SECTION = "What a person has to look at: held, with the reason"
ALWAYS = 1_000
SILENT, NEVER, ANOTHER = HELD


def _held(channel: str, what: str, play: Play, desk_of: DeskOf) -> tuple[Desk, str, Stage, Proxy]:
    desk, mark = desk_of(channel), mark_of(channel, RICHEST[channel], what)
    return desk, mark, *play(channel, mark)


def _check(stage: Stage, reason: str, proof: Proof, what: str, desk: Desk) -> None:
    row = stage.row
    assert (row.state, row.maybe_live) == (State.HELD, True), row
    assert reason in row.reason
    said = re.sub(r"(the key|the slug) [^\s:]*[^\s:.]", r"\1 …", row.reason)
    proof.saw(SECTION, what, type(desk).__name__.removesuffix("Desk"), f"“{said}”")


@pytest.mark.parametrize("channel", REAL)
def test_nobody_says_whether_it_is_live(
    channel: str, play: Play, desk_of: DeskOf, proof: Proof
) -> None:
    desk, mark, stage, proxy = _held(channel, SILENT, play, desk_of)
    proxy.spoil(*desk.send, Fault.DROPPED)
    # The draft is looked for before the send as well.
    proxy.spoil(*desk.ask, Fault.ERROR_BEFORE, skip=int(channel == "wordpress"), times=ALWAYS)
    stage.finish()
    assert len(desk.public(mark)) == 1
    what = "applied, its answer dropped, and every question answered 503"
    _check(stage, "the channel did not say whether it is live", proof, what, desk)


@pytest.mark.parametrize("channel", REAL)
def test_each_send_vanishes(channel: str, play: Play, desk_of: DeskOf, proof: Proof) -> None:
    desk, mark, stage, proxy = _held(channel, NEVER, play, desk_of)
    proxy.spoil(*desk.send, Fault.RESET_AFTER_BODY, times=ALWAYS)
    stage.finish()
    assert desk.public(mark) == []
    assert stage.history == ["ambiguous", "absent"] * 3
    what = "reset after the body each time, never applied"
    _check(stage, "sent 3 time(s), and the channel does not show it", proof, what, desk)


def test_another_record_lies_at_the_key(play: Play, desk_of: DeskOf, proof: Proof) -> None:
    """The server refuses to write over it, and it is not ours."""
    desk, mark, stage, proxy = _held("bluesky", ANOTHER, play, desk_of)
    assert isinstance(desk, BlueskyDesk)
    row = stage.row
    key = mint(row.delivery, row.revision, 0, row.due)
    record = {"$type": "app.bsky.feed.post", "text": f"Not ours {mark}",
              "createdAt": "2026-01-01T00:00:00.000Z"}  # fmt: skip
    body = {"repo": desk.brand.did, "collection": "app.bsky.feed.post", "rkey": key,
            "record": record}  # fmt: skip
    assert desk.brand.call("POST", "com.atproto.repo.putRecord", body).status == 200
    stage.finish()
    assert [live.text for live in desk.public(mark)] == [record["text"]]
    assert [send.answers for send in proxy.sent(*desk.send)] == [[400]]
    _check(stage, "Another post lies at the key", proof, "another record at its key", desk)


def test_a_person_threw_the_post_away(play: Play, desk_of: DeskOf, proof: Proof) -> None:
    """Between the send and the question somebody deleted what the send had made public."""
    desk, mark, stage, proxy = _held("wordpress", ANOTHER, play, desk_of)
    assert isinstance(desk, WordPressDesk)
    proxy.spoil(*desk.send, Fault.DROPPED)
    stage.until(lambda: stage.row.state is State.AMBIGUOUS)
    (live,) = desk.public(mark)
    gone = desk.blog.call("DELETE", f"/posts/{live.id}", person="author", force="true")
    assert gone.status == 200
    stage.finish()
    assert desk.public(mark) == []
    what = "applied, its answer dropped, and deleted by a person before it was asked for"
    _check(stage, "neither a post nor a draft", proof, what, desk)
