"""What editors commit: posts, and what they do to them before they are due."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random

from signpost.domain.delivery import About, Account, Delivery, Media, Part
from tests.simulation.kernel import START

WORKSPACE = "sim"
PICTURE = b"\x89PNG simulated"
PICTURE_SHA = hashlib.sha256(PICTURE).hexdigest()
_VIENNA = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Post:
    """One content file.

    Args:
        due: virtual seconds; None for `publish: now`.
        accounts: numbers of the accounts, 0 to 5.
        edition: grows with each edit.
    """

    id: str
    brand: str
    due: int | None
    accounts: tuple[int, ...]
    parts: int = 1
    edition: int = 0
    grace_s: int = 1800
    picture: str = ""
    refused: bool = False
    local: bool = False


CHANNELS = ("keyed", "deaf", "plain", "plain", "slow", "keyed")
"""The channel of each account."""

RETRYING = 3
"""The account whose posts ask for one resend after a conclusive absence."""


def compiled(posts: Iterable[Post]) -> list[tuple[Delivery, About]]:
    """The deliveries of the posts."""
    return [
        (delivery_of(post, number), About(title=post.id, source=f"{post.id}.md"))
        for post in posts
        for number in post.accounts
    ]


def delivery_of(post: Post, number: int) -> Delivery:
    """One post to one account."""
    account = f"{post.brand}-{number}"
    due = None if post.due is None else START + timedelta(seconds=post.due)
    local = due is not None and post.local
    media: tuple[Media, ...] = ()
    if post.picture:
        media = (Media(PICTURE_SHA, "image/png", len(PICTURE), post.picture),)
    return Delivery(
        workspace=WORKSPACE,
        brand=post.brand,
        post=post.id,
        account=Account(
            id=account,
            channel=CHANNELS[number],
            handle=account,
            server=f"https://{CHANNELS[number]}.test",
            secret=account,
        ),
        due=due,
        zone="Europe/Vienna" if local else "UTC",
        local=(due + _VIENNA).strftime("%Y-%m-%d %H:%M:%S") if local and due else "",
        tzdata="+01:00" if local else "",
        grace_s=post.grace_s,
        on_ambiguous="retry" if number == RETRYING else "hold",
        link="",
        language="en",
        parts=tuple(_part(post, number, part, media) for part in range(post.parts)),
    )


def _part(post: Post, number: int, part: int, media: tuple[Media, ...]) -> Part:
    refused = " refuse-me" if post.refused else ""
    text = f"{post.id}, part {part}, edition {post.edition}{refused}"
    name = f"{WORKSPACE}/{post.brand}/{post.id}/{post.brand}-{number}"
    return Part(text, media, {"tag": f"{name}#{part}@{post.edition}"})


def some_posts(rng: Random, count: int, first: int = 0, earliest: int = 60) -> list[Post]:
    """Posts of eight minutes; some share their second, some are late, some are `now`."""
    made = []
    crowd = earliest + rng.randrange(480)
    for number in range(first, first + count):
        chance = rng.random()
        due: int | None = earliest + rng.randrange(480)
        if chance < 0.1:
            due = crowd
        elif chance < 0.15:
            due = None
        elif chance < 0.17:
            due = earliest - 60 - rng.randrange(2400)
        accounts = tuple(sorted(rng.sample(range(6), rng.randint(1, 6))))
        made.append(
            Post(
                id=f"post{number}",
                brand=f"b{rng.randrange(2)}",
                due=due,
                accounts=accounts,
                parts=rng.choice((1, 1, 1, 1, 1, 1, 2, 3)),
                grace_s=rng.choice((1800, 1800, 1800, 600, 120)),
                picture=_picture(rng.random()),
                refused=rng.random() < 0.01,
                local=rng.random() < 0.5,
            )
        )
    return made


def _picture(chance: float) -> str:
    if chance < 0.005:
        return "a picture that kills its worker"
    return "a boot in the snow" if chance < 0.1 else ""


def edited(rng: Random, posts: list[Post], now: float, fresh: int) -> list[Post]:
    """The posts after a round of edits: texts, times, accounts, deletions, additions."""
    after = []
    for post in posts:
        chance = rng.random()
        if chance < 0.04:
            continue  # deleted
        if chance < 0.10:
            post = replace(post, edition=post.edition + 1)  # noqa: PLW2901 - edits of one post pile up
        elif chance < 0.13 and post.due is not None:
            post = replace(post, due=int(now) + 30 + rng.randrange(600))  # noqa: PLW2901 - edits of one post pile up
        elif chance < 0.15 and len(post.accounts) > 1:
            post = replace(post, accounts=post.accounts[1:])  # noqa: PLW2901 - edits of one post pile up
        after.append(post)
    number = 1000 * fresh
    return after + some_posts(rng, 2, number, int(now) + 40)
