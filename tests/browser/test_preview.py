"""Previews in Chromium: three channels, six shapes, wide and narrow.

No picture is compared with one that was kept: fonts differ from machine to machine, and a test that
is only right on one of them is switched off on the others. What is compared holds everywhere: the
text shown with the payload, after the channel's own rules as this file knows them; boxes with each
other; and in the screenshots the colours of pictures where they have to be.
More than 400 lines: one page, looked at in every shape and width.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageColor
from playwright.sync_api import Locator, Page, expect

from signpost.cli.main import run
from signpost.cli.wiring import open_pictures
from signpost.connectors.registry import Registry
from signpost.content.workspace_reader import read_workspace
from signpost.domain.delivery import Delivery
from signpost.local.network.render_html import render_html
from signpost.usecases.compile import compile_posts
from tests.browser.conftest import WIDE, OpenPage, Shoot, overflow, serious_findings
from tests.browser.shapes import ACCOUNT, COLOURS, LEFT, RIGHT, SHAPES, lay_out

NARROW = (360, 740)
SIZES = {"wide": WIDE, "narrow": NARROW}
CHANNELS = ("mastodon", "bluesky", "wordpress")
TEXTS = ("short", "long", "card", "pictures-4", "thread", "marks")
"""One of each of the six shapes."""

# As Bluesky's app has it (src/lib/strings/url-helpers.ts), in the browser's own `URL`.
SHORT_URL = """text => {
  const url = new URL(text)
  const path = (url.pathname === '/' ? '' : url.pathname) + url.search + url.hash
  return url.host + (path.length > 15 ? path.slice(0, 13) + '...' : path)
}"""


@dataclass(frozen=True, slots=True)
class Made:
    """A page, and the deliveries that `push` would send, by the post's shape."""

    url: str
    deliveries: Mapping[str, Delivery]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Made]:
    """A page with all shapes, one a channel."""
    folder = tmp_path_factory.mktemp("preview")
    known: dict[str, Made] = {}

    def make(channel: str) -> Made:
        if channel not in known:
            content = lay_out(folder, channel)
            page = folder / f"{channel}.html"
            arguments = [str(content / "fjell/posts"), "--content", str(content)]
            zone = ["--zone", "America/New_York"]
            assert run(["preview", *arguments, "--html", str(page), *zone]) == 0
            read = read_workspace(content)
            assert read.workspace is not None
            pictures = open_pictures(content, read.media)
            lines = compile_posts(
                read.workspace, read.brands, read.posts, Registry(), read.media, pictures
            )
            shapes = {Path(about.source).stem: delivery for delivery, about in lines}
            assert set(shapes) == set(SHAPES)
            known[channel] = Made(page.as_uri(), shapes)
        return known[channel]

    return make


@pytest.fixture(params=[(c, s) for c in CHANNELS for s in SIZES], ids="-".join)
def shown(
    request: pytest.FixtureRequest, open_page: OpenPage, made: Callable[[str], Made]
) -> tuple[str, Page, Made]:
    """Each channel's page, wide and narrow."""
    channel, size = request.param
    return channel, open_page(made(channel).url, size=SIZES[size]), made(channel)


def post_of(page: Page, shape: str) -> Locator:
    """The section of a post."""
    title = page.get_by_role("heading", name=f"A post of the shape {shape}", exact=True, level=2)
    return page.locator("article.post", has=title)


# --- the text ------------------------------------------------------------------------------------


class _Rendered(HTMLParser):
    """What a browser shows of HTML that Mastodon serves: hidden pieces left out."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self._classes: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.text += "\n"
        else:
            self._classes.append(dict(attrs).get("class") or "")
        if tag == "p" and self.text:
            self.text += "\n\n"

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        del tag
        if self._classes.pop() == "ellipsis":
            self.text += "…"

    def handle_data(self, data: str) -> None:
        if "invisible" not in self._classes:
            self.text += data


def on_mastodon(payload: Mapping[str, Any], page: Page) -> str:
    """By the HTML that the local network, which stands in for a server, makes of the status."""
    del page
    html = render_html(payload["status"], "https://social.example", lambda _name: True)
    return _Rendered(html).text


def on_bluesky(payload: Mapping[str, Any], page: Page) -> str:
    """By the facets: bytes of UTF-8; a link shows the short form of its own text."""
    data = payload["text"].encode()
    pieces, end = [], 0
    for facet in payload.get("facets", ()):
        start, stop = facet["index"]["byteStart"], facet["index"]["byteEnd"]
        piece = data[start:stop].decode()
        if facet["features"][0]["$type"] == "app.bsky.richtext.facet#link":
            piece = page.evaluate(SHORT_URL, piece)
        pieces += [data[end:start].decode(), piece]
        end = stop
    return "".join([*pieces, data[end:].decode()])


def on_wordpress(payload: Mapping[str, Any], page: Page) -> str:
    """By the browser itself: what it shows of the payload's HTML."""
    browser = page.context.browser
    assert browser is not None
    other = browser.new_page()
    other.set_content(f"<body>{payload['content']}")
    text = other.inner_text("body")
    other.context.close()
    return text


