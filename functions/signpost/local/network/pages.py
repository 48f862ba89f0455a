"""The web pages: the feed, a permalink, an account, the fault switchboard, and what they load.

A person on the page acts as one of the visitors. An act needs this page's own origin: the
server compares the Origin header, which browsers send with every POST.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path
from string import Template
from urllib.parse import urlencode

from signpost.local.network.accounts import CHANNELS, Account
from signpost.local.network.addresses import account_url
from signpost.local.network.avatar import avatar_svg
from signpost.local.network.drafts import new_draft, number
from signpost.local.network.faults import MEANINGS, NEED_SECONDS
from signpost.local.network.feed_view import View, avatar, conversation, handle_of
from signpost.local.network.network import Network
from signpost.local.network.posts import Status
from signpost.local.network.refused import Refused
from signpost.local.network.wanted import Wanted
from signpost.local.network.wire import Answer, Request

PAGE_SIZE = 30
HTML = "text/html; charset=utf-8"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self';"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_STATIC = Path(__file__).parent / "static"
_FILES = {
    "network.css": "text/css; charset=utf-8",
    "feed.js": "text/javascript; charset=utf-8",
    "faults.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}


class Pages:
    """Answers requests of browsers."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def answer(self, request: Request) -> Answer:
        """What to send back."""
        if request.method == "POST" and request.path == "/_web/act":
            return self._act(request)
        if request.method not in {"GET", "HEAD"}:
            return _not_found()
        match request.path.split("/")[1:]:
            case [""] | ["tags", _] | ["profile", _] | ["profile", _, "post", _] | ["blog", _, *_]:
                return self._page(request)
            case ["_web", "feed"]:
                return Answer(200, self._feed(request).encode(), HTML)
            case ["faults"]:
                return self._faults_page()
            case [handle] | [handle, _] if handle.startswith("@"):
                return self._page(request)
            case parts:
                return self._loaded(parts)

    def _loaded(self, parts: list[str]) -> Answer:
        """What the pages load."""
        match parts:
            case ["_web", "static", name] if name in _FILES:
                return _file(_STATIC / name, _FILES[name], lasting=False)
            case ["favicon.ico"]:
                return _file(_STATIC / "icon.svg", _FILES["icon.svg"], lasting=False)
            case ["avatars", name]:
                return self._avatar(name.removesuffix(".svg"))
            case ["media", digest]:
                found = self._network.media.file(digest)
                return _file(*found, lasting=True) if found else _not_found()
            case _:
                return _not_found()

    # --- the feed ---------------------------------------------------------------------------

    def _page(self, request: Request) -> Answer:
        wanted = Wanted(self._network, request)
        if wanted.missing:
            return _not_found("This post is not here, or not any more.")
        version = self._network.database.version
        values = {
            "title": escape(wanted.title),
            "version": str(version),
            "visitors": self._visitor_options(wanted.visitor),
            "scope": "".join(
                f'<input type="hidden" name="{name}" value="{escape(value)}">'
                for name, value in wanted.scope.items()
            ),
            "feed_query": escape(urlencode(wanted.scope)),
            "channels": self._channels(wanted),
            "feed": self._feed(request),
        }
        return _html(_template("feed.html", values))

    def _feed(self, request: Request) -> str:
        """What changes while one looks: numbers, accounts, conversations."""
        wanted = Wanted(self._network, request)
        whole = wanted.post is not None
        view = View(self._network, wanted.visitor, request.origin, full=whole)
        roots = wanted.roots(PAGE_SIZE + 1)
        sections = "".join(conversation(view, root) for root in roots[:PAGE_SIZE])
        older = ""
        if len(roots) > PAGE_SIZE:
            query = {**wanted.scope, "before": roots[PAGE_SIZE - 1].id}
            older = f'<a class="older" href="/?{escape(urlencode(query))}">Show older posts</a>'
        posts, counts = self._network.posts.totals()
        numbers = (
            ("Posts", posts),
            ("Replies", counts.replies),
            ("Boosts", counts.reblogs),
            ("Likes", counts.favourites),
        )
        tiles = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in numbers)
        return (
            f'<nav class="accounts" id="accounts" aria-label="Accounts">{self._accounts(wanted)}'
            f'</nav><dl class="tiles" id="tiles">{tiles}</dl>'
            f'<div class="notice" id="notice">{self._notice()}</div>'
            f'<div class="stream" id="stream">{sections or _empty(wanted)}{older}</div>'
        )

    def _accounts(self, wanted: Wanted) -> str:
        def entry(href: str, picture: str, name: str, count: str, *, here: bool) -> str:
            current = ' aria-current="page"' if here else ""
            return (
                f'<li><a href="{href}"{current}>{picture}<span class="who">{name}</span>'
                f"{count}</a></li>"
            )

        total = self._network.posts.totals()[0]
        all_picture = '<span class="avatar all" aria-hidden="true">✦</span>'
        here = not wanted.scope
        found = [
            entry("/", all_picture, "All accounts", f'<span class="n">{total}</span>', here=here)
        ]
        for account in self._network.accounts.all(visitors=False):
            name = f"{escape(account.display_name)}<small>{escape(handle_of(account))}</small>"
            count = f'<span class="n">{self._network.posts.number_of(account)}</span>'
            here = wanted.account == account or wanted.site == account.site != ""
            href = escape(account_url(account, ""))
            found.append(entry(href, avatar(account, ""), name, count, here=here))
        return f"<ul>{''.join(found)}</ul>"

    def _channels(self, wanted: Wanted) -> str:
        """Links to each channel's posts; nothing where there is one channel only."""
        used = {account.channel for account in self._network.accounts.all(visitors=False)}
        if len(used) < 2:
            return ""
        known = {"": "All", **{name: said for name, said in CHANNELS.items() if name in used}}

        def entry(name: str, said: str) -> str:
            only = set(wanted.scope) <= {"channel"}
            here = ' aria-current="page"' if only and wanted.channel == name else ""
            return f'<li><a href="/{f"?channel={name}" if name else ""}"{here}>{said}</a></li>'

        entries = "".join(entry(name, said) for name, said in known.items())
        return f'<nav class="channels" aria-label="Channels"><ul>{entries}</ul></nav>'

    def _notice(self) -> str:
        rules = self._network.faults.rules()
        if not rules:
            return ""
        said = "1 fault is" if len(rules) == 1 else f"{len(rules)} faults are"
        return f'<p><strong>{said} in force.</strong> <a href="/faults">Look or lift</a></p>'

    def _visitor_options(self, chosen: Account) -> str:
        return "".join(
            f'<option value="{escape(item.username)}"{" selected" if item == chosen else ""}>'
            f"{escape(item.display_name)}</option>"
            for item in self._network.accounts.all(visitors=True)
        )

    # --- acts -------------------------------------------------------------------------------

    def _act(self, request: Request) -> Answer:
        visitor = self._network.accounts.by_username(request.text("visitor") or "")
        if visitor is None or not visitor.visitor:
            return Answer.error(422, "Choose one of the visitors.")
        status = self._network.posts.get(number(request.text("status_id")), visitor)
        if status is None:
            return Answer.error(404, "This post is not here any more.")
        posts = self._network.posts
        author = self._network.accounts.by_id(status.account_id)
        if author and author.channel == "wordpress" and request.text("action") != "reply":
            return Answer.error(422, "A blog takes comments only.")
        match request.text("action"):
            case "like":
                posts.favourite(status, visitor, on=True)
            case "unlike":
                posts.favourite(status, visitor, on=False)
            case "boost":
                posts.reblog(status, visitor)
            case "unboost":
                posts.unreblog(status, visitor)
            case "reply":
                refusal = self._reply(request, visitor, status)
                if refusal is not None:
                    return refusal
            case _:
                return Answer.error(422, "No such action.")
        if "application/json" in request.headers.get("accept", ""):
            return Answer.json({"ok": True})
        back = f"/?{urlencode({'visitor': visitor.username})}#p-{status.id}"
        return Answer(303, b"", HTML, {"Location": back})

    def _reply(self, request: Request, visitor: Account, status: Status) -> Answer | None:
        fields = {"status": request.text("text"), "in_reply_to_id": str(status.id)}
        wish = Request("POST", request.path, {}, {}, fields, {}, request.origin)
        try:
            self._network.posts.create(visitor, new_draft(self._network, visitor, wish), "")
        except Refused as refusal:
            return Answer.error(refusal.status, refusal.message)
        return None

    # --- the rest ---------------------------------------------------------------------------

    def _faults_page(self) -> Answer:
        effects = "".join(
            f'<option value="{effect.value}" data-seconds="{int(effect in NEED_SECONDS)}">'
            f"{effect.value.replace('_', ' ')}: {escape(meaning)}</option>"
            for effect, meaning in MEANINGS.items()
        )
        endpoints = "".join(
            f"<option>{name}</option>" for name in sorted(self._network.faults.endpoints)
        )
        accounts = "".join(
            f"<option>{escape(item.username)}</option>"
            for item in self._network.accounts.all(visitors=False)
        )
        values = {"effects": effects, "endpoints": endpoints, "accounts": accounts}
        return _html(_template("faults.html", values))

    def _avatar(self, username: str) -> Answer:
        account = self._network.accounts.by_username(username)
        if account is None:
            account = self._network.accounts.by_id(number(username))
        if account is None:
            return _not_found()
        picture = avatar_svg(account.username, account.display_name)
        return Answer(200, picture, "image/svg+xml", {"Cache-Control": "max-age=300"})


