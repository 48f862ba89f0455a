"""Posts cut down to what other posts have to know of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import blake2b

from signpost.checks.rule import IdPlace, Outline, Target, Wording
from signpost.domain.media import MediaFact
from signpost.domain.post import Post
from signpost.domain.timing import local_text, resolve
from signpost.errors import LocalTimeError


def outline_of(
    post: Post,
    targets: Iterable[Target],
    media: Mapping[str, MediaFact],
    id_place: IdPlace | None,
) -> Outline:
    """The outline of a post.

    Args:
        targets: the post with each of its accounts.
        media: facts of files by path.
    """
    id_span, publish_span = post.span("id"), post.span("publish")
    publish, due = _timing(post)
    return Outline(
        id=post.id,
        brand=post.brand,
        path=post.path,
        status=post.status,
        stage=post.stage,
        idea=post.idea,
        accounts=post.accounts,
        publish=publish,
        due=due,
        id_line=id_span.line,
        id_column=id_span.column,
        publish_line=publish_span.line,
        publish_column=publish_span.column,
        id_place=id_place,
        wordings=tuple(_wordings(post, targets, media)),
    )


def _timing(post: Post) -> tuple[str, int | None]:
    if not isinstance(post.publish, datetime):
        return post.publish or "", None
    try:
        due = resolve(post.publish, post.zone)
    except LocalTimeError:  # TIM301 or TIM302 says so
        return local_text(post.publish), None
    return local_text(post.publish), int(due.timestamp())


def _wordings(
    post: Post, targets: Iterable[Target], media: Mapping[str, MediaFact]
) -> Iterable[Wording]:
    digests: dict[str, str] = {}
    for target in targets:
        body = target.body
        if body is None:
            continue
        if body.path not in digests:
            shown = post.media if body.media is None else body.media
            files = [media[item.path].sha256 if item.path in media else item.path for item in shown]
            text = " ".join(body.text.split()).casefold()
            told = "\n".join([text, *files]) if files else text
            digests[body.path] = (
                blake2b(told.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
                if text or files
                else ""
            )
        line = body.first_line + (target.parts[0].line if target.parts else 0)
        own = "" if body.path == post.path else body.path
        yield Wording(target.account.id, digests[body.path], line, own)
