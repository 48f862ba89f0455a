"""The network's own control API under /_local: accounts, faults, settings, log, posts.

It has no token: whoever may reach this loopback port may use it. Pages of other sites may not:
the server refuses foreign Host and Origin headers before anything arrives here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Any

from signpost.local.network.accounts import Account, Place
from signpost.local.network.addresses import account_url, post_url, server_of
from signpost.local.network.bluesky.names import did_of
from signpost.local.network.drafts import number
from signpost.local.network.entities import media_json
from signpost.local.network.faults import MEANINGS
from signpost.local.network.journal import KEPT
from signpost.local.network.limits import Settings
from signpost.local.network.network import Network
from signpost.local.network.posts import Status
from signpost.local.network.wire import Answer, Request


class LocalApi:
    """Answers requests under /_local."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._table: dict[tuple[str, str], Callable[[Request], Answer]] = {
            ("GET", "/_local/health"): self._health,
            ("GET", "/_local/accounts"): self._accounts,
            ("POST", "/_local/accounts"): self._put_account,
            ("GET", "/_local/faults"): self._faults,
            ("POST", "/_local/faults"): self._add_fault,
            ("DELETE", "/_local/faults"): self._lift_faults,
            ("GET", "/_local/settings"): self._settings,
            ("POST", "/_local/settings"): self._set,
            ("GET", "/_local/log"): self._log,
            ("DELETE", "/_local/log"): self._clear_log,
            ("GET", "/_local/posts"): self._posts,
        }

    def answer(self, request: Request) -> Answer:
        """What to send back."""
        path, method = request.path.rstrip("/"), request.method
        head, _, last = path.rpartition("/")
        if head == "/_local/faults" and method == "DELETE" and last.isdigit():
            return self._lifted(number(last))
        work = self._table.get((method, path))
        if work is None:
            return Answer.error(404, "Not Found")
        try:
            return work(request)
        except ValueError as error:
            return Answer.error(422, str(error))

    def _health(self, _request: Request) -> Answer:
        return Answer.json({"ok": True})

    def _accounts(self, _request: Request) -> Answer:
        return Answer.json(
            {
                "accounts": [asdict(item) for item in self._network.accounts.all(visitors=False)],
                "visitors": [asdict(item) for item in self._network.accounts.all(visitors=True)],
            }
        )

    def _put_account(self, request: Request) -> Answer:
        username = request.text("username") or ""
        name = request.text("display_name") or username
        place = Place(request.text("channel") or "mastodon", request.text("site") or "")
        account, new = self._network.accounts.put(
            username, name, request.text("note") or "", place, request.text("role") or ""
        )
        if account.site:
            self._network.blog.begin(account.site)
        token = self._network.accounts.mint_token(account)
        body = {
            "id": str(account.id),
            "username": account.username,
            "display_name": account.display_name,
            "url": account_url(account, request.origin),
            "channel": account.channel,
            "server": server_of(account, request.origin),
            "secret": _secret(account, token),
        }
        if account.channel == "bluesky":
            body["did"] = did_of(account)
        if account.channel == "mastodon":
            body["access_token"] = token
        return Answer.json(body, 201 if new else 200)

    def _faults(self, _request: Request) -> Answer:
        return Answer.json(
            {
                "rules": [rule.wire() for rule in self._network.faults.rules()],
                "effects": {effect.value: meaning for effect, meaning in MEANINGS.items()},
                "endpoints": sorted(self._network.faults.endpoints),
            }
        )

    def _add_fault(self, request: Request) -> Answer:
        rule = self._network.faults.add(request.fields)
        self._network.database.touch()
        return Answer.json(rule.wire(), 201)

    def _lift_faults(self, _request: Request) -> Answer:
        return self._lifted(None)

    def _lifted(self, rule_id: int | None) -> Answer:
        gone = self._network.faults.remove(rule_id)
        self._network.database.touch()
        if rule_id is not None and not gone:
            return Answer.error(404, "No such rule.")
        return Answer.json({"lifted": gone})

    def _settings(self, _request: Request) -> Answer:
        return Answer.json(asdict(self._network.settings))

    def _set(self, request: Request) -> Answer:
        self._network.settings = _changed(self._network.settings, request.fields)
        return self._settings(request)

    def _log(self, request: Request) -> Answer:
        names = ("endpoint", "account", "key")
        wanted = {name: request.text(name) or "" for name in names}
        journal = self._network.journal
        last = number(request.text("last")) or KEPT
        return Answer.json({"requests": journal.read(**wanted, last=last), "keys": journal.keys()})

    def _clear_log(self, _request: Request) -> Answer:
        self._network.journal.clear()
        return Answer.json({})

    def _posts(self, request: Request) -> Answer:
        account = request.text("account")
        listed = self._network.posts.everything(deleted=request.flag("deleted"))
        found = [self._post(status, request.origin) for status in listed]
        return Answer.json(
            {"posts": [post for post in found if account in {None, post["account"]}]}
        )

    def _post(self, status: Status, origin: str) -> dict[str, Any]:
        author = self._network.accounts.by_id(status.account_id)
        if author is None:
            raise LookupError(f"status {status.id} has no author")
        return {
            **asdict(status),
            "id": str(status.id),
            "account_id": str(status.account_id),
            "account": author.username,
            "visitor": author.visitor,
            "channel": author.channel,
            "url": post_url(self._network, status, author, origin),
            "in_reply_to_id": str(status.in_reply_to_id) if status.in_reply_to_id else None,
            "reblog_of_id": str(status.reblog_of_id) if status.reblog_of_id else None,
            "media": [
                {**media_json(item, origin), "sha256": item.sha256}
                for item in self._network.media.of(status.id)
            ],
            "counts": asdict(self._network.posts.counts(status.id)),
        }


def _secret(account: Account, token: str) -> dict[str, str]:
    """The members of the account's secret, as its connector wants them."""
    match account.channel:
        case "bluesky":
            return {"app_password": token}
        case "wordpress":
            spaced = " ".join(token[at : at + 4] for at in range(0, len(token), 4))
            return {"username": account.username, "application_password": spaced}
        case _:
            return {"access_token": token}


def _changed(settings: Settings, wish: Mapping[str, Any]) -> Settings:
    unknown = sorted(set(wish) - set(asdict(settings)))
    if unknown:
        raise ValueError(f"Unknown: {', '.join(unknown)}.")
    for name, value in wish.items():
        flag = isinstance(value, bool)
        if flag != (name == "rate_limits") or not isinstance(value, bool | int | float):
            raise ValueError(f"`{name}` has the wrong type.")
        if name == "session_s" and not flag and not value >= 1:
            raise ValueError("`session_s` is a second or more.")
        if name == "max_characters" and not isinstance(value, int):
            raise ValueError("`max_characters` is a whole number.")
        if not flag and value < 0:
            raise ValueError(f"`{name}` cannot be negative.")
    values: dict[str, Any] = dict(wish)
    return replace(settings, **values)
