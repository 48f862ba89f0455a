"""Edits and deletions on real servers, by the connectors alone.

Whatever happens to the one request, what is read back says how it is, and asking again leaves what
asking once left.
More than 400 lines: one table of faults for every channel and verb.
"""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from signpost.domain.canonical import digest
from signpost.domain.delivery import Media
from signpost.domain.outcome import (
    Absent,
    Ambiguous,
    Confirmation,
    Found,
    Outcome,
    Published,
    Rejected,
    Throttled,
    Unknown,
)
from tests.dialects.pictures import picture
from tests.servers.cases import CHANGED, FAULTS, mark_of
from tests.servers.conftest import DeskOf
from tests.servers.content import SHAPES, Written
from tests.servers.desks import BlueskyDesk, Desk, WordPressDesk
from tests.servers.live import CHANGES, Workbench
from tests.servers.proof import Proof
from tests.servers.proxy import RETRY_AFTER_S, Exchange, Fault
from tests.servers.web import fetch

FOUND, AGAIN, LATER = "done, seen", "done, sent again", "done, seen later"
EXPECTED: dict[Fault, tuple[type, str]] = {
    Fault.DROPPED: (Ambiguous, FOUND),
    Fault.LATE_ANSWER: (Ambiguous, FOUND),
    Fault.LATE_APPLY: (Ambiguous, LATER),
    Fault.RESET_BEFORE_BODY: (Ambiguous, AGAIN),
    Fault.RESET_AFTER_BODY: (Ambiguous, AGAIN),
    Fault.RESET_AFTER_APPLY: (Ambiguous, FOUND),
    Fault.THROTTLED: (Throttled, "done, waited"),
    Fault.ERROR_BEFORE: (Ambiguous, AGAIN),
    Fault.ERROR_AFTER: (Ambiguous, FOUND),
    Fault.TRUNCATED: (Ambiguous, FOUND),
    Fault.PORTAL: (Ambiguous, AGAIN),
    Fault.TWICE: (Published, "done"),
}
"""Fault → what the change comes to at first, and in words what becomes of it."""

NAMES = {"bluesky": "Bluesky", "mastodon": "Mastodon (local network)", "wordpress": "WordPress"}
SECTION = "Edits and deletions, connector and server alone: faults of the one request"
CASES = [
    pytest.param(channel, verb, fault, id=f"{channel}-{verb}-{fault}")
    for channel, verbs in CHANGES.items()
    for verb in verbs
    for fault in FAULTS
]
PICTURES = (picture(11), picture(12))


@pytest.fixture
def bench(desk_of: DeskOf) -> Iterator[Callable[..., Workbench]]:
    opened: list[Workbench] = []

    def begin(channel: str, **more: str) -> Workbench:
        opened.append(Workbench(desk_of(channel), PICTURES, **more))
        return opened[-1]

    yield begin
    for one in opened:
        one.close()


def new_mark() -> str:
    """A word that no other post has."""
    return f"q{uuid.uuid4().hex[:11]}"


def media(number: int, alt: str) -> Media:
    """A picture of a new post."""
    data = PICTURES[number]
    return Media(digest(data), "image/png", len(data), alt, None, 6, 4)


