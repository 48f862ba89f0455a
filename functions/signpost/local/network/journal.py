"""The request log: what arrived and how it ended, so that tests can count creates by key.

Never a token, never a text: method, path, route, account, key, status, what the faults did.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from signpost.local.network.database import Database, instant_text

SENDS = ("create_status", "bluesky.putRecord", "wordpress.update_post")
"""What makes a post public, by channel."""

KEPT = 20_000
"""Older requests are dropped."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One request of a channel's API.

    Args:
        status: what was answered; None where the connection was closed without an answer.
        key: Idempotency-Key, record key or id of the post, whatever the channel repeats by.
        created: id of the post that it made public; empty if none.
        replayed: the key was known, and the post it had made was answered.
        took_ms: time from request to answer.
    """

    method: str
    path: str
    endpoint: str
    account: str
    key: str
    status: int | None
    created: str
    replayed: bool
    faults: Sequence[str]
    took_ms: int


class Journal:
    """Appends and reads the log."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def add(self, entry: Entry) -> None:
        """Append; drops the oldest beyond what is kept."""
        values = (
            *(instant_text(self._db.now()), entry.method, entry.path, entry.endpoint),
            *(entry.account, entry.key, entry.status, entry.created, int(entry.replayed)),
            *(" ".join(entry.faults), entry.took_ms),
        )
        with self._db.transaction(shown=False):
            self._db.run(
                "INSERT INTO requests (at, method, path, endpoint, account, key, status, created,"
                " replayed, faults, took_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                values,
            )
            self._db.run(
                "DELETE FROM requests WHERE n <= (SELECT max(n) FROM requests) - ?", (KEPT,)
            )

    def read(
        self, *, endpoint: str = "", account: str = "", key: str = "", last: int = KEPT
    ) -> list[dict[str, Any]]:
        """The last entries that match, oldest first."""
        where = {"endpoint": endpoint, "account": account, "key": key}
        asked = {name: value for name, value in where.items() if value}
        clause = " AND ".join(f"{name} = ?" for name in asked) or "1"
        sql = f"SELECT * FROM requests WHERE {clause} ORDER BY n DESC LIMIT ?"  # noqa: S608 - names are ours
        rows = self._db.rows(sql, (*asked.values(), last))
        return [
            {
                **dict(row),
                "replayed": bool(row["replayed"]),
                "faults": row["faults"].split(),
            }
            for row in reversed(rows)
        ]

    def keys(self) -> dict[str, dict[str, int]]:
        """For each key of a send: requests, posts made, answers from memory."""
        rows = self._db.rows(
            "SELECT key, sum(endpoint NOT LIKE '%:late') AS requests, sum(created != '') AS created,"
            " sum(replayed) AS replayed FROM requests"
            " WHERE replace(endpoint, ':late', '') IN (?, ?, ?) AND key != '' GROUP BY key",
            SENDS,
        )
        return {
            row["key"]: {name: row[name] for name in ("requests", "created", "replayed")}
            for row in rows
        }

    def clear(self) -> None:
        """Forget everything."""
        self._db.run("DELETE FROM requests")
