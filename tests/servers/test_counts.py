"""Likes, answers and comments of other people, counted: the numbers are the true ones."""

from __future__ import annotations

from signpost.domain.lifecycle import State
from signpost.domain.outcome import Found
from tests.servers.cases import CONFIRMED, COUNTED, mark_of
from tests.servers.conftest import Play
from tests.servers.desks import BlueskyDesk, WordPressDesk
from tests.servers.proof import Proof
from tests.servers.stage import AGE_S

SECTION = "Counts: what other people did, and what was measured"


def test_bluesky(play: Play, bluesky: BlueskyDesk, proof: Proof) -> None:
    mark = mark_of("bluesky", COUNTED["bluesky"][0], "counted")
    stage, _proxy = play("bluesky", mark)
    row = stage.finish()
    (uri,) = bluesky.ids([row.parts[0].external_id])
    ref = {"uri": uri, "cid": bluesky.friend.wait_for(uri, bool)["cid"]}
    second, third = (bluesky.network.person("reader") for _ in range(2))
    for person in (bluesky.friend, second, third):
        person.like(ref)
    for person in (bluesky.friend, second):
        person.repost(ref)
        person.reply(ref, "Where is that?", ref)
    third.quote(ref, "Look at this.")
    bluesky.friend.wait_for(
        uri,
        lambda view: (
            (view["likeCount"], view["repostCount"], view["replyCount"], view["quoteCount"])
            == (3, 2, 2, 1)
        ),
    )
    snapshot = stage.measured()
    assert snapshot.age_s == AGE_S
    assert snapshot.values == {"likes": 3, "replies": 2, "reposts": 2, "quotes": 1}
    proof.saw(SECTION, "3 likes, 2 reposts, 2 replies, 1 quote", "Bluesky", _said(snapshot.values))


def test_bluesky_thread(play: Play, bluesky: BlueskyDesk, proof: Proof) -> None:
    """Our own next parts are answers too, but nobody's; likes of all parts add up."""
    mark = mark_of("bluesky", COUNTED["bluesky"][1], "counted")
    stage, _proxy = play("bluesky", mark)
    row = stage.finish()
    uris = bluesky.ids([part.external_id for part in row.parts])
    refs = [{"uri": uri, "cid": bluesky.friend.wait_for(uri, bool)["cid"]} for uri in uris]
    bluesky.friend.like(refs[0])
    bluesky.friend.like(refs[2])
    bluesky.friend.reply(refs[1], "To the second.", refs[0])
    bluesky.friend.wait_for(uris[1], lambda view: view["replyCount"] == 2)
    bluesky.friend.wait_for(uris[2], lambda view: view["likeCount"] == 1)
    values = stage.measured().values
    assert values == {"likes": 2, "replies": 1, "reposts": 0, "quotes": 0}
    proof.saw(
        SECTION, "thread of three: 2 likes, 1 reply to its second part", "Bluesky", _said(values)
    )


def test_a_deleted_post_is_not_reported(play: Play, bluesky: BlueskyDesk) -> None:
    """Gone is not zero."""
    mark = mark_of("bluesky", "short text", "gone")
    stage, _proxy = play("bluesky", mark)
    row = stage.finish()
    (uri,) = bluesky.ids([row.parts[0].external_id])
    bluesky.friend.wait_for(uri, bool)
    body = {"repo": bluesky.brand.did, "collection": "app.bsky.feed.post",
            "rkey": uri.rpartition("/")[2]}  # fmt: skip
    assert bluesky.brand.call("POST", "com.atproto.repo.deleteRecord", body).status == 200
    bluesky.friend.wait_until_gone(uri)
    assert stage.measurer.run(row.delivery, AGE_S).did == "not reported"
    assert stage.metrics.all == []


def test_wordpress(play: Play, wordpress: WordPressDesk, proof: Proof) -> None:
    mark = mark_of("wordpress", COUNTED["wordpress"][0], "counted")
    stage, _proxy = play("wordpress", mark)
    number = int(stage.finish().parts[0].external_id)
    for text in ("Thank you!", "Which wax?"):
        wordpress.blog.comment(number, f"{text} {mark}")
    assert wordpress.blog.call(
        "POST", "/comments", {"post": number, "content": f"The red one. {mark}"}, person="reader"
    ).status == 201  # fmt: skip
    # What nobody can read is no answer.
    spam = wordpress.blog.call(
        "POST", "/comments", {"post": number, "content": f"Buy! {mark}"}, person="reader"
    )
    wordpress.blog.hide_comment(spam.json["id"])
    values = stage.measured().values
    assert values == {"replies": 3}
    proof.saw(SECTION, "3 comments, and one that was marked as spam", "WordPress", _said(values))


def test_a_blog_post_without_comments_has_none(play: Play, wordpress: WordPressDesk) -> None:
    mark = mark_of("wordpress", COUNTED["wordpress"][1], "counted")
    stage, _proxy = play("wordpress", mark)
    row = stage.finish()
    assert stage.measured().values == {"replies": 0}
    number = row.parts[0].external_id
    assert wordpress.blog.call("DELETE", f"/posts/{number}", person="author").status == 200
    assert stage.measurer.run(row.delivery, 2 * AGE_S).did == "not reported"


def test_what_is_live_is_found_and_what_is_bound_is_not(
    play: Play, bluesky: BlueskyDesk, wordpress: WordPressDesk
) -> None:
    """`confirm`, asked of the public post without a fault: its own, or another delivery's."""
    for channel, name in CONFIRMED.items():
        stage, _proxy = play(channel, mark_of(channel, name, "confirmed"))
        row = stage.finish()
        assert row.state is State.PUBLISHED
        found = stage.confirm()
        assert isinstance(found, Found)
        assert found.external_id == row.parts[0].external_id
        assert not isinstance(stage.confirm(bound=frozenset({found.external_id})), Found)


def _said(values: object) -> str:
    assert isinstance(values, dict)
    return ", ".join(f"{name} {count}" for name, count in sorted(values.items()))
