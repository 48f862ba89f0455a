"""The local network's storage: one SQLite file, written through before a request is answered.

The journal is a write-ahead log with `synchronous=NORMAL`: a commit has reached the operating
system when it returns, so `kill -9` of this process loses nothing that was acknowledged. (A
power cut may lose the last commits; nobody's audience is here.)
"""

from __future__ import annotations

import secrets
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

SCHEMA_VERSION = 2

SCHEMA = """
CREATE TABLE IF NOT EXISTS accounts (
    id INTEGER PRIMARY KEY, username TEXT NOT NULL, display_name TEXT NOT NULL,
    note TEXT NOT NULL, visitor INTEGER NOT NULL, created_at TEXT NOT NULL,
    channel TEXT NOT NULL, site TEXT NOT NULL, role TEXT NOT NULL,
    UNIQUE (channel, site, username));
CREATE TABLE IF NOT EXISTS tokens (
    digest TEXT PRIMARY KEY, account_id INTEGER NOT NULL, created_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS statuses (
    id INTEGER PRIMARY KEY, account_id INTEGER NOT NULL, text TEXT NOT NULL,
    spoiler_text TEXT NOT NULL, sensitive INTEGER NOT NULL, visibility TEXT NOT NULL,
    language TEXT NOT NULL, in_reply_to_id INTEGER, reblog_of_id INTEGER, key TEXT NOT NULL,
    created_at TEXT NOT NULL, edited_at TEXT, deleted_at TEXT);
CREATE INDEX IF NOT EXISTS statuses_account ON statuses (account_id, id);
CREATE INDEX IF NOT EXISTS statuses_reply ON statuses (in_reply_to_id);
CREATE INDEX IF NOT EXISTS statuses_reblog ON statuses (reblog_of_id);
CREATE TABLE IF NOT EXISTS favourites (
    status_id INTEGER NOT NULL, account_id INTEGER NOT NULL, created_at TEXT NOT NULL,
    PRIMARY KEY (status_id, account_id));
CREATE TABLE IF NOT EXISTS media (
    id INTEGER PRIMARY KEY, account_id INTEGER NOT NULL, status_id INTEGER, position INTEGER,
    mime TEXT NOT NULL, sha256 TEXT NOT NULL, size INTEGER NOT NULL,
    width INTEGER, height INTEGER, description TEXT, focus_x REAL, focus_y REAL,
    ready_at TEXT NOT NULL, created_at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS media_status ON media (status_id);
CREATE TABLE IF NOT EXISTS keys (
    account_id INTEGER NOT NULL, key TEXT NOT NULL, status_id INTEGER NOT NULL,
    created_at TEXT NOT NULL, PRIMARY KEY (account_id, key));
CREATE TABLE IF NOT EXISTS requests (
    n INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, method TEXT NOT NULL,
    path TEXT NOT NULL, endpoint TEXT NOT NULL, account TEXT NOT NULL, key TEXT NOT NULL,
    status INTEGER, created TEXT, replayed INTEGER NOT NULL, faults TEXT NOT NULL,
    took_ms INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS server_secrets (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS blobs (
    account_id INTEGER NOT NULL, cid TEXT NOT NULL, mime TEXT NOT NULL, sha256 TEXT NOT NULL,
    size INTEGER NOT NULL, width INTEGER, height INTEGER, PRIMARY KEY (account_id, cid));
CREATE TABLE IF NOT EXISTS records (
    account_id INTEGER NOT NULL, collection TEXT NOT NULL, rkey TEXT NOT NULL, cid TEXT NOT NULL,
    value TEXT NOT NULL, subject TEXT NOT NULL, status_id INTEGER, created_at TEXT NOT NULL,
    PRIMARY KEY (account_id, collection, rkey));
CREATE INDEX IF NOT EXISTS records_status ON records (status_id);
CREATE INDEX IF NOT EXISTS records_subject ON records (subject);
CREATE TABLE IF NOT EXISTS articles (
    id INTEGER PRIMARY KEY, site TEXT NOT NULL, account_id INTEGER NOT NULL, title TEXT NOT NULL,
    content TEXT NOT NULL, excerpt TEXT NOT NULL, slug TEXT NOT NULL, status TEXT NOT NULL,
    featured_media INTEGER NOT NULL, categories TEXT NOT NULL, tags TEXT NOT NULL,
    comments TEXT NOT NULL, created_at TEXT NOT NULL, modified_at TEXT NOT NULL,
    published_at TEXT);
CREATE INDEX IF NOT EXISTS articles_slug ON articles (site, slug);
CREATE TABLE IF NOT EXISTS terms (
    id INTEGER PRIMARY KEY, site TEXT NOT NULL, taxonomy TEXT NOT NULL, name TEXT NOT NULL,
    slug TEXT NOT NULL, UNIQUE (site, taxonomy, slug));
CREATE TABLE IF NOT EXISTS attachments (
    id INTEGER PRIMARY KEY, site TEXT NOT NULL, account_id INTEGER NOT NULL, slug TEXT NOT NULL,
    title TEXT NOT NULL, alt TEXT NOT NULL, mime TEXT NOT NULL, sha256 TEXT NOT NULL,
    width INTEGER, height INTEGER, created_at TEXT NOT NULL);
"""

