"""The draft that `publish` will make public, and the post that came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from signpost.connectors._http import moment
from signpost.connectors.wordpress import terms
from signpost.connectors.wordpress.media import figures, upload
from signpost.connectors.wordpress.session import Session
from signpost.domain.delivery import Part
from signpost.domain.outcome import Absent, Confirmation, Found, Several, Unknown
from signpost.errors import RefusedError, TransportError
from signpost.ports import Sent

_FIELDS = "id,slug,status,link,date_gmt,author"


def resources(session: Session, part: Part) -> dict[str, Any]:
    """What the post refers to, as the site's own ids: images, categories, tags, author.

    Raises:
        RefusedError, ThrottledError, TransportError: something is missing or could not be made.
    """
    payload = part.payload
    found: dict[str, Any] = {}
    if names := payload.get("categories"):
        found["categories"] = [terms.category(session, name) for name in names]
    if names := payload.get("tags"):
        found["tags"] = [terms.tag(session, name) for name in names]
    if name := payload.get("author"):
        found["author"] = terms.author(session, name)
    if part.media:
        found["media"] = upload(session, part.media)
    return found


def wire(part: Part, prepared: Mapping[str, Any]) -> dict[str, Any]:
    """The post as a request's body: the payload, ids for names, images below the text.

    The first image is the featured one as well: themes show it above the text and in lists.
    """
    named = ("categories", "tags", "author")
    body = {name: value for name, value in part.payload.items() if name not in named}
    body.update({name: prepared[name] for name in named if name in prepared})
    if uploaded := prepared.get("media"):
        body["featured_media"] = uploaded[0]["id"]
        shown = figures(part.media[1:], uploaded[1:])
        body["content"] = "\n\n".join(filter(None, [body["content"], *shown]))
    return body


def edited(part: Part, prepared: Mapping[str, Any]) -> dict[str, Any]:
    """The post as an edit's body: all but slug and status.

    So the address stays, and a post that a person has withdrawn stays so. What is left out of an
    edit stays as well; taking something away has to be said.
    """
    body = {"excerpt": "", "featured_media": 0, "tags": [], **wire(part, prepared)}
    del body["slug"], body["status"]
    return body


def draft(session: Session, part: Part, prepared: Mapping[str, Any]) -> int:
    """The id of the draft: found by its slug, or made.

    A draft that is there is left as it is: `publish` sends the whole post, and a write from
    here, late, could take back a post that another worker has published meanwhile.
    The slug has to be the post's own: WordPress gives a second post of one slug `…-2`.

    Raises:
        RefusedError: the slug is another post's, or the site refused.
        ThrottledError, TransportError: the site could not be asked.

    Source: WP_REST_Posts_Controller::create_item, 2026-11-22 (a draft's slug is made unique as
    if it were public, so the answer shows what address it would have).
    """
    slug = part.payload["slug"]
    own = _own_draft(session, slug, prepared)
    if own is not None:
        return own
    body = {**wire(part, prepared), "status": "draft"}
    response = session.send(session.request("POST", "/posts", json=body))
    if response.status not in (200, 201):
        raise session.refusal(response, "making the draft")
    value = response.json()
    number = value.get("id") if isinstance(value, dict) else None
    if not isinstance(number, int) or isinstance(number, bool):
        raise RefusedError("Making the draft: the answer is no post.", permanent=False)
    if value.get("slug") != slug:
        _delete(session, number)
        # Another worker may just have made ours; then the next try finds it.
        passing = _own_draft(session, slug, prepared) is not None
        raise RefusedError(
            f"The slug `{slug}` is taken by a post that this account cannot see, or WordPress "
            "keeps it for itself.",
            "Write another `slug:` under options.wordpress.",
            permanent=not passing,
        )
    return number


def confirm(session: Session, sent: Sent) -> Confirmation:
    """Look for the post by its slug: public is landed, a draft is not.

    That a draft is still one is conclusive, and even if the site showed an old answer, sending
    again would name the same post. A post that is neither was moved by a person.
    """
    slug = str(sent.part.payload.get("slug") or "")
    if not slug:
        return Unknown("The payload has no slug to look for.")
    try:
        posts = _by_slug(session, slug)
    except (RefusedError, TransportError) as error:
        return Unknown(f"The post could not be looked for: {error.cause}")
    if not posts:
        return Unknown(f"There is neither a post nor a draft with the slug `{slug}`.")
    ours = [post for post in posts if str(post["id"]) not in sent.bound]
    public = [post for post in ours if post.get("status") == "publish"]
    if len(public) > 1:
        return Several(tuple(str(post["id"]) for post in public))
    if public:
        post = public[0]
        at = moment(post.get("date_gmt"))
        # A draft takes its date when it is published; an older one was set by a person.
        since = at if at is not None and at >= sent.since else None
        return Found(str(post["id"]), str(post.get("link") or ""), since)
    if all(post.get("status") == "draft" for post in ours):
        return Absent()
    return Unknown(f"Post {ours[0]['id']} is neither public nor a draft: a person must look.")


def _own_draft(session: Session, slug: str, prepared: Mapping[str, Any]) -> int | None:
    """The id of our draft with this slug; None where the slug is free.

    Raises:
        RefusedError: a post has the slug that is not our draft.
        ThrottledError, TransportError: the site could not be asked.
    """
    posts = _by_slug(session, slug)
    for post in posts:
        if post.get("status") != "draft":
            raise RefusedError(
                f"Post {post['id']} has the slug `{slug}` already ({post.get('status')}).",
                "If it is another post, write another `slug:` under options.wordpress.",
            )
    if not posts:
        return None
    author = prepared.get("author") or terms.own_id(session)
    mine = [int(post["id"]) for post in posts if post.get("author") == author]
    if not mine:
        raise RefusedError(
            f"Draft {posts[0]['id']} has the slug `{slug}` and is another author's.",
            "Write another `slug:` under options.wordpress.",
        )
    return mine[0]


def _by_slug(session: Session, slug: str) -> list[Mapping[str, Any]]:
    """Posts of any status but trash that the account may read.

    Source: https://developer.wordpress.org/rest-api/reference/posts/#list-posts, 2026-11-22.
    """
    query = {"slug": slug, "status": "any", "_fields": _FIELDS}
    found = session.items("/posts", doing=f"looking for the slug {slug}", query=query)
    # A site that did not know the parameter would list its newest posts.
    return [post for post in found if post.get("slug") == slug]


def _delete(session: Session, number: int) -> None:
    try:
        session.send(session.request("DELETE", f"/posts/{number}", query={"force": "true"}))
    except TransportError:
        return  # a draft too many is seen by editors alone; the refusal says the rest
