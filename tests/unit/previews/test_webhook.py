from __future__ import annotations

from typing import Any

from signpost.connectors.registry import Registry
from signpost.domain.delivery import Part
from signpost.previews.channels import show_of
from signpost.previews.view import Kind, Shown
from signpost.previews.webhook import HANDED_OVER

ADDRESS = "https://hooks.example/in?to=letters"


def shown(text: str, *, link: str = "", server: str = ADDRESS, **options: Any) -> Shown:
    connector = Registry().get("webhook")
    (part,) = connector.render([Part(text)], link=link, language="en", options=options)
    return show_of("webhook")(part, connector.spec, (), server)


def test_the_text_is_shown_as_it_is_sent() -> None:
    found = shown("**See** https://a.example/x, #Winter")
    assert found.text.whole == "**See** https://a.example/x, #Winter"
    assert [(run.kind, run.target) for run in found.text.runs if run.target] == [
        (Kind.LINK, "https://a.example/x")
    ]


def test_link_title_and_topic_stand_beside_it() -> None:
    found = shown("x", link="https://a.example/p?q=1", title="Boots & paths", topic="news")
    assert found.card is None, "nobody here knows whether the page is fetched"
    assert found.notes[:3] == (
        "Its title: Boots & paths",
        "Its link: https://a.example/p?q=1",
        "Its topic: news",
    )


def test_where_it_goes_is_told_without_the_path() -> None:
    assert shown("x").notes == (f"{HANDED_OVER} It goes to hooks.example.",)
    assert shown("x", server="").notes == (HANDED_OVER,)
