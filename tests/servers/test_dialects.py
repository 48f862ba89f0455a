"""The suites of tests/dialects on the real servers, so that the local network cannot drift."""

from __future__ import annotations

import pytest

from tests.dialects.bluesky import AtprotoSite, BlueskyDialect, Login
from tests.dialects.wordpress import BlogSite, WordPressDialect
from tests.servers.bluesky_network import Person
from tests.servers.desks import BlueskyDesk, WordPressDesk


@pytest.fixture(scope="module")
def atproto(bluesky: BlueskyDesk) -> AtprotoSite:
    """Two new accounts of the real network."""
    brand, friend = (_login(bluesky.network.person(name)) for name in ("dialect", "reader"))
    return AtprotoSite(bluesky.network.pds, brand, friend)


@pytest.fixture(scope="module")
def blog(wordpress: WordPressDesk) -> BlogSite:
    """The real blog."""
    return BlogSite(wordpress.blog.url, wordpress.blog.people)


def _login(person: Person) -> Login:
    return Login(person.handle, person.did, person.password)


class TestBluesky(BlueskyDialect):
    """The reference implementation: what we rely on is so."""


class TestWordPress(WordPressDialect):
    """The same of WordPress."""
