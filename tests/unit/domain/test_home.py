from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signpost.domain.home import blog_name, home_of
from signpost.local.network.accounts import CHANNELS

NETWORK = "http://127.0.0.1:4600"


@pytest.mark.parametrize(
    ("server", "name"),
    [
        ("https://journal.larkfell.example", "journal.larkfell.example"),
        ("https://Journal.Larkfell.Example/", "journal.larkfell.example"),
        ("https://larkfell.example/news", "larkfell.example-news"),
        ("http://localhost:8080", "localhost-8080"),
        ("https://bücher.example", "b-cher.example"),
        ("", "journal"),
        ("https://[", "journal"),
    ],
)
def test_a_blog_is_called_like_its_site(server: str, name: str) -> None:
    assert blog_name(server, "journal") == name
    assert home_of(NETWORK, "wordpress", server, "journal") == f"{NETWORK}/blog/{name}"


@pytest.mark.parametrize("channel", sorted({*CHANNELS, "webhook"} - {"wordpress"}))
def test_other_channels_begin_at_the_networks_own_address(channel: str) -> None:
    assert home_of(NETWORK, channel, "https://social.example", "shop") == NETWORK


@given(st.text(max_size=200))
def test_any_server_makes_a_name_that_the_network_takes(server: str) -> None:
    assert re.fullmatch(r"[a-z0-9.-]{1,100}", blog_name(server, "journal"))
