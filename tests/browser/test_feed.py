from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from signpost.local.network.process import NetworkProcess
from tests.browser.conftest import NARROW, WIDE, OpenPage, Shoot, overflow, serious_findings
from tests.integration.network.client import Client


def _picture(colour: str) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(data, "PNG")
    return data.getvalue()


def _status(client: Client, status_id: str) -> dict[str, Any]:
    found: dict[str, Any] = client.call("GET", f"/api/v1/statuses/{status_id}").json
    return found


def _live(page: Page) -> None:
    expect(page.locator("#live")).to_have_attribute("data-state", "live")


@pytest.fixture(scope="module")
def posts(shop: Client) -> dict[str, str]:
    """A feed with one of each; ids by name."""
    ids = {
        "plain": shop.post("A plain post, see https://example.org/some/long/path/here").json["id"]
    }
    ids["warned"] = shop.post("Please stop using it.", spoiler_text="Product safety").json["id"]
    media = [
        shop.upload(_picture("#27665d"), description="A green slope in the fog").json["id"],
        shop.upload(_picture("#884422"), focus="0.8,-0.6").json["id"],
    ]
    ids["media"] = shop.post("Two pictures", media_ids=media).json["id"]
    ids["first"] = shop.post("A thread in two parts").json["id"]
    ids["second"] = shop.post("The second part", in_reply_to_id=ids["first"]).json["id"]
    ids["late"] = shop.post("Quiet", visibility="unlisted", language="de").json["id"]
    return ids


def test_a_click_likes_and_the_api_counts_it(
    open_page: OpenPage, network: NetworkProcess, shop: Client
) -> None:
    status = shop.post("Click me").json["id"]
    page = open_page(network.url)
    _live(page)
    like = page.locator(f"#like-{status}")
    expect(like).to_have_attribute("aria-pressed", "false")
    like.click()
    expect(like).to_have_attribute("aria-pressed", "true")
    expect(like).to_have_accessible_name("Like, once so far")
    assert _status(shop, status)["favourites_count"] == 1
    page.get_by_label("You are").select_option("theo_brandt")
    expect(like).to_have_attribute("aria-pressed", "false")
    like.click()
    expect(like.locator(".n")).to_have_text("2")
    assert _status(shop, status)["favourites_count"] == 2
    like.click()
    expect(like.locator(".n")).to_have_text("1")
    assert _status(shop, status)["favourites_count"] == 1


def test_a_boost_and_a_reply_are_counted(
    open_page: OpenPage, network: NetworkProcess, shop: Client
) -> None:
    status = shop.post("Boost and answer me").json["id"]
    page = open_page(network.url)
    _live(page)
    page.locator(f"#boost-{status}").click()
    expect(page.locator(f"#boost-{status}")).to_have_attribute("aria-pressed", "true")
    page.locator(f"#reply-{status}").click()
    box = page.locator(f"#text-{status}")
    expect(box).to_be_focused()
    box.fill("Does it come in <b>red</b>?")
    page.locator(f"#p-{status}").get_by_role("button", name="Reply", exact=True).click()
    answer = page.locator("article", has_text="Does it come in <b>red</b>?").last
    expect(answer).to_contain_text("Mara Lind")
    expect(page.locator(f"#reply-{status}")).to_be_focused()
    seen = _status(shop, status)
    assert (seen["reblogs_count"], seen["replies_count"]) == (1, 1)


def test_posts_and_counts_arrive_by_themselves(
    open_page: OpenPage, network: NetworkProcess, shop: Client
) -> None:
    page = open_page(network.url)
    _live(page)
    status = shop.post("Just arrived").json["id"]
    post = page.locator(f"#p-{status}")
    expect(post).to_contain_text("Just arrived")
    expect(post.locator("time")).to_contain_text("just now ·")
    shop.call("POST", f"/api/v1/statuses/{status}/favourite")
    expect(page.locator(f"#like-{status} .n")).to_have_text("1")
    shop.call("DELETE", f"/api/v1/statuses/{status}")
    expect(post).to_have_count(0)


def test_a_half_written_reply_outlives_an_update(
    open_page: OpenPage, network: NetworkProcess, shop: Client
) -> None:
    status = shop.post("Write slowly").json["id"]
    page = open_page(network.url)
    _live(page)
    page.locator(f"#reply-{status}").click()
    page.locator(f"#text-{status}").fill("half a sen")
    shop.call("POST", f"/api/v1/statuses/{status}/favourite")
    expect(page.locator(f"#like-{status} .n")).to_have_text("1")
    box = page.locator(f"#text-{status}")
    expect(box).to_have_value("half a sen")
    expect(box).to_be_focused()
    page.keyboard.type("tence")
    expect(box).to_have_value("half a sentence")


