"""Blogs: articles, categories and tags, images. One network holds several blogs, by name.

A published article lies once more as a status: that is what the feed shows and visitors comment.
"""

from __future__ import annotations

import json
import re
import sqlite3
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from typing import Any

from signpost.local.network.accounts import Account
from signpost.local.network.database import Database, instant_text
from signpost.local.network.media import Stored
from signpost.local.network.posts import PostBook
from signpost.local.network.wordpress.html import plain

CATEGORY = "category"
TAG = "post_tag"
_RESERVED = frozenset({"feed", "rdf", "rss", "rss2", "atom", "embed"})
"""Slugs that the site needs itself. Source: wp_unique_post_slug, 2026-11-22."""

_NO_SLUG = re.compile(r"[^a-z0-9_-]+")


TRASHED = "__trashed"
"""What a slug ends with while its article is in the trash.

Source: https://developer.wordpress.org/reference/functions/
wp_add_trashed_suffix_to_post_name_for_post/, 2026-11-22.
"""


@dataclass(frozen=True, slots=True)
class Article:
    """A post of a blog; the instants are UTC text."""

    id: int
    site: str
    account_id: int
    title: str
    content: str
    excerpt: str
    slug: str
    status: str
    featured_media: int
    categories: tuple[int, ...]
    tags: tuple[int, ...]
    comments: str
    created_at: str
    modified_at: str
    published_at: str | None


@dataclass(frozen=True, slots=True)
class Term:
    """A category or tag."""

    id: int
    site: str
    taxonomy: str
    name: str
    slug: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """An image of the media library."""

    id: int
    site: str
    account_id: int
    slug: str
    title: str
    alt: str
    mime: str
    sha256: str
    width: int | None
    height: int | None
    created_at: str


def slug_of(text: str) -> str:
    """A text as the site writes it into addresses (of Latin letters, the rest is dropped).

    Source: https://developer.wordpress.org/reference/functions/sanitize_title_with_dashes/,
    2026-11-22.
    """
    spelled = unicodedata.normalize("NFKD", text.replace("ß", "ss")).lower()
    ascii_only = "".join(char for char in spelled if not unicodedata.combining(char))
    return re.sub(r"-{2,}", "-", _NO_SLUG.sub("-", ascii_only)).strip("-")[:200]


