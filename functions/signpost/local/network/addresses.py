"""Where accounts and posts are seen, and where their channel's API begins."""

from __future__ import annotations

from signpost.local.network.accounts import Account
from signpost.local.network.bluesky.names import did_of
from signpost.local.network.entities import status_url
from signpost.local.network.network import Network
from signpost.local.network.posts import Status
from signpost.local.network.wordpress.book import permalink


def server_of(account: Account, origin: str) -> str:
    """The `server:` under which an account's connector finds this network."""
    return f"{origin}/blog/{account.site}" if account.channel == "wordpress" else origin


def account_url(account: Account, origin: str) -> str:
    """The page of an account."""
    match account.channel:
        case "bluesky":
            return f"{origin}/profile/{account.username}"
        case "wordpress":
            return f"{origin}/blog/{account.site}/"
        case _:
            return f"{origin}/@{account.username}"


def post_url(network: Network, status: Status, author: Account, origin: str) -> str:
    """The page of a post, in the form of its channel."""
    if author.channel == "bluesky" and status.reblog_of_id is None:
        return f"{origin}/profile/{did_of(author)}/post/{status.key}"
    if author.channel == "wordpress":
        article = network.blog.of_status(status.id)
        if article is not None:
            return permalink(article, origin)
    return status_url(status, author, origin)
