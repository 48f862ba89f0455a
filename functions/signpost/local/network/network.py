"""The local network's parts, put together once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from signpost.local.network.accounts import AccountBook
from signpost.local.network.bluesky.book import RecordBook
from signpost.local.network.database import Database
from signpost.local.network.faults import FaultBook
from signpost.local.network.journal import Journal
from signpost.local.network.limits import RateBook, Settings
from signpost.local.network.media import MediaShelf
from signpost.local.network.posts import PostBook
from signpost.local.network.wordpress.book import BlogBook


def utc_now() -> datetime:
    """The present instant, aware UTC."""
    return datetime.now(UTC)


class Network:
    """Everything that the endpoints and pages work on.

    Args:
        folder: where it is stored.
        endpoints: names of the routes, for fault rules.
        settings: what may be changed later through `/_local/settings`.
        seed: for faults with a probability.
        now: the clock.
    """

    def __init__(
        self,
        folder: Path,
        endpoints: frozenset[str],
        settings: Settings,
        *,
        seed: int = 0,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.database = Database(folder, now)
        self.accounts = AccountBook(self.database)
        self.media = MediaShelf(self.database)
        self.posts = PostBook(self.database, self.media)
        self.records = RecordBook(self.database, self.accounts, self.posts, self.media)
        self.blog = BlogBook(self.database, self.posts)
        self.journal = Journal(self.database)
        self.faults = FaultBook(endpoints, seed)
        self.rates = RateBook(now)
        self.settings = settings
        self.now = now
        self.creating = threading.Lock()
        """Held from asking for a key until the status with it is stored."""