class Change:
    """One change of one live post, and what is public of it.

    Args:
        verb: `edit` or `delete`.
    """

    def __init__(self, bench: Workbench, verb: str) -> None:
        self.bench, self.verb, self.mark = bench, verb, new_mark()
        before, self.after = (bench.render(f"# New {word} {self.mark}\n\nSo it is, {word}.")
                              for word in ("bots", "boots"))  # fmt: skip
        self.id = bench.publish(before)
        self._earlier = len(bench.proxy.exchanges)
        assert self.public() == ["bots"]

    def sent(self) -> list[Exchange]:
        """The requests that were to change it."""
        method, path = CHANGES[self.bench.desk.channel][self.verb]
        later = self.bench.proxy.exchanges[self._earlier :]
        return [one for one in later if one.method == method and re.search(path, one.path)]

    def do(self) -> Outcome:
        """The one request."""
        channel = self.bench.channel
        if self.verb == "delete":
            return self.bench.retractor.delete(channel, self.id)
        prepared = self.bench.editor.prepare_edit(channel, self.after)
        return self.bench.editor.edit(channel, self.id, self.after, prepared)

    def ask(self) -> Confirmation:
        """Whether it was done."""
        channel = self.bench.channel
        if self.verb == "delete":
            return self.bench.retractor.confirm_delete(channel, self.id)
        return self.bench.editor.confirm_edit(channel, self.id, self.after)

    def public(self) -> list[str]:
        """Which of the two texts anybody can read, one entry a post."""
        found = self.bench.desk.public(self.mark)
        assert all(("bots" in live.text) != ("boots" in live.text) for live in found)
        return ["bots" if "bots" in live.text else "boots" for live in found]

    @property
    def wanted(self) -> list[str]:
        """What is public once it is done."""
        return [] if self.verb == "delete" else ["boots"]


@pytest.mark.parametrize(("channel", "verb", "fault"), CASES)
def test_it_is_done_once(
    channel: str, verb: str, fault: Fault, bench: Callable[..., Workbench], proof: Proof
) -> None:
    change = Change(bench(channel), verb)
    neighbour = Change(bench(channel), verb)
    made, request = change.bench, CHANGES[channel][verb]
    assert change.ask() == Absent()
    made.proxy.spoil(*request, fault)
    if fault in {Fault.LATE_ANSWER, Fault.LATE_APPLY}:
        made.transport.hurry(*request)
    kind, words = EXPECTED[fault]
    outcome = change.do()
    assert type(outcome) is kind, outcome
    if isinstance(outcome, Throttled):
        assert outcome.retry_after_s == RETRY_AFTER_S
    _settle(change, fault, words)
    # Whoever asks again, in a process of their own, finds it done and leaves it so.
    assert isinstance(change.ask(), Found)
    made.wake()
    assert isinstance(change.do(), Published)
    assert isinstance(change.ask(), Found)
    assert change.public() == change.wanted
    assert neighbour.public() == ["bots"], "the account's other posts are as they were"
    _check_blog(change)
    proof.saw(SECTION, fault, f"{NAMES[channel]}: {verb}", words)


def _settle(change: Change, fault: Fault, words: str) -> None:
    """Do what a worker does next, by what is read back."""
    sent = change.sent()
    assert [one.fault for one in sent] == [fault], "one request, never repeated by itself"
    if fault is Fault.LATE_ANSWER:
        deadline = time.monotonic() + 30
        while not sent[0].answers:
            assert time.monotonic() < deadline, "the server did not apply it"
            time.sleep(0.02)
    if words in {AGAIN, "done, waited", LATER}:
        assert change.ask() == Absent()
        assert change.public() == ["bots"]
    if fault is Fault.LATE_APPLY:
        assert change.bench.proxy.hand_over() == 1
    if words in {AGAIN, "done, waited"}:
        assert isinstance(change.do(), Published)
    assert change.public() == change.wanted
    applied = [status for one in change.sent() for status in one.answers]
    assert applied[0] == 200
    assert len(applied) == 1 + (fault is Fault.TWICE)


def _check_blog(change: Change) -> None:
    """No second post, no second address; what was deleted lies in the trash."""
    desk = change.bench.desk
    if not isinstance(desk, WordPressDesk):
        return
    kept = desk.blog.all_posts(search=change.mark)
    trash = desk.blog.all_posts(search=change.mark, status="trash")
    posts = {"edit": kept, "delete": trash}[change.verb]
    assert [str(post["id"]) for post in posts] == [change.id]
    assert len(kept) + len(trash) == 1
    assert not posts[0]["slug"].removesuffix("__trashed").endswith("-2")