class BlogBook:
    """Reads and writes blogs. Every write is committed when a method returns."""

    def __init__(self, database: Database, posts: PostBook) -> None:
        self._db = database
        self._posts = posts

    # --- articles ---------------------------------------------------------------------------

    def article(self, site: str, number: int) -> Article | None:
        """The article with this id."""
        row = self._db.row("SELECT * FROM articles WHERE site = ? AND id = ?", (site, number))
        return None if row is None else _article(row)

    def by_slug(self, site: str, slug: str) -> Article | None:
        """The public article at an address."""
        sql = "SELECT * FROM articles WHERE site = ? AND slug = ? AND status = 'publish'"
        row = self._db.row(sql, (site, slug))
        return None if row is None else _article(row)

    def of_status(self, status_id: int) -> Article | None:
        """The article that a status shows."""
        row = self._db.row("SELECT * FROM articles WHERE id = ?", (status_id,))
        return None if row is None else _article(row)

    def articles(self, site: str) -> list[Article]:
        """All articles of a blog, whatever their status, newest first."""
        rows = self._db.rows("SELECT * FROM articles WHERE site = ? ORDER BY id DESC", (site,))
        return [_article(row) for row in rows]

    def blank(self, site: str, account: Account) -> Article:
        """A new article, not stored yet."""
        now = instant_text(self._db.now())
        made = (self._db.new_id(), site, account.id, "", "", "", "", "draft", 0)
        return Article(*made, (), (), "open", now, now, None)

    def save(self, article: Article) -> Article:
        """Store an article; its slug becomes its own, and the feed shows it if it is public."""
        now = instant_text(self._db.now())
        public = article.status == "publish"
        slug = article.slug or (slug_of(plain(article.title)) if public else "")
        if public and not slug:
            slug = str(article.id)
        with self._db.transaction():
            done = replace(
                article,
                slug=self._free(article, slug) if slug else "",
                modified_at=now,
                published_at=(article.published_at or now) if public else article.published_at,
            )
            values = list(astuple(done))
            values[9:11] = json.dumps(done.categories), json.dumps(done.tags)
            marks = ", ".join("?" for _ in values)
            self._db.run(f"INSERT OR REPLACE INTO articles VALUES ({marks})", values)  # noqa: S608 - marks only
            text = "\n".join(filter(None, [plain(done.title), plain(done.content)]))
            self._posts.present(done.id, done.account_id, text, shown=public)
        return done

    def trash(self, article: Article) -> Article:
        """Move an article to the trash; its slug is free again."""
        slug = f"{article.slug}{TRASHED}" if article.slug else ""
        return self.save(replace(article, status="trash", slug=slug))

    def delete(self, article: Article) -> None:
        """Delete an article for good."""
        with self._db.transaction():
            self._db.run("DELETE FROM articles WHERE id = ?", (article.id,))
            self._posts.present(article.id, article.account_id, "", shown=False)

    def _free(self, article: Article, slug: str) -> str:
        """The slug, or the slug with a number where another article has it."""
        sql = "SELECT slug FROM articles WHERE site = ? AND id != ?"
        rows = self._db.rows(sql, (article.site, article.id))
        taken = {row["slug"] for row in rows} | _RESERVED
        found, number = slug, 1
        while found in taken:
            number += 1
            found = f"{slug}-{number}"
        return found

    # --- terms ------------------------------------------------------------------------------

    def begin(self, site: str) -> None:
        """Give a blog what every one has from the start."""
        if not self.terms(site, CATEGORY):
            self.add_term(site, CATEGORY, "Uncategorized")

    def terms(self, site: str, taxonomy: str) -> list[Term]:
        """All terms of one kind, by name."""
        sql = "SELECT * FROM terms WHERE site = ? AND taxonomy = ? ORDER BY name"
        return [Term(**dict(row)) for row in self._db.rows(sql, (site, taxonomy))]

    def add_term(self, site: str, taxonomy: str, name: str) -> Term:
        """Make a term; the name is HTML."""
        made = Term(self._db.new_id(), site, taxonomy, name, slug_of(plain(name)))
        with self._db.transaction(shown=False):
            self._db.run("INSERT INTO terms VALUES (?, ?, ?, ?, ?)", astuple(made))
        return made

    # --- images -----------------------------------------------------------------------------

    def attachments(self, site: str) -> list[Attachment]:
        """All images of a blog, newest first."""
        rows = self._db.rows("SELECT * FROM attachments WHERE site = ? ORDER BY id DESC", (site,))
        return [Attachment(**dict(row)) for row in rows]

    def attachment(self, site: str, number: int) -> Attachment | None:
        """The image with this id."""
        row = self._db.row("SELECT * FROM attachments WHERE site = ? AND id = ?", (site, number))
        return None if row is None else Attachment(**dict(row))

    def add_attachment(
        self, site: str, account: Account, stored: Stored, said: Mapping[str, str]
    ) -> Attachment:
        """Keep an image; `said` has slug, title and alt."""
        made = Attachment(
            id=self._db.new_id(),
            site=site,
            account_id=account.id,
            slug=self._free_name(site, said["slug"]),
            title=said["title"],
            alt=said["alt"],
            mime=stored.mime,
            sha256=stored.sha256,
            width=stored.width,
            height=stored.height,
            created_at=instant_text(self._db.now()),
        )
        self._put_attachment(made)
        return made

    def describe(self, attachment: Attachment, title: str, alt: str) -> Attachment:
        """Change title and alternative text."""
        done = replace(attachment, title=title, alt=alt)
        self._put_attachment(done)
        return done

    def delete_attachment(self, attachment: Attachment) -> None:
        """Delete an image from the library; its bytes stay, as of everything here."""
        with self._db.transaction():
            self._db.run("DELETE FROM attachments WHERE id = ?", (attachment.id,))

    def _put_attachment(self, item: Attachment) -> None:
        values = astuple(item)
        marks = ", ".join("?" for _ in values)
        with self._db.transaction():
            self._db.run(f"INSERT OR REPLACE INTO attachments VALUES ({marks})", values)  # noqa: S608 - marks only

    def _free_name(self, site: str, slug: str) -> str:
        taken = {item.slug for item in self.attachments(site)}
        found, number = slug, 1
        while found in taken:
            number += 1
            found = f"{slug}-{number}"
        return found


def permalink(article: Article, origin: str) -> str:
    """Where an article is read: by its slug once it is public."""
    if article.status == "publish":
        return f"{origin}/blog/{article.site}/{article.slug}/"
    return f"{origin}/blog/{article.site}/?p={article.id}"


def numbers(value: Any) -> tuple[int, ...]:
    """Ids in a request's list, or in its text of ids and commas."""
    items: Sequence[Any] = value if isinstance(value, list) else str(value or "").split(",")
    texts = [str(item).strip() for item in items]
    return tuple(int(text) for text in texts if text.isascii() and text.isdecimal())


def _article(row: sqlite3.Row) -> Article:
    values = dict(row)
    lists = {name: tuple(json.loads(values[name])) for name in ("categories", "tags")}
    return Article(**{**values, **lists})
