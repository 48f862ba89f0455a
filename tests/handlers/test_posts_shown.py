"""A post on its sign-off page: the payload's text as the channel shows it, and nothing that acts."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest

from signpost.domain.delivery import Delivery, Media
from signpost.handlers.pages.posts import post_page
from signpost.handlers.pages.template import PREVIEWS, asset
from tests.handlers.house import PICTURE, House
from tests.handlers.sent import delivery_of, picture

EVIL = "<script>window.evil=1</script><img src=x onerror=evil()>"
TEXTS = {
    "mastodon": (f"We mend ropes. {EVIL}\n\nSecond & last.", "The rest\nof it."),
    "bluesky": (f"We mend ropes. {EVIL}\n\nSecond & last.", "The rest\nof it."),
    "webhook": (f"We mend ropes. {EVIL}\n\nSecond & last.",),
    "wordpress": (f"We **mend** ropes & knots.\n\n## Why\n\n- {EVIL}\n- [x](javascript:evil())",),
}
OPTIONS = {"wordpress": {"title": "Ropes"}}
VOID = {"br", "hr", "img", "meta", "link", "rect", "path", "input"}


class Seen(HTMLParser):
    """The words in elements of one class, and every tag that would act."""

    def __init__(self, page: str, name: str) -> None:
        super().__init__()
        self.blocks: list[str] = []
        self.acting: list[str] = []
        self._name, self._depth = name, 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in {"script", "iframe", "style"} and not str(given.get("src")).startswith("/static"):
            self.acting.append(tag)
        self.acting += [name for name in given if name == "style" or name.startswith("on")]
        if str(given.get("href") or "").startswith("javascript"):
            self.acting.append("href")
        if self._depth:
            self._depth += tag not in VOID
            if tag == "br":
                self.blocks[-1] += "\n"
            elif tag == "p" and self.blocks[-1]:
                self.blocks[-1] += "\n\n"
        elif self._name in str(given.get("class") or "").split():
            self._depth = 1
            self.blocks.append("")

    def handle_endtag(self, tag: str) -> None:
        if self._depth and tag not in VOID:
            self._depth -= 1

    def handle_data(self, data: str) -> None:
        if self._depth:
            self.blocks[-1] += data


def shown(channel: str, **more: Any) -> tuple[dict[str, Any], str]:
    """What awaits, and its page."""
    options = OPTIONS.get(channel, {}) | more.pop("options", {})
    sent = delivery_of("knots", channel, TEXTS[channel], options=options, **more)
    item = House().post(deliveries=(sent,))
    return item, post_page(item, "Ottilie")


@pytest.mark.parametrize(
    ("channel", "member"), [("mastodon", "status"), ("bluesky", "text"), ("webhook", "text")]
)
def test_the_text_is_the_payloads(channel: str, member: str) -> None:
    item, page = shown(channel)
    payloads = [part["payload"][member] for part in item["deliveries"][0]["parts"]]
    assert Seen(page, "text").blocks == payloads
    assert len(payloads) == len(TEXTS[channel])


def test_a_blogs_text_is_the_payloads() -> None:
    item, page = shown("wordpress")
    payload = item["deliveries"][0]["parts"][0]["payload"]
    (article,) = Seen(page, "article").blocks
    assert "mend ropes & knots" in " ".join(article.split())
    without = Seen(f'<div class="all">{payload["content"]}</div>', "all").blocks[0]
    assert re.sub(r"\s", "", without) == re.sub(r"\s", "", article)
    assert payload["title"] in Seen(page, "title").blocks


@pytest.mark.parametrize("channel", TEXTS)
def test_hostile_text_does_nothing(channel: str) -> None:
    item, page = shown(channel)
    assert "window.evil=1" in item["deliveries"][0]["wire"]
    assert Seen(page, "text").acting == []
    assert "<img src=x" not in page


def test_it_looks_as_its_channel_has_it() -> None:
    house = House()
    dot = picture(house.objects.add_media(PICTURE), 'A "knot"')
    thread = delivery_of("knots", "mastodon", TEXTS["mastodon"], media=(dot,))
    card = delivery_of("knots", "mastodon", ("Read.",), link="https://larkfell.example/ropes")
    page = post_page(house.post(deliveries=(thread, card)), "Ottilie")
    assert '<div class="copy mastodon">' in page
    assert '<div class="item joined" data-part="1">' in page
    assert "part 2 of 2" in page
    assert f'src="/media/larkfell/knots/{dot.sha256}" alt="A &quot;knot&quot;"' in page
    assert "A &quot;knot&quot;</span>" in page, "to be read by those who see the picture, too"
    assert '<a class="card" href="https://larkfell.example/ropes"' in page
    assert "Wed 2 Dec 2026, 09:00" in page


@pytest.mark.parametrize(
    ("channel", "name"), [("mastodon", "Mastodon"), ("wordpress", "WordPress")]
)
def test_its_channel_has_its_proper_name(channel: str, name: str) -> None:
    _, page = shown(channel)
    assert f"<h3>{name}: @shop</h3>" in page


@pytest.mark.parametrize("channel", ["mastodon", "wordpress", "webhook"])
def test_a_film_is_there_once(channel: str) -> None:
    film = Media("f" * 64, "video/mp4", 4711, "A knot, <tied>", width=16, height=9)
    _, page = shown(channel, media=(film,))
    seen = page.partition("<summary>Exactly what is sent</summary>")[0]
    assert seen.count("A knot, &lt;tied&gt;") == 1
    assert seen.count('<figure class="video stand-in">') == 1
    assert "not shown here" not in seen


def test_a_film_whose_look_is_not_known_is_named() -> None:
    film = Media("f" * 64, "video/mp4", 4711, "A knot, <tied>")
    sent = replace(_of_no_channel(), parts=(replace(_of_no_channel().parts[0], media=(film,)),))
    page = post_page(House().post(deliveries=(sent,)), "Ottilie")
    assert f"A knot, &lt;tied&gt; (4711 bytes, SHA-256 <code>{film.sha256}</code>)" in page
    assert "<h3>carrier-pigeon: @shop</h3>" in page


def test_what_is_folded_opens_by_a_click() -> None:
    long = delivery_of("knots", "mastodon", ("\n".join(f"line {n}" for n in range(40)),))
    page = post_page(House().post(deliveries=(long,)), "Ottilie")
    assert '<details class="more"><summary>Read more</summary>' in page


@pytest.mark.parametrize("wire", ["", "{}", "[]", "other revision", "no channel"])
def test_what_cannot_be_shown_is_not_passed_over(wire: str) -> None:
    item, _ = shown("webhook")
    one = item["deliveries"][0]
    if wire == "other revision":
        one["revision"] = "sha256:0"
    elif wire == "no channel":
        item = House().post(deliveries=(_of_no_channel(),))
    else:
        one["wire"] = wire
    page = post_page(item, "Ottilie")
    assert "How this will look is not known here" in page
    assert 'class="feed"' not in page


def test_the_style_sheet_is_served_as_a_file() -> None:
    house = House()
    _, page = shown("webhook")
    address, _ = asset(PREVIEWS)
    assert f'<link rel="stylesheet" href="{address}">' in page
    said = house.ask("GET", address)
    assert (said.status, said.headers["Content-Type"]) == (200, "text/css; charset=utf-8")
    assert ".copy .feed" in said.body
    assert ".x20{--x:100%}" in said.body


def _of_no_channel() -> Delivery:
    sent = delivery_of("knots", "webhook")
    return replace(sent, account=replace(sent.account, channel="carrier-pigeon"))
