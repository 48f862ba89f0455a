"""Statuses: making, changing, deleting, listing them, and what people do to them."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from signpost.local.network.accounts import Account
from signpost.local.network.database import Database, instant_text
from signpost.local.network.media import MediaShelf

KEY_LIFE = timedelta(hours=1)
"""How long an Idempotency-Key is remembered.

Source: https://docs.joinmastodon.org/methods/statuses/#create, read 2026-11-22.
"""

SHOWN_TO_ALL = ("public", "unlisted")


@dataclass(frozen=True, slots=True)
class Draft:
    """A status as it is to be made or changed, already validated."""

    text: str
    spoiler_text: str
    sensitive: bool
    visibility: str
    language: str
    in_reply_to_id: int | None
    media_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Status:
    """One public item."""

    id: int
    account_id: int
    text: str
    spoiler_text: str
    sensitive: bool
    visibility: str
    language: str
    in_reply_to_id: int | None
    reblog_of_id: int | None
    key: str
    created_at: str
    edited_at: str | None
    deleted_at: str | None


@dataclass(frozen=True, slots=True)
class Counts:
    """Reactions to a status, of everyone."""

    replies: int
    reblogs: int
    favourites: int


@dataclass(frozen=True, slots=True)
class Window:
    """A page of a listing, in Mastodon's parameters; 0 means not given.

    Args:
        min_id: the page directly above this id; `since_id` gives the newest above it.
        until: only what was created at or before this instant (UTC text); empty for all.
    """

    limit: int = 20
    max_id: int = 0
    since_id: int = 0
    min_id: int = 0
    until: str = ""


class PostBook:
    """Reads and writes statuses. Every write is committed when a method returns."""

    def __init__(self, database: Database, shelf: MediaShelf) -> None:
        self._db = database
        self._shelf = shelf

    def create(self, account: Account, draft: Draft, key: str) -> Status:
        """Make a status and remember its key; the caller has asked `by_key` before."""
        status_id = self._db.new_id()
        now = instant_text(self._db.now())
        with self._db.transaction():
            self._db.run(
                "INSERT INTO statuses VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL, ?, ?, NULL, NULL)",
                (
                    *(status_id, account.id, draft.text, draft.spoiler_text),
                    *(int(draft.sensitive), draft.visibility, draft.language),
                    *(draft.in_reply_to_id, key, now),
                ),
            )
            self._shelf.hang(status_id, draft.media_ids)
            if key:
                self._db.run(
                    "INSERT OR REPLACE INTO keys VALUES (?, ?, ?, ?)",
                    (account.id, key, status_id, now),
                )
        return self._one(status_id)

    def by_key(self, account: Account, key: str) -> int | None:
        """Id of the status that the account made with this key within the key's life."""
        row = self._db.row(
            "SELECT status_id FROM keys WHERE account_id = ? AND key = ? AND created_at > ?",
            (account.id, key, instant_text(self._db.now() - KEY_LIFE)),
        )
        return None if row is None else int(row["status_id"])

    def edit(self, status: Status, draft: Draft) -> Status:
        """Change text, warning, language, sensitivity and attachments."""
        with self._db.transaction():
            self._db.run(
                "UPDATE statuses SET text = ?, spoiler_text = ?, sensitive = ?, language = ?,"
                " edited_at = ? WHERE id = ?",
                (
                    *(draft.text, draft.spoiler_text, int(draft.sensitive), draft.language),
                    *(instant_text(self._db.now()), status.id),
                ),
            )
            self._shelf.hang(status.id, draft.media_ids)
        return self._one(status.id)

    def says(self, status: Status, draft: Draft) -> bool:
        """Whether the status is already what the draft would make of it."""
        there = Draft(
            text=status.text,
            spoiler_text=status.spoiler_text,
            sensitive=status.sensitive,
            visibility=status.visibility,
            language=status.language,
            in_reply_to_id=status.in_reply_to_id,
            media_ids=tuple(item.id for item in self._shelf.of(status.id)),
        )
        return there == draft

    def delete(self, status: Status, *, media: bool = False) -> None:
        """Take a status from the public. The row stays, marked, so that tests can count it.

        Args:
            media: whether its attachments are deleted, too; else they can be attached again.
        """
        now = instant_text(self._db.now())
        with self._db.transaction():
            self._db.run(
                "UPDATE statuses SET deleted_at = ? WHERE deleted_at IS NULL"
                " AND (id = ? OR reblog_of_id = ?)",
                (now, status.id, status.id),
            )
            self._db.run(
                "UPDATE statuses SET in_reply_to_id = NULL WHERE in_reply_to_id = ?", (status.id,)
            )
            if media:
                self._shelf.throw_away(status.id)
            else:
                self._shelf.take_down(status.id)

    def present(self, status_id: int, account_id: int, text: str, *, shown: bool) -> None:
        """Show an article as a status of its own id, or take it from the public again."""
        now = instant_text(self._db.now())
        with self._db.transaction():
            if not shown:
                self._db.run(
                    "UPDATE statuses SET deleted_at = ? WHERE id = ? AND deleted_at IS NULL",
                    (now, status_id),
                )
                return
            there = self._db.row("SELECT text, deleted_at FROM statuses WHERE id = ?", (status_id,))
            if there is None:
                self._db.run(
                    "INSERT INTO statuses VALUES (?, ?, ?, '', 0, 'public', '', NULL, NULL, ?, ?,"
                    " NULL, NULL)",
                    (status_id, account_id, text, str(status_id), now),
                )
            else:
                changed = there["deleted_at"] is None and there["text"] != text
                self._db.run(
                    "UPDATE statuses SET account_id = ?, text = ?, deleted_at = NULL,"
                    " edited_at = CASE WHEN ? THEN ? ELSE edited_at END WHERE id = ?",
                    (account_id, text, changed, now, status_id),
                )

    def get(self, status_id: int, viewer: Account | None) -> Status | None:
        """The status, if it is there and this viewer may see it."""
        status = self.find(status_id)
        if status is None or status.visibility in SHOWN_TO_ALL:
            return status
        return status if viewer is not None and viewer.id == status.account_id else None

    def find(self, status_id: int) -> Status | None:
        """The status, if it is there, whoever may see it: for the page, which is its owner's."""
        row = self._db.row(
            "SELECT * FROM statuses WHERE id = ? AND deleted_at IS NULL", (status_id,)
        )
        return None if row is None else _status(row)

    def of_account(
        self,
        account: Account,
        viewer: Account | None,
        window: Window,
        *,
        replies: bool,
        reblogs: bool,
        only_media: bool,
    ) -> list[Status]:
        """A page of an account's statuses, newest first."""
        where, values = ["account_id = ?", "deleted_at IS NULL"], [account.id]
        if viewer is None or viewer.id != account.id:
            where.append("visibility IN ('public', 'unlisted')")
        if not replies:
            # A thread of one's own is not a reply in Mastodon's sense of the filter.
            where.append(
                "(in_reply_to_id IS NULL OR in_reply_to_id IN"
                " (SELECT id FROM statuses WHERE account_id = ?))"
            )
            values.append(account.id)
        if not reblogs:
            where.append("reblog_of_id IS NULL")
        if only_media:
            where.append("id IN (SELECT status_id FROM media WHERE status_id IS NOT NULL)")
        return self._page(where, values, window)

    def roots(
        self, account_ids: Sequence[int] | None, tag: str, before: int, limit: int
    ) -> list[Status]:
        """Statuses that start a conversation, of accounts that are no visitors, newest first.

        Args:
            account_ids: whose; None for everybody's.
        """
        where = [
            "deleted_at IS NULL",
            "in_reply_to_id IS NULL",
            "account_id IN (SELECT id FROM accounts WHERE visitor = 0)",
        ]
        values: list[object] = []
        if account_ids is not None:
            where.append(f"account_id IN ({', '.join('?' for _ in account_ids)})")
            values += account_ids
        if tag:
            where.append("instr(lower(text), ?)")
            values.append(f"#{tag.lower()}")
        return self._page(where, values, Window(limit=limit, max_id=before))

    def ancestors(self, status: Status) -> list[Status]:
        """What the status replies to, the first one first."""
        found: list[Status] = []
        parent = status.in_reply_to_id
        while parent is not None:
            above = self.find(parent)
            if above is None:
                break
            found.insert(0, above)
            parent = above.in_reply_to_id
        return found

    def children(self, status: Status) -> list[Status]:
        """Direct replies, oldest first."""
        sql = "SELECT * FROM statuses WHERE in_reply_to_id = ? AND deleted_at IS NULL ORDER BY id"
        return [_status(row) for row in self._db.rows(sql, (status.id,))]

    def descendants(self, status: Status) -> list[Status]:
        """All replies, each directly before the replies to it."""
        found: list[Status] = []
        waiting = list(reversed(self.children(status)))
        while waiting:
            child = waiting.pop()
            found.append(child)
            waiting.extend(reversed(self.children(child)))
        return found

    def favourite(self, status: Status, account: Account, *, on: bool) -> None:
        """Like, or take the like back; repeating changes nothing."""
        with self._db.transaction():
            if on:
                self._db.run(
                    "INSERT OR IGNORE INTO favourites VALUES (?, ?, ?)",
                    (status.id, account.id, instant_text(self._db.now())),
                )
            else:
                self._db.run(
                    "DELETE FROM favourites WHERE status_id = ? AND account_id = ?",
                    (status.id, account.id),
                )

    def reblog(self, status: Status, account: Account) -> Status:
        """Boost; repeating returns the boost that is there."""
        with self._db.transaction():
            found = self._boost(status, account)
            if found is not None:
                return found
            boost_id = self._db.new_id()
            self._db.run(
                "INSERT INTO statuses VALUES (?, ?, '', '', 0, ?, ?, NULL, ?, '', ?, NULL, NULL)",
                (
                    *(boost_id, account.id, status.visibility, status.language, status.id),
                    instant_text(self._db.now()),
                ),
            )
        return self._one(boost_id)

    def unreblog(self, status: Status, account: Account) -> None:
        """Take a boost back."""
        found = self._boost(status, account)
        if found is not None:
            self.delete(found)

    def counts(self, status_id: int) -> Counts:
        """How often it was answered, boosted and liked."""
        row = self._db.rows(
            "SELECT (SELECT count(*) FROM statuses WHERE in_reply_to_id = ?1"
            " AND deleted_at IS NULL),"
            " (SELECT count(*) FROM statuses WHERE reblog_of_id = ?1 AND deleted_at IS NULL),"
            " (SELECT count(*) FROM favourites WHERE status_id = ?1)",
            (status_id,),
        )[0]
        return Counts(row[0], row[1], row[2])

    def reactions_of(self, status_id: int, account: Account | None) -> tuple[bool, bool]:
        """Whether the account likes the status, and whether it boosted it."""
        if account is None:
            return False, False
        row = self._db.rows(
            "SELECT EXISTS (SELECT 1 FROM favourites WHERE status_id = ?1 AND account_id = ?2),"
            " EXISTS (SELECT 1 FROM statuses WHERE reblog_of_id = ?1 AND account_id = ?2"
            " AND deleted_at IS NULL)",
            (status_id, account.id),
        )[0]
        return bool(row[0]), bool(row[1])

    def number_of(self, account: Account) -> int:
        """How many statuses the account has."""
        sql = "SELECT count(*) FROM statuses WHERE account_id = ? AND deleted_at IS NULL"
        return int(self._db.rows(sql, (account.id,))[0][0])

    def totals(self) -> tuple[int, Counts]:
        """Statuses of the workspace's accounts, and all reactions to them."""
        row = self._db.rows(
            "WITH ours AS (SELECT s.id FROM statuses s JOIN accounts a ON a.id = s.account_id"
            " WHERE a.visitor = 0 AND s.deleted_at IS NULL)"
            " SELECT (SELECT count(*) FROM ours),"
            " (SELECT count(*) FROM statuses s JOIN accounts a ON a.id = s.account_id"
            " WHERE a.visitor = 1 AND s.deleted_at IS NULL AND s.in_reply_to_id IS NOT NULL),"
            " (SELECT count(*) FROM statuses WHERE reblog_of_id IN ours AND deleted_at IS NULL),"
            " (SELECT count(*) FROM favourites WHERE status_id IN ours)"
        )[0]
        return int(row[0]), Counts(row[1], row[2], row[3])

    def everything(self, *, deleted: bool) -> list[Status]:
        """All statuses, oldest first; the deleted ones too if asked."""
        sql = "SELECT * FROM statuses WHERE ? OR deleted_at IS NULL ORDER BY id"
        return [_status(row) for row in self._db.rows(sql, (deleted,))]

    def _page(self, where: list[str], values: Sequence[object], window: Window) -> list[Status]:
        where, arguments = list(where), list(values)
        bounds = (("id < ?", window.max_id), ("id > ?", max(window.since_id, window.min_id)))
        for clause, bound in bounds:
            if bound:
                where.append(clause)
                arguments.append(bound)
        if window.until:
            where.append("created_at <= ?")
            arguments.append(window.until)
        order = "ASC" if window.min_id else "DESC"
        rows = self._db.rows(
            f"SELECT * FROM statuses WHERE {' AND '.join(where)}"  # noqa: S608 - clauses are ours
            f" ORDER BY id {order} LIMIT ?",
            (*arguments, window.limit),
        )
        found = [_status(row) for row in rows]
        return found[::-1] if window.min_id else found

    def _boost(self, status: Status, account: Account) -> Status | None:
        row = self._db.row(
            "SELECT * FROM statuses WHERE reblog_of_id = ? AND account_id = ?"
            " AND deleted_at IS NULL",
            (status.id, account.id),
        )
        return None if row is None else _status(row)

    def _one(self, status_id: int) -> Status:
        return _status(self._db.rows("SELECT * FROM statuses WHERE id = ?", (status_id,))[0])


def _status(row: sqlite3.Row) -> Status:
    values = dict(row)
    return Status(**{**values, "sensitive": bool(values["sensitive"])})
