"""A call of an API: a request with the account behind it and what faults make of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from signpost.local.network.accounts import Account
from signpost.local.network.drafts import number
from signpost.local.network.faults import Spoiled
from signpost.local.network.network import Network
from signpost.local.network.posts import Status
from signpost.local.network.refused import Refused
from signpost.local.network.wire import Answer, Request


@dataclass(frozen=True, slots=True)
class Call:
    """What an endpoint is given.

    Args:
        viewer: whose token it is; None without one.
        target: the id in the path; empty where it has none.
        refused: why the token that came along is none; None where it is good, or there is none.
    """

    network: Network
    request: Request
    viewer: Account | None
    target: str
    spoiled: Spoiled = field(default_factory=Spoiled)
    refused: Refused | None = None

    @property
    def account(self) -> Account:
        """The account behind the token.

        Raises:
            Refused: there is none.
        """
        if self.viewer is None:
            raise Refused(401, "The access token is invalid")
        return self.viewer

    def status(self, *, mine: bool = False) -> Status:
        """The status that the path names.

        Args:
            mine: it has to be the caller's own.

        Raises:
            Refused: it is not there, hidden, or not the caller's.
        """
        found = self.network.posts.get(number(self.target), self.viewer)
        if found is None or (mine and found.account_id != self.account.id):
            raise Refused(404, "Record not found")
        author = self.network.accounts.by_id(found.account_id)
        if author is None or author.channel != "mastodon":
            raise Refused(404, "Record not found")
        return found


Endpoint = Callable[[Call], Answer]
