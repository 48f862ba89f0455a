"""wp/v2/posts.

Source: https://developer.wordpress.org/rest-api/reference/posts/ and
WP_REST_Posts_Controller of WordPress 6.1, 2026-11-22.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from html import escape
from typing import Any

from signpost.local.network.calls import Call
from signpost.local.network.database import instant_text
from signpost.local.network.drafts import number
from signpost.local.network.refused import Refused
from signpost.local.network.wire import Answer
from signpost.local.network.wordpress.answers import instant, invalid_param, listed, one, words
from signpost.local.network.wordpress.book import (
    CATEGORY,
    TAG,
    TRASHED,
    Article,
    numbers,
    permalink,
    slug_of,
)
from signpost.local.network.wordpress.html import kept, plain, rendered
from signpost.local.network.wordpress.routes import base_of, site_of
from signpost.local.network.wordpress.users import (
    forbidden,
    may_edit,
    may_manage,
    may_publish,
    may_read,
    may_write,
)

STATUSES = ("publish", "draft", "pending", "private")
_UNKNOWN_HERE = ("password", "date", "date_gmt", "sticky", "format", "template", "meta")
_EXCERPT_WORDS = 55


def list_posts(call: Call) -> Answer:
    """GET /posts, newest first."""
    request, site = call.request, site_of(call.request)
    wanted = words(request, "status") or ["publish"]
    if wanted != ["publish"] and call.viewer is None:
        details = {
            "code": "rest_forbidden_status",
            "message": "Status is forbidden.",
            "data": {"status": 401},
        }
        raise invalid_param("status", "Status is forbidden.", details)
    slugs, ids = words(request, "slug"), numbers(request.query.get("include"))
    search = (request.text("search") or "").lower()
    until = instant_text(call.network.now() - timedelta(seconds=call.spoiled.list_lag_s))
    found = [
        item
        for item in call.network.blog.articles(site)
        if (item.status in wanted or ("any" in wanted and item.status != "trash"))
        and (not slugs or item.slug in slugs)
        and (not ids or item.id in ids)
        and (not search or search in f"{item.title} {plain(item.content)}".lower())
        and may_read(call.viewer, item)
        and (not call.spoiled.list_lag_s or item.modified_at <= until)
    ]
    if request.text("order") == "asc":
        found.reverse()
    edit = request.text("context") == "edit"
    if edit and not may_write(call.viewer):
        message = "Sorry, you are not allowed to edit posts in this post type."
        raise forbidden(call, "rest_forbidden_context", message)
    return listed(request, found, lambda item: post_json(call, item, edit=edit))


def create_post(call: Call) -> Answer:
    """POST /posts: 201 with the post, its slug made its own."""
    if call.viewer is None or not may_write(call.viewer):
        message = "Sorry, you are not allowed to create posts as this user."
        raise forbidden(call, "rest_cannot_create", message)
    if call.request.text("id"):
        raise Refused(400, "Cannot create existing post.", "rest_post_exists")
    with call.network.creating:
        blank = call.network.blog.blank(site_of(call.request), call.viewer)
        made = _saved(call, blank)
    headers = {"Location": f"{base_of(call.request)}/wp-json/wp/v2/posts/{made.id}"}
    note = {"created": str(made.id) if made.status == "publish" else ""}
    return one(call.request, post_json(call, made, edit=True), 201, headers, note)


def show_post(call: Call) -> Answer:
    """GET /posts/:id."""
    article = _article(call)
    edit = call.request.text("context") == "edit"
    if edit and not may_edit(call.viewer, article):
        message = "Sorry, you are not allowed to edit this post."
        raise forbidden(call, "rest_forbidden_context", message)
    if not may_read(call.viewer, article):
        raise forbidden(call, "rest_forbidden", "Sorry, you are not allowed to do that.")
    return one(call.request, post_json(call, article, edit=edit))


def update_post(call: Call) -> Answer:
    """POST /posts/:id: what the request leaves out stays."""
    with call.network.creating:
        article = _article(call)
        if not may_edit(call.viewer, article):
            message = "Sorry, you are not allowed to edit this post."
            raise forbidden(call, "rest_cannot_edit", message)
        done = _saved(call, article)
    public, before = done.status == "publish", article.status == "publish"
    note = {"created": str(done.id) if public and not before else "", "replayed": public and before}
    return one(call.request, post_json(call, done, edit=True), note=note)


def delete_post(call: Call) -> Answer:
    """DELETE /posts/:id: into the trash, or for good with `force`."""
    with call.network.creating:
        article = _article(call)
        if not may_edit(call.viewer, article):
            message = "Sorry, you are not allowed to delete this post."
            raise forbidden(call, "rest_cannot_delete", message)
        if call.request.flag("force"):
            before = post_json(call, article, edit=True)
            call.network.blog.delete(article)
            return Answer.json({"deleted": True, "previous": before})
        if article.status == "trash":
            raise Refused(410, "The post has already been deleted.", "rest_already_trashed")
        done = call.network.blog.trash(article)
    return one(call.request, post_json(call, done, edit=True))


def post_json(call: Call, article: Article, *, edit: bool = False) -> dict[str, Any]:
    """A post as the API shows it; with `edit`, its texts as they were sent too."""
    link = permalink(article, call.request.origin)
    title: dict[str, Any] = {"rendered": article.title}
    content: dict[str, Any] = {"rendered": rendered(article.content), "protected": False}
    excerpt: dict[str, Any] = {"rendered": _excerpt(article), "protected": False}
    if edit:
        title["raw"], content["raw"] = article.title, article.content
        excerpt["raw"] = article.excerpt
    date = instant(article.published_at or article.modified_at)
    return {
        "id": article.id,
        "date": date,
        "date_gmt": date,
        "guid": {"rendered": f"{base_of(call.request)}/?p={article.id}"},
        "modified": instant(article.modified_at),
        "modified_gmt": instant(article.modified_at),
        "slug": article.slug,
        "status": article.status,
        "type": "post",
        "link": link,
        "title": title,
        "content": content,
        "excerpt": excerpt,
        "author": article.account_id,
        "featured_media": article.featured_media,
        "comment_status": article.comments,
        "ping_status": "closed",
        "sticky": False,
        "template": "",
        "format": "standard",
        "meta": [],
        "categories": list(article.categories),
        "tags": list(article.tags),
    }


def _article(call: Call) -> Article:
    found = call.network.blog.article(site_of(call.request), number(call.target))
    if found is None:
        raise Refused(404, "Invalid post ID.", "rest_post_invalid_id")
    return found


def _saved(call: Call, before: Article) -> Article:
    """The article with what the request changes, stored.

    As there, an image or term that does not exist is left out without a word.
    """
    fields, network = call.request.fields, call.network
    unknown = [name for name in _UNKNOWN_HERE if fields.get(name)]
    if unknown:
        raise invalid_param(unknown[0], f"This local network does not know {unknown[0]}.")
    article = _with_status(call, before)
    article = _with_author(call, article)
    clean = str if may_manage(call.viewer) else kept
    article = replace(
        article,
        title=clean(_raw(fields.get("title", article.title))),
        content=clean(_raw(fields.get("content", article.content))),
        excerpt=clean(_raw(fields.get("excerpt", article.excerpt))),
    )
    if fields.get("slug") is not None:
        article = replace(article, slug=slug_of(str(fields["slug"])))
    if fields.get("comment_status") in {"open", "closed"}:
        article = replace(article, comments=str(fields["comment_status"]))
    article = replace(
        article,
        categories=_terms(call, "categories", CATEGORY, article.categories),
        tags=_terms(call, "tags", TAG, article.tags),
    )
    if not (article.title or article.content or article.excerpt):
        raise Refused(400, "Content, title, and excerpt are empty.", "empty_content")
    if "featured_media" not in fields:
        return network.blog.save(article)
    wanted = number(str(fields["featured_media"]))
    there = network.blog.attachment(article.site, wanted) is not None
    return network.blog.save(replace(article, featured_media=wanted if there else 0))


def _with_status(call: Call, article: Article) -> Article:
    status = call.request.fields.get("status")
    if status is None:
        return article
    if status not in STATUSES:
        raise invalid_param("status", f"status is not one of {', '.join(STATUSES)}.")
    if status in {"publish", "private"} and not may_publish(call.viewer):
        message = "Sorry, you are not allowed to publish posts in this post type."
        raise forbidden(call, "rest_cannot_publish", message)
    # Out of the trash it gets back the slug that it had.
    slug = article.slug.removesuffix(TRASHED) if article.status == "trash" else article.slug
    return replace(article, status=status, slug=slug)


def _with_author(call: Call, article: Article) -> Article:
    wanted = number(str(call.request.fields.get("author") or ""))
    if not wanted or wanted == article.account_id:
        return article
    if not may_manage(call.viewer):
        message = "Sorry, you are not allowed to create posts as this user."
        raise forbidden(call, "rest_cannot_edit_others", message)
    author = call.network.accounts.by_id(wanted)
    if author is None or (author.channel, author.site) != ("wordpress", article.site):
        raise Refused(400, "Invalid author ID.", "rest_invalid_author")
    return replace(article, account_id=author.id)


def _terms(call: Call, name: str, taxonomy: str, present: tuple[int, ...]) -> tuple[int, ...]:
    """The terms that the request names; a post without a category gets the first one."""
    known = [term.id for term in call.network.blog.terms(site_of(call.request), taxonomy)]
    fields = call.request.fields
    chosen = numbers(fields[name]) if name in fields else present
    found = tuple(item for item in chosen if item in known)
    return found or tuple(sorted(known)[:1]) if taxonomy == CATEGORY else found


def _raw(value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("raw")
    return "" if value is None else str(value)


def _excerpt(article: Article) -> str:
    if article.excerpt:
        return f"<p>{article.excerpt}</p>\n"
    found = plain(article.content).split()
    if not found:
        return ""
    more = " [&hellip;]" if len(found) > _EXCERPT_WORDS else ""
    return f"<p>{escape(' '.join(found[:_EXCERPT_WORDS]), quote=False)}{more}</p>\n"
