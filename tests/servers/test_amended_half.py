"""Corrections and retractions that stop half-way, meet a stop, or answer what somebody edited there."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from signpost.cli.statefile import Entry, read_state
from signpost.domain.amendment import Amend
from signpost.domain.lifecycle import State
from signpost.domain.plan import Action, Change, make_plan
from tests.servers.amended import Scene, Scenes
from tests.servers.bluesky_network import Person
from tests.servers.content import WORKSPACE
from tests.servers.desks import BlueskyDesk, Desk, MastodonDesk, WordPressDesk
from tests.servers.editions import BY_HAND, GOOD, HALF, STOPPED, TYPO, VERBS
from tests.servers.proof import Proof
from tests.servers.proxy import Fault
from tests.servers.test_amended import AROUND, column
from tests.servers.web import fetch

SOMEBODY = "Wax your boots, said somebody else"


def entry(live: Scene) -> Entry:
    """The delivery as `signpost status` and `plan` find it in the state file."""
    live.stage.tick()
    (found,) = read_state(live.stage.objects, WORKSPACE).entries
    return found


def planned(live: Scene) -> Change:
    """What `signpost plan` says of what git has: the edition that was pushed last."""
    found = entry(live)
    wanted = live.second[0] if live.verb == "edit" else live.stage.delivery
    account = live.stage.delivery.account
    (change,) = make_plan(
        [replace(wanted, account=account)], {found.delivery: found.actual}
    ).changes
    return change


def use_token(live: Scene, **members: str) -> None:
    """Let workers find another token; those that run know the last one no more."""
    live.stage.secrets.tokens[live.stage.delivery.account.secret] = members
    live.stage.wake()


def break_behind_the_first(live: Scene) -> None:
    """One part is amended, and the second waits: long enough to change something."""
    live.ask()
    live.proxy.spoil(*live.request, Fault.THROTTLED, skip=1)
    live.stage.until(lambda: live.stage.amendment.reason.startswith("HTTP 429"))
    assert live.done() == len(live.stage.amendment.parts) == 1


def is_half_done(live: Scene, said: str) -> str:
    """FAILED, with its reason, seen by everybody who looks; the reason."""
    row = live.stage.finish_amendment()
    assert row.state is State.FAILED, row
    assert said in row.reason
    assert row.reason.startswith(f"{live.action} of the thread broken after part 1 of 3: ")
    assert live.done() == 1
    found = entry(live)
    assert found.amendment is not None
    assert found.standing == f"PUBLISHED ({live.action} FAILED)"
    assert (len(found.amendment.parts), found.amendment.parts_total) == (1, 3)
    change = planned(live)
    noun = {"edit": "correction", "delete": "retraction"}[live.verb]
    assert f"its half-done {noun} is FAILED ({row.reason})" in change.reason
    assert (change.action, change.answer) == (Action.DRIFT, live.action)
    return row.reason


def is_done_after_all(live: Scene) -> None:
    """Asked again, all parts are done, the first one too, and nothing is left to say."""
    live.stage.ask(live.action)
    live.stage.finish_amendment()
    live.is_done()
    change = planned(live)
    assert change.answer == ""
    if live.verb == "edit":
        assert change.action is Action.KEEP


def test_the_app_password_is_revoked_in_between(
    scene: Scenes, bluesky: BlueskyDesk, proof: Proof
) -> None:
    """The server itself refuses the login of the worker that comes next."""
    desk = BlueskyDesk(bluesky.network)  # an account of its own: its password goes
    live = scene("bluesky", "delete", HALF, desk=desk)
    break_behind_the_first(live)
    call(desk.brand, "revokeAppPassword", {"name": "signpost"})
    live.stage.wake()
    said = "logging in: HTTP 401: AuthenticationRequired"
    is_half_done(live, said)
    made = call(desk.brand, "createAppPassword", {"name": "signpost, again"})
    use_token(live, app_password=made["password"])
    is_done_after_all(live)
    _tell(proof, "bluesky", "delete", said)


def call(person: Person, name: str, body: dict[str, str]) -> Any:
    """A call of the account's own, as its settings page makes it."""
    page = person.call("POST", f"com.atproto.server.{name}", body)
    assert page.status == 200, page.text
    return page.json if page.text else None


@pytest.mark.parametrize("verb", ["delete", "edit"])
def test_the_token_is_revoked_in_between(verb: str, scene: Scenes, proof: Proof) -> None:
    live = scene("mastodon", verb, HALF)
    break_behind_the_first(live)
    use_token(live, access_token="revoked")
    is_half_done(live, "HTTP 401")
    use_token(live, **live.desk.token)
    is_done_after_all(live)
    _tell(proof, "mastodon", verb, "HTTP 401")