EXPECTED = {"mastodon": on_mastodon, "bluesky": on_bluesky, "wordpress": on_wordpress}


def lines_of(text: str) -> list[str]:
    """The lines that hold something: how far apart they stand is the style sheet's business."""
    return [line for piece in text.split("\n") if (line := " ".join(piece.split()))]


def test_the_text_shown_is_the_payload_after_the_channels_own_rules(
    shown: tuple[str, Page, Made],
) -> None:
    channel, page, made = shown
    for shape in TEXTS:
        parts = made.deliveries[shape].parts
        items = post_of(page, shape).locator(".article" if channel == "wordpress" else ".item")
        expect(items).to_have_count(len(parts))
        for item, part in zip(items.all(), parts, strict=True):
            expected = EXPECTED[channel](part.payload, page)
            if channel == "wordpress":
                assert lines_of(item.inner_text()) == lines_of(expected), shape
            else:
                assert unfolded(item, folds=shape == "long") == expected, shape


def unfolded(item: Locator, *, folds: bool) -> str:
    """The whole text of an item; what is folded only appears after a click."""
    fold = item.locator(".more > summary")
    expect(fold).to_have_count(int(folds))
    if folds:
        expect(item.locator(".text").nth(1)).to_be_hidden()
        fold.click()
    return "\n".join(text.inner_text().strip("\n") for text in item.locator(".text").all())


def test_names_and_addresses_are_shown_as_each_channel_shortens_them(
    open_page: OpenPage, made: Callable[[str], Made]
) -> None:
    shown = {
        channel: post_of(open_page(made(channel).url), "card").locator(".feed").inner_text()
        for channel in CHANNELS
    }
    assert "How: fjell.example/guides/winter/ho… (free)." in shown["mastodon"]
    assert "How: www.fjell.example/guides/winte... (free)." in shown["bluesky"]
    assert "https://www.fjell.example/guides/winter/how-to-wax-your-boots" in shown["wordpress"]


def test_titles_and_excerpts_are_the_payloads(
    open_page: OpenPage, made: Callable[[str], Made]
) -> None:
    blog = made("wordpress")
    page = open_page(blog.url)
    thread = post_of(page, "thread")
    expect(thread.locator(".page .title")).to_have_text("Wax your boots")
    expect(thread.locator(".slug")).to_have_text(re.compile(r"^https://journal\.example/wax-your-"))
    excerpt = post_of(page, "long").locator(".excerpt")
    words = blog.deliveries["long"].parts[0].text.split()
    assert excerpt.inner_text() == " ".join(words[:55]) + " […]"


# --- the look ------------------------------------------------------------------------------------

CLIPPED = """() => [...document.querySelectorAll('.feed *, .beside *, .facts *, h1, h2, h3')]
  .filter(item => {
    const style = getComputedStyle(item)
    const box = item.getBoundingClientRect()
    if (style.display === 'inline' || !box.width || item.closest('svg')) return false
    const shell = item.closest('.feed, .beside, .facts') || document.body
    const outer = shell.getBoundingClientRect()
    return item.scrollWidth > item.clientWidth + 1 || box.right > outer.right + 1
      || box.left < outer.left - 1
  })
  .map(item => item.outerHTML.slice(0, 120))"""


def test_everything_fits_and_nothing_is_cut_off(
    shown: tuple[str, Page, Made], shoot: Shoot, request: pytest.FixtureRequest
) -> None:
    channel, page, made = shown
    shoot(page, f"preview-{request.node.callspec.id}")
    assert overflow(page) == 0
    assert page.evaluate(CLIPPED) == []
    for shape in SHAPES:
        post = post_of(page, shape)
        for text in post.locator(".text, .article, .counters, .alts").all():
            if text.locator("xpath=ancestor::details[not(@open)]").count() == 0:
                expect(text).to_be_visible()
    broken = page.evaluate("[...document.images].filter(i => !i.naturalWidth).length")
    images = sum(len(part.media) for d in made.deliveries.values() for part in d.parts)
    assert (broken, page.locator("img").count()) == (0, images), channel
    assert serious_findings(page) == []


