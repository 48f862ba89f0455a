"""wp/v2/categories, tags, users and comments.

Source: https://developer.wordpress.org/rest-api/reference/ and the controllers of WordPress 6.1,
2026-11-22.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from html import escape, unescape
from typing import Any

from signpost.local.network.accounts import Account, Place
from signpost.local.network.calls import Call
from signpost.local.network.database import instant_text
from signpost.local.network.drafts import number
from signpost.local.network.posts import Draft, Status
from signpost.local.network.refused import Refused
from signpost.local.network.wire import Answer
from signpost.local.network.wordpress.answers import instant, listed, one, words
from signpost.local.network.wordpress.book import CATEGORY, Article, Term, numbers, permalink
from signpost.local.network.wordpress.routes import base_of, site_of
from signpost.local.network.wordpress.users import forbidden, may_manage, may_write


def discovery(call: Call) -> Answer:
    """GET /wp-json/: what the site is and how one signs in."""
    base = base_of(call.request)
    return Answer.json(
        {
            "name": site_of(call.request),
            "description": "A blog on this computer",
            "url": base,
            "home": base,
            "gmt_offset": "0",
            "timezone_string": "UTC",
            "namespaces": ["wp/v2"],
            "authentication": {"application-passwords": {"endpoints": {}}},
        }
    )


def list_terms(taxonomy: str) -> Callable[[Call], Answer]:
    """GET /categories or /tags, by name."""

    def work(call: Call) -> Answer:
        search = unescape(call.request.text("search") or "").lower()
        slugs, ids = words(call.request, "slug"), numbers(call.request.query.get("include"))
        found = [
            term
            for term in call.network.blog.terms(site_of(call.request), taxonomy)
            if search in term.name.lower()
            and (not slugs or term.slug in slugs)
            and (not ids or term.id in ids)
        ]
        return listed(call.request, found, lambda term: _term_json(call, term))

    return work


def add_term(taxonomy: str) -> Callable[[Call], Answer]:
    """POST /categories or /tags; a category only by an editor."""

    def work(call: Call) -> Answer:
        allowed = may_manage(call.viewer) if taxonomy == CATEGORY else may_write(call.viewer)
        if not allowed:
            message = "Sorry, you are not allowed to create terms in this taxonomy."
            raise forbidden(call, "rest_cannot_create", message)
        name = escape(" ".join((call.request.text("name") or "").split()), quote=False)
        if not name:
            message = "Missing parameter(s): name"
            data = {"params": ["name"]}
            raise Refused(400, message, "rest_missing_callback_param", data)
        with call.network.creating:
            site = site_of(call.request)
            there = [
                term
                for term in call.network.blog.terms(site, taxonomy)
                if term.name.lower() == name.lower()
            ]
            if there:
                message = "A term with the name provided already exists in this taxonomy."
                raise Refused(400, message, "term_exists", {"term_id": there[0].id})
            made = call.network.blog.add_term(site, taxonomy, name)
        return one(call.request, _term_json(call, made), 201)

    return work


def me(call: Call) -> Answer:
    """GET /users/me."""
    if call.viewer is None:
        raise Refused(401, "You are not currently logged in.", "rest_not_logged_in")
    edit = call.request.text("context") == "edit"
    return one(call.request, _user_json(call, call.viewer, edit=edit))


def list_users(call: Call) -> Answer:
    """GET /users: those who have published something."""
    site, slugs = site_of(call.request), words(call.request, "slug")
    authors = {
        item.account_id for item in call.network.blog.articles(site) if item.status == "publish"
    }
    found = [
        account
        for account in call.network.accounts.of(Place("wordpress", site))
        if account.id in authors and (not slugs or account.username in slugs)
    ]
    return listed(call.request, found, lambda account: _user_json(call, account))


def list_comments(call: Call) -> Answer:
    """GET /comments of public posts, newest first."""
    site, wanted = site_of(call.request), numbers(call.request.query.get("post"))
    until = instant_text(call.network.now() - timedelta(seconds=call.spoiled.list_lag_s))
    found = [
        (article, comment)
        for article in call.network.blog.articles(site)
        if article.status == "publish" and (not wanted or article.id in wanted)
        for comment in _comments(call, article)
        if comment.created_at <= until
    ]
    found.sort(key=lambda pair: pair[1].id, reverse=call.request.text("order") != "asc")
    return listed(call.request, found, lambda pair: _comment_json(call, *pair))


def add_comment(call: Call) -> Answer:
    """POST /comments; by users only, as a site is set from the start."""
    if call.viewer is None:
        message = "Sorry, you must be logged in to comment."
        raise Refused(401, message, "rest_comment_login_required")
    blog, text = call.network.blog, (call.request.text("content") or "").strip()
    article = blog.article(site_of(call.request), number(call.request.text("post")))
    status = call.network.posts.find(article.id) if article else None
    if article is None or status is None or article.comments != "open":
        message = "Sorry, you are not allowed to create this comment without a post."
        raise Refused(403, message, "rest_comment_invalid_post_id")
    if not text:
        raise Refused(400, "Invalid comment content.", "rest_comment_content_invalid")
    with call.network.creating:
        earlier = _comments(call, article)
        above = number(call.request.text("parent"))
        if any((item.account_id, item.text) == (call.viewer.id, text) for item in earlier):
            message = "Duplicate comment detected; it looks as though you have already said that!"
            raise Refused(409, message, "comment_duplicate")
        parent = above if any(item.id == above for item in earlier) else article.id
        draft = Draft(text, "", False, "public", "", parent, ())
        made = call.network.posts.create(call.viewer, draft, "")
    return one(call.request, _comment_json(call, article, made), 201)


def _comments(call: Call, article: Article) -> list[Status]:
    status = call.network.posts.find(article.id)
    return call.network.posts.descendants(status) if status else []


def _term_json(call: Call, term: Term) -> dict[str, Any]:
    used = sum(
        term.id in (*item.categories, *item.tags)
        for item in call.network.blog.articles(term.site)
        if item.status == "publish"
    )
    path = "category" if term.taxonomy == CATEGORY else "tag"
    return {
        "id": term.id,
        "count": used,
        "description": "",
        "link": f"{base_of(call.request)}/{path}/{term.slug}/",
        "name": term.name,
        "slug": term.slug,
        "taxonomy": term.taxonomy,
        "meta": [],
    }


def _user_json(call: Call, account: Account, *, edit: bool = False) -> dict[str, Any]:
    body: dict[str, Any] = {
        "id": account.id,
        "name": account.display_name,
        "url": "",
        "description": account.note,
        "link": f"{base_of(call.request)}/author/{account.username}/",
        "slug": account.username,
        "avatar_urls": {"96": f"{call.request.origin}/avatars/{account.id}.svg"},
        "meta": [],
    }
    if edit:
        body["username"], body["roles"] = account.username, [account.role]
        publishes = account.role in {"author", "editor"}
        body["capabilities"] = {
            "edit_posts": True,
            "publish_posts": publishes,
            "upload_files": publishes,
            "edit_others_posts": account.role == "editor",
        }
    return body


def _comment_json(call: Call, article: Article, comment: Status) -> dict[str, Any]:
    author = call.network.accounts.by_id(comment.account_id)
    own = author is not None and not author.visitor
    above = comment.in_reply_to_id if comment.in_reply_to_id != article.id else 0
    text = escape(comment.text, quote=False).replace("\n", "<br />\n")
    return {
        "id": comment.id,
        "post": article.id,
        "parent": above or 0,
        "author": comment.account_id if own else 0,
        "author_name": author.display_name if author else "",
        "date": instant(comment.created_at),
        "date_gmt": instant(comment.created_at),
        "content": {"rendered": f"<p>{text}</p>\n"},
        "link": f"{permalink(article, call.request.origin)}#comment-{comment.id}",
        "status": "approved",
        "type": "comment",
    }
