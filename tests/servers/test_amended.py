"""Corrections and retractions on the whole path: whatever happens to a request, all of it is done.

Bundle, push of an edit, the request for it, queue, worker, transport, proxy, server; and then
somebody else reads what is public.
"""

from __future__ import annotations

import pytest

from signpost.domain.amendment import Amend
from signpost.domain.lifecycle import State
from signpost.usecases.stop import ControlError
from tests.servers.amended import Scenes
from tests.servers.cases import FAULTS
from tests.servers.desks import BlueskyDesk, MastodonDesk, WordPressDesk
from tests.servers.editions import DIES, EVERY_PART, HELD, UNEDITABLE, VERBS
from tests.servers.proof import Proof
from tests.servers.proxy import RETRY_AFTER_S, Fault
from tests.servers.test_changes import EXPECTED as WORDS
from tests.servers.test_faults import EXPECTED, spoil_request
from tests.servers.test_threads import WorkerDied, dies_after

NAMES = {"bluesky": "Bluesky", "mastodon": "Mastodon (local network)", "wordpress": "WordPress"}
DOES = {"edit": "correct", "delete": "retract"}
SECTION = "Corrections and retractions: what happens to part k"
AROUND = "Corrections and retractions: what lies around them"
ALWAYS = 1_000


def column(channel: str, verb: str) -> str:
    """The column of docs/proof.md."""
    return f"{NAMES[channel]}: {DOES[verb]}"


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(("channel", "verb", "part"), EVERY_PART)
def test_it_is_done_whatever_happens_to_a_part(
    channel: str, verb: str, part: int, fault: Fault, scene: Scenes, proof: Proof
) -> None:
    live = scene(channel, verb, part, fault)
    stage = live.stage
    live.ask()
    began = stage.clock.now()
    spoil_request(stage, live.proxy, live.request, fault, lambda: stage.amendment, skip=part)
    row = stage.finish_amendment()
    live.is_done()

    history, handed_over, _ = EXPECTED[fault]
    behind = live.parts - 1 - part
    outcomes = [attempt.outcome for attempt in row.history]
    assert outcomes == ["published"] * part + history + ["published"] * behind
    sent = live.sent()
    assert [one.fault for one in sent].index(fault) == part
    assert len(sent) == live.parts + ("published" in history and len(history) > 1)
    assert sum(len(one.answers) for one in sent) == live.parts - 1 + handed_over
    assert {one.answers[0] for one in sent if one.answers} == {200}
    if fault is Fault.THROTTLED:
        assert (stage.clock.now() - began).total_seconds() >= RETRY_AFTER_S
        assert stage.ledger.accounts([row.account])[row.account].rate.blocked_until is None
    words = WORDS[fault][1]
    proof.saw(SECTION, f"{part + 1}: {fault}", column(channel, verb), words)


@pytest.mark.parametrize(("channel", "verb", "part"), EVERY_PART)
def test_a_worker_that_dies_after_the_answer_is_followed(
    channel: str, verb: str, part: int, scene: Scenes, proof: Proof
) -> None:
    """The server has done part k; the ledger was never told."""
    live = scene(channel, verb, part, DIES)
    live.ask()
    dies_after(live.stage, part)
    with pytest.raises(WorkerDied):
        live.stage.finish_amendment()
    row = live.stage.amendment
    assert (row.state, row.part, live.done()) == (State.SENDING, part, part + 1)
    live.stage.wake()
    live.stage.finish_amendment()
    live.is_done()
    assert len(live.sent()) == live.parts
    proof.saw(
        SECTION,
        f"{part + 1}: the worker dies after the answer",
        column(channel, verb),
        "done, seen",
    )


@pytest.mark.parametrize(("channel", "verb"), VERBS)
def test_what_never_arrives_is_held_and_done_when_it_is_asked_for_again(
    channel: str, verb: str, scene: Scenes, proof: Proof
) -> None:
    live = scene(channel, verb, HELD[0])
    live.ask()
    live.proxy.spoil(*live.request, Fault.RESET_AFTER_BODY, times=ALWAYS)
    row = live.stage.finish_amendment()
    live.is_untouched()
    assert (row.state, row.maybe_live) == (State.HELD, True)
    assert [attempt.outcome for attempt in row.history] == ["ambiguous", "absent"] * 3
    assert len(live.sent()) == 3
    live.proxy.lift()
    live.stage.ask(live.action)
    live.stage.finish_amendment()
    live.is_done()
    proof.saw(
        AROUND, "reset after the body each time; then asked for again", column(channel, verb),
        f"held: “{row.reason}”; done",
    )  # fmt: skip