_TO_VERSION_2 = """
BEGIN IMMEDIATE;
ALTER TABLE accounts RENAME TO accounts_1;
CREATE TABLE accounts (
    id INTEGER PRIMARY KEY, username TEXT NOT NULL, display_name TEXT NOT NULL,
    note TEXT NOT NULL, visitor INTEGER NOT NULL, created_at TEXT NOT NULL,
    channel TEXT NOT NULL, site TEXT NOT NULL, role TEXT NOT NULL,
    UNIQUE (channel, site, username));
INSERT INTO accounts SELECT id, username, display_name, note, visitor, created_at,
    'mastodon', '', '' FROM accounts_1;
DROP TABLE accounts_1;
PRAGMA user_version=2;
COMMIT;
"""
"""Version 1 knew one channel, so that a name could be there only once."""


def instant_text(at: datetime) -> str:
    """An instant as Mastodon writes it: UTC with milliseconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


class Database:
    """The file, one connection guarded by a lock, and a signal for watchers of the feed.

    Args:
        folder: where the file and the media lie; made if missing.
        now: the present instant, aware UTC.

    Raises:
        sqlite3.Error: the file cannot be opened or is of another version.
    """

    def __init__(self, folder: Path, now: Callable[[], datetime]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.now = now
        self._lock = threading.RLock()
        self._changed = threading.Condition()
        self._version = 0
        self._last_id = 0
        self._connection = sqlite3.connect(
            folder / "network.sqlite3", check_same_thread=False, isolation_level=None, timeout=10
        )
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        found = int(self._connection.execute("PRAGMA user_version").fetchone()[0])
        if found == 1:
            self._connection.executescript(_TO_VERSION_2)
        elif found not in {0, SCHEMA_VERSION}:
            raise sqlite3.DatabaseError(f"version {found} of the file is not known here")
        self._connection.executescript(SCHEMA)
        self._connection.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
        top = self._connection.execute(
            "SELECT max(id) FROM (SELECT id FROM accounts UNION ALL SELECT id FROM statuses"
            " UNION ALL SELECT id FROM media UNION ALL SELECT id FROM articles"
            " UNION ALL SELECT id FROM terms UNION ALL SELECT id FROM attachments)"
        ).fetchone()[0]
        self._last_id = top or 0

    def close(self) -> None:
        """Fold the write-ahead log into the file and close it."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def transaction(self, *, shown: bool = True) -> Iterator[None]:
        """All or nothing, one at a time; watchers are told afterwards if `shown`."""
        with self._lock:
            outermost = not self._connection.in_transaction
            if outermost:
                self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                if outermost:
                    self._connection.execute("ROLLBACK")
                raise
            if outermost:
                self._connection.execute("COMMIT")
        if outermost and shown:
            self.touch()

    def run(self, sql: str, values: Sequence[Any] = ()) -> int:
        """Execute a statement; returns how many rows it touched."""
        with self._lock:
            return self._connection.execute(sql, values).rowcount

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """All rows of a query."""
        with self._lock:
            return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, values: Sequence[Any] = ()) -> sqlite3.Row | None:
        """The first row of a query, or None."""
        found = self.rows(sql, values)
        return found[0] if found else None

    def secret(self, name: str) -> str:
        """A random value of this server, the same after every restart."""
        with self.transaction(shown=False):
            self.run(
                "INSERT OR IGNORE INTO server_secrets VALUES (?, ?)", (name, secrets.token_hex(32))
            )
        return str(self.rows("SELECT value FROM server_secrets WHERE name = ?", (name,))[0][0])

    def new_id(self) -> int:
        """A snowflake as Mastodon makes them: milliseconds in the upper bits, always rising."""
        with self._lock:
            stamp = int(self.now().timestamp() * 1000) << 16
            self._last_id = max(stamp, self._last_id + 1)
            return self._last_id

    def touch(self) -> None:
        """Tell watchers of the feed that something they show has changed."""
        with self._changed:
            self._version += 1
            self._changed.notify_all()

    @property
    def version(self) -> int:
        """Rises with every change that the feed would show."""
        return self._version

    def wait_for_change(self, seen: int, timeout_s: float) -> int:
        """Block until the version differs from `seen`, at most `timeout_s`; returns it."""
        with self._changed:
            self._changed.wait_for(lambda: self._version != seen, timeout_s)
            return self._version