@pytest.mark.parametrize(
    ("channel", "verb"), [(c, v) for c, verbs in CHANGES.items() for v in verbs]
)
def test_every_lost_answer_to_the_question_is_no_answer(
    channel: str, verb: str, bench: Callable[..., Workbench]
) -> None:
    change = Change(bench(channel), verb)
    assert isinstance(change.do(), Published)
    for fault in (
        Fault.DROPPED,
        Fault.ERROR_BEFORE,
        Fault.TRUNCATED,
        Fault.THROTTLED,
        Fault.PORTAL,
    ):
        change.bench.proxy.spoil("GET", "", fault)
        verdict = change.ask()
        # A portal's page makes a blog be asked at its other address, where the proxy lets it pass.
        asked_twice = channel == "wordpress" and fault is Fault.PORTAL
        assert isinstance(verdict, Found if asked_twice else Unknown), (fault, verdict)
        change.bench.proxy.lift()
    assert isinstance(change.ask(), Found)


@pytest.mark.parametrize("channel", ["bluesky", "mastodon"])
def test_the_parts_of_a_thread_are_deleted_in_any_order(
    channel: str, bench: Callable[..., Workbench]
) -> None:
    made, mark = bench(channel), new_mark()
    ids: list[str] = []
    for number in range(3):
        part = made.render(f"Part {number} {mark}")
        ids.append(made.publish(part, ids[-1] if ids else ""))
    assert len(made.desk.public(mark)) == 3
    for left, number in ((2, 1), (1, 0), (0, 2)):
        assert made.retractor.delete(made.channel, ids[number]) == Published(ids[number], "")
        assert len(made.desk.public(mark)) == left
        verdicts = [type(made.retractor.confirm_delete(made.channel, one)) for one in ids]
        assert verdicts.count(Found) == 3 - left


# --- what is each server's own ----------------------------------------------------------------------


@pytest.mark.parametrize("name", [shape.name for shape in SHAPES["wordpress"]])
def test_every_shape_is_recognised_by_what_the_blog_stored(
    name: str, bench: Callable[..., Workbench], written: Written, wordpress: Desk, proof: Proof
) -> None:
    """WordPress filters what an author stores; nothing of ours may look changed by that."""
    mark = mark_of("wordpress", name, CHANGED)
    delivery, _ = written.lines[mark, "wordpress"]
    made = Workbench(wordpress, tuple(written.media()))
    try:
        (part,) = delivery.parts
        number = made.publish(part)
        assert isinstance(made.editor.confirm_edit(made.channel, number, part), Found)
        better = replace(part, payload={**part.payload, "title": f"Better {mark}"})
        assert made.editor.confirm_edit(made.channel, number, better) == Absent()
        prepared = made.editor.prepare_edit(made.channel, better)
        assert isinstance(made.editor.edit(made.channel, number, better, prepared), Published)
        assert isinstance(made.editor.confirm_edit(made.channel, number, better), Found)
        assert made.editor.confirm_edit(made.channel, number, part) == Absent()
    finally:
        made.close()
    proof.saw("Shapes: edited, and read back as stored", name, "WordPress", "recognised")


def test_pictures_terms_and_excerpt_of_an_article_are_exchanged(
    bench: Callable[..., Workbench],
) -> None:
    made, mark = bench("wordpress"), new_mark()
    text = f"# Pictures {mark}\n\nBelow."
    first, second = media(0, f"One {mark}"), media(1, f"Two {mark}")
    options = {"categories": "News", "tags": f"Flicken {mark}", "excerpt": "Short."}
    old = made.render(text, first, second, **options)
    number = made.publish(old)
    other_alt = replace(second, alt=f"Two, mended {mark}")
    for new in (
        made.render(text, second, first, **options),
        made.render(text, first, other_alt, **options),
        made.render(text, first, **options),
        made.render(text, first, second, **{**options, "tags": f"Über & unter {mark}"}),
        made.render(text, first, second, **{**options, "categories": "News, Boots & paths"}),
        made.render(text, first, second, **{**options, "excerpt": "“Long” & good."}),
        made.render(text),
    ):
        assert made.editor.confirm_edit(made.channel, number, new) == Absent()
        prepared = made.editor.prepare_edit(made.channel, new)
        assert isinstance(made.editor.edit(made.channel, number, new, prepared), Published)
        assert isinstance(made.editor.confirm_edit(made.channel, number, new), Found)
        assert made.editor.confirm_edit(made.channel, number, old) == Absent()
    (live,) = made.desk.public(mark)
    assert live.id == number


