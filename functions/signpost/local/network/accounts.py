"""Accounts of the local network and their tokens.

Two kinds: accounts that a workspace posts as, each of one channel, and a few *visitors* who
like, boost and reply on the web page, whatever the channel. Tokens and passwords are random and
only their digests are stored.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import sqlite3
import string
from collections.abc import Mapping
from dataclasses import astuple, dataclass, replace

from signpost.local.network.database import Database, instant_text

USERNAME = re.compile(r"[a-z0-9_]+(?:[a-z0-9_.-]*[a-z0-9_]+)?", re.IGNORECASE)
"""Source: https://docs.joinmastodon.org/spec/activitypub/ (read 2026-11-22)."""

_BLUESKY_HANDLE = re.compile(
    r"did:[a-z]+:[A-Za-z0-9._:%-]{1,200}"
    r"|(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?",
    re.IGNORECASE,
)
"""Source: https://atproto.com/specs/handle (read 2026-11-22)."""

_BLOG_USER = re.compile(r"[a-z0-9_.@-]{1,60}", re.IGNORECASE)
_SITE = re.compile(r"[a-z0-9.-]{1,100}")

CHANNELS: Mapping[str, str] = {
    "mastodon": "Mastodon",
    "bluesky": "Bluesky",
    "wordpress": "Blog",
}
"""Channels that are spoken here, and what a person reads."""

ROLES = ("subscriber", "contributor", "author", "editor")
"""What a user of a blog may do; "author" is what an account gets unless asked otherwise."""

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
    channel: str = "mastodon"
    site: str = ""
    """Which blog a user of WordPress belongs to; empty elsewhere."""
    role: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a name is looked for: a channel, for WordPress the blog as well."""

    channel: str = "mastodon"
    site: str = ""


MASTODON = Place()


class AccountBook:
    """Reads and writes accounts; the visitors are there from the start."""

    def __init__(self, database: Database) -> None:
        self._db = database
        for username, display_name, note in VISITORS:
            if self.by_username(username) is None:
                self._insert(username, display_name, note, visitor=True)

    def put(
        self,
        username: str,
        display_name: str,
        note: str,
        place: Place = MASTODON,
        role: str = "",
    ) -> tuple[Account, bool]:
        """Make an account, or rename the one that has the username; True if it is new.

        Args:
            place: its channel; a WordPress user's blog too.
            role: of a WordPress user; an author unless given.

        Raises:
            ValueError: the name, place or role is malformed, or the name belongs to a visitor.
        """
        _judge(username, place, role)
        role = role or ("author" if place.channel == "wordpress" else "")
        with self._db.transaction():
            found = self.find(username, place)
            if found is None:
                made = self._insert(
                    username, display_name, note, visitor=False, place=place, role=role
                )
                return made, True
            if found.visitor:
                raise ValueError(f"{username} is one of the page's visitors.")
            self._db.run(
                "UPDATE accounts SET display_name = ?, note = ?, role = ? WHERE id = ?",
                (display_name, note, role, found.id),
            )
        return replace(found, display_name=display_name, note=note, role=role), False

    def mint_token(self, account: Account) -> str:
        """A new token or password, in its channel's form; earlier ones stay valid."""
        match account.channel:
            case "bluesky":
                token = "-".join(_letters(4) for _ in range(4))
            case "wordpress":
                # Shown with spaces, which the server takes out again; so does `by_password`.
                token = _letters(24)
            case _:
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

    def has_password(self, account: Account, password: str) -> bool:
        """Whether the password is one of the account's."""
        owner = self.by_token(password)
        return owner is not None and owner.id == account.id

    def by_id(self, account_id: int) -> Account | None:
        """The account with this id."""
        return self._one("SELECT * FROM accounts WHERE id = ?", account_id)

    def by_username(self, username: str) -> Account | None:
        """The Mastodon account or visitor with this username, whatever its case."""
        return self.find(username, MASTODON)

    def find(self, username: str, place: Place) -> Account | None:
        """The account with this name there, whatever its case."""
        row = self._db.row(
            "SELECT * FROM accounts WHERE username = ? COLLATE NOCASE AND channel = ? AND site = ?",
            (username, place.channel, place.site),
        )
        return None if row is None else _account(row)

    def of(self, place: Place) -> list[Account]:
        """All accounts of a channel or blog, oldest first; no visitors."""
        rows = self._db.rows(
            "SELECT * FROM accounts WHERE channel = ? AND site = ? AND visitor = 0 ORDER BY id",
            (place.channel, place.site),
        )
        return [_account(row) for row in rows]

    def all(self, *, visitors: bool) -> list[Account]:
        """Either kind, oldest first."""
        sql = "SELECT * FROM accounts WHERE visitor = ? ORDER BY id"
        return [_account(row) for row in self._db.rows(sql, (int(visitors),))]

    def _insert(
        self,
        username: str,
        display_name: str,
        note: str,
        *,
        visitor: bool,
        place: Place = MASTODON,
        role: str = "",
    ) -> Account:
        made = Account(
            self._db.new_id(),
            username,
            display_name,
            note,
            visitor,
            instant_text(self._db.now()),
            place.channel,
            place.site,
            role,
        )
        self._db.run("INSERT INTO accounts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", astuple(made))
        return made

    def _one(self, sql: str, value: object) -> Account | None:
        row = self._db.row(sql, (value,))
        return None if row is None else _account(row)


def _account(row: sqlite3.Row) -> Account:
    values = dict(row)
    return Account(**{**values, "visitor": bool(values["visitor"])})


def _judge(username: str, place: Place, role: str) -> None:
    match place.channel:
        case "mastodon":
            if len(username) > 30 or USERNAME.fullmatch(username) is None:
                raise ValueError("A username is up to 30 letters, digits and underscores.")
        case "bluesky":
            if len(username) > 253 or _BLUESKY_HANDLE.fullmatch(username) is None:
                raise ValueError("A handle is a name with dots, such as name.bsky.social.")
        case "wordpress":
            if _BLOG_USER.fullmatch(username) is None:
                raise ValueError("A user of a blog is up to 60 letters, digits and `_.@-`.")
            if _SITE.fullmatch(place.site) is None:
                raise ValueError("`site` names the blog: a-z, 0-9, full stops and hyphens.")
            if role not in {"", *ROLES}:
                raise ValueError(f"`role` is one of: {', '.join(ROLES)}.")
        case other:
            raise ValueError(f"`channel` is one of: {', '.join(CHANNELS)}; not {other!r}.")


def _letters(number: int) -> str:
    return "".join(secrets.choice(string.ascii_lowercase + "234567") for _ in range(number))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
