"""What a Bluesky server answers, as far as we rely on it: one suite for the real and for ours.

A folder's conftest gives the fixture `atproto`; a class there takes these tests on. What differs
between servers that both keep to the protocol (words of messages, hashes of records) is not asked.
More than 400 lines: one dialect, which the local network and the real server share.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import time
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.dialects.exchange import Got, exchange
from tests.dialects.pictures import picture

POST = "app.bsky.feed.post"
_ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"
_clock = itertools.count(time.time_ns() // 1000)


@dataclass(frozen=True)
class Login:
    """An account and its app password."""

    handle: str
    did: str
    password: str


@dataclass
class AtprotoSite:
    """A running server with two accounts.

    Args:
        index_s: how long its index may lag.
    """

    url: str
    brand: Login
    friend: Login
    index_s: float = 20.0
    _tokens: dict[str, str] = field(default_factory=dict)

    def call(
        self,
        method: str,
        nsid: str,
        body: Any = None,
        *,
        login: Login | None = None,
        token: str = "",
        raw: tuple[str, bytes] | None = None,
        **query: Any,
    ) -> Got:
        """An XRPC call, as an account or with a token as it stands."""
        token = token or (self.token(login) if login else "")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        url = f"{self.url}/xrpc/{nsid}"
        return exchange(method, url, body, query=query, raw=raw, headers=headers)

    def log_in(self, login: Login, password: str | None = None) -> Got:
        """A new session; by another password if given."""
        body = {"identifier": login.handle, "password": password or login.password}
        return self.call("POST", "com.atproto.server.createSession", body)

    def token(self, login: Login) -> str:
        """An access token, the same for all tests: logins are limited."""
        if login.did not in self._tokens:
            self._tokens[login.did] = self.log_in(login).json["accessJwt"]
        return self._tokens[login.did]

    def put(self, record: Mapping[str, Any], rkey: str, **more: Any) -> Got:
        """com.atproto.repo.putRecord into the brand's posts."""
        body = {"repo": self.brand.did, "collection": POST, "rkey": rkey, "record": record, **more}
        return self.call("POST", "com.atproto.repo.putRecord", body, login=self.brand)

    def get(self, rkey: str) -> Got:
        """com.atproto.repo.getRecord of the brand's posts, as anybody."""
        query: dict[str, Any] = {"repo": self.brand.did, "collection": POST, "rkey": rkey}
        return self.call("GET", "com.atproto.repo.getRecord", **query)

    def delete(self, rkey: str) -> Got:
        """com.atproto.repo.deleteRecord of the brand's posts."""
        body = {"repo": self.brand.did, "collection": POST, "rkey": rkey}
        return self.call("POST", "com.atproto.repo.deleteRecord", body, login=self.brand)

    def make(self, login: Login, collection: str, record: Mapping[str, Any]) -> dict[str, str]:
        """com.atproto.repo.createRecord; uri and cid."""
        made = {"$type": collection, "createdAt": "2026-12-01T09:00:00.000Z", **record}
        body = {"repo": login.did, "collection": collection, "record": made}
        got = self.call("POST", "com.atproto.repo.createRecord", body, login=login)
        assert got.status == 200, got.text
        return {"uri": got.json["uri"], "cid": got.json["cid"]}

    def shown(self, uri: str, ready: Callable[[Mapping[str, Any]], bool]) -> Mapping[str, Any]:
        """A post of the index, once it is as it should be."""
        deadline = time.monotonic() + self.index_s
        while True:
            got = self.call("GET", "app.bsky.feed.getPosts", login=self.brand, uris=[uri])
            found = got.json["posts"]
            if found and ready(found[0]):
                view: Mapping[str, Any] = found[0]
                return view
            assert time.monotonic() < deadline, got.text
            time.sleep(0.1)


def new_key() -> str:
    """A record key that nobody used."""
    number = next(_clock) << 10
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(60, -1, -5))


def post(text: str, **more: Any) -> dict[str, Any]:
    """A record."""
    return {"$type": POST, "text": text, "createdAt": "2026-12-01T09:00:00.000Z", **more}


def refused(got: Got, status: int, name: str) -> None:
    """The answer is this refusal, in the protocol's form."""
    assert (got.status, got.json["error"]) == (status, name), got.text
    assert isinstance(got.json["message"], str)


