"""What part of the feed a request asks for, and as whom.

The page's address says it in its channel's own form (`/@name/ID`, `/profile/NAME/post/KEY`,
`/blog/NAME/SLUG/`); what the page then loads by itself says it by parameters.
"""

from __future__ import annotations

from collections.abc import Mapping

from signpost.local.network.accounts import CHANNELS, Account, Place
from signpost.local.network.bluesky.names import POST, repository
from signpost.local.network.drafts import number
from signpost.local.network.network import Network
from signpost.local.network.posts import Status
from signpost.local.network.wire import Request
from signpost.local.network.wordpress.cards import title_of


class Wanted:
    """A part of the feed: an account, a blog, a channel, a post with its conversation, a tag."""

    def __init__(self, network: Network, request: Request) -> None:
        self._network = network
        visitors = network.accounts.all(visitors=True)
        asked = request.text("visitor")
        self.visitor = next((item for item in visitors if item.username == asked), visitors[0])
        self.account = network.accounts.by_id(number(request.text("by")))
        self.site = request.text("site") or ""
        channel = request.text("channel") or ""
        self.channel = channel if channel in CHANNELS else ""
        self.tag = request.text("tag") or ""
        self.before = number(request.text("before"))
        self.missing = False
        post_id = number(request.text("post"))
        match request.path.split("/")[1:]:
            case ["tags", tag]:
                self.tag = tag
            case [handle, *rest] if handle.startswith("@"):
                self.account = network.accounts.by_username(handle[1:])
                self.missing = self.account is None
                post_id = number(rest[0]) if rest else 0
                self.missing = self.missing or (bool(rest) and not post_id)
            case ["profile", name, *rest]:
                self.account = repository(network.accounts, name)
                self.missing = self.account is None
                if rest and self.account is not None:
                    record = network.records.get(self.account, POST, rest[1])
                    post_id = (record.status_id or 0) if record else 0
                    self.missing = not post_id
            case ["blog", site, *rest]:
                post_id = self._of_blog(site, "".join(rest), number(request.text("p")))
            case _:
                pass
        self.post = network.posts.find(post_id) if post_id else None
        self.missing = self.missing or bool(post_id and self.post is None)
        if self.post is not None:
            self.account, self.site = None, ""
        scope = {
            "by": str(self.account.id) if self.account else "",
            "site": self.site,
            "channel": self.channel,
            "post": str(post_id or ""),
            "tag": self.tag,
            "before": str(self.before or ""),
        }
        self.scope: Mapping[str, str] = {name: value for name, value in scope.items() if value}

    @property
    def title(self) -> str:
        """The heading."""
        if self.post is not None:
            article = self._network.blog.of_status(self.post.id)
            return title_of(article) if article else "Post"
        if self.tag:
            return f"#{self.tag}"
        if self.site:
            return self._users()[0].display_name
        if self.channel:
            return CHANNELS[self.channel]
        return self.account.display_name if self.account else "All accounts"

    def roots(self, limit: int) -> list[Status]:
        """Conversations to show, newest first.

        Args:
            limit: one more than a page, to know whether there are more.
        """
        if self.post is not None:
            above = self._network.posts.ancestors(self.post)
            return [above[0] if above else self.post]
        return self._network.posts.roots(self._whose(), self.tag, self.before, limit)

    def _of_blog(self, site: str, slug: str, post_id: int) -> int:
        """The post that an address within a blog names; 0 for its front page."""
        self.site = site
        self.missing = not self._users()
        if slug:
            article = self._network.blog.by_slug(site, slug)
            self.missing = article is None
            return article.id if article else 0
        if post_id:
            self.missing = self._network.blog.article(site, post_id) is None
        return post_id

    def _users(self) -> list[Account]:
        return self._network.accounts.of(Place("wordpress", self.site))

    def _whose(self) -> list[int] | None:
        if self.account is not None:
            return [self.account.id]
        if self.site:
            return [account.id for account in self._users()]
        if self.channel:
            everybody = self._network.accounts.all(visitors=False)
            return [account.id for account in everybody if account.channel == self.channel]
        return None
