"""The posts that somebody wants to see, compiled each by itself, as what a preview shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from signpost.cli.previews.build import post_view
from signpost.cli.wiring import choose_posts, open_pictures
from signpost.connectors.registry import Registry
from signpost.domain.diagnostics import Diagnostic
from signpost.domain.media import MediaFact
from signpost.domain.picture.recipe import Derivative
from signpost.domain.post import Post
from signpost.previews.view import PostView
from signpost.usecases.compile import try_post

ALL_ACCOUNTS = "It names no account yet, so it is shown for every account of the brand."
NO_ACCOUNT = "It names no account, so there is nothing to show."
UNREADABLE = "Its front matter cannot be read, so there is nothing to show."


@dataclass(frozen=True, slots=True)
class Tried:
    """The views, and what they refer to.

    Args:
        data: digest of a picture that is sent → its bytes.
        lost: words that name no post.
    """

    workspace: str
    zone: str
    views: tuple[PostView, ...]
    data: Callable[[str], bytes]
    lost: tuple[str, ...]


def try_posts(
    content: Path,
    words: Sequence[str],
    files: Sequence[str],
    told: Callable[[int, int], None] | None = None,
) -> Tried:
    """The views of posts that were named, and of those that changed files belong to.

    Args:
        words: see `signpost.cli.wiring.choose_posts`.
        files: relative to the content folder.
        told: hears of pictures that are being made: how many of how many are done.

    Raises:
        ContentError: signpost.yaml, or the brand of a post, cannot be used.
    """
    chosen = choose_posts(content, words, files)
    read = chosen.read
    assert read.workspace is not None  # noqa: S101 - choose_posts refuses content without it
    registry = Registry()
    specs = {channel: registry.spec(channel) for channel in registry.ids()}
    by_digest = {fact.sha256: fact for fact in read.media.values()}
    pictures = open_pictures(content, read.media, told)

    def source(sha256: str) -> tuple[MediaFact, Derivative | None]:
        order = pictures.order_of(sha256)
        if order is None:
            return by_digest[sha256], None
        made = pictures.get(order)
        return read.media[order.path], made if isinstance(made, Derivative) else None

    def data(sha256: str) -> bytes:
        if pictures.order_of(sha256) is not None:
            return pictures.data(sha256)
        return (content / by_digest[sha256].path).read_bytes()

    views = []
    seen: set[str] = set()
    for post in (*read.posts, *read.ideas):
        brand = read.brands[post.brand]
        complete = post
        notes: tuple[str, ...] = ()
        if not post.accounts:
            notes = (ALL_ACCOUNTS,) if _is_raw(post) else (NO_ACCOUNT,)
            every = tuple(item.id for item in brand.accounts) if _is_raw(post) else ()
            complete = post._replace(accounts=every)
        trial = try_post(read.workspace, read.brands, complete, registry, read.media, pictures)
        mine = {post.path, *(body.path for body in post.bodies.values())}
        seen |= mine
        said = [item for item in chosen.findings if item.span.path in mine]
        said += [item for item in trial.findings if not _is_known(item, post, said)]
        views.append(
            post_view(post, brand, trial.lines, specs, source, said, timed=trial.timed, notes=notes)
        )
    views += _unreadable([item for item in chosen.findings if item.span.path not in seen])
    views.sort(key=_place)
    return Tried(read.workspace.id, read.workspace.zone, tuple(views), data, chosen.lost)


def _place(view: PostView) -> tuple[bool, datetime, str]:
    """Order of views: by time, those without one at the end."""
    return view.due is None, view.due or datetime.max.replace(tzinfo=UTC), view.path


def _unreadable(findings: Sequence[Diagnostic]) -> list[PostView]:
    """A view that shows nothing but the faults, for each file that is no post."""
    faults: dict[str, list[Diagnostic]] = {}
    for item in findings:
        faults.setdefault(item.span.path, []).append(item)
    return [
        PostView(
            id="",
            title=path.split("/", 2)[-1],
            path=path,
            brand=path.partition("/")[0],
            state="unreadable",
            stage="",
            due=None,
            when="",
            zone="",
            why={},
            copies=(),
            findings=tuple(items),
            notes=(UNREADABLE,),
        )
        for path, items in faults.items()
    ]


def _is_raw(post: Post) -> bool:
    return post.idea or post.status == "draft"


def _is_known(item: Diagnostic, post: Post, told: Sequence[Diagnostic]) -> bool:
    """Whether a finding of compiling says nothing new: a rule said it, or a draft may be so."""
    if any((item.code, item.span) == (other.code, other.span) for other in told):
        return True
    return _is_raw(post) and post.publish is None and item.span == post.span("publish")
