"""What tests need of each server alike: an account, its send, and what the public sees of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass

from signpost.connectors.bluesky.refs import parse_external_id
from signpost.local.network.process import NetworkProcess
from tests.servers.bluesky_network import BlueskyNetwork, Person
from tests.servers.web import fetch
from tests.servers.wordpress_blog import Blog


@dataclass(frozen=True)
class Live:
    """One public post: the server's id for it, and its text."""

    id: str
    text: str


class Desk(ABC):
    """A channel's server with an account of ours on it.

    Args:
        channel: the channel's id.
        url: the server's address.
        handle: the account's.
        token: the members of its secret.
        send: method and path of the one request that makes a post public.
        ask: method and path of a request that `confirm` cannot do without.
    """

    channel: str
    url: str
    handle: str
    token: Mapping[str, str]
    send: tuple[str, str]
    ask: tuple[str, str]

    @abstractmethod
    def public(self, mark: str) -> list[Live]:
        """Public posts that hold a mark, the oldest first, as anybody may read them."""

    @abstractmethod
    def ids(self, external_ids: list[str]) -> list[str]:
        """The server's own ids of what the ledger calls so."""


class BlueskyDesk(Desk):
    """An account on the Bluesky network, and friends of it."""

    channel = "bluesky"
    send = ("POST", r"com\.atproto\.repo\.putRecord")
    ask = ("GET", r"com\.atproto\.repo\.getRecord")

    def __init__(self, network: BlueskyNetwork) -> None:
        self.network = network
        self.url = network.pds
        self.brand: Person = network.person("brand")
        self.friend: Person = network.person("friend")
        self.handle = f"@{self.brand.handle}"
        self.token = {"app_password": self.brand.password}

    def public(self, mark: str) -> list[Live]:
        records = reversed(self.network.records(self.brand.did))
        return [
            Live(record["uri"], record["value"]["text"])
            for record in records
            if mark in record["value"]["text"]
        ]

    def ids(self, external_ids: list[str]) -> list[str]:
        return [parse_external_id(one).ref.uri for one in external_ids]


class WordPressDesk(Desk):
    """An author's account on the blog."""

    channel = "wordpress"
    send = ("POST", r"/wp/v2/posts/\d+$")
    ask = ("GET", r"/wp/v2/posts\?.*status=any")

    def __init__(self, blog: Blog) -> None:
        self.blog = blog
        self.url = blog.url
        self.handle = "author"
        self.token = {"username": "author", "application_password": blog.people["author"]}

    def public(self, mark: str) -> list[Live]:
        found = self.blog.posts(search=mark, order="asc")
        return [Live(str(post["id"]), post["content"]["rendered"]) for post in found]

    def ids(self, external_ids: list[str]) -> list[str]:
        return external_ids


class MastodonDesk(Desk):
    """An account on our own local network, which speaks Mastodon's language."""

    channel = "mastodon"
    send = ("POST", r"/api/v1/statuses$")
    ask = ("GET", r"/api/v1/accounts/[^/]+/statuses")

    def __init__(self, network: NetworkProcess, username: str = "proof") -> None:
        made = network.account(username)
        self._network = network
        self.url = network.url
        self.handle = f"@{username}"
        self.token = {"access_token": made.token}

    def public(self, mark: str) -> list[Live]:
        posts = fetch("GET", f"{self.url}/_local/posts").json["posts"]
        found = [Live(post["id"], post["text"]) for post in posts if mark in post["text"]]
        return sorted(found, key=lambda live: int(live.id))

    def ids(self, external_ids: list[str]) -> list[str]:
        return external_ids

    def another(self, username: str) -> MastodonDesk:
        """Another account, which has deleted nothing yet: a server allows 30 in 30 minutes."""
        return MastodonDesk(self._network, username)

    def like(self, username: str, external_id: str) -> None:
        """Like a status, as somebody else."""
        token = self._network.account(username).token
        url = f"{self.url}/api/v1/statuses/{external_id}/favourite"
        page = fetch("POST", url, headers={"Authorization": f"Bearer {token}"})
        assert page.status == 200, page.text