def _tell(proof: Proof, channel: str, verb: str, said: str) -> None:
    what = "the token is revoked after one of three parts; then mended and asked for again"
    proof.saw(AROUND, what, column(channel, verb), f"FAILED, half-done: “{said}”; done")


@pytest.mark.parametrize("verb", ["delete", "edit"])
def test_a_contributor_may_amend_nothing(
    verb: str, scene: Scenes, wordpress: WordPressDesk, proof: Proof
) -> None:
    """The account lost its role: the blog refuses the only part there is, so nothing is half-done."""
    live = scene("wordpress", verb, HALF)
    password = wordpress.blog.people["contributor"]
    use_token(live, username="contributor", application_password=password)
    live.ask()
    row = live.stage.finish_amendment()
    assert (row.state, row.parts) == (State.FAILED, ()), row
    live.is_untouched()
    change = planned(live)
    assert change.answer == live.action
    assert "half-done" not in change.reason
    assert entry(live).standing == f"PUBLISHED ({live.action} FAILED)"
    use_token(live, **wordpress.token)
    is_done_after_all(live)
    said = re.sub(r"post \d+", "post …", row.reason)
    proof.saw(
        AROUND, "the account may not do it; then mended and asked for again",
        column("wordpress", verb), f"FAILED: “{said}”; done",
    )  # fmt: skip


@pytest.mark.parametrize(("channel", "verb"), VERBS)
def test_while_everything_is_stopped(channel: str, verb: str, scene: Scenes, proof: Proof) -> None:
    """A correction waits for a person; what is to be taken away is taken away."""
    live = scene(channel, verb, STOPPED)
    live.stage.control.stop("*", actor="ada", reason="a storm")
    live.ask()
    row = live.stage.finish_amendment()
    what = "asked for while everything is stopped"
    if verb == "delete":
        live.is_done()
        proof.saw(AROUND, what, column(channel, verb), "done")
        return
    assert (row.state, row.reason) == (State.HELD, "stopped (*)")
    assert live.all_sent() == []
    live.is_untouched()
    live.stage.control.resume("*", actor="ben", reason="it is over")
    live.stage.tick()
    assert live.stage.amendment.state is State.HELD, "nothing goes out by itself"
    live.stage.ask(Amend.CORRECT)
    live.stage.finish_amendment()
    live.is_done()
    proof.saw(AROUND, what, column(channel, verb), f"held: “{row.reason}”, nothing sent; done "
              "when it is asked for again afterwards")  # fmt: skip


@pytest.mark.parametrize("channel", ["mastodon", "wordpress"])
def test_what_somebody_edits_there_is_told_once_and_can_be_put_right(
    channel: str, scene: Scenes, proof: Proof
) -> None:
    live = scene(channel, "edit", BY_HAND)
    stage = live.stage
    stage.measured()
    assert [one.differs for one in stage.metrics.all] == [False], (
        "as it was sent, by what is stored"
    )
    edit_by_hand(live)
    first, second = stage.measure(900), stage.measure(3_600)
    assert (first.did, first.alert) == ("differs", True)
    assert (second.did, second.alert) == ("measured", False), "told once"
    assert entry(live).standing == "PUBLISHED (differs)"
    row = live.ask(again=True)
    assert row.action == Amend.CORRECT
    stage.finish_amendment()
    live.is_untouched()
    assert stage.measure(7_200).did == "measured"
    assert [one.differs for one in stage.metrics.all] == [False, True, True, False]
    assert entry(live).standing == "CORRECTED"
    edit_by_hand(live)
    assert stage.measure(86_400).did == "differs", "another edit is told anew"
    proof.saw(
        AROUND, "somebody edits it there; then `correct --again`", column(channel, "edit"),
        "told once, at the next measurement; as it was sent",
    )  # fmt: skip


def edit_by_hand(live: Scene) -> None:
    """As the account's owner does it in the channel's own editor."""
    part = live.published.parts[0]
    desk: Desk = live.desk
    text = f"{SOMEBODY} {live.mark}"
    if isinstance(desk, WordPressDesk):
        body = {"content": f"<p>{text}</p>"}
        page = desk.blog.call("POST", f"/posts/{part.external_id}", body, person="author")
    else:
        assert isinstance(desk, MastodonDesk)
        headers = {"Authorization": f"Bearer {desk.token['access_token']}"}
        url = f"{desk.url}/api/v1/statuses/{part.external_id}"
        page = fetch("PUT", url, {"status": text}, headers=headers)
    assert page.status == 200, page.text
    assert live.done() == 1
    assert TYPO not in SOMEBODY
    assert GOOD in SOMEBODY
