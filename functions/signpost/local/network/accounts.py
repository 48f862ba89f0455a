"""Accounts of the local network and their tokens.

Two kinds: accounts that a workspace posts as, and a few *visitors* who like, boost and reply
on the web page. Tokens are random and only their digests are stored.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import sqlite3
from dataclasses import dataclass

from signpost.local.network.database import Database, instant_text

USERNAME = re.compile(r"[a-z0-9_]+(?:[a-z0-9_.-]*[a-z0-9_]+)?", re.IGNORECASE)
"""Source: https://docs.joinmastodon.org/spec/activitypub/ (read 2026-11-22)."""

VISITORS = (
    ("mara_lind", "Mara Lind", "Weekend hiker. Owns too many wool socks."),
    ("theo_brandt", "Theo Brandt", "Trail runner, slow cook."),
    ("ines_okafor", "Ines Okafor", "Climbs indoors, reads outdoors."),
    ("jonas_reiter", "Jonas Reiter", "Bikes to work in any weather."),
)
"""People of the page, invented. (username, display name, note)"""


@dataclass(frozen=True, slots=True)
class Account:
    """One identity."""

    id: int
    username: str
    display_name: str
    note: str
    visitor: bool
    created_at: str


class AccountBook:
    """Reads and writes accounts; the visitors are there from the start."""

    def __init__(self, database: Database) -> None:
        self._db = database
        for username, display_name, note in VISITORS:
            if self.by_username(username) is None:
                self._insert(username, display_name, note, visitor=True)

    def put(self, username: str, display_name: str, note: str) -> tuple[Account, bool]:
        """Make an account, or rename the one that has the username; True if it is new.

        Raises:
            ValueError: the username is malformed or belongs to a visitor.
        """
        if len(username) > 30 or USERNAME.fullmatch(username) is None:
            raise ValueError("A username is up to 30 letters, digits and underscores.")
        with self._db.transaction():
            found = self.by_username(username)
            if found is None:
                return self._insert(username, display_name, note, visitor=False), True
            if found.visitor:
                raise ValueError(f"{username} is one of the page's visitors.")
            self._db.run(
                "UPDATE accounts SET display_name = ?, note = ? WHERE id = ?",
                (display_name, note, found.id),
            )
        return Account(found.id, found.username, display_name, note, False, found.created_at), False

    def mint_token(self, account: Account) -> str:
        """A new token; earlier ones stay valid."""
        token = secrets.token_urlsafe(32)
        self._db.run(
            "INSERT INTO tokens VALUES (?, ?, ?)",
            (_digest(token), account.id, instant_text(self._db.now())),
        )
        return token

    def by_token(self, token: str) -> Account | None:
        """Whose token this is."""
        return self._one(
            "SELECT accounts.* FROM accounts JOIN tokens ON account_id = id WHERE digest = ?",
            _digest(token),
        )

    def by_id(self, account_id: int) -> Account | None:
        """The account with this id."""
        return self._one("SELECT * FROM accounts WHERE id = ?", account_id)

    def by_username(self, username: str) -> Account | None:
        """The account with this username, whatever its case."""
        return self._one("SELECT * FROM accounts WHERE username = ? COLLATE NOCASE", username)

    def all(self, *, visitors: bool) -> list[Account]:
        """Either kind, oldest first."""
        sql = "SELECT * FROM accounts WHERE visitor = ? ORDER BY id"
        return [_account(row) for row in self._db.rows(sql, (int(visitors),))]

    def _insert(self, username: str, display_name: str, note: str, *, visitor: bool) -> Account:
        made = Account(
            self._db.new_id(), username, display_name, note, visitor, instant_text(self._db.now())
        )
        self._db.run(
            "INSERT INTO accounts VALUES (?, ?, ?, ?, ?, ?)",
            (made.id, username, display_name, note, int(visitor), made.created_at),
        )
        return made

    def _one(self, sql: str, value: object) -> Account | None:
        row = self._db.row(sql, (value,))
        return None if row is None else _account(row)


def _account(row: sqlite3.Row) -> Account:
    return Account(
        row["id"],
        row["username"],
        row["display_name"],
        row["note"],
        bool(row["visitor"]),
        row["created_at"],
    )


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