def test_media_of_a_status_are_exchanged(bench: Callable[..., Workbench]) -> None:
    made, mark = bench("mastodon"), new_mark()
    old = made.render(f"Pictures {mark}", media(0, "One"), media(1, "Two"))
    number = made.publish(old)
    for new in (
        made.render(f"Pictures {mark}", media(1, "Two"), media(0, "One")),
        made.render(f"Pictures {mark}", media(0, "One, mended"), media(1, "Two")),
        made.render(f"Pictures {mark}", media(0, "One"), media(1, "Two"), sensitive=True),
        made.render(f"Pictures {mark}", media(0, "One"), media(1, "Two"), content_warning="Mud"),
        made.render(f"Pictures, {mark}", media(0, "One"), media(1, "Two")),
        made.render(f"Pictures {mark}"),
    ):
        assert made.editor.confirm_edit(made.channel, number, new) == Absent()
        prepared = made.editor.prepare_edit(made.channel, new)
        assert isinstance(made.editor.edit(made.channel, number, new, prepared), Published)
        assert isinstance(made.editor.confirm_edit(made.channel, number, new), Found)
        assert made.editor.confirm_edit(made.channel, number, old) == Absent()
    (live,) = made.desk.public(mark)
    assert live.id == number


def test_a_blog_with_plain_permalinks(
    bench: Callable[..., Workbench], wordpress: WordPressDesk, proof: Proof
) -> None:
    """The whole life of a post where there is no /wp-json: found out by each process anew."""
    with wordpress.blog.variant(BLOG_PLAIN="1") as url:
        for path, is_api in (("/wp-json", False), ("/?rest_route=", True)):
            shown = fetch("GET", f"{url}{path}/wp/v2/posts").text
            assert shown.startswith("[") is is_api, shown[:200]
        made = bench("wordpress", url=url)
        change = Change(made, "edit")
        made.wake()
        assert isinstance(change.do(), Published)
        made.wake()
        assert isinstance(change.ask(), Found)
        assert change.public() == ["boots"]
        made.wake()
        assert made.connector.measure(made.channel, [change.id]) == [{"replies": 0}]
        change.verb = "delete"
        made.wake()
        assert change.ask() == Absent()
        made.wake()
        assert isinstance(change.do(), Published)
        assert isinstance(change.ask(), Found)
        assert change.public() == []
        changing = [one for one in made.proxy.exchanges if one.method != "GET"]
        assert all("rest_route=" in one.path for one in changing), changing
    proof.saw(SECTION, "a blog with plain permalinks", "WordPress: edit", "done")
    proof.saw(SECTION, "a blog with plain permalinks", "WordPress: delete", "done")


def test_a_blog_without_a_trash_keeps_its_post(
    bench: Callable[..., Workbench], wordpress: WordPressDesk, proof: Proof
) -> None:
    with wordpress.blog.variant(BLOG_NO_TRASH="1") as url:
        change = Change(bench("wordpress", url=url), "delete")
        outcome = change.do()
        assert isinstance(outcome, Rejected)
        assert outcome.permanent is True
        assert "rest_trash_not_supported" in outcome.reason
        assert "by hand" in outcome.reason
        assert change.ask() == Absent()
        assert change.public() == ["bots"]
    said = "refused: nothing is deleted for good"
    proof.saw(SECTION, "a blog whose trash is switched off", "WordPress: delete", said)


