"""Which posts of the content need approval, and who made them: what a push says of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from signpost.domain.approval import (
    DEFAULT_LEAD_S,
    ApprovalGate,
    Authors,
    Need,
    Tier,
    needs_of,
    post_of,
)
from signpost.domain.delivery import About, Delivery
from signpost.domain.plan import Action, Plan
from signpost.domain.workspace import Brand, Workspace, holders_of


def tiers_of(workspace: Workspace, brands: Mapping[str, Brand]) -> tuple[Tier, ...]:
    """The tiers of signpost.yaml, as a bundle carries them."""
    return tuple(
        Tier(
            id=item.id,
            needs=item.needs,
            signers=item.signers,
            people={
                name: people
                for name, brand in sorted(brands.items())
                if (not item.brands or name in item.brands)
                and (people := holders_of(brand, item.signers))
            },
            brands=item.brands,
            types=item.types,
            accounts=item.accounts,
            tags=item.tags,
            lead_s=DEFAULT_LEAD_S if item.lead_s is None else item.lead_s,
        )
        for item in workspace.approvals
    )


def needing(
    tiers: Sequence[Tier], lines: Iterable[tuple[Delivery, About]]
) -> dict[str, tuple[Need, ...]]:
    """The posts that need approval, by workspace, brand and post id: what each tier asks."""
    if not tiers:
        return {}
    posts: dict[str, tuple[Delivery, About, list[str]]] = {}
    for delivery, about in lines:
        _d, _a, accounts = posts.setdefault(post_of(delivery.id), (delivery, about, []))
        accounts.append(delivery.account.id)
    found = {
        post: needs_of(tiers, delivery.brand, about.type, accounts, about.tags)
        for post, (delivery, about, accounts) in posts.items()
    }
    return {post: needs for post, needs in found.items() if needs}


def authors_of(
    needs: Mapping[str, tuple[Need, ...]],
    plan: Plan,
    known: Mapping[str, ApprovalGate],
    ask: Callable[[dict[str, str]], Mapping[str, Authors]],
) -> dict[str, Authors]:
    """Who made each post that needs approval, by brand and post id.

    Of a post that the stack has as it is, what the stack was told stays: git is asked about what is
    new only, so that a push stays fast.

    Args:
        needs: the posts that need approval.
        plan: what a push would change.
        known: what the stack knows of approvals.
        ask: answers who made posts: post → the commit at which it was approved, empty for none.
    """
    moved = {post_of(item.delivery) for item in plan.changes if item.action is not Action.KEEP}
    asked = {
        post: known[post].approved_commit if post in known else ""
        for post in needs
        if post in moved or post not in known or not known[post].needs
    }
    answered = ask(asked) if asked else {}
    return {
        post.split("/", 1)[1]: answered.get(post) or known[post].authors for post in sorted(needs)
    }


def resolve(
    emails: Iterable[str], owner: str, brand: Brand | None, known: Iterable[Brand] = ()
) -> Authors:
    """The people behind e-mail addresses and an owner, which is a person or a position.

    Args:
        known: other brands, whose people may have worked on the post as well. An id means somebody
            within one brand only: who is known through another brand's people is a stranger here,
            unless this brand has the same person, by id and name.
    """
    own = brand.people.people if brand else ()
    names = {person.id: person.name.casefold() for person in own}
    others = (
        person
        for item in known
        for person in item.people.people
        if names.get(person.id) == person.name.casefold()
    )
    # This brand's last, so that they win.
    by_email = {item.email.casefold(): item.id for item in (*others, *own) if item.email}
    words = {email.strip().casefold() for email in emails} - {""}
    people = {by_email[word] for word in words if word in by_email}
    strangers = sum(word not in by_email for word in words)
    if owner and brand is not None:
        holders = {item.person for item in brand.people.holders if item.position == owner}
        persons = {item.id for item in brand.people.people}
        if owner in persons:
            people.add(owner)
        elif holders:
            people |= holders
        else:
            strangers += 1
    return Authors(tuple(sorted(people)), strangers)