def test_warning_alt_text_thread_and_permalink(
    open_page: OpenPage, network: NetworkProcess, posts: dict[str, str]
) -> None:
    page = open_page(network.url)
    warned = page.locator(f"#p-{posts['warned']}")
    expect(warned.get_by_text("Please stop using it.")).to_be_hidden()
    warned.get_by_text("Product safety").click()
    expect(warned.get_by_text("Please stop using it.")).to_be_visible()

    media = page.locator(f"#p-{posts['media']}")
    expect(media.get_by_role("img", name="A green slope in the fog")).to_be_visible()
    media.get_by_text("ALT", exact=True).click()
    expect(media.get_by_text("A green slope in the fog")).to_be_visible()
    expect(media.get_by_text("no ALT")).to_be_visible()
    position = media.locator("img").last.evaluate("image => getComputedStyle(image).objectPosition")
    assert position == "90% 80%", "the focal point (0.8, -0.6) in CSS terms"

    thread = page.locator(f"#c-{posts['first']} article")
    expect(thread).to_have_count(2)
    expect(thread.first).to_have_class("post depth-0 continued")

    page.locator(f"#p-{posts['second']} time").click()
    expect(page).to_have_url(f"{network.url}/@fjellwerk/{posts['second']}")
    expect(page.locator("article")).to_have_count(2)
    expect(page.locator(f"#p-{posts['late']}")).to_have_count(0)


def test_a_post_for_few_is_shown_but_not_to_visitors(
    open_page: OpenPage, network: NetworkProcess, shop: Client
) -> None:
    status = shop.post("For followers", visibility="private").json["id"]
    page = open_page(network.url)
    post = page.locator(f"#p-{status}")
    expect(post).to_contain_text("Followers only")
    expect(post).to_contain_text("Visitors do not see this post.")
    expect(post.get_by_role("button")).to_have_count(0)
    post.locator("time").click()
    expect(page).to_have_url(f"{network.url}/@fjellwerk/{status}")
    expect(post).to_contain_text("For followers")


def test_accounts_filter_the_feed(
    open_page: OpenPage, network: NetworkProcess, posts: dict[str, str]
) -> None:
    service = Client(network.url, network.account("fjellwerk_service", "Fjellwerk Service").token)
    status = service.post("From the repair desk").json["id"]
    page = open_page(network.url)
    page.get_by_role("navigation", name="Accounts").get_by_text("Fjellwerk Service").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Fjellwerk Service")
    expect(page.locator(f"#p-{status}")).to_be_visible()
    expect(page.locator(f"#p-{posts['plain']}")).to_have_count(0)
    chosen = page.locator("#accounts [aria-current]")
    expect(chosen).to_contain_text("Fjellwerk Service")


def test_everything_works_by_keyboard(
    open_page: OpenPage, network: NetworkProcess, shop: Client
) -> None:
    status = shop.post("Keys only").json["id"]
    page = open_page(network.url)
    _live(page)
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the posts")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == f"like-{status}":
            break
    like = page.locator(f"#like-{status}")
    expect(like).to_be_focused()
    outline = like.evaluate("element => getComputedStyle(element).outlineWidth")
    assert outline == "3px"
    page.keyboard.press("Enter")
    expect(like).to_have_attribute("aria-pressed", "true")
    expect(like).to_be_focused()
    assert _status(shop, status)["favourites_count"] == 1


def test_without_scripts_one_can_read_and_like(
    open_page: OpenPage, network: NetworkProcess, shop: Client
) -> None:
    status = shop.post("No scripts here").json["id"]
    page = open_page(network.url, scripts=False)
    expect(page.locator(f"#p-{status}")).to_contain_text("No scripts here")
    page.locator(f"#like-{status}").click()
    expect(page.locator(f"#like-{status}")).to_have_attribute("aria-pressed", "true")
    assert _status(shop, status)["favourites_count"] == 1


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_axe_finds_nothing_serious_and_nothing_overflows(
    open_page: OpenPage,
    network: NetworkProcess,
    posts: dict[str, str],
    shoot: Shoot,
    size: tuple[int, int],
    *,
    dark: bool,
) -> None:
    name = f"{'narrow' if size == NARROW else 'wide'}-{'dark' if dark else 'light'}"
    page = open_page(network.url, size=size, dark=dark)
    _live(page)
    shoot(page, f"feed-{name}")
    assert serious_findings(page) == []
    assert overflow(page) == 0
    for fold in page.locator("details").all():
        fold.evaluate("element => { element.open = true; }")
    assert serious_findings(page) == []
    assert overflow(page) == 0
    assert posts


def test_the_empty_feed_says_what_to_do(
    open_page: OpenPage, shoot: Shoot, tmp_path_factory: pytest.TempPathFactory
) -> None:
    network = NetworkProcess.start(tmp_path_factory.mktemp("empty"))
    try:
        page = open_page(network.url)
        expect(page.get_by_role("heading", name="Nothing is live yet")).to_be_visible()
        expect(page.get_by_text("signpost push")).to_be_visible()
        shoot(page, "feed-empty")
        assert serious_findings(page) == []
        page.close()
    finally:
        network.stop()
