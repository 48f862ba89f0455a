"""One live post on its stage, what is asked for, and what anybody can read of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from signpost.domain.amendment import Amend
from signpost.domain.delivery import About, Delivery
from signpost.domain.lifecycle import State
from signpost.domain.row import Row
from tests.servers.desks import BlueskyDesk, Desk, Live, WordPressDesk
from tests.servers.editions import GOOD, TYPO, Editions
from tests.servers.live import CHANGES
from tests.servers.proxy import Exchange, Proxy
from tests.servers.stage import Stage
from tests.servers.web import fetch

ACTIONS = {"edit": Amend.CORRECT, "delete": Amend.RETRACT}


@dataclass
class Scene:
    """A post that is public in its first edition.

    Args:
        verb: what is to happen to it, `edit` or `delete`.
        mark: stands in the post.
        second: the edition that it is corrected to.
        published: its row, which must never move again.
        earlier: how many requests were made to publish it.
    """

    stage: Stage
    proxy: Proxy
    desk: Desk
    verb: str
    mark: str
    second: tuple[Delivery, About]
    published: Row
    earlier: int

    @property
    def action(self) -> Amend:
        """What is asked for."""
        return ACTIONS[self.verb]

    @property
    def request(self) -> tuple[str, str]:
        """Method and path of the one request of each part."""
        return CHANGES[self.desk.channel][self.verb]

    @property
    def parts(self) -> int:
        """How many parts are public at first."""
        return len(self.published.parts)

    def edit(self) -> None:
        """Push the second edition, which alone changes nothing that is public."""
        self.stage.push(self.second)

    def ask(self, *, again: bool = False) -> Row:
        """Ask for it; a correction needs an edit that was pushed."""
        if self.verb == "edit" and not again:
            self.edit()
        return self.stage.ask(self.action, again=again)

    def all_sent(self) -> list[Exchange]:
        """Every request since it is public."""
        return self.proxy.exchanges[self.earlier :]

    def sent(self) -> list[Exchange]:
        """Those that were to amend a part."""
        method, path = self.request
        return [
            one for one in self.all_sent() if one.method == method and re.search(path, one.path)
        ]

    def done(self) -> int:
        """How many parts the server shows as they are wished.

        Of a correction they are the first ones, of a retraction the last ones: no part ever
        answers one that is gone.
        """
        public = self.public()
        if self.verb == "delete":
            ids = self.desk.ids([part.external_id for part in self.published.parts])
            assert [live.id for live in public] == ids[: len(public)]
            return self.parts - len(public)
        good = [GOOD in live.text for live in public]
        assert good == sorted(good, reverse=True)
        return sum(good)

    def public(self) -> list[Live]:
        """What anybody can read of it; each text has one of both words."""
        found = self.desk.public(self.mark)
        assert all((TYPO in live.text) != (GOOD in live.text) for live in found)
        return found

    def is_done(self) -> None:
        """Exactly what was wished: for the ledger, on the server, and to whoever follows a link."""
        row = self.stage.amendment
        assert row.state is State.PUBLISHED, row
        assert len(row.parts) == self.parts
        assert self.stage.row == self.published, "what is PUBLISHED never moves"
        assert self.done() == self.parts
        parts = self.published.parts
        if self.verb == "edit":
            ids = self.desk.ids([part.external_id for part in parts])
            assert [live.id for live in self.public()] == ids
            assert list(row.parts) == list(parts), "under the same permalinks"
        self._look(gone=self.verb == "delete")
        self._check_blog()

    def is_untouched(self) -> None:
        """As it was published."""
        assert [TYPO in live.text for live in self.public()] == [True] * self.parts
        assert self.stage.row == self.published

    def _look(self, *, gone: bool) -> None:
        """Follow the links, as somebody does who is nobody's client."""
        for part in self.published.parts:
            if isinstance(self.desk, BlueskyDesk):
                (uri,) = self.desk.ids([part.external_id])
                self.desk.friend.wait_until_gone(uri)
                continue
            page = fetch("GET", part.permalink)
            assert page.status in ({404, 410} if gone else {200}), (page.status, part.permalink)
            # A status tells its earlier versions, too, below the one that counts.
            assert gone or GOOD in page.text

    def _check_blog(self) -> None:
        """No second post, no second address; what was retracted lies in the trash."""
        if not isinstance(self.desk, WordPressDesk):
            return
        status = {"edit": "publish", "delete": "trash"}[self.verb]
        posts = self.desk.blog.all_posts(search=self.mark)
        posts += self.desk.blog.all_posts(search=self.mark, status="trash")
        (part,) = self.published.parts
        assert [(str(post["id"]), post["status"]) for post in posts] == [(part.external_id, status)]
        slug = self.stage.delivery.parts[0].payload["slug"]
        assert posts[0]["slug"].removesuffix("__trashed") == slug


Scenes = Callable[..., Scene]
"""Publishes a post by channel, verb and what else its mark is made of."""


def begin(
    desk: Desk, verb: str, mark: str, editions: Editions, *, token: dict[str, str] | None = None
) -> Scene:
    """Publish the first edition.

    Args:
        token: of the account, where it is not the desk's.
    """
    proxy = Proxy(desk.url)
    media = {bytes(data) for one in (editions.first, editions.second) for data in one.media()}
    stage = Stage(
        editions.first.lines[mark, desk.channel],
        server=proxy.url,
        handle=desk.handle,
        token=token or desk.token,
        media=sorted(media),
    )
    row = stage.finish()
    assert row.state is State.PUBLISHED, row
    second = editions.second.lines[mark, desk.channel]
    scene = Scene(stage, proxy, desk, verb, mark, second, row, len(proxy.exchanges))
    scene.is_untouched()
    return scene