def pixels(item: Locator, *places: tuple[float, float]) -> list[tuple[int, int, int]]:
    """Colours at places of an element, from 0 to 1 across and down, in a screenshot."""
    picture = Image.open(io.BytesIO(item.screenshot())).convert("RGB")
    colours = []
    for x, y in places:
        found = picture.getpixel((int(x * (picture.width - 1)), int(y * (picture.height - 1))))
        assert isinstance(found, tuple)
        red, green, blue = (int(value) for value in found)
        colours.append((red, green, blue))
    return colours


def near(found: tuple[int, int, int], colour: str) -> bool:
    """Alike, as far as a lossy picture is."""
    wanted = ImageColor.getrgb(colour)
    return all(abs(a - b) < 12 for a, b in zip(found, wanted, strict=False))


PLACES = {
    1: [(0.5, 0.4)],
    2: [(0.25, 0.4), (0.75, 0.4)],
    3: [(0.25, 0.4), (0.75, 0.2), (0.75, 0.7)],
    4: [(0.25, 0.2), (0.75, 0.2), (0.25, 0.7), (0.75, 0.7)],
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("channel", ["mastodon", "bluesky"])
def test_pictures_stand_where_the_channel_puts_them(
    open_page: OpenPage, made: Callable[[str], Made], channel: str, size: str
) -> None:
    page = open_page(made(channel).url, size=SIZES[size])
    for number, places in PLACES.items():
        grid = post_of(page, f"pictures-{number}").locator(".media")
        for colour, found in zip(COLOURS, pixels(grid, *places), strict=False):
            assert near(found, colour), (number, colour)
    (middle,) = pixels(post_of(page, "focus").locator("figure").first, (0.5, 0.3))
    assert near(middle, RIGHT), "the focal point stays in the picture"
    assert not near(middle, LEFT)


def test_a_blog_shows_the_first_picture_above_and_the_others_below(
    open_page: OpenPage, made: Callable[[str], Made]
) -> None:
    page = open_page(made("wordpress").url)
    post = post_of(page, "pictures-3")
    boxes = [item.bounding_box() for item in post.locator("figure").all()]
    title, text = post.locator(".page .title").bounding_box(), post.locator(".article")
    below = text.bounding_box()
    assert title is not None
    assert below is not None
    tops = [box["y"] for box in boxes if box is not None]
    assert tops[0] < title["y"] < below["y"] < tops[1] < tops[2]


def test_alternative_texts_can_be_read_and_are_the_pictures_own(
    open_page: OpenPage, made: Callable[[str], Made]
) -> None:
    for channel in CHANNELS:
        page = open_page(made(channel).url)
        post = post_of(page, "pictures-2")
        for number in (1, 2):
            alt = f"Picture {number}: all of one colour."
            expect(post.get_by_role("img", name=alt)).to_be_visible()
            expect(post.get_by_role("list", name="Alternative texts")).to_contain_text(alt)


def test_dark_mode_is_dark_and_as_readable(
    open_page: OpenPage, made: Callable[[str], Made], shoot: Shoot
) -> None:
    for channel in CHANNELS:
        page = open_page(made(channel).url, dark=True)
        shoot(page, f"preview-{channel}-dark")
        card = post_of(page, "short").locator(".feed")
        assert all(sum(found) < 3 * 60 for found in pixels(card, (0.9, 0.5)))
        assert serious_findings(page) == []


# --- use -----------------------------------------------------------------------------------------


def test_the_fold_opens_by_keyboard(open_page: OpenPage, made: Callable[[str], Made]) -> None:
    page = open_page(made("bluesky").url, scripts=False)
    post = post_of(page, "long")
    expect(post.get_by_text("Stop 25")).to_be_visible()
    expect(post.get_by_text("Stop 26")).to_be_hidden()
    post.locator(".more > summary").focus()
    page.keyboard.press("Enter")
    expect(post.get_by_text("Stop 26")).to_be_visible()


def test_links_lead_where_the_payload_says(
    open_page: OpenPage, made: Callable[[str], Made]
) -> None:
    address = re.compile(r"^https://www\.fjell\.example/guides/winter/how-to-wax-your-boots\?from")
    for channel in CHANNELS:
        link = post_of(open_page(made(channel).url), "card").locator(".feed a").first
        expect(link).to_have_attribute("href", address)
        expect(link).to_have_attribute("rel", "noopener noreferrer")


def test_both_zones_are_told(open_page: OpenPage, made: Callable[[str], Made]) -> None:
    facts = post_of(open_page(made("mastodon").url), "short").locator(".facts")
    expect(facts).to_contain_text("Tue 1 Dec 2026, 09:00")
    expect(facts).to_contain_text("Europe/Berlin")
    expect(facts).to_contain_text("Tue 1 Dec 2026, 03:00")
    expect(facts).to_contain_text("America/New_York")
    told = facts.locator("time").first.get_attribute("datetime")
    assert told is not None
    assert datetime.fromisoformat(told) == datetime(2026, 12, 1, 8, tzinfo=UTC)


def test_what_the_channel_hides_opens_by_keyboard(
    open_page: OpenPage, tmp_path: Path, shoot: Shoot
) -> None:
    content = lay_out(tmp_path, "mastodon")
    posts = content / "fjell/posts"
    (posts / "film.mp4").write_bytes(b"\0\0\0\x18ftypmp42" + b"\0" * 2_000_000)
    head = "---\nid: {}\ntitle: {}\npublish: now\naccounts: [{}]\n"
    (posts / "warned.md").write_text(
        f"{head.format('warned11', 'Warned', 'toot')}options:\n  mastodon:\n"
        "    content_warning: Product safety\n    visibility: unlisted\n---\n\nStop using it.\n"
    )
    (posts / "covered.md").write_text(
        f"{head.format('covered1', 'Covered', 'sky')}media: [{{file: 2.png, alt: Green.}}]\n"
        "options: {bluesky: {label: graphic-media}}\n---\n\nA wound, dressed.\n"
    )
    (posts / "film.md").write_text(
        f"{head.format('film1111', 'Film', 'toot')}"
        "media: [{file: film.mp4, alt: Hands that sew.}]\n---\n\nFour minutes.\n"
    )
    page_file = tmp_path / "page.html"
    words = ["warned11", "covered1", "film1111", "--content", str(content)]
    assert run(["preview", *words, "--html", str(page_file)]) == 0
    page = open_page(page_file.as_uri(), size=NARROW)
    expect(page.get_by_text("as soon as it is merged").first).to_be_visible()
    expect(page.get_by_text("quiet public: not in public timelines")).to_be_visible()
    for summary, inside in (
        (page.locator(".warning > summary"), page.get_by_text("Stop using it.")),
        (page.locator(".cover > summary"), page.get_by_role("img", name="Green.")),
    ):
        expect(inside).to_be_hidden()
        summary.focus()
        page.keyboard.press("Enter")
        expect(inside).to_be_visible()
    expect(page.locator(".stand-in")).to_contain_text("Video film.mp4, 2.0 MB")
    expect(page.locator(".alts").last).to_contain_text("Hands that sew.")
    shoot(page, "preview-hidden")
    assert overflow(page) == 0
    assert serious_findings(page) == []


def test_hostile_text_does_nothing(
    open_page: OpenPage, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = lay_out(tmp_path, "mastodon")
    evil = "<script>window.evil=1</script><img src=https://evil.example/x onerror=evil()>"
    markdown = f"# {evil}\n\n{evil}\n\n[x](javascript:window.evil=1) <b onclick=evil()>b</b>"
    head = f"---\nid: evilpost\ntitle: {evil!r}\npublish: 2026-12-24 09:00\n"
    (content / "fjell/posts/evil.md").write_text(
        f"{head}accounts: [{', '.join(ACCOUNT.values())}]\ntype: {evil!r}\nmedia:\n"
        f"  - {{file: 1.png, alt: {evil!r}}}\n---\n\n{markdown}\n"
    )
    page_file = tmp_path / "page.html"
    arguments = ["preview", "evilpost", "--content", str(content), "--html", str(page_file)]
    assert run(arguments) == 0
    capsys.readouterr()
    page = open_page(page_file.as_uri(), expect=(r"Content Security Policy",))
    assert page.evaluate("window.evil") is None
    assert page.locator("script, .feed iframe, [onclick], [onerror]").count() == 0
    assert page.locator("a[href^='javascript' i]").count() == 0
    expect(page.locator(".mastodon .text")).to_contain_text("<script>window.evil=1</script>")
    policy = page.locator("meta[http-equiv]").get_attribute("content") or ""
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy
    # Even what would get through the first wall does not get through the second.
    page.evaluate(
        "document.body.insertAdjacentHTML('beforeend', '<p id=probe style=\"color:red\">x</p>')"
    )
    assert page.locator("#probe").evaluate("e => getComputedStyle(e).color") != "rgb(255, 0, 0)"