class BlueskyDialect:
    """The suite."""

    # --- sessions ---------------------------------------------------------------------------

    def test_a_wrong_password_and_a_stranger_are_refused_alike(self, atproto: AtprotoSite) -> None:
        refused(atproto.log_in(atproto.friend, "wrong-wrong"), 401, "AuthenticationRequired")
        nobody = Login("nobody-at-all.test", "", "x")
        refused(atproto.log_in(nobody), 401, "AuthenticationRequired")

    def test_a_session_says_whose_it_is_and_how_long(self, atproto: AtprotoSite) -> None:
        got = atproto.log_in(atproto.friend)
        assert got.status == 200
        assert got.json["did"] == atproto.friend.did
        assert got.json["handle"] == atproto.friend.handle
        assert got.json["active"] is True
        head, claims, _signature = got.json["accessJwt"].split(".")
        said = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
        assert head
        assert 600 < said["exp"] - said["iat"] <= 86_400
        who = atproto.call("GET", "com.atproto.server.getSession", token=got.json["accessJwt"])
        assert (who.json["did"], who.json["handle"]) == (
            atproto.friend.did,
            atproto.friend.handle,
        )

    def test_a_refresh_token_renews_and_an_access_token_does_not(
        self, atproto: AtprotoSite
    ) -> None:
        session = atproto.log_in(atproto.friend).json
        renew = "com.atproto.server.refreshSession"
        renewed = atproto.call("POST", renew, token=session["refreshJwt"])
        assert renewed.status == 200, renewed.text
        assert renewed.json["did"] == atproto.friend.did
        assert renewed.json["accessJwt"] != session["accessJwt"] or renewed.json["refreshJwt"]
        who = atproto.call("GET", "com.atproto.server.getSession", token=renewed.json["accessJwt"])
        assert who.status == 200
        refused(atproto.call("POST", renew, token=session["accessJwt"]), 400, "InvalidToken")
        as_access = atproto.call(
            "GET", "com.atproto.server.getSession", token=session["refreshJwt"]
        )
        refused(as_access, 400, "InvalidToken")

    def test_no_token_and_a_bad_one(self, atproto: AtprotoSite) -> None:
        body = {
            "repo": atproto.brand.did,
            "collection": POST,
            "rkey": new_key(),
            "record": post("x"),
        }
        put = "com.atproto.repo.putRecord"
        refused(atproto.call("POST", put, body), 401, "AuthMissing")
        refused(atproto.call("POST", put, body, token="a.b.c"), 400, "InvalidToken")
        login = atproto.call("POST", "com.atproto.server.createSession", {"identifier": "x"})
        refused(login, 400, "InvalidRequest")

    # --- names ------------------------------------------------------------------------------

    def test_handles(self, atproto: AtprotoSite) -> None:
        resolve = "com.atproto.identity.resolveHandle"
        got = atproto.call("GET", resolve, handle=atproto.friend.handle)
        assert (got.status, got.json) == (200, {"did": atproto.friend.did})
        refused(atproto.call("GET", resolve, handle="nobody-at-all.test"), 400, "HandleNotFound")

    @pytest.mark.parametrize("by", ["handle", "did"])
    def test_the_server_says_that_it_keeps_a_repository(
        self, atproto: AtprotoSite, by: str
    ) -> None:
        describe = "com.atproto.repo.describeRepo"
        atproto.put(post("Described"), new_key())
        got = atproto.call("GET", describe, repo=getattr(atproto.brand, by))
        assert (got.json["did"], got.json["handle"]) == (atproto.brand.did, atproto.brand.handle)
        assert POST in got.json["collections"]
        refused(atproto.call("GET", describe, repo="nobody-at-all.test"), 400, "RepoNotFound")

    # --- records ----------------------------------------------------------------------------

    def test_the_same_record_again_changes_nothing(self, atproto: AtprotoSite) -> None:
        key, record = new_key(), post("Once, with 🏔️ and ü", langs=["de"])
        first = atproto.put(record, key, swapRecord=None)
        assert first.status == 200, first.text
        assert first.json["uri"] == f"at://{atproto.brand.did}/{POST}/{key}"
        again = atproto.put(dict(reversed(record.items())), key, swapRecord=None)
        assert again.status == 200
        names = ("uri", "cid")
        assert [again.json[name] for name in names] == [first.json[name] for name in names]
        there = atproto.get(key).json
        assert (there["uri"], there["cid"]) == (first.json["uri"], first.json["cid"])
        assert there["value"] == record

    def test_another_record_at_the_key_is_refused(self, atproto: AtprotoSite) -> None:
        key = new_key()
        first = atproto.put(post("First"), key, swapRecord=None).json
        refused(atproto.put(post("Second"), key, swapRecord=None), 400, "InvalidSwap")
        assert atproto.get(key).json["value"]["text"] == "First"
        refused(atproto.put(post("Third"), key, swapRecord=_other_cid(first)), 400, "InvalidSwap")
        done = atproto.put(post("Fourth"), key, swapRecord=first["cid"])
        assert done.status == 200, done.text
        assert done.json["cid"] != first["cid"]
        assert atproto.put(post("Fifth"), key).status == 200, "without the demand it is replaced"
        assert atproto.get(key).json["value"]["text"] == "Fifth"

    def test_six_at_once_are_one(self, atproto: AtprotoSite) -> None:
        key, record = new_key(), post("At once")
        atproto.token(atproto.brand)
        with ThreadPoolExecutor(6) as pool:
            found = list(pool.map(lambda _: atproto.put(record, key, swapRecord=None), range(6)))
        assert {got.status for got in found} == {200}
        assert len({got.json["cid"] for got in found}) == 1

    def test_what_is_not_there(self, atproto: AtprotoSite) -> None:
        refused(atproto.get(new_key()), 400, "RecordNotFound")

    def test_nobody_writes_for_another(self, atproto: AtprotoSite) -> None:
        key = new_key()
        got = atproto.put(post("Not mine"), key, repo=atproto.friend.did)
        assert got.status in {401, 403}, got.text
        query: dict[str, Any] = {"repo": atproto.friend.did, "collection": POST, "rkey": key}
        missing = atproto.call("GET", "com.atproto.repo.getRecord", **query)
        refused(missing, 400, "RecordNotFound")

    @pytest.mark.parametrize(
        "record",
        [
            post("x" * 301),
            post("👩‍👩‍👧‍👦" * 301),
            {"$type": POST, "text": "No time"},
            {**post("Wrong time"), "createdAt": "yesterday"},
            {**post("No text"), "text": 7},
            {**post("Another type"), "$type": "app.bsky.feed.like"},
            post("No root", reply={"parent": {"uri": "at://x", "cid": "y"}}),
            post("No alt", embed={"$type": "app.bsky.embed.images", "images": [{"image": {}}]}),
            post("No title", embed={"$type": "app.bsky.embed.external", "external": {"uri": "x"}}),
            post("Too many languages", langs=["de", "en", "fr", "it"]),
        ],
        ids=lambda record: str(record["text"])[:12],
    )
    def test_a_record_against_its_lexicon_is_refused(
        self, atproto: AtprotoSite, record: Mapping[str, Any]
    ) -> None:
        key = new_key()
        refused(atproto.put(record, key, swapRecord=None), 400, "InvalidRequest")
        refused(atproto.get(key), 400, "RecordNotFound")

    @pytest.mark.parametrize("key", ["", "..", "a b", "ü"])
    def test_a_key_has_a_form(self, atproto: AtprotoSite, key: str) -> None:
        refused(atproto.put(post("x"), key), 400, "InvalidRequest")

    def test_300_of_them_fit(self, atproto: AtprotoSite) -> None:
        assert atproto.put(post("ü" * 300), new_key(), swapRecord=None).status == 200

    def test_deleted_is_gone_and_deleting_it_again_is_no_fault(self, atproto: AtprotoSite) -> None:
        key = new_key()
        first = atproto.put(post("To be deleted"), key).json
        body = {"repo": atproto.brand.did, "collection": POST, "rkey": key}
        delete = "com.atproto.repo.deleteRecord"
        atproto.shown(first["uri"], lambda _: True)
        swapped = {**body, "swapRecord": _other_cid(first)}
        refused(atproto.call("POST", delete, swapped, login=atproto.brand), 400, "InvalidSwap")
        for _ in range(2):
            assert atproto.call("POST", delete, body, login=atproto.brand).status == 200
        refused(atproto.get(key), 400, "RecordNotFound")
        deadline = time.monotonic() + atproto.index_s
        while _views(atproto, [first["uri"]]):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        # The key is free again.
        assert atproto.put(post("Another"), key, swapRecord=None).status == 200

    def test_answers_to_what_is_deleted_stay(self, atproto: AtprotoSite) -> None:
        key = new_key()
        got = atproto.put(post("To be answered, then deleted"), key).json
        ref = {"uri": got["uri"], "cid": got["cid"]}
        reply = {"text": "An answer", "reply": {"root": ref, "parent": ref}}
        answer = atproto.make(atproto.friend, POST, reply)
        atproto.shown(answer["uri"], lambda _: True)
        assert atproto.delete(key).status == 200
        deadline = time.monotonic() + atproto.index_s
        while _views(atproto, [ref["uri"]]):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        view = atproto.shown(answer["uri"], lambda _: True)
        assert view["record"]["reply"]["parent"] == ref

    def test_many_delete_it_at_once(self, atproto: AtprotoSite) -> None:
        key = new_key()
        atproto.put(post("To be deleted by many"), key)
        with ThreadPoolExecutor(6) as pool:
            asked = [pool.submit(atproto.delete, key) for _ in range(6)]
        assert {done.result().status for done in asked} == {200}
        refused(atproto.get(key), 400, "RecordNotFound")

    def test_who_may_not_delete(self, atproto: AtprotoSite) -> None:
        key = new_key()
        atproto.put(post("Kept"), key)
        body = {"repo": atproto.brand.did, "collection": POST, "rkey": key}
        delete = "com.atproto.repo.deleteRecord"
        assert atproto.call("POST", delete, body, login=atproto.friend).status == 401
        assert atproto.call("POST", delete, body).status == 401
        refused(atproto.call("POST", delete, body, token="x.y.z"), 400, "InvalidToken")
        assert atproto.get(key).json["value"]["text"] == "Kept"

    # --- blobs ------------------------------------------------------------------------------

    def test_a_blob_is_known_by_its_content(self, atproto: AtprotoSite) -> None:
        data = picture(uuid.uuid4().int & 0xFFFFFF)
        blob = _upload(atproto, data, "application/octet-stream")
        digest = bytes([1, 0x55, 0x12, 0x20]) + hashlib.sha256(data).digest()
        cid = "b" + base64.b32encode(digest).decode().lower().rstrip("=")
        expected = {"$type": "blob", "ref": {"$link": cid}, "mimeType": "image/png"}
        assert blob == {**expected, "size": len(data)}
        assert _upload(atproto, data, "image/png") == blob
        key, record = new_key(), _illustrated(blob)
        got = atproto.put(record, key, swapRecord=None)
        assert got.status == 200, got.text
        assert atproto.get(key).json["value"] == record
        read = atproto.call("GET", "com.atproto.sync.getBlob", did=atproto.brand.did, cid=cid)
        assert read.body == data
        (view,) = [atproto.shown(got.json["uri"], lambda _: True)]
        (image,) = view["embed"]["images"]
        assert (image["alt"], image["aspectRatio"]) == ("A square", {"width": 6, "height": 4})

    def test_a_blob_has_to_be_there_and_as_it_is_called(self, atproto: AtprotoSite) -> None:
        blob = _upload(atproto, picture(uuid.uuid4().int & 0xFFFFFF), "image/png")
        for wrong, name in (
            ({**blob, "mimeType": "image/jpeg"}, "InvalidMimeType"),
            ({**blob, "size": blob["size"] + 1}, "InvalidSize"),
            (
                {
                    **blob,
                    "ref": {"$link": "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"},
                },
                "BlobNotFound",
            ),
            ({**blob, "size": 2_000_001}, "InvalidRequest"),
        ):
            refused(atproto.put(_illustrated(wrong), new_key()), 400, name)

    # --- what the index counts ---------------------------------------------------------------

    def test_likes_reposts_replies_and_quotes_are_counted(self, atproto: AtprotoSite) -> None:
        got = atproto.put(post("Count me"), new_key(), swapRecord=None).json
        ref = {"uri": got["uri"], "cid": got["cid"]}
        atproto.shown(ref["uri"], lambda view: _counts(view) == (0, 0, 0, 0))
        like = atproto.make(atproto.friend, "app.bsky.feed.like", {"subject": ref})
        atproto.make(atproto.friend, "app.bsky.feed.repost", {"subject": ref})
        atproto.make(
            atproto.friend, POST, {"text": "An answer", "reply": {"root": ref, "parent": ref}}
        )
        atproto.make(
            atproto.friend,
            POST,
            {"text": "Look", "embed": {"$type": "app.bsky.embed.record", "record": ref}},
        )
        view = atproto.shown(ref["uri"], lambda view: _counts(view) == (1, 1, 1, 1))
        assert view["record"]["text"] == "Count me"
        assert view["author"]["did"] == atproto.brand.did
        body = {
            "repo": atproto.friend.did,
            "collection": "app.bsky.feed.like",
            "rkey": like["uri"].rpartition("/")[2],
        }
        atproto.call("POST", "com.atproto.repo.deleteRecord", body, login=atproto.friend)
        atproto.shown(ref["uri"], lambda view: _counts(view) == (0, 1, 1, 1))

    def test_posts_are_asked_for_by_the_dozen(self, atproto: AtprotoSite) -> None:
        uris = [atproto.put(post(f"Listed {n}"), new_key()).json["uri"] for n in range(3)]
        for uri in uris:
            atproto.shown(uri, lambda _: True)
        missing = f"at://{atproto.brand.did}/{POST}/{new_key()}"
        assert _views(atproto, [uris[0], missing, *uris[1:]]) == set(uris)
        many = [f"at://{atproto.brand.did}/{POST}/{new_key()}" for _ in range(26)]
        got = atproto.call("GET", "app.bsky.feed.getPosts", login=atproto.brand, uris=many)
        refused(got, 400, "InvalidRequest")
        assert atproto.call("GET", "app.bsky.feed.getPosts", uris=uris).status == 401

    def test_a_card_is_shown(self, atproto: AtprotoSite) -> None:
        thumb = _upload(atproto, picture(7), "image/png")
        card = {"uri": "https://example.org/a", "title": "A", "description": "B", "thumb": thumb}
        embed = {"$type": "app.bsky.embed.external", "external": card}
        got = atproto.put(post("A card", embed=embed), new_key(), swapRecord=None)
        assert got.status == 200, got.text
        view = atproto.shown(got.json["uri"], lambda _: True)
        assert view["embed"]["$type"] == "app.bsky.embed.external#view"
        external = view["embed"]["external"]
        assert (external["uri"], external["title"]) == ("https://example.org/a", "A")
        assert external["thumb"].startswith("http")

    def test_repositories_are_listed(self, atproto: AtprotoSite) -> None:
        keys = sorted(new_key() for _ in range(3))
        for key in keys:
            atproto.put(post(f"In a list {key}"), key)
        query: dict[str, Any] = {"repo": atproto.brand.handle, "collection": POST, "limit": 2}
        page = atproto.call("GET", "com.atproto.repo.listRecords", **query).json
        found = [record["uri"].rpartition("/")[2] for record in page["records"]]
        assert found == keys[:0:-1]
        rest = atproto.call(
            "GET", "com.atproto.repo.listRecords", **query, cursor=page["cursor"]
        ).json
        assert rest["records"][0]["uri"].endswith(keys[0])