@pytest.mark.parametrize(("channel", "verb"), VERBS)
def test_nobody_says_whether_it_was_done(
    channel: str, verb: str, scene: Scenes, proof: Proof
) -> None:
    live = scene(channel, verb, HELD[1])
    live.ask()
    live.proxy.spoil(*live.request, Fault.DROPPED)
    live.stage.until(lambda: live.stage.amendment.state is State.AMBIGUOUS)
    live.proxy.spoil("GET", "", Fault.ERROR_BEFORE, times=ALWAYS)
    row = live.stage.finish_amendment()
    assert (row.state, row.maybe_live) == (State.HELD, True)
    assert live.done() == len(live.sent()) == 1
    live.proxy.lift()
    live.stage.ask(live.action)
    live.stage.finish_amendment()
    live.is_done()
    said = row.reason.partition(":")[0]
    proof.saw(
        AROUND, "done, its answer dropped, and every question answered 503; then asked for again",
        column(channel, verb), f"held: “{said}”; done",
    )  # fmt: skip


def test_an_article_keeps_its_address_its_comments_and_its_numbers(
    scene: Scenes, wordpress: WordPressDesk, proof: Proof
) -> None:
    """A correction with a picture more, by uploads of the worker."""
    live = scene("wordpress", "edit")
    (part,) = live.published.parts
    wordpress.blog.comment(int(part.external_id), f"Which wax? {live.mark}")
    assert live.stage.measured().values == {"replies": 1}
    live.ask()
    live.stage.finish_amendment()
    live.is_done()
    wordpress.blog.comment(int(part.external_id), f"Thank you. {live.mark}")
    assert live.stage.measure(900).did == "measured"
    assert [one.values["replies"] for one in live.stage.metrics.all] == [1, 2]
    post = wordpress.blog.call("GET", f"/posts/{part.external_id}").json
    assert "On boots." in post["excerpt"]["rendered"]
    assert post["content"]["rendered"].count("<img") == 1, "the second picture; the first is above"
    assert post["featured_media"]
    with pytest.raises(ControlError, match="is what is public"):
        live.stage.ask(Amend.CORRECT)
    proof.saw(AROUND, "comments, numbers, permalink", column("wordpress", "edit"), "stay and go on")


def test_a_status_keeps_its_address_its_likes_and_its_numbers(
    scene: Scenes, mastodon: MastodonDesk, proof: Proof
) -> None:
    live = scene("mastodon", "edit")
    (part,) = live.published.parts
    mastodon.like("reader", part.external_id)
    assert live.stage.measured().values["likes"] == 1
    live.ask()
    live.stage.finish_amendment()
    live.is_done()
    mastodon.like("editor", part.external_id)
    assert live.stage.measure(900).did == "measured"
    assert [one.values["likes"] for one in live.stage.metrics.all] == [1, 2]
    proof.saw(AROUND, "likes, numbers, permalink", column("mastodon", "edit"), "stay and go on")


@pytest.mark.parametrize("channel", ["bluesky", "mastodon", "wordpress"])
def test_what_is_retracted_is_gone_and_stays_so(channel: str, scene: Scenes, proof: Proof) -> None:
    live = scene(channel, "delete")
    live.ask()
    live.stage.finish_amendment()
    live.is_done()
    assert live.stage.measure(900).did == "skipped"
    requests = len(live.all_sent())
    live.edit()  # git still has it, edited even: nothing goes out
    live.stage.wake()
    for action in Amend:
        with pytest.raises(ControlError, match="was retracted"):
            live.stage.ask(action)
    live.stage.tick()
    assert len(live.all_sent()) == requests
    live.is_done()
    proof.saw(AROUND, "an edit is pushed afterwards", column(channel, "delete"), "stays gone")


def test_bluesky_is_not_corrected_and_says_what_to_do(
    scene: Scenes, bluesky: BlueskyDesk, proof: Proof
) -> None:
    live = scene("bluesky", "edit", UNEDITABLE)
    live.edit()
    with pytest.raises(ControlError, match="cannot be edited") as error:
        live.stage.ask(Amend.CORRECT)
    assert "`signpost retract` it, and post it again under a new id" in error.value.remedy
    live.stage.tick()
    assert live.all_sent() == []
    live.is_untouched()
    assert bluesky.friend.wait_for(live.public()[0].id, bool)
    said = f"{error.value.cause} {error.value.remedy}"
    proof.saw(AROUND, "asked to correct", "Bluesky: correct", f"nothing is sent: “{said}”")
