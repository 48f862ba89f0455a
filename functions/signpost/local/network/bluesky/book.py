"""Records and blobs of repositories, and the posts, likes and reposts that they are.

What a record says of a post lies once more as a status: that is what the page shows, what
visitors answer, and what is counted, whatever the channel.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from signpost.local.network.accounts import Account, AccountBook
from signpost.local.network.bluesky import lexicon
from signpost.local.network.bluesky.names import (
    LIKE,
    POST,
    REPOST,
    AtUri,
    did_of,
    parse_uri,
    record_cid,
    repository,
)
from signpost.local.network.database import Database, instant_text
from signpost.local.network.media import MediaShelf, Stored
from signpost.local.network.posts import Draft, PostBook, Status


@dataclass(frozen=True, slots=True)
class Record:
    """One record.

    Args:
        status_id: the post, or the boost, that it is; None for a like.
    """

    account_id: int
    collection: str
    rkey: str
    cid: str
    value: Mapping[str, Any]
    status_id: int | None


class RecordBook:
    """Reads and writes records. Every write is committed when a method returns."""

    def __init__(
        self, database: Database, accounts: AccountBook, posts: PostBook, shelf: MediaShelf
    ) -> None:
        self._db = database
        self._accounts = accounts
        self._posts = posts
        self._shelf = shelf

    def get(self, account: Account, collection: str, rkey: str) -> Record | None:
        """The record at a key."""
        sql = "SELECT * FROM records WHERE account_id = ? AND collection = ? AND rkey = ?"
        row = self._db.row(sql, (account.id, collection, rkey))
        return None if row is None else _record(row)

    def at(self, uri: object) -> Record | None:
        """The record at an address."""
        found = parse_uri(uri)
        account = repository(self._accounts, found.did) if found else None
        return self.get(account, found.collection, found.rkey) if found and account else None

    def of_status(self, status_id: int) -> Record | None:
        """The record that a post is."""
        sql = "SELECT * FROM records WHERE status_id = ? AND collection = ?"
        row = self._db.row(sql, (status_id, POST))
        return None if row is None else _record(row)

    def listed(self, account: Account, collection: str, before: str, limit: int) -> list[Record]:
        """Records of a collection, the highest key first."""
        rows = self._db.rows(
            "SELECT * FROM records WHERE account_id = ? AND collection = ?"
            " AND (? = '' OR rkey < ?) ORDER BY rkey DESC LIMIT ?",
            (account.id, collection, before, before, limit),
        )
        return [_record(row) for row in rows]

    def put(self, account: Account, collection: str, rkey: str, value: Mapping[str, Any]) -> Record:
        """Write a record that was judged; one that lies at the key is replaced."""
        with self._db.transaction():
            old = self.get(account, collection, rkey)
            status_id = old.status_id if old else None
            subject = lexicon.quoted(value)
            if collection == POST:
                status_id = self._put_post(account, rkey, value, old)
            else:
                subject = str(value["subject"]["uri"])
                status_id = self._react(account, collection, subject)
            self._db.run(
                "INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(account.id, collection, rkey, record_cid(value)),
                    *(json.dumps(value, ensure_ascii=False), subject, status_id),
                    instant_text(self._db.now()),
                ),
            )
        return Record(account.id, collection, rkey, record_cid(value), value, status_id)

    def delete(self, account: Account, record: Record) -> None:
        """Take a record away, and what it did."""
        with self._db.transaction():
            self._db.run(
                "DELETE FROM records WHERE account_id = ? AND collection = ? AND rkey = ?",
                (account.id, record.collection, record.rkey),
            )
            status = self._posts.find(record.status_id) if record.status_id else None
            if status is not None:
                self._posts.delete(status)
            elif record.collection == LIKE:
                liked = self._liked(record)
                if liked is not None:
                    self._posts.favourite(liked, account, on=False)

    def quotes(self, uri: AtUri) -> int:
        """How many posts quote a post."""
        sql = "SELECT count(*) FROM records WHERE subject = ? AND collection = ?"
        return int(self._db.rows(sql, (str(uri), POST))[0][0])

    # --- blobs ------------------------------------------------------------------------------

    def keep_blob(self, account: Account, cid: str, stored: Stored) -> None:
        """Remember an upload; repeating it changes nothing."""
        with self._db.transaction(shown=False):
            self._db.run(
                "INSERT OR IGNORE INTO blobs VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    *(account.id, cid, stored.mime, stored.sha256),
                    *(stored.size, stored.width, stored.height),
                ),
            )

    def blob(self, account: Account, cid: str) -> Stored | None:
        """An upload of the account."""
        sql = "SELECT * FROM blobs WHERE account_id = ? AND cid = ?"
        row = self._db.row(sql, (account.id, cid))
        if row is None:
            return None
        return Stored(row["sha256"], row["mime"], row["size"], row["width"], row["height"])

    # --- what records are -------------------------------------------------------------------

    def _put_post(
        self, account: Account, rkey: str, value: Mapping[str, Any], old: Record | None
    ) -> int:
        parent = self.at((value.get("reply") or {}).get("parent", {}).get("uri"))
        draft = Draft(
            text=value["text"],
            spoiler_text="",
            sensitive=bool(value.get("labels")),
            visibility="public",
            language=(value.get("langs") or [""])[0],
            in_reply_to_id=parent.status_id if parent else None,
            media_ids=tuple(self._images(account, value)),
        )
        before = self._posts.find(old.status_id) if old and old.status_id else None
        if before is not None:
            return self._posts.edit(before, draft).id
        return self._posts.create(account, draft, rkey).id

    def _images(self, account: Account, value: Mapping[str, Any]) -> list[int]:
        found = []
        for image in (value.get("embed") or {}).get("images", []):
            stored = self.blob(account, image["image"]["ref"]["$link"])
            if stored is not None:
                found.append(self._shelf.again(account, stored, image["alt"]))
        return found

    def _react(self, account: Account, collection: str, subject: str) -> int | None:
        record = self.at(subject)
        status = self._posts.find(record.status_id) if record and record.status_id else None
        if status is None:
            # The network takes a like of what it does not know (yet); it counts nowhere.
            return None
        if collection == REPOST:
            return self._posts.reblog(status, account).id
        self._posts.favourite(status, account, on=True)
        return None

    def _liked(self, like: Record) -> Status | None:
        record = self.at(like.value["subject"]["uri"])
        return self._posts.find(record.status_id) if record and record.status_id else None


def uri_of(account: Account, record: Record) -> AtUri:
    """The address of an account's record."""
    return AtUri(did_of(account), record.collection, record.rkey)


def _record(row: sqlite3.Row) -> Record:
    value = json.loads(row["value"])
    return Record(
        row["account_id"], row["collection"], row["rkey"], row["cid"], value, row["status_id"]
    )
