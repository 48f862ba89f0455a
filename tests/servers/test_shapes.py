"""Posts of every shape go out and are read back as readers see them, compared to what was written."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from html import escape
from typing import Any

import pytest

from signpost.domain.lifecycle import State
from signpost.domain.media import sniff
from signpost.domain.picture.walk import walk
from tests.pictures import SECRET
from tests.servers.cases import mark_of
from tests.servers.conftest import Play
from tests.servers.content import (
    ALTS,
    BLUESKY,
    LONG_PARAGRAPHS,
    PHOTO_SIZE,
    PHOTOS,
    WORDPRESS,
    alt_of,
    photo,
    picture,
)
from tests.servers.desks import BlueskyDesk, Desk, WordPressDesk
from tests.servers.proof import Proof
from tests.servers.web import fetch

SECTION = "Shapes: sent, read back by somebody else, compared with what was written"

Records = list[dict[str, Any]]


@pytest.fixture
def sent(play: Play, proof: Proof) -> Callable[[Desk, str], tuple[str, list[str]]]:
    """Sends a post of a shape; its mark, and the ids of its parts."""

    def send(desk: Desk, name: str) -> tuple[str, list[str]]:
        mark = mark_of(desk.channel, name)
        stage, proxy = play(desk.channel, mark)
        row = stage.finish()
        assert row.state is State.PUBLISHED, row
        assert all(part.permalink for part in row.parts)
        ids = desk.ids([part.external_id for part in row.parts])
        assert [live.id for live in desk.public(mark)] == ids
        assert len(proxy.sent(*desk.send)) == len(stage.delivery.parts)
        return mark, ids

    return send


# --- Bluesky --------------------------------------------------------------------------------------


def _words(record: dict[str, Any]) -> list[tuple[str, str, str]]:
    """What each facet of a record marks: kind, the words it marks by their bytes, and its target."""
    data = record["text"].encode()
    found = []
    for facet in record["facets"]:
        span = data[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode()
        (feature,) = facet["features"]
        kind = feature["$type"].rpartition("#")[2]
        found.append((kind, span, feature.get("uri") or feature.get("did") or feature["tag"]))
    return found


def _short(desk: BlueskyDesk, mark: str, records: Records, views: Records) -> None:
    assert records[0]["text"] == f"Good morning. {mark}"
    assert {"facets", "embed", "reply", "labels"}.isdisjoint(records[0])
    assert views[0]["author"]["handle"] == desk.brand.handle


def _facets(desk: BlueskyDesk, mark: str, records: Records, views: Records) -> None:
    url = "https://example.org/wege?a=1&b=ü"
    handle = f"@{desk.friend.handle}"
    assert records[0]["text"] == (
        f"👩‍👩‍👧‍👦 Grüße an {handle}! Mehr: {url} – #Wandern #Überraschung 🏔️ {mark}"
    )
    assert _words(records[0]) == [
        ("mention", handle, desk.friend.did),
        ("link", url, url),
        ("tag", "#Wandern", "Wandern"),
        ("tag", "#Überraschung", "Überraschung"),
    ]
    page = desk.friend.call("GET", "app.bsky.notification.listNotifications")
    told = [one for one in page.json["notifications"] if one["uri"] == views[0]["uri"]]
    assert [one["reason"] for one in told] == ["mention"]


def _pictures(desk: BlueskyDesk, mark: str, records: Records, views: Records) -> None:
    images = records[0]["embed"]["images"]
    alts = [alt_of(number, mark) for number in range(4)]
    assert [image["alt"] for image in images] == alts
    for number, image in enumerate(images):
        there = desk.network.blob(desk.brand.did, image["image"]["ref"]["$link"])
        assert there == picture(number)
        assert image["aspectRatio"] == {"width": 60 + 10 * number, "height": 40}
    shown = views[0]["embed"]
    assert shown["$type"] == "app.bsky.embed.images#view"
    assert [image["alt"] for image in shown["images"]] == alts


def _card(desk: BlueskyDesk, mark: str, records: Records, views: Records) -> None:
    assert records[0]["text"] == f"A card below. {mark}"
    shown = views[0]["embed"]
    assert shown["$type"] == "app.bsky.embed.external#view"
    assert shown["external"]["uri"] == "https://example.org/guides/wool"
    assert shown["external"]["title"] == "example.org/guides/wool"


def _thread(desk: BlueskyDesk, mark: str, records: Records, views: Records) -> None:
    assert [record["text"].partition(",")[0] for record in records] == [
        "One of three", "Two of three", "Three of three",
    ]  # fmt: skip
    uris = [view["uri"] for view in views]
    assert "reply" not in records[0]
    for number in (1, 2):
        reply = records[number]["reply"]
        assert (reply["root"]["uri"], reply["parent"]["uri"]) == (uris[0], uris[number - 1])
    page = desk.friend.call("GET", "app.bsky.feed.getPostThread", uri=uris[0])
    thread, shown = page.json["thread"], []
    while thread:
        shown.append(thread["post"]["uri"])
        thread = next(iter(thread["replies"]), None)
    assert shown == uris


def _language(desk: BlueskyDesk, mark: str, records: Records, views: Records) -> None:
    assert records[0]["langs"] == ["pt-BR"]


def _label(desk: BlueskyDesk, mark: str, records: Records, views: Records) -> None:
    assert records[0]["labels"]["values"] == [{"val": "graphic-media"}]
    assert [(label["src"], label["val"]) for label in views[0]["labels"]] == [
        (desk.brand.did, "graphic-media")
    ]


_BLUESKY = dict(
    zip(
        (shape.name for shape in BLUESKY),
        (_short, _facets, _pictures, _card, _thread, _language, _label),
        strict=True,
    )
)


@pytest.mark.parametrize("name", _BLUESKY)
def test_bluesky(name: str, sent: Any, bluesky: BlueskyDesk, proof: Proof) -> None:
    mark, ids = sent(bluesky, name)
    values = {
        record["uri"]: record["value"] for record in bluesky.network.records(bluesky.brand.did)
    }
    views = [bluesky.friend.wait_for(uri, lambda view: bool(view["record"])) for uri in ids]
    records = [values[uri] for uri in ids]
    # What the index shows is what the account server keeps.
    assert [view["record"] for view in views] == records
    _BLUESKY[name](bluesky, mark, records, views)
    proof.saw(SECTION, name, "Bluesky", "the same")


# --- WordPress ------------------------------------------------------------------------------------


def _article(desk: WordPressDesk, mark: str, post: dict[str, Any], page: str) -> None:
    assert post["title"]["rendered"] == f"Mending {mark}"
    html = post["content"]["rendered"]
    for piece in (
        '<p>A <em>short</em> start with a <a href="https://example.org/a?b=1&amp;c=2">link</a>',
        " and <code>code</code> &amp; more &lt;kept&gt;.</p>",
        '<h2 class="wp-block-heading">A list</h2>',
        "<li>wool</li>",
        "<ol>\n<li>goose</li>\n<li>duck</li>\n</ol>",
        '<pre><code class="language-sh">signpost check --fix\n</code></pre>',
        "<td>jacket</td>",
    ):
        assert piece in html, piece
        assert piece in page, piece


def _featured(desk: WordPressDesk, mark: str, post: dict[str, Any], page: str) -> None:
    def media(number: int) -> dict[str, Any]:
        found: dict[str, Any] = desk.blog.call("GET", f"/media/{number}").json
        return found

    featured = media(post["featured_media"])
    assert featured["alt_text"] == alt_of(0, mark)
    assert fetch("GET", featured["source_url"]).body == picture(0)
    html = post["content"]["rendered"]
    assert html.count("<figure") == 2
    for number in (1, 2):
        alt = escape(alt_of(number, mark))
        before = html[: html.index(f'alt="{alt}"')]
        source = before.rpartition('src="')[2].partition('"')[0]
        assert fetch("GET", source).body == picture(number)


def _filed(desk: WordPressDesk, mark: str, post: dict[str, Any], page: str) -> None:
    def names(kind: str) -> list[str]:
        found = [desk.blog.call("GET", f"/{kind}/{number}").json["name"] for number in post[kind]]
        return sorted(found)

    assert names("categories") == ["Boots &amp; paths", "News"]
    assert names("tags") == ["Flicken", "Über &amp; unter"]


def _own_address(desk: WordPressDesk, mark: str, post: dict[str, Any], page: str) -> None:
    assert post["slug"] == f"own-{mark}"
    assert post["link"].endswith(f"/own-{mark}/")
    assert post["excerpt"]["rendered"] == "<p>Dry &amp; light, &lt;really&gt;.</p>\n"


def _alphabets(desk: WordPressDesk, mark: str, post: dict[str, Any], page: str) -> None:
    assert post["title"]["rendered"] == f"Größe, Maß &amp; Übermut {mark}"
    for line in (
        "Straße, Ærø, Łódź, naïve. 👩‍👩‍👧‍👦 🏳️‍🌈 🇩🇪",
        "עברית מימין לשמאל, والعربية من اليمين.",
        "日本語の文。",
    ):
        assert f"<p>{line}</p>" in post["content"]["rendered"]
        assert line in page
    assert post["slug"].startswith("groesse-mass") or post["slug"].startswith("grosse-mass")


def _long(desk: WordPressDesk, mark: str, post: dict[str, Any], page: str) -> None:
    html = post["content"]["rendered"]
    assert html.count("<p>Paragraph ") == LONG_PARAGRAPHS
    assert len(html) > 100_000
    assert f"Paragraph {LONG_PARAGRAPHS - 1}: " in page


_WORDPRESS = dict(
    zip(
        (shape.name for shape in WORDPRESS),
        (_article, _featured, _filed, _own_address, _alphabets, _long),
        strict=True,
    )
)


@pytest.mark.parametrize("name", _WORDPRESS)
def test_wordpress(
    name: str, sent: Any, wordpress: WordPressDesk, written: Any, proof: Proof
) -> None:
    mark, (number,) = sent(wordpress, name)
    post = wordpress.blog.call("GET", f"/posts/{number}").json
    page = fetch("GET", post["link"])
    assert page.status == 200
    assert post["title"]["rendered"] in page.text
    # What was approved is stored byte by byte; images below the text are added when it is sent.
    stored = wordpress.blog.all_posts(include=number)[0]
    wanted = written.lines[mark, "wordpress"][0].parts[0].payload
    assert stored["content"]["raw"].startswith(wanted["content"])
    assert stored["title"]["raw"] == wanted["title"]
    assert stored["slug"] == wanted["slug"]
    _WORDPRESS[name](wordpress, mark, post, page.text)
    proof.saw(SECTION, name, "WordPress", "the same")


# --- Pictures that have to be made to fit -----------------------------------------------------------


def _made(data: bytes, most: int) -> tuple[int, int]:
    """Width and height of what arrived: within the limit, upright, silent about camera and place."""
    assert len(data) <= most < len(photo())
    assert SECRET in photo()
    assert SECRET not in data
    seen = sniff(data)
    walked = walk(data, seen.mime)
    assert (walked.dropped, walked.orientation) == ((), 1)
    assert seen.width
    assert seen.height
    return seen.width, seen.height


@pytest.mark.parametrize("name", [shape.name for shape in PHOTOS["bluesky"]])
def test_bluesky_gets_what_was_made(
    name: str, sent: Any, bluesky: BlueskyDesk, written: Any, proof: Proof
) -> None:
    mark, (uri,) = sent(bluesky, name)
    (media,) = written.lines[mark, "bluesky"][0].parts[0].media
    view = bluesky.friend.wait_for(uri, lambda view: bool(view["record"]))
    embed = view["record"]["embed"]
    if "external" in embed:
        blob, most = embed["external"]["thumb"], 1_000_000
        assert view["embed"]["external"]["thumb"].startswith("http")
        assert embed["external"]["uri"] == "https://example.org/guides/wax"
    else:
        (image,) = embed["images"]
        blob, most = image["image"], 2_000_000
        assert image["aspectRatio"] == {"width": media.width, "height": media.height}
    data = bluesky.network.blob(bluesky.brand.did, blob["ref"]["$link"])
    assert hashlib.sha256(data).hexdigest() == media.sha256
    width, height = _made(data, most)
    shape = 1.91 if "external" in embed else PHOTO_SIZE[0] / PHOTO_SIZE[1]
    assert abs(width / height - shape) < 0.01
    proof.saw(SECTION, name, "Bluesky", "made to fit, without Exif")


def test_wordpress_gets_what_was_made(
    sent: Any, wordpress: WordPressDesk, written: Any, proof: Proof
) -> None:
    (shape,) = PHOTOS["wordpress"]
    mark, (number,) = sent(wordpress, shape.name)
    (media,) = written.lines[mark, "wordpress"][0].parts[0].media
    post = wordpress.blog.call("GET", f"/posts/{number}").json
    featured = wordpress.blog.call("GET", f"/media/{post['featured_media']}").json
    data = fetch("GET", featured["source_url"]).body
    assert hashlib.sha256(data).hexdigest() == media.sha256
    width, height = _made(data, 2_097_152)
    assert abs(width / height - PHOTO_SIZE[0] / PHOTO_SIZE[1]) < 0.01
    proof.saw(SECTION, shape.name, "WordPress", "made to fit, without Exif")


def test_pictures_differ() -> None:
    """Else a picture in the wrong place would look right."""
    assert len({hashlib.sha256(picture(number)).digest() for number in range(len(ALTS))}) == 4
