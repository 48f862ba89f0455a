"""Media attachments: the bytes by sha256 in a folder, what is known of them in the database."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from signpost.domain.media import Sniffed
from signpost.local.network.accounts import Account
from signpost.local.network.database import Database, instant_text


@dataclass(frozen=True, slots=True)
class Attachment:
    """One uploaded file."""

    id: int
    account_id: int
    status_id: int | None
    mime: str
    sha256: str
    width: int | None
    height: int | None
    description: str | None
    focus: tuple[float, float] | None
    ready: bool
    """Whether processing has ended; until then it has no address and cannot be attached."""

    @property
    def kind(self) -> str:
        """`image`, `gifv`, `video` or `audio`, as Mastodon calls them."""
        return "gifv" if self.mime == "image/gif" else self.mime.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Stored:
    """Bytes that are kept, and what they are."""

    sha256: str
    mime: str
    size: int
    width: int | None
    height: int | None


class MediaShelf:
    """Stores attachments and hangs them on statuses."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._folder = database.folder / "media"
        self._folder.mkdir(exist_ok=True)

    def add(
        self,
        account: Account,
        data: bytes,
        kind: Sniffed,
        *,
        description: str | None,
        focus: tuple[float, float] | None,
        processing_s: float,
    ) -> Attachment:
        """Keep an upload; it is ready once `processing_s` seconds have passed."""
        digest = self.store(data)
        now = self._db.now()
        media_id = self._db.new_id()
        x, y = focus or (None, None)
        row = (
            *(media_id, account.id, None, None, kind.mime, digest, len(data)),
            *(kind.width, kind.height, description, x, y),
            *(instant_text(now + timedelta(seconds=processing_s)), instant_text(now)),
        )
        with self._db.transaction(shown=False):
            self._db.run("INSERT INTO media VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        return self._attachment(
            self._db.rows("SELECT * FROM media WHERE id = ?", (media_id,))[0],
        )

    def store(self, data: bytes) -> str:
        """Keep bytes; their digest, which is the file's name."""
        digest = hashlib.sha256(data).hexdigest()
        target = self._folder / digest
        if not target.exists():
            part = target.with_suffix(f".{os.getpid()}-{self._db.new_id()}")
            part.write_bytes(data)
            part.replace(target)
        return digest

    def again(self, account: Account, stored: Stored, description: str) -> int:
        """An attachment of bytes that are kept already; its id."""
        media_id, now = self._db.new_id(), instant_text(self._db.now())
        row = (
            *(media_id, account.id, None, None, stored.mime, stored.sha256, stored.size),
            *(stored.width, stored.height, description, None, None, now, now),
        )
        self._db.run("INSERT INTO media VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        return media_id

    def get(self, media_id: int) -> Attachment | None:
        """The attachment with this id."""
        row = self._db.row("SELECT * FROM media WHERE id = ?", (media_id,))
        return None if row is None else self._attachment(row)

    def of(self, status_id: int) -> list[Attachment]:
        """A status's attachments in order."""
        sql = "SELECT * FROM media WHERE status_id = ? ORDER BY position"
        return [self._attachment(row) for row in self._db.rows(sql, (status_id,))]

    def describe(
        self, media_id: int, description: str | None, focus: tuple[float, float] | None
    ) -> None:
        """Change description or focal point; None leaves it as it is."""
        x, y = focus or (None, None)
        with self._db.transaction():
            self._db.run(
                "UPDATE media SET description = coalesce(?, description),"
                " focus_x = coalesce(?, focus_x), focus_y = coalesce(?, focus_y) WHERE id = ?",
                (description, x, y, media_id),
            )

    def hang(self, status_id: int, media_ids: Sequence[int]) -> None:
        """Make these, in this order, the attachments of a status (inside a transaction)."""
        self.take_down(status_id)
        for position, media_id in enumerate(media_ids):
            self._db.run(
                "UPDATE media SET status_id = ?, position = ? WHERE id = ?",
                (status_id, position, media_id),
            )

    def take_down(self, status_id: int) -> None:
        """Free a status's attachments; they can be attached again, as after a deletion."""
        self._db.run("UPDATE media SET status_id = NULL WHERE status_id = ?", (status_id,))

    def throw_away(self, status_id: int) -> None:
        """Delete a status's attachments (inside a transaction); bytes stay, as of everything here."""
        self._db.run("DELETE FROM media WHERE status_id = ?", (status_id,))

    def file(self, digest: str) -> tuple[Path, str] | None:
        """Path and MIME type of stored bytes."""
        row = self._db.row(
            "SELECT mime FROM media WHERE sha256 = ?1 UNION SELECT mime FROM blobs WHERE"
            " sha256 = ?1 UNION SELECT mime FROM attachments WHERE sha256 = ?1",
            (digest,),
        )
        return None if row is None else (self._folder / digest, row["mime"])

    def _attachment(self, row: sqlite3.Row) -> Attachment:
        x, y = row["focus_x"], row["focus_y"]
        return Attachment(
            id=row["id"],
            account_id=row["account_id"],
            status_id=row["status_id"],
            mime=row["mime"],
            sha256=row["sha256"],
            width=row["width"],
            height=row["height"],
            description=row["description"],
            focus=None if x is None or y is None else (x, y),
            ready=row["ready_at"] <= instant_text(self._db.now()),
        )
