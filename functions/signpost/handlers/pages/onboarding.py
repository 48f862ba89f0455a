"""Who has read what, for those whose business it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from signpost.domain.people import Reader, Standing
from signpost.handlers.pages.template import Html, html, joined, page
from signpost.handlers.pages.wording import day
from signpost.usecases.signoff.reading_room import Listing

_LOUD = {Standing.LATE, Standing.SOON}


def readers_page(found: Sequence[Listing], now: datetime, who: str) -> str:
    """The page.

    Args:
        now: UTC.
    """
    body = joined(_brand(item, now) for item in found)
    return page("Who has read what", body or html("<p>There is nobody to show.</p>"), who=who)


def _brand(listing: Listing, now: datetime) -> Html:
    some, present = listing.people, listing.present
    late = [item for item in some if item.standing is Standing.LATE]
    head = (
        f"{present.version} is in force since {day(present.start.date())}."
        if present
        else "No release is in force, so there is nothing to read."
    )
    sums = f"{len(late)} late, {sum(item.read is not None for item in some)} of {len(some)} have read it."
    whose = (
        "Everybody of this brand's people." if listing.whole else "You, and those whom you manage."
    )
    return html(
        "<h2>{brand}</h2><p>{head} {sums}</p><p class='quiet'>{whose}</p>{people}",
        brand=listing.brand,
        head=head,
        sums=sums if present and some else "",
        whose=whose,
        people=joined(_person(item, now, listing.names) for item in some)
        or html("<p>Nobody is listed yet. This brand's people come with the next push.</p>"),
    )


def _person(item: Reader, now: datetime, names: Mapping[str, str]) -> Html:
    facts = [_standing(item, now)]
    if item.read is None and item.before is not None:
        facts.append(f"read {item.before.version} before")
    if item.member.starts is not None:
        facts.append(f"started {day(item.member.starts)}")
    if item.member.manager:
        facts.append(f"manager: {names.get(item.member.manager, item.member.manager)}")
    if item.has_key is False:
        facts.append("has no key yet: invite them")
    loud = Html(' class="loud"') if item.standing in _LOUD else Html("")
    return html(
        '<div class="card"><h3>{name}</h3><p{loud}>{facts}</p></div>',
        name=item.member.name,
        loud=loud,
        facts=" · ".join(facts),
    )


def _ago(days: int) -> str:
    return "yesterday" if days == 1 else f"{days} days ago"


def _standing(item: Reader, now: datetime) -> str:
    days = item.days(now)
    if item.read is not None:
        when = f" on {day(item.read.at.date())}" if item.read.at else ""
        word = "signed" if item.read.how == "signed" else "read"
        return f"{word} {item.read.version}{when}"
    if item.standing is Standing.LATE and days is not None and item.due is not None:
        return f"late: it was due {day(item.due)}, {_ago(-days)}"
    if item.due is not None and item.standing in {Standing.OPEN, Standing.SOON}:
        return f"to read by {day(item.due)}"
    return str(item.standing)