def _empty(wanted: Wanted) -> str:
    if wanted.scope:
        return (
            '<div class="empty"><h2>Nothing here yet</h2><p>No post matches.'
            ' <a href="/">Show all accounts</a></p></div>'
        )
    return (
        '<div class="empty"><h2>Nothing is live yet</h2>'
        "<p>Posts appear here by themselves, at their minute. To see one now:</p>"
        "<ol><li>Make a post: <code>signpost new</code></li>"
        "<li>Give it <code>publish: now</code> and <code>status: ready</code></li>"
        "<li>Commit it, then <code>signpost push</code></li></ol></div>"
    )


def _template(name: str, values: Mapping[str, str]) -> str:
    return Template((_STATIC / name).read_text(encoding="utf-8")).substitute(values)


def _html(text: str, status: int = 200) -> Answer:
    return Answer(status, text.encode(), HTML, {"Content-Security-Policy": POLICY})


def _not_found(message: str = "There is nothing at this address.") -> Answer:
    return _html(_template("missing.html", {"message": escape(message)}), 404)


def _file(path: Path, mime: str, *, lasting: bool) -> Answer:
    # Media are named by their digest and never change; a sandbox keeps any from acting as a page.
    keep = "max-age=31536000, immutable" if lasting else "no-cache"
    headers = {"Cache-Control": keep, "Content-Security-Policy": "default-src 'none'; sandbox"}
    return Answer(200, path.read_bytes(), mime, headers)