def test_a_post_that_a_person_brought_back_is_not_gone(bench: Callable[..., Workbench]) -> None:
    change = Change(bench("wordpress"), "delete")
    assert isinstance(change.do(), Published)
    desk = change.bench.desk
    assert isinstance(desk, WordPressDesk)
    back = desk.blog.call("POST", f"/posts/{change.id}", {"status": "publish"}, person="author")
    assert back.status == 200
    assert change.ask() == Absent()
    assert isinstance(change.do(), Published)
    assert change.public() == []


def test_a_contributor_may_not_trash_a_live_post(bench: Callable[..., Workbench]) -> None:
    change = Change(bench("wordpress"), "delete")
    desk = change.bench.desk
    assert isinstance(desk, WordPressDesk)
    token = {"username": "contributor", "application_password": desk.blog.people["contributor"]}
    outcome = change.bench.retractor.delete(replace(change.bench.channel, token=token), change.id)
    assert isinstance(outcome, Rejected)
    assert "rest_" in outcome.reason
    assert change.public() == ["bots"]


def test_another_account_deletes_nothing(bench: Callable[..., Workbench]) -> None:
    change = Change(bench("bluesky"), "delete")
    desk = change.bench.desk
    assert isinstance(desk, BlueskyDesk)
    channel = change.bench.channel
    friend = replace(
        channel,
        account=replace(channel.account, handle=desk.friend.handle),
        token={"app_password": desk.friend.password},
    )
    assert isinstance(change.bench.retractor.delete(friend, change.id), Rejected)
    assert isinstance(change.bench.retractor.confirm_delete(friend, change.id), Unknown)
    assert change.public() == ["bots"]


def test_the_picture_of_a_deleted_post_goes_with_it(
    bench: Callable[..., Workbench], bluesky: BlueskyDesk
) -> None:
    made, mark = bench("bluesky"), new_mark()
    ids = [made.publish(made.render(f"A picture {mark}", media(0, "One"))) for _ in range(2)]
    records = [one for one in bluesky.network.records(bluesky.brand.did)
               if mark in one["value"]["text"]]  # fmt: skip
    cid = records[0]["value"]["embed"]["images"][0]["image"]["ref"]["$link"]
    statuses = []
    for external_id in ids:
        assert isinstance(made.retractor.delete(made.channel, external_id), Published)
        url = f"{bluesky.network.pds}/xrpc/com.atproto.sync.getBlob"
        asked = fetch("GET", url, query={"did": bluesky.brand.did, "cid": cid})
        statuses.append(asked.status)
    assert statuses == [200, 400], "as long as another post shows it, it stays"


def test_why_bluesky_is_not_edited(bluesky: BlueskyDesk) -> None:
    """docs/channels/bluesky.md: the index shows other words above the same likes, and no edit."""
    brand, friend = bluesky.brand, bluesky.friend
    made = brand.write("app.bsky.feed.post", {"text": "Old words"})
    ref = {"uri": made["uri"], "cid": made["cid"]}
    friend.write("app.bsky.feed.like", {"subject": ref})
    friend.wait_for(ref["uri"], lambda view: view["likeCount"] == 1)
    record = {
        "$type": "app.bsky.feed.post",
        "text": "New words",
        "createdAt": "2026-11-22T07:00:00Z",
    }
    body = {"repo": brand.did, "collection": "app.bsky.feed.post", "record": record,
            "rkey": ref["uri"].rpartition("/")[2]}  # fmt: skip
    assert brand.call("POST", "com.atproto.repo.putRecord", body).status == 200
    view = friend.wait_for(ref["uri"], lambda view: view["record"]["text"] == "New words")
    assert view["likeCount"] == 1
    assert view["cid"] != ref["cid"]
    assert not [name for name in (*view, *view["record"]) if "edit" in name.lower()]
