"""The feed with all channels in it: cards, articles, pages of their own, the filter."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass

import pytest
from PIL import Image
from playwright.sync_api import expect

from signpost.local.network.process import NetworkProcess
from tests.browser.conftest import NARROW, WIDE, OpenPage, Shoot, overflow, serious_findings
from tests.dialects.bluesky import AtprotoSite, Login, new_key, post
from tests.dialects.exchange import exchange, form_of
from tests.dialects.wordpress import BlogSite

ARTICLE = (
    "<!-- wp:paragraph -->\n<p>A <em>first</em> paragraph.</p>\n<!-- /wp:paragraph -->\n"
    '<h2 class="wp-block-heading">A list</h2>\n<ul><li>wool</li></ul>\n'
    "<pre><code>signpost check --fix --with --a --long --line --that --goes --on --and --on</code>"
    "</pre>\n<table><thead><tr><th>what</th></tr></thead><tbody><tr><td>boots</td></tr></tbody>"
    "</table>\n<blockquote><p>Put on a hat.</p></blockquote>"
)


@dataclass(frozen=True)
class Live:
    """What the feed holds."""

    sky: str
    card: str
    article: str


def _picture(colour: str) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(data, "PNG")
    return data.getvalue()


@pytest.fixture(scope="module")
def live(network: NetworkProcess) -> Live:
    """A post of each kind; the ids of the page."""
    made = network.control(
        "POST",
        "/_local/accounts",
        {"channel": "bluesky", "username": "fjellwerk.example", "display_name": "Fjellwerk"},
    )
    login = Login(made["username"], made["did"], made["secret"]["app_password"])
    site = AtprotoSite(network.url, login, login)
    text = "👩‍👩‍👧‍👦 Über https://example.org/wege – #Wandern"
    start = len("👩‍👩‍👧‍👦 Über ".encode())
    link = {"$type": "app.bsky.richtext.facet#link", "uri": "https://example.org/wege"}
    index = {"byteStart": start, "byteEnd": start + len("https://example.org/wege")}
    facets = [{"index": index, "features": [link]}]
    raw = ("image/png", _picture("#27665d"))
    uploaded = site.call("POST", "com.atproto.repo.uploadBlob", login=login, raw=raw).json["blob"]
    image = {"alt": "A green slope", "image": uploaded}
    images = {"$type": "app.bsky.embed.images", "images": [image]}
    site.put(post(text, facets=facets, embed=images, langs=["de"]), new_key())
    card = {"uri": "https://example.org/g", "title": "All about wool", "description": "And more"}
    external = {"$type": "app.bsky.embed.external", "external": {**card, "thumb": uploaded}}
    site.put(post("With a card", embed=external), new_key())

    made = network.control(
        "POST",
        "/_local/accounts",
        {
            "channel": "wordpress",
            "site": "journal.example",
            "username": "author",
            "display_name": "Fjellwerk Journal",
        },
    )
    blog = BlogSite(made["server"], {"author": made["secret"]["application_password"]})
    form = form_of("boots.png", _picture("#884422"), "image/png", alt_text="Brown boots")
    featured = blog.call("POST", "/media", person="author", raw=form).json["id"]
    tag = blog.call("POST", "/tags", {"name": "Wool & wax"}, person="author").json["id"]
    blog.post(
        title="Mending &amp; more", slug="mending", content=ARTICLE, status="publish",
        featured_media=featured, tags=[tag],
    )  # fmt: skip
    ids = [item["id"] for item in network.control("GET", "/_local/posts")["posts"]][-3:]
    return Live(*ids)


def test_each_kind_is_shown_as_its_channel_would(
    open_page: OpenPage, network: NetworkProcess, live: Live
) -> None:
    page = open_page(network.url)
    sky = page.locator(f"#p-{live.sky}")
    expect(sky.get_by_role("link", name="https://example.org/wege")).to_be_visible()
    expect(sky).to_contain_text("👩‍👩‍👧‍👦 Über https://example.org/wege – #Wandern")
    expect(sky.get_by_role("img", name="A green slope")).to_be_visible()
    expect(sky.locator(".mark", has_text="Bluesky")).to_be_visible()
    card = page.locator(f"#p-{live.card} .linkcard")
    expect(card).to_have_attribute("href", "https://example.org/g")
    expect(card).to_contain_text("All about wool")
    article = page.locator(f"#p-{live.article}")
    expect(article.get_by_role("heading", name="Mending & more")).to_be_visible()
    expect(article.get_by_role("img", name="Brown boots")).to_be_visible()
    expect(article).to_contain_text("Wool & wax")
    expect(article.locator(".act")).to_have_count(0)


def test_channels_filter_the_feed(open_page: OpenPage, network: NetworkProcess, live: Live) -> None:
    network.account("fjellwerk", "Fjellwerk Outdoor")
    page = open_page(network.url)
    channels = page.get_by_role("navigation", name="Channels")
    expect(channels.get_by_text("All")).to_have_attribute("aria-current", "page")
    channels.get_by_text("Blog").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Blog")
    expect(page.locator(f"#p-{live.article}")).to_be_visible()
    expect(page.locator(f"#p-{live.sky}")).to_have_count(0)
    channels.get_by_text("Bluesky").click()
    expect(page.locator(f"#p-{live.sky}")).to_be_visible()
    expect(page.locator(f"#p-{live.article}")).to_have_count(0)
    page.get_by_role("navigation", name="Accounts").get_by_text("Fjellwerk Journal").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Fjellwerk Journal")
    expect(page.locator(f"#p-{live.article}")).to_be_visible()


def test_a_post_of_bluesky_is_liked_and_has_a_page(
    open_page: OpenPage, network: NetworkProcess, live: Live
) -> None:
    page = open_page(network.url)
    expect(page.locator("#live")).to_have_attribute("data-state", "live")
    page.locator(f"#like-{live.card}").click()
    expect(page.locator(f"#like-{live.card} .n")).to_have_text("1")
    page.locator(f"#p-{live.card} time").click()
    expect(page).to_have_url(re.compile(r"/profile/did:plc:[a-z2-7]{24}/post/[a-z2-7]{13}$"))
    expect(page.locator("article")).to_have_count(1)


def test_an_article_has_a_page_where_one_comments(
    open_page: OpenPage, network: NetworkProcess, live: Live
) -> None:
    page = open_page(network.url)
    page.get_by_role("link", name="Mending & more").click()
    expect(page).to_have_url(f"{network.url}/blog/journal.example/mending/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mending & more")
    expect(page.get_by_role("heading", name="A list", level=2)).to_be_visible()
    expect(page.get_by_role("cell", name="boots")).to_be_visible()
    expect(page.locator("#live")).to_have_attribute("data-state", "live")
    page.locator(f"#reply-{live.article}").click()
    page.locator(f"#text-{live.article}").fill("Which <wax>?")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator("article", has_text="Which <wax>?").last).to_contain_text("Mara Lind")
    path = f"{network.url}/blog/journal.example/wp-json/wp/v2/comments"
    counted = exchange("GET", path, query={"post": live.article})
    assert [item["author_name"] for item in counted.json] == ["Mara Lind"]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("path", ["/", "/blog/journal.example/mending/", "/?channel=bluesky"])
def test_axe_finds_nothing_serious_and_nothing_overflows(
    open_page: OpenPage,
    network: NetworkProcess,
    live: Live,
    shoot: Shoot,
    path: str,
    size: tuple[int, int],
    *,
    dark: bool,
) -> None:
    name = f"{'narrow' if size == NARROW else 'wide'}-{'dark' if dark else 'light'}"
    page = open_page(f"{network.url}{path}", size=size, dark=dark)
    expect(page.locator("article").first).to_be_visible()
    what = {"/": "all", "/?channel=bluesky": "bluesky"}.get(path, "article")
    shoot(page, f"channels-{what}-{name}")
    assert serious_findings(page) == []
    assert overflow(page) == 0
    for fold in page.locator("details").all():
        fold.evaluate("element => { element.open = true; }")
    assert serious_findings(page) == []
    assert overflow(page) == 0
    assert live.article