def _upload(atproto: AtprotoSite, data: bytes, mime: str) -> dict[str, Any]:
    upload = "com.atproto.repo.uploadBlob"
    got = atproto.call("POST", upload, login=atproto.brand, raw=(mime, data))
    assert got.status == 200, got.text
    blob: dict[str, Any] = got.json["blob"]
    return blob


def _illustrated(blob: Mapping[str, Any]) -> dict[str, Any]:
    image = {"alt": "A square", "image": blob, "aspectRatio": {"width": 6, "height": 4}}
    return post("Illustrated", embed={"$type": "app.bsky.embed.images", "images": [image]})


def _views(atproto: AtprotoSite, uris: list[str]) -> set[str]:
    got = atproto.call("GET", "app.bsky.feed.getPosts", login=atproto.brand, uris=uris)
    return {view["uri"] for view in got.json["posts"]}


def _counts(view: Mapping[str, Any]) -> tuple[int, ...]:
    names = ("likeCount", "repostCount", "replyCount", "quoteCount")
    return tuple(view[name] for name in names)


def _other_cid(answer: Mapping[str, str]) -> str:
    """A well-formed hash that is not this record's."""
    kind, digest = answer["cid"][:8], answer["cid"][8:]
    return kind + ("a" if digest[0] != "a" else "b") + digest[1:]
