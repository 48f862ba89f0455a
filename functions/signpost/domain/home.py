"""Where an account speaks to on a local stack: the local network, whatever server it names."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

BLOG = "wordpress"

_OTHER = re.compile(r"[^a-z0-9.-]+")


def blog_name(server: str, account: str) -> str:
    """The name of a blog on the local network: two accounts of one site share one.

    Args:
        server: the site's address.
        account: the account's id, where the address names no site.
    """
    try:
        parts = urlsplit(server.lower())
    except ValueError:
        parts = urlsplit("")
    found = _OTHER.sub("-", f"{parts.netloc}{parts.path}").strip("-.")
    return found[:100] or account


def home_of(network: str, channel: str, server: str, account: str) -> str:
    """The address that stands in for an account's server.

    Args:
        network: the local network's address.
    """
    if channel == BLOG:
        return f"{network}/blog/{blog_name(server, account)}"
    return network
