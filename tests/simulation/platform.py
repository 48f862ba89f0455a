"""Channels as they behave in life: with and without keys, late, lagging, throttling, refusing.

`Server` is the far side; `Model` is a connector for it, written to the contract of `ports.Connector`.
More than 400 lines: a server and the connector written for it are read side by side.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from signpost.connectors._http import budget
from signpost.domain.budget import Budget
from signpost.domain.canonical import parse_utc, utc_text
from signpost.domain.channel import ChannelSpec, MediaLimit, RateLimit, TextLimit, Unit
from signpost.domain.delivery import Part
from signpost.domain.outcome import (
    Absent,
    Ambiguous,
    Confirmation,
    Found,
    Outcome,
    Pending,
    Processing,
    Published,
    Rejected,
    Several,
    Throttled,
    Unknown,
)
from signpost.errors import NotSent, RefusedError, ThrottledError
from signpost.ports import Channel, Request, Response, Sent
from tests.simulation.kernel import Gone, Kernel

PAGE = 10
KEY_TTL_S = 3600
SETTLE_S = 210
LAG_MOST_S = 45.0
QUOTA_S = 600


@dataclass(frozen=True, slots=True)
class Kind:
    """How a channel behaves.

    Args:
        key: `honoured`, `ignored` (though its documentation promises it) or `none`.
        pending: it answers at once and publishes later.
    """

    id: str
    key: str
    pending: bool = False


KINDS = (
    Kind("keyed", "honoured"),
    Kind("deaf", "ignored"),
    Kind("plain", "none"),
    Kind("slow", "none", pending=True),
)


@dataclass(slots=True)
class Item:
    """Something public. `tag` and `arrived` are for the checker alone."""

    id: str
    account: str
    text: str
    reply_to: str
    at: float
    arrived: float
    tag: str
    key: str


@dataclass(slots=True)
class Send:
    """A request to publish that reached the server.

    Args:
        did: what became of it: `taken`, `known` (the key was), `refused`.
        quiet_until: until when a 429 asked for silence; 0 where there was none.
        over: it was one more than the account may send in the window.
    """

    tag: str
    key: str
    at: float
    did: str
    quiet_until: float = 0.0
    over: bool = False


@dataclass(slots=True)
class Amended:
    """An edit or deletion that reached the server.

    Args:
        tag: the edition that an edit wants; empty for a deletion.
        did: `done`, `orphaned` (what answers it is public still), `gone` (it was before), or
            `refused`.
    """

    kind: str
    id: str
    tag: str
    at: float
    did: str


@dataclass(slots=True)
class Weather:
    """How often the server itself misbehaves, as probabilities."""

    throttle: float = 0.0
    refuse: float = 0.0
    broken: float = 0.0
    listing: float = 0.0
    vanish: float = 0.0
    lag_s: float = 0.0


@dataclass(slots=True)
class Server:
    """The far side of one channel.

    Args:
        quota: sends that an account may make in each window of `QUOTA_S`; 0: any number, and
            the answers say nothing of it.
    """

    kernel: Kernel
    kind: Kind
    weather: Weather
    rng: Random
    items: dict[str, list[Item]] = field(default_factory=dict)
    sends: list[Send] = field(default_factory=list)
    amended: list[Amended] = field(default_factory=list)
    deleted: dict[str, Item] = field(default_factory=dict)
    blocked: dict[str, float] = field(default_factory=dict)
    quota: int = 0
    _used: Counter[tuple[str, int]] = field(default_factory=Counter)
    _keys: dict[tuple[str, str], Item] = field(default_factory=dict)
    _pending: dict[str, Item | None] = field(default_factory=dict)
    _number: int = 0

    def serve(self, request: Request) -> Response:
        """What the server does with a request at the moment it arrives."""
        path = request.url.partition("://")[2].partition("/")[2]
        body = request.json or {}
        if request.method == "POST" and path == "posts":
            answer = self._post(body, (request.headers or {}).get("Idempotency-Key", ""))
            return replace(answer, headers=self._told(body["account"]))
        if request.method == "POST" and path in ("edit", "delete"):
            return self._amend(path, body)
        if path == "media":
            return _answer(200, {"id": f"m{body['sha256'][:8]}"})
        if self.rng.random() < self.weather.listing:
            return _answer(503, {"error": "listing"})
        if path == "list":
            return self._list(body)
        if path == "pending":
            return self._look(body["id"])
        if path == "one":
            return self._one(body["account"], body["id"])
        return self._measure(body["ids"])

    def _post(self, body: Mapping[str, Any], key: str) -> Response:
        chance, weather, now = self.rng.random(), self.weather, self.kernel.now
        send = Send(body["tag"], key, now, "refused")
        self.sends.append(send)
        account = body["account"]
        if silence := self._barred(account, send):
            return _answer(429, {"retry_after": silence})
        if "refuse-me" in body["text"]:
            return _answer(422, {"error": "the text is refused"})
        known = self._keys.get((account, key))
        if self.kind.key == "honoured" and known and now - known.arrived < KEY_TTL_S:
            send.did = "known"
            return _answer(200, {"id": known.id})
        if chance < weather.throttle:
            wait = 100.0 + 200.0 * self.rng.random()
            self.blocked[account] = send.quiet_until = now + wait
            return _answer(429, {"retry_after": wait})
        if chance < weather.throttle + weather.refuse:
            return _answer(503, {"error": "maintenance", "definite": True})
        send.did = "taken"
        item = self._make(body, key)
        if self.kind.pending:
            return self._accept(item)
        self._keys[account, key] = item
        self._publish(item)
        if self.rng.random() < weather.broken:
            return _answer(500, {"error": "after it was done"})
        return _answer(200, {"id": item.id})

    def _barred(self, account: str, send: Send) -> float:
        """Seconds for which the account may not send; 0 where it may."""
        now, window = self.kernel.now, int(self.kernel.now // QUOTA_S)
        if now < self.blocked.get(account, 0.0):
            send.quiet_until = self.blocked[account]
            return self.blocked[account] - now
        self._used[account, window] += 1
        send.over = 0 < self.quota < self._used[account, window]
        return (window + 1) * QUOTA_S - now if send.over else 0.0

    def _told(self, account: str) -> dict[str, str]:
        if not self.quota:
            return {}
        window = int(self.kernel.now // QUOTA_S)
        reset = self._text((window + 1) * QUOTA_S)
        left = max(0, self.quota - self._used[account, window])
        return {
            "ratelimit-limit": str(self.quota),
            "ratelimit-remaining": str(left),
            "ratelimit-reset": reset,
        }

    def _amend(self, kind: str, body: Mapping[str, Any]) -> Response:
        """Change or delete what is public; both may be answered by a 500 after they were done."""
        chance, weather = self.rng.random(), self.weather
        done = Amended(kind, body["id"], body.get("tag", ""), self.kernel.now, "refused")
        self.amended.append(done)
        if chance < weather.throttle:
            return _answer(429, {"retry_after": 100.0})
        if chance < weather.throttle + weather.refuse:
            return _answer(503, {"error": "maintenance", "definite": True})
        item = self._public(body["account"], body["id"])
        if item is None:
            done.did = "gone"
            return _answer(404, {})
        done.did = "done"
        if kind == "edit":
            item.text, item.tag = body["text"], body["tag"]
        else:
            if any(other.reply_to == item.id for other in self.items[item.account]):
                done.did = "orphaned"
            self.items[item.account].remove(item)
            self.deleted[item.id] = item
        if self.rng.random() < weather.broken:
            return _answer(500, {"error": "after it was done"})
        return _answer(200, {"id": item.id})

    def _public(self, account: str, name: str) -> Item | None:
        return next((item for item in self.items.get(account, []) if item.id == name), None)

    def _one(self, account: str, name: str) -> Response:
        item = self._public(account, name)
        return _answer(404, {}) if item is None else _answer(200, {"text": item.text})

    def _make(self, body: Mapping[str, Any], key: str) -> Item:
        self._number += 1
        now = self.kernel.now
        return Item(
            f"{self.kind.id}{self._number}", body["account"], body["text"], body["reply_to"],
            now, now, body["tag"], key,
        )  # fmt: skip

    def _publish(self, item: Item) -> None:
        item.at = self.kernel.now
        self.items.setdefault(item.account, []).append(item)

    def _accept(self, item: Item) -> Response:
        """Take it and publish it some seconds later; now and then it is lost inside."""
        name = f"p{item.id}"
        self._pending[name] = None
        vanished = self.rng.random() < self.weather.vanish
        self.kernel.note(f"{name} accepted, vanished: {vanished}")

        def done() -> None:
            self._publish(item)
            self._pending[name] = item

        if not vanished:
            self.kernel.after(5.0 + 40.0 * self.rng.random(), done)
        return _answer(202, {"id": name})

    def _list(self, body: Mapping[str, Any]) -> Response:
        horizon = self.kernel.now - self.weather.lag_s
        seen = [item for item in self.items.get(body["account"], []) if item.at <= horizon]
        page = seen[-PAGE:]
        posts = [
            {"id": i.id, "text": i.text, "reply_to": i.reply_to, "at": self._text(i.at)}
            for i in page
        ]
        return _answer(200, {"posts": posts, "more": len(seen) > len(page)})

    def _text(self, seconds: float) -> str:
        return utc_text(self.kernel.true_time() + timedelta(seconds=seconds - self.kernel.now))

    def _look(self, name: str) -> Response:
        if name not in self._pending:
            return _answer(404, {})
        item = self._pending[name]
        if item is None:
            return _answer(200, {"state": "processing"})
        return _answer(200, {"state": "done", "id": item.id, "at": self._text(item.at)})

    def _measure(self, ids: Sequence[str]) -> Response:
        return _answer(200, {"metrics": [{"likes": len(name)} for name in ids]})


def _answer(status: int, body: Mapping[str, Any]) -> Response:
    return Response(status, {}, json.dumps(body).encode())


def spec_of(kind: Kind, rate: RateLimit, settle_s: int = SETTLE_S) -> ChannelSpec:
    """The spec of a model channel."""
    return ChannelSpec(
        id=kind.id,
        name=kind.id,
        text=(TextLimit("text", 500, Unit.CODEPOINT, None, False, "model", "2026-11-22"),),
        media=(MediaLimit("image", 4, 10_000_000, frozenset({"image/png"}), None, "model", ""),),
        mixed_media=True,
        alt_text_max=1000,
        threads=True,
        edit=True,
        usable_key=kind.key != "none",
        key_ttl_s=KEY_TTL_S if kind.key != "none" else None,
        listing=True,
        settle_s=settle_s,
        rate=rate,
        metrics=("likes",),
    )


class Model:
    """Implements ports.Connector for a `Server`; makes one request in `publish`, retries nothing."""

    def __init__(self, kind: Kind, rate: RateLimit, settle_s: int = SETTLE_S) -> None:
        self.spec = spec_of(kind, rate, settle_s)
        self._at = f"https://{kind.id}.test/"
        self._pending = kind.pending

    def render(
        self, parts: Sequence[Part], *, link: str, language: str, options: Mapping[str, Any]
    ) -> tuple[Part, ...]:
        return tuple(parts)

    def prepare(self, channel: Channel, part: Part) -> Mapping[str, Any]:
        ids = []
        for media in part.media:
            if "kills" in media.alt:
                raise Gone  # a file that takes its worker with it
            channel.media.media(media.sha256)
            answer = self._send(channel, "POST", "media", {"sha256": media.sha256}, 15.0)
            if answer.status != 200:
                raise RefusedError("the upload was refused", permanent=False)
            ids.append(answer.json()["id"])
        return {"media": ids} if ids else {}

    def publish(
        self, channel: Channel, part: Part, prepared: Mapping[str, Any], key: str, reply_to: str
    ) -> Outcome:
        body = {
            **part.payload,
            "text": part.text,
            "account": channel.account.id,
            "reply_to": reply_to,
            "media": prepared.get("media", []),
        }
        headers = {"Idempotency-Key": key}
        try:
            answer = self._send(channel, "POST", "posts", body, 15.0, headers)
        except NotSent as error:
            return Rejected(str(error), permanent=False)
        value = answer.json()
        if answer.status == 200:
            return Published(value["id"], f"{self._at}{value['id']}")
        if answer.status == 202:
            return Pending(value["id"], 10.0)
        if answer.status == 429:
            return Throttled(value["retry_after"])
        if answer.status == 422:
            return Rejected(value["error"])
        if value.get("definite"):
            return Rejected(value["error"], permanent=False)
        return Ambiguous(f"HTTP {answer.status}")

    def budget(self, headers: Mapping[str, str], now: datetime) -> Budget | None:
        return budget(headers, now)

    def confirm(self, channel: Channel, sent: Sent) -> Confirmation:
        if sent.pending_id:
            answer = self._send(channel, "GET", "pending", {"id": sent.pending_id}, 10.0)
            if answer.status == 200:
                value = answer.json()
                if value["state"] == "processing":
                    return Processing(15.0)
                return self._found(value)
        answer = self._send(channel, "GET", "list", {"account": channel.account.id}, 10.0)
        if answer.status != 200:
            return Unknown(f"HTTP {answer.status}")
        return self._judge(answer.json(), sent)

    def _judge(self, listing: Mapping[str, Any], sent: Sent) -> Confirmation:
        posts = listing["posts"]
        if listing["more"] and parse_utc(posts[0]["at"]) > sent.since:
            return Unknown("the listing does not reach back far enough")
        found = [
            post
            for post in posts
            if (post["text"], post["reply_to"]) == (sent.part.text, sent.reply_to)
            and parse_utc(post["at"]) >= sent.since
            and post["id"] not in sent.bound
        ]
        if len(found) > 1:
            return Several(tuple(post["id"] for post in found))
        return self._found(found[0]) if found else Absent()

    def _found(self, post: Mapping[str, Any]) -> Found:
        at: datetime | None = parse_utc(post["at"]) if "at" in post else None
        return Found(post["id"], f"{self._at}{post['id']}", at)

    def prepare_edit(self, channel: Channel, part: Part) -> Mapping[str, Any]:
        return self.prepare(channel, part)

    def edit(
        self, channel: Channel, external_id: str, part: Part, prepared: Mapping[str, Any]
    ) -> Outcome:
        body = {"text": part.text, "tag": part.payload["tag"], "media": prepared.get("media", [])}
        return self._amend(channel, "edit", external_id, body)

    def confirm_edit(self, channel: Channel, external_id: str, part: Part) -> Confirmation:
        answer = self._one(channel, external_id)
        if answer.status != 200:
            return Unknown(f"HTTP {answer.status}")
        same = answer.json()["text"] == part.text
        return self._found({"id": external_id}) if same else Absent()

    def delete(self, channel: Channel, external_id: str) -> Outcome:
        return self._amend(channel, "delete", external_id, {})

    def confirm_delete(self, channel: Channel, external_id: str) -> Confirmation:
        answer = self._one(channel, external_id)
        if answer.status == 404:
            return Found(external_id, "")
        return Absent() if answer.status == 200 else Unknown(f"HTTP {answer.status}")

    def _amend(
        self, channel: Channel, path: str, external_id: str, body: Mapping[str, Any]
    ) -> Outcome:
        whole = {**body, "id": external_id, "account": channel.account.id}
        headers = {"Idempotency-Key": external_id}
        try:
            answer = self._send(channel, "POST", path, whole, 15.0, headers)
        except NotSent as error:
            return Rejected(str(error), permanent=False)
        value = answer.json()
        if answer.status == 200 or (answer.status == 404 and path == "delete"):
            return Published(external_id, "")
        if answer.status == 404:
            return Rejected("it is gone")
        if answer.status == 429:
            return Throttled(value["retry_after"])
        if value.get("definite"):
            return Rejected(value["error"], permanent=False)
        return Ambiguous(f"HTTP {answer.status}")

    def _one(self, channel: Channel, external_id: str) -> Response:
        body = {"account": channel.account.id, "id": external_id}
        return self._send(channel, "GET", "one", body, 10.0)

    def measure(self, channel: Channel, external_ids: Sequence[str]) -> list[Mapping[str, int]]:
        answer = self._send(channel, "GET", "metrics", {"ids": list(external_ids)}, 10.0)
        if answer.status != 200:
            raise ThrottledError("metrics are not to be had", 30.0)
        metrics: list[Mapping[str, int]] = answer.json()["metrics"]
        return metrics

    def new_key(self, delivery: str, revision: str, part: int, nonce: str, due: datetime) -> str:
        return f"{delivery}|{part}|{nonce}"

    def _send(
        self,
        channel: Channel,
        method: str,
        path: str,
        body: Mapping[str, Any],
        timeout_s: float,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        return channel.transport.send(
            Request(method, self._at + path, headers=headers, json=body, timeout_s=timeout_s)
        )


class Models:
    """Implements ports.Connectors over models."""

    def __init__(self, models: Mapping[str, Model]) -> None:
        self.models = dict(models)

    def get(self, channel: str) -> Model:
        return self.models[channel]
